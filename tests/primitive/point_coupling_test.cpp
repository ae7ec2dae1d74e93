// SPDX-License-Identifier: MIT
#include <primore/primitive/point_coupling.hpp>

#include <algorithm>

#include <Eigen/Core>

#include <primore/primitive/obstacle_avoidance.hpp>
#include <primore/primitive/pose_dmp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::ObstacleAvoidance;
using primore::Pose;
using primore::PoseSpace;
using primore::PositionCoupling;

namespace {

using Around = PositionCoupling<double, ObstacleAvoidance<double, 3>>;

}  // namespace

static_assert(primore::PointCoupling<primore::PointUncoupled, PoseSpace<double>> && primore::PointCoupling<Around, PoseSpace<double>>);
static_assert(!primore::PointCoupling<primore::PointUncoupled, int>);
static_assert(!primore::PointCoupling<Around, primore::OrientationSpace<double>>);
static_assert(!primore::PointCoupling<decltype([](const auto&, const auto&, auto&) {}), PoseSpace<double>>);  // it might throw

TEST_CASE("a coupling of positions acts on the position of a pose, and adds") {
    const ObstacleAvoidance<double, 3> avoid({.obstacles = Eigen::Vector3d(0.5, 0.05, 0)});
    const Eigen::Vector3d velocity(1, 0, 0.2);
    Eigen::Matrix<double, 6, 1> twist, found, expected;
    twist << velocity, 1, 2, 3;
    found.setOnes();
    expected.setOnes();
    Eigen::Vector3d linear = Eigen::Vector3d::Ones();
    avoid({0.1, 0, 0}, velocity, linear);
    expected.head(3) = linear;
    Around{avoid}({{0.1, 0, 0}, {0, 1, 0, 0}}, twist, found);
    CHECK((found - expected).isZero(0));
    CHECK((linear - Eigen::Vector3d::Ones()).norm() > 1);
}

TEST_CASE("a pose goes around an obstacle and turns as if it was not there") {
    const Eigen::Vector3d obstacle(0.5, 0.05, 0);
    const Around around{ObstacleAvoidance<double, 3>({.obstacles = obstacle})};
    const primore::PoseDmp<double> dmp{};
    const Pose<double> goal{{1, 0, 0}, primore::rotation(Eigen::Vector3d(0, 0, 1))};
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(200, 0, 2);
    const auto path = dmp.table(times, dmp.begin({}, goal), around), straight = dmp.table(times, dmp.begin({}, goal));
    double closest = 1;
    for (const auto& pose : path.points) closest = std::min(closest, (pose.position - obstacle).norm());
    CHECK(closest > 0.1);
    CHECK(PoseSpace<double>::between(path.points.back(), goal).norm() < 1e-3);
    CHECK_THAT(path.velocities.rightCols(3), near(straight.velocities.rightCols(3), 1e-8));
}
