// SPDX-License-Identifier: MIT
#include <primore/motion/arc_length.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/motion/interpolated_motion.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::arc_length;
using primore_test::HarmonicMotion;

TEMPLATE_TEST_CASE("the length of an ellipse, and of its shadow", "", float, double) {
    using Scalar = TestType;
    const double tolerance = sizeof(Scalar) == 4 ? 3e-6 : 1e-14;
    const HarmonicMotion<Scalar> once{.rate = 2, .to = std::numbers::pi_v<Scalar>};
    // half axes 2 and 1: 8 E(3/4), with the complete elliptic integral E(m = 3/4) = 1.2110560275684594
    CHECK_THAT(arc_length(once), near(Scalar(9.688448220547675), tolerance));
    CHECK_THAT(arc_length(once, 0, std::numbers::pi_v<Scalar> / 4), near(Scalar(9.688448220547675 / 4), tolerance));
    // back and forth: 2 + 4 + 2, and 2 + 2, corners of the speed included
    CHECK_THAT(arc_length(once, {.dofs = {0}}), near(Scalar(8), tolerance));
    CHECK_THAT(arc_length(once, {.dofs = {1}, .pieces = 3}), near(Scalar(4), tolerance));
    CHECK(arc_length(once, 1, 1) == 0);
}

TEST_CASE("a straight line is as long as its ends are apart") {
    const primore::InterpolatedMotion<double, 3> line(primore::cubic_spline<double, 3>(
        Eigen::Vector2d(0, 2), Eigen::Matrix<double, 2, 3>{{0, 0, 0}, {1, 2, -2}}, primore::SplineEnds::at_rest));
    CHECK_THAT(arc_length(line), near(3.0, 1e-14));
    CHECK_THAT(arc_length(line, {.dofs = {2, 1}}), near(std::sqrt(8.0), 1e-14));
}

TEST_CASE("what turns back near the border of a piece is measured to the end, what trembles does not take forever") {
    // one degree of freedom: the sum of the ways between its turning points, here the extrema of a cubic
    const auto there_and_back = [](double turn) {  // y' = (t - turn) (t - 2): length of [0, 1] for turn < 1
        const auto y = [turn](double t) { return t * t * t / 3 - (turn + 2) * t * t / 2 + 2 * turn * t; };
        const primore::InterpolatedMotion<double, 1> motion(
            primore::Trajectory<double, 1>{Eigen::Vector2d(0, 1), Eigen::Matrix<double, 2, 1>(y(0), y(1)),
                                           Eigen::Matrix<double, 2, 1>(2 * turn, turn - 1), Eigen::Matrix<double, 2, 1>(-turn - 2, -turn)});
        return arc_length(motion) / (2 * y(turn) - y(0) - y(1)) - 1;
    };
    for (const double turn : {0.5 + 1e-4, 0.5 - 1e-3, 1.0 / 32 + 2e-4, 0.333}) CHECK_THAT(there_and_back(turn), near(0.0, 1e-14));

    // Equal weights: nothing moves but the last digit of the velocity.
    const primore::ProMp<double, 1> primitive({.duration = 1.3, .basis_count = 8});
    CHECK(arc_length(primitive.trajectory(Eigen::VectorXd::Constant(8, 3.3))) < 1e-13);
}

TEST_CASE("the length of a movement is the same if one looks long before and after") {
    const primore::ProMp<double, 2> primitive({.duration = 1.3, .delay = 0.2, .basis_count = 8});
    const auto motion = primitive.trajectory(primore_test::normal_matrix(16, 1, 4));
    CHECK_THAT(arc_length(motion, 0.0, 1000.0), near(arc_length(motion, 0.2, 1.5), 1e-13));
}

TEST_CASE("an arc length refuses what it cannot measure") {
    const HarmonicMotion<double> motion;
    CHECK_THROWS_MATCHES(arc_length(motion, {.dofs = {0, 2}}), std::invalid_argument,
                         Message("arc_length: dofs[1] is 2, expected from 0 to 1"));
    CHECK_THROWS_MATCHES(arc_length(motion, {.dofs = {-1}}), std::invalid_argument,
                         Message("arc_length: dofs[0] is -1, expected from 0 to 1"));
    CHECK_THROWS_MATCHES(arc_length(motion, {.pieces = 0}), std::invalid_argument, Message("arc_length: pieces is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(arc_length(motion, {.tolerance = 0}), std::invalid_argument,
                         Message("arc_length: tolerance is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(arc_length(motion, 1, 0.5), std::invalid_argument, Message("arc_length: to is 0.5, expected not less than from"));
    CHECK_THROWS_MATCHES(arc_length(motion, 1, NAN), std::invalid_argument, Message("arc_length: to is nan, expected a finite number"));
}
