// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/control/controller.hpp>
#include <primore/detail/require.hpp>
#include <primore/episode/outcome.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// What one time step of a plant yields.
template <std::floating_point Scalar>
struct StepResult {
    Scalar reward = 0;
    bool done = false;  ///< the episode ends here
};

/// A Plant is what the controller commands: a simulation or a robot, together with the reward of the task.
///
///     struct Joint {                                                         // one velocity-controlled joint that should reach 1
///         JointState<double, 1> state() const { return now; }
///         double time_step() const { return 0.01; }                                           // [s]
///         StepResult<double> step(const DofVector<double, 1>& command) {                      // advances by one time step
///             now.velocity = command;
///             now.position += time_step() * command;
///             return {.reward = -std::abs(now.position(0) - 1.0), .done = false};
///         }
///         JointState<double, 1> now;
///     };
template <typename P, typename Scalar, int Dofs = Eigen::Dynamic>
concept Plant = std::floating_point<Scalar> && requires(P& plant, const P& constant, const DofVector<Scalar, Dofs>& command) {
    { constant.state() } -> std::convertible_to<JointState<Scalar, Dofs>>;
    { constant.time_step() } -> std::convertible_to<Scalar>;
    { plant.step(command) } -> std::convertible_to<StepResult<Scalar>>;
};

/// One step of a roll-out, for an observer that records it.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct RollOutStep {
    Eigen::Index step;  ///< 0, 1, 2, ...
    Scalar time;        ///< [s] at the end of the step, on the clock of the motion
    const Setpoint<Scalar, Dofs>& desired;
    const DofVector<Scalar, Dofs>& command;
    StepResult<Scalar> result;
};

/// The observer that records nothing.
struct Unobserved {
    template <typename Step>
    void operator()(const Step&) const noexcept {}
};

/// Executes a motion under a controller on a plant and sums up the rewards.
///
/// Step i hands the controller the set point of the end of that step, start + (i + 1) dt, and the state measured before it.
/// The roll-out ends after `steps` steps or when the plant says that it is done.
///
/// @param motion    what a primitive's trajectory() returns
/// @param plant     ready in its initial state; holds the final state afterwards
/// @param steps     at least 1
/// @param observer  called after every step with a RollOutStep; nothing by default
/// @return  the sum of rewards
/// @throws std::invalid_argument if steps < 1 or the plant's time step is not positive
template <typename Motion, typename Control, typename Robot, typename Observer = Unobserved>
auto roll_out(const Motion& motion, Control& controller, Robot& plant, Eigen::Index steps, Observer&& observer = {}) {
    using Desired = decltype(motion.at(motion.start_time()));
    using Vector = decltype(Desired::position);
    using Scalar = typename Vector::Scalar;
    constexpr int dofs = Vector::RowsAtCompileTime;
    static_assert(Controller<Control, Scalar, dofs>, "roll_out: this is no Controller for the motion's scalar and degrees of freedom");
    static_assert(Plant<Robot, Scalar, dofs>, "roll_out: this is no Plant for the motion's scalar and degrees of freedom");

    const Scalar time_step = plant.time_step();
    detail::require_at_least("roll_out", "steps", steps, 1);
    detail::require_positive("roll_out", "plant.time_step()", time_step);

    Desired desired = Desired::zero(motion.dofs());
    Vector command = Vector::Zero(motion.dofs());
    Scalar sum = 0;
    for (Eigen::Index step = 0; step < steps; ++step) {
        const Scalar time = motion.start_time() + static_cast<Scalar>(step + 1) * time_step;
        motion.evaluate(time, desired);
        const JointState<Scalar, dofs> measured = plant.state();
        controller.command(desired, measured, command);
        const StepResult<Scalar> result = plant.step(command);
        sum += result.reward;
        observer(RollOutStep<Scalar, dofs>{step, time, desired, command, result});
        if (result.done) break;
    }
    return Outcome<Scalar>(sum);
}

}  // namespace primore
