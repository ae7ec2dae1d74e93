// SPDX-License-Identifier: MIT
#include <primore/basis/movement_clock.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::MovementClock;

namespace {

static_assert(noexcept(std::declval<MovementClock<float>&>().advance(0, 0)));

}  // namespace

TEMPLATE_TEST_CASE("movement clock: as planned, it is the time", "", float, double) {
    MovementClock<TestType> clock({.start_time = TestType(0.5)});
    for (int i = 0; i < 100'000; ++i) clock.advance(TestType(1) / 1024, 1);
    CHECK(clock.time() == TestType(0.5 + 100'000.0 / 1024));  // also in float no step is lost
    CHECK(clock.rate() == 1);
    CHECK(clock.rate_change() == 0);
}

TEST_CASE("movement clock: a pause in closed form") {
    // rate = (1 + w t) exp(-w t), of which the integral is (2 - (2 + w t) exp(-w t)) / w; w = e max_rate_change / max_speed
    MovementClock<double> clock({.max_speed = 1.25, .max_rate_change = 4});
    const double w = std::numbers::e * 4 / 1.25;
    for (int i = 1; i <= 50; ++i) {
        clock.advance(0.01, 0);
        const double t = 0.01 * i, e = std::exp(-w * t);
        CHECK_THAT(clock.rate(), near((1 + w * t) * e, 1e-13));
        CHECK_THAT(clock.rate_change(), near(-w * w * t * e, 1e-12));
        CHECK_THAT(clock.time(), near((2 - (2 + w * t) * e) / w, 1e-13));
    }
}

TEST_CASE("movement clock: the steps in which time passes do not matter") {
    MovementClock<double> fine, coarse;
    for (const double speed : {0.3, 0.0, 1.0, 0.8}) {
        coarse.advance(0.16, speed);
        for (int i = 0; i < 160; ++i) fine.advance(0.001, speed);
        CHECK_THAT(fine.time(), near(coarse.time(), 1e-13));
        CHECK_THAT(fine.rate(), near(coarse.rate(), 1e-13));
        CHECK_THAT(fine.rate_change(), near(coarse.rate_change(), 1e-12));
    }
}

TEMPLATE_TEST_CASE("movement clock: pauses stand still exactly, and the movement resumes from there", "", float, double) {
    MovementClock<TestType> clock;
    for (int i = 0; i < 4000; ++i) clock.advance(TestType(0.001), 0);
    const TestType paused = clock.time();
    CHECK(clock.rate() == 0);
    CHECK(clock.rate_change() == 0);
    for (int i = 0; i < 100'000; ++i) clock.advance(TestType(0.001), 0);
    CHECK(clock.time() == paused);
    clock.advance(1000, 1);  // forgets in one step, too
    CHECK(clock.rate() == 1);
    CHECK_THAT(clock.time(), near(paused + 1000 - 2 / TestType(5 * std::numbers::e), 1e-6));  // 2 / w later
}

TEMPLATE_TEST_CASE("movement clock: within its limits, continuous, and never backwards, whatever the speeds", "", float, double) {
    for (const double max_speed : {1.0, 1.5}) {
        MovementClock<TestType> clock({.max_speed = TestType(max_speed), .max_rate_change = 6, .start_rate = 0});
        const double step = 0.002, w = std::numbers::e * 6 / max_speed, slack = 1e-6;
        double most = 0;
        for (int i = 0; i < 20'000; ++i) {
            // Bang-bang at the worst beat, then speeds without a pattern, some beyond the limits.
            const double speed = i < 5000 ? (i / 92 % 2 == 0 ? max_speed : 0) : 3 * std::sin(7.3 * (i / 37));
            const double time = double(clock.time()), rate = double(clock.rate()), change = double(clock.rate_change());
            clock.advance(TestType(step), TestType(speed));
            REQUIRE((clock.rate() >= 0 && clock.rate() <= TestType(max_speed) * (1 + TestType(slack))));
            REQUIRE(clock.time() >= TestType(time));
            REQUIRE(std::abs(double(clock.rate_change())) <= 6 * (1 + slack));
            REQUIRE(std::abs(double(clock.rate()) - rate) <= 6 * step + slack);
            REQUIRE(std::abs(double(clock.rate_change()) - change) <= (1 + std::exp(-2)) * w * w * max_speed * step + 10 * slack);
            most = std::max(most, std::abs(double(clock.rate_change())));
        }
        CHECK(most > 5.9);  // 5.9996: the limit is not just a large number
    }
}

TEMPLATE_TEST_CASE("movement clock: nothing upsets it", "", float, double) {
    MovementClock<TestType> clock;
    const TestType infinity = std::numeric_limits<TestType>::infinity();
    for (const TestType step : {TestType(NAN), infinity, -infinity, TestType(-1), TestType(0)}) {
        clock.advance(step, 0);
        CHECK(clock.time() == 0);
        CHECK(clock.rate() == 1);
    }
    for (const TestType speed : {TestType(NAN), -infinity, TestType(-1)}) {  // pauses
        MovementClock<TestType> other;
        other.advance(TestType(0.1), speed);
        clock = MovementClock<TestType>();
        clock.advance(TestType(0.1), 0);
        CHECK(other.time() == clock.time());
        CHECK(other.rate() == clock.rate());
    }
    clock = MovementClock<TestType>();
    clock.advance(TestType(0.1), infinity);
    CHECK(clock.rate() == 1);
}

TEST_CASE("movement clock: what it cannot be built from") {
    CHECK_THROWS_MATCHES(MovementClock<double>({.max_speed = 0}), std::invalid_argument,
                         Message("MovementClock: max_speed is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(MovementClock<double>({.max_rate_change = -1}), std::invalid_argument,
                         Message("MovementClock: max_rate_change is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(MovementClock<double>({.start_time = NAN}), std::invalid_argument,
                         Message("MovementClock: start_time is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(MovementClock<double>({.start_rate = 2}), std::invalid_argument,
                         Message("MovementClock: start_rate is 2, expected a number from 0 to max_speed"));
}
