// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/mirror.hpp>
#include <primore/detail/require.hpp>

namespace primore {

template <std::floating_point Scalar>
struct WarmStartOptions {
    Scalar top_share = Scalar(0.1);  ///< gamma: the share of the samples that is believed in; 0.1 in [Nomura21]
    Scalar smoothing = Scalar(0.1);  ///< alpha: standard deviation around each of them, in units of the parameters; 0.1 in [Nomura21]
};

/// Where a search may start.
template <std::floating_point Scalar>
struct WarmStart {
    Eigen::VectorX<Scalar> mean;        ///< [N]
    Eigen::MatrixX<Scalar> covariance;  ///< [N x N]
};

/// The normal distribution closest to the best samples [N x M] of a similar task, each blurred: their mean, and alpha^2 I plus their
/// covariance [Nomura21, eqs. 8, 9]. For CmaEsOptions::mean and CmaEsOptions::covariance.
///
/// @param returns  [M] of that task, higher is better
/// @throws std::invalid_argument if there is no sample, sizes disagree, a number is not finite, the share is not in (0, 1] or the smoothing
///         is not positive
template <std::floating_point Scalar>
[[nodiscard]] WarmStart<Scalar> warm_start(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns,
                                           const WarmStartOptions<Scalar>& options = {}) {
    constexpr auto where = "warm_start";
    detail::require_at_least(where, "the number of samples", samples.cols(), 1);
    detail::require_population(where, samples, returns);
    detail::require_positive(where, "smoothing", options.smoothing);
    if (!(options.top_share > 0 && options.top_share <= 1)) detail::refuse(where, "top_share", options.top_share, "a number in (0, 1]");
    const auto count = std::max<Eigen::Index>(1, static_cast<Eigen::Index>(options.top_share * static_cast<Scalar>(samples.cols())));
    auto order = detail::best_first(returns);
    order.resize(static_cast<std::size_t>(count));
    Eigen::MatrixX<Scalar> best = samples(Eigen::all, order);
    WarmStart<Scalar> start{.mean = best.rowwise().mean(), .covariance = {}};
    best.colwise() -= start.mean;
    start.covariance = best * best.transpose() / static_cast<Scalar>(count);
    start.covariance.diagonal().array() += options.smoothing * options.smoothing;
    detail::mirror_lower(start.covariance);
    return start;
}

}  // namespace primore
