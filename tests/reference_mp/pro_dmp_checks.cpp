// SPDX-License-Identifier: MIT

// ProDMP

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>


#include "reference_mp/checks.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

primore::ProDmpOptions<Scalar> prodmp_options(const ReferenceCase& c) {
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
Table single_responses(primore::ProDmpOptions<Scalar> options, const VectorX<Scalar>& learned, double start, const VectorX<Scalar>& times) {
    options.dofs = 1;
    options.learn_weights = options.learn_goal = true;
    const primore::ProDmp<Scalar> primitive(options);
    Table result{{times.size(), options.basis_count + 1}, {times.size(), options.basis_count + 1}, {}};
    for (Index k = 0; k <= options.basis_count; ++k) {
        VectorX<Scalar> parameters(primitive.parameter_count());
        parameters << learned, VectorX<Scalar>::Unit(options.basis_count + 1, k) / primitive.parameter_scale()(k);
        const auto motion = primitive.trajectory(parameters, {.time = start});
        const Table response = evaluated(motion, times);
        result.positions.col(k) = response.positions;
        result.velocities.col(k) = response.velocities * motion.duration();
    }
    return result;
}

void check_prodmp(const ReferenceCase& c, double tolerance) {
    const auto options = prodmp_options(c);
    const primore::ProDmp<Scalar> primitive(options);
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    if (c.has("expected.weights_goal_scale"))
        CHECK_THAT(primitive.parameter_scale(), near(c.vector("expected.weights_goal_scale"), tolerance));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const VectorX<Scalar> times = member(c, "inputs.times", 1, batch), parameters = member(c, "inputs.params", 1, batch);
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
    const primore::ProDmp<Scalar> primitive(prodmp_options(c));
    const VectorX<Scalar> times = c.vector("expected.times");
    MatrixXd positions(times.size(), primitive.dofs()), velocities = positions;
    const Index segments = count(c, "inputs.segments.count");
    primore::StartState<Scalar> state;
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
    const primore::ProDmp<Scalar> primitive({.dofs = count(c, "config.num_dof"),
                                             .duration = c.number("config.tau"),
                                             .delay = c.number("config.delay"),
                                             .basis_count = count(c, "config.num_basis"),
                                             .bandwidth_factor = c.number("config.basis_bandwidth_factor"),
                                             .basis_outside = count(c, "config.num_basis_outside"),
                                             .alpha = alpha,
                                             .alpha_phase = c.number("config.alpha_phase")});
    const primore::NormalizedRbf<Scalar> functions(exponential_phase(c), {.count = count(c, "config.num_basis"),
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

