// SPDX-License-Identifier: MIT
#include <primore/primitive/obstacle_avoidance.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <type_traits>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/primitive/dmp.hpp>
#include <primore/primitive/spring_coupling.hpp>

#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::DofVector;
using primore::ObstacleAvoidance;
using primore_test::normal_matrix;
using primore_test::Types;

static_assert(primore::DmpCoupling<ObstacleAvoidance<double, 3>, double, 3>);
static_assert(primore::DmpCoupling<ObstacleAvoidance<float>, float>);
static_assert(!primore::DmpCoupling<ObstacleAvoidance<double, 3>, double, 2>);

namespace {

/// Two couplings at once.
struct AroundAndTogether {
    ObstacleAvoidance<double> avoid;
    primore::SpringCoupling<double> spring;
    template <typename Vector>
    void operator()(const Vector& position, const Vector& velocity, Vector& acceleration) const noexcept {
        avoid(position, velocity, acceleration);
        spring(position, velocity, acceleration);
    }
};

template <typename Scalar, int Dofs>
DofVector<Scalar, Dofs> steering(const ObstacleAvoidance<Scalar, Dofs>& avoid,
                                 const std::type_identity_t<DofVector<Scalar, Dofs>>& position,
                                 const std::type_identity_t<DofVector<Scalar, Dofs>>& velocity) {
    DofVector<Scalar, Dofs> acceleration = DofVector<Scalar, Dofs>::Zero(position.size());
    avoid(position, velocity, acceleration);
    return acceleration;
}

}  // namespace

TEST_CASE("an obstacle turns the velocity away from itself") {
    // 30 degrees to the left of a robot that moves to the right at 2 m/s: to the right of it, gamma |v| theta exp(-b theta)
    const double theta = std::numbers::pi / 6, b = 20 / std::numbers::pi;
    const Eigen::Vector2d obstacle(std::cos(theta), std::sin(theta)), right(2, 0);
    const ObstacleAvoidance<double, 2> avoid({.obstacles = obstacle});
    const double size = 1000 * 2 * theta * std::exp(-b * theta);
    CHECK_THAT(steering(avoid, Eigen::Vector2d(0, 0), right), near(Eigen::Vector2d(0, -size), 1e-13));
    CHECK_THAT(steering(avoid, Eigen::Vector2d(0, 2 * std::sin(theta)), right), near(Eigen::Vector2d(0, size), 1e-12));
    CHECK_THAT(steering(avoid, obstacle - 7 * obstacle, right), near(Eigen::Vector2d(0, -size), 1e-12));  // however far away

    const ObstacleAvoidance<double, 2> weaker(
        {.obstacles = obstacle, .strength = 10, .angular_decay = 3, .distance_decay = 0.5});  // at a distance of 7
    CHECK_THAT(steering(weaker, obstacle - 7 * obstacle, right),
               near(Eigen::Vector2d(0, -10 * 2 * theta * std::exp(-3 * theta - 3.5)), 1e-14));

    // A floor of |o - y| |v| = 2 halves the cosine: 64.3 degrees instead of 30.
    const ObstacleAvoidance<double, 2> floored({.obstacles = obstacle, .denominator_floor = 2});
    const double other = std::acos(std::cos(theta) / 2);
    CHECK_THAT(steering(floored, Eigen::Vector2d(0, 0), right), near(Eigen::Vector2d(0, -2000 * other * std::exp(-b * other)), 1e-12));

    Eigen::Matrix2d two;
    two << obstacle, Eigen::Vector2d(obstacle(0), -obstacle(1));  // a second one, to the right: they cancel
    const ObstacleAvoidance<double, 2> between({.obstacles = two});
    CHECK_THAT(steering(between, Eigen::Vector2d(0, 0), right), near(Eigen::Vector2d::Zero().eval(), 1e-13));
}

