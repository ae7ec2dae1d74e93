// SPDX-License-Identifier: MIT
#include <primore/primitive/dmp.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/basis/von_mises.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/movement_primitive.hpp>

#include "reference_mp/dmp_steps.hpp"
#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/dmp_variants.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::Dmp;
using primore::DmpIntegrator;
using primore::DmpOptions;
using primore::StartState;
using primore::VonMises;
using primore_test::dmp_parameters;
using primore_test::dmp_start;
using primore_test::dmp_variants;
using primore_test::Dual;

static_assert(primore::MovementPrimitive<Dmp<double, 2>, double, 2> && primore::MovementPrimitive<Dmp<float>, float>);
static_assert(primore::MovementPrimitive<Dmp<double, 2, VonMises<double>>, double, 2>);
static_assert(!primore::MovementPrimitive<Dmp<double, 2>, double, 3>);
static_assert(primore::LinearPrimitive<Dmp<double, 2>, double> && primore::LinearPrimitive<Dmp<float>, float>);

TEST_CASE("a DMP without weights in closed form: a critically damped attractor") {
    const Dmp<double, 1> primitive({.duration = 2, .delay = 0.5});
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(11);
    parameters(10) = 3;
    const auto motion = primitive.trajectory(parameters, {.position = Eigen::VectorXd::Constant(1, 1)});
    for (const double time : {0.0, 0.4, 0.6, 1.3, 2.5, 7.0}) {
        const double z = std::max(time - 0.5, 0.0) / 2, e = std::exp(-12.5 * z);
        const auto setpoint = motion.at(time);
        CHECK_THAT(setpoint.position(0), near(3 - 2 * (1 + 12.5 * z) * e, 1e-14));
        CHECK_THAT(setpoint.velocity(0), near(2 * 12.5 * 12.5 * z * e / 2, 1e-13));
        CHECK_THAT(setpoint.acceleration(0), near(time < 0.5 ? 0 : 2 * 12.5 * 12.5 * (1 - 12.5 * z) * e / 4, 1e-12));
    }
    CHECK(motion.end_time() == 2.5);
    CHECK(motion.goal()(0) == 3);
}

TEST_CASE("every DMP follows its differential equation: against very small Runge-Kutta steps") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const Dmp<double> primitive(options);
        const auto motion = primitive.trajectory(dmp_parameters(options), dmp_start<double>());
        const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(4001, 0.3, 1.5);
        const Eigen::MatrixXd reference = primore_test::rk4_steps(motion.movement(), times, 0);
        for (const Eigen::Index row : {0, 7, 1000, 2345, 4000}) {
            CHECK_THAT(motion.at(times(row)).position, near(reference.row(row).transpose(), 1e-9));
        }
        auto run = motion.movement().initial_state();
        motion.movement().step(run, 1.8);  // one step over all of it, kink included
        CHECK_THAT(run.position, near(motion.at(2.1).position, 1e-10));
        CHECK_THAT(run.velocity, near(motion.at(2.1).velocity, 1e-9));
        const double h = 1e-4;
        for (const double time : {0.5, 1.1, 1.9}) {
            const auto middle = motion.at(time), left = motion.at(time - h), right = motion.at(time + h);
            CHECK_THAT(middle.velocity, near((right.position - left.position) / (2 * h), 1e-5));
            CHECK_THAT(middle.acceleration, near((right.velocity - left.velocity) / (2 * h), 1e-4));
        }
    }
}

TEST_CASE("in float as in double") {
    const auto doubles = dmp_variants<double>();
    const auto floats = dmp_variants<float>();
    for (std::size_t i = 0; i < floats.size(); ++i) {
        CAPTURE(doubles[i].first);
        const auto exact = Dmp<double>(doubles[i].second).trajectory(dmp_parameters(doubles[i].second), dmp_start<double>());
        const auto motion = Dmp<float>(floats[i].second).trajectory(dmp_parameters(floats[i].second), dmp_start<float>());
        for (const double time : {0.3, 0.31, 0.9, 1.5, 2.2, 40.0}) {
            const auto setpoint = motion.at(static_cast<float>(time));
            CHECK_THAT(setpoint.position, near(exact.at(time).position, 1e-4));
            CHECK_THAT(setpoint.velocity, near(exact.at(time).velocity, 1e-3));
        }
    }
}

