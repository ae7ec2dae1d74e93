// SPDX-License-Identifier: MIT
#pragma once

// What a covariance of weights means for quantities that are linear in them, when every degree of freedom has the same rows Phi [T x P]:
// the block of degrees of freedom i and j is Phi S_ij Phi'. The covariance S is [P D x P D], dof-major.

#include <concepts>

#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/detail/multiply.hpp>

namespace primore {

/// The covariance [T1 D x T2 D] of the quantities with rows [T1 x P] and those with columns [T2 x P]; index = dof * T + time.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> block_covariance(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& rows,
                                                      const Eigen::Ref<const Eigen::MatrixX<Scalar>>& columns,
                                                      const Eigen::Ref<const Eigen::MatrixX<Scalar>>& covariance) {
    const Eigen::Index count = rows.cols(), dofs = covariance.rows() / count;
    Eigen::MatrixX<Scalar> result(rows.rows() * dofs, columns.rows() * dofs), half(covariance.rows(), columns.rows());
    const Eigen::MatrixX<Scalar> transposed = columns.transpose();
    for (Eigen::Index j = 0; j < dofs; ++j) {
        detail::multiply<Scalar>(covariance.middleCols(j * count, count), transposed, half);
        for (Eigen::Index i = 0; i < dofs; ++i) {
            detail::multiply<Scalar>(rows, half.middleRows(i * count, count),
                                     result.block(i * rows.rows(), j * columns.rows(), rows.rows(), columns.rows()));
        }
    }
    return result;
}

/// The covariance [T D x T D] of the quantities with the given rows [T x P]: exactly symmetric, no variance negative, at half the cost.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> block_covariance(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& rows,
                                                      const Eigen::Ref<const Eigen::MatrixX<Scalar>>& covariance) {
    const Eigen::Index count = rows.cols(), times = rows.rows(), dofs = covariance.rows() / count;
    Eigen::MatrixX<Scalar> result(times * dofs, times * dofs), half(covariance.rows(), times);
    const Eigen::MatrixX<Scalar> transposed = rows.transpose();
    for (Eigen::Index j = 0; j < dofs; ++j) {
        const Eigen::Index below = (dofs - j) * count;
        detail::multiply<Scalar>(covariance.block(j * count, j * count, below, count), transposed, half.bottomRows(below));
        for (Eigen::Index i = j; i < dofs; ++i) {
            detail::multiply<Scalar>(rows, half.middleRows(i * count, count), result.block(i * times, j * times, times, times));
        }
    }
    detail::mirror_lower(result);
    result.diagonal() = result.diagonal().cwiseMax(Scalar(0));
    return result;
}

/// The variances [T x D] on the diagonal of block_covariance, none negative.
///
/// A variance is linear in the covariance: sum_ab Phi_a Phi_b S_ab. So they are one matrix product of the products Phi_a Phi_b, a <= b,
/// which all degrees of freedom share, and the entries of the blocks S_dd.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> block_variances(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& rows,
                                                     const Eigen::Ref<const Eigen::MatrixX<Scalar>>& covariance) {
    const Eigen::Index count = rows.cols(), dofs = covariance.rows() / count;
    Eigen::MatrixX<Scalar> products(rows.rows(), count * (count + 1) / 2), entries(products.cols(), dofs);
    for (Eigen::Index b = 0, next = 0; b < count; ++b) {
        for (Eigen::Index a = 0; a <= b; ++a, ++next) {
            products.col(next) = rows.col(a).cwiseProduct(rows.col(b));
            for (Eigen::Index dof = 0; dof < dofs; ++dof) {
                entries(next, dof) = Scalar(a == b ? 1 : 2) * covariance(dof * count + a, dof * count + b);
            }
        }
    }
    return (products * entries).cwiseMax(Scalar(0));
}

}  // namespace primore
