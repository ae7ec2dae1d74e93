// SPDX-License-Identifier: MIT
#include <primore/motion/interpolated_motion.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"

namespace {

using primore::Demonstration;
using primore::InterpolatedMotion;
using primore::Trajectory;
using primore_test::HarmonicMotion;

static_assert(primore::Motion<InterpolatedMotion<double, 3>, double, 3>);
static_assert(primore::Motion<InterpolatedMotion<float>, float>);

/// Largest error of a motion's position and velocity against another's at many times.
template <typename A, typename B>
double interpolation_error(const A& a, const B& b) {
    double largest = 0;
    for (int i = 0; i <= 1000; ++i) {
        const double t = b.start_time() + b.duration() * i / 1000;
        largest = std::max(largest, (a.at(t).position - b.at(t).position).cwiseAbs().maxCoeff());
    }
    return largest;
}

}  // namespace

TEMPLATE_TEST_CASE("a polynomial of degree five is its own interpolation", "", float, double) {
    using Scalar = TestType;
    // y = t^5 - t^2 at two nodes: v = 5 t^4 - 2 t, a = 20 t^3 - 2
    const auto at = [](Scalar t) {
        return Eigen::Vector3<Scalar>(t * t * t * t * t - t * t, 5 * t * t * t * t - 2 * t, 20 * t * t * t - 2);
    };
    const Eigen::Vector2<Scalar> times(-1, Scalar(0.5));
    Trajectory<Scalar, 1> nodes{times, times, times, times};
    for (int i = 0; i < 2; ++i) {
        nodes.positions(i) = at(times(i))(0);
        nodes.velocities(i) = at(times(i))(1);
        nodes.accelerations(i) = at(times(i))(2);
    }
    const InterpolatedMotion<Scalar, 1> motion(nodes);
    for (const Scalar t : {Scalar(-1), Scalar(-0.8), Scalar(0), Scalar(0.3), Scalar(0.5)}) {
        const auto now = motion.at(t);
        CHECK_THAT(Eigen::Vector3<Scalar>(now.position(0), now.velocity(0), now.acceleration(0)),
                   near(at(t), sizeof(Scalar) == 4 ? 2e-5 : 3e-14));
    }
    CHECK(motion.at(times(0)).acceleration(0) == nodes.accelerations(0));
    CHECK(motion.at(times(1)).velocity(0) == nodes.velocities(1));
    CHECK(motion.at(9).position(0) == nodes.positions(1));
    CHECK(motion.at(9).velocity(0) == 0);
    CHECK(motion.at(9).acceleration(0) == 0);
    for (const Scalar t : {Scalar(-2), std::numeric_limits<Scalar>::quiet_NaN()}) CHECK(motion.at(t).position == motion.at(-1).position);
}

TEST_CASE("the errors of interpolation fall with the sixth and the fourth power of the spacing") {
    const HarmonicMotion<double> truth{.rate = 3, .drift = 0.5, .from = 0, .to = 2};
    const auto quintic = [&](int count) {
        return interpolation_error(InterpolatedMotion<double, 2>(truth.table(Eigen::VectorXd::LinSpaced(count, 0, 2))), truth);
    };
    const auto cubic = [&](int count) {
        const auto table = truth.table(Eigen::VectorXd::LinSpaced(count, 0, 2));
        return interpolation_error(InterpolatedMotion<double>(primore::cubic_spline<double>(table.times, table.positions)), truth);
    };
    CHECK(std::log2(quintic(17) / quintic(33)) > 5.8);
    CHECK(std::log2(cubic(33) / cubic(65)) > 3.8);
    CHECK(quintic(33) < 1e-6);
    CHECK(cubic(65) < 1e-5);
}

TEST_CASE("a spline through a demonstration is smooth and passes through it") {
    const Demonstration<double> shown{Eigen::Vector4d(0, 0.1, 0.35, 1), Eigen::MatrixXd{{0, 1}, {1, 0}, {-1, 2}, {0, 5}}};
    const InterpolatedMotion<double> motion(primore::cubic_spline<double>(shown.times, shown.positions));
    for (int i = 0; i < 4; ++i) CHECK(motion.at(shown.times(i)).position == shown.positions.row(i).transpose());
    for (int i = 1; i < 3; ++i) {
        const auto before = motion.at(shown.times(i) - 1e-9), after = motion.at(shown.times(i) + 1e-9);
        CHECK_THAT(after.velocity, near(before.velocity, 1e-6));
        CHECK_THAT(after.acceleration, near(before.acceleration, 1e-5));
    }
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(5, 0, 1);
    const auto table = primore::resampled(shown, times);
    CHECK(table.times == times);
    CHECK(table.positions.row(2) == motion.at(0.5).position.transpose());
    const auto again = primore::resampled(table, Eigen::VectorXd::LinSpaced(2, 0.25, 0.75));
    CHECK_THAT(again.accelerations, near(table.accelerations(Eigen::Vector2i(1, 3), Eigen::all), 1e-12));
    CHECK_THROWS_MATCHES(primore::resampled(shown, Eigen::Vector2d(-1, 0)), std::invalid_argument,
                         Message("InterpolatedMotion: times[0] is -1, expected a finite time from the start at 0 on"));
}

TEST_CASE("an interpolation refuses tables that do not belong together") {
    const Eigen::VectorXd two = Eigen::Vector2d(0, 1), three = Eigen::Vector3d(0, 1, 2);
    const auto make = [](const Eigen::VectorXd& t, const Eigen::MatrixXd& p, const Eigen::MatrixXd& v, const Eigen::MatrixXd& a) {
        return InterpolatedMotion<double>(Trajectory<double>{t, p, v, a});
    };
    CHECK_THROWS_MATCHES(make(two.head(1), two, two, two), std::invalid_argument,
                         Message("InterpolatedMotion: the size of times is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(make(two, two, three, two), std::invalid_argument,
                         Message("InterpolatedMotion: velocities.rows() has size 3, expected 2 (the size of times)"));
    CHECK_THROWS_MATCHES(make(two, two, two, Eigen::MatrixXd::Zero(2, 2)), std::invalid_argument,
                         Message("InterpolatedMotion: accelerations.cols() has size 2, expected 1 (the columns of positions)"));
    CHECK_THROWS_MATCHES(make(Eigen::Vector2d(2, 1), two, two, two), std::invalid_argument,
                         Message("InterpolatedMotion: times[1] is 1, expected more than 2, the time before"));
    CHECK_THROWS_MATCHES(make(two, two, two, two * NAN), std::invalid_argument,
                         Message("InterpolatedMotion: accelerations[0] is nan, expected a finite number"));
}