TEST_CASE("the analytic Jacobian of every DMP is that of automatic differentiation") {
    auto variants = dmp_variants<double>();
    for (auto integrator : {DmpIntegrator::exact, DmpIntegrator::mp_pytorch}) {
        for (auto& [name, options] : variants) {
            CAPTURE(name);
            options.integrator = integrator;
            options.learn_duration = options.learn_delay = options.learn_alpha_phase = true;
            options.goal_scale = 1.5;
            options.weights_scale.setConstant(0.7);
            const Dmp<double> primitive(options);
            const StartState<double> start = dmp_start<double>();
            Eigen::VectorXd parameters(15);
            parameters << 1.1, 0.25, 2.5, dmp_parameters(options);
            const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(7, 0.3, 1.9);
            const auto jacobians = primitive.jacobians(parameters, times, start);

            const Eigen::VectorX<Dual> variables = primore_test::variables(parameters, 0, 19);
            const auto motion = primitive.trajectory(variables, {.time = Dual(0.3),
                                                                 .position = primore_test::variables(start.position, 15, 19),
                                                                 .velocity = primore_test::variables(start.velocity, 17, 19)});
            const auto table = motion.table(times.cast<Dual>());
            for (Eigen::Index row = 0; row < times.size(); ++row) {
                const auto check = [&](const Eigen::VectorX<Dual>& numbers, const Eigen::MatrixXd& found) {
                    const Eigen::MatrixXd expected = primore_test::jacobian_of(numbers, 19);
                    CHECK_THAT(found.leftCols(15), near(expected.leftCols(15), 1e-10));
                    CHECK_THAT(found.rightCols(4), near(expected.rightCols(4), 1e-10));
                    CHECK(found.middleCols(15, 2) == found.leftCols(2));  // duration and delay, again
                };
                check(table.positions.row(row).transpose(), jacobians[static_cast<std::size_t>(row)].position);
                check(table.velocities.row(row).transpose(), jacobians[static_cast<std::size_t>(row)].velocity);
                check(table.accelerations.row(row).transpose(), jacobians[static_cast<std::size_t>(row)].acceleration);
            }
            if (integrator == DmpIntegrator::exact) {
                CHECK_THAT(primitive.jacobian(parameters, times(4), start).position, near(jacobians[4].position, 1e-10));
            }
        }
    }
}

TEST_CASE("long after the end only the goal of a DMP counts, and that exactly") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const auto jacobian = Dmp<double>(options).jacobian(dmp_parameters(options), 60, dmp_start<double>());
        Eigen::MatrixXd goals = Eigen::MatrixXd::Zero(2, 18);
        goals(0, 5) = goals(1, 11) = 1;
        CHECK_THAT(jacobian.position, near(goals, 1e-12));
        CHECK_THAT(jacobian.velocity, near(Eigen::MatrixXd::Zero(2, 18), 1e-11));
        CHECK_THAT(jacobian.acceleration, near(Eigen::MatrixXd::Zero(2, 18), 1e-9));
    }
}

TEST_CASE("another duration keeps the path of every DMP, and the goal is reached") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        if (options.goal_velocity.size() > 0) continue;  // a velocity at the goal is no part of the path
        const Dmp<double> primitive(options);
        const auto motion = primitive.trajectory(dmp_parameters(options), {.position = Eigen::Vector2d(0.3, -0.5)});
        for (const double factor : {0.2, 3.0}) {
            const auto clock = primore::ExponentialPhase<double>{options.duration * factor, 0, options.alpha_phase};
            const auto other = primitive.with_clock(clock).trajectory(dmp_parameters(options), {.position = Eigen::Vector2d(0.3, -0.5)});
            for (const double z : {0.1, 0.5, 0.9, 1.0, 1.7}) {
                CHECK_THAT(other.at(z * clock.duration).position, near(motion.at(0.2 + z * 1.3).position, 1e-10));
            }
            CHECK_THAT(other.at(6 * clock.duration).position, near(Eigen::Vector2d(1, -0.6), 1e-5));
        }
    }
}

