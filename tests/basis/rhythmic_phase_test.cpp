// SPDX-License-Identifier: MIT
#include <primore/basis/rhythmic_phase.hpp>

#include <cmath>
#include <stdexcept>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/phase_properties.hpp"

using primore::RhythmicPhase;

static_assert(primore::PhaseClock<RhythmicPhase<double>, double>);
static_assert(primore::PhaseClock<RhythmicPhase<primore_test::Dual>, primore_test::Dual>);

TEMPLATE_TEST_CASE("rhythmic phase: turn after turn from 0 to 1", "", float, double) {
    const RhythmicPhase<TestType> phase{.duration = TestType(0.5), .delay = 1};
    CHECK(phase.at(TestType(1.125)) == TestType(0.25));
    CHECK(phase.at(TestType(1.5)) == 0);
    CHECK(phase.at(TestType(5.25)) == TestType(0.5));
    CHECK(phase.unbounded(TestType(5.25)) == TestType(8.5));
    CHECK(phase.unbounded(TestType(0.75)) == TestType(-0.5));
    CHECK(phase.time_of(TestType(8.5)) == TestType(5.25));
    CHECK(phase.derivatives(TestType(5.25)).first == 2);
    CHECK(phase.derivatives(TestType(1)).first == 2);
    primore_test::check_held(phase, TestType(0));
    for (const double where : {-2.25, -0.0625, 0.0, 0.0625, 0.99, 1.0, 1.5, 300.7}) {
        const auto z = TestType(where);
        primore_test::check_inverse(phase, z, TestType(1));
    }
}

TEST_CASE("rhythmic phase: derivatives") { primore_test::check_phase_derivatives(RhythmicPhase<double>{.duration = 1.7, .delay = 0.3}); }

TEST_CASE("rhythmic phase: its derivative with respect to the period grows with the turns") {
    const RhythmicPhase<primore_test::Dual> phase{.duration = primore_test::dual(0.7)};
    const auto p = phase.at(primore_test::Dual(7.3));  // d(t / tau) / d tau = -t / tau^2
    CHECK_THAT(p.value(), near(7.3 / 0.7 - 10, 1e-14));
    CHECK_THAT(p.derivatives()(0), near(-7.3 / (0.7 * 0.7), 1e-13));
}

TEMPLATE_TEST_CASE("rhythmic phase: always in [0, 1), and after a million turns as good as the time", "", float, double) {
    const RhythmicPhase<TestType> phase{.duration = TestType(0.7)};
    for (int turn = 0; turn <= 1'000'000; turn += 997) {
        // The number below, of and above the end of a turn, and one between. The truth comes from the same numbers
        // in long double, which resolves 1.1e-13 after a million turns; z modulo 1 in double would be off by 6e-11, in float by 0.03.
        const TestType end = TestType(turn) * phase.duration;
        for (const TestType time : {std::nextafter(end, TestType(0)), end, std::nextafter(end, TestType(1e9)), end + TestType(0.25)}) {
            const TestType p = phase.at(time);
            const long double z = static_cast<long double>(time) / static_cast<long double>(phase.duration);
            const auto distance = std::remainder(static_cast<long double>(p) - z, 1.0L);
            REQUIRE((p >= 0 && p < 1));
            REQUIRE(std::abs(static_cast<double>(distance)) <= double(std::numeric_limits<TestType>::epsilon()) / 2 + 1.2e-13);
        }
    }
}

TEST_CASE("rhythmic phase: a clock that does not run") {
    CHECK_THROWS_MATCHES((RhythmicPhase<double>{.duration = -2}.validate("RhythmicPhase")), std::invalid_argument,
                         Message("RhythmicPhase: duration is -2, expected a positive finite number"));
    CHECK_THROWS_MATCHES((RhythmicPhase<double>{.delay = -1}.validate("ProMp")), std::invalid_argument,
                         Message("ProMp: delay is -1, expected a finite number that is not negative"));
}
