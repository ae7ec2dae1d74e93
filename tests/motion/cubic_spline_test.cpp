// SPDX-License-Identifier: MIT
#include <primore/motion/cubic_spline.hpp>

#include <cmath>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::cubic_spline;
using primore::SplineEnds;

TEMPLATE_TEST_CASE("a cubic is its own spline without knots", "", float, double) {
    using Scalar = TestType;
    // y = 1 - 2 t + 3 t^2 - t^3 at times without a pattern: v = -2 + 6 t - 3 t^2, a = 6 - 6 t
    const Eigen::VectorX<Scalar> times{{Scalar(0), Scalar(0.3), Scalar(0.9), Scalar(1.1), Scalar(2)}};
    const Eigen::ArrayX<Scalar> t = times.array();
    const auto nodes = cubic_spline<Scalar>(times, (1 - 2 * t + 3 * t * t - t * t * t).matrix());
    const double tolerance = sizeof(Scalar) == 4 ? 3e-6 : 1e-14;
    CHECK_THAT(nodes.velocities, near((-2 + 6 * t - 3 * t * t).matrix(), tolerance));
    CHECK_THAT(nodes.accelerations, near((6 - 6 * t).matrix(), tolerance));
    CHECK(nodes.times == times);
    const auto four = cubic_spline<Scalar>(times.head(4), (t * t * t).head(4).matrix());
    CHECK_THAT(four.accelerations, near((6 * t).head(4).matrix(), tolerance));
}

TEST_CASE("a spline of two or three points is a line or a parabola") {
    const auto line = cubic_spline<double>(Eigen::Vector2d(1, 3), Eigen::Vector2d(2, 5));
    CHECK_THAT(line.velocities, near(Eigen::Vector2d(1.5, 1.5), 0));
    CHECK_THAT(line.accelerations, near(Eigen::Vector2d(0, 0), 0));
    const auto parabola = cubic_spline<double>(Eigen::Vector3d(0, 1, 3), Eigen::Vector3d(0, 1, 9));  // t^2
    CHECK_THAT(parabola.velocities, near(Eigen::Vector3d(0, 2, 6), 1e-15));
    CHECK_THAT(parabola.accelerations, near(Eigen::Vector3d(2, 2, 2), 1e-15));
}

TEST_CASE("the ends of a spline") {
    const auto natural = cubic_spline<double>(Eigen::Vector3d(0, 1, 2), Eigen::Vector3d(0, 1, 0), SplineEnds::natural);
    // 4 m_1 = 6 (-1 - 1): m = (0, -3, 0), so v_0 = 1 + 3 / 6
    CHECK_THAT(natural.accelerations, near(Eigen::Vector3d(0, -3, 0), 1e-15));
    CHECK_THAT(natural.velocities, near(Eigen::Vector3d(1.5, 0, -1.5), 1e-15));
    const auto rest = cubic_spline<double>(Eigen::Vector2d(1, 3), Eigen::Vector2d(0, 8), SplineEnds::at_rest);
    // y = 8 (3 x^2 - 2 x^3), x = (t - 1) / 2: a = 8 (6 - 12 x) / 4
    CHECK_THAT(rest.accelerations, near(Eigen::Vector2d(12, -12), 1e-14));
    CHECK(rest.velocities == Eigen::Vector2d(0, 0));
}

TEST_CASE("the pieces of a spline agree in velocity at their nodes") {
    for (const auto ends : {SplineEnds::not_a_knot, SplineEnds::natural, SplineEnds::at_rest}) {
        const Eigen::VectorXd steps = primore_test::numbers<double>(29).cwiseAbs().array() + 0.1;
        Eigen::VectorXd times(30);
        times(0) = -1;
        for (int i = 0; i < 29; ++i) times(i + 1) = times(i) + steps(i);
        const auto nodes = cubic_spline<double, 2>(times, primore_test::normal_matrix(30, 2, 1), ends);
        for (int i = 1; i < 30; ++i) {  // velocities are made from the right; from the left: v_i = v_{i-1} + h (a_{i-1} + a_i) / 2
            const double h = times(i) - times(i - 1);
            const Eigen::RowVector2d arrives =
                nodes.velocities.row(i - 1) + h / 2 * (nodes.accelerations.row(i - 1) + nodes.accelerations.row(i));
            CHECK_THAT(nodes.velocities.row(i), near(arrives, 1e-12));
        }
    }
}

TEST_CASE("a spline refuses what it cannot pass through") {
    const auto spline = [](const Eigen::VectorXd& times, const Eigen::VectorXd& positions) {
        return cubic_spline<double>(times, positions);
    };
    CHECK_THROWS_MATCHES(spline(Eigen::VectorXd::Zero(1), Eigen::VectorXd::Zero(1)), std::invalid_argument,
                         Message("cubic_spline: the size of times is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(spline(Eigen::Vector2d(0, 1), Eigen::Vector3d::Zero()), std::invalid_argument,
                         Message("cubic_spline: positions.rows() has size 3, expected 2 (the size of times)"));
    CHECK_THROWS_MATCHES(spline(Eigen::Vector3d(0, 1, 1), Eigen::Vector3d::Zero()), std::invalid_argument,
                         Message("cubic_spline: times[2] is 1, expected more than 1, the time before"));
    CHECK_THROWS_MATCHES(spline(Eigen::Vector2d(0, NAN), Eigen::Vector2d::Zero()), std::invalid_argument,
                         Message("cubic_spline: times[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(spline(Eigen::Vector2d(0, 1), Eigen::Vector2d(0, INFINITY)), std::invalid_argument,
                         Message("cubic_spline: positions[1] is inf, expected a finite number"));
}
