// SPDX-License-Identifier: MIT

// Phases and bases against the numbers of MP_PyTorch.

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>

#include "reference_mp/checks.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

bool is_exponential(const ReferenceCase& c) { return c.text("config.phase") == "exp_decay"; }

primore::LinearPhase<Scalar> linear_phase(const ReferenceCase& c) { return {c.number("config.tau"), c.number("config.delay")}; }

primore::ExponentialPhase<Scalar> exponential_phase(const ReferenceCase& c) {
    return {c.number("config.tau"), c.number("config.delay"), c.number("config.alpha_phase")};
}

void check_bounds(const auto& phase, const ReferenceCase& c, double tolerance) {
    const VectorX<Scalar> times = c.vector("inputs.times");
    CHECK_THAT(each(times, [&](double t) { return phase.at(t); }), near(c.vector("expected.phase"), tolerance));
    CHECK_THAT(each(times, [&](double t) { return phase.unbounded(t); }), near(c.vector("expected.unbound_phase"), tolerance));
    CHECK_THAT(each(c.vector("inputs.phases"), [&](double p) { return phase.time_of(p); }),
               near(c.vector("expected.phase_to_time"), tolerance));
}

void check_phase_linear(const ReferenceCase& c, double tolerance) { check_bounds(linear_phase(c), c, tolerance); }

void check_phase_exp(const ReferenceCase& c, double tolerance) {
    const auto phase = exponential_phase(c);
    check_bounds(phase, c, tolerance);
    const VectorX<Scalar> times = c.vector("inputs.times");
    CHECK_THAT(each(times, [&](double t) { return phase.elapsed(t); }), near(c.vector("expected.left_bound_linear_phase"), tolerance));
    CHECK_THAT(each(times, [&](double t) { return phase.scaled_time(t); }), near(c.vector("expected.unbound_linear_phase"), tolerance));
    CHECK_THAT(each(c.vector("inputs.linear_phases"), [&](double z) { return phase.time_of_scaled_time(z); }),
               near(c.vector("expected.linear_phase_to_time"), tolerance));
}

template <typename Phase>
void check_learned(const Phase& phase, const ReferenceCase& c, double tolerance) {
    const std::string learn = " " + c.text("config.learn") + " ";
    const auto has = [&](const std::string& word) { return learn.find(" " + word + " ") != std::string::npos; };
    const primore::LearnedPhase learned{.duration = has("tau"), .delay = has("delay"), .decay = has("alpha_phase")};
    CHECK(learned.count() == count(c, "expected.num_params"));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const VectorX<Scalar> parameters = member(c, "inputs.params", 1, batch), times = member(c, "inputs.times", 1, batch);
        const Phase read = learned.read("reference", phase, parameters);
        CHECK_THAT(each(times, [&](double t) { return read.at(t); }), near(member(c, "expected.phase", 1, batch), tolerance));
        CHECK_THAT(each(times, [&](double t) { return read.unbounded(t); }),
                   near(member(c, "expected.unbound_phase", 1, batch), tolerance));
        CHECK_THAT(parameters.tail(parameters.size() - learned.count()), near(member(c, "expected.remaining_params", 1, batch), tolerance));
        std::vector<Scalar> consumed;
        if (learned.duration) consumed.push_back(read.duration);
        if (learned.delay) consumed.push_back(read.delay);
        if constexpr (requires { read.decay; }) {
            if (learned.decay) consumed.push_back(read.decay);
        }
        CHECK_THAT(VectorX<Scalar>::Map(consumed.data(), static_cast<Index>(consumed.size())),
                   near(member(c, "expected.get_params", 1, batch), tolerance));
    }
}

void check_phase_learned(const ReferenceCase& c, double tolerance) {
    if (is_exponential(c)) {
        check_learned(exponential_phase(c), c, tolerance);
    } else {
        check_learned(linear_phase(c), c, tolerance);
    }
}

