// SPDX-License-Identifier: MIT
#include <primore/primitive/spring_coupling.hpp>

#include <algorithm>
#include <concepts>
#include <stdexcept>
#include <utility>

#include <Eigen/Core>

#include <primore/primitive/dmp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::DofVector;
using primore::Leader;
using primore::SpringCoupling;
using primore_test::Types;

static_assert(primore::DmpCoupling<SpringCoupling<double, 4>, double, 4> && primore::DmpCoupling<SpringCoupling<float>, float>);
static_assert(!primore::DmpCoupling<SpringCoupling<double, 4>, float, 4>);

namespace {

/// Two arms of two joints each, moved by the spring alone: semi-implicit steps, after every one of which `look(position, velocity)`.
template <int Dofs, typename Scalar, typename Look>
void swing(const primore::SpringCouplingOptions<Scalar>& options, Look&& look) {
    const SpringCoupling<Scalar, Dofs> spring(options, 4);
    DofVector<Scalar, Dofs> position = Eigen::Vector4<Scalar>(1, -2, 3, 4), velocity = Eigen::Vector4<Scalar>(1, 0, -2, 1);
    DofVector<Scalar, Dofs> acceleration = position;
    for (int step = 0; step < 20000; ++step) {
        acceleration.setZero();
        spring(position, velocity, acceleration);
        velocity += Scalar(1e-3) * acceleration;
        position += Scalar(1e-3) * velocity;
        look(position, velocity);
    }
}

}  // namespace

TEST_CASE("a spring pulls two joints to their distance, the leader excepted") {
    // e = 5 - 2 - 1 = 2, e' = 3: 10 * 2 + 4 * 3 = 32
    const Eigen::Vector3d position(5, 7, 2), velocity(4, 9, 1);
    for (const auto& [leader, expected] :
         {std::pair(Leader::none, Eigen::Vector3d(-32, 0, 32)), std::pair(Leader::first, Eigen::Vector3d(0, 0, 32)),
          std::pair(Leader::second, Eigen::Vector3d(-32, 0, 0))}) {
        const SpringCoupling<double, 3> spring(
            {.first = 0, .second = 2, .offset = Eigen::VectorXd::Ones(1), .stiffness = 10, .damping = 4, .leader = leader});
        Eigen::Vector3d acceleration(1, 2, 3);
        spring(position, velocity, acceleration);
        CHECK(acceleration == Eigen::Vector3d(1, 2, 3) + expected);
    }
}