TEMPLATE_TEST_CASE("a DMP starts at any time exactly where and as fast as it is told", "", (primore_test::Types<double, 2>),
                   (primore_test::Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    for (auto [name, options] : dmp_variants<Scalar>()) {
        CAPTURE(name);
        for (const auto integrator : {DmpIntegrator::exact, DmpIntegrator::mp_pytorch}) {
            options.integrator = integrator;
            const Dmp<Scalar, TestType::dofs> primitive(options);
            for (const Scalar time : {Scalar(0), Scalar(0.2), Scalar(0.77), Scalar(1.5), Scalar(9)}) {
                StartState<Scalar, TestType::dofs> start;
                start.time = time;
                start.position = Eigen::Vector2<Scalar>(Scalar(0.1), Scalar(-7.3));
                if (time > Scalar(0.1)) start.velocity = Eigen::Vector2<Scalar>(Scalar(0.3), -1);
                start = start.completed("test", 2);
                const auto motion = primitive.trajectory(dmp_parameters(options), start);
                constexpr Scalar none = std::numeric_limits<Scalar>::quiet_NaN(), infinite = std::numeric_limits<Scalar>::infinity();
                for (const Scalar at : {time, Scalar(-1), none}) {
                    CHECK(motion.at(at).position == start.position);
                    CHECK(motion.at(at).velocity == start.velocity);
                }
                for (const Scalar at : {Scalar(1e3), Scalar(1e30), infinite}) {
                    CHECK_THAT(motion.at(at).position, near(Eigen::Vector2d(1, -0.6), 1e-4));
                    CHECK_THAT(motion.at(at).velocity, near(Eigen::Vector2d(0, 0), 1e-4));
                }
            }
        }
    }
}

TEST_CASE("a DMP is a linear primitive unless it scales with its goal") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const Dmp<double> primitive(options);
        const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(9, 0.3, 2.4), parameters = dmp_parameters(options);
        if (options.scaling != primore::DmpScaling::none) {
            CHECK_THROWS_WITH(primitive.basis_table(times, 0.3), "Dmp: scaling is goal_distance, expected none: the motion is not linear");
            continue;
        }
        if (options.goal_velocity.size() > 0) {
            CHECK_THROWS_WITH(primitive.basis_table(times, 0.3), ContainsSubstring("Dmp: a derivative of the ends is"));
            continue;
        }
        const auto start = dmp_start<double>();
        const auto table = primitive.basis_table(times, 0.3);
        const auto motion = primitive.trajectory(parameters, start).table(times);
        const Eigen::MatrixXd c = primore::coefficients<double, Eigen::Dynamic>(start, parameters);
        CHECK_THAT((table.position * c).eval(), near(motion.positions, 1e-10));
        CHECK_THAT((table.velocity * c).eval(), near(motion.velocities, 1e-9));
        CHECK_THAT((table.acceleration * c).eval(), near(motion.accelerations, 1e-8));
    }
}

TEST_CASE("scaling with the goal distance: a movement twice as far is the same movement twice as large") {
    DmpOptions<double> options = DmpOptions<double>::ijspeert();
    options.dofs = 1;
    Eigen::VectorXd parameters = primore_test::numbers<double>(11, 50);
    parameters(10) = 1;
    const Dmp<double> primitive(options);
    const auto once = primitive.trajectory(parameters, {});
    parameters(10) = -2;
    const auto twice = primitive.trajectory(parameters, {});
    for (const double time : {0.1, 0.4, 1.0}) CHECK_THAT(twice.at(time).position, near(-2 * once.at(time).position, 1e-12));
}

TEST_CASE("smooth scaling: no jump of the acceleration at the start, however far the goal") {
    DmpOptions<double> options = DmpOptions<double>::hoffmann();
    options.dofs = 1;
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(11);
    parameters(10) = 1000;
    CHECK_THAT(Dmp<double>(options).trajectory(parameters, {}).at(0).acceleration, near(Eigen::VectorXd::Zero(1), 1e-12));
    options.smooth_scaling = false;
    CHECK(Dmp<double>(options).trajectory(parameters, {}).at(0).acceleration(0) > 1e5);
}

