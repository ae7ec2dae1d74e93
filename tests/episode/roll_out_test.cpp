// SPDX-License-Identifier: MIT
#include <primore/episode/roll_out.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <primore/control/pd_controller.hpp>
#include <primore/control/velocity_controller.hpp>

#include "support/allocation_counter.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;

namespace {

/// The motion y(t) = t from `start_time` on.
struct Ramp {
    double begin = 0.0;
    double start_time() const noexcept { return begin; }
    Eigen::Index dofs() const noexcept { return 1; }
    void evaluate(double t, pm::Setpoint<double, 1>& out) const noexcept {
        out.position(0) = t;
        out.velocity(0) = 1.0;
        out.acceleration(0) = 0.0;
    }
    pm::Setpoint<double, 1> at(double t) const noexcept {
        auto out = pm::Setpoint<double, 1>::zero();
        evaluate(t, out);
        return out;
    }
};

/// One velocity-controlled joint; the reward is its position, the end comes where it passes `limit`.
struct Joint {
    double limit = std::numeric_limits<double>::infinity();
    double dt = 0.1;
    pm::JointState<double, 1> now{pm::DofVector<double, 1>(0.0), pm::DofVector<double, 1>(0.0)};

    pm::JointState<double, 1> state() const { return now; }
    double time_step() const { return dt; }
    pm::StepResult<double> step(const pm::DofVector<double, 1>& command) {
        now.velocity = command;
        now.position += dt * command;
        return {.reward = now.position(0), .done = now.position(0) > limit};
    }
};

struct NoStep {
    pm::JointState<double, 1> state() const;
    double time_step() const;
};

}  // namespace

static_assert(pm::Plant<Joint, double, 1>);
static_assert(!pm::Plant<Joint, double, 2>);
static_assert(!pm::Plant<NoStep, double, 1>);

TEST_CASE("a roll-out sums rewards", "[formula]") {
    // Positions 0.1, 0.2, 0.3, 0.4: sum 1.0.
    Joint joint;
    pm::VelocityController<double, 1> controller;
    const auto outcome = pm::roll_out(Ramp{}, controller, joint, 4);
    CHECK_THAT(outcome.episode_return, WithinAbs(1.0, 1e-15));
    CHECK_FALSE(outcome.failed());
    CHECK_THAT(joint.now.position(0), WithinAbs(0.4, 1e-15));
}

TEST_CASE("a roll-out ends when the plant is done", "[formula]") {
    Joint joint{.limit = 0.25};
    pm::VelocityController<double, 1> controller;
    CHECK_THAT(pm::roll_out(Ramp{}, controller, joint, 100).episode_return, WithinAbs(0.1 + 0.2 + 0.3, 1e-15));
}

TEST_CASE("step i gets the set point of its end and the state before it", "[formula]") {
    Joint joint;
    pm::PdController<double, 1> controller({.stiffness = pm::DofVector<double, 1>(1.0), .damping = pm::DofVector<double, 1>(0.0)});
    std::vector<double> times, desired, commands;
    (void)pm::roll_out(Ramp{.begin = 2.0}, controller, joint, 2, [&](const pm::RollOutStep<double, 1>& step) {
        times.push_back(step.time);
        desired.push_back(step.desired.position(0));
        commands.push_back(step.command(0));
        CHECK(step.step == static_cast<Eigen::Index>(times.size()) - 1);
    });
    // First command 1 * (2.1 - 0), which moves the joint to 0.21; second 1 * (2.2 - 0.21).
    CHECK_THAT(Eigen::Vector2d(times[0], times[1]), near(Eigen::Vector2d(2.1, 2.2), 1e-15));
    CHECK(desired == times);
    CHECK_THAT(Eigen::Vector2d(commands[0], commands[1]), near(Eigen::Vector2d(2.1, 1.99), 1e-15));
}

TEST_CASE("a NaN reward is a failed outcome, not a crash", "[property]") {
    Joint joint{.dt = 0.1, .now = {pm::DofVector<double, 1>(std::numeric_limits<double>::quiet_NaN()), pm::DofVector<double, 1>(0.0)}};
    pm::VelocityController<double, 1> controller;
    CHECK(pm::roll_out(Ramp{}, controller, joint, 3).status == pm::EpisodeStatus::not_finite);
}

TEST_CASE("a roll-out with fixed degrees of freedom allocates nothing", "[property]") {
    Joint joint;
    pm::VelocityController<double, 1> controller;
    CHECK(primore_test::memory_calls_of([&] { (void)pm::roll_out(Ramp{}, controller, joint, 10); }) == 0);
}

TEST_CASE("roll_out refuses what it cannot run", "[errors]") {
    Joint joint;
    pm::VelocityController<double, 1> controller;
    CHECK_THROWS_MATCHES(pm::roll_out(Ramp{}, controller, joint, 0), std::invalid_argument,
                         Message("roll_out: steps is 0, expected at least 1"));
    joint.dt = 0.0;
    CHECK_THROWS_MATCHES(pm::roll_out(Ramp{}, controller, joint, 1), std::invalid_argument,
                         Message("roll_out: plant.time_step() is 0, expected a positive finite number"));
}
