// SPDX-License-Identifier: MIT

// Phases and bases against the numbers of MP_PyTorch.

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

template <typename Scalar>
primore::LinearPhase<Scalar> linear_phase(const ReferenceCase& c) {
    return {number<Scalar>(c, "config.tau"), number<Scalar>(c, "config.delay")};
}

template <typename Scalar>
primore::ExponentialPhase<Scalar> exponential_phase(const ReferenceCase& c) {
    return {number<Scalar>(c, "config.tau"), number<Scalar>(c, "config.delay"), number<Scalar>(c, "config.alpha_phase")};
}

template <typename Scalar>
void check_bounds(const auto& phase, const ReferenceCase& c, double tolerance) {
    const Eigen::VectorX<Scalar> times = vector<Scalar>(c, "inputs.times");
    CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return phase.at(t); }), near(c.vector("expected.phase"), tolerance));
    CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return phase.unbounded(t); }), near(c.vector("expected.unbound_phase"), tolerance));
    CHECK_THAT(each<Scalar>(vector<Scalar>(c, "inputs.phases"), [&](Scalar p) { return phase.time_of(p); }),
               near(c.vector("expected.phase_to_time"), tolerance));
}

template <typename Scalar>
void check_phase_linear(const ReferenceCase& c, double tolerance) {
    check_bounds<Scalar>(linear_phase<Scalar>(c), c, tolerance);
}

template <typename Scalar>
void check_phase_exp(const ReferenceCase& c, double tolerance) {
    const auto phase = exponential_phase<Scalar>(c);
    check_bounds<Scalar>(phase, c, tolerance);
    const Eigen::VectorX<Scalar> times = vector<Scalar>(c, "inputs.times");
    CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return phase.elapsed(t); }),
               near(c.vector("expected.left_bound_linear_phase"), tolerance));
    CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return phase.scaled_time(t); }),
               near(c.vector("expected.unbound_linear_phase"), tolerance));
    CHECK_THAT(each<Scalar>(vector<Scalar>(c, "inputs.linear_phases"), [&](Scalar z) { return phase.time_of_scaled_time(z); }),
               near(c.vector("expected.linear_phase_to_time"), tolerance));
}

template <typename Scalar, typename Phase>
void check_learned(const Phase& phase, const ReferenceCase& c, double tolerance) {
    const std::string learn = " " + c.text("config.learn") + " ";
    const auto has = [&](const std::string& word) { return learn.find(" " + word + " ") != std::string::npos; };
    const primore::LearnedPhase learned{.duration = has("tau"), .delay = has("delay"), .decay = has("alpha_phase")};
    CHECK(learned.count() == count(c, "expected.num_params"));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const Eigen::VectorX<Scalar> parameters = member<Scalar>(c, "inputs.params", 1, batch),
                                     times = member<Scalar>(c, "inputs.times", 1, batch);
        const Phase read = learned.read("reference", phase, parameters);
        CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return read.at(t); }), near(member(c, "expected.phase", 1, batch), tolerance));
        CHECK_THAT(each<Scalar>(times, [&](Scalar t) { return read.unbounded(t); }),
                   near(member(c, "expected.unbound_phase", 1, batch), tolerance));
        CHECK_THAT(parameters.tail(parameters.size() - learned.count()), near(member(c, "expected.remaining_params", 1, batch), tolerance));
        std::vector<Scalar> consumed;
        if (learned.duration) consumed.push_back(read.duration);
        if (learned.delay) consumed.push_back(read.delay);
        if constexpr (requires { read.decay; }) {
            if (learned.decay) consumed.push_back(read.decay);
        }
        CHECK_THAT(Eigen::VectorX<Scalar>::Map(consumed.data(), static_cast<Index>(consumed.size())),
                   near(member(c, "expected.get_params", 1, batch), tolerance));
    }
}

template <typename Scalar>
void check_phase_learned(const ReferenceCase& c, double tolerance) {
    if (is_exponential(c)) {
        check_learned<Scalar>(exponential_phase<Scalar>(c), c, tolerance);
    } else {
        check_learned<Scalar>(linear_phase<Scalar>(c), c, tolerance);
    }
}

/// Centres, widths and values; `multi_dof` copies of the basis in a block matrix where the case has it.
template <typename Scalar, typename Phase>
void check_rbf(const Phase& phase, const primore::NormalizedRbfOptions<Scalar>& options, const ReferenceCase& c, double tolerance) {
    const primore::NormalizedRbf<Scalar> basis(phase, options);
    CHECK_THAT(basis.centres(), near(c.vector("expected.centers_phase"), tolerance));
    CHECK_THAT(basis.widths(), near(c.vector("expected.bandwidth"), tolerance));
    const Eigen::VectorX<Scalar> times = vector<Scalar>(c, "inputs.times");
    Eigen::MatrixX<Scalar> values(times.size(), basis.count());
    for (Index row = 0; row < times.size(); ++row) values.row(row) = functions(basis, phase.at(times(row))).value.transpose();
    CHECK_THAT(values, near(c.matrix("expected.basis"), tolerance));
    if (!c.has("expected.basis_multi_dofs_first4")) return;
    const Index dofs = count(c, "inputs.multi_dof"), rows = std::min<Index>(4, times.size());
    Eigen::MatrixX<Scalar> blocks = Eigen::MatrixX<Scalar>::Zero(dofs * rows, dofs * basis.count());
    for (Index dof = 0; dof < dofs; ++dof) blocks.block(dof * rows, dof * basis.count(), rows, basis.count()) = values.topRows(rows);
    CHECK_THAT(blocks, near(c.matrix("expected.basis_multi_dofs_first4"), tolerance));
}

