// SPDX-License-Identifier: MIT
#include <primore/primitive/pro_dmp.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::ProDmp;
using primore::ProDmpDiscretization;
using primore::ProDmpOptions;
using primore::StartState;
using primore_test::numbers;
using primore_test::Types;

namespace {

constexpr auto both = {ProDmpDiscretization::accurate, ProDmpDiscretization::mp_pytorch};

}  // namespace

TEST_CASE("a ProDMP without forcing is a critically damped spring") {
    // tau = 2, alpha = 4, from y = 1 at rest to g = 3: at t = 1 alpha z / 2 = 1, so y = 3 - 2 * 2 exp(-1), tau v = 2 * 4 / 2 exp(-1).
    const ProDmp<double, 1> primitive({.duration = 2, .basis_count = 3, .alpha = 4, .learn_weights = false});
    const auto setpoint = primitive.trajectory(Eigen::VectorXd::Constant(1, 3), {.position = Eigen::Matrix<double, 1, 1>(1)}).at(1);
    const double e = std::exp(-1.0);
    CHECK_THAT(setpoint.position(0), near(3 - 4 * e, 1e-15));
    CHECK_THAT(setpoint.velocity(0), near(4 * e / 2, 1e-15));
    CHECK_THAT(setpoint.acceleration(0), near((4 * (1 * 4 * e) - 4 * 4 * e) / 4, 1e-15));  // alpha (alpha/4 (g - y) - tau v) / tau^2
}

TEST_CASE("the parameters of a ProDMP: duration, delay, then weights and goal of each degree of freedom") {
    const ProDmp<double> plain({.dofs = 2, .duration = 1.5, .delay = 0.25, .basis_count = 3});
    const ProDmp<double> learned({.dofs = 2, .basis_count = 3, .learn_duration = true, .learn_delay = true});
    CHECK(plain.parameter_count() == 8);
    CHECK(learned.parameter_count() == 10);
    const Eigen::VectorXd local = numbers<double>(8, 50);
    Eigen::VectorXd parameters(10);
    parameters << 1.5, 0.25, local;
    const auto a = plain.trajectory(local, {}), b = learned.trajectory(parameters, {});
    CHECK(b.duration() == 1.5);
    CHECK(b.end_time() == 1.75);
    CHECK(b.goal() == Eigen::Vector2d(local(3), local(7)));
    CHECK_THAT(b.at(0.9).acceleration, near(a.at(0.9).acceleration, 1e-14));
    CHECK_THAT(b.at(100.0).position, near(b.goal(), 1e-12));

    // Only weights, scaled; the goal is the start.
    const ProDmp<double> relative({.dofs = 2,
                                   .duration = 1.5,
                                   .delay = 0.25,
                                   .basis_count = 3,
                                   .weights_scale = Eigen::Vector3d(1, 2, 3),
                                   .relative_goal = true,
                                   .learn_goal = false});
    CHECK(relative.parameter_count() == 6);
    CHECK(relative.parameter_scale() == Eigen::Vector4d(1, 2, 3, 1));
    const auto c = relative.trajectory(numbers<double>(6), {.position = Eigen::Vector2d(5, 6)});
    CHECK(c.goal() == Eigen::Vector2d(5, 6));
    Eigen::VectorXd same(8);
    same << numbers<double>(6).head(3).cwiseProduct(Eigen::Vector3d(1, 2, 3)), 5,
        numbers<double>(6).tail(3).cwiseProduct(Eigen::Vector3d(1, 2, 3)), 6;
    CHECK_THAT(c.at(0.9).position, near(plain.trajectory(same, {.position = Eigen::Vector2d(5, 6)}).at(0.9).position, 1e-14));
}

TEST_CASE("auto_scale makes a parameter of size one move about one unit") {
    const ProDmp<double, 1> primitive({.duration = 2, .basis_count = 4, .goal_scale = 0.5, .auto_scale = true});
    for (Eigen::Index k = 0; k < 5; ++k) {
        const auto table = primitive.trajectory(Eigen::VectorXd::Unit(5, k), {}).table(Eigen::VectorXd::LinSpaced(4001, 0, 12));
        CHECK_THAT(table.positions.maxCoeff(), near(k < 4 ? 1.0 : 0.5, 1e-5));
    }
}

