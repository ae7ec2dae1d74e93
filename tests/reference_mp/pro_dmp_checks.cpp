// SPDX-License-Identifier: MIT

// ProDMP against the numbers of MP_PyTorch, and against the solution of its differential equation.

#include <cmath>
#include <string>

#include <Eigen/Core>

#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/primitive/pro_dmp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/mp_pytorch.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

template <typename Scalar>
struct Responses {
    Eigen::MatrixX<Scalar> positions, velocities;  // [T x K + 1], the velocity in scaled time
};

/// The response of one degree of freedom, at rest in zero, to each single weight and to the goal.
template <typename Scalar>
Responses<Scalar> single_responses(primore::ProDmpOptions<Scalar> options, const Eigen::VectorX<Scalar>& learned, Scalar start,
                                   const Eigen::VectorX<Scalar>& times) {
    options.dofs = 1;
    options.learn_weights = options.learn_goal = true;
    const primore::ProDmp<Scalar> primitive(options);
    Responses<Scalar> result{{times.size(), options.basis_count + 1}, {times.size(), options.basis_count + 1}};
    for (Index k = 0; k <= options.basis_count; ++k) {
        Eigen::VectorX<Scalar> parameters(primitive.parameter_count());
        parameters << learned, Eigen::VectorX<Scalar>::Unit(options.basis_count + 1, k) / primitive.parameter_scale()(k);
        const auto motion = primitive.trajectory(parameters, {.time = start});
        const auto response = evaluated(motion, times);
        result.positions.col(k) = response.positions;
        result.velocities.col(k) = response.velocities * motion.duration();
    }
    return result;
}

/// A grid that does not fit the duration stretches the library's time by (tau / dt) / round(tau / dt). On the grid that fits, with as many
/// nodes, nothing is stretched: it is at the library's positions at those other times, and not at the times that were asked for.
template <typename Scalar>
void check_grid_quirk(const ReferenceCase& c, double tolerance) {
    auto options = prodmp_options<Scalar>(c);
    const double steps = c.number("config.tau") / c.number("config.mp_args.dt");
    options.time_step = options.duration / static_cast<Scalar>(std::round(steps));
    const auto times = member<Scalar>(c, "inputs.times", 1, 0);
    const Scalar start = member<Scalar>(c, "inputs.init_time", 0, 0)(0);
    const auto motion = primore::ProDmp<Scalar>(options).trajectory(
        member<Scalar>(c, "inputs.params", 1, 0),
        {.time = start, .position = member<Scalar>(c, "inputs.init_pos", 1, 0), .velocity = member<Scalar>(c, "inputs.init_vel", 1, 0)});
    const Eigen::VectorX<Scalar> stretched = times * static_cast<Scalar>(steps / std::round(steps));
    const Eigen::MatrixXd expected = member_matrix(c, "expected.pos", 0);
    const double size = expected.cwiseAbs().maxCoeff();
    const auto error = [&](const Eigen::VectorX<Scalar>& at) -> double {
        return (evaluated(motion, at).positions.template cast<double>() - expected).cwiseAbs().maxCoeff() / size;
    };
    CHECK(error(stretched) < tolerance);
    CHECK(error(times) > 100 * tolerance);
}

template <typename Scalar>
void check_prodmp(const ReferenceCase& c, double tolerance) {
    if (c.has("quirk")) check_grid_quirk<Scalar>(c, tolerance);
    const auto options = prodmp_options<Scalar>(c);
    const primore::ProDmp<Scalar> primitive(options);
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    if (c.has("expected.weights_goal_scale"))
        CHECK_THAT(primitive.parameter_scale(), near(c.vector("expected.weights_goal_scale"), tolerance));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const Eigen::VectorX<Scalar> times = member<Scalar>(c, "inputs.times", 1, batch),
                                     parameters = member<Scalar>(c, "inputs.params", 1, batch);
        const Scalar start = member<Scalar>(c, "inputs.init_time", 0, batch)(0);
        const auto motion = primitive.trajectory(parameters, {.time = start,
                                                              .position = member<Scalar>(c, "inputs.init_pos", 1, batch),
                                                              .velocity = member<Scalar>(c, "inputs.init_vel", 1, batch)});
        const auto table = evaluated(motion, times);
        CHECK_THAT(table.positions, near(member_matrix(c, "expected.pos", batch), tolerance));
        CHECK_THAT(table.velocities, near(member_matrix(c, "expected.vel", batch), tolerance));
        if (!c.has("expected.pos_H_single")) continue;
        const Index learned = Index(options.learn_duration) + Index(options.learn_delay);
        const auto single = single_responses<Scalar>(options, parameters.head(learned), start, times);
        CHECK_THAT(single.positions, near(member_matrix(c, "expected.pos_H_single", batch), tolerance));
        CHECK_THAT(single.velocities, near(member_matrix(c, "expected.vel_H_single", batch), tolerance));
    }
}

