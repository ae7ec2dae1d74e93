// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <Eigen/Core>

namespace primore::detail {

/// Copies the lower triangle of a square matrix to its upper one: tile by tile, because the columns of one are the rows of the other and
/// whole columns of a large matrix do not fit in the cache.
template <typename Scalar>
void mirror_lower(Eigen::MatrixX<Scalar>& matrix) {
    constexpr Eigen::Index tile = 16;
    const Eigen::Index n = matrix.rows();
    for (Eigen::Index column = 0; column < n; column += tile) {
        const Eigen::Index width = std::min(tile, n - column);
        for (Eigen::Index i = 1; i < width; ++i) matrix.col(column + i).segment(column, i) = matrix.row(column + i).segment(column, i);
        for (Eigen::Index row = column + width; row < n; row += tile) {
            const Eigen::Index height = std::min(tile, n - row);
            matrix.block(column, row, width, height) = matrix.block(row, column, height, width).transpose();
        }
    }
}

}  // namespace primore::detail
