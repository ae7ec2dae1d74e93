// SPDX-License-Identifier: MIT

// ProMP trajectories and the gradients of both primitives against the numbers of MP_PyTorch.

#include <algorithm>

#include <Eigen/Core>

#include <primore/primitive/pro_mp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/mp_pytorch.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

template <typename Scalar>
void check_promp(const ReferenceCase& c, double tolerance) {
    const primore::ProMp<Scalar> primitive(promp_options<Scalar>(c));
    const bool is_padded = c.text("config.mp_type") == "zero_padding_promp";
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const auto times = member<Scalar>(c, "inputs.times", 1, batch), parameters = member<Scalar>(c, "inputs.params", 1, batch);
        auto motion = primitive.trajectory(parameters);
        if (is_padded && c.has("inputs.init_pos")) {
            const Scalar start =
                c.has("inputs.init_time") ? member<Scalar>(c, "inputs.init_time", 0, batch)(0) : std::min(Scalar(0), times.minCoeff());
            motion = primitive.trajectory(parameters, {.time = start, .position = member<Scalar>(c, "inputs.init_pos", 1, batch)});
        }
        const Eigen::MatrixX<Scalar> positions = evaluated(motion, times).positions;
        CHECK_THAT(positions, near(member_matrix(c, "expected.pos", batch), tolerance));
        // differences of rounded positions: the rounding grows with the rate of the samples
        const double rate = sizeof(Scalar) == 4 ? 1 / static_cast<double>((times(1) - times(0))) : 1;
        CHECK_THAT(forward_differences(positions, times), near(member_matrix(c, "expected.vel", batch), tolerance * rate));
        if (c.has("expected.pos_flat")) CHECK_THAT(positions.reshaped(), near(member(c, "expected.pos_flat", 1, batch), tolerance));
    }
}

}  // namespace

void add_pro_mp_checks(Checks& checks) {
    checks["promp_trajectory"] = {check_promp<double>, check_promp<float>, 1e-5};
    checks["promp_zero_padding"] = {check_promp<double>, check_promp<float>, 1e-5};
}

}  // namespace primore_test
