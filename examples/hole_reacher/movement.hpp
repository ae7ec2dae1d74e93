// SPDX-License-Identifier: MIT
#pragma once

// How parameters become a movement of the arm: one of two primitives and a controller.

#include <Eigen/Core>

#include <primore/control/velocity_controller.hpp>
#include <primore/episode/outcome.hpp>
#include <primore/episode/roll_out.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "hole_reacher.hpp"

namespace hole_reacher {

using Arm = HoleReacher<5>;

/// From this standard deviation of all parameters the search starts; its mean is zero: the arm stays where it is.
inline constexpr double initial_deviation = 0.1;

/// Five weights for each joint, and one function that holds the start.
[[nodiscard]] inline primore::ProMp<double, 5> promp() {
    return primore::ProMp<double, 5>(
        {.duration = 2.0, .basis_count = 5, .bandwidth_factor = 3.0, .zero_start = 1, .weights_scale = Eigen::VectorXd::Constant(1, 2.0)});
}

/// Four weights and the goal for each joint, the goal relative to the start.
[[nodiscard]] inline primore::ProDmp<double, 5> prodmp() {
    return primore::ProDmp<double, 5>({.duration = 2.0, .basis_count = 4, .alpha = 10.0, .auto_scale = true, .relative_goal = true});
}

/// Moves the arm, from the state in which it is, as the parameters say. The observer sees every step.
template <typename Primitive, typename Observer = primore::Unobserved>
primore::Outcome<double> execute(Arm& arm, const Primitive& primitive, const Eigen::VectorXd& parameters, Observer&& observer = {}) {
    const auto [position, velocity] = arm.state();
    const auto motion = primitive.trajectory(parameters, {.position = position, .velocity = velocity});
    primore::VelocityController<double, 5> controller;
    return primore::roll_out(motion, controller, arm, Arm::steps, observer);
}

}  // namespace hole_reacher
