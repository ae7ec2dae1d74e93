// SPDX-License-Identifier: MIT
#include <primore/primitive/dual_pose_spring.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/primitive/pose_dmp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::DistanceSpring;
using primore::DualPoseDmp;
using primore::DualPoseSpace;
using primore::DualPoseSpring;
using primore::Leader;
using primore::Pose;
using primore::rotation;

static_assert(primore::PointCoupling<DualPoseSpring<double>, DualPoseSpace<double>>);
static_assert(primore::PointCoupling<DistanceSpring<float>, DualPoseSpace<float>>);
static_assert(!primore::PointCoupling<DualPoseSpring<double>, primore::PoseSpace<double>>);

namespace {

using Arms = DualPoseSpace<double>::Point;
using Vector12 = Eigen::Matrix<double, 12, 1>;

const Arms apart{{{1, 2, 3}, rotation(Eigen::Vector3d(0.3, -0.2, 0.5))}, {{2, 1.5, 2.5}, rotation(Eigen::Vector3d(-1, 0.5, 0.2))}};
const Pose<double> grip{{0.2, 0.5, -0.3}, rotation(Eigen::Vector3d(0, 0.4, 0.4))};

Vector12 pull(const auto& spring, const Arms& arms, const Vector12& velocity) {
    Vector12 acceleration = Vector12::Zero();
    spring(arms, velocity, acceleration);
    return acceleration;
}

/// Where the first arm is, as the second sees it.
Pose<double> relative(const Arms& arms) {
    const Eigen::Quaterniond back = arms.second.orientation.conjugate();
    return {back * (arms.first.position - arms.second.position), back * arms.first.orientation};
}

}  // namespace

TEST_CASE("a spring between two arms pulls to the offset, and the other arm feels the reaction") {
    // The second arm is turned by 90 degrees about z: the offset (1, 0, 0) becomes (0, 1, 0). The first is at (0, 3, 0): e = (0, -2, 0).
    const double quarter = std::acos(0.0);
    const Arms arms{{{0, 3, 0}, rotation(Eigen::Vector3d(0, 0, quarter))}, {{0, 0, 0}, rotation(Eigen::Vector3d(0, 0, quarter))}};
    Vector12 velocity = Vector12::Zero();
    velocity.tail(3) << 0, 0, 3;  // the wanted place moves by (-3, 0, 0), and turns
    Vector12 expected;
    expected << -3 * 2, -2 * 10, 0, 0, 0, 3 * 2, 3 * 2, 2 * 10, 0, 0, 0, -3 * 2 - 6;  // (0, 1, 0) x (6, 20, 0) = (0, 0, -6)
    const primore::DualPoseSpringOptions<double> options{.offset = {{1, 0, 0}, {1, 0, 0, 0}}, .stiffness = 10, .damping = 2};
    CHECK_THAT(pull(DualPoseSpring<double>(options), arms, velocity), near(expected, 1e-14));
    auto led = options;
    led.leader = Leader::first;
    Vector12 other = expected;
    other.head(6).setZero();
    CHECK_THAT(pull(DualPoseSpring<double>(led), arms, velocity), near(other, 1e-14));
    led.leader = Leader::second;
    other = expected;
    other.tail(6).setZero();
    CHECK_THAT(pull(DualPoseSpring<double>(led), arms, velocity), near(other, 1e-14));

    // 3 apart instead of 1, and opening by 1.5 per second
    velocity << 0, 2, 5, 0, 0, 0, 0, 0.5, 0, 0, 0, 3;
    expected << 0, -2 * 10 - 1.5 * 2, 0, 0, 0, 0, 0, 23, 0, 0, 0, 0;
    CHECK_THAT(pull(DistanceSpring<double>({.distance = 1, .stiffness = 10, .damping = 2}), arms, velocity), near(expected, 1e-14));
    CHECK_THAT(pull(DistanceSpring<double>({.distance = 1}), {arms.first, arms.first}, velocity), near(Vector12::Zero().eval(), 0));
}

