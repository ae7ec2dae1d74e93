// SPDX-License-Identifier: MIT
#pragma once

// Springs between two arms that move as one DualPoseDmp. Each is a mechanical one, between bodies of mass and inertia one: with no leader
// forces are opposite and torques have the right arms, so that a spring by itself never adds energy.

#include <concepts>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/detail/require.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/spring_coupling.hpp>

namespace primore {

template <std::floating_point Scalar>
struct DualPoseSpringOptions {
    Pose<Scalar> offset = {};  ///< where the first arm shall be, as the second sees it
    Scalar stiffness = 100;    ///< k [1/s^2], not negative
    Scalar damping = 20;       ///< d [1/s], not negative
    Leader leader = Leader::none;
};

/// Keeps the pose of the first arm as the second one sees it, as if both held one body.
///
///     e = way from the first arm to where it shall be,  e' = difference of the velocities there:
///     acceleration of the first arm += k e + d e',  of the second: the reaction          [Gams14; movement_primitives]
template <std::floating_point Scalar>
class DualPoseSpring {
public:
    using Space = DualPoseSpace<Scalar>;
    using Vector3 = Eigen::Vector3<Scalar>;

    /// @throws std::invalid_argument if a number is out of its range or a quaternion has not length one
    explicit DualPoseSpring(const DualPoseSpringOptions<Scalar>& options) : options_(options) {
        constexpr auto where = "DualPoseSpring";
        options_.offset = PoseSpace<Scalar>::checked(where, "offset", options.offset);
        detail::require_not_negative(where, "stiffness", options.stiffness);
        detail::require_not_negative(where, "damping", options.damping);
    }

    /// Adds the accelerations [12]. No allocation.
    void operator()(const typename Space::Point& arms, const Tangent<Space>& velocity, Tangent<Space>& acceleration) const noexcept {
        const Pose<Scalar>& second = arms.second;
        const Vector3 lever = second.orientation * options_.offset.position, turning = velocity.template tail<3>();
        const Pose<Scalar> wanted{second.position + lever, second.orientation * options_.offset.orientation};
        Tangent<PoseSpace<Scalar>> moving = Space::second(velocity);
        moving.template head<3>() += turning.cross(lever);
        const Tangent<PoseSpace<Scalar>> pull =
            options_.stiffness * PoseSpace<Scalar>::between(arms.first, wanted) + options_.damping * (moving - Space::first(velocity));
        if (options_.leader != Leader::first) acceleration.template head<6>() += pull;
        if (options_.leader == Leader::second) return;
        acceleration.template tail<6>() -= pull;
        acceleration.template tail<3>() -= lever.cross(Vector3(pull.template head<3>()));
    }

private:
    DualPoseSpringOptions<Scalar> options_;
};

template <std::floating_point Scalar>
struct DistanceSpringOptions {
    Scalar distance = 0;     ///< [m] of the positions, not negative
    Scalar stiffness = 100;  ///< k [1/s^2], not negative
    Scalar damping = 20;     ///< d [1/s], not negative
    Leader leader = Leader::none;
};

/// Keeps the distance of the positions of two arms; along the line between them, and not at all if they are at the same place.
template <std::floating_point Scalar>
class DistanceSpring {
public:
    using Space = DualPoseSpace<Scalar>;

    /// @throws std::invalid_argument if a number is out of its range
    explicit DistanceSpring(const DistanceSpringOptions<Scalar>& options) : options_(options) {
        constexpr auto where = "DistanceSpring";
        detail::require_not_negative(where, "distance", options.distance);
        detail::require_not_negative(where, "stiffness", options.stiffness);
        detail::require_not_negative(where, "damping", options.damping);
    }

    /// Adds the accelerations [12]. No allocation.
    void operator()(const typename Space::Point& arms, const Tangent<Space>& velocity, Tangent<Space>& acceleration) const noexcept {
        const Eigen::Vector3<Scalar> way = arms.second.position - arms.first.position;
        const Scalar distance = way.norm();
        if (!(distance > 0)) return;
        const Eigen::Vector3<Scalar> direction = way / distance;
        const Scalar opening = direction.dot(velocity.template segment<3>(6) - velocity.template head<3>());
        const Scalar pull = options_.stiffness * (distance - options_.distance) + options_.damping * opening;
        if (options_.leader != Leader::first) acceleration.template head<3>() += pull * direction;
        if (options_.leader != Leader::second) acceleration.template segment<3>(6) -= pull * direction;
    }

private:
    DistanceSpringOptions<Scalar> options_;
};

}  // namespace primore
