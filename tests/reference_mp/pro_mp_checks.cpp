// SPDX-License-Identifier: MIT

// ProMP trajectories

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>


#include "reference_mp/checks.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

/// The velocity of the library's ProMP: forward differences of the positions, the last row twice.
MatrixXd forward_differences(const MatrixXd& positions, const VectorX<Scalar>& times) {
    MatrixXd result(positions.rows(), positions.cols());
    for (Index row = 0; row + 1 < positions.rows(); ++row) {
        result.row(row) = (positions.row(row + 1) - positions.row(row)) / (times(row + 1) - times(row));
    }
    if (positions.rows() > 1) result.row(positions.rows() - 1) = result.row(positions.rows() - 2);
    return result;
}

void check_promp(const ReferenceCase& c, double tolerance) {
    const bool is_padded = c.text("config.mp_type") == "zero_padding_promp";
    const primore::ProMp<Scalar> primitive({.dofs = count(c, "config.num_dof"),
                                            .duration = c.number_or("config.tau", 3),
                                            .delay = is_padded ? 0 : c.number_or("config.delay", 0),  // the library's factory drops it
                                            .basis_count = count(c, "config.mp_args.num_basis"),
                                            .bandwidth_factor = c.number("config.mp_args.basis_bandwidth_factor"),
                                            .basis_outside = count(c, "config.mp_args.num_basis_outside"),
                                            .zero_start = count(c, "config.mp_args.num_basis_zero_start"),
                                            .zero_goal = count(c, "config.mp_args.num_basis_zero_goal"),
                                            .start_padding = primore::StartPadding::zero,
                                            .weights_scale = vector_or_one(c, "config.mp_args.weights_scale"),
                                            .learn_duration = flag(c, "config.learn_tau"),
                                            .learn_delay = flag(c, "config.learn_delay")});
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const VectorX<Scalar> times = member(c, "inputs.times", 1, batch), parameters = member(c, "inputs.params", 1, batch);
        auto motion = primitive.trajectory(parameters);
        if (is_padded && c.has("inputs.init_pos")) {
            const double start = c.has("inputs.init_time") ? member(c, "inputs.init_time", 0, batch)(0) : std::min(0.0, times.minCoeff());
            motion = primitive.trajectory(parameters, {.time = start, .position = member(c, "inputs.init_pos", 1, batch)});
        }
        const MatrixXd positions = evaluated(motion, times).positions;
        CHECK_THAT(positions, near(member_matrix(c, "expected.pos", batch), tolerance));
        CHECK_THAT(forward_differences(positions, times), near(member_matrix(c, "expected.vel", batch), tolerance));
        if (c.has("expected.pos_flat")) CHECK_THAT(positions.reshaped(), near(member(c, "expected.pos_flat", 1, batch), tolerance));
    }
}

}  // namespace

