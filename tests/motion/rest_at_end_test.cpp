// SPDX-License-Identifier: MIT
#include <primore/motion/rest_at_end.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore::RestAtEndMotion;
using primore_test::HarmonicMotion;

static_assert(primore::Motion<RestAtEndMotion<HarmonicMotion<double>>, double, 2>);
static_assert(primore::Motion<RestAtEndMotion<HarmonicMotion<float>>, float>);
static_assert(noexcept(std::declval<const RestAtEndMotion<HarmonicMotion<double>>&>().at(0.0)));

}  // namespace

TEMPLATE_TEST_CASE("a motion ends where it is told to, at rest", "", float, double) {
    using Scalar = TestType;
    using Vector = Eigen::Vector2<Scalar>;
    const HarmonicMotion<Scalar> plain{.rate = 2, .drift = 1, .to = 3};
    const Vector goal(4, -1);
    const RestAtEndMotion<HarmonicMotion<Scalar>> motion(plain, {.blend_duration = Scalar(0.5), .position = goal});
    for (const Scalar t : {Scalar(3), Scalar(3.5), std::numeric_limits<Scalar>::infinity()}) {
        CHECK(motion.at(t).position == goal);
        CHECK(motion.at(t).velocity == Vector::Zero());
        CHECK(motion.at(t).acceleration == Vector::Zero());
    }
    for (const Scalar t : {Scalar(-1), Scalar(0), Scalar(1), Scalar(2.5), std::numeric_limits<Scalar>::quiet_NaN()}) {
        CHECK(motion.at(t).position == plain.at(t).position);
        CHECK(motion.at(t).acceleration == plain.at(t).acceleration);
    }
    // Just before the end: all that is missing there is of the size of the rounding of t.
    const auto last = motion.at(3 - 4 * std::numeric_limits<Scalar>::epsilon());
    const double tolerance = 500 * double(std::numeric_limits<Scalar>::epsilon());
    CHECK_THAT(last.position, near(goal, tolerance));
    CHECK_THAT(last.velocity, near(Vector::Zero(), tolerance));
    CHECK_THAT(last.acceleration, near(Vector::Zero(), 100 * tolerance));
}

TEST_CASE("a motion that is brought to rest is twice continuously differentiable") {
    const primore::ProMp<double, 2> primitive({.duration = 1.3, .delay = 0.2, .basis_count = 6});
    const auto plain = primitive.trajectory(primore_test::numbers<double>(12));
    const RestAtEndMotion motion(plain, {.blend_duration = 0.4});
    CHECK(motion.goal() == plain.at(1.5).position);
    const double joint = 1.5 - 0.4, h = 1e-6;
    const auto before = motion.at(joint - h), after = motion.at(joint + h);
    CHECK_THAT(after.acceleration, near(before.acceleration, 2e-3));  // 2 h times a jerk of some 1000
    CHECK_THAT(after.velocity, near((before.velocity + 2 * h * before.acceleration).eval(), 1e-8));
    CHECK_THAT(after.position, near((before.position + 2 * h * before.velocity).eval(), 1e-10));
    for (const double t : {1.11, 1.2, 1.3, 1.45, 1.499}) {  // velocity and acceleration are derivatives
        const double step = 1e-5;
        const auto left = motion.at(t - step), now = motion.at(t), right = motion.at(t + step);
        CHECK_THAT(now.velocity, near(((right.position - left.position) / (2 * step)).eval(), 1e-7));
        CHECK_THAT(now.acceleration, near(((right.velocity - left.velocity) / (2 * step)).eval(), 1e-6));
    }
    const auto last = motion.at(1.5 - 1e-9);  // no jump, although the ProMp itself stops abruptly
    CHECK_THAT(last.velocity, near(Eigen::Vector2d(0, 0), 1e-6));
    CHECK_THAT(last.acceleration, near(Eigen::Vector2d(0, 0), 1e-5));
    CHECK(plain.at(1.5 - 1e-9).velocity.norm() > 0.4);
    CHECK(motion.table(Eigen::Vector2d(0, 1.4)).positions.row(1) == motion.at(1.4).position.transpose());
}

TEST_CASE("a blend that cannot be is refused") {
    const HarmonicMotion<float> motion{.from = 1, .to = 2};
    const auto rest = [&](float blend, const Eigen::VectorXf& goal) {
        return RestAtEndMotion<HarmonicMotion<float>>(motion, {.blend_duration = blend, .position = goal});
    };
    CHECK_THROWS_MATCHES(rest(0, Eigen::Vector2f(0, 0)), std::invalid_argument,
                         Message("RestAtEndMotion: blend_duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(rest(1.5f, Eigen::Vector2f(0, 0)), std::invalid_argument,
                         Message("RestAtEndMotion: blend_duration is 1.5, expected not more than the time from start to end"));
    CHECK_THROWS_MATCHES(rest(0.5f, Eigen::Vector3f(0, 0, 0)), std::invalid_argument,
                         Message("RestAtEndMotion: position has size 3, expected 2 (dofs)"));
    CHECK_THROWS_MATCHES(rest(0.5f, Eigen::Vector2f(0, NAN)), std::invalid_argument,
                         Message("RestAtEndMotion: position[1] is nan, expected a finite number"));
    const HarmonicMotion<double> fixed{.from = 1, .to = 2};  // of two degrees of freedom, known when this is compiled
    const Eigen::VectorXd three = Eigen::Vector3d(1, 2, 3);
    CHECK_THROWS_AS(RestAtEndMotion(fixed, {.position = three}), std::invalid_argument);
}
