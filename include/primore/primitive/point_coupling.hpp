// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/primitive/motion_space.hpp>

namespace primore {

/// A PointCoupling adds an acceleration [axes] per second squared to that of a DmpOn, dependent on point and velocity [axes] per second.
/// It is called in a control loop.
template <typename C, typename Space>
concept PointCoupling = MotionSpace<Space> &&
    requires(const C& coupling, const typename Space::Point& point, const Tangent<Space>& velocity, Tangent<Space>& acceleration) {
    { coupling(point, velocity, acceleration) } noexcept -> std::same_as<void>;
};

/// The coupling that is none.
struct PointUncoupled {
    template <typename Point, typename Vector>
    void operator()(const Point&, const Vector&, Vector&) const noexcept {}
};

/// Lets a coupling of positions [3], such as ObstacleAvoidance, act on the position of a pose.
template <Real Scalar, typename Coupling>
struct PositionCoupling {
    Coupling coupling;

    void operator()(const Pose<Scalar>& pose, const Tangent<PoseSpace<Scalar>>& velocity,
                    Tangent<PoseSpace<Scalar>>& acceleration) const noexcept {
        const Eigen::Vector3<Scalar> linear = velocity.template head<3>();
        Eigen::Vector3<Scalar> sum = acceleration.template head<3>();
        coupling(pose.position, linear, sum);
        acceleration.template head<3>() = sum;
    }
};

}  // namespace primore
