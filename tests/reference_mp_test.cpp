// SPDX-License-Identifier: MIT

// Movement primitives against the numbers of public reference implementations: every case below <reference directory>/mp.

#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/reference.hpp"

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_test::ReferenceCase;

/// The entries of one batch member, row-major, of a value that has a leading batch index if its rank is higher than `rank`.
VectorXd member(const ReferenceCase& c, const std::string& key, std::size_t rank, Index batch) {
    const VectorXd all = c.vector(key);
    if (c.shape(key).size() == rank) return all;
    const Index size = all.size() / c.shape(key).front();
    return all.segment(batch * size, size);
}

/// The matrix of one batch member.
MatrixXd member_matrix(const ReferenceCase& c, const std::string& key, Index batch) {
    const VectorXd entries = member(c, key, 2, batch);
    const Index columns = c.shape(key).back();
    return entries.reshaped(columns, entries.size() / columns).transpose();
}

Index batch_count(const ReferenceCase& c, const std::string& key, std::size_t rank) {
    return c.shape(key).size() == rank ? 1 : c.shape(key).front();
}

Index count(const ReferenceCase& c, const std::string& key, Index fallback = 0) {
    return static_cast<Index>(c.number_or(key, static_cast<double>(fallback)));
}

bool flag(const ReferenceCase& c, const std::string& key) { return c.number_or(key, 0) != 0; }

VectorXd vector_or_one(const ReferenceCase& c, const std::string& key) { return c.has(key) ? c.vector(key) : VectorXd::Ones(1); }

VectorXd each(const VectorXd& arguments, const std::function<double(double)>& function) { return arguments.unaryExpr(function); }

bool is_exponential(const ReferenceCase& c) { return c.text("config.phase") == "exp_decay"; }

primore::LinearPhase<double> linear_phase(const ReferenceCase& c) { return {c.number("config.tau"), c.number("config.delay")}; }

primore::ExponentialPhase<double> exponential_phase(const ReferenceCase& c) {
    return {c.number("config.tau"), c.number("config.delay"), c.number("config.alpha_phase")};
}

void check_bounds(const auto& phase, const ReferenceCase& c, double tolerance) {
    const VectorXd times = c.vector("inputs.times");
    CHECK_THAT(each(times, [&](double t) { return phase.at(t); }), near(c.vector("expected.phase"), tolerance));
    CHECK_THAT(each(times, [&](double t) { return phase.unbounded(t); }), near(c.vector("expected.unbound_phase"), tolerance));
    CHECK_THAT(each(c.vector("inputs.phases"), [&](double p) { return phase.time_of(p); }),
               near(c.vector("expected.phase_to_time"), tolerance));
}

void check_phase_linear(const ReferenceCase& c, double tolerance) { check_bounds(linear_phase(c), c, tolerance); }

