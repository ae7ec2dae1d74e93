// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/control/controller.hpp>

namespace primore {

/// Hands the desired velocity to a robot that is commanded in velocities.
///
///     u = dy/dt
///
/// Open loop: use it where the robot's own velocity loop is good, or in simulation.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class VelocityController {
public:
    /// Writes the command [D] [rad/s] or [m/s]. No allocation.
    void command(const Setpoint<Scalar, Dofs>& desired, const JointState<Scalar, Dofs>&, DofVector<Scalar, Dofs>& out) const noexcept {
        out = desired.velocity;
    }

    /// The command as a value; allocates if `Dofs` is `Eigen::Dynamic`.
    [[nodiscard]] DofVector<Scalar, Dofs> command(const Setpoint<Scalar, Dofs>& desired, const JointState<Scalar, Dofs>&) const {
        return desired.velocity;
    }
};

}  // namespace primore
