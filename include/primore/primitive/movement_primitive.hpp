// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// A Motion is one movement, planned: a set point for every time from its start on.
///
/// `evaluate` writes into a Setpoint of the right size. It is called in a control loop: it is `noexcept`, allocates nothing, answers
/// any time (one before the start, or NaN, counts as the start) and gives finite numbers only. `table` throws for a time before
/// the start. `duration` leaves out the delay: the movement takes place between end_time() - duration() and end_time() [s].
template <typename M, typename Scalar, int Dofs = Eigen::Dynamic>
concept Motion = std::floating_point<Scalar> &&
    requires(const M& motion, Scalar time, Setpoint<Scalar, Dofs>& setpoint, const Eigen::VectorX<Scalar>& times) {
    { motion.evaluate(time, setpoint) } noexcept -> std::same_as<void>;
    { motion.at(time) } -> std::same_as<Setpoint<Scalar, Dofs>>;
    { motion.table(times) } -> std::same_as<Trajectory<Scalar, Dofs>>;
    { motion.start_time() } noexcept -> std::same_as<Scalar>;
    { motion.end_time() } noexcept -> std::same_as<Scalar>;
    { motion.duration() } noexcept -> std::same_as<Scalar>;
    { motion.dofs() } noexcept -> std::same_as<Eigen::Index>;
};

/// A MovementPrimitive makes a Motion of a parameter vector [parameter_count()] and the state in which the robot is.
///
/// It is a value that does not change: one primitive may plan in many threads. `trajectory` throws std::invalid_argument for
/// parameters or a state that it cannot use. The motion does not refer to the primitive. The smallest one stays where it is:
///
///     struct Rest {
///         struct Motion {
///             Setpoint<double, 2> here;
///             double since;
///             void evaluate(double, Setpoint<double, 2>& setpoint) const noexcept { setpoint = here; }
///             Setpoint<double, 2> at(double) const noexcept { return here; }
///             Trajectory<double, 2> table(const Eigen::VectorXd& times) const { return tabulate<double, 2>("Rest", *this, times); }
///             double start_time() const noexcept { return since; }
///             double end_time() const noexcept { return since; }
///             double duration() const noexcept { return 0; }
///             Eigen::Index dofs() const noexcept { return 2; }
///         };
///         Motion trajectory(const Eigen::VectorXd&, const StartState<double, 2>& start) const {
///             return {{start.position, Eigen::Vector2d::Zero(), Eigen::Vector2d::Zero()}, start.time};
///         }
///         Eigen::Index parameter_count() const noexcept { return 0; }
///         Eigen::Index dofs() const noexcept { return 2; }
///     };
template <typename P, typename Scalar, int Dofs = Eigen::Dynamic>
concept MovementPrimitive = std::floating_point<Scalar> &&
    requires(const P& primitive, const Eigen::VectorX<Scalar>& parameters, const StartState<Scalar, Dofs>& start) {
    { primitive.trajectory(parameters, start) } -> Motion<Scalar, Dofs>;
    { primitive.parameter_count() } noexcept -> std::same_as<Eigen::Index>;
    { primitive.dofs() } noexcept -> std::same_as<Eigen::Index>;
};

}  // namespace primore
