// SPDX-License-Identifier: MIT
#include <primore/basis/canonical_phase.hpp>

#include <cmath>
#include <stdexcept>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/phase_properties.hpp"

using primore::CanonicalPhase;

static_assert(primore::PhaseClock<CanonicalPhase<double>, double>);
static_assert(primore::PhaseClock<CanonicalPhase<primore_test::Dual>, primore_test::Dual>);

TEMPLATE_TEST_CASE("canonical phase: leaves 1 at rest and fades", "", float, double) {
    const CanonicalPhase<TestType> phase{.duration = 2, .delay = TestType(0.5), .alpha = 6};
    CHECK_THAT(phase.at(TestType(2.5)), near(4 * std::exp(TestType(-3)), 1e-7));  // m z = 3
    CHECK(phase.derivatives(TestType(0.5)).first == 0);
    CHECK(phase.derivatives(TestType(0.5)).second == TestType(-2.25));  // -(m / duration)^2
    CHECK_THAT(phase.unbounded(TestType(-1.5)), near(2 - 4 * std::exp(TestType(-3)), 1e-6));
    CHECK(CanonicalPhase<TestType>{}.alpha == 25);
    primore_test::check_held(phase, TestType(1));
}

TEST_CASE("canonical phase: solves its differential equation") {
    const CanonicalPhase<double> phase{.duration = 1.7, .delay = 0.3};
    for (const double z : {0.0, 0.01, 0.2, 1.0, 3.0}) {
        const auto x = phase.derivatives(phase.time_of_scaled_time(z));
        const double tau = phase.duration, alpha = phase.alpha;
        CHECK_THAT(tau * tau * x.second, near(alpha * (-alpha / 4 * x.value - tau * x.first), 1e-12));
    }
}

TEST_CASE("canonical phase: derivatives") {
    primore_test::check_phase_derivatives(CanonicalPhase<double>{.duration = 1.7, .delay = 0.3, .alpha = 8});
}

TEMPLATE_TEST_CASE("canonical phase: the inverse of the unbounded clock", "", float, double) {
    const CanonicalPhase<TestType> phase{.duration = 2, .delay = TestType(0.5), .alpha = 8};
    const TestType m = phase.alpha / 2;
    for (const double where : {-2.0, -0.7, -0.1, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 0.01, 0.1, 0.5, 1.0, 2.0}) {
        const auto z = TestType(where);
        primore_test::check_inverse(phase, z, m * m * std::abs(z) * std::exp(-m * std::abs(z)));
    }
    CHECK(phase.time_of(1) == phase.delay);
    // Late the phase tells the time with all digits, however small it is.
    for (const int whole : {1, 3, 8}) {
        const auto z = TestType(whole);
        CHECK_THAT(phase.time_of(phase.at(phase.time_of_scaled_time(z))),
                   near(phase.time_of_scaled_time(z), sizeof(TestType) == 4 ? 1e-6 : 1e-15));
    }
    CHECK(phase.time_of(std::numeric_limits<TestType>::min()) > 20);
}

TEST_CASE("canonical phase: a clock that does not run") {
    CHECK_THROWS_MATCHES((CanonicalPhase<double>{.duration = 0}.validate("CanonicalPhase")), std::invalid_argument,
                         Message("CanonicalPhase: duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES((CanonicalPhase<double>{.delay = -1}.validate("Dmp")), std::invalid_argument,
                         Message("Dmp: delay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES((CanonicalPhase<float>{.alpha = 0}.validate("CanonicalPhase")), std::invalid_argument,
                         Message("CanonicalPhase: alpha is 0, expected a positive finite number"));
}