TEST_CASE("a striking movement arrives with its velocity, and comes to rest at the goal") {
    DmpOptions<double> options = DmpOptions<double>::striking();
    options.dofs = 2;
    options.duration = 0.8;
    options.goal_velocity = Eigen::Vector2d(3, -1);
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(22);
    parameters(10) = 1;
    parameters(21) = 2;
    const auto motion = Dmp<double>(options).trajectory(parameters, {});
    CHECK_THAT(motion.at(0.8).position, near(Eigen::Vector2d(1, 2), 1e-12));
    CHECK_THAT(motion.at(0.8).velocity, near(Eigen::Vector2d(3, -1), 1e-11));
    CHECK_THAT(motion.at(5).position, near(Eigen::Vector2d(1, 2), 1e-12));
    CHECK_THAT(motion.at(5).velocity, near(Eigen::Vector2d(0, 0), 1e-12));
}

TEST_CASE("a rhythmic DMP comes to a limit cycle around its goal") {
    DmpOptions<double> options = DmpOptions<double>::rhythmic();
    options.dofs = 1;
    options.duration = 0.7;
    const VonMises<double> basis({.count = 8});
    Eigen::VectorXd parameters(9);
    for (Eigen::Index k = 0; k < 8; ++k) parameters(k) = 100 * std::sin(2 * 3.14159265358979 * basis.centres()(k));
    parameters(8) = 5;
    const Dmp<double, 1, VonMises<double>> primitive(options, basis);
    StartState<double, 1> start;
    start.position(0) = 9;
    const auto motion = primitive.trajectory(parameters, start);
    double mean = 0, low = 9, high = 0;
    for (int i = 0; i < 200; ++i) {
        const double time = 7 + 0.7 * i / 200;
        const double y = motion.at(time).position(0);
        mean += y / 200;
        low = std::min(low, y);
        high = std::max(high, y);
        CHECK_THAT(motion.at(time + 0.7 * 1000).position(0), near(y, 1e-9));
        CHECK_THAT(motion.at(time + 0.7 * 1000).acceleration(0), near(motion.at(time).acceleration(0), 1e-6));
    }
    CHECK_THAT(mean, near(5.0, 1e-9));
    CHECK(high - low > 0.1);
    options = DmpOptions<double>::rhythmic(2);
    options.dofs = 1;
    options.duration = 0.7;
    const auto larger = Dmp<double, 1, VonMises<double>>(options, basis).trajectory(parameters, start);
    CHECK_THAT(larger.at(7.3).position(0) - 5, near(2 * (motion.at(7.3).position(0) - 5), 1e-9));
    start.time = 700 * 0.7 + 0.1;  // a later turn is as good as the first
    const auto late = primitive.trajectory(parameters, start);
    start.time = 0.1;
    CHECK_THAT(late.at(700 * 0.7 + 0.5).position, near(primitive.trajectory(parameters, start).at(0.5).position, 1e-10));
    CHECK(motion.at(1e300).position.allFinite());
}

TEST_CASE("the steps of MP_PyTorch converge to the exact motion, of first order") {
    DmpOptions<double> options;
    options.dofs = 2;
    options.basis_count = 5;
    const auto exact = Dmp<double>(options).trajectory(dmp_parameters(options), {});
    options.integrator = DmpIntegrator::mp_pytorch;
    const auto error = [&](double step) {
        options.time_step = step;
        const auto motion = Dmp<double>(options).trajectory(dmp_parameters(options), {});
        CHECK_THAT(
            motion.at(0.5).position,
            near(motion.table(Eigen::VectorXd::LinSpaced(Eigen::Index(0.5 / step + 1.5), 0, 0.5)).positions.bottomRows(1).transpose(),
                 1e-11));
        return (motion.at(0.5).position - exact.at(0.5).position).norm();
    };
    const double coarse = error(0.002), fine = error(0.001);
    CHECK(fine < 0.05);
    CHECK_THAT(coarse / fine, near(2.0, 0.05));
}

