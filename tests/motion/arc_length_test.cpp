// SPDX-License-Identifier: MIT
#include <primore/motion/arc_length.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/motion/interpolated_motion.hpp>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"

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
