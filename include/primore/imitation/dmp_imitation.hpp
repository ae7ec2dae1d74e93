// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/detail/require.hpp>
#include <primore/imitation/demonstration.hpp>
#include <primore/imitation/design_matrix.hpp>
#include <primore/imitation/ridge_regression.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// What the weights of a DMP are made to explain of a demonstration.
enum class DmpImitationTarget {
    positions,    ///< the positions, by the exact response to each weight: nothing is differentiated, noise stays as small as it is
    forces,       ///< the forcing term that the demonstrated accelerations ask for (inverse dynamics) [Ijspeert13]
    bare_forces,  ///< the same before it fades: late samples weigh more [dmpbbo]
};

template <std::floating_point Scalar>
struct DmpImitationOptions {
    Eigen::VectorX<Scalar> goal = {};            ///< [D]; empty is the last sample
    Eigen::VectorX<Scalar> start_velocity = {};  ///< [D]; empty: found from the first samples, or zero before the delay has ended
    Scalar regularization = Scalar(1e-12);       ///< of the weights, not negative [mp_lib: 1e-12]
    Eigen::Index velocity_samples = 5;           ///< from how many samples the first velocity is found: see initial_velocity()
};

/// A movement that repeats a demonstration.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct DmpImitation {
    Eigen::VectorX<Scalar> parameters;  ///< of the primitive, [parameter_count()]
    StartState<Scalar, Dofs> start;     ///< first sample
};

namespace detail {

template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> goal_of(const Eigen::MatrixX<Scalar>& positions, const DmpImitationOptions<Scalar>& options) {
    if (options.goal.size() > 0) return options.goal;
    return positions.bottomRows(1).transpose();
}

/// Parameters without weights.
template <std::floating_point Scalar, int Dofs, typename Basis>
[[nodiscard]] Eigen::VectorX<Scalar> goal_parameters(const Dmp<Scalar, Dofs, Basis>& dmp, const Eigen::VectorX<Scalar>& goal) {
    require_size("imitate", "goal", goal.size(), dmp.dofs(), "dofs");
    if (dmp.options().goal_scale == 0) refuse("imitate", "goal_scale", 0, "another number: the goal is a parameter");
    Eigen::VectorX<Scalar> parameters = Eigen::VectorX<Scalar>::Zero(dmp.parameter_count());
    const Eigen::Index learned = dmp.learned().count();
    parameters.head(learned) = learned_numbers<Scalar>(dmp.learned(), dmp.clock());
    for (Eigen::Index dof = 0; dof < dmp.dofs(); ++dof) {
        parameters(learned + (dof + 1) * dmp.weight_count() - 1) = goal(dof) / dmp.options().goal_scale;
    }
    return parameters;
}

/// Sets the weights such that functions * weights, [T x K] * [K x D], is near the targets [T x D].
template <std::floating_point Scalar, int Dofs, typename Basis>
void fit_weights(const Dmp<Scalar, Dofs, Basis>& dmp, const Eigen::MatrixX<Scalar>& functions, Eigen::MatrixX<Scalar> targets,
                 const Eigen::VectorX<Scalar>& goal, Scalar regularization, DmpImitation<Scalar, Dofs>& result) {
    if (dmp.options().scaling == DmpScaling::goal_distance) {
        for (Eigen::Index dof = 0; dof < dmp.dofs(); ++dof) {
            const Scalar distance = goal(dof) - result.start.position(dof);
            if (distance == 0)
                refuse("imitate", "goal[" + std::to_string(dof) + "]", goal(dof), "not the start: the weights scale with it");
            targets.col(dof) /= distance;
        }
    }
    require_not_negative("imitate", "regularization", regularization);
    const Eigen::MatrixX<Scalar> scale = dmp.weight_scale();
    const Eigen::MatrixX<Scalar> weights =
        RidgeFactorization<Scalar>(functions, regularization).solve(targets).cwiseQuotient(scale.transpose());
    for (Eigen::Index dof = 0; dof < dmp.dofs(); ++dof) {
        result.parameters.segment(dmp.learned().count() + dof * dmp.weight_count(), weights.rows()) = weights.col(dof);
    }
    require_finite("imitate", "a weight (weights_scale and amplitude must not be 0, and the functions not all the same)",
                   weights.reshaped());
}

}  // namespace detail

/// The forcing term [T x D] in scaled time, scaling and amplitude included, that lets a DMP follow a trajectory exactly: inverse dynamics.
///
/// @param start  where the movement starts
/// @param goal   [D]
/// @throws std::invalid_argument if sizes disagree or a number is not finite
template <std::floating_point Scalar, int Dofs, typename Basis>
[[nodiscard]] Eigen::MatrixX<Scalar> forcing_targets(const Dmp<Scalar, Dofs, Basis>& dmp, const Trajectory<Scalar>& trajectory,
                                                     const StartState<Scalar, Dofs>& start, const Eigen::VectorX<Scalar>& goal) {
    const auto movement = dmp.movement(detail::goal_parameters(dmp, goal), start);
    const auto aim = movement.initial_state().goal;
    const Scalar tau = movement.clock().duration;
    Eigen::MatrixX<Scalar> targets(trajectory.times.size(), dmp.dofs());
    DofVector<Scalar, Dofs> unforced(dmp.dofs());
    for (Eigen::Index row = 0; row < targets.rows(); ++row) {
        const DofVector<Scalar, Dofs> position = trajectory.positions.row(row), slope = tau * trajectory.velocities.row(row);
        movement.second_derivative(dmp.terms().bounded(movement.clock().scaled_time(trajectory.times(row))), aim, position, slope,
                                   unforced);
        targets.row(row) = tau * tau * trajectory.accelerations.row(row) - unforced.transpose();
    }
    return targets;
}

