// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/control/controller.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/given.hpp>

namespace primore {

/// Gains of a PdController, one per degree of freedom.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct PdControllerOptions {
    Given<DofVector<Scalar, Dofs>> stiffness;  ///< [D] P [N m/rad] or [N/m], not negative
    Given<DofVector<Scalar, Dofs>> damping;    ///< [D] D [N m s/rad] or [N s/m], not negative
};

/// Proportional-derivative tracking of position and velocity.
///
///     u = P (y - q) + D (dy/dt - dq/dt)
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class PdController {
public:
    /// @throws std::invalid_argument if a gain is negative or not finite, if there is none, or if the sizes disagree
    explicit PdController(PdControllerOptions<Scalar, Dofs> options) : gains_(std::move(options)) {
        constexpr auto where = "PdController";
        detail::require_at_least(where, "the number of gains in stiffness", gains_.stiffness.size(), 1);
        detail::require_size(where, "damping", gains_.damping.size(), gains_.stiffness.size(), "the size of stiffness");
        for (Eigen::Index dof = 0; dof < gains_.stiffness.size(); ++dof) {
            detail::require_not_negative(where, "stiffness[" + std::to_string(dof) + "]", gains_.stiffness(dof));
            detail::require_not_negative(where, "damping[" + std::to_string(dof) + "]", gains_.damping(dof));
        }
    }

    /// Writes the command [D] [N m] or [N]; every vector has as many entries as there are gains. No allocation. O(D).
    void command(const Setpoint<Scalar, Dofs>& desired, const JointState<Scalar, Dofs>& measured,
                 DofVector<Scalar, Dofs>& out) const noexcept {
        out = gains_.stiffness.cwiseProduct(desired.position - measured.position) +
              gains_.damping.cwiseProduct(desired.velocity - measured.velocity);
    }

    /// The command as a value; allocates if `Dofs` is `Eigen::Dynamic`.
    [[nodiscard]] DofVector<Scalar, Dofs> command(const Setpoint<Scalar, Dofs>& desired, const JointState<Scalar, Dofs>& measured) const {
        DofVector<Scalar, Dofs> out(gains_.stiffness.size());
        command(desired, measured, out);
        return out;
    }

    [[nodiscard]] const PdControllerOptions<Scalar, Dofs>& gains() const noexcept { return gains_; }

private:
    PdControllerOptions<Scalar, Dofs> gains_;
};

}  // namespace primore
