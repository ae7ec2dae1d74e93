// SPDX-License-Identifier: MIT
#include <primore/control/pd_controller.hpp>

#include <limits>
#include <stdexcept>

#include "support/allocation_counter.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;

static_assert(pm::Controller<pm::PdController<double, 7>, double, 7>);
static_assert(pm::Controller<pm::PdController<float>, float>);

TEMPLATE_TEST_CASE("PdController is P (y - q) + D (dy/dt - dq/dt)", "[formula]", float, double) {
    // 10 * (1 - 0.5) + 2 * (3 - 1) = 9 and 20 * (2 - 3) + 4 * (-4 - 1) = -40
    const pm::Setpoint<TestType, 2> desired{{1, 2}, {3, -4}, {0, 0}};
    const pm::JointState<TestType, 2> measured{{TestType(0.5), 3}, {1, 1}};
    const pm::PdController<TestType, 2> controller({.stiffness = {10, 20}, .damping = {2, 4}});
    CHECK(controller.command(desired, measured) == pm::DofVector<TestType, 2>(9, -40));

    const pm::PdController<TestType> dynamic({.stiffness = controller.gains().stiffness, .damping = controller.gains().damping});
    const pm::Setpoint<TestType> dynamic_desired{desired.position, desired.velocity, desired.acceleration};
    CHECK(dynamic.command(dynamic_desired, {measured.position, measured.velocity}) == controller.command(desired, measured));
}

TEST_CASE("PdController drives a unit mass to the set point", "[end to end]") {
    // Critically damped, 100 and 20: after 2 s the error is (1 + 10 * 2) e^-20 = 4e-8 in continuous time.
    const pm::PdController<double, 1> controller({.stiffness = pm::DofVector<double, 1>(100.0), .damping = pm::DofVector<double, 1>(20.0)});
    auto desired = pm::Setpoint<double, 1>::zero();
    desired.position(0) = 1.0;
    pm::JointState<double, 1> state{pm::DofVector<double, 1>(0.0), pm::DofVector<double, 1>(0.0)};
    for (int i = 0; i < 2000; ++i) {
        state.velocity += 1e-3 * controller.command(desired, state);
        state.position += 1e-3 * state.velocity;
    }
    CHECK_THAT(state.position(0), WithinAbs(1.0, 1e-6));
}

TEST_CASE("a control step allocates nothing", "[property]") {
    const pm::PdController<double> controller({.stiffness = Eigen::VectorXd::Constant(7, 100.0), .damping = Eigen::VectorXd::Ones(7)});
    const auto desired = pm::Setpoint<double>::zero(7);
    const pm::JointState<double> measured{Eigen::VectorXd::Ones(7), Eigen::VectorXd::Zero(7)};
    Eigen::VectorXd command = Eigen::VectorXd::Zero(7);
    CHECK(primore_test::memory_calls_of([&] { controller.command(desired, measured, command); }) == 0);
    CHECK(command(0) == -100.0);
}

TEST_CASE("PdController refuses gains it cannot use", "[errors]") {
    using Gains = pm::PdControllerOptions<double>;
    const auto make = [](Eigen::VectorXd stiffness, Eigen::VectorXd damping) {
        return pm::PdController<double>(Gains{stiffness, damping});
    };
    CHECK_THROWS_MATCHES(make(Eigen::Vector2d(1, 1), Eigen::Vector3d(1, 1, 1)), std::invalid_argument,
                         Message("PdController: damping has size 3, expected 2 (the size of stiffness)"));
    CHECK_THROWS_MATCHES(make(Eigen::Vector2d(1, -1), Eigen::Vector2d(1, 1)), std::invalid_argument,
                         Message("PdController: stiffness[1] is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(make(Eigen::Vector2d(1, 1), Eigen::Vector2d(std::numeric_limits<double>::quiet_NaN(), 1)), std::invalid_argument,
                         Message("PdController: damping[0] is nan, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(make(Eigen::VectorXd(), Eigen::VectorXd()), std::invalid_argument,
                         Message("PdController: the number of gains in stiffness is 0, expected at least 1"));
}
