// SPDX-License-Identifier: MIT
#include <primore/primitive/pro_mp.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <tuple>

#include <Eigen/Core>

#include <primore/basis/bernstein.hpp>
#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/smooth_phase.hpp>
#include <primore/basis/von_mises.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::ProMp;
using primore::StartPadding;
using primore::StartState;
using primore_test::numbers;
using primore_test::Types;

TEST_CASE("position, velocity and acceleration of a ProMP in closed form") {
    // Two functions at phase 0 and 1 with h = 3: Phi_2 is the logistic function of 3 (p - 1/2); w = (0, 1), tau = 2, t = 1.
    const ProMp<double, 1> primitive({.duration = 2, .basis_count = 2});
    const auto setpoint = primitive.trajectory(Eigen::Vector2d(0, 1)).at(0.6);
    const double logistic = 1 / (1 + std::exp(-3 * (0.3 - 0.5))), slope = 3 * logistic * (1 - logistic);
    CHECK_THAT(setpoint.position(0), near(logistic, 1e-15));
    CHECK_THAT(setpoint.velocity(0), near(slope / 2, 1e-15));
    CHECK_THAT(setpoint.acceleration(0), near(3 * slope * (1 - 2 * logistic) / 4, 1e-15));
}

TEST_CASE("the parameters of a ProMP: duration, delay, then the weights of each degree of freedom") {
    const ProMp<double> plain({.dofs = 2, .duration = 1.5, .delay = 0.25, .basis_count = 3, .weights_scale = Eigen::Vector3d(1, 2, 3)});
    const ProMp<double> learned({.dofs = 2, .basis_count = 3, .learn_duration = true, .learn_delay = true});
    CHECK(plain.parameter_count() == 6);
    CHECK(learned.parameter_count() == 8);
    const Eigen::VectorXd weights = numbers<double>(6);
    Eigen::VectorXd parameters(8);
    parameters << 1.5, 0.25, weights.cwiseProduct(Eigen::Vector3d(1, 2, 3).replicate(2, 1));
    const auto a = plain.trajectory(weights), b = learned.trajectory(parameters);
    CHECK(b.duration() == 1.5);
    CHECK(b.end_time() == 1.75);
    CHECK_THAT(b.at(0.9).acceleration, near(a.at(0.9).acceleration, 1e-13));
    const Eigen::VectorXd phi = functions(plain.basis(), (0.9 - 0.25) / 1.5).value;
    CHECK_THAT(b.at(0.9).position, near((parameters.tail(6).reshaped(3, 2).transpose() * phi).eval(), 1e-13));
}