/// Centres, widths and values; `multi_dof` copies of the basis in a block matrix where the case has it.
template <typename Phase>
void check_rbf(const Phase& phase, const primore::NormalizedRbfOptions<Scalar>& options, const ReferenceCase& c, double tolerance) {
    const primore::NormalizedRbf<Scalar> basis(phase, options);
    CHECK_THAT(basis.centres(), near(c.vector("expected.centers_phase"), tolerance));
    CHECK_THAT(basis.widths(), near(c.vector("expected.bandwidth"), tolerance));
    const VectorX<Scalar> times = c.vector("inputs.times");
    MatrixXd values(times.size(), basis.count());
    for (Index row = 0; row < times.size(); ++row) values.row(row) = basis.functions(phase.at(times(row))).value.transpose();
    CHECK_THAT(values, near(c.matrix("expected.basis"), tolerance));
    if (!c.has("expected.basis_multi_dofs_first4")) return;
    const Index dofs = count(c, "inputs.multi_dof"), rows = std::min<Index>(4, times.size());
    MatrixXd blocks = MatrixXd::Zero(dofs * rows, dofs * basis.count());
    for (Index dof = 0; dof < dofs; ++dof) blocks.block(dof * rows, dof * basis.count(), rows, basis.count()) = values.topRows(rows);
    CHECK_THAT(blocks, near(c.matrix("expected.basis_multi_dofs_first4"), tolerance));
}

void check_basis_norm_rbf(const ReferenceCase& c, double tolerance) {
    const primore::NormalizedRbfOptions<Scalar> options{.count = count(c, "config.num_basis"),
                                                        .outside = count(c, "config.num_basis_outside"),
                                                        .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
                                                        .denominator_floor = 1e-15};
    if (is_exponential(c)) {
        check_rbf(exponential_phase(c), options, c, tolerance);
    } else {
        check_rbf(linear_phase(c), options, c, tolerance);
    }
}

void check_basis_zero_padding_rbf(const ReferenceCase& c, double tolerance) {
    const Index learnable = count(c, "config.num_basis");
    CHECK(learnable == count(c, "expected.num_learnable_basis"));
    const primore::NormalizedRbfOptions<Scalar> options{
        .count = learnable + count(c, "config.num_basis_zero_start") + count(c, "config.num_basis_zero_goal"),
        .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
        .denominator_floor = 1e-15};
    if (is_exponential(c)) {
        check_rbf(exponential_phase(c), options, c, tolerance);
    } else {
        check_rbf(linear_phase(c), options, c, tolerance);
    }
}

void check_basis_prodmp(const ReferenceCase& c, double tolerance) {
    const primore::ProDmpBasis<Scalar> basis({.count = count(c, "config.num_basis"),
                                              .outside = count(c, "config.num_basis_outside"),
                                              .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
                                              .alpha = c.number("config.alpha"),
                                              .decay = c.number("config.alpha_phase"),
                                              .discretization = primore::ProDmpDiscretization::mp_pytorch,
                                              .step = c.number("config.dt") / c.number("config.tau"),
                                              .table_length = count(c, "config.pre_compute_length_factor", 6)});
    CHECK(basis.node_count() == count(c, "expected.num_grid_points"));
    CHECK_THAT(basis.scale(), near(c.vector("expected.basis_scale_factors"), tolerance));

    const VectorX<Scalar> times = c.vector("inputs.times");
    const VectorX<Scalar> scaled = each(times, [phase = exponential_phase(c)](double t) { return phase.scaled_time(t); });
    const auto columns = basis.columns(scaled);
    CHECK_THAT(columns.position, near(c.matrix("expected.pos_basis"), tolerance));
    CHECK_THAT(columns.velocity, near(c.matrix("expected.vel_basis"), tolerance));
    // The library's solutions y1 = exp(-alpha z/2) and y2 = z y1 in terms of ours: y1 = A_11 - alpha/2 A_12, y2 = A_12.
    const double half = c.number("config.alpha") / 2;
    const auto solution = [&](Index row, double factor) {
        return each(scaled, [&](double z) {
            return factor * basis.transition(0, z)(row, 0) + (1 - factor * (1 + half)) * basis.transition(0, z)(row, 1);
        });
    };
    CHECK_THAT(solution(0, 1), near(c.vector("expected.y1"), tolerance));
    CHECK_THAT(solution(0, 0), near(c.vector("expected.y2"), tolerance));
    CHECK_THAT(solution(1, 1), near(c.vector("expected.dy1"), tolerance));
    CHECK_THAT(solution(1, 0), near(c.vector("expected.dy2"), tolerance));

    // Nodes are read at `step` times their number (see the quirk of a grid that does not fit).
    const auto nodes = basis.columns(c.vector("inputs.grid_rows") * basis.options().step);
    CHECK_THAT(nodes.position, near(c.matrix("expected.grid_pos_basis_rows"), tolerance));
    CHECK_THAT(nodes.velocity, near(c.matrix("expected.grid_vel_basis_rows"), tolerance));
}

}  // namespace

