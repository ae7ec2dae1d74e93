// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/qr_factorization.hpp>
#include <primore/detail/require.hpp>
#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/observation.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/trajectory_distribution.hpp>

namespace primore {

/// What a movement will be like: every position, velocity or acceleration of it follows Student's t distribution, with the mean of
/// `movements`, scaled by its standard deviations.
template <typename Primitive>
struct Prediction {
    TrajectoryDistribution<Primitive> movements;
    typename TrajectoryDistribution<Primitive>::Scalar degrees_of_freedom;
};

/// The next movement, after n demonstrations and p numbers that are observed of it: condition(), in bands that are as wide as they must be
/// because mean m and covariance S were estimated, too.
///
///     c (S - K H S),   c = (n - 1) / (n - 1 - p) (1 + 1/n + r' (H S H' + R)^-1 r / (n - 1)),   n - 1 - p degrees of freedom
///
/// For normally distributed weights and exact observations (R = 0) this is the prediction of the linear regression, over the
/// demonstrations, of any one number of the movement on those observed [Weisberg05, section 3.6]: as true for few demonstrations as for
/// many, while the bands of condition() are too narrow, the more the nearer p comes to n.
///
/// @param learned       with mean and unbiased covariance (divisor n - 1), see NormalInverseWishart::expected
/// @param count         n
/// @param observations  p numbers in all
/// @throws std::invalid_argument if an observation does not fit the primitive, or n - 1 - p is not positive
template <typename Primitive>
[[nodiscard]] Prediction<Primitive> prediction(
    const TrajectoryDistribution<Primitive>& learned, Eigen::Index count,
    const std::vector<Observation<typename TrajectoryDistribution<Primitive>::Scalar>>& observations = {}) {
    using Scalar = typename TrajectoryDistribution<Primitive>::Scalar;
    constexpr auto where = "prediction";
    const auto linear = linear_observations(where, learned, observations);
    const Eigen::MatrixX<Scalar> observed = linear.map.times(linear.map.covariance_with(learned.weights().covariance)) + linear.noise;
    const SemidefiniteRoot<Scalar> root(where, "covariance", observed);
    const Eigen::Index known = root.matrix().cols();  // less than were observed, if some of them follow from the others
    if (count < known + 2) {
        detail::refuse(where, "count", count, "at least " + std::to_string(known + 2) + ", two more than the numbers observed");
    }
    Scalar distance = 0;
    if (known > 0) {
        distance = detail::QrFactorization<Scalar>(root.matrix()).solve(linear.residuals).squaredNorm();
    }
    const auto n = static_cast<Scalar>(count), free = static_cast<Scalar>(count - 1 - known);
    auto weights = condition(learned, observations).weights();
    weights.covariance *= (n - 1) / free * (1 + 1 / n + distance / (n - 1));
    return {learned.with_weights(std::move(weights)), free};
}

}  // namespace primore
