// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/primitive/setpoint.hpp>

namespace primore {

/// The measured state of the joints.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct JointState {
    DofVector<Scalar, Dofs> position;  ///< [D] [rad] or [m]
    DofVector<Scalar, Dofs> velocity;  ///< [D] per second
};

/// A Controller turns the set point of one control step into a command for the robot.
///
/// The call is made in a control loop: it is `noexcept`, allocates nothing and writes into a command of the right size.
///
///     struct PositionController {
///         void command(const Setpoint<double, 7>& desired, const JointState<double, 7>&, DofVector<double, 7>& out) const noexcept {
///             out = desired.position;
///         }
///     };
template <typename C, typename Scalar, int Dofs = Eigen::Dynamic>
concept Controller = std::floating_point<Scalar> && requires(C& controller, const Setpoint<Scalar, Dofs>& desired,
                                                             const JointState<Scalar, Dofs>& measured, DofVector<Scalar, Dofs>& out) {
    { controller.command(desired, measured, out) } noexcept -> std::same_as<void>;
};

}  // namespace primore
