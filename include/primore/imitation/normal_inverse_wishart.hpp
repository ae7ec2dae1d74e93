// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <string_view>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/distribution/weight_distribution.hpp>

namespace primore {

/// What is known of the mean and covariance of a normal distribution of vectors [N]: their conjugate distribution, which every vector
/// that is observed updates in closed form [Murphy07, section 9].
///
///     S ~ inverse Wishart(Psi, nu),     m | S ~ normal(m_0, S / kappa)
///
///     symbol      | name
///     m_0, kappa  | mean, mean_count                how many vectors the mean is worth
///     Psi, nu     | scatter, covariance_count = nu - N - 1, such that Psi = covariance_count E[S]
///
/// With nothing known (`flat`) the update is the one by Welford, and `expected` gives mean and unbiased covariance.
template <std::floating_point Scalar>
struct NormalInverseWishart {
    Eigen::VectorX<Scalar> mean;     ///< [N]
    Scalar mean_count = 0;           ///< not negative; 0 means that nothing is known about the mean
    Eigen::MatrixX<Scalar> scatter;  ///< [N x N], symmetric positive semi-definite
    Scalar covariance_count = 0;     ///< may be negative, as it is in flat_mode()

    /// Nothing is known: `expected` of what is included is its mean and unbiased covariance (divisor n - 1).
    [[nodiscard]] static NormalInverseWishart flat(Eigen::Index size) {
        return {Eigen::VectorX<Scalar>::Zero(size), 0, Eigen::MatrixX<Scalar>::Zero(size, size), 0};
    }

    /// Nothing is known: `mode` of what is included is its mean and maximum likelihood covariance (divisor n).
    [[nodiscard]] static NormalInverseWishart flat_mode(Eigen::Index size) {
        NormalInverseWishart result = flat(size);
        result.covariance_count = -mode_offset(size);
        return result;
    }

    /// A guess whose mean is worth `mean_count` vectors and whose covariance, as the expected one, is worth `covariance_count`.
    [[nodiscard]] static NormalInverseWishart with_expected(WeightDistribution<Scalar> guess, Scalar mean_count, Scalar covariance_count) {
        return {std::move(guess.mean), mean_count, std::move(guess.covariance) * covariance_count, covariance_count};
    }

    /// A guess about the covariance as the most likely one, worth `covariance_count` vectors, with nothing known about the mean
    /// [GomezGonzalez20].
    [[nodiscard]] static NormalInverseWishart with_mode(Eigen::MatrixX<Scalar> covariance, Scalar covariance_count) {
        const Eigen::Index size = covariance.rows();
        return {Eigen::VectorX<Scalar>::Zero(size), 0, std::move(covariance) * covariance_count, covariance_count - mode_offset(size)};
    }

    /// @throws std::invalid_argument, in the name of `where`, if a size is not `size`, a number is not finite or mean_count is negative
    void validate(std::string_view where, Eigen::Index size) const {
        detail::require_size(where, "prior.mean", mean.size(), size, "the number of weights");
        detail::require_size(where, "prior.scatter.rows()", scatter.rows(), size, "the number of weights");
        detail::require_size(where, "prior.scatter.cols()", scatter.cols(), size, "the number of weights");
        detail::require_finite(where, "prior.mean", mean);
        detail::require_finite(where, "prior.scatter", scatter);
        detail::require_not_negative(where, "prior.mean_count", mean_count);
        detail::require_finite(where, "prior.covariance_count", covariance_count);
    }

    /// Takes vectors into account, one in each column [N x n]. The order, and how many at a time, makes no difference but rounding.
    /// O(N^2 n).
    /// @throws std::invalid_argument if the vectors have another size
    void include(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& vectors) {
        detail::require_size("NormalInverseWishart", "vectors.rows()", vectors.rows(), mean.size(), "the size of mean");
        if (vectors.cols() == 0) return;
        const auto count = static_cast<Scalar>(vectors.cols());
        const Eigen::VectorX<Scalar> average = vectors.rowwise().mean();
        Eigen::MatrixX<Scalar> deviations(vectors.rows(), vectors.cols() + 1);
        deviations.leftCols(vectors.cols()) = vectors.colwise() - average;
        deviations.rightCols(1) = (average - mean) * std::sqrt(mean_count * count / (mean_count + count));
        scatter.template selfadjointView<Eigen::Lower>().rankUpdate(deviations);
        scatter.template triangularView<Eigen::StrictlyUpper>() = scatter.transpose();
        covariance_count += mean_count > 0 ? count : count - 1;  // an unknown mean takes one of them
        mean += (average - mean) * (count / (mean_count + count));
        mean_count += count;
    }

    /// The expected mean and covariance.
    /// @throws std::invalid_argument if there is none: too few vectors
    [[nodiscard]] WeightDistribution<Scalar> expected() const& { return NormalInverseWishart(*this).expected(); }
    [[nodiscard]] WeightDistribution<Scalar> expected() && { return std::move(*this).scaled(covariance_count); }

    /// The most likely mean and covariance.
    /// @throws std::invalid_argument if there is none: too few vectors
    [[nodiscard]] WeightDistribution<Scalar> mode() const& { return NormalInverseWishart(*this).mode(); }
    [[nodiscard]] WeightDistribution<Scalar> mode() && { return std::move(*this).scaled(mode_count()); }

    /// The logarithm of the density at a mean and covariance, up to a number that depends on neither. -infinity if the covariance is
    /// not positive definite.
    [[nodiscard]] Scalar log_density(const WeightDistribution<Scalar>& distribution) const {
        const Eigen::LLT<Eigen::MatrixX<Scalar>> factor(distribution.covariance);
        if (factor.info() != Eigen::Success) return -std::numeric_limits<Scalar>::infinity();
        const Scalar log_determinant = 2 * factor.matrixLLT().diagonal().array().log().sum();
        const Scalar distance = factor.matrixL().solve(distribution.mean - mean).squaredNorm();
        return -(mode_count() * log_determinant + factor.solve(scatter).trace() + mean_count * distance) / 2;
    }

private:
    /// nu + N + 1 is what stands for a count in the mode of the covariance alone; a known mean adds one.
    [[nodiscard]] static Scalar mode_offset(Eigen::Index size) { return static_cast<Scalar>(2 * size + 2); }
    [[nodiscard]] Scalar mode_count() const { return covariance_count + mode_offset(mean.size()) + Scalar(mean_count > 0 ? 1 : 0); }

    [[nodiscard]] WeightDistribution<Scalar> scaled(Scalar count) && {
        if (!(count > 0)) {
            detail::refuse("NormalInverseWishart", "covariance_count", covariance_count,
                           "more: include more vectors, or begin with a prior");
        }
        scatter /= count;
        return {std::move(mean), std::move(scatter)};
    }
};

}  // namespace primore
