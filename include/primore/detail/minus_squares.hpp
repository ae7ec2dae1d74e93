// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/detail/register_tile.hpp>

namespace primore::detail {

/// S - G G' for a symmetric S [N x N] and G [N x K], exactly symmetric.
///
/// Few columns: each tile is read once, stays in registers for all of them and is written with its mirror image. For many, Eigen's product
/// is faster, which packs them.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> minus_squares(const Eigen::MatrixX<Scalar>& matrix, const Eigen::MatrixX<Scalar>& factors) {
    constexpr int tile = RegisterTile<Scalar>::RowsAtCompileTime, few = 32;
    if (factors.cols() > few) {
        Eigen::MatrixX<Scalar> result = matrix;
        result.template selfadjointView<Eigen::Lower>().rankUpdate(factors, Scalar(-1));
        mirror_lower(result);
        return result;
    }
    const Eigen::Index n = matrix.rows(), head = n % tile;
    Eigen::MatrixX<Scalar> result(n, n);
    result.leftCols(head) = matrix.leftCols(head);
    result.leftCols(head).noalias() -= factors * factors.topRows(head).transpose();
    for (Eigen::Index i = 0; i < head; ++i) result.row(i).tail(n - i) = result.col(i).tail(n - i).transpose();
    for (Eigen::Index column = head; column < n; column += tile) {
        for (Eigen::Index row = column; row < n; row += tile) {
            RegisterTile<Scalar> block = matrix.template block<tile, tile>(row, column);
            add_squares(block, Scalar(-1), factors, row, column, 0, factors.cols());
            result.template block<tile, tile>(row, column) = block;
            result.template block<tile, tile>(column, row) = block.transpose();
        }
    }
    return result;
}

}  // namespace primore::detail
