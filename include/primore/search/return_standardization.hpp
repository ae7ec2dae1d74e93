// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// How returns are brought to mean 0 and standard deviation 1 without letting outliers flatten the rest.
template <std::floating_point Scalar>
struct RobustStandardization {
    Scalar clip = 3;                           ///< standard deviations beyond which a return counts as an outlier
    Scalar kurtosis_threshold = Scalar(0.55);  ///< excess kurtosis of the others above which they are standardised again
};

/// Mean 0 and standard deviation 1 (n - 1). All zeros if every return is the same.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> standardized(const Eigen::VectorX<Scalar>& returns) {
    const auto n = static_cast<Scalar>(returns.size());
    // In units of the largest magnitude, so that squares of huge returns do not overflow.
    const Scalar unit = returns.cwiseAbs().maxCoeff();
    if (!(unit > 0)) return Eigen::VectorX<Scalar>::Zero(returns.size());
    Eigen::VectorX<Scalar> values = returns / unit;
    values.array() -= values.mean();
    const Scalar deviation = std::sqrt(values.squaredNorm() / (n - Scalar(1)));
    if (!(deviation > Scalar(4) * std::numeric_limits<Scalar>::epsilon())) return Eigen::VectorX<Scalar>::Zero(returns.size());
    values /= deviation;
    return values;
}

/// Standardises returns; those beyond the clip then take the place of the most extreme of the others, which are standardised
/// again among themselves as long as they are heavy-tailed [Huettenrauch24, section 4.4]. A crashed episode with a
/// return of -1e6 so counts as a bad one and no more. Where there were outliers the result is not of standard deviation 1: steps
/// that are bounded by a divergence do not depend on the scale.
///
/// @param returns  [M], at least 2, finite
/// @return  [M]; all zeros if every return is the same
/// @throws std::invalid_argument for fewer than 2 returns or one that is not finite
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> robustly_standardized(const Eigen::VectorX<Scalar>& returns,
                                                           const RobustStandardization<Scalar>& options = {}) {
    detail::require_at_least("robustly_standardized", "the number of returns", returns.size(), 2);
    detail::require_finite("robustly_standardized", "returns", returns);
    Eigen::VectorX<Scalar> values = standardized(returns);

    std::vector<Eigen::Index> inner;
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        if (std::abs(values(i)) < options.clip) inner.push_back(i);
    }
    Eigen::VectorX<Scalar> kept = values(inner);
    const auto n = static_cast<Scalar>(kept.size());
    const Eigen::ArrayX<Scalar> squares = (kept.array() - kept.mean()).square();
    const Scalar variance = squares.sum() / n;  // biased, as the kurtosis below
    const bool has_outliers = kept.size() < values.size();
    const bool is_heavy_tailed =
        variance > 0 && squares.square().sum() / n / (variance * variance) - Scalar(3) > options.kurtosis_threshold;
    if (is_heavy_tailed && has_outliers) kept = robustly_standardized(kept, options);

    const Scalar least = kept.minCoeff(), most = kept.maxCoeff();
    for (Eigen::Index i = 0; i < values.size(); ++i) values(i) = values(i) > 0 ? most : least;
    values(inner) = kept;
    return values;
}

}  // namespace primore
