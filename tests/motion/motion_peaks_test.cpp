// SPDX-License-Identifier: MIT
#include <primore/motion/motion_peaks.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/motion/interpolated_motion.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore::peaks;
using primore_test::HarmonicMotion;

/// Position, velocity, acceleration of one degree of freedom: a polynomial of time by its coefficients, the constant first.
struct Polynomial {
    std::array<double, 6> c{};
    double from = 0, to = 1;

    void evaluate(double t, primore::Setpoint<double, 1>& setpoint) const noexcept {
        double p = 0, v = 0, a = 0;
        for (std::size_t i = c.size(); i-- > 0;) {
            a = a * t + 2 * v;
            v = v * t + p;
            p = p * t + c[i];
        }
        setpoint.position(0) = p;
        setpoint.velocity(0) = v;
        setpoint.acceleration(0) = a;
    }
    primore::Setpoint<double, 1> at(double t) const noexcept {
        auto setpoint = primore::Setpoint<double, 1>::zero();
        evaluate(t, setpoint);
        return setpoint;
    }
    primore::Trajectory<double, 1> table(const Eigen::VectorXd& times) const { return primore::tabulate<double, 1>("P", *this, times); }
    double start_time() const noexcept { return from; }
    double end_time() const noexcept { return to; }
    double duration() const noexcept { return to - from; }
    Eigen::Index dofs() const noexcept { return 1; }
};

/// What is found must be at least what a grid a hundred times as fine finds, and no more than that by `curvature` of a grid cell.
template <typename M>
void check_against_grid(const M& motion, double slack, double jerk_slack) {
    using Scalar = primore::MotionScalar<M>;
    const auto found = peaks(motion);
    const Scalar from = motion.end_time() - motion.duration();
    constexpr int steps = 6400;
    Eigen::MatrixXd lowest = Eigen::MatrixXd::Constant(motion.dofs(), 4, INFINITY), highest = -lowest;
    primore::MotionJet<M> jet(motion, from, motion.end_time());
    auto now = jet.empty();
    for (int i = 1; i < steps; ++i) {
        jet.evaluate(from + motion.duration() * Scalar(i) / steps, jet.step(motion.duration() / 64), now);
        lowest = lowest.cwiseMin(now.leftCols(4).template cast<double>());
        highest = highest.cwiseMax(now.leftCols(4).template cast<double>());
    }
    const auto compare = [&](int order, const auto& extrema, double tolerance) {
        const Eigen::VectorXd range = highest.col(order) - lowest.col(order);
        for (Eigen::Index dof = 0; dof < motion.dofs(); ++dof) {
            INFO("order " << order << ", dof " << dof);
            const double low = double(extrema.lowest(dof)), high = double(extrema.highest(dof));
            CHECK(low <= lowest(dof, order) + tolerance * range(dof));
            CHECK(high >= highest(dof, order) - tolerance * range(dof));
            // an extremum of the grid is at most half a step away: what it misses is below curvature / 2 (step / 2)^2, or slope x step at
            // ends
            CHECK(low >= lowest(dof, order) - 0.01 * range(dof));
            CHECK(high <= highest(dof, order) + 0.01 * range(dof));
        }
    };
    compare(0, found.position, slack);
    compare(1, found.velocity, slack);
    compare(2, found.acceleration, slack);
    compare(3, found.jerk, jerk_slack);
}

}  // namespace

