// SPDX-License-Identifier: MIT
#include <primore/primitive/dmp_movement.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/von_mises.hpp>
#include <primore/primitive/dmp.hpp>

#include "support/catch.hpp"
#include "support/dmp_variants.hpp"
#include "support/near.hpp"

using primore::Dmp;
using primore::DmpOptions;
using primore_test::dmp_parameters;
using primore_test::dmp_start;
using primore_test::dmp_variants;

namespace {

/// The example of the concept.
struct Gravity {
    template <typename Vector>
    void operator()(const Vector&, const Vector&, Vector& acceleration) const noexcept {
        acceleration(1) -= 9.81;
    }
};

/// A near miss: it may throw in the control loop.
struct ThrowingCoupling {
    template <typename Vector>
    void operator()(const Vector&, const Vector&, Vector&) const {}
};

static_assert(primore::DmpCoupling<Gravity, double> && primore::DmpCoupling<Gravity, double, 2>);
static_assert(!primore::DmpCoupling<ThrowingCoupling, double>);
static_assert(primore::DmpCoupling<primore::DmpUncoupled, float, 7>);

/// A spring and a damper to the origin.
struct Spring {
    template <typename Vector>
    void operator()(const Vector& position, const Vector& velocity, Vector& acceleration) const noexcept {
        acceleration -= 30 * position + 2 * velocity;
    }
};

Dmp<double, 2> plain() { return Dmp<double, 2>(dmp_variants<double>().front().second); }

}  // namespace

TEST_CASE("steps of a running DMP lead along the planned motion, short or long") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const auto motion = Dmp<double>(options).trajectory(dmp_parameters(options), dmp_start<double>());
        for (const double dt : {0.001, 0.013, 0.3}) {
            auto state = motion.movement().initial_state();
            primore::Setpoint<double> setpoint = motion.at(0);
            double worst = 0;
            for (double time = 0.3 + dt; time < 2; time += dt) {
                motion.movement().step(state, dt);
                motion.movement().setpoint(state, setpoint);
                const auto planned = motion.at(time);
                worst = std::max(worst, (setpoint.position - planned.position).norm() / (1 + planned.position.norm()));
                worst = std::max(worst, (setpoint.velocity - planned.velocity).norm() / (1 + planned.velocity.norm()));
                worst = std::max(worst, (setpoint.acceleration - planned.acceleration).norm() / (1 + planned.acceleration.norm()) / 100);
            }
            CAPTURE(dt);
            CHECK(worst < 1e-8);  // measured: 2e-9 for the short steps of lower order
        }
    }
}

TEST_CASE("the table of what forces do stays exact after the end, where its pieces grow, however late the forces change") {
    using Options = DmpOptions<double>;
    Options constant, late = Options::kulvicius(), later = Options::sigmoid_goal();
    constant.phase = primore::DmpPhase::time;
    constant.fading = primore::DmpNeverFades{};
    late.fading = primore::SigmoidGating<double>{.rate = -16, .inflection = 2.5, .start = 1};
    later.goal_path = primore::RichardsGating<double>{.rate = 20, .asymmetry = 3, .inflection = 4, .start = 0, .end = 1};
    for (Options options : {Options{}, constant, late, later}) {
        options.dofs = 2;
        options.basis_count = 5;
        const auto movement = Dmp<double>(options).movement(dmp_parameters(options), {});
        options.longest_panel = 0.01;
        const auto exact = Dmp<double>(options).movement(dmp_parameters(options), {});
        REQUIRE((movement.is_tabulated() && exact.is_tabulated()));
        double worst = 0, worst_velocity = 0;
        for (double time = 1.013; time < 6; time += 0.013) {
            auto state = movement.initial_state(), expected = exact.initial_state();
            movement.step(state, time);
            exact.step(expected, time);
            worst = std::max(worst, (state.position - expected.position).norm());
            worst_velocity = std::max(worst_velocity, (state.velocity - expected.velocity).norm());
        }
        CHECK(worst < 5e-13);           // measured: up to 5e-14 of a movement of size 1
        CHECK(worst_velocity < 1e-11);  // measured: up to 2e-12 of one of speed 4
    }
}