TEMPLATE_TEST_CASE("a ProMP starts exactly where and as fast as it is told", "", (Types<double, 2>), (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    for (const Scalar time : {Scalar(0), Scalar(0.1), Scalar(0.3), Scalar(0.81)}) {
        for (const Eigen::Index zero_start : {1, 2, 3}) {
            const ProMp<Scalar, TestType::dofs> primitive(
                {.dofs = 2, .duration = Scalar(1.3), .delay = Scalar(0.1), .basis_count = 5, .zero_start = zero_start, .zero_goal = 1});
            StartState<Scalar, TestType::dofs> start;
            start.time = time;
            start.position = Eigen::Vector2<Scalar>(Scalar(-7.3), Scalar(1e3));
            if (zero_start > 1 && time >= Scalar(0.1)) start.velocity = Eigen::Vector2<Scalar>(1, Scalar(-0.3));
            start = start.completed("test", 2);
            const auto motion = primitive.trajectory(numbers<Scalar>(10), start);
            CAPTURE(time, zero_start);
            CHECK(motion.start_time() == time);
            const auto first = motion.at(time);
            CHECK(first.position == start.position);
            if (zero_start > 1) CHECK(first.velocity == start.velocity);
            // and it leaves from there without a jump
            const Scalar from = std::max(time, Scalar(0.1)), h = from + Scalar(1e-4) - from;
            const auto moving = motion.at(from), next = motion.at(from + h);
            CHECK_THAT(moving.position, near(start.position, 0));
            CHECK_THAT(next.position, near((start.position + h * moving.velocity + h * h / 2 * moving.acceleration).eval(), 3e-6));
            CHECK_THAT(next.velocity, near((moving.velocity + h * moving.acceleration).eval(), 1e-2));
        }
    }
}

TEST_CASE("a ProMP that starts at its very end with a velocity stands still after that") {
    const ProMp<double, 1> primitive({.basis_count = 3, .zero_start = 2});
    const Eigen::Matrix<double, 1, 1> fast(0.5);
    const auto motion = primitive.trajectory(Eigen::Vector3d(1, 2, 3), {.time = 1, .velocity = fast});
    CHECK(motion.at(1).velocity == fast);
    CHECK(motion.at(1.5).position == motion.at(1).position);
    CHECK(motion.at(1.5).velocity(0) == 0);
}

TEST_CASE("velocity and acceleration of a ProMP are derivatives of its position") {
    const ProMp<double, 2> primitive({.duration = 1.7, .delay = 0.2, .basis_count = 6, .basis_outside = 1, .zero_start = 2});
    const auto motion = primitive.trajectory(numbers<double>(12), {.time = 0.3, .position = {1, 2}, .velocity = {-1, 3}});
    const double h = 1e-5;
    for (const double t : {0.31, 0.5, 1.1, 1.8}) {
        const auto before = motion.at(t - h), now = motion.at(t), after = motion.at(t + h);
        CHECK_THAT(now.velocity, near(((after.position - before.position) / (2 * h)).eval(), 1e-7));
        CHECK_THAT(now.acceleration, near(((after.velocity - before.velocity) / (2 * h)).eval(), 1e-6));
    }
}

TEST_CASE("a ProMP stands still during the delay and after the end") {
    const ProMp<double, 1> primitive({.duration = 1, .delay = 0.5, .basis_count = 4, .zero_start = 2});
    const auto motion = primitive.trajectory(numbers<double>(4), {.position = Eigen::Matrix<double, 1, 1>(3)});
    for (const double t : {0.0, 0.3, 0.4999}) {
        CHECK(motion.at(t).position(0) == 3);
        CHECK(motion.at(t).velocity(0) == 0);
        CHECK(motion.at(t).acceleration(0) == 0);
    }
    CHECK(motion.at(1.6).position == motion.at(9.0).position);
    CHECK(motion.at(1.6).velocity(0) == 0);
}

TEMPLATE_TEST_CASE("a ProMP answers any time", "", float, double) {
    const ProMp<TestType> primitive({.dofs = 2, .duration = 1, .basis_count = 8, .zero_start = 2});
    const auto motion = primitive.trajectory(numbers<TestType>(16), {.time = TestType(0.2), .position = Eigen::Vector2<TestType>(1, 2)});
    const TestType infinity = std::numeric_limits<TestType>::infinity();
    for (const TestType t : {-infinity, TestType(-1), TestType(0.1), std::numeric_limits<TestType>::quiet_NaN()}) {
        CHECK(motion.at(t).position == motion.at(TestType(0.2)).position);
        CHECK(motion.at(t).acceleration == motion.at(TestType(0.2)).acceleration);
    }
    for (const TestType t : {TestType(0.7), TestType(1e30), infinity}) {
        CHECK(motion.at(t).position.allFinite());
        CHECK(motion.at(t).velocity.allFinite());
        CHECK(motion.at(t).acceleration.allFinite());
    }
}

TEST_CASE("a table is the same as single set points") {
    const ProMp<double, 2> primitive({.duration = 1.2, .basis_count = 4});
    const auto motion = primitive.trajectory(numbers<double>(8));
    const auto table = motion.table(Eigen::Vector3d(0, 0.4, 2));
    CHECK_THAT(table.positions.row(1).transpose(), near(motion.at(0.4).position, 0));
    CHECK_THAT(table.velocities.row(1).transpose(), near(motion.at(0.4).velocity, 0));
    CHECK_THAT(table.accelerations.row(1).transpose(), near(motion.at(0.4).acceleration, 0));
    CHECK_THROWS_MATCHES(motion.table(Eigen::VectorXd::Constant(1, -1)), std::invalid_argument,
                         Message("ProMp: times[0] is -1, expected a finite time from the start at 0 on"));
}

TEST_CASE("with zero padding as in MP_PyTorch the start position is only added") {
    const ProMp<double, 1> primitive({.basis_count = 3, .zero_start = 1, .start_padding = StartPadding::zero});
    const Eigen::Vector3d weights(1, 2, 3);
    const auto relative = primitive.trajectory(weights, {.position = Eigen::Matrix<double, 1, 1>(5)});
    const auto plain = primitive.trajectory(weights);
    CHECK_THAT(relative.at(0.0).position(0), near(5 + plain.at(0.0).position(0), 1e-15));
    CHECK(plain.at(0.0).position(0) > 0.1);
}

TEST_CASE("a ProMP refuses options it cannot work with") {
    using Promp = ProMp<double, 2>;
    CHECK_THROWS_MATCHES(Promp({.duration = -1}), std::invalid_argument,
                         Message("ProMp: duration is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Promp({.delay = -1}), std::invalid_argument,
                         Message("ProMp: delay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Promp({.basis_count = 0}), std::invalid_argument, Message("ProMp: basis_count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(Promp({.basis_count = 3, .basis_outside = 1}), std::invalid_argument,
                         Message("ProMp: basis_count is 3, expected at least 4"));
    CHECK_THROWS_MATCHES(Promp({.bandwidth_factor = 0}), std::invalid_argument,
                         Message("ProMp: bandwidth_factor is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Promp({.basis_outside = -1}), std::invalid_argument, Message("ProMp: basis_outside is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Promp({.zero_start = -1}), std::invalid_argument, Message("ProMp: zero_start is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Promp({.zero_goal = -1}), std::invalid_argument, Message("ProMp: zero_goal is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Promp({.basis_count = 4, .weights_scale = Eigen::Vector3d::Ones()}), std::invalid_argument,
                         Message("ProMp: weights_scale has size 3, expected 4 (basis_count; or 1 for all)"));
    CHECK_THROWS_MATCHES(Promp({.weights_scale = Eigen::VectorXd::Constant(1, NAN)}), std::invalid_argument,
                         Message("ProMp: weights_scale[0] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(ProMp<double>({}), std::invalid_argument, Message("ProMp: dofs is 0, expected at least 1"));
}

TEST_CASE("a ProMP refuses parameters and starts it cannot use") {
    const ProMp<double, 1> plain({.basis_count = 3}), learned({.basis_count = 2, .learn_duration = true});
    const ProMp<double, 1> one({.basis_count = 3, .zero_start = 1}), two({.duration = 1, .delay = 1, .basis_count = 3, .zero_start = 2});
    const Eigen::Vector3d w(1, 2, 3);
    const Eigen::Matrix<double, 1, 1> fast(0.5);
    CHECK_THROWS_MATCHES(plain.trajectory(Eigen::Vector2d(1, 2)), std::invalid_argument,
                         Message("ProMp: parameters has size 2, expected 3 (parameter_count())"));
    CHECK_THROWS_MATCHES(plain.trajectory(Eigen::Vector3d(1, NAN, 2)), std::invalid_argument,
                         Message("ProMp: parameters[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(learned.trajectory(Eigen::Vector3d(-2, 1, 2)), std::invalid_argument,
                         Message("ProMp: parameters[0], the duration, is -2, expected a positive finite number"));
    CHECK_THROWS_MATCHES(plain.trajectory(w, {}), std::invalid_argument,
                         Message("ProMp: zero_start is 0, expected at least 1 for a motion with a start state (2 if it has a velocity)"));
    CHECK_THROWS_MATCHES(one.trajectory(w, {.velocity = fast}), std::invalid_argument,
                         Message("ProMp: start.velocity[0] is 0.5, expected zero, or zero_start = 2"));
    CHECK_THROWS_MATCHES(two.trajectory(w, {.velocity = fast}), std::invalid_argument,
                         Message("ProMp: start.velocity[0] is 0.5, expected zero outside the time of the movement"));
    const ProMp<double, 1> reference({.basis_count = 3, .zero_start = 2, .start_padding = StartPadding::zero});
    CHECK_THROWS_MATCHES(reference.trajectory(w, {.velocity = fast}), std::invalid_argument,
                         Message("ProMp: start.velocity[0] is 0.5, expected zero, or start_padding = solved with zero_start = 2"));
    const ProMp<float> long_gone({.dofs = 1, .basis_count = 30, .zero_start = 1});
    CHECK_THROWS_MATCHES(
        long_gone.trajectory(Eigen::VectorXf::Ones(30), {.time = 0.75f}), std::invalid_argument,
        Message("ProMp: start.time is 0.75, expected a time at which the functions padded by zero_start have not faded yet"));
}

TEMPLATE_TEST_CASE("a rhythmic ProMP repeats itself without a jump, for any number of turns", "", float, double) {
    using Scalar = TestType;
    using Rhythmic = ProMp<Scalar, 2, primore::VonMises<Scalar>, primore::RhythmicPhase<Scalar>>;
    const Rhythmic primitive({.duration = Scalar(0.8), .delay = Scalar(0.1)}, primore::VonMises<Scalar>({.count = 7}));
    CHECK(primitive.parameter_count() == 14);
    const auto motion = primitive.trajectory(numbers<Scalar>(14));
    const double tolerance = sizeof(Scalar) == 4 ? 2e-5 : 1e-12;
    for (const Scalar time : {Scalar(0.1), Scalar(0.33), Scalar(0.72), Scalar(0.9) - Scalar(1e-6)}) {
        const auto first = motion.at(time);
        for (const int turns : {1, 3, 20}) {
            const auto later = motion.at(time + static_cast<Scalar>(turns) * Scalar(0.8));
            CHECK_THAT(later.position, near(first.position, tolerance));
            CHECK_THAT(later.velocity, near(first.velocity, 10 * tolerance));
            CHECK_THAT(later.acceleration, near(first.acceleration, 100 * tolerance));
        }
    }
    CHECK(motion.at(Scalar(0.5)).velocity.cwiseAbs().maxCoeff() > Scalar(0.1));
    CHECK(motion.at(Scalar(0.05)).velocity.isZero());  // it waits
    CHECK(motion.at(std::numeric_limits<Scalar>::infinity()).position.allFinite());
}

TEST_CASE("a ProMP over any basis and clock: the weighted sum of its functions") {
    const primore::Bernstein basis(6);
    const ProMp<double, 1, primore::Bernstein, primore::SmoothPhase<double>> primitive({.duration = 2}, basis);
    const auto motion = primitive.trajectory(numbers<double>(6));
    // It begins and ends at rest, at its first and last weight: a smooth clock along a Bezier curve.
    CHECK_THAT(motion.at(0.0).position(0), near(numbers<double>(6)(0), 1e-15));
    CHECK_THAT(motion.at(2.0).position(0), near(numbers<double>(6)(5), 1e-15));
    for (const double time : {0.0, 2.0}) {
        CHECK(motion.at(time).velocity(0) == 0);
        CHECK(motion.at(time).acceleration(0) == 0);
    }
    const double h = 1e-5;
    const auto before = motion.at(0.7 - h), now = motion.at(0.7), after = motion.at(0.7 + h);
    CHECK_THAT(now.velocity, near(((after.position - before.position) / (2 * h)).eval(), 1e-8));
    CHECK_THAT(now.acceleration, near(((after.velocity - before.velocity) / (2 * h)).eval(), 1e-7));
    CHECK_THROWS_MATCHES((ProMp<double, 1, primore::Bernstein>({.zero_start = 6}, basis)), std::invalid_argument,
                         Message("ProMp: the number of basis functions is 6, expected at least 7"));
}