/// Learns a movement from one demonstration by its positions: ridge regression on the exact response to each weight. The duration is
/// that of the primitive's clock. O(T K^2).
///
/// @throws std::invalid_argument if the demonstration or an option does not suit the primitive
template <std::floating_point Scalar, int Dofs, typename Basis>
[[nodiscard]] DmpImitation<Scalar, Dofs> imitate(const Dmp<Scalar, Dofs, Basis>& dmp, const Demonstration<Scalar>& demonstration,
                                                 const DmpImitationOptions<Scalar>& options = {}) {
    demonstration.validate("imitate", "demonstration", dmp.dofs());
    detail::require_at_least("imitate", "velocity_samples", options.velocity_samples, 2);
    const Eigen::VectorX<Scalar> goal = detail::goal_of(demonstration.positions, options);
    const auto& clock = dmp.clock();
    DmpImitation<Scalar, Dofs> result{detail::goal_parameters(dmp, goal), {}};
    result.start = {demonstration.times(0), demonstration.positions.row(0).transpose(), DofVector<Scalar, Dofs>::Zero(dmp.dofs())};
    if (options.start_velocity.size() > 0) {
        detail::require_size("imitate", "start_velocity", options.start_velocity.size(), dmp.dofs(), "dofs");
        result.start.velocity = options.start_velocity;
    } else if (!(result.start.time < clock.delay)) {
        result.start.velocity = initial_velocity(demonstration, options.velocity_samples);
    }
    DmpResponse<Scalar, Basis> response(dmp.terms(), clock.decay, dmp.terms().bounded(clock.scaled_time(result.start.time)));
    Eigen::MatrixX<Scalar> functions(demonstration.times.size(), dmp.basis().count());
    for (Eigen::Index row = 0; row < functions.rows(); ++row) {
        response.advance_to(dmp.terms().bounded(clock.scaled_time(demonstration.times(row))));
        functions.row(row) = response.value().head(functions.cols()).transpose();
    }
    Eigen::MatrixX<Scalar> targets = demonstration.positions;
    targets -= dmp.trajectory(result.parameters, result.start).table(demonstration.times).positions;
    detail::fit_weights(dmp, functions, std::move(targets), goal, options.regularization, result);
    return result;
}

/// Learns a movement from one demonstration with velocities and accelerations, by its forces: ridge regression on the functions. By its
/// positions only the first velocity is used.
///
/// @throws std::invalid_argument if the demonstration or an option does not suit the primitive
template <std::floating_point Scalar, int Dofs, typename Basis>
[[nodiscard]] DmpImitation<Scalar, Dofs> imitate(const Dmp<Scalar, Dofs, Basis>& dmp, const Trajectory<Scalar>& demonstration,
                                                 DmpImitationTarget target, const DmpImitationOptions<Scalar>& options = {}) {
    Demonstration<Scalar>{demonstration.times, demonstration.positions}.validate("imitate", "demonstration", dmp.dofs());
    for (const auto& [name, values] :
         {std::pair("velocities", &demonstration.velocities), std::pair("accelerations", &demonstration.accelerations)}) {
        const auto of = std::string("demonstration.") + name;
        detail::require_size("imitate", of + ".rows()", values->rows(), demonstration.times.size(), "the size of times");
        detail::require_size("imitate", of + ".cols()", values->cols(), dmp.dofs(), "dofs");
        detail::require_finite("imitate", of, *values);
    }
    if (target == DmpImitationTarget::positions) {
        DmpImitationOptions<Scalar> from = options;
        if (from.start_velocity.size() == 0) from.start_velocity = demonstration.velocities.row(0);
        return imitate(dmp, Demonstration<Scalar>{demonstration.times, demonstration.positions}, from);
    }
    const Eigen::VectorX<Scalar> goal = detail::goal_of(demonstration.positions, options);
    DmpImitation<Scalar, Dofs> result{detail::goal_parameters(dmp, goal), {}};
    result.start = {demonstration.times(0), demonstration.positions.row(0).transpose(), demonstration.velocities.row(0).transpose()};
    Eigen::MatrixX<Scalar> targets = forcing_targets(dmp, demonstration, result.start, goal);
    Eigen::MatrixX<Scalar> features(targets.rows(), dmp.basis().count());
    for (Eigen::Index row = 0; row < targets.rows(); ++row) {
        const Scalar z = dmp.terms().bounded(dmp.clock().scaled_time(demonstration.times(row))), decay = dmp.clock().decay;
        const Scalar x = dmp.terms().exponential(z, decay), fading = dmp.terms().fading(z, x, decay).first;
        const Eigen::VectorX<Scalar> phi = functions(dmp.basis(), dmp.terms().phase(z, x, decay).first).value;
        const bool is_bare = target == DmpImitationTarget::bare_forces;
        features.row(row) = (is_bare ? Scalar(1) : fading) * phi.transpose();
        if (is_bare) targets.row(row) /= fading;
    }
    detail::fit_weights(dmp, features, std::move(targets), goal, options.regularization, result);
    return result;
}

}  // namespace primore
