// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <numbers>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/condition.hpp>
#include <primore/detail/mirror.hpp>

namespace primore {

/// The axes of a covariance, S = V diag(d^2) V': all that whitening and sampling need.
template <std::floating_point Scalar>
struct PrincipalAxes {
    Eigen::MatrixX<Scalar> axes;        ///< V [N x N], orthonormal columns
    Eigen::VectorX<Scalar> deviations;  ///< d [N], ascending: the standard deviations along the axes
    bool lifted = false;                ///< whether an eigenvalue was too small and d is not that of the matrix

    PrincipalAxes() = default;

    /// Reads the lower triangle. Eigenvalues that rounding has pushed to zero or below are lifted to the smallest number
    /// that keeps the condition number of the covariance below 1 / epsilon, and in any case to `least_variance`.
    explicit PrincipalAxes(const Eigen::MatrixX<Scalar>& covariance, Scalar least_variance = std::numeric_limits<Scalar>::min()) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(covariance);
        const auto& variances = eigen.eigenvalues();
        const Scalar largest = variances(variances.size() - 1);
        const Scalar least = std::max(largest * Eigen::NumTraits<Scalar>::epsilon(), least_variance);
        lifted = variances(0) < least;
        axes = eigen.eigenvectors();
        deviations = variances.cwiseMax(least).cwiseSqrt();
    }

    /// From V [N x N] and d [N], ascending and positive.
    PrincipalAxes(Eigen::MatrixX<Scalar> orthonormal_axes, Eigen::VectorX<Scalar> standard_deviations)
        : axes(std::move(orthonormal_axes)), deviations(std::move(standard_deviations)) {}

    /// S [N x N].
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const {
        const Eigen::MatrixX<Scalar> factor = axes * deviations.asDiagonal();
        Eigen::MatrixX<Scalar> product = factor * factor.transpose();
        detail::mirror_lower(product);
        return product;
    }

    /// S^1/2 = V diag(d) V' [N x N]: unique, and it moves continuously with S, so that steps measured in it can be compared between
    /// generations.
    [[nodiscard]] Eigen::MatrixX<Scalar> root() const { return axes * deviations.asDiagonal() * axes.transpose(); }

    /// S^-1/2 x [N].
    [[nodiscard]] Eigen::VectorX<Scalar> whiten(const Eigen::VectorX<Scalar>& x) const {
        const Eigen::VectorX<Scalar> along = (axes.transpose() * x).cwiseQuotient(deviations);
        return axes * along;
    }

    [[nodiscard]] Scalar log_determinant() const { return Scalar(2) * deviations.array().log().sum(); }

    /// Condition number of the covariance.
    [[nodiscard]] Scalar condition() const { return detail::condition(deviations); }

    /// Of N(., S): N/2 ln(2 pi e) + 1/2 ln |S|.
    [[nodiscard]] Scalar entropy() const {
        const auto n = static_cast<Scalar>(deviations.size());
        return Scalar(0.5) * (n * (Scalar(1) + std::log(Scalar(2) * std::numbers::pi_v<Scalar>)) + log_determinant());
    }
};

}  // namespace primore
