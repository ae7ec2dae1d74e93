// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/motion/sequence.hpp>
#include <primore/primitive/movement_primitive.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/polynomial_primitive.hpp"

using primore::ProDmp;
using primore::ProMp;
using primore_test::numbers;
using primore_test::polynomials;

namespace {

using MixedSequence = primore::Sequence<double, 2, ProMp<double, 2>::Motion<>, ProDmp<double, 2>::Motion<>>;
static_assert(primore::Motion<MixedSequence, double, 2>);

}  // namespace

TEST_CASE("a sequence goes on where it was, and as fast") {
    const ProMp<double, 2> reach({.duration = 2, .basis_count = 6});
    const ProDmp<double, 2> other({.duration = 1, .basis_count = 5});
    MixedSequence sequence(reach.trajectory(numbers<double>(12)));
    sequence.append(primore::beginning_at(other, 1.2), numbers<double>(12, 3), 1.2);
    sequence.append(primore::beginning_at(other, 1.9), numbers<double>(12, -2), 1.9);
    const auto first = reach.trajectory(numbers<double>(12));
    CHECK(sequence.at(1.1).position == first.at(1.1).position);
    CHECK(sequence.start_time() == 0);
    CHECK_THAT(sequence.end_time(), near(2.9, 1e-15));
    CHECK_THAT(sequence.duration(), near(2.9, 1e-15));
    for (const double time : {1.2, 1.9}) {
        const double h = 1e-7;
        const auto before = sequence.at(time - h), after = sequence.at(time);
        CHECK_THAT(after.position, near((before.position + h * before.velocity).eval(), 1e-12));
        CHECK_THAT(after.velocity, near(before.velocity, 1e-3));
        CHECK_FALSE((after.acceleration - before.acceleration).isZero(1e-3));  // it does go over to another movement
    }
    CHECK(sequence.at(std::numeric_limits<double>::quiet_NaN()).position == first.at(0.0).position);
    CHECK_THAT(sequence.table(Eigen::Vector2d(0.5, 2.5)).velocities.row(1).transpose(), near(sequence.at(2.5).velocity, 0));
}

TEST_CASE("a sequence refuses a jump") {
    const ProMp<double, 2> reach({.basis_count = 6});
    const ProDmp<double, 2> other({.basis_count = 5});
    MixedSequence sequence(reach.trajectory(numbers<double>(12)));
    CHECK_THROWS_MATCHES(sequence.append(other.trajectory(numbers<double>(12), {.time = 0})), std::invalid_argument,
                         MessageMatches(ContainsSubstring("Sequence: the start time of the next motion is 0, expected later than 0")));
    const auto state = primore::state_at<double, 2>(sequence, 0.5);
    CHECK_THROWS_MATCHES(sequence.append(other.trajectory(numbers<double>(12), {.time = 0.5, .position = state.position})),
                         std::invalid_argument, MessageMatches(ContainsSubstring("Sequence: the jump of the velocity is ")));
    CHECK_THROWS_MATCHES(sequence.append(other.trajectory(numbers<double>(12), {.time = 0.5})), std::invalid_argument,
                         MessageMatches(ContainsSubstring("Sequence: the jump of the position is ")));
}

TEST_CASE("a distribution without a start goes on as the one before is distributed") {
    const auto previous = polynomials(5), next = polynomials(6, 2, 8).with_clock(primore::LinearPhase<double>{.duration = 3, .delay = 1.5});
    const auto continued = primore::continued(previous, 1.5, next);
    const auto from = previous.at(1.5).without_acceleration(), to = continued.at(1.5).without_acceleration();
    CHECK_THAT(to.mean, near(from.mean, 1e-11));
    CHECK_THAT(to.covariance, near(from.covariance, 1e-10));
    CHECK(continued.weights().covariance == continued.weights().covariance.transpose());
    CHECK_NOTHROW(continued.weights().root());
}

TEST_CASE("a distribution with a start goes on from the mean state") {
    const auto previous = polynomials(5);
    const primore::TrajectoryDistribution<ProDmp<double, 2>> next(primore::beginning_at(ProDmp<double, 2>({.basis_count = 4}), 1.5),
                                                                  {numbers<double>(10), Eigen::MatrixXd::Identity(10, 10)});
    const auto continued = primore::continued(previous, 1.5, next);
    CHECK_THAT(continued.at(1.5).mean.head(4), near(previous.at(1.5).mean.head(4), 1e-14));
    CHECK_THAT(continued.at(1.5).covariance.topLeftCorner(4, 4), near(Eigen::Matrix4d::Zero(), 1e-15));
    CHECK(continued.weights().covariance == next.weights().covariance);
}