TEMPLATE_TEST_CASE("the steering is the turned velocity of the formula, in any dimension", "", (Types<double, 3>),
                   (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    using Vector = DofVector<Scalar, TestType::dofs>;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        const Eigen::Matrix3d draw = normal_matrix(3, 3, seed);
        const Eigen::Vector3d o = draw.col(0), y = draw.col(1), v = draw.col(2);
        const double theta = std::atan2((o - y).cross(v).norm(), (o - y).dot(v));
        const Eigen::AngleAxisd quarter(std::numbers::pi / 2, (o - y).cross(v).normalized());
        const Eigen::Vector3d expected = 1000 * theta * std::exp(-20 / std::numbers::pi * theta) * (quarter * v);
        const ObstacleAvoidance<Scalar, TestType::dofs> avoid({.obstacles = o.template cast<Scalar>()});
        const Vector velocity = v.template cast<Scalar>(), c = steering(avoid, Vector(y.template cast<Scalar>()), velocity);
        CHECK_THAT(c, near(expected, 200 * double(std::numeric_limits<Scalar>::epsilon())));
        CHECK(std::abs(c.dot(velocity)) <= Scalar(8) * std::numeric_limits<Scalar>::epsilon() * c.norm() * velocity.norm());
    }
}

TEMPLATE_TEST_CASE("the steering is finite everywhere, and fades where there is no side to choose", "", double, float) {
    using Scalar = TestType;
    using Vector = Eigen::Vector2<Scalar>;
    const Scalar infinity = std::numeric_limits<Scalar>::infinity(), nan = std::numeric_limits<Scalar>::quiet_NaN();
    ObstacleAvoidance<Scalar, 2> avoid({.obstacles = Vector(1, 1)});
    const Vector none = Vector::Zero(), along(2, 2);
    CHECK(steering(avoid, Vector(0, 0), none) == none);                  // at rest
    CHECK(steering(avoid, Vector(1, 1), along) == none);                 // at the obstacle
    CHECK_THAT(steering(avoid, Vector(0, 0), along), near(none, 1e-3));  // towards it: theta is rounding
    CHECK_THAT(steering(avoid, Vector(3, 3), along), near(none, 3e-5));  // away from it: 1000 |v| pi exp(-20) at most
    CHECK(steering(avoid, Vector(nan, 0), along) == none);
    CHECK(steering(avoid, Vector(0, 0), Vector(infinity, 0)) == none);

    const Scalar tiny = std::numeric_limits<Scalar>::denorm_min(), small = std::numeric_limits<Scalar>::epsilon();
    for (const Scalar scale : {tiny, small * small, small, Scalar(1), 1 / small}) {
        for (Eigen::Index i = 0; i < 64; ++i) {
            const Scalar angle = Scalar(0.1) * Scalar(i);
            const Vector direction(std::cos(angle), std::sin(angle));
            const Vector near_it = Vector(1, 1) + scale * direction, slow = scale * Vector(direction(1), 1);
            CHECK(steering(avoid, near_it, along).allFinite());
            CHECK(steering(avoid, Vector(0, 0), slow).allFinite());
            CHECK(steering(avoid, near_it, slow).allFinite());
        }
    }
    avoid.obstacles().col(0) << nan, 0;
    CHECK(steering(avoid, Vector(0, 0), along) == none);
}

TEST_CASE("a point that moves straight on passes a wall of obstacles at a distance") {
    // Between two obstacles off the course of the robot; without steering the goes closest at 0.05.
    Eigen::Matrix<double, 2, 2> obstacles{{1, 2}, {0.05, -0.05}};
    const ObstacleAvoidance<double, 2> avoid({.obstacles = obstacles});
    Eigen::Vector2d position(0, 0), velocity(1, 0);
    double closest = 10;
    for (int i = 0; i < 3000; ++i) {
        velocity += 0.001 * steering(avoid, position, velocity);
        position += 0.001 * velocity;
        closest = std::min(closest, (obstacles.colwise() - position).colwise().norm().minCoeff());
    }
    CHECK(closest > 0.2);
    CHECK_THAT(velocity.norm(), near(1.0, 0.05));  // it only turns
}