TEST_CASE("a step that is not a time changes nothing, and a very long one comes to the goal") {
    for (const auto& [name, options] : dmp_variants<float>()) {
        CAPTURE(name);
        const auto movement = Dmp<float>(options).movement(dmp_parameters(options), dmp_start<float>());
        auto state = movement.initial_state();
        constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
        for (const float dt : {0.0f, -1.0f, nan}) movement.step(state, dt);
        for (const float speed : {-1.0f, nan, infinity}) movement.step(state, 0.1f, speed);
        CHECK(state.position == movement.start().position);
        CHECK(state.velocity == movement.start().velocity);
        movement.step(state, infinity);
        CHECK_THAT(state.position, near(Eigen::Vector2d(1, -0.6), 1e-4));
        CHECK_THAT(state.velocity, near(Eigen::Vector2d(0, 0), 1e-4));
    }
}

TEST_CASE("time that runs at another speed, and a pause") {
    const auto movement = plain().movement(dmp_parameters(plain().options()), {.time = 0.2});
    auto state = movement.initial_state(), half = state;
    movement.step(state, 0.7);
    movement.step(half, 1.4, 0.5);
    CHECK_THAT(half.position, near(state.position, 1e-12));
    CHECK_THAT(half.velocity, near(state.velocity / 2, 1e-12));
    primore::Setpoint<double, 2> setpoint;
    movement.step(half, 3, 0);
    movement.setpoint(half, setpoint);
    CHECK_THAT(setpoint.position, near(state.position, 1e-12));
    CHECK(setpoint.velocity == Eigen::Vector2d::Zero());
    movement.step(half, 0.1);
    movement.step(state, 0.1);
    CHECK_THAT(half.position, near(state.position, 1e-12));
    CHECK_THAT(half.velocity, near(state.velocity, 1e-12));
}

TEST_CASE("another goal under way: position and velocity go on, and the new goal is reached") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const auto movement = Dmp<double>(options).movement(dmp_parameters(options), dmp_start<double>());
        auto state = movement.initial_state();
        movement.step(state, 0.6);
        const auto before = state;
        state.goal.position = Eigen::Vector2d(-2, 4);
        movement.step(state, 1e-9);
        CHECK_THAT(state.position, near(before.position, 1e-7));
        CHECK_THAT(state.velocity, near(before.velocity, 1e-5));
        for (int i = 0; i < 200; ++i) movement.step(state, 0.05);
        CHECK_THAT(state.position, near(Eigen::Vector2d(-2, 4), 1e-6));
        movement.step(state, 1000);  // all forces have come to rest long ago
        state.goal.position = Eigen::Vector2d(3, -1);
        auto at_once = state;
        for (int i = 0; i < 200; ++i) movement.step(state, 0.05);
        movement.step(at_once, 10);
        CHECK_THAT(state.position, near(Eigen::Vector2d(3, -1), 1e-6));
        CHECK_THAT(at_once.position, near(Eigen::Vector2d(3, -1), 1e-6));
    }
}

TEST_CASE("a goal that moves is followed without lag") {
    const auto movement = plain().movement(Eigen::VectorXd::Zero(12), {});
    auto state = movement.initial_state();
    state.goal = {Eigen::Vector2d(1, 2), Eigen::Vector2d(0.5, -1), Eigen::Vector2d(0.2, 0.1), true};
    for (int i = 0; i < 300; ++i) movement.step(state, 0.02);
    const Eigen::Vector2d there = Eigen::Vector2d(1, 2) + 6 * Eigen::Vector2d(0.5, -1) + 18 * Eigen::Vector2d(0.2, 0.1);
    CHECK_THAT(state.goal.position, near(there, 1e-12));
    CHECK_THAT(state.position, near(there, 1e-8));
    CHECK_THAT(state.velocity, near(Eigen::Vector2d(0.5 + 1.2, -1 + 0.6), 1e-8));
    auto in_a_step = state;  // also long after the end
    for (int i = 0; i < 1000; ++i) movement.step(state, 0.1);
    movement.step(in_a_step, 100);
    CHECK_THAT(state.position, near(state.goal.position, 1e-8));
    CHECK_THAT(in_a_step.position, near(in_a_step.goal.position, 1e-8));
    CHECK_THAT(in_a_step.velocity, near(in_a_step.goal.velocity, 1e-8));
}

