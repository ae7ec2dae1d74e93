// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <Eigen/Core>

#include <primore/detail/mirror.hpp>

namespace primore::detail {

/// S <- scale S + F diag(weights) F' for a symmetric S [N x N], F [N x K] and weights [K] of either sign.
///
/// Only the lower triangle is computed, panel by panel, and then mirrored, so that S stays exactly symmetric.
template <typename Scalar>
void symmetric_update(Eigen::MatrixX<Scalar>& matrix, Scalar scale, const Eigen::MatrixX<Scalar>& factors,
                      const Eigen::VectorX<Scalar>& weights) {
    constexpr Eigen::Index panel = 64;
    const Eigen::Index n = matrix.rows();
    const Eigen::MatrixX<Scalar> weighted = weights.asDiagonal() * factors.transpose();  // [K x N]
    for (Eigen::Index column = 0; column < n; column += panel) {
        const Eigen::Index width = std::min(panel, n - column);
        auto block = matrix.block(column, column, n - column, width);
        block *= scale;
        block.noalias() += factors.bottomRows(n - column) * weighted.middleCols(column, width);
    }
    mirror_lower(matrix);
}

}  // namespace primore::detail