TEST_CASE("a DMP goes around an obstacle and still ends at its goal") {
    const primore::Dmp<double, 2> dmp({.basis_count = 3});
    Eigen::VectorXd parameters = Eigen::VectorXd::Zero(8);
    parameters(3) = parameters(7) = 1;  // straight to (1, 1)
    const Eigen::Vector2d obstacle(0.5, 0.55);
    const ObstacleAvoidance<double, 2> avoid({.obstacles = obstacle});
    const auto movement = dmp.movement(parameters, {});
    auto state = movement.initial_state();
    double closest = 1, aside = 0;
    for (int i = 0; i < 2000; ++i) {
        movement.step(state, 0.001, 1.0, avoid);
        closest = std::min(closest, (state.position - obstacle).norm());
        aside = std::max(aside, state.position(0) - state.position(1));
    }
    CHECK(closest > 0.15);
    CHECK(aside > 0.1);  // on the side where the obstacle is not
    CHECK_THAT(state.position, near(Eigen::Vector2d(1, 1), 1e-3));
}

TEST_CASE("steps of a DMP under couplings carry derivatives: of an obstacle and a spring, against differences") {
    for (const double floor : {0.0, 0.01}) {
        const AroundAndTogether both{ObstacleAvoidance<double>({.obstacles = Eigen::Vector2d(0.5, 0.55), .denominator_floor = floor}),
                        primore::SpringCoupling<double>({.stiffness = 10, .damping = 1}, 2)};
        const primore::Dmp<double> dmp({.dofs = 2, .basis_count = 3});
        const auto end = [&]<typename Number>(const Eigen::VectorX<Number>& parameters) -> Eigen::VectorX<Number> {
            const auto movement = dmp.movement(parameters, {});
            auto state = movement.initial_state();
            for (int i = 0; i < 60; ++i) movement.step(state, Number(0.01), Number(1), both);  // time and start are constants
            Eigen::VectorX<Number> result(4);
            result << state.position, state.velocity;
            return result;
        };
        Eigen::VectorXd parameters(8);
        parameters << 10, -5, 3, 1, 4, 6, -8, 1;
        const Eigen::VectorX<primore_test::Dual> automatic = end(primore_test::variables(parameters, 0, 8));
        CHECK_THAT(primore_test::values_of(automatic), near(end(parameters), 1e-9));  // whose steps are tabulated
        for (Eigen::Index k = 0; k < 8; ++k) {
            const auto slope = [&](double h) -> Eigen::VectorXd {
                const Eigen::VectorXd step = Eigen::VectorXd::Unit(8, k) * h;
                return (end(Eigen::VectorXd(parameters + step)) - end(Eigen::VectorXd(parameters - step))) / (2 * h);
            };
            const Eigen::VectorXd expected = (4 * slope(5e-4) - slope(1e-3)) / 3;
            CHECK_THAT(primore_test::jacobian_of(automatic, 8).col(k), near(expected, 1e-8));
        }
    }
}

TEST_CASE("an obstacle avoidance says what it cannot use") {
    using Avoidance = ObstacleAvoidance<double>;
    const Eigen::MatrixXd line = Eigen::MatrixXd::Ones(1, 2), plane = Eigen::MatrixXd::Ones(2, 1);
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = line}), std::invalid_argument,
                         Message("ObstacleAvoidance: the number of rows of obstacles is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = plane / 0.0}), std::invalid_argument,
                         Message("ObstacleAvoidance: obstacles[0] is inf, expected a finite number"));
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = plane, .strength = -1}), std::invalid_argument,
                         Message("ObstacleAvoidance: strength is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = plane, .angular_decay = -1}), std::invalid_argument,
                         Message("ObstacleAvoidance: angular_decay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = plane, .distance_decay = -1}), std::invalid_argument,
                         Message("ObstacleAvoidance: distance_decay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(Avoidance({.obstacles = plane, .denominator_floor = -1}), std::invalid_argument,
                         Message("ObstacleAvoidance: denominator_floor is -1, expected a finite number that is not negative"));
}