TEST_CASE("a goal that moves while the movement waits is where it says when the movement begins") {
    const auto movement = plain().movement(Eigen::VectorXd::Zero(12), {});  // waits for 0.2 s
    auto state = movement.initial_state(), in_steps = state;
    state.goal = in_steps.goal = {Eigen::Vector2d(1, 2), Eigen::Vector2d(5, -10), Eigen::Vector2d(2, 1), true};
    movement.step(state, 0.5);
    for (int i = 0; i < 5; ++i) movement.step(in_steps, 0.1);
    CHECK_THAT(state.position, near(in_steps.position, 1e-12));
    CHECK_THAT(state.velocity, near(in_steps.velocity, 1e-11));
}

TEST_CASE("a constant coupling shifts the point of rest, exactly") {
    const auto movement = plain().movement(dmp_parameters(plain().options()), {});
    auto state = movement.initial_state(), free = state;
    for (int i = 0; i < 100; ++i) movement.step(state, 0.5, 1, Gravity());
    for (int i = 0; i < 100; ++i) movement.step(free, 0.5);
    const double stiffness = 25 * 25 / 4.0 / (1.3 * 1.3);  // per second squared
    CHECK_THAT(state.position, near((free.position - Eigen::Vector2d(0, 9.81 / stiffness)).eval(), 1e-10));
}

TEST_CASE("a coupling that depends on the state is integrated to second order") {
    const auto movement = plain().movement(dmp_parameters(plain().options()), {});
    const auto end = [&](int steps) {
        auto state = movement.initial_state();
        for (int i = 0; i < steps; ++i) movement.step(state, 0.9 / steps, 1, Spring());
        return state.position;
    };
    const Eigen::Vector2d exact = end(20000);
    const double coarse = (end(200) - exact).norm(), fine = (end(400) - exact).norm();
    CHECK(coarse < 1e-3);
    CHECK_THAT(coarse / fine, near(4.0, 0.1));
}

TEST_CASE("feedback draws the desired position to the measured one and slows time while there is an error") {
    const auto movement = plain().movement(dmp_parameters(plain().options()), {});
    auto state = movement.initial_state();
    movement.step(state, 0.5);
    const Eigen::Vector2d before = state.position, measured = before + Eigen::Vector2d(0.3, -0.4);
    const double speed = movement.follow(state, measured, 0.1, {.gain = 2, .stopping = 8});
    CHECK_THAT(speed, near(1 / (1 + 8 * 0.25), 1e-14));
    CHECK_THAT(state.position, near((before + (1 - std::exp(-0.2)) * (measured - before)).eval(), 1e-14));
    const Eigen::Vector2d now = state.position;
    CHECK(movement.follow(state, Eigen::Vector2d(std::nan(""), 0), 0.1, {.gain = 2, .stopping = 8}) == 1);
    CHECK(movement.follow(state, measured, std::nan(""), {.gain = 2, .stopping = 8}) < 1);
    CHECK(state.position == now);

    // A robot that is held: time nearly stands still, and the desired position waits for it.
    const Eigen::Vector2d held = now;
    const double z = state.scaled_time;
    for (int i = 0; i < 1000; ++i) movement.step(state, 0.001, movement.follow(state, held, 0.001, {.gain = 20, .stopping = 1e4}));
    CHECK(state.scaled_time - z < 0.3);
    CHECK((state.position - held).norm() < 0.2);
}

TEST_CASE("a rhythmic DMP runs for a million turns without losing its rhythm") {
    DmpOptions<double> options = DmpOptions<double>::rhythmic();
    options.dofs = 2;
    const primore::VonMises<double> basis({.count = 6});
    const Dmp<double, 2, primore::VonMises<double>> primitive(options, basis);
    const auto motion = primitive.trajectory(primore_test::numbers<double>(14, 50), {});
    auto state = motion.movement().initial_state();
    motion.movement().step(state, 1e6 + 0.25);
    CHECK_THAT(state.scaled_time, near(0.25, 1e-9));
    CHECK_THAT(state.position, near(motion.at(30.25).position, 1e-7));
    for (int i = 0; i < 300; ++i) motion.movement().step(state, 0.01);
    CHECK_THAT(state.position, near(motion.at(30.25).position, 1e-7));
}
