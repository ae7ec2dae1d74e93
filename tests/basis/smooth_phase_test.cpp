// SPDX-License-Identifier: MIT
#include <primore/basis/smooth_phase.hpp>

#include <cmath>
#include <stdexcept>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/phase_properties.hpp"

using primore::SmoothPhase;

static_assert(primore::PhaseClock<SmoothPhase<double>, double>);
static_assert(primore::PhaseClock<SmoothPhase<primore_test::Dual>, primore_test::Dual>);

TEMPLATE_TEST_CASE("smooth phase: the quintic polynomial between two rests", "", float, double) {
    const SmoothPhase<TestType> phase{.duration = 2, .delay = TestType(0.5)};
    CHECK(phase.at(TestType(1.5)) == TestType(0.5));                            // the middle
    CHECK(phase.at(TestType(1)) == TestType(10 * 16 - 15 * 4 + 6) / 1024);      // z = 1/4
    CHECK(phase.derivatives(TestType(1.5)).first == TestType(15) / 16);         // 30 / 16 / duration
    CHECK(phase.derivatives(TestType(1)).second == TestType(60 * 6) / 64 / 4);  // 60 (1/4) (3/4) (1/2) / duration^2
    CHECK(phase.derivatives(TestType(1.5)).third == TestType(-30) / 8);         // 60 (1 - 6/4) / duration^3
    for (const TestType end : {TestType(0.5), TestType(2.5)}) {
        CHECK(phase.derivatives(end).first == 0);
        CHECK(phase.derivatives(end).second == 0);
        CHECK(phase.derivatives(end).third == TestType(60) / 8);
    }
    CHECK(phase.at(TestType(2.5)) == 1);
    CHECK(phase.at(TestType(77)) == 1);
    CHECK(phase.unbounded(TestType(-1.5)) == -31);  // z = -1
    CHECK(phase.unbounded(TestType(4.5)) == 32);    // z = 2
    primore_test::check_held(phase, TestType(0));
}

TEST_CASE("smooth phase: derivatives") { primore_test::check_phase_derivatives(SmoothPhase<double>{.duration = 1.7, .delay = 0.3}); }

TEMPLATE_TEST_CASE("smooth phase: the inverse of the unbounded clock", "", float, double) {
    const SmoothPhase<TestType> phase{.duration = 2, .delay = TestType(0.5)};
    for (const double where :
         {-1e3, -3.0, -1.0, -0.3, -1e-3, -1e-6, 0.0, 1e-9, 1e-6, 1e-3, 0.1, 0.3, 0.4999, 0.5, 0.5001, 0.9, 0.999, 1.0, 1.001, 2.5, 40.0}) {
        const auto z = TestType(where);
        primore_test::check_inverse(phase, z, 30 * z * z * (1 - z) * (1 - z));
    }
    CHECK(phase.time_of(0) == phase.delay);
    CHECK(phase.time_of(1) == phase.delay + phase.duration);
    CHECK(phase.time_of(TestType(0.5)) == TestType(1.5));
    // Near the start the phase tells the time with all digits: z = c + c^2 / 2 + ... with c = (phase / 10)^(1/3).
    const double c = std::cbrt(1e-31);
    const TestType start = SmoothPhase<TestType>{}.time_of(TestType(1e-30));
    CHECK_THAT(start, WithinRel(TestType(c + c * c / 2), 4 * std::numeric_limits<TestType>::epsilon()));
}

TEST_CASE("smooth phase: a clock that does not run") {
    CHECK_THROWS_MATCHES((SmoothPhase<double>{.duration = 0}.validate("SmoothPhase")), std::invalid_argument,
                         Message("SmoothPhase: duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES((SmoothPhase<double>{.delay = -1}.validate("ProMp")), std::invalid_argument,
                         Message("ProMp: delay is -1, expected a finite number that is not negative"));
}
