// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/imitation/ridge_regression.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/pose_dmp.hpp>

namespace primore {

/// A recorded motion with its velocities and accelerations, from the parabola in the tangent space through every sample and its two
/// neighbours; the first and last sample lie on that of their neighbour. Errors are of second order in the steps, which need not be equal.
///
/// @param times   [T] strictly increasing [s], at least three
/// @param points  [T]; the sign of a quaternion does not matter
/// @throws std::invalid_argument naming the row if a size, a time or a point is not as it should be
template <MotionSpace Space>
[[nodiscard]] TrajectoryOn<Space> differentiated(const Eigen::Ref<const Eigen::VectorX<typename Space::Scalar>>& times,
                                                 const std::vector<typename Space::Point>& points) {
    using Scalar = typename Space::Scalar;
    using Table = typename TrajectoryOn<Space>::Table;
    constexpr auto where = "differentiated";
    const Eigen::Index count = times.size(), last = count - 1;
    detail::require_at_least(where, "the size of times", count, 3);
    detail::require_size(where, "points", static_cast<Eigen::Index>(points.size()), count, "the size of times");
    detail::require_finite(where, "times", times);
    TrajectoryOn<Space> result{times, {}, Table(count, Space::axes), Table(count, Space::axes)};
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        result.points.push_back(Space::checked(where, "points[" + std::to_string(i) + "]", points[i]));
        if (row == 0 || times(row) > times(row - 1)) continue;
        std::ostringstream expected;
        expected << "more than " << times(row - 1) << ", the time before";
        detail::refuse(where, "times[" + std::to_string(i) + "]", times(row), expected.str());
    }
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const Scalar before = times(row) - times(row - 1), after = times(row + 1) - times(row);
        const Tangent<Space> from = Space::between(result.points[i - 1], result.points[i]) / before;
        const Tangent<Space> to = Space::between(result.points[i], result.points[i + 1]) / after;
        result.velocities.row(row) = ((after * from + before * to) / (before + after)).transpose();
        result.accelerations.row(row) = (2 * (to - from) / (before + after)).transpose();
    }
    result.accelerations.row(0) = result.accelerations.row(1);
    result.accelerations.row(last) = result.accelerations.row(last - 1);
    result.velocities.row(0) = result.velocities.row(1) - (times(1) - times(0)) * result.accelerations.row(1);
    result.velocities.row(last) = result.velocities.row(last - 1) + (times(last) - times(last - 1)) * result.accelerations.row(last);
    return result;
}

/// The weights with which a primitive moves like a recorded motion does, from its first to its last point.
///
///     min_w sum_t |x Phi(x) w - f_t|^2 + regularization |w|^2,
///     f = tau^2 omega' + alpha tau omega - alpha beta (e - (e_0 x if smooth_scaling))          [Ude14]
///
/// for each axis; the movement begins at the first recorded time, and `dmp` is one with the duration that the recording has.
///
/// @param recording       see `differentiated`
/// @param regularization  of the squared weights, not negative
/// @return  [axes x K] for `DmpOn::set_weights`
/// @throws std::invalid_argument if sizes disagree, a number is not finite, or the samples do not determine the weights
template <MotionSpace Space>
[[nodiscard]] typename DmpOn<Space>::Weights imitation(const DmpOn<Space>& dmp, const TrajectoryOn<Space>& recording,
                                                       typename Space::Scalar regularization = 0) {
    using Scalar = typename Space::Scalar;
    constexpr auto where = "imitation";
    const Eigen::Index count = recording.times.size();
    detail::require_at_least(where, "the size of times", count, 1);
    detail::require_size(where, "points", static_cast<Eigen::Index>(recording.points.size()), count, "the size of times");
    detail::require_size(where, "velocities.rows()", recording.velocities.rows(), count, "the size of times");
    detail::require_size(where, "accelerations.rows()", recording.accelerations.rows(), count, "the size of times");
    detail::require_finite(where, "times", recording.times);
    detail::require_finite(where, "velocities", recording.velocities);
    detail::require_finite(where, "accelerations", recording.accelerations);
    detail::require_not_negative(where, "regularization", regularization);

    const Scalar tau = dmp.clock().duration, damping = dmp.attractor().damping, stiffness = dmp.attractor().stiffness;
    const typename Space::Point goal = Space::checked(where, "points.back()", recording.points.back());
    const Tangent<Space> way = Space::between(Space::checked(where, "points.front()", recording.points.front()), goal);
    Eigen::MatrixX<Scalar> design(count, dmp.basis().count()), forces(count, Space::axes);
    for (Eigen::Index row = 0; row < count; ++row) {
        const Scalar x = dmp.clock().of_scaled_time((recording.times(row) - recording.times(0)) / tau);
        const auto i = static_cast<std::size_t>(row);
        const Tangent<Space> error = Space::between(Space::checked(where, "points[" + std::to_string(i) + "]", recording.points[i]), goal);
        const Tangent<Space> soft = dmp.options().smooth_scaling ? Tangent<Space>(x * way) : Tangent<Space>(Tangent<Space>::Zero());
        design.row(row) = x * functions(dmp.basis(), x).value.transpose();
        forces.row(row) = tau * tau * recording.accelerations.row(row) + damping * tau * recording.velocities.row(row) -
                          stiffness * (error - soft).transpose();
    }
    const RidgeFactorization<Scalar> factorization(design, regularization);
    if (!factorization.is_determined()) {
        detail::refuse(where, "regularization", regularization, "more, because the samples do not determine all weights");
    }
    return factorization.solve(forces).transpose();
}

}  // namespace primore