void check_phase_exp(const ReferenceCase& c, double tolerance) {
    const auto phase = exponential_phase(c);
    check_bounds(phase, c, tolerance);
    const VectorXd times = c.vector("inputs.times");
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
        const VectorXd parameters = member(c, "inputs.params", 1, batch), times = member(c, "inputs.times", 1, batch);
        const Phase read = learned.read("reference", phase, parameters);
        CHECK_THAT(each(times, [&](double t) { return read.at(t); }), near(member(c, "expected.phase", 1, batch), tolerance));
        CHECK_THAT(each(times, [&](double t) { return read.unbounded(t); }),
                   near(member(c, "expected.unbound_phase", 1, batch), tolerance));
        CHECK_THAT(parameters.tail(parameters.size() - learned.count()), near(member(c, "expected.remaining_params", 1, batch), tolerance));
        std::vector<double> consumed;
        if (learned.duration) consumed.push_back(read.duration);
        if (learned.delay) consumed.push_back(read.delay);
        if constexpr (requires { read.decay; }) {
            if (learned.decay) consumed.push_back(read.decay);
        }
        CHECK_THAT(VectorXd::Map(consumed.data(), static_cast<Index>(consumed.size())),
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
void check_rbf(const Phase& phase, const primore::NormalizedRbfOptions<double>& options, const ReferenceCase& c, double tolerance) {
    const primore::NormalizedRbf<double> basis(phase, options);
    CHECK_THAT(basis.centres(), near(c.vector("expected.centers_phase"), tolerance));
    CHECK_THAT(basis.widths(), near(c.vector("expected.bandwidth"), tolerance));
    const VectorXd times = c.vector("inputs.times");
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
    const primore::NormalizedRbfOptions<double> options{.count = count(c, "config.num_basis"),
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
    const primore::NormalizedRbfOptions<double> options{
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
    const primore::ProDmpBasis<double> basis({.count = count(c, "config.num_basis"),
                                              .outside = count(c, "config.num_basis_outside"),
                                              .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
                                              .alpha = c.number("config.alpha"),
                                              .decay = c.number("config.alpha_phase"),
                                              .discretization = primore::ProDmpDiscretization::mp_pytorch,
                                              .step = c.number("config.dt") / c.number("config.tau"),
                                              .table_length = count(c, "config.pre_compute_length_factor", 6)});
    CHECK(basis.node_count() == count(c, "expected.num_grid_points"));
    CHECK_THAT(basis.scale(), near(c.vector("expected.basis_scale_factors"), tolerance));

    const VectorXd times = c.vector("inputs.times");
    const VectorXd scaled = each(times, [phase = exponential_phase(c)](double t) { return phase.scaled_time(t); });
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

struct Table {
    MatrixXd positions, velocities, accelerations;
};

/// Set points at any times, also before the start.
Table evaluated(const auto& motion, const VectorXd& times) {
    const MatrixXd empty(times.size(), motion.dofs());
    Table result{empty, empty, empty};
    for (Index row = 0; row < times.size(); ++row) {
        const auto setpoint = motion.at(times(row));
        result.positions.row(row) = setpoint.position.transpose();
        result.velocities.row(row) = setpoint.velocity.transpose();
        result.accelerations.row(row) = setpoint.acceleration.transpose();
    }
    return result;
}

/// The velocity of the library's ProMP: forward differences of the positions, the last row twice.
MatrixXd forward_differences(const MatrixXd& positions, const VectorXd& times) {
    MatrixXd result(positions.rows(), positions.cols());
    for (Index row = 0; row + 1 < positions.rows(); ++row) {
        result.row(row) = (positions.row(row + 1) - positions.row(row)) / (times(row + 1) - times(row));
    }
    if (positions.rows() > 1) result.row(positions.rows() - 1) = result.row(positions.rows() - 2);
    return result;
}

void check_promp(const ReferenceCase& c, double tolerance) {
    const bool is_padded = c.text("config.mp_type") == "zero_padding_promp";
    const primore::ProMp<double> primitive({.dofs = count(c, "config.num_dof"),
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
        const VectorXd times = member(c, "inputs.times", 1, batch), parameters = member(c, "inputs.params", 1, batch);
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

primore::ProDmpOptions<double> prodmp_options(const ReferenceCase& c) {
    return {.dofs = count(c, "config.num_dof", 1),
            .duration = c.number_or("config.tau", 3),
            .delay = c.number_or("config.delay", 0),
            .basis_count = count(c, "config.mp_args.num_basis"),
            .bandwidth_factor = c.number("config.mp_args.basis_bandwidth_factor"),
            .basis_outside = count(c, "config.mp_args.num_basis_outside"),
            .alpha = c.number_or("config.mp_args.alpha", 25),
            .alpha_phase = c.number_or("config.mp_args.alpha_phase", 3),
            .weights_scale = vector_or_one(c, "config.mp_args.weights_scale"),
            .goal_scale = c.number_or("config.mp_args.goal_scale", 1),
            .auto_scale = flag(c, "config.mp_args.auto_scale_basis"),
            .relative_goal = flag(c, "config.mp_args.relative_goal"),
            .learn_weights = !flag(c, "config.mp_args.disable_weights"),
            .learn_goal = !flag(c, "config.mp_args.disable_goal"),
            .learn_duration = flag(c, "config.learn_tau"),
            .learn_delay = flag(c, "config.learn_delay"),
            .discretization = primore::ProDmpDiscretization::mp_pytorch,
            .time_step = c.number_or("config.mp_args.dt", 0.01),
            .table_length = count(c, "config.mp_args.pre_compute_length_factor", 6)};
}

/// The response of one degree of freedom, at rest in zero, to each single weight and to the goal: position and scaled velocity [T x K + 1].
Table single_responses(primore::ProDmpOptions<double> options, const VectorXd& learned, double start, const VectorXd& times) {
    options.dofs = 1;
    options.learn_weights = options.learn_goal = true;
    const primore::ProDmp<double> primitive(options);
    Table result{{times.size(), options.basis_count + 1}, {times.size(), options.basis_count + 1}, {}};
    for (Index k = 0; k <= options.basis_count; ++k) {
        VectorXd parameters(primitive.parameter_count());
        parameters << learned, VectorXd::Unit(options.basis_count + 1, k) / primitive.parameter_scale()(k);
        const auto motion = primitive.trajectory(parameters, {.time = start});
        const Table response = evaluated(motion, times);
        result.positions.col(k) = response.positions;
        result.velocities.col(k) = response.velocities * motion.duration();
    }
    return result;
}

void check_prodmp(const ReferenceCase& c, double tolerance) {
    const auto options = prodmp_options(c);
    const primore::ProDmp<double> primitive(options);
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    if (c.has("expected.weights_goal_scale"))
        CHECK_THAT(primitive.parameter_scale(), near(c.vector("expected.weights_goal_scale"), tolerance));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const VectorXd times = member(c, "inputs.times", 1, batch), parameters = member(c, "inputs.params", 1, batch);
        const double start = member(c, "inputs.init_time", 0, batch)(0);
        const auto motion = primitive.trajectory(
            parameters,
            {.time = start, .position = member(c, "inputs.init_pos", 1, batch), .velocity = member(c, "inputs.init_vel", 1, batch)});
        const Table table = evaluated(motion, times);
        CHECK_THAT(table.positions, near(member_matrix(c, "expected.pos", batch), tolerance));
        CHECK_THAT(table.velocities, near(member_matrix(c, "expected.vel", batch), tolerance));
        if (!c.has("expected.pos_H_single")) continue;
        const Index learned = Index(options.learn_duration) + Index(options.learn_delay);
        const Table single = single_responses(options, parameters.head(learned), start, times);
        CHECK_THAT(single.positions, near(member_matrix(c, "expected.pos_H_single", batch), tolerance));
        CHECK_THAT(single.velocities, near(member_matrix(c, "expected.vel_H_single", batch), tolerance));
    }
}

/// Each segment is planned from the state that the one before has reached, and executed up to the first step of the next.
void check_prodmp_replanning(const ReferenceCase& c, double tolerance) {
    const primore::ProDmp<double> primitive(prodmp_options(c));
    const VectorXd times = c.vector("expected.times");
    MatrixXd positions(times.size(), primitive.dofs()), velocities = positions;
    const Index segments = count(c, "inputs.segments.count");
    primore::StartState<double> state;
    for (Index segment = 0; segment < segments; ++segment) {
        const auto key = [](Index number, const std::string& name) { return "inputs.segments." + std::to_string(number) + "." + name; };
        state.time = c.number(key(segment, "init_time"));
        if (segment == 0) {
            state.position = c.vector(key(0, "init_pos"));
            state.velocity = c.vector(key(0, "init_vel"));
        }
        CHECK_THAT(state.position, near(c.vector(key(segment, "init_pos")), tolerance));
        CHECK_THAT(state.velocity, near(c.vector(key(segment, "init_vel")), tolerance));
        const Index first = count(c, key(segment, "init_step"));
        const Index last = segment + 1 < segments ? count(c, key(segment + 1, "init_step")) : count(c, "inputs.total_steps");
        const auto motion = primitive.trajectory(c.vector(key(segment, "params")), state);
        const Table table = evaluated(motion, times.segment(first, last - first));
        positions.middleRows(first, last - first) = table.positions;
        velocities.middleRows(first, last - first) = table.velocities;
        state.position = table.positions.bottomRows(1).transpose();
        state.velocity = table.velocities.bottomRows(1).transpose();
    }
    CHECK_THAT(positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(velocities, near(c.matrix("expected.vel"), tolerance));
}

/// The accurate discretisation against the solution of the differential equation.
void check_exact_ode(const ReferenceCase& c, double tolerance) {
    const double alpha = c.number("config.alpha");
    REQUIRE_THAT(c.number("config.beta"), near(alpha / 4, 1e-15));
    const primore::ProDmp<double> primitive({.dofs = count(c, "config.num_dof"),
                                             .duration = c.number("config.tau"),
                                             .delay = c.number("config.delay"),
                                             .basis_count = count(c, "config.num_basis"),
                                             .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
                                             .basis_outside = count(c, "config.num_basis_outside"),
                                             .alpha = alpha,
                                             .alpha_phase = c.number("config.alpha_phase")});
    const primore::NormalizedRbf<double> functions(exponential_phase(c), {.count = count(c, "config.num_basis"),
                                                                          .outside = count(c, "config.num_basis_outside"),
                                                                          .bandwidth_factor = c.number("config.basis_bandwidth_factor")});
    CHECK_THAT(functions.centres(), near(c.vector("expected.centers_phase"), tolerance));
    CHECK_THAT(functions.widths(), near(c.vector("expected.bandwidth"), tolerance));

    MatrixXd parameters(count(c, "config.num_basis") + 1, primitive.dofs());  // per degree of freedom: weights, goal
    parameters << c.matrix("inputs.weights").transpose(), c.vector("inputs.goal").transpose();
    const auto motion = primitive.trajectory(
        parameters.reshaped(),
        {.time = c.number("inputs.init_time"), .position = c.vector("inputs.init_pos"), .velocity = c.vector("inputs.init_vel")});
    const Table table = evaluated(motion, c.vector("inputs.times"));
    CHECK_THAT(table.positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(table.velocities, near(c.matrix("expected.vel"), tolerance));
    CHECK_THAT(table.accelerations, near(c.matrix("expected.acc"), tolerance));
}

}  // namespace

TEST_CASE("movement primitives agree with the public reference implementations", "[reference][mp]") {
    const std::map<std::string, std::function<void(const ReferenceCase&, double)>> checks{
        {"phase_linear", check_phase_linear},
        {"phase_exp", check_phase_exp},
        {"phase_learned", check_phase_learned},
        {"basis_norm_rbf", check_basis_norm_rbf},
        {"basis_zero_padding_rbf", check_basis_zero_padding_rbf},
        {"basis_prodmp", check_basis_prodmp},
        {"promp_trajectory", check_promp},
        {"promp_zero_padding", check_promp},
        {"prodmp_trajectory", check_prodmp},
        {"prodmp_replanning", check_prodmp_replanning},
        {"dmp_exact_ode", check_exact_ode},
    };
    std::map<std::string, int> checked;
    for (const ReferenceCase& c : primore_test::reference_cases("mp")) {
        const std::string kind = c.has("kind") ? c.text("kind") : "none";
        INFO("case " << c.name << " of kind " << kind);
        const auto check = checks.find(kind);
        if (check == checks.end()) {
            FAIL_CHECK("no test knows the kind " << kind << " of case " << c.name);
            continue;
        }
        try {
            check->second(c, c.number("tolerance_hint"));
        } catch (const std::exception& error) {
            FAIL_CHECK("case " << c.name << " threw: " << error.what());
        }
        ++checked[kind];
    }
    int total = 0;
    for (const auto& [kind, number] : checked) {
        std::cout << "reference mp: " << number << " of kind " << kind << '\n';
        total += number;
    }
    std::cout << "reference mp: " << total << " cases checked\n";
    CHECK(total > 0);
}
