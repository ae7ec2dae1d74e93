// SPDX-License-Identifier: MIT
#pragma once

// The steps with which other libraries integrate a DMP, through our differential equation: what they compute must come out.

#include <algorithm>

#include <Eigen/Core>

#include <primore/primitive/dmp_movement.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore_test {

/// One movement in scaled time: its second derivative, and its state.
template <typename Movement>
struct Steps {
    using Scalar = typename Movement::Scalar;
    using Vector = typename Movement::Vector;

    const Movement& movement;
    primore::DmpGoal<Scalar> goal = movement.initial_state().goal;
    Vector position = movement.start().position;
    Vector slope = movement.start().velocity * movement.clock().duration;

    Vector second(Scalar z, const Vector& at, const Vector& rate) const {
        Vector result(at.size());
        movement.second_derivative(z, goal, at, rate, result);
        return result;
    }
    Scalar scaled(Scalar time) const { return movement.clock().scaled_time(time); }

    /// Calls step(from, to) for each pair of neighbouring times; returns the positions [T x D].
    template <typename Step>
    Eigen::MatrixX<Scalar> along(const Eigen::VectorX<Scalar>& times, Step&& step) {
        Eigen::MatrixX<Scalar> positions(times.size(), position.size());
        positions.row(0) = position.transpose();
        for (Eigen::Index row = 1; row < times.size(); ++row) {
            step(times(row - 1), times(row));
            positions.row(row) = position.transpose();
        }
        return positions;
    }
};

/// Explicit Euler steps with all forces at the beginning of each; the acceleration is that of the state.
template <typename Movement, typename Scalar>
primore::Trajectory<Scalar> explicit_euler_steps(const Movement& movement, const Eigen::VectorX<Scalar>& times) {
    Steps<Movement> steps{movement};
    const Scalar tau = movement.clock().duration;
    const Eigen::MatrixX<Scalar> empty(times.size(), movement.dofs());
    primore::Trajectory<Scalar> result{times, empty, empty, empty};
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        const auto curvature = steps.second(steps.scaled(times(row)), steps.position, steps.slope);
        result.positions.row(row) = steps.position.transpose();
        result.velocities.row(row) = steps.slope.transpose() / tau;
        result.accelerations.row(row) = curvature.transpose() / (tau * tau);
        if (row + 1 == times.size()) break;
        const Scalar h = (times(row + 1) - times(row)) / tau;
        steps.position += h * steps.slope;
        steps.slope += h * curvature;
    }
    return result;
}

/// Semi-implicit Euler in steps of `length` with the forces at the end of each.
template <typename Movement, typename Scalar>
Eigen::MatrixX<Scalar> late_euler_steps(const Movement& movement, const Eigen::VectorX<Scalar>& times, Scalar length) {
    Steps<Movement> steps{movement};
    return steps.along(times, [&](Scalar from, Scalar to) {
        while (from < to) {
            const Scalar step = std::min(length, to - from), h = step / movement.clock().duration;
            from += step;
            steps.slope += h * steps.second(steps.scaled(from), steps.position, steps.slope);
            steps.position += h * steps.slope;
        }
    });
}

/// Runge-Kutta steps of fourth order whose forces are those of `late` steps later.
template <typename Movement, typename Scalar>
Eigen::MatrixX<Scalar> rk4_steps(const Movement& movement, const Eigen::VectorX<Scalar>& times, double late) {
    using Vector = typename Movement::Vector;
    Steps<Movement> steps{movement};
    return steps.along(times, [&](Scalar from, Scalar to) {
        const Scalar h = (to - from) / movement.clock().duration, z = steps.scaled(from) + static_cast<Scalar>(late) * h;
        const Vector &y = steps.position, &u = steps.slope;
        const Vector k_0 = steps.second(z, y, u), u_1 = u + h / 2 * k_0;
        const Vector k_1 = steps.second(z + h / 2, y + h / 2 * u, u_1), u_2 = u + h / 2 * k_1;
        const Vector k_2 = steps.second(z + h / 2, y + h / 2 * u_1, u_2), u_3 = u + h * k_2;
        const Vector k_3 = steps.second(z + h, y + h * u_2, u_3);
        steps.position += h / 6 * (u + 2 * u_1 + 2 * u_2 + u_3).eval();
        steps.slope += h / 6 * (k_0 + 2 * k_1 + 2 * k_2 + k_3);
    });
}

}  // namespace primore_test
