// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <Eigen/Core>

#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/given.hpp>

namespace primore {

/// A vector with one entry per degree of freedom: [D], of fixed size if `Dofs` is a number.
template <Real Scalar, int Dofs = Eigen::Dynamic>
using DofVector = Eigen::Matrix<Scalar, Dofs, 1>;

/// What a primitive asks of the robot at one instant.
template <Real Scalar, int Dofs = Eigen::Dynamic>
struct Setpoint {
    DofVector<Scalar, Dofs> position;      ///< [D] [rad] or [m]
    DofVector<Scalar, Dofs> velocity;      ///< [D] [rad/s] or [m/s]
    DofVector<Scalar, Dofs> acceleration;  ///< [D] [rad/s^2] or [m/s^2]

    /// All zero; with `Dofs == Eigen::Dynamic` this is where the memory comes from.
    [[nodiscard]] static Setpoint zero(Eigen::Index dofs = Dofs) {
        const DofVector<Scalar, Dofs> none = DofVector<Scalar, Dofs>::Zero(dofs);
        return {none, none, none};
    }
};

/// The state from which a movement starts. With `Dofs == Eigen::Dynamic` a vector that is left empty stands for zeros.
template <Real Scalar, int Dofs = Eigen::Dynamic>
struct StartState {
    using Vector = DofVector<Scalar, Dofs>;

    Scalar time = 0;              ///< [s] at which the state holds
    Given<Vector> position = {};  ///< [D]
    Given<Vector> velocity = {};  ///< [D] per second

    /// The state with its empty vectors filled: each has size `dofs`.
    /// @throws std::invalid_argument, in the name of `where`, if a vector has another size or an entry is not finite
    [[nodiscard]] StartState completed(std::string_view where, Eigen::Index dofs) const {
        StartState result = *this;
        detail::require_finite(where, "start.time", time);
        if (position.size() == 0) result.position = Vector::Zero(dofs);
        if (velocity.size() == 0) result.velocity = Vector::Zero(dofs);
        detail::require_size(where, "start.position", result.position.size(), dofs, "dofs");
        detail::require_size(where, "start.velocity", result.velocity.size(), dofs, "dofs");
        detail::require_finite(where, "start.position", result.position);
        detail::require_finite(where, "start.velocity", result.velocity);
        return result;
    }

    /// The same state for a primitive whose number of degrees of freedom is fixed.
    /// @throws std::invalid_argument if it is another number, or an entry is not finite
    template <int Fixed>
        requires(Dofs == Eigen::Dynamic && Fixed != Eigen::Dynamic)
    [[nodiscard]] operator StartState<Scalar, Fixed>() const {
        StartState same = completed("StartState", Fixed);
        return {same.time, same.position, same.velocity};
    }
};

}  // namespace primore