TEMPLATE_TEST_CASE("the extrema of sines and cosines", "", float, double) {
    using Scalar = TestType;
    const double exact = sizeof(Scalar) == 4 ? 1e-6 : 1e-14, by_differences = sizeof(Scalar) == 4 ? 1e-4 : 1e-9;
    const Scalar rate = Scalar(3.7);
    const auto found = peaks(HarmonicMotion<Scalar>{.rate = rate, .from = Scalar(-1), .to = 2});
    using Pair = Eigen::Vector2<Scalar>;
    const Scalar v = 2 * rate, a = 2 * rate * rate, j = 2 * rate * rate * rate;
    CHECK_THAT(found.position.highest, near(Pair(2, 1), exact));
    CHECK_THAT(found.position.lowest, near(Pair(-2, -1), exact));
    CHECK_THAT(found.velocity.largest(), near(Pair(v, v / 2), exact));
    CHECK_THAT(found.acceleration.largest(), near(Pair(a, a / 2), exact));
    CHECK_THAT(found.jerk.largest(), near(Pair(j, j / 2), by_differences));
    // 2 sin(rate t) is highest at rate t = pi/2 or 5 pi/2, lowest at -pi/2 or 3 pi/2
    CHECK_THAT(std::sin(rate * found.position.highest_time(0)), near(Scalar(1), exact));
    CHECK_THAT(std::cos(rate * found.position.highest_time(0)), near(Scalar(0), 4 * exact));
    CHECK_THAT(std::cos(rate * found.velocity.lowest_time(0)), near(Scalar(-1), exact));
    CHECK_THAT(std::sin(rate * found.acceleration.lowest_time(0)), near(Scalar(1), exact));
}

TEST_CASE("extrema at the ends of the time that was asked for") {
    const HarmonicMotion<double> motion{.rate = 1, .from = 0, .to = 3};
    const auto found = peaks(motion, 0.5, 1.0);
    CHECK_THAT(found.position.highest, near(Eigen::Vector2d(2 * std::sin(1), std::cos(0.5)), 1e-14));
    CHECK_THAT(found.position.lowest, near(Eigen::Vector2d(2 * std::sin(0.5), std::cos(1)), 1e-14));
    CHECK_THAT(found.position.highest_time, near(Eigen::Vector2d(1, 0.5), 1e-14));
    CHECK_THAT(found.jerk.lowest, near(Eigen::Vector2d(-2 * std::cos(0.5), std::sin(0.5)), 1e-9));
    CHECK_THAT(found.jerk.highest, near(Eigen::Vector2d(-2 * std::cos(1), std::sin(1)), 1e-9));
}

TEST_CASE("the movement from rest to rest of least jerk") {
    // y = 10 t^3 - 15 t^4 + 6 t^5: v = 15/8 at 1/2, a = +-10/sqrt(3) at 1/2 -+ sqrt(3)/6, j = 60 at both ends, -30 at 1/2
    const auto found = peaks(Polynomial{{0, 0, 0, 10, -15, 6}}, {.cells = 3});
    CHECK_THAT(found.velocity.highest(0), near(1.875, 1e-15));
    CHECK_THAT(found.velocity.highest_time(0), near(0.5, 1e-14));
    CHECK_THAT(found.acceleration.highest(0), near(10 / std::sqrt(3.0), 1e-14));
    CHECK_THAT(found.acceleration.highest_time(0), near(0.5 - std::sqrt(3.0) / 6, 1e-10));
    CHECK_THAT(found.acceleration.lowest(0), near(-10 / std::sqrt(3.0), 1e-14));
    CHECK_THAT(found.jerk.highest(0), near(60.0, 1e-9));
    CHECK_THAT(found.jerk.lowest(0), near(-30.0, 1e-9));
    CHECK_THAT(found.jerk.lowest_time(0), near(0.5, 1e-6));
}

TEST_CASE("two extrema between neighbouring samples are found") {
    // v = (t - 0.6)^2 - 0.01^2, zero at 0.59 and 0.61: a bump of height 2/3 0.01^3 ... on a position that rises on both sides of it
    const double d = 0.01, c = 0.6;
    Polynomial bump{{0, c * c - d * d, -c, 1.0 / 3}, 0.5, 0.7};
    const double between = bump.at(0.59).position(0);
    const auto found = peaks(bump, 0.5, 0.6201, {.cells = 1});
    // position(0.59) is the highest until t = 0.62, where the rise has caught up
    CHECK(found.position.highest(0) >= between);
    const auto only = peaks(bump, 0.5, 0.6199, {.cells = 1, .halvings = 0});
    CHECK_THAT(only.position.highest(0), near(between, 1e-15));
    CHECK_THAT(only.position.highest_time(0), near(0.59, 1e-12));
}

