// SPDX-License-Identifier: MIT
#include <primore/primitive/motion_space.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::DualPoseSpace;
using primore::MotionSpace;
using primore::OrientationSpace;
using primore::Pose;
using primore::PoseSpace;
using primore::rotation;
using primore::Tangent;

static_assert(MotionSpace<OrientationSpace<float>> && MotionSpace<PoseSpace<double>> && MotionSpace<DualPoseSpace<double>>);
static_assert(MotionSpace<primore::PairSpace<OrientationSpace<float>, PoseSpace<float>>>);
static_assert(!MotionSpace<Eigen::Vector3d> && !MotionSpace<Pose<double>>);

namespace {

template <typename Space>
Tangent<Space> tangent(std::uint32_t which, double size) {
    return (size * primore_test::normal_matrix(Space::axes, 1, which).normalized()).template cast<typename Space::Scalar>();
}

}  // namespace

TEST_CASE("a way between two poses: that of the position, then the turn in the base frame") {
    // Turned about z by 90 degrees before, the body turns by 0.1 about the x axis of the base, which is its own -y.
    const Eigen::Quaterniond upright(Eigen::AngleAxisd(std::acos(0.0), Eigen::Vector3d::UnitZ()));
    const Pose<double> from{{1, 2, 3}, upright}, to{{2, 2, 1}, upright * rotation(Eigen::Vector3d(0, -0.1, 0))};
    Tangent<PoseSpace<double>> way;
    way << 1, 0, -2, 0.1, 0, 0;
    CHECK_THAT(PoseSpace<double>::between(from, to), near(way, 1e-15));
    CHECK(PoseSpace<double>::turn(way) == 0.1);
}

TEMPLATE_TEST_CASE("the spaces: ways lead where they should, and their rates are derivatives", "", OrientationSpace<double>,
                   PoseSpace<double>, DualPoseSpace<double>, OrientationSpace<float>) {
    using Space = TestType;
    using Scalar = typename Space::Scalar;
    const double tolerance = 16 * double(std::numeric_limits<Scalar>::epsilon());
    typename Space::Point origin{};
    if constexpr (std::same_as<Space, OrientationSpace<Scalar>>) origin.setIdentity();
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        const auto from = Space::moved(origin, tangent<Space>(seed, 1.5)), to = Space::moved(from, tangent<Space>(seed + 100, 2.5));
        const Tangent<Space> way = Space::between(from, to);
        CHECK_THAT(way, near(tangent<Space>(seed + 100, 2.5), 4 * tolerance));
        CHECK_THAT(Space::between(Space::moved(from, way), to), near(Tangent<Space>::Zero().eval(), tolerance));
        CHECK_THAT(Space::between(to, from), near((-way).eval(), tolerance));
        CHECK(Space::turn(way) <= way.norm() * (1 + Scalar(tolerance)));
        if (std::same_as<Scalar, float>) continue;
        // r(t): moved(from, r(t)) goes through moved(from, r) with the velocity v
        const Tangent<Space> r = tangent<Space>(seed, 0.3), v = tangent<Space>(seed + 200, 1);
        const auto at = [&](double time) { return Space::between(from, Space::moved(Space::moved(from, r), Scalar(time) * v)); };
        CHECK_THAT(Space::way_rate(r, v), near(((at(1e-4) - at(-1e-4)) / Scalar(2e-4)).eval(), 1e-7));
    }
}

TEST_CASE("a point is checked, and its quaternion normalised") {
    const Pose<double> nearly{{1, 2, 3}, {1.005, 0, 0, 0}};
    CHECK(PoseSpace<double>::checked("here", "p", nearly).orientation.w() == 1);
    const double nan = std::nan("");
    CHECK_THROWS_MATCHES(PoseSpace<double>::checked("here", "p", {{0, 0, 0}, {0.5, 0, 0, 0}}), std::invalid_argument,
                         Message("here: p.orientation.norm() is 0.5, expected 1, within 0.01"));
    CHECK_THROWS_MATCHES(PoseSpace<double>::checked("here", "p", {{0, nan, 0}, {1, 0, 0, 0}}), std::invalid_argument,
                         Message("here: p.position[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(DualPoseSpace<double>::checked("here", "p", {{}, {{0, 0, 0}, {nan, 0, 0, 0}}}), std::invalid_argument,
                         Message("here: p.second.orientation[3] is nan, expected a finite number"));
}