TEMPLATE_TEST_CASE("a ProDMP starts exactly in the start state, at any time", "", (Types<double, 2>), (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    for (const auto discretization : both) {
        for (const Scalar time : {Scalar(-1), Scalar(0), Scalar(0.1), Scalar(0.713), Scalar(5), Scalar(1e4)}) {
            ProDmpOptions<Scalar> options{.dofs = 2, .duration = Scalar(1.3), .delay = Scalar(0.1), .basis_count = 5};
            options.discretization = discretization;
            const ProDmp<Scalar, TestType::dofs> primitive(options);
            StartState<Scalar, TestType::dofs> start;
            start.time = time;
            start.position = Eigen::Vector2<Scalar>(Scalar(0.1), Scalar(-7.3));
            start.velocity = time < Scalar(0.1) ? Eigen::Vector2<Scalar>::Zero() : Eigen::Vector2<Scalar>(1, Scalar(-0.3));
            const auto motion = primitive.trajectory(numbers<Scalar>(12, 100), start);
            CAPTURE(time);
            CHECK(motion.start_time() == time);
            CHECK(motion.at(time).position == start.position);
            CHECK(motion.at(time).velocity == start.velocity);
            if (discretization == ProDmpDiscretization::mp_pytorch || time > Scalar(100)) continue;
            // and it leaves from there without a jump
            const Scalar from = std::max(time, Scalar(0.1)), h = from + Scalar(1e-4) - from;
            const auto moving = motion.at(from), next = motion.at(from + h);
            CHECK_THAT(moving.position, near(start.position, 0));
            CHECK_THAT(next.position, near((start.position + h * start.velocity + h * h / 2 * moving.acceleration).eval(), 3e-6));
            CHECK_THAT(next.velocity, near((start.velocity + h * moving.acceleration).eval(), 1e-3));
        }
    }
}

TEST_CASE("a motion replanned with the same parameters is the same motion") {
    for (const auto discretization : both) {
        const ProDmp<double, 2> primitive({.duration = 1.3, .delay = 0.2, .basis_count = 6, .discretization = discretization});
        const Eigen::VectorXd parameters = numbers<double>(14, 200);
        const auto whole = primitive.trajectory(parameters, {.position = {1, -1}});
        for (const double switch_time : {0.2, 0.437, 1.0, 3.0}) {
            const auto state = whole.at(switch_time);
            const auto rest =
                primitive.trajectory(parameters, {.time = switch_time, .position = state.position, .velocity = state.velocity});
            for (const double t : {0.5, 0.9, 1.4, 2.0, 4.0}) {
                if (t < switch_time) continue;
                CHECK_THAT(rest.at(t).position, near(whole.at(t).position, 1e-11));
                CHECK_THAT(rest.at(t).velocity, near(whole.at(t).velocity, 1e-11));
                CHECK_THAT(rest.at(t).acceleration, near(whole.at(t).acceleration, 1e-10));
            }
        }
    }
}

TEST_CASE("velocity and acceleration of a ProDMP are derivatives of its position") {
    const ProDmp<double, 2> primitive({.duration = 1.7, .delay = 0.2, .basis_count = 6, .basis_outside = 1, .alpha_phase = 2});
    const auto motion = primitive.trajectory(numbers<double>(14, 100), {.time = 0.3, .position = {1, 2}, .velocity = {-1, 3}});
    const double h = 1e-4;
    for (const double t : {0.31, 0.5, 1.1, 1.8, 5.0, 11.9, 20.0}) {
        const auto before = motion.at(t - h), now = motion.at(t), after = motion.at(t + h);
        CHECK_THAT(now.velocity, near(((after.position - before.position) / (2 * h)).eval(), 1e-5));
        CHECK_THAT(now.acceleration, near(((after.velocity - before.velocity) / (2 * h)).eval(), 1e-4));
    }
}

TEST_CASE("float agrees with double") {
    const ProDmp<double, 2> in_double({.duration = 2, .basis_count = 10});
    const ProDmp<float> in_float({.dofs = 2, .duration = 2, .basis_count = 10});
    const auto a = in_double.trajectory(numbers<double>(22, 50), {.time = 0.5, .position = {1, 2}, .velocity = {-1, 3}});
    const auto b = in_float.trajectory(numbers<float>(22, 50), {.time = 0.5f, .position = Eigen::Vector2f(1, 2), .velocity = Eigen::Vector2f(-1, 3)});
    for (const double t : {0.5, 0.75, 1.25, 2.0, 13.0, 50.0}) {
        CHECK_THAT(b.at(float(t)).position, near(a.at(t).position, 1e-5));
        CHECK_THAT(b.at(float(t)).velocity, near(a.at(t).velocity, 1e-4));
        CHECK_THAT(b.at(float(t)).acceleration, near(a.at(t).acceleration, 2e-3));
    }
}

TEMPLATE_TEST_CASE("a ProDMP answers any time", "", float, double) {
    const TestType infinity = std::numeric_limits<TestType>::infinity();
    for (const auto discretization : both) {
        for (const TestType alpha : {TestType(5), TestType(25), TestType(240)}) {
            ProDmpOptions<TestType> options{.dofs = 2, .basis_count = 8, .alpha = alpha};
            options.discretization = discretization;
            const ProDmp<TestType> primitive(options);
            for (const TestType start : {TestType(0), TestType(0.2), TestType(30)}) {
                const auto motion =
                    primitive.trajectory(numbers<TestType>(18, 100), {.time = start, .position = Eigen::Vector2<TestType>(1, 2)});
                for (const TestType t : {-infinity, TestType(-1), start, std::numeric_limits<TestType>::quiet_NaN()}) {
                    CHECK(motion.at(t).position == motion.at(start).position);
                    CHECK(motion.at(t).acceleration == motion.at(start).acceleration);
                }
                for (const TestType t : {TestType(0.7), TestType(5.99), TestType(6), TestType(1e5), TestType(1e30), infinity}) {
                    CHECK(motion.at(t).position.allFinite());
                    CHECK(motion.at(t).velocity.allFinite());
                    CHECK(motion.at(t).acceleration.allFinite());
                }
                CHECK_THAT(motion.at(infinity).position, near(motion.goal(), 1e-5));
            }
        }
    }
}

TEST_CASE("a ProDMP waits during the delay") {
    const ProDmp<double, 1> primitive({.delay = 0.5, .basis_count = 4});
    const auto motion = primitive.trajectory(numbers<double>(5, 100), {.position = Eigen::Matrix<double, 1, 1>(3)});
    for (const double t : {0.0, 0.3, 0.4999}) {
        CHECK(motion.at(t).position(0) == 3);
        CHECK(motion.at(t).velocity(0) == 0);
        CHECK(motion.at(t).acceleration(0) == 0);
    }
    CHECK(motion.at(0.5).acceleration(0) != 0);
}

TEST_CASE("a table of a ProDMP is the same as single set points") {
    const ProDmp<double, 2> primitive({.duration = 1.2, .basis_count = 4});
    const auto motion = primitive.trajectory(numbers<double>(10, 100), {.time = 0.1});
    const auto table = motion.table(Eigen::Vector3d(0.1, 0.4, 2));
    CHECK_THAT(table.positions.row(1).transpose(), near(motion.at(0.4).position, 0));
    CHECK_THAT(table.velocities.row(1).transpose(), near(motion.at(0.4).velocity, 0));
    CHECK_THAT(table.accelerations.row(1).transpose(), near(motion.at(0.4).acceleration, 0));
    CHECK_THROWS_MATCHES(motion.table(Eigen::Vector2d(0.05, 1)), std::invalid_argument,
                         Message("ProDmp: times[0] is 0.05, expected a finite time from the start at 0.1 on"));
}

TEST_CASE("a ProDMP refuses options it cannot work with") {
    using Prodmp = ProDmp<double, 2>;
    CHECK_THROWS_MATCHES(Prodmp({.duration = 0}), std::invalid_argument,
                         Message("ProDmp: duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Prodmp({.delay = -1}), std::invalid_argument,
                         Message("ProDmp: delay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Prodmp({.basis_count = 0}), std::invalid_argument, Message("ProDmp: basis_count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(Prodmp({.basis_count = 5, .basis_outside = 2}), std::invalid_argument,
                         Message("ProDmp: basis_count is 5, expected at least 6"));
    CHECK_THROWS_MATCHES(Prodmp({.basis_outside = -1}), std::invalid_argument, Message("ProDmp: basis_outside is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Prodmp({.bandwidth_factor = -2}), std::invalid_argument,
                         Message("ProDmp: bandwidth_factor is -2, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Prodmp({.alpha = NAN}), std::invalid_argument, Message("ProDmp: alpha is nan, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Prodmp({.alpha_phase = 0}), std::invalid_argument,
                         Message("ProDmp: alpha_phase is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Prodmp({.basis_count = 4, .weights_scale = Eigen::Vector3d::Ones()}), std::invalid_argument,
                         Message("ProDmp: weights_scale has size 3, expected 4 (basis_count; or 1 for all)"));
    CHECK_THROWS_MATCHES(Prodmp({.weights_scale = Eigen::VectorXd::Constant(1, INFINITY)}), std::invalid_argument,
                         Message("ProDmp: weights_scale[0] is inf, expected a finite number"));
    CHECK_THROWS_MATCHES(Prodmp({.goal_scale = NAN}), std::invalid_argument,
                         Message("ProDmp: goal_scale is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(
        Prodmp({.learn_weights = false, .learn_goal = false}), std::invalid_argument,
        Message("ProDmp: learn_goal is false, expected true, because learn_weights is false and something has to be learned"));
    CHECK_THROWS_MATCHES(Prodmp({.table_length = 0}), std::invalid_argument, Message("ProDmp: table_length is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(Prodmp({.discretization = ProDmpDiscretization::mp_pytorch, .time_step = 2}), std::invalid_argument,
                         Message("ProDmp: time_step is 2, expected at most the duration and at least a millionth of it"));
    CHECK_THROWS_MATCHES(ProDmp<double>({}), std::invalid_argument, Message("ProDmp: dofs is 0, expected at least 1"));
}

TEST_CASE("a ProDMP refuses parameters and starts it cannot use") {
    const ProDmp<double, 1> plain({.delay = 0.5, .basis_count = 2}), learned({.basis_count = 1, .learn_duration = true});
    const Eigen::Vector3d w(1, 2, 3);
    CHECK_THROWS_MATCHES(plain.trajectory(Eigen::Vector2d(1, 2), {}), std::invalid_argument,
                         Message("ProDmp: parameters has size 2, expected 3 (parameter_count())"));
    CHECK_THROWS_MATCHES(plain.trajectory(Eigen::Vector3d(1, 2, INFINITY), {}), std::invalid_argument,
                         Message("ProDmp: parameters[2] is inf, expected a finite number"));
    CHECK_THROWS_MATCHES(learned.trajectory(Eigen::Vector3d(0, 1, 2), {}), std::invalid_argument,
                         Message("ProDmp: parameters[0], the duration, is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(plain.trajectory(w, {.velocity = Eigen::Matrix<double, 1, 1>(0.5)}), std::invalid_argument,
                         Message("ProDmp: start.velocity[0] is 0.5, expected zero before the delay has ended"));
    CHECK_NOTHROW(plain.trajectory(w, {.time = 0.5, .velocity = Eigen::Matrix<double, 1, 1>(0.5)}));
    CHECK_THROWS_MATCHES(plain.trajectory(w, {.time = NAN}), std::invalid_argument,
                         Message("ProDmp: start.time is nan, expected a finite number"));
}