/// Each segment is planned from the state that the one before has reached, and executed up to the first step of the next.
template <typename Scalar>
void check_prodmp_replanning(const ReferenceCase& c, double tolerance) {
    const primore::ProDmp<Scalar> primitive(prodmp_options<Scalar>(c));
    const Eigen::VectorX<Scalar> times = vector<Scalar>(c, "expected.times");
    Eigen::MatrixX<Scalar> positions(times.size(), primitive.dofs()), velocities = positions;
    const Index segments = count(c, "inputs.segments.count");
    primore::StartState<Scalar> state;
    for (Index segment = 0; segment < segments; ++segment) {
        const auto key = [](Index number, const std::string& name) { return "inputs.segments." + std::to_string(number) + "." + name; };
        state.time = number<Scalar>(c, key(segment, "init_time"));
        if (segment == 0) {
            state.position = vector<Scalar>(c, key(0, "init_pos"));
            state.velocity = vector<Scalar>(c, key(0, "init_vel"));
        }
        CHECK_THAT(state.position, near(c.vector(key(segment, "init_pos")), tolerance));
        CHECK_THAT(state.velocity, near(c.vector(key(segment, "init_vel")), tolerance));
        const Index first = count(c, key(segment, "init_step"));
        const Index last = segment + 1 < segments ? count(c, key(segment + 1, "init_step")) : count(c, "inputs.total_steps");
        const auto motion = primitive.trajectory(vector<Scalar>(c, key(segment, "params")), state);
        const auto table = evaluated<Scalar>(motion, times.segment(first, last - first));
        positions.middleRows(first, last - first) = table.positions;
        velocities.middleRows(first, last - first) = table.velocities;
        state.position = table.positions.bottomRows(1).transpose();
        state.velocity = table.velocities.bottomRows(1).transpose();
    }
    CHECK_THAT(positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(velocities, near(c.matrix("expected.vel"), tolerance));
}

/// The accurate discretisation against the solution of the differential equation.
template <typename Scalar>
void check_pro_dmp_ode(const ReferenceCase& c, double tolerance) {
    const Scalar alpha = number<Scalar>(c, "config.alpha");
    REQUIRE_THAT(c.number("config.beta"), near(c.number("config.alpha") / 4, 1e-15));
    const primore::ProDmp<Scalar> primitive({.dofs = count(c, "config.num_dof"),
                                             .duration = number<Scalar>(c, "config.tau"),
                                             .delay = number<Scalar>(c, "config.delay"),
                                             .basis_count = count(c, "config.num_basis"),
                                             .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor"),
                                             .basis_outside = count(c, "config.num_basis_outside"),
                                             .alpha = alpha,
                                             .alpha_phase = number<Scalar>(c, "config.alpha_phase")});
    const primore::NormalizedRbf<Scalar> rbf(
        primore::ExponentialPhase<Scalar>{number<Scalar>(c, "config.tau"), number<Scalar>(c, "config.delay"),
                                          number<Scalar>(c, "config.alpha_phase")},
        {.count = count(c, "config.num_basis"),
         .outside = count(c, "config.num_basis_outside"),
         .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor")});
    CHECK_THAT(rbf.centres(), near(c.vector("expected.centers_phase"), tolerance));
    CHECK_THAT(rbf.widths(), near(c.vector("expected.bandwidth"), tolerance));

    Eigen::MatrixX<Scalar> parameters(count(c, "config.num_basis") + 1, primitive.dofs());  // per degree of freedom: weights, goal
    parameters << matrix<Scalar>(c, "inputs.weights").transpose(), vector<Scalar>(c, "inputs.goal").transpose();
    const auto motion = primitive.trajectory(parameters.reshaped(), {.time = number<Scalar>(c, "inputs.init_time"),
                                                                     .position = vector<Scalar>(c, "inputs.init_pos"),
                                                                     .velocity = vector<Scalar>(c, "inputs.init_vel")});
    const auto table = evaluated<Scalar>(motion, vector<Scalar>(c, "inputs.times"));
    CHECK_THAT(table.positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(table.velocities, near(c.matrix("expected.vel"), tolerance));
    // in float the forces that cancel in an acceleration leave a few times their rounding
    CHECK_THAT(table.accelerations, near(c.matrix("expected.acc"), sizeof(Scalar) == 4 ? 5 * tolerance : tolerance));
}

}  // namespace

void add_pro_dmp_checks(Checks& checks) {
    checks["prodmp_trajectory"] = {check_prodmp<double>, check_prodmp<float>, 2e-5};
    checks["prodmp_replanning"] = {check_prodmp_replanning<double>, check_prodmp_replanning<float>, 2e-5};
    checks["dmp_exact_ode"] = {check_pro_dmp_ode<double>, check_pro_dmp_ode<float>, 1e-4};
}

}  // namespace primore_test
