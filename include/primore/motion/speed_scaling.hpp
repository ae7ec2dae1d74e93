// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <primore/basis/movement_clock.hpp>
#include <primore/primitive/movement_primitive.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// Turns a set point of a movement into that of the same movement run at another rate: y(s(t)) and its derivatives with respect to t.
///
///     y unchanged,     dy/dt = y' rate,     d2y/dt2 = y'' rate^2 + y' rate_change
///
/// @param rate         ds/dt [-]
/// @param rate_change  d2s/dt2 [1/s]
template <Real Scalar, int Dofs>
void scale_speed(Setpoint<Scalar, Dofs>& setpoint, const Scalar& rate, const Scalar& rate_change) noexcept {
    setpoint.acceleration = setpoint.acceleration * (rate * rate) + setpoint.velocity * rate_change;
    setpoint.velocity *= rate;
}

/// Writes the set point of a motion at the time and rate that a movement clock shows into vectors that have size D. No allocation.
template <std::floating_point Scalar, int Dofs>
void evaluate(const Motion<Scalar, Dofs> auto& motion, const MovementClock<Scalar>& clock, Setpoint<Scalar, Dofs>& setpoint) noexcept {
    motion.evaluate(clock.time(), setpoint);
    scale_speed(setpoint, clock.rate(), clock.rate_change());
}

}  // namespace primore