TEST_CASE("a burst much shorter than the first cells is resolved") {
    // cells of 1/8 s, of which the last ends meet a sine of 40 rad/s: 1/50 s from peak to zero
    const auto found = peaks(HarmonicMotion<double>{.rate = 40, .to = 1}, {.cells = 8});
    CHECK_THAT(found.velocity.largest(), near(Eigen::Vector2d(80, 40), 1e-13));
    CHECK_THAT(found.jerk.largest(), near(Eigen::Vector2d(128000, 64000), 1e-8));
}

TEMPLATE_TEST_CASE("extrema of primitives are those of a grid a hundred times as fine, or beyond", "", float, double) {
    using Scalar = TestType;
    const double slack = sizeof(Scalar) == 4 ? 2e-6 : 1e-14, jerk_slack = sizeof(Scalar) == 4 ? 5e-3 : 1e-8;
    for (const int seed : {1, 2, 3}) {
        const Eigen::VectorX<Scalar> w = primore_test::normal_matrix(30, 1, std::uint32_t(seed)).cast<Scalar>();
        check_against_grid(primore::ProMp<Scalar, 3>({.duration = Scalar(1.5), .basis_count = 10}).trajectory(w), slack, jerk_slack);
        check_against_grid(primore::ProDmp<Scalar>({.dofs = 3, .duration = Scalar(1.5), .delay = Scalar(0.5), .basis_count = 9})
                               .trajectory(w, {.position = Eigen::Vector3<Scalar>(1, 0, -1)}),
                           slack, jerk_slack);
    }
}

TEST_CASE("the jump at the end of the delay is a border") {
    const primore::ProMp<double, 1> primitive({.duration = 1, .delay = 0.5, .basis_count = 4});
    const auto motion = primitive.trajectory(Eigen::Vector4d(1, -2, 3, 1));
    const auto whole = peaks(motion), moving = peaks(motion, 0.5, 1.5);
    CHECK_THAT(whole.jerk.highest, near(moving.jerk.highest, 1e-11));
    CHECK_THAT(whole.jerk.lowest, near(moving.jerk.lowest, 1e-11));
    CHECK_THAT(whole.velocity.largest(), near(moving.velocity.largest(), 1e-14));
    CHECK(whole.position.lowest(0) == moving.position.lowest(0));
}

TEST_CASE("acceleration has its peaks in the corners at the nodes of a spline") {
    const Eigen::VectorXd times = Eigen::Matrix<double, 6, 1>(0, 0.1, 0.35, 0.5, 0.9, 1);
    const auto spline =
        primore::cubic_spline<double>(times, Eigen::Matrix<double, 6, 1>(0, 1, -0.3, 0.2, 0.9, 0), primore::SplineEnds::natural);
    const auto found = peaks(primore::InterpolatedMotion<double>(spline));
    CHECK_THAT(found.acceleration.highest(0), near(spline.accelerations.maxCoeff(), 1e-11));
    CHECK_THAT(found.acceleration.lowest(0), near(spline.accelerations.minCoeff(), 1e-11));
}

TEST_CASE("a motion that stands still has no peaks but where it stands") {
    const auto found = peaks(Polynomial{{3}});
    CHECK(found.position.lowest(0) == 3);
    CHECK(found.position.highest(0) == 3);
    CHECK(found.velocity.largest()(0) == 0);
    CHECK(found.jerk.largest()(0) == 0);
}

TEST_CASE("peaks refuse what they cannot search") {
    const Polynomial motion{{1, 1}};
    CHECK_THROWS_MATCHES(peaks(motion, {.cells = 0}), std::invalid_argument, Message("peaks: cells is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(peaks(motion, {.halvings = -1}), std::invalid_argument, Message("peaks: halvings is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(peaks(motion, 1, 1), std::invalid_argument, Message("peaks: to is 1, expected more than from"));
    CHECK_THROWS_MATCHES(peaks(motion, NAN, 1), std::invalid_argument, Message("peaks: from is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(peaks(motion, 0, INFINITY), std::invalid_argument, Message("peaks: to is inf, expected a finite number"));
}
