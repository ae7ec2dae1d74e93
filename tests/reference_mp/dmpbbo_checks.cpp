// SPDX-License-Identifier: MIT

// DMPs of modular subsystems against dmpbbo. Every degree of freedom is a primitive of its own, with its own functions.

#include <algorithm>
#include <cmath>
#include <string>

#include <Eigen/Core>

#include <primore/basis/gating.hpp>
#include <primore/basis/gaussian_rbf.hpp>
#include <primore/basis/local_lines.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/imitation/dmp_imitation.hpp>
#include <primore/primitive/dmp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/dmp_steps.hpp"
#include "reference_mp/dmpbbo_steps.hpp"

namespace primore_test {

namespace {

using Eigen::Index;
using primore::DmpOptions;
using primore::DmpPhase;
using primore::ExponentialGating;
using primore::RichardsGating;
using primore::SigmoidGating;

std::string type_of(const ReferenceCase& c, const std::string& system) {
    return c.has("config." + system + ".type") ? c.text("config." + system + ".type") : "none";
}

/// The fading of the forcing term. A sigmoid keeps its absolute rate in dmpbbo when tau changes; ours is a rate in scaled time.
template <typename Scalar>
primore::DmpFading<Scalar> fading_of(const ReferenceCase& c) {
    const auto of = [&](const char* name) { return number<Scalar>(c, std::string("config.gating_system.") + name); };
    const std::string type = type_of(c, "gating_system");
    if (type == "ExponentialSystem") return ExponentialGating<Scalar>{.rate = of("alpha"), .start = of("x_init"), .end = of("x_attr")};
    if (type == "SigmoidSystem") {
        const double rate = c.number("config.gating_system.max_rate") * c.number("config.gating_system.tau");
        const double start = c.number("config.gating_system.x_init");
        double inflection = c.number("config.gating_system.inflection_ratio");
        // The library takes K - start, which has lost the digits that K does not have.
        if (c.has("config.gating_system.K")) inflection = std::log(c.number("config.gating_system.K") / start - 1) / rate;
        return SigmoidGating<Scalar>{
            .rate = static_cast<Scalar>(rate), .inflection = static_cast<Scalar>(inflection), .start = static_cast<Scalar>(start)};
    }
    REQUIRE(type == "RichardsSystem");
    return RichardsGating<Scalar>{
        .rate = of("alpha"), .asymmetry = of("v"), .inflection = of("t_infl_ratio"), .start = of("x_init"), .end = of("right_asymp")};
}

template <typename Scalar>
primore::DmpGoalPath<Scalar> goal_path_of(const ReferenceCase& c) {
    const auto of = [&](const char* name) { return number<Scalar>(c, std::string("config.goal_system.") + name); };
    const std::string type = type_of(c, "goal_system");
    if (type == "none") return primore::DmpFixedGoal{};
    if (type == "ExponentialSystem") return ExponentialGating<Scalar>{.rate = of("alpha"), .start = 0, .end = 1};
    REQUIRE(type == "RichardsSystem");
    return RichardsGating<Scalar>{.rate = of("alpha"), .asymmetry = of("v"), .inflection = of("t_infl_ratio"), .start = 0, .end = 1};
}

/// The options of one degree of freedom.
template <typename Scalar>
DmpOptions<Scalar> dmpbbo_options(const ReferenceCase& c, Scalar tau, const Eigen::VectorX<Scalar>& amplitudes, Index dof) {
    const Scalar damping = number<Scalar>(c, "config.alpha_spring_damper"), mass = number_or<Scalar>(c, "config.mass", 1);
    DmpOptions<Scalar> options;
    options.dofs = 1;
    options.duration = tau;
    options.alpha = damping / mass;
    options.beta = number_or<Scalar>(c, "config.spring_constant",
                                     c.number("config.alpha_spring_damper") * c.number("config.alpha_spring_damper") / 4) /
                   damping;
    options.fading = fading_of<Scalar>(c);
    options.goal_path = goal_path_of<Scalar>(c);
    if (type_of(c, "phase_system") == "ExponentialSystem") {
        options.alpha_phase = number<Scalar>(c, "config.phase_system.alpha");
    } else {
        REQUIRE(type_of(c, "phase_system") == "TimeSystem");
        options.phase = flag(c, "config.phase_system.count_down") ? DmpPhase::countdown : DmpPhase::time;
    }
    if (type_of(c, "damping_system") != "none") {
        REQUIRE(type_of(c, "damping_system") == "ExponentialSystem");
        options.damping = {.rate = number<Scalar>(c, "config.damping_system.alpha") * static_cast<Scalar>(dmpbbo_pace(c, "damping_system")),
                           .start = vector<Scalar>(c, "config.damping_system.x_init")(dof) / damping,
                           .end = vector<Scalar>(c, "config.damping_system.x_attr")(dof) / damping};
    }
    const std::string scaling = c.text("config.forcing_term_scaling");
    if (scaling == "G_MINUS_Y0_SCALING")
        options.scaling = primore::DmpScaling::goal_distance;
    else if (scaling == "AMPLITUDE_SCALING")
        options.amplitude = amplitudes.segment(dof, 1);
    else
        REQUIRE(scaling == "NO_SCALING");
    return options;
}

/// What is compared of one degree of freedom: [T], in the library's order.
struct Columns {
    Eigen::MatrixXd phase, gating, goal, forcing, ys, yds, ydds, rk4_ys, rk4_yds, rk4_ydds, euler_ys;
    explicit Columns(const ReferenceCase& c)
        : phase(c.vector("expected.phase")),
          gating(c.vector("expected.gating")),
          goal(c.matrix("expected.goal")),
          forcing(c.matrix("expected.forcing")),
          ys(c.matrix("expected.ys")),
          yds(c.matrix("expected.yds")),
          ydds(c.matrix("expected.ydds")),
          rk4_ys(c.matrix("expected.rk4_ys")),
          rk4_yds(c.matrix("expected.rk4_yds")),
          rk4_ydds(c.matrix("expected.rk4_ydds")),
          euler_ys(c.matrix("expected.euler_ys")) {}
};

/// Their steps of the whole state, which is integrated system by system; its forcing term is made of our functions.
template <typename Scalar, typename Movement>
void check_integrated_steps(const ReferenceCase& c, const Columns& expected, const Movement& movement, Index dof, double tolerance) {
    const double scale = movement.terms().options().scaling == primore::DmpScaling::goal_distance
                             ? static_cast<double>(movement.ends()(0, 1) - movement.ends()(0, 0))
                             : 1;
    const Eigen::RowVectorX<Scalar> weights = movement.weights().matrix();
    const DmpbboDynamics dynamics(c, dof, [&](double phase) {
        const auto phi = functions(movement.terms().basis(), static_cast<Scalar>(phase));
        return scale * static_cast<double>(weights.dot(phi.value));
    });
    const Eigen::VectorXd times = c.vector("inputs.times");
    const double tau = c.number("config.tau");
    const auto rk4 = dmpbbo_steps(dynamics, times, tau, [&](const auto& state, double h) { return dynamics.rk4_step(state, h); });
    CHECK_THAT(rk4.positions, near(expected.rk4_ys.col(dof), tolerance));
    CHECK_THAT(rk4.velocities, near(expected.rk4_yds.col(dof), tolerance));
    CHECK_THAT(rk4.accelerations, near(expected.rk4_ydds.col(dof), sizeof(Scalar) == 4 ? 10 * tolerance : tolerance));
    const auto euler = dmpbbo_steps(dynamics, times, tau, [&](const auto& state, double h) { return dynamics.euler_step(state, h); });
    CHECK_THAT(euler.positions, near(expected.euler_ys.col(dof), tolerance));
}

template <typename Scalar, typename Dmp>
void check_dof(const ReferenceCase& c, const Dmp& primitive, const Eigen::VectorX<Scalar>& weights, Index dof, double tolerance) {
    const Columns expected(c);
    const auto times = vector<Scalar>(c, "inputs.times");
    Eigen::VectorX<Scalar> parameters(weights.size() + 1);
    parameters << weights, vector<Scalar>(c, "config.y_attr")(dof);
    const auto motion =
        primitive.trajectory(parameters, {.time = times(0), .position = vector<Scalar>(c, "config.y_init").segment(dof, 1)});
    const auto& movement = motion.movement();
    const auto& terms = primitive.terms();
    const Scalar tau = primitive.clock().duration, decay = primitive.clock().decay;

    // the subsystems
    Eigen::VectorX<Scalar> phase(times.size()), gating(times.size()), goal(times.size()), forcing(times.size()), drive(1);
    for (Index row = 0; row < times.size(); ++row) {
        const Scalar z = movement.clock().scaled_time(times(row)), x = terms.exponential(z, decay);
        phase(row) = terms.phase(z, x, decay).first;
        gating(row) = terms.fading(z, x, decay).first;
        const Eigen::Matrix<Scalar, 6, 1> path = terms.path(z, z > 1).col(0);  // some of its goal systems run from 0 to 1
        goal(row) = flag(c, "config.goal_system_requires_scaling") ? path(1) : path.dot(movement.ends().row(0).transpose());
        terms.drive(z, x, decay, movement.weights(), drive);
        forcing(row) = drive(0);
    }
    if (primitive.options().scaling == primore::DmpScaling::goal_distance) forcing *= movement.ends()(0, 1) - movement.ends()(0, 0);
    CHECK_THAT(phase, near(expected.phase, tolerance));
    CHECK_THAT(gating, near(expected.gating, tolerance));
    CHECK_THAT(goal, near(expected.goal.col(dof), tolerance));
    CHECK_THAT(forcing, near(expected.forcing.col(dof), tolerance));

    // "analytical": the subsystems in closed form, explicit Euler steps of the attractor
    const auto table = explicit_euler_steps(movement, times);
    CHECK_THAT(table.positions, near(expected.ys.col(dof), tolerance));
    CHECK_THAT(table.velocities, near(expected.yds.col(dof), tolerance));
    CHECK_THAT(table.accelerations, near(expected.ydds.col(dof), sizeof(Scalar) == 4 ? 10 * tolerance : tolerance));

    check_integrated_steps<Scalar>(c, expected, movement, dof, tolerance);

    // Their Runge-Kutta steps come much nearer to our solution than their Euler steps.
    const Eigen::VectorXd exact = motion.table(times).positions.template cast<double>();
    const double error = (exact - expected.rk4_ys.col(dof)).cwiseAbs().maxCoeff();
    const double of_euler = (exact - expected.euler_ys.col(dof)).cwiseAbs().maxCoeff();
    CAPTURE(error, of_euler, tau);
    CHECK(error < of_euler / 10);
}

/// The fading that our default would have: at another tau it has the shape that was fitted, and the goal is reached.
template <typename Scalar, typename Dmp>
void check_rate_quirk(const ReferenceCase& c, const Dmp& primitive, const Eigen::VectorX<Scalar>& weights, Index dof) {
    auto options = primitive.options();
    options.fading = SigmoidGating<Scalar>::falling();
    const Dmp scaled(options, primitive.basis());
    Eigen::VectorX<Scalar> parameters(weights.size() + 1);
    parameters << weights, vector<Scalar>(c, "config.y_attr")(dof);
    const primore::StartState<Scalar> start{.position = vector<Scalar>(c, "config.y_init").segment(dof, 1)};
    for (const Scalar factor : {Scalar(0.2), Scalar(1), Scalar(3)}) {
        auto clock = primitive.clock();
        clock.duration *= factor;
        const auto motion = scaled.with_clock(clock).trajectory(parameters, start);
        CHECK_THAT(scaled.terms().fading(Scalar(1), Scalar(0), clock.decay).first, near(0.1, 1e-5));
        CHECK_THAT(motion.at(2 * clock.duration).position, near(c.vector("config.y_attr").segment(dof, 1), 2e-3));
    }
}

template <typename Scalar>
void check_trajectory(const ReferenceCase& c, double tolerance) {
    const auto centres = matrix<Scalar>(c, "config.centers"), widths = matrix<Scalar>(c, "config.widths");
    const std::string type = c.text("config.function_approximator.type");
    for (Index dof = 0; dof < count(c, "config.num_dof"); ++dof) {
        CAPTURE(dof);
        const auto options =
            dmpbbo_options<Scalar>(c, number<Scalar>(c, "config.tau"), vector<Scalar>(c, "config.scaling_amplitudes"), dof);
        const Eigen::VectorX<Scalar> middle = centres.row(dof), inverse_squares = widths.row(dof).cwiseAbs2().cwiseInverse();
        const auto check = [&](const auto& basis, const Eigen::VectorX<Scalar>& weights) {
            const primore::Dmp<Scalar, Eigen::Dynamic, std::decay_t<decltype(basis)>> primitive(options, basis);
            check_dof<Scalar>(c, primitive, weights, dof, tolerance);
            if (c.has("quirk")) check_rate_quirk<Scalar>(c, primitive, weights, dof);
        };
        if (type == "LWR") {
            Eigen::MatrixX<Scalar> lines(2, middle.size());  // offset and slope of each
            lines << matrix<Scalar>(c, "config.offsets").row(dof), matrix<Scalar>(c, "config.slopes").row(dof);
            check(primore::LocalLines(primore::NormalizedRbf<Scalar>::from_centres(middle, inverse_squares)), lines.reshaped());
        } else {
            REQUIRE(type == "RBFN");
            check(primore::GaussianRbf<Scalar>(middle, inverse_squares), matrix<Scalar>(c, "config.weights").row(dof).transpose());
        }
    }
}

template <typename Scalar>
void check_train(const ReferenceCase& c, double tolerance) {
    const auto times = vector<Scalar>(c, "inputs.times");
    const auto positions = matrix<Scalar>(c, "inputs.ys"), velocities = matrix<Scalar>(c, "inputs.yds"),
               accelerations = matrix<Scalar>(c, "inputs.ydds");
    const Index last = times.size() - 1;
    const Scalar tau = times(last);
    CHECK_THAT(tau, near(c.number("expected.tau"), tolerance));
    const Eigen::VectorX<Scalar> amplitudes = (positions.colwise().maxCoeff() - positions.colwise().minCoeff()).transpose();
    CHECK_THAT(amplitudes, near(c.vector("expected.scaling_amplitudes"), tolerance));
    for (Index dof = 0; dof < count(c, "config.num_dof"); ++dof) {
        CAPTURE(dof);
        const auto options = dmpbbo_options<Scalar>(c, tau, amplitudes, dof);
        const Eigen::VectorXd phase = c.vector("expected.phase");
        const auto basis = primore::GaussianRbf<Scalar>::evenly_spaced(count(c, "config.num_basis"), static_cast<Scalar>(phase.minCoeff()),
                                                                       static_cast<Scalar>(phase.maxCoeff()),
                                                                       number<Scalar>(c, "config.intersection_height"));
        CHECK_THAT(basis.centres(), near(c.matrix("expected.centers").row(dof).transpose(), tolerance));
        CHECK_THAT(basis.widths().cwiseSqrt().cwiseInverse(), near(c.matrix("expected.widths").row(dof).transpose(), tolerance));
        const primore::Dmp<Scalar, Eigen::Dynamic, primore::GaussianRbf<Scalar>> primitive(options, basis);
        const primore::Trajectory<Scalar> demonstration{times, positions.col(dof), velocities.col(dof), accelerations.col(dof)};
        const auto imitation = imitate(primitive, demonstration, primore::DmpImitationTarget::bare_forces,
                                       {.regularization = number<Scalar>(c, "config.regularization")});

        Eigen::VectorX<Scalar> targets =
            forcing_targets(primitive, demonstration, imitation.start, positions.row(last).segment(dof, 1).transpose().eval());
        const auto& terms = primitive.terms();
        for (Index row = 0; row <= last; ++row) {
            const Scalar z = times(row) / tau, decay = primitive.clock().decay;
            targets(row) /= terms.fading(z, terms.exponential(z, decay), decay).first;
        }
        if (options.scaling == primore::DmpScaling::goal_distance) targets /= positions(last, dof) - positions(0, dof);
        targets /= options.amplitude(0);
        CHECK_THAT(targets, near(c.matrix("expected.forcing_targets").col(dof), tolerance));
        const Index functions = basis.count();
        if (sizeof(Scalar) == 8) {
            CHECK_THAT(imitation.parameters.head(functions), near(c.matrix("expected.weights").row(dof).transpose(), tolerance));
        }
        CHECK_THAT(imitation.parameters.tail(1), near(c.vector("expected.y_attr").segment(dof, 1), tolerance));
        CHECK_THAT(imitation.start.position, near(c.vector("expected.y_init").segment(dof, 1), tolerance));
        const auto movement = primitive.movement(imitation.parameters, {.time = times(0), .position = imitation.start.position});
        const auto table = explicit_euler_steps(movement, times);
        CHECK_THAT(table.positions, near(c.matrix("expected.reproduced_ys").col(dof), tolerance));
        CHECK_THAT(table.velocities, near(c.matrix("expected.reproduced_yds").col(dof), tolerance));
    }
}

}  // namespace

void add_dmpbbo_checks(Checks& checks) {
    checks["dmpbbo_trajectory"] = {check_trajectory<double>, check_trajectory<float>, 1e-4};
    checks["dmpbbo_train"] = {check_train<double>, check_train<float>, 2e-3};
}

}  // namespace primore_test
