// SPDX-License-Identifier: MIT
#include <primore/motion/time_scaling.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore::MotionLimits;
using primore::TimeScaledMotion;
using primore_test::HarmonicMotion;

static_assert(primore::Motion<TimeScaledMotion<HarmonicMotion<double>>, double, 2>);
static_assert(primore::Motion<TimeScaledMotion<HarmonicMotion<float>>, float>);
static_assert(noexcept(std::declval<const TimeScaledMotion<HarmonicMotion<double>>&>().at(0.0)));

}  // namespace

TEST_CASE("the factor is that of the tightest limit") {
    const auto found = primore::peaks(HarmonicMotion<double>{.rate = 2, .to = 4});  // v = 4, 2; a = 8, 4; j = 16, 8
    const auto factor = [&](const MotionLimits<double>& limits) { return primore::time_scale(found, limits); };
    const auto one = [](double x) { return Eigen::VectorXd::Constant(1, x).eval(); };
    CHECK_THAT(factor({.velocity = one(2)}), near(2.0, 1e-13));
    CHECK_THAT(factor({.velocity = Eigen::Vector2d(4, 0.5)}), near(4.0, 1e-13));
    CHECK_THAT(factor({.acceleration = one(2)}), near(2.0, 1e-13));
    CHECK_THAT(factor({.jerk = one(2)}), near(2.0, 1e-9));
    CHECK_THAT(factor({.velocity = one(4), .acceleration = Eigen::Vector2d(80, 1), .jerk = one(16)}), near(2.0, 1e-13));
    CHECK_THAT(factor({.velocity = one(16)}), near(0.25, 1e-13));
    CHECK(factor({}) == 0);
    CHECK(factor({.velocity = one(INFINITY)}) == 0);
    CHECK_THROWS_MATCHES(factor({.velocity = Eigen::Vector3d(1, 1, 1)}), std::invalid_argument,
                         Message("time_scale: limits.velocity has size 3, expected 2 (dofs; or 1 for all, 0 for none)"));
    CHECK_THROWS_MATCHES(factor({.jerk = Eigen::Vector2d(1, 0)}), std::invalid_argument,
                         Message("time_scale: limits.jerk is 0, expected positive"));
    CHECK_THROWS_MATCHES(factor({.acceleration = one(NAN)}), std::invalid_argument,
                         Message("time_scale: limits.acceleration is nan, expected positive"));
}

TEMPLATE_TEST_CASE("a scaled motion passes the same positions, later", "", float, double) {
    using Scalar = TestType;
    const HarmonicMotion<Scalar> fast{.rate = 2, .drift = 1, .from = 1, .to = 3};
    const TimeScaledMotion<HarmonicMotion<Scalar>> slow(fast, 4);
    CHECK(slow.start_time() == 1);
    CHECK(slow.end_time() == 9);
    CHECK(slow.duration() == 8);
    for (const Scalar t : {Scalar(1), Scalar(2), Scalar(6), Scalar(9), Scalar(11)}) {
        const auto now = slow.at(t), then = fast.at(1 + (t - 1) / 4);
        CHECK(now.position == then.position);
        CHECK_THAT(now.velocity, near((then.velocity / 4).eval(), 0));
        CHECK_THAT(now.acceleration, near((then.acceleration / 16).eval(), 0));
    }
    CHECK(slow.at(std::numeric_limits<Scalar>::quiet_NaN()).position == slow.at(1).position);
    CHECK(slow.table(Eigen::Vector2<Scalar>(1, 2)).positions.row(1) == slow.at(2).position.transpose());
    CHECK_THROWS_MATCHES((TimeScaledMotion<HarmonicMotion<Scalar>>(fast, 0)), std::invalid_argument,
                         Message("TimeScaledMotion: factor is 0, expected a positive finite number"));
}

TEMPLATE_TEST_CASE("within its limits at every moment, and at one of them touching", "", float, double) {
    using Scalar = TestType;
    const primore::ProMp<Scalar, 3> primitive({.duration = 1, .basis_count = 8});
    for (const std::uint32_t seed : {1u, 2u, 3u, 4u}) {
        const auto motion = primitive.trajectory(primore_test::normal_matrix(24, 1, seed).cast<Scalar>());
        const MotionLimits<Scalar> limits{.velocity = Eigen::Vector3<Scalar>(1, 2, 3),
                                          .acceleration = Eigen::VectorX<Scalar>::Constant(1, Scalar(5)),
                                          .jerk = Eigen::VectorX<Scalar>::Constant(1, seed > 2 ? Scalar(20) : Scalar(1e6))};
        const auto slow = primore::within_limits(motion, limits);
        const auto found = primore::peaks(slow);
        const Scalar tightest = primore::time_scale(found, limits);
        CHECK_THAT(tightest, near(Scalar(1), sizeof(Scalar) == 4 ? 2e-3 : 1e-8));
        const int steps = 5000;
        Scalar velocity = 0, acceleration = 0;
        for (int i = 0; i <= steps; ++i) {
            const auto now = slow.at(slow.end_time() * Scalar(i) / steps);
            velocity = std::max(velocity, now.velocity.cwiseAbs().cwiseQuotient(limits.velocity).maxCoeff());
            acceleration = std::max(acceleration, now.acceleration.cwiseAbs().maxCoeff() / 5);
        }
        CHECK(velocity <= 1);
        CHECK(acceleration <= 1);
        const auto unhurried = primore::within_limits(slow, {.velocity = Eigen::VectorX<Scalar>::Constant(1, Scalar(1e6))});
        CHECK(unhurried.factor() == 1);
    }
}

TEST_CASE("a primitive with a slower clock moves as its scaled motion") {
    const primore::ProMp<double, 2> primitive({.duration = 1, .delay = 0.5, .basis_count = 5});
    const Eigen::VectorXd w = primore_test::numbers<double>(10);
    const auto slow = primore::time_scaled(primitive, 1.5);
    CHECK(slow.clock().duration == 1.5);
    CHECK(slow.clock().delay == 0.75);
    const auto a = slow.trajectory(w);
    const TimeScaledMotion b(primitive.trajectory(w), 1.5);
    for (const double t : {0.0, 0.6, 0.9, 1.4, 2.2}) {
        CHECK_THAT(a.at(t).position, near(b.at(t).position, 1e-14));
        CHECK_THAT(a.at(t).velocity, near(b.at(t).velocity, 1e-13));
        CHECK_THAT(a.at(t).acceleration, near(b.at(t).acceleration, 1e-12));
    }
    CHECK_THROWS_MATCHES(primore::time_scaled(primitive, -1), std::invalid_argument,
                         Message("time_scaled: factor is -1, expected a positive finite number"));
    const primore::ProMp<double, 2> learned({.learn_delay = true});
    CHECK_THROWS_MATCHES(
        primore::time_scaled(learned, 2), std::invalid_argument,
        Message("time_scaled: duration or delay is learned, expected a clock that is not in the parameters; scale these instead"));
}