TEST_CASE("the parameters of a DMP: duration, delay, alpha_phase, then weights and goal of each degree of freedom") {
    DmpOptions<double> options = dmp_variants<double>().front().second;
    const Dmp<double> plain(options);
    options.learn_duration = options.learn_delay = options.learn_alpha_phase = true;
    options.duration = 9;
    const Dmp<double> learned(options);
    CHECK(plain.parameter_count() == 12);
    CHECK(learned.parameter_count() == 15);
    Eigen::VectorXd parameters(15);
    parameters << 1.3, 0.2, 3, dmp_parameters(options);
    CHECK_THAT(learned.trajectory(parameters, dmp_start<double>()).at(1).position,
               near(plain.trajectory(dmp_parameters(options), dmp_start<double>()).at(1).position, 1e-12));
}

TEST_CASE("a DMP refuses what it cannot use") {
    const auto options = dmp_variants<double>().front().second;
    const Dmp<double> primitive(options);
    const Eigen::VectorXd parameters = dmp_parameters(options);
    CHECK_THROWS_WITH(primitive.trajectory(parameters.head(2), {}), "Dmp: parameters has size 2, expected 12 (parameter_count())");
    CHECK_THROWS_WITH(primitive.trajectory(parameters, {.velocity = Eigen::Vector2d(0, 1)}),
                      "Dmp: start.velocity[1] is 1, expected zero before the delay has ended");
    CHECK_THROWS_WITH(primitive.trajectory(parameters, {.position = Eigen::Vector3d(0, 1, 2)}),
                      "Dmp: start.position has size 3, expected 2 (dofs)");
    const auto refused = [&](auto change, const char* sentence) {
        DmpOptions<double> wrong = options;
        change(wrong);
        CHECK_THROWS_WITH(Dmp<double>(wrong), sentence);
    };
    refused([](auto& o) { o.duration = 0; }, "Dmp: duration is 0, expected a positive finite number");
    refused([](auto& o) { o.beta = -1.0; }, "Dmp: beta is -1, expected a positive finite number");
    refused([](auto& o) { o.alpha = std::nan(""); }, "Dmp: alpha is nan, expected a positive finite number");
    refused([](auto& o) { o.amplitude = Eigen::Vector3d(1, 2, 3); }, "Dmp: amplitude has size 3, expected 2 (dofs; or 1 for all)");
    refused([](auto& o) { o.weights_scale = Eigen::Vector3d(1, 2, 3); },
            "Dmp: weights_scale has size 3, expected 5 (the number of basis functions; or 1 for all)");
    refused([](auto& o) { o.goal_velocity = Eigen::Vector3d(1, 2, 3); },
            "Dmp: goal_velocity has size 3, expected 2 (dofs; or 0 for zeros)");
    refused([](auto& o) { o.damping = {.rate = 4, .start = 0, .end = 1}; }, "Dmp: damping.start is 0, expected a positive finite number");
    refused([](auto& o) { o.phase = primore::DmpPhase::rhythmic; },
            "Dmp: phase is rhythmic, expected another one, or periodic basis functions");
    refused([](auto& o) { o.time_step = 0; }, "Dmp: time_step is 0, expected a positive finite number");
}

TEST_CASE("long after the end a set point is one step from a node, as accurate as by many short ones") {
    // Measured: errors up to 5e-11, where the longest functions, those of alpha_phase = 1, still push.
    for (const double alpha_phase : {1.0, 3.0}) {
        primore::DmpOptions<double> options{.dofs = 1, .basis_count = 10, .alpha_phase = alpha_phase};
        const auto motion = primore::Dmp<double>(options).trajectory(300 * primore_test::numbers<double>(11), {});
        options.longest_panel = 0.002;
        const auto exact = primore::Dmp<double>(options).trajectory(300 * primore_test::numbers<double>(11), {});
        CHECK(motion.node_count() < 1000);
        for (const double time : {1.7, 2.03, 2.6, 3.9, 7.3, 14.0, 40.0, 1e9}) {
            CAPTURE(alpha_phase, time);
            CHECK_THAT(motion.at(time).position, near(exact.at(time).position, 5e-10));
            CHECK_THAT(motion.at(time).velocity, near(exact.at(time).velocity, 5e-9));
        }
    }
}
