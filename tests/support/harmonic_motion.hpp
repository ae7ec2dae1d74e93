// SPDX-License-Identifier: MIT
#pragma once

// A motion whose derivatives, extrema and path length are known.

#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

#include "support/numbers.hpp"

namespace primore_test {

/// Two degrees of freedom, from time `from` to `to`, after which it goes on:
///
///     y_0(t) = 2 sin(rate t) + drift t,    y_1(t) = cos(rate t)
template <std::floating_point Scalar>
struct HarmonicMotion {
    static constexpr int size = two_dofs<Scalar>;
    Scalar rate = 1, drift = 0, from = 0, to = 1;

    void evaluate(Scalar time, primore::Setpoint<Scalar, size>& setpoint) const noexcept {
        const Scalar t = time > from ? time : from, sine = std::sin(rate * t), cosine = std::cos(rate * t);
        setpoint.position(0) = 2 * sine + drift * t;
        setpoint.position(1) = cosine;
        setpoint.velocity(0) = 2 * rate * cosine + drift;
        setpoint.velocity(1) = -rate * sine;
        setpoint.acceleration(0) = -2 * rate * rate * sine;
        setpoint.acceleration(1) = -rate * rate * cosine;
    }
    primore::Setpoint<Scalar, size> at(Scalar time) const {
        auto setpoint = primore::Setpoint<Scalar, size>::zero(2);
        evaluate(time, setpoint);
        return setpoint;
    }
    primore::Trajectory<Scalar, size> table(const Eigen::VectorX<Scalar>& times) const {
        return primore::tabulate<Scalar, size>("HarmonicMotion", *this, times);
    }
    Scalar start_time() const noexcept { return from; }
    Scalar end_time() const noexcept { return to; }
    Scalar duration() const noexcept { return to - from; }
    Eigen::Index dofs() const noexcept { return 2; }
};

}  // namespace primore_test
