// SPDX-License-Identifier: MIT
#include <primore/motion/speed_scaling.hpp>

#include <cmath>

#include <Eigen/Core>

#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::MovementClock;
using primore::Setpoint;

TEMPLATE_TEST_CASE("a set point at another rate", "", (primore_test::Types<float, 2>), (primore_test::Types<double, Eigen::Dynamic>)) {
    using Number = typename TestType::Number;
    auto setpoint = Setpoint<Number, TestType::dofs>::zero(2);
    setpoint.position << 1, 2;
    setpoint.velocity << 4, -8;
    setpoint.acceleration << 16, 3;
    primore::scale_speed(setpoint, Number(0.5), Number(0.25));
    CHECK_THAT(setpoint.position, near(Eigen::Vector2d(1, 2), 0));
    CHECK_THAT(setpoint.velocity, near(Eigen::Vector2d(2, -4), 0));
    CHECK_THAT(setpoint.acceleration, near(Eigen::Vector2d(16 / 4 + 4 / 4, 3.0 / 4 - 8.0 / 4), 0));  // y'' rate^2 + y' rate'
}

TEMPLATE_TEST_CASE("a movement is slowed down, paused and resumed: same path, and derivatives that belong to it", "",
                   (primore_test::Types<float, 2>), (primore_test::Types<double, Eigen::Dynamic>)) {
    using Number = typename TestType::Number;
    constexpr int dofs = TestType::dofs;
    const primore::ProMp<Number, dofs> primitive({.dofs = 2, .duration = 1, .basis_count = 6});
    const auto motion = primitive.trajectory(primore_test::numbers<Number>(12));
    MovementClock<Number> clock({.max_rate_change = 8});
    auto setpoint = Setpoint<Number, dofs>::zero(2), planned = setpoint, last = setpoint;
    static_assert(noexcept(primore::evaluate(motion, clock, setpoint)));

    // In steps of 1/1024 s: 0.2 s as planned, then half as fast, a pause, and on to the end. Trapezoids of the derivatives lead from
    // each set point to the next: there is no jump, and velocity and acceleration are those of the position.
    const double h = 1.0 / 1024, tolerance = sizeof(Number) == 4 ? 2e-5 : 1e-5;
    primore::evaluate(motion, clock, last);
    for (int i = 0; i < 3000 && clock.time() < 1; ++i) {
        const double t = i * h, speed = t < 0.2 ? 1 : t < 0.5 ? 0.5 : t < 1.5 ? 0 : 1;
        clock.advance(Number(h), Number(speed));
        primore::evaluate(motion, clock, setpoint);
        motion.evaluate(clock.time(), planned);
        REQUIRE(setpoint.position == planned.position);
        if (clock.time() >= 1) break;  // the plan ends there, at once
        const Eigen::VectorXd moved = (setpoint.position - last.position).template cast<double>(),
                              sped = (setpoint.velocity - last.velocity).template cast<double>(),
                              velocity = (setpoint.velocity + last.velocity).template cast<double>() / 2,
                              acceleration = (setpoint.acceleration + last.acceleration).template cast<double>() / 2;
        REQUIRE_THAT(moved, near((velocity * h).eval(), tolerance));
        REQUIRE_THAT(sped, near((acceleration * h).eval(), 100 * tolerance));
        if (std::abs(t - 1.4) < h / 2) {
            CHECK(setpoint.velocity.cwiseAbs().maxCoeff() < 1e-5);
            CHECK(setpoint.acceleration.cwiseAbs().maxCoeff() < 1e-3);
        }
        last = setpoint;
    }
    CHECK(clock.time() >= 1);
}
