// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <vector>

#include <primore/distribution/gaussian_update.hpp>
#include <primore/distribution/observation.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/distribution/weight_distribution.hpp>

namespace primore {

/// The movements of a distribution that agree with observations: any number of them, of any time, derivative and degrees of freedom,
/// all at once [Paraschos18, sec. 2.2]. What the start state fixes stays fixed.
///
/// Exact observations (no noise) are met to rounding where the distribution leaves room: learned from n demonstrations it varies in n - 1
/// directions, and of more numbers than that the least squares are met. O(M N^2) for M observed numbers and N = P D weights.
/// @throws std::invalid_argument if an observation does not fit the primitive
template <typename Primitive>
[[nodiscard]] TrajectoryDistribution<Primitive> condition(
    const TrajectoryDistribution<Primitive>& distribution,
    const std::vector<Observation<typename TrajectoryDistribution<Primitive>::Scalar>>& observations) {
    const auto linear = linear_observations("condition", distribution, observations);
    if (linear.map.size() == 0) return distribution;
    return distribution.updated(GaussianUpdate("condition", linear.map, distribution.weights(), linear.noise), linear.residuals);
}

/// ln of the density of observations under a distribution of movements, N(x; H m, R + H S H'): of any times, derivatives and degrees of
/// freedom. For whole trajectories see also TrajectoryDistribution::log_density, whose cost grows less with the number of times.
///
/// @throws std::invalid_argument if an observation does not fit the primitive, or R + H S H' is singular
template <typename Primitive>
[[nodiscard]] auto log_density(const TrajectoryDistribution<Primitive>& distribution,
                               const std::vector<Observation<typename TrajectoryDistribution<Primitive>::Scalar>>& observations) {
    using Scalar = typename TrajectoryDistribution<Primitive>::Scalar;
    const auto linear = linear_observations("log_density", distribution, observations);
    const Eigen::MatrixX<Scalar> covariance =
        linear.map.times(linear.map.covariance_with(distribution.weights().covariance)) + linear.noise;
    return normal_log_density<Scalar>("log_density", {"log_density", "covariance", covariance}, linear.residuals);
}

}  // namespace primore
