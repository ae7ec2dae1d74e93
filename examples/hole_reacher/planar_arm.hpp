// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <numbers>

#include <Eigen/Core>

#include <primore/primitive/setpoint.hpp>

namespace hole_reacher {

/// The joints of a planar arm, from the base to the end effector: a point [m] per column, [2 x (links + 1)].
template <int Links>
using ArmPoints = Eigen::Matrix<double, 2, Links == Eigen::Dynamic ? Eigen::Dynamic : Links + 1>;

/// Forward kinematics of a planar arm with links of length 1 m and its base at the origin.
///
///     p_0 = 0,   p_i = p_{i-1} + (cos theta_i, sin theta_i),   theta_i = q_1 + ... + q_i
///
/// @param joint_angles  q [links] [rad], zero is the direction of the link before
template <int Links>
[[nodiscard]] ArmPoints<Links> arm_points(const primore::DofVector<double, Links>& joint_angles) {
    ArmPoints<Links> points(2, joint_angles.size() + 1);
    points.col(0).setZero();
    double theta = 0.0;
    for (Eigen::Index link = 0; link < joint_angles.size(); ++link) {
        theta += joint_angles(link);
        points.col(link + 1) = points.col(link) + Eigen::Vector2d(std::cos(theta), std::sin(theta));
    }
    return points;
}

/// Whether a, b, c turn counter-clockwise; three points on a line do not.
[[nodiscard]] inline bool turns_left(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const Eigen::Vector2d& c) noexcept {
    constexpr double area_of_a_line = 1e-12;
    return (c.y() - a.y()) * (b.x() - a.x()) - (b.y() - a.y()) * (c.x() - a.x()) > area_of_a_line;
}

/// Whether the segments ab and cd intersect: each separates the end points of the other.
[[nodiscard]] inline bool segments_intersect(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const Eigen::Vector2d& c,
                                             const Eigen::Vector2d& d) noexcept {
    return turns_left(a, c, d) != turns_left(b, c, d) && turns_left(a, b, c) != turns_left(a, b, d);
}

/// Whether the arm touches itself: a joint is bent by more than pi, or two links that are no neighbours intersect.
template <int Links>
[[nodiscard]] bool touches_itself(const primore::DofVector<double, Links>& joint_angles, const ArmPoints<Links>& points) noexcept {
    if ((joint_angles.array().abs() > std::numbers::pi).any()) return true;
    for (Eigen::Index i = 0; i + 1 < points.cols(); ++i) {
        for (Eigen::Index j = i + 2; j + 1 < points.cols(); ++j) {
            if (segments_intersect(points.col(i), points.col(i + 1), points.col(j), points.col(j + 1))) return true;
        }
    }
    return false;
}

}  // namespace hole_reacher
