// SPDX-License-Identifier: MIT
#include <primore/control/velocity_controller.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;

static_assert(pm::Controller<pm::VelocityController<double, 7>, double, 7>);
static_assert(pm::Controller<pm::VelocityController<float>, float>);

namespace {
struct MayThrow {
    void command(const pm::Setpoint<double, 1>&, const pm::JointState<double, 1>&, pm::DofVector<double, 1>&) const {}
};
}  // namespace
static_assert(!pm::Controller<MayThrow, double, 1>);                           // not noexcept
static_assert(!pm::Controller<pm::VelocityController<double, 7>, double, 6>);  // another robot

TEMPLATE_TEST_CASE("VelocityController commands the desired velocity", "[formula]", float, double) {
    const pm::Setpoint<TestType, 2> desired{{1, 2}, {3, -4}, {5, 6}};
    const pm::JointState<TestType, 2> measured{{7, 8}, {9, 10}};
    pm::VelocityController<TestType, 2> controller;
    pm::DofVector<TestType, 2> command;
    controller.command(desired, measured, command);
    CHECK(command == pm::DofVector<TestType, 2>(3, -4));
    CHECK(controller.command(desired, measured) == command);
}