TEST_CASE("springs between two arms take energy out and leave the common momentum alone") {
    const DualPoseSpring<double> spring({.offset = grip, .stiffness = 30, .damping = 1});
    const DualPoseSpring<double> lossless({.offset = grip, .stiffness = 30, .damping = 0});
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        const Vector12 velocity = primore_test::normal_matrix(12, 1, seed);
        const auto energy = [&](const Arms& arms) {  // of the spring
            const Pose<double>& two = arms.second;
            const Pose<double> wanted{two.position + two.orientation * grip.position, two.orientation * grip.orientation};
            return 15 * primore::PoseSpace<double>::between(arms.first, wanted).squaredNorm();
        };
        const auto after = [&](double time) { return energy(DualPoseSpace<double>::moved(apart, time * velocity)); };
        const double rate = (after(1e-5) - after(-1e-5)) / 2e-5, power = velocity.dot(pull(lossless, apart, velocity));
        CHECK(std::abs(rate + power) < 1e-6 * (1 + std::abs(power)));
        CHECK(velocity.dot(pull(spring, apart, velocity)) < power);
        const Vector12 force = pull(spring, apart, velocity);
        CHECK_THAT(force.head(3) + force.segment(6, 3), near(Eigen::Vector3d::Zero().eval(), 1e-13));
    }
}

TEST_CASE("two arms that are tied keep their grip while one of them follows") {
    DualPoseDmp<double> dmp({.duration = 2, .basis_count = 5});
    dmp.set_weights(60 * primore_test::normal_matrix(12, 5, 3));
    const Arms goal{{{3, 2, 1}, rotation(Eigen::Vector3d(0.5, 0, 0))}, {{0, 1, 2}, rotation(Eigen::Vector3d(0, 0.5, -0.5))}};
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(41, 0, 2);
    const auto tied = dmp.table(times, dmp.begin(apart, goal),
                                DualPoseSpring<double>({.offset = grip, .stiffness = 1e4, .damping = 200, .leader = Leader::second}));
    const auto free = dmp.table(times, dmp.begin(apart, goal));
    double loosest = 0;
    for (std::size_t i = 0; i < tied.points.size(); ++i) {
        if (i > 8) loosest = std::max(loosest, primore::PoseSpace<double>::between(relative(tied.points[i]), grip).norm());
        CHECK_THAT(tied.points[i].second.position, near(free.points[i].second.position, 1e-7));  // the leader goes its own way
    }
    CHECK(loosest < 0.05);
    CHECK(primore::PoseSpace<double>::between(relative(free.points.back()), grip).norm() > 1);

    const auto held = dmp.table(times, dmp.begin(apart, goal), DistanceSpring<double>({.distance = 1.5, .stiffness = 1e4, .damping = 200}));
    CHECK_THAT((held.points.back().first.position - held.points.back().second.position).norm(), near(1.5, 0.01));
}

TEST_CASE("the two halves of a dual pose DMP are pose DMPs") {
    const primore::PoseDmpOptions<double> options{.duration = 2, .basis_count = 5, .smooth_scaling = true};
    DualPoseDmp<double> both(options);
    primore::PoseDmp<double> one(options);
    both.set_weights(60 * primore_test::normal_matrix(12, 5, 3));
    one.set_weights(both.weights().bottomRows(6));
    const Vector12 velocity = Vector12::LinSpaced(-1, 1);
    auto state = both.begin(apart, {apart.second, apart.first}, velocity);
    auto half = one.begin(apart.second, apart.first, velocity.tail(6));
    both.step(state, 1.1);
    one.step(half, 1.1);
    CHECK_THAT(state.point.second.position, near(half.point.position, 1e-8));
    CHECK_THAT(state.point.second.orientation.coeffs(), near(half.point.orientation.coeffs(), 1e-8));
    CHECK_THAT(state.acceleration.tail(6), near(half.acceleration, 1e-6));
}

TEST_CASE("springs between two arms say what they cannot use") {
    CHECK_THROWS_MATCHES(DualPoseSpring<double>({.stiffness = -1}), std::invalid_argument,
                         Message("DualPoseSpring: stiffness is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(DualPoseSpring<double>({.damping = -1}), std::invalid_argument,
                         Message("DualPoseSpring: damping is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(DualPoseSpring<double>({.offset = {{0, 0, 0}, {2, 0, 0, 0}}}), std::invalid_argument,
                         Message("DualPoseSpring: offset.orientation.norm() is 2, expected 1, within 0.01"));
    CHECK_THROWS_MATCHES(DistanceSpring<double>({.distance = -1}), std::invalid_argument,
                         Message("DistanceSpring: distance is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(DistanceSpring<double>({.stiffness = -1}), std::invalid_argument,
                         Message("DistanceSpring: stiffness is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(DistanceSpring<double>({.damping = -1}), std::invalid_argument,
                         Message("DistanceSpring: damping is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(DualPoseDmp<double>{}.begin({{}, {{0, 0, 0}, {0, 0, 0, 0}}}, {}), std::invalid_argument,
                         Message("DmpOn: start.second.orientation.norm() is 0, expected 1, within 0.01"));
}
