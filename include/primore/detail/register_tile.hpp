// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

namespace primore::detail {

/// A square part of a matrix that stays in registers while sums over many columns are taken.
template <std::floating_point Scalar>
using RegisterTile = Eigen::Matrix<Scalar, 8, 8>;

/// The part at (row, column) of S + sign F F', of columns `begin` to `end` of F [N x K]; `tile` is that of S [N x N].
template <std::floating_point Scalar>
void add_squares(RegisterTile<Scalar>& tile, Scalar sign, const Eigen::MatrixX<Scalar>& f, Eigen::Index row, Eigen::Index column,
                 Eigen::Index begin, Eigen::Index end) {
    constexpr int size = RegisterTile<Scalar>::RowsAtCompileTime;
    for (Eigen::Index k = begin; k < end; ++k) {
        const Eigen::Vector<Scalar, size> factor = sign * f.col(k).template segment<size>(row);
        for (int j = 0; j < size; ++j) tile.col(j) += factor * f(column + j, k);
    }
}

}  // namespace primore::detail
