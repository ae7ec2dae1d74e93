// SPDX-License-Identifier: MIT

// DMPs against MP_PyTorch, movement_primitives, mp_lib, and the solution of their differential equation.

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/imitation/dmp_imitation.hpp>
#include <primore/primitive/dmp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/dmp_steps.hpp"
#include "reference_mp/mp_pytorch.hpp"

namespace primore_test {

namespace {

using Eigen::Index;
using primore::DmpImitationTarget;
using primore::DmpIntegrator;
using primore::DmpOptions;
using primore::NormalizedRbf;

template <typename Scalar>
using Dmp = primore::Dmp<Scalar>;

// MP_PyTorch

template <typename Scalar>
DmpOptions<Scalar> dmp_options(const ReferenceCase& c) {
    DmpOptions<Scalar> options;
    options.dofs = count(c, "config.num_dof", 1);
    options.duration = number_or<Scalar>(c, "config.tau", 3);
    options.delay = number_or<Scalar>(c, "config.delay", 0);
    options.basis_count = count(c, "config.mp_args.num_basis");
    options.bandwidth_factor = number<Scalar>(c, "config.mp_args.basis_bandwidth_factor");
    options.basis_outside = count(c, "config.mp_args.num_basis_outside");
    options.alpha = number_or<Scalar>(c, "config.mp_args.alpha", 25);
    options.alpha_phase = number_or<Scalar>(c, "config.mp_args.alpha_phase", 3);
    options.weights_scale = vector_or_one<Scalar>(c, "config.mp_args.weights_scale");
    options.goal_scale = number_or<Scalar>(c, "config.mp_args.goal_scale", 1);
    options.learn_duration = flag(c, "config.learn_tau");
    options.learn_delay = flag(c, "config.learn_delay");
    options.learn_alpha_phase = flag(c, "config.learn_alpha_phase");
    options.integrator = DmpIntegrator::mp_pytorch;
    return options;
}

/// The start of one batch member.
template <typename Scalar>
primore::StartState<Scalar> start_of(const ReferenceCase& c, Index batch) {
    return {.time = member<Scalar>(c, "inputs.init_time", 0, batch)(0),
            .position = member<Scalar>(c, "inputs.init_pos", 1, batch),
            .velocity = member<Scalar>(c, "inputs.init_vel", 1, batch)};
}

template <typename Scalar>
void check_dmp(const ReferenceCase& c, double tolerance) {
    auto options = dmp_options<Scalar>(c);
    const Dmp<Scalar> primitive(options);
    CHECK(primitive.parameter_count() == count(c, "expected.num_params"));
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const auto times = member<Scalar>(c, "inputs.times", 1, batch), parameters = member<Scalar>(c, "inputs.params", 1, batch);
        const auto table = primitive.trajectory(parameters, start_of<Scalar>(c, batch)).table(times);
        CHECK_THAT(table.positions, near(member_matrix(c, "expected.pos", batch), tolerance));
        CHECK_THAT(table.velocities, near(member_matrix(c, "expected.vel", batch), tolerance));
        if (!c.has("quirk")) continue;
        // The functions stay where they are while alpha_phase is learned; a primitive that is made with it has them where they belong.
        options.alpha_phase = primitive.clock(parameters).decay;
        const Dmp<Scalar> moved(options);
        CHECK_THAT(moved.basis().centres()(1),
                   near(std::exp(-static_cast<double>(options.alpha_phase) / static_cast<double>(options.basis_count - 1)), tolerance));
        CHECK_THAT(primitive.basis().centres()(1),
                   near(std::exp(-c.number("config.mp_args.alpha_phase") / static_cast<double>(options.basis_count - 1)), tolerance));
    }
}

template <typename Scalar>
void check_gradient(const ReferenceCase& c, double tolerance) {
    const Dmp<Scalar> primitive(dmp_options<Scalar>(c));
    const auto times = vector<Scalar>(c, "inputs.times"), parameters = vector<Scalar>(c, "inputs.params");
    const auto of_positions = matrix<Scalar>(c, "inputs.G"), of_velocities = matrix<Scalar>(c, "inputs.H");
    const auto start = start_of<Scalar>(c, 0);
    const Index count = parameters.size(), dofs = primitive.dofs();
    Eigen::VectorX<Scalar> sum = Eigen::VectorX<Scalar>::Zero(count + 2 + 2 * dofs);
    Index row = 0;
    for (const auto& jacobian : primitive.jacobians(parameters, times, start)) {
        sum += jacobian.position.transpose() * of_positions.row(row).transpose();
        sum += jacobian.velocity.transpose() * of_velocities.row(row++).transpose();
    }
    CHECK_THAT(sum.head(count), near(c.vector("expected.grad_params"), tolerance));
    if (c.has("expected.grad_init_pos")) {
        CHECK_THAT(sum.segment(count + 2, dofs), near(c.vector("expected.grad_init_pos"), tolerance));
        CHECK_THAT(sum.tail(dofs), near(c.vector("expected.grad_init_vel"), tolerance));
    }
    const auto table = primitive.trajectory(parameters, start).table(times);
    CHECK_THAT(table.positions.cwiseProduct(of_positions).sum() + table.velocities.cwiseProduct(of_velocities).sum(),
               near(c.number("expected.loss"), tolerance));
}

// the solution of the differential equation

template <typename Scalar>
void check_exact_ode(const ReferenceCase& c, double tolerance) {
    DmpOptions<Scalar> options;
    options.dofs = count(c, "config.num_dof");
    options.duration = number<Scalar>(c, "config.tau");
    options.delay = number<Scalar>(c, "config.delay");
    options.basis_count = count(c, "config.num_basis");
    options.bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor");
    options.basis_outside = count(c, "config.num_basis_outside");
    options.alpha = number<Scalar>(c, "config.alpha");
    options.beta = number<Scalar>(c, "config.beta");
    options.alpha_phase = number<Scalar>(c, "config.alpha_phase");
    const Dmp<Scalar> primitive(options);
    Eigen::MatrixX<Scalar> parameters(primitive.weight_count(), primitive.dofs());
    parameters << matrix<Scalar>(c, "inputs.weights").transpose(), vector<Scalar>(c, "inputs.goal").transpose();
    const auto times = vector<Scalar>(c, "inputs.times");
    const auto motion = primitive.trajectory(parameters.reshaped(), start_of<Scalar>(c, 0));
    const auto table = motion.table(times);
    CHECK_THAT(table.positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(table.velocities, near(c.matrix("expected.vel"), tolerance));
    // in float the forces that cancel in an acceleration leave a few times their rounding
    CHECK_THAT(table.accelerations, near(c.matrix("expected.acc"), sizeof(Scalar) == 4 ? 10 * tolerance : tolerance));
    auto state = motion.movement().initial_state();  // the same step by step
    Eigen::MatrixX<Scalar> positions(times.size(), primitive.dofs());
    Scalar now = motion.start_time();
    for (Index row = 0; row < times.size(); ++row) {
        motion.movement().step(state, times(row) - now);
        now = times(row);
        positions.row(row) = state.position.transpose();
    }
    CHECK_THAT(positions, near(c.matrix("expected.pos"), tolerance));
}

// movement_primitives

/// Its basis has exponents without 1/2.
template <typename Scalar>
Dmp<Scalar> mprim_dmp(const ReferenceCase& c, const Eigen::VectorX<Scalar>& centres, const Eigen::VectorX<Scalar>& widths, Scalar alpha_z) {
    DmpOptions<Scalar> options;
    options.dofs = count(c, "config.n_dims");
    options.duration = number<Scalar>(c, "config.execution_time");
    options.alpha = number<Scalar>(c, "config.alpha_y");
    options.beta = number<Scalar>(c, "config.beta_y");
    options.alpha_phase = alpha_z;
    options.smooth_scaling = flag(c, "config.smooth_scaling");
    return Dmp<Scalar>(options, NormalizedRbf<Scalar>::from_centres(centres, 2 * widths));
}

template <typename Scalar>
Dmp<Scalar> mprim_dmp(const ReferenceCase& c) {
    return mprim_dmp<Scalar>(c, vector<Scalar>(c, "config.forcing_term.centers"), vector<Scalar>(c, "config.forcing_term.widths"),
                             number<Scalar>(c, "config.forcing_term.alpha_z"));
}

/// Parameters of weights [D x K] and a goal [D].
template <typename Scalar>
Eigen::VectorX<Scalar> parameters_of(const Eigen::MatrixX<Scalar>& weights, const Eigen::VectorX<Scalar>& goal) {
    Eigen::MatrixX<Scalar> parameters(weights.cols() + 1, weights.rows());
    parameters << weights.transpose(), goal.transpose();
    return parameters.reshaped();
}

/// The steps of the library from rest. Its Runge-Kutta step takes all forces one step late; the ones that it means are compared with ours.
template <typename Scalar, typename Movement>
void check_mprim_steps(const ReferenceCase& c, const Movement& movement, const std::string& times_key, const std::string& positions_key,
                       bool is_rk4, double tolerance) {
    const auto times = vector<Scalar>(c, times_key);
    const auto steps = [&](double late) {
        return is_rk4 ? rk4_steps(movement, times, late) : late_euler_steps(movement, times, number<Scalar>(c, "config.int_dt"));
    };
    CHECK_THAT(steps(1), near(c.matrix(positions_key), tolerance));
    const auto exact = primore::DmpMotion(movement).table(times).positions;
    const double error = (exact - steps(0)).cwiseAbs().maxCoeff(), theirs = (exact - steps(1)).cwiseAbs().maxCoeff();
    CAPTURE(error, theirs);
    CHECK(error < (is_rk4 ? theirs / 10 : 0.02 * (1 + exact.cwiseAbs().maxCoeff())));  // its Euler steps are short enough
}

template <typename Scalar>
void check_mprim_trajectory(const ReferenceCase& c, double tolerance) {
    const auto primitive = mprim_dmp<Scalar>(c);
    const auto movement =
        primitive.movement(parameters_of<Scalar>(matrix<Scalar>(c, "config.forcing_term.weights"), vector<Scalar>(c, "inputs.goal_y")),
                           {.position = vector<Scalar>(c, "inputs.start_y")});
    check_mprim_steps<Scalar>(c, movement, "expected.times", "expected.pos", c.text("config.step_function") == "rk4", tolerance);
}

/// numpy.gradient: central differences, one-sided at both ends.
template <typename Scalar>
Eigen::MatrixX<Scalar> central_differences(const Eigen::MatrixX<Scalar>& values, const Eigen::VectorX<Scalar>& times) {
    const Index last = times.size() - 1;
    Eigen::MatrixX<Scalar> result(values.rows(), values.cols());
    for (Index row = 0; row <= last; ++row) {
        const Index before = std::max<Index>(row - 1, 0), after = std::min(row + 1, last);
        result.row(row) = (values.row(after) - values.row(before)) / (times(after) - times(before));
    }
    return result;
}

/// A new goal and a new clock for an imitation, from rest.
template <typename Scalar>
auto changed(const Dmp<Scalar>& primitive, const Eigen::VectorX<Scalar>& parameters, const Eigen::VectorX<Scalar>& start,
             const Eigen::VectorX<Scalar>& goal, Scalar duration) {
    auto clock = primitive.clock();
    clock.duration = duration;
    Eigen::MatrixX<Scalar> all = parameters.reshaped(primitive.weight_count(), primitive.dofs());
    all.bottomRows(1) = goal.transpose();
    return primitive.with_clock(clock).movement(all.reshaped(), {.position = start});
}

template <typename Scalar>
void check_mprim_imitate(const ReferenceCase& c, double tolerance) {
    const Scalar alpha_z = number<Scalar>(c, "config.alpha_z"), tau = number<Scalar>(c, "config.execution_time");
    const Index functions = count(c, "config.n_weights_per_dim");
    const NormalizedRbf<Scalar> evenly(primore::ExponentialPhase<Scalar>{1, 0, alpha_z}, {.count = functions});
    Eigen::VectorX<Scalar> widths(functions);
    widths.head(functions - 1) = -std::log(number<Scalar>(c, "config.overlap")) *
                                 (evenly.centres().tail(functions - 1) - evenly.centres().head(functions - 1)).cwiseAbs2().cwiseInverse();
    widths(functions - 1) = widths(functions - 2);
    const auto primitive = mprim_dmp<Scalar>(c, evenly.centres(), widths, alpha_z);

    const auto times = vector<Scalar>(c, "inputs.times");
    const auto positions = matrix<Scalar>(c, "inputs.pos");
    primore::Trajectory<Scalar> demonstration{times, positions, central_differences<Scalar>(positions, times), {}};
    if (!flag(c, "config.allow_final_velocity")) demonstration.velocities.bottomRows(1).setZero();
    demonstration.accelerations = central_differences<Scalar>(demonstration.velocities, times);
    demonstration.accelerations.bottomRows(1).setZero();
    const Eigen::VectorX<Scalar> start = positions.row(0), goal = positions.bottomRows(1).transpose();
    const auto forces = forcing_targets<Scalar>(primitive, demonstration, {.time = times(0), .position = start}, goal);
    CHECK_THAT(forces, near(c.matrix("expected.forces"), tolerance));
    const auto imitation = imitate(primitive, demonstration, DmpImitationTarget::forces,
                                   {.regularization = number_or<Scalar>(c, "config.regularization_coefficient", 0)});
    const Eigen::MatrixX<Scalar> learned = imitation.parameters.reshaped(functions + 1, primitive.dofs());
    if (sizeof(Scalar) == 8) CHECK_THAT(learned.topRows(functions).transpose(), near(c.matrix("expected.weights"), tolerance));

    const bool is_rk4 = c.text("config.step_function") == "rk4";
    const auto check = [&](const std::string& name, const Eigen::VectorX<Scalar>& to, Scalar duration) {
        check_mprim_steps<Scalar>(c, changed<Scalar>(primitive, imitation.parameters, start, to, duration), "expected." + name + "_times",
                                  "expected." + name + "_pos", is_rk4, tolerance);
    };
    check("reproduced", goal, tau);
    if (c.has("inputs.new_goal")) check("new_goal", vector<Scalar>(c, "inputs.new_goal"), tau);
    if (c.has("inputs.new_execution_time")) {
        check("new_tau", c.has("inputs.new_goal") ? vector<Scalar>(c, "inputs.new_goal") : goal,
              number<Scalar>(c, "inputs.new_execution_time"));
    }
}

/// Backward differences, the first row zero.
template <typename Scalar>
Eigen::MatrixX<Scalar> backward_differences(const Eigen::MatrixX<Scalar>& values, const Eigen::VectorX<Scalar>& times) {
    Eigen::MatrixX<Scalar> result = Eigen::MatrixX<Scalar>::Zero(values.rows(), values.cols());
    for (Index row = 1; row < values.rows(); ++row) {
        result.row(row) = (values.row(row) - values.row(row - 1)) / (times(row) - times(row - 1));
    }
    return result;
}

template <typename Scalar>
void check_mprim_final_velocity(const ReferenceCase& c, double tolerance) {
    const auto times = vector<Scalar>(c, "inputs.times");
    const auto positions = matrix<Scalar>(c, "inputs.pos");
    const Eigen::MatrixX<Scalar> velocities = backward_differences<Scalar>(positions, times);
    const primore::Trajectory<Scalar> demonstration{times, positions, velocities, backward_differences<Scalar>(velocities, times)};
    const auto plain = mprim_dmp<Scalar>(c);
    const auto striking = [&](const Eigen::VectorX<Scalar>& goal_velocity) {
        auto options = plain.options();
        options.goal_path = primore::DmpQuinticGoal{};
        options.start_acceleration = demonstration.accelerations.row(0);
        options.goal_velocity = goal_velocity;
        options.goal_acceleration = demonstration.accelerations.bottomRows(1).transpose();
        return Dmp<Scalar>(options, plain.basis());
    };
    const auto primitive = striking(velocities.bottomRows(1).transpose());
    CHECK_THAT(primitive.options().goal_velocity, near(c.vector("expected.goal_yd"), tolerance));
    CHECK_THAT(primitive.options().goal_acceleration, near(c.vector("expected.goal_ydd"), tolerance));
    const auto imitation = imitate(primitive, demonstration, DmpImitationTarget::forces,
                                   {.regularization = number_or<Scalar>(c, "config.regularization_coefficient", 0)});
    const Eigen::MatrixX<Scalar> learned = imitation.parameters.reshaped(primitive.weight_count(), primitive.dofs());
    if (sizeof(Scalar) == 8) CHECK_THAT(learned.topRows(learned.rows() - 1).transpose(), near(c.matrix("expected.weights"), tolerance));
    const Eigen::VectorX<Scalar> start = positions.row(0), goal = positions.bottomRows(1).transpose();
    const Scalar tau = primitive.clock().duration;
    check_mprim_steps<Scalar>(c, changed<Scalar>(primitive, imitation.parameters, start, goal, tau), "expected.reproduced_times",
                              "expected.reproduced_pos", false, tolerance);
    if (!c.has("inputs.new_goal_y")) return;
    check_mprim_steps<Scalar>(c,
                              changed<Scalar>(striking(vector<Scalar>(c, "inputs.new_goal_yd")), imitation.parameters, start,
                                              vector<Scalar>(c, "inputs.new_goal_y"), tau),
                              "expected.new_goal_times", "expected.new_goal_pos", false, tolerance);
}

// mp_lib

template <typename Scalar>
void check_mplib(const ReferenceCase& c, double tolerance) {
    const Index functions = count(c, "config.num_basis"), dofs = count(c, "config.num_dof");
    DmpOptions<Scalar> options;
    options.dofs = dofs;
    options.duration = number<Scalar>(c, "config.duration");
    options.alpha = number<Scalar>(c, "config.alpha");
    options.beta = number<Scalar>(c, "config.beta");
    options.alpha_phase = number<Scalar>(c, "config.alpha_phase");
    options.amplitude = vector<Scalar>(c, "expected.amplitude");
    options.integrator = DmpIntegrator::mp_pytorch;
    const NormalizedRbf<Scalar> evenly(primore::ExponentialPhase<Scalar>{1, 0, options.alpha_phase}, {.count = functions});
    Eigen::VectorX<Scalar> distances = evenly.centres().tail(functions - 1) - evenly.centres().head(functions - 1);
    distances.conservativeResize(functions);
    distances(functions - 1) = distances(functions - 2);  // the last width is that of its neighbour
    const Eigen::VectorX<Scalar> widths = number<Scalar>(c, "config.basis_bandwidth_factor") * distances.cwiseAbs2().cwiseInverse();
    const Dmp<Scalar> primitive(options, NormalizedRbf<Scalar>::from_centres(evenly.centres(), widths));

    const auto times = vector<Scalar>(c, "inputs.times");
    const auto positions = matrix<Scalar>(c, "inputs.demo");
    if (c.has("expected.basis")) {
        Eigen::MatrixX<Scalar> basis(times.size(), functions);
        for (Index row = 0; row < times.size(); ++row) {
            const Scalar x = primitive.clock().at(times(row));
            basis.row(row) = x * primore::functions(primitive.basis(), x).value.transpose();
        }
        CHECK_THAT(basis, near(c.matrix("expected.basis"), tolerance));
    }
    const Index last = times.size() - 1;
    primore::Trajectory<Scalar> demonstration{times, positions, forward_differences<Scalar>(positions, times), {}};
    demonstration.accelerations = forward_differences<Scalar>(demonstration.velocities, times);
    demonstration.accelerations.bottomRows(2) = demonstration.accelerations.middleRows(last - 3, 2).eval();  // as the library fills up
    const auto imitation =
        imitate(primitive, demonstration, DmpImitationTarget::forces, {.regularization = number<Scalar>(c, "config.regularization")});
    const Eigen::MatrixX<Scalar> learned = imitation.parameters.reshaped(functions + 1, dofs);
    if (sizeof(Scalar) == 8) CHECK_THAT(learned.topRows(functions).transpose(), near(c.matrix("expected.weights"), tolerance));
    CHECK_THAT(learned.bottomRows(1).transpose(), near(c.vector("expected.goal"), tolerance));
    CHECK_THAT(imitation.start.position, near(c.vector("expected.start"), tolerance));
    const auto table = primitive.trajectory(imitation.parameters, {.time = times(0), .position = imitation.start.position}).table(times);
    CHECK_THAT(table.positions, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(table.velocities, near(c.matrix("expected.vel"), tolerance));
}

}  // namespace

void add_dmp_checks(Checks& checks) {
    checks["dmp_trajectory"] = {check_dmp<double>, check_dmp<float>, 5e-5};
    checks["dmp_gradient"] = {check_gradient<double>, check_gradient<float>, 1e-4};
    const Check linear = checks.at("dmp_exact_ode");  // the same cases hold for the ProDMP
    checks["dmp_exact_ode"] = {[linear](const ReferenceCase& c, double tolerance) {
                                   linear.in_double(c, tolerance);
                                   check_exact_ode<double>(c, tolerance);
                               },
                               [linear](const ReferenceCase& c, double tolerance) {
                                   linear.in_float(c, tolerance);
                                   check_exact_ode<float>(c, tolerance);
                               },
                               linear.float_tolerance};
    checks["mprim_dmp_trajectory"] = {check_mprim_trajectory<double>, check_mprim_trajectory<float>, 1e-3};
    checks["mprim_dmp_imitate"] = {check_mprim_imitate<double>, check_mprim_imitate<float>, 1e-3};
    checks["mprim_dmp_final_velocity"] = {check_mprim_final_velocity<double>, check_mprim_final_velocity<float>, 1e-3};
    checks["mplib_dmp"] = {check_mplib<double>, check_mplib<float>, 1e-3};
}

}  // namespace primore_test