TEMPLATE_TEST_CASE("two arms come to their offset; the leader, or their centre, goes its way", "", (Types<double, 4>),
                   (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    using Vector = DofVector<Scalar, TestType::dofs>;
    const Eigen::Vector2<Scalar> offset(Scalar(0.5), -1);
    const double tolerance = std::same_as<Scalar, float> ? 1e-3 : 1e-9;
    for (const Leader leader : {Leader::none, Leader::first, Leader::second}) {
        Vector position, velocity;
        swing<TestType::dofs, Scalar>({.first = 0, .second = 2, .offset = offset, .leader = leader}, [&](const Vector& y, const Vector& v) {
            position = y;
            velocity = v;
        });
        CHECK_THAT(position.head(2) - position.tail(2), near(offset, tolerance));
        CHECK_THAT(velocity.head(2) - velocity.tail(2), near(Eigen::Vector2d::Zero().eval(), tolerance));
        if (leader == Leader::none) CHECK_THAT(velocity.head(2) + velocity.tail(2), near(Eigen::Vector2d(-1, 1), tolerance));
        if (leader == Leader::first) CHECK_THAT(position.head(2), near(Eigen::Vector2d(1 + 20, -2), 10 * tolerance));
        if (leader == Leader::second) CHECK_THAT(position.tail(2), near(Eigen::Vector2d(3 - 40, 4 + 20), 10 * tolerance));
    }
}

TEST_CASE("a spring between two arms does not add energy") {
    // |v|^2 / 2 + k |e|^2 / 2, which the damper takes away; the steps themselves let it swing by about dt sqrt(2 k) / 2 = 0.7 %.
    for (const double damping : {0.0, 0.5, 20.0}) {
        double most = 0, least = 1e9, last = 0;
        swing<4, double>({.first = 0, .second = 2, .offset = Eigen::Vector2d(0.5, -1), .damping = damping},
                         [&](const Eigen::Vector4d& y, const Eigen::Vector4d& v) {
                             const Eigen::Vector2d e = y.head(2) - y.tail(2) - Eigen::Vector2d(0.5, -1);
                             last = v.squaredNorm() / 2 + 100 * e.squaredNorm() / 2;
                             most = std::max(most, last);
                             least = std::min(least, last);
                         });
        const double start = (1 + 4 + 1) / 2.0 + 100 * (2.5 * 2.5 + 5 * 5) / 2;
        CAPTURE(damping, most, least);
        CHECK(most < 1.01 * start);
        if (damping == 0) CHECK(least > 0.99 * start);
        if (damping > 0) CHECK_THAT(last, near((1 + 1) / 4.0, 0.02));  // that of the common centre, 2 (1/2)^2 / 2 per direction
    }
}

TEST_CASE("two joints of a DMP meet between their goals, or the follower lags behind its own") {
    // Goals 0 and 3, offset 1, springs alpha^2 / 4 / tau^2 = 25 to the goals and 100 between: 25 (g - y) = 100 (y_1 - y_2 - 1) for the
    // follower.
    const primore::Dmp<double, 2> dmp({.basis_count = 1, .alpha = 10});
    const Eigen::Vector4d parameters(0, 0, 0, 3);
    for (const auto& [leader, expected] :
         {std::pair(Leader::none, Eigen::Vector2d(16 / 9.0, 11 / 9.0)), std::pair(Leader::first, Eigen::Vector2d(0, -0.2)),
          std::pair(Leader::second, Eigen::Vector2d(3.2, 3))}) {
        const SpringCoupling<double, 2> spring({.offset = Eigen::VectorXd::Ones(1), .leader = leader});
        const auto movement = dmp.movement(parameters, {});
        auto state = movement.initial_state();
        for (int i = 0; i < 5000; ++i) movement.step(state, 0.001, 1.0, spring);
        CHECK_THAT(state.position, near(expected, 1e-6));
    }
}

TEST_CASE("a spring coupling says what it cannot use") {
    using Spring = SpringCoupling<double, 4>;
    const Eigen::Vector2d zero = Eigen::Vector2d::Zero();
    CHECK_THROWS_MATCHES(Spring({.first = 0, .second = 1, .offset = zero}), std::invalid_argument,
                         Message("SpringCoupling: the distance of first and second is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(Spring({.first = 3, .second = 0, .offset = zero}), std::invalid_argument,
                         Message("SpringCoupling: dofs is 4, expected at least 5"));
    CHECK_THROWS_MATCHES(Spring({.first = -1, .second = 2, .offset = zero}), std::invalid_argument,
                         Message("SpringCoupling: first is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Spring({.first = 0, .second = -1, .offset = zero}), std::invalid_argument,
                         Message("SpringCoupling: second is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(Spring({.offset = Eigen::VectorXd()}), std::invalid_argument,
                         Message("SpringCoupling: the size of offset is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(Spring({.second = 2, .offset = zero / 0.0}), std::invalid_argument,
                         MessageMatches(ContainsSubstring("offset[0] is") && ContainsSubstring("expected a finite number")));
    CHECK_THROWS_MATCHES(Spring({.stiffness = -1}), std::invalid_argument,
                         Message("SpringCoupling: stiffness is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Spring({.damping = -1}), std::invalid_argument,
                         Message("SpringCoupling: damping is -1, expected a finite number that is not negative"));
    CHECK_THROWS_AS((SpringCoupling<double>({})), std::invalid_argument);  // dynamic, and no number of degrees of freedom
}
