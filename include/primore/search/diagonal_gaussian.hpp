// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/condition.hpp>
#include <primore/detail/require.hpp>
#include <primore/random/stream.hpp>
#include <primore/search/gaussian.hpp>

namespace primore {

/// A normal distribution N(m, diag(d^2)) of independent parameters [N]: everything costs O(N).
template <std::floating_point Scalar>
class DiagonalGaussian {
public:
    DiagonalGaussian() = default;

    /// @param mean                m [N]
    /// @param standard_deviation  d [N], positive
    /// @throws std::invalid_argument if sizes disagree, a number is not finite, or a deviation is not positive
    DiagonalGaussian(Eigen::VectorX<Scalar> mean, Eigen::VectorX<Scalar> standard_deviation)
        : mean_(std::move(mean)), deviation_(std::move(standard_deviation)) {
        constexpr auto where = "DiagonalGaussian";
        detail::require_at_least(where, "the size of mean", mean_.size(), 1);
        detail::require_size(where, "standard_deviation", deviation_.size(), mean_.size(), "the size of mean");
        detail::require_finite(where, "mean", mean_);
        detail::require_finite(where, "standard_deviation", deviation_);
        detail::require_positive(where, "the least standard_deviation", deviation_.minCoeff());
    }

    /// The distribution with these natural parameters.
    /// @throws std::invalid_argument if sizes disagree, a number is not finite, or a precision is not positive
    explicit DiagonalGaussian(const NaturalParameters<Scalar, Eigen::VectorX<Scalar>>& natural) {
        constexpr auto where = "DiagonalGaussian";
        detail::require_at_least(where, "the size of slope", natural.slope.size(), 1);
        detail::require_size(where, "precision", natural.precision.size(), natural.slope.size(), "the size of slope");
        detail::require_finite(where, "slope", natural.slope);
        detail::require_finite(where, "precision", natural.precision);
        detail::require_positive(where, "the least precision", natural.precision.minCoeff());
        mean_ = natural.slope.cwiseQuotient(natural.precision);
        deviation_ = natural.precision.cwiseSqrt().cwiseInverse();
    }

    [[nodiscard]] Eigen::Index size() const noexcept { return mean_.size(); }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return mean_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& standard_deviation() const noexcept { return deviation_; }
    [[nodiscard]] Eigen::VectorX<Scalar> variances() const { return deviation_.cwiseAbs2(); }

    /// m + d z for a standard normal z [N].
    [[nodiscard]] Eigen::VectorX<Scalar> sample(Stream& stream) const { return normal_sample(mean_, deviation_.asDiagonal(), stream); }

    /// x in standard deviations from the mean of zero, x / d [N].
    [[nodiscard]] Eigen::VectorX<Scalar> whiten(const Eigen::Ref<const Eigen::VectorX<Scalar>>& x) const {
        return x.cwiseQuotient(deviation_);
    }

    [[nodiscard]] Scalar log_determinant() const { return Scalar(2) * deviation_.array().log().sum(); }

    /// Condition number of the covariance.
    [[nodiscard]] Scalar condition() const { return detail::condition(deviation_); }

    /// H = N/2 ln(2 pi e) + sum ln d.
    [[nodiscard]] Scalar entropy() const {
        return Scalar(0.5) *
               (static_cast<Scalar>(size()) * (Scalar(1) + std::log(Scalar(2) * std::numbers::pi_v<Scalar>)) + log_determinant());
    }

    /// ln N(x; m, diag(d^2)).
    [[nodiscard]] Scalar log_density(const Eigen::Ref<const Eigen::VectorX<Scalar>>& x) const {
        const Scalar distance = whiten(x - mean_).squaredNorm();
        return Scalar(-0.5) *
               (distance + static_cast<Scalar>(size()) * std::log(Scalar(2) * std::numbers::pi_v<Scalar>) + log_determinant());
    }

    [[nodiscard]] NaturalParameters<Scalar, Eigen::VectorX<Scalar>> natural_parameters() const {
        return {whiten(whiten(mean_)), deviation_.cwiseAbs2().cwiseInverse()};
    }

private:
    Eigen::VectorX<Scalar> mean_;
    Eigen::VectorX<Scalar> deviation_;
};

template <std::floating_point Scalar>
[[nodiscard]] KlParts<Scalar> kl_divergence(const DiagonalGaussian<Scalar>& p, const DiagonalGaussian<Scalar>& q) {
    detail::require_size("kl_divergence", "p", p.size(), q.size(), "the size of q");
    const Eigen::ArrayX<Scalar> ratios = q.whiten(p.standard_deviation()).array().square();
    return {Scalar(0.5) * q.whiten(p.mean() - q.mean()).squaredNorm(), Scalar(0.5) * (ratios - Scalar(1) - ratios.log()).sum()};
}

}  // namespace primore
