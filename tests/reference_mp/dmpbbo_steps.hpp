// SPDX-License-Identifier: MIT
#pragma once

// The steps of dmpbbo that integrate the whole state: the attractor, and with it the systems that move its goal, phase, gating and
// damping, each by its differential equation. In scaled time, z = t / tau:
//
//     ExponentialSystem  x' = -alpha (x - x_attr)                 TimeSystem  x' = 1 below 1, or -1 above 0, else 0
//     SigmoidSystem      x' = max_rate tau x (1 - x / K)          RichardsSystem  x' = alpha (x - left) (1 - u^v),
//                                                                                 u = (x - left) / (right - left)
//
// Everything but the forcing term is counted in double, whatever is tested: float would reach the ends of a TimeSystem a step late.

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/primitive/trajectory.hpp>

#include "reference_mp/checks.hpp"

namespace primore_test {

/// The differential equation of one number.
struct DmpbboSystem {
    double start;
    std::function<double(double)> rate;
};

/// How fast the time of a system runs, compared to that of the movement: it has a tau of its own, which not all of them change with it.
inline double dmpbbo_pace(const ReferenceCase& c, const std::string& name) {
    return c.number("config.tau") / c.number_or("config." + name + ".tau", c.number("config.tau"));
}

/// A system of the case, of one degree of freedom; one that the case does not have stays at `otherwise`.
inline DmpbboSystem dmpbbo_system(const ReferenceCase& c, const std::string& name, Eigen::Index dof, double otherwise) {
    const std::string prefix = "config." + name + ".";
    if (!c.has(prefix + "type")) return {otherwise, [](double) { return 0.0; }};
    const auto of = [&](const char* key) {
        const Eigen::VectorXd values = c.vector(prefix + key);
        return values(std::min(dof, values.size() - 1));
    };
    const double start = of("x_init"), tau = c.number("config.tau"), pace = dmpbbo_pace(c, name);
    const std::string& type = c.text(prefix + "type");
    if (type == "ExponentialSystem") {
        return {start, [rate = pace * of("alpha"), end = of("x_attr")](double x) { return -rate * (x - end); }};
    }
    if (type == "TimeSystem") {
        if (flag(c, prefix + "count_down")) return {start, [pace](double x) { return x > 0 ? -pace : 0; }};
        return {start, [pace](double x) { return x < 1 ? pace : 0; }};
    }
    if (type == "SigmoidSystem") {
        const double rate = tau * of("max_rate");
        const double most = c.has(prefix + "K") ? of("K") : start * (1 + std::exp(rate / pace * of("inflection_ratio")));
        return {start, [rate, most](double x) { return rate * x * (1 - x / most); }};
    }
    REQUIRE(type == "RichardsSystem");
    const double left = of(c.has(prefix + "left_asymptote") ? "left_asymptote" : "left_asymp"), right = of("right_asymp");
    return {start, [rate = pace * of("alpha"), v = of("v"), left, right](double x) {
                return rate * (x - left) * (1 - std::pow((x - left) / (right - left), v));
            }};
}

/// The differential equation of one degree of freedom.
class DmpbboDynamics {
public:
    using State = Eigen::Matrix<double, 6, 1>;  ///< y, y', goal, phase, gating, damping

    /// @param force  of a phase, not gated
    DmpbboDynamics(const ReferenceCase& c, Eigen::Index dof, std::function<double(double)> force)
        : start_(c.vector("config.y_init")(dof)),
          way_(c.vector("config.y_attr")(dof) - start_),
          mass_(c.number_or("config.mass", 1)),
          stiffness_(c.number_or("config.spring_constant", std::pow(c.number("config.alpha_spring_damper") / 2, 2))),
          is_part_of_way_(flag(c, "config.goal_system_requires_scaling")),
          goal_(dmpbbo_system(c, "goal_system", dof, start_ + way_)),
          phase_(dmpbbo_system(c, "phase_system", dof, 0)),
          gating_(dmpbbo_system(c, "gating_system", dof, 1)),
          damping_(dmpbbo_system(c, "damping_system", dof, c.number("config.alpha_spring_damper"))),
          force_(std::move(force)) {}

    State start() const { return {start_, 0, goal_.start, phase_.start, gating_.start, damping_.start}; }

    State rate(const State& state) const {
        const double goal = is_part_of_way_ ? start_ + state(2) * way_ : state(2);
        const double second = (stiffness_ * (goal - state(0)) - state(5) * state(1)) / mass_ + state(4) * force_(state(3));
        return {state(1), second, goal_.rate(state(2)), phase_.rate(state(3)), gating_.rate(state(4)), damping_.rate(state(5))};
    }

    State euler_step(const State& state, double h) const { return state + h * rate(state); }

    State rk4_step(const State& state, double h) const {
        const State k_1 = rate(state), k_2 = rate(state + h / 2 * k_1), k_3 = rate(state + h / 2 * k_2), k_4 = rate(state + h * k_3);
        return state + h / 6 * (k_1 + 2 * k_2 + 2 * k_3 + k_4);
    }

private:
    double start_, way_, mass_, stiffness_;
    bool is_part_of_way_;
    DmpbboSystem goal_, phase_, gating_, damping_;
    std::function<double(double)> force_;
};

/// The states at times [T], with `step(state, h)` from each to the next; the derivatives are those of the states.
template <typename Step>
primore::Trajectory<double> dmpbbo_steps(const DmpbboDynamics& dynamics, const Eigen::VectorXd& times, double tau, Step&& step) {
    const Eigen::MatrixXd empty(times.size(), 1);
    primore::Trajectory<double> result{times, empty, empty, empty};
    DmpbboDynamics::State state = dynamics.start();
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        if (row > 0) state = step(state, (times(row) - times(row - 1)) / tau);
        result.positions(row, 0) = state(0);
        result.velocities(row, 0) = state(1) / tau;
        result.accelerations(row, 0) = dynamics.rate(state)(1) / (tau * tau);
    }
    return result;
}

}  // namespace primore_test
