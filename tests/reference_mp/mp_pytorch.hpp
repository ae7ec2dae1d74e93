// SPDX-License-Identifier: MIT
#pragma once

// What the cases of MP_PyTorch say of a primitive, and reading a motion at any times.

#include <Eigen/Core>

#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/primitive/trajectory.hpp>

#include "reference_mp/checks.hpp"

namespace primore_test {

template <typename Scalar>
primore::ProMpOptions<Scalar> promp_options(const ReferenceCase& c) {
    const bool is_padded = c.text("config.mp_type") == "zero_padding_promp";
    return {.dofs = count(c, "config.num_dof", 1),
            .duration = number_or<Scalar>(c, "config.tau", 3),
            .delay = is_padded ? 0 : number_or<Scalar>(c, "config.delay", 0),  // the library's factory drops it
            .basis_count = count(c, "config.mp_args.num_basis"),
            .bandwidth_factor = number<Scalar>(c, "config.mp_args.basis_bandwidth_factor"),
            .basis_outside = count(c, "config.mp_args.num_basis_outside"),
            .zero_start = count(c, "config.mp_args.num_basis_zero_start"),
            .zero_goal = count(c, "config.mp_args.num_basis_zero_goal"),
            .start_padding = primore::StartPadding::zero,
            .weights_scale = vector_or_one<Scalar>(c, "config.mp_args.weights_scale"),
            .learn_duration = flag(c, "config.learn_tau"),
            .learn_delay = flag(c, "config.learn_delay")};
}

template <typename Scalar>
primore::ProDmpOptions<Scalar> prodmp_options(const ReferenceCase& c) {
    return {.dofs = count(c, "config.num_dof", 1),
            .duration = number_or<Scalar>(c, "config.tau", 3),
            .delay = number_or<Scalar>(c, "config.delay", 0),
            .basis_count = count(c, "config.mp_args.num_basis"),
            .bandwidth_factor = number<Scalar>(c, "config.mp_args.basis_bandwidth_factor"),
            .basis_outside = count(c, "config.mp_args.num_basis_outside"),
            .alpha = number_or<Scalar>(c, "config.mp_args.alpha", 25),
            .alpha_phase = number_or<Scalar>(c, "config.mp_args.alpha_phase", 3),
            .weights_scale = vector_or_one<Scalar>(c, "config.mp_args.weights_scale"),
            .goal_scale = number_or<Scalar>(c, "config.mp_args.goal_scale", 1),
            .auto_scale = flag(c, "config.mp_args.auto_scale_basis"),
            .relative_goal = flag(c, "config.mp_args.relative_goal"),
            .learn_weights = !flag(c, "config.mp_args.disable_weights"),
            .learn_goal = !flag(c, "config.mp_args.disable_goal"),
            .learn_duration = flag(c, "config.learn_tau"),
            .learn_delay = flag(c, "config.learn_delay"),
            .discretization = primore::ProDmpDiscretization::mp_pytorch,
            .time_step = number_or<Scalar>(c, "config.mp_args.dt", 0.01),
            .table_length = count(c, "config.mp_args.pre_compute_length_factor", 6)};
}

/// Set points at any times, also before the start.
template <typename Scalar>
primore::Trajectory<Scalar> evaluated(const auto& motion, const Eigen::VectorX<Scalar>& times) {
    const Eigen::MatrixX<Scalar> empty(times.size(), motion.dofs());
    primore::Trajectory<Scalar> result{times, empty, empty, empty};
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        const auto setpoint = motion.at(times(row));
        result.positions.row(row) = setpoint.position.transpose();
        result.velocities.row(row) = setpoint.velocity.transpose();
        result.accelerations.row(row) = setpoint.acceleration.transpose();
    }
    return result;
}

/// The velocity of the library's ProMP: forward differences of the positions, the last row twice. As a matrix [T x T] it is linear.
template <typename Scalar>
Eigen::MatrixX<Scalar> forward_differences(const Eigen::MatrixX<Scalar>& positions, const Eigen::VectorX<Scalar>& times) {
    Eigen::MatrixX<Scalar> result(positions.rows(), positions.cols());
    for (Eigen::Index row = 0; row + 1 < positions.rows(); ++row) {
        result.row(row) = (positions.row(row + 1) - positions.row(row)) / (times(row + 1) - times(row));
    }
    if (positions.rows() > 1) result.row(positions.rows() - 1) = result.row(positions.rows() - 2);
    return result;
}

}  // namespace primore_test