template <typename Scalar>
void check_basis_norm_rbf(const ReferenceCase& c, double tolerance) {
    const primore::NormalizedRbfOptions<Scalar> options{.count = count(c, "config.num_basis"),
                                                        .outside = count(c, "config.num_basis_outside"),
                                                        .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor"),
                                                        .denominator_floor = Scalar(1e-15)};
    if (is_exponential(c)) {
        check_rbf<Scalar>(exponential_phase<Scalar>(c), options, c, tolerance);
    } else {
        check_rbf<Scalar>(linear_phase<Scalar>(c), options, c, tolerance);
    }
}

template <typename Scalar>
void check_basis_zero_padding_rbf(const ReferenceCase& c, double tolerance) {
    const Index learnable = count(c, "config.num_basis");
    CHECK(learnable == count(c, "expected.num_learnable_basis"));
    const primore::NormalizedRbfOptions<Scalar> options{
        .count = learnable + count(c, "config.num_basis_zero_start") + count(c, "config.num_basis_zero_goal"),
        .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor"),
        .denominator_floor = Scalar(1e-15)};
    if (is_exponential(c)) {
        check_rbf<Scalar>(exponential_phase<Scalar>(c), options, c, tolerance);
    } else {
        check_rbf<Scalar>(linear_phase<Scalar>(c), options, c, tolerance);
    }
}

template <typename Scalar>
void check_basis_prodmp(const ReferenceCase& c, double tolerance) {
    const primore::ProDmpBasis<Scalar> basis({.count = count(c, "config.num_basis"),
                                              .outside = count(c, "config.num_basis_outside"),
                                              .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor"),
                                              .alpha = number<Scalar>(c, "config.alpha"),
                                              .decay = number<Scalar>(c, "config.alpha_phase"),
                                              .discretization = primore::ProDmpDiscretization::mp_pytorch,
                                              .step = number<Scalar>(c, "config.dt") / number<Scalar>(c, "config.tau"),
                                              .table_length = count(c, "config.pre_compute_length_factor", 6)});
    CHECK(basis.table().node_count() == count(c, "expected.num_grid_points"));
    CHECK_THAT(basis.scale(), near(c.vector("expected.basis_scale_factors"), tolerance));

    const Eigen::VectorX<Scalar> times = vector<Scalar>(c, "inputs.times");
    const Eigen::VectorX<Scalar> scaled =
        each<Scalar>(times, [phase = exponential_phase<Scalar>(c)](Scalar t) { return phase.scaled_time(t); });
    const auto columns = basis.columns(scaled);
    CHECK_THAT(columns.position, near(c.matrix("expected.pos_basis"), tolerance));
    CHECK_THAT(columns.velocity, near(c.matrix("expected.vel_basis"), tolerance));
    // The library's solutions y1 = exp(-alpha z/2) and y2 = z y1 in terms of ours: y1 = A_11 - alpha/2 A_12, y2 = A_12.
    const Scalar half = number<Scalar>(c, "config.alpha") / 2;
    const auto solution = [&](Index row, Scalar factor) {
        return each<Scalar>(scaled, [&](Scalar z) {
            return factor * basis.transition(Scalar(0), z)(row, 0) + (1 - factor * (1 + half)) * basis.transition(Scalar(0), z)(row, 1);
        });
    };
    CHECK_THAT(solution(0, 1), near(c.vector("expected.y1"), tolerance));
    CHECK_THAT(solution(0, 0), near(c.vector("expected.y2"), tolerance));
    CHECK_THAT(solution(1, 1), near(c.vector("expected.dy1"), tolerance));
    CHECK_THAT(solution(1, 0), near(c.vector("expected.dy2"), tolerance));

    // Nodes are read at `step` times their number (see the quirk of a grid that does not fit).
    const auto nodes = basis.columns(vector<Scalar>(c, "inputs.grid_rows") * basis.options().step);
    CHECK_THAT(nodes.position, near(c.matrix("expected.grid_pos_basis_rows"), tolerance));
    CHECK_THAT(nodes.velocity, near(c.matrix("expected.grid_vel_basis_rows"), tolerance));
}

}  // namespace

void add_phase_checks(Checks& checks) {
    checks["phase_linear"] = {check_phase_linear<double>, check_phase_linear<float>, 1e-5};
    checks["phase_exp"] = {check_phase_exp<double>, check_phase_exp<float>, 1e-5};
    checks["phase_learned"] = {check_phase_learned<double>, check_phase_learned<float>, 1e-5};
    checks["basis_norm_rbf"] = {check_basis_norm_rbf<double>, check_basis_norm_rbf<float>, 1e-5};
    checks["basis_zero_padding_rbf"] = {check_basis_zero_padding_rbf<double>, check_basis_zero_padding_rbf<float>, 1e-5};
    checks["basis_prodmp"] = {check_basis_prodmp<double>, check_basis_prodmp<float>, 1e-5};
}

}  // namespace primore_test
