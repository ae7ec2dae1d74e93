// SPDX-License-Identifier: MIT
#include <primore/basis/phase.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/phase_properties.hpp"

namespace {

template <typename Scalar>
struct NoDerivatives {
    Scalar scaled_time(Scalar t) const noexcept { return t; }
    Scalar of_scaled_time(Scalar z) const noexcept { return z; }
    Scalar at(Scalar t) const noexcept { return t; }
    void validate(std::string_view) const {}
};

static_assert(primore::PhaseClock<primore::LinearPhase<double>, double>);
static_assert(primore::PhaseClock<primore::ExponentialPhase<float>, float>);
static_assert(!primore::PhaseClock<primore::LinearPhase<float>, double>);
static_assert(!primore::PhaseClock<NoDerivatives<double>, double>);

}  // namespace

TEMPLATE_TEST_CASE("linear phase: held at 0, rising, held at 1", "", float, double) {
    const primore::LinearPhase<TestType> phase{.duration = 2, .delay = TestType(0.5)};
    CHECK(phase.at(TestType(-3)) == 0);
    CHECK(phase.at(TestType(0.5)) == 0);
    CHECK(phase.at(TestType(1)) == TestType(0.25));
    CHECK(phase.at(TestType(2.5)) == 1);
    CHECK(phase.at(std::numeric_limits<TestType>::infinity()) == 1);
    CHECK(phase.unbounded(TestType(-0.5)) == TestType(-0.5));
    CHECK(phase.unbounded(TestType(4.5)) == 2);
    CHECK(phase.time_of(TestType(0.25)) == 1);
}

TEMPLATE_TEST_CASE("linear phase: not clipped it runs on at both sides", "", float, double) {
    const primore::LinearPhase<TestType> phase{.duration = 2, .delay = TestType(0.5), .is_clipped = false};
    for (const TestType time :
         {TestType(-1000), TestType(-0.5), TestType(0.5), TestType(1), TestType(2.5), TestType(4.5), TestType(1000)}) {
        CHECK(phase.at(time) == phase.unbounded(time));
        CHECK(phase.at(time) == (time - TestType(0.5)) / 2);
        CHECK(phase.derivatives(time).value == phase.at(time));
        CHECK(phase.derivatives(time).first == TestType(0.5));
    }
}

TEMPLATE_TEST_CASE("linear and exponential phase are held, and their unbounded clocks have an inverse", "", float, double) {
    const primore::LinearPhase<TestType> linear{.duration = 2, .delay = TestType(0.5)};
    const primore::ExponentialPhase<TestType> exponential{.duration = 2, .delay = TestType(0.5), .decay = 3};
    primore_test::check_held(linear, TestType(0));
    primore_test::check_held(exponential, TestType(1));
    for (const double where : {-2.0, -0.7, -1e-6, 0.0, 1e-6, 0.3, 0.999, 1.0, 1.001, 3.0}) {
        const auto z = TestType(where);
        primore_test::check_inverse(linear, z, TestType(1));
        primore_test::check_inverse(exponential, z, 3 * std::exp(-3 * z));
    }
}

TEST_CASE("linear and exponential phase: derivatives") {
    primore_test::check_phase_derivatives(primore::LinearPhase<double>{.duration = 1.7, .delay = 0.3});
    primore_test::check_phase_derivatives(primore::LinearPhase<double>{.duration = 1.7, .delay = 0.3, .is_clipped = false});
    primore_test::check_phase_derivatives(primore::ExponentialPhase<double>{.duration = 1.7, .delay = 0.3, .decay = 4});
}

TEMPLATE_TEST_CASE("exponential phase: 1 during the delay, then fading for ever", "", float, double) {
    const primore::ExponentialPhase<TestType> phase{.duration = 2, .delay = TestType(0.5), .decay = 3};
    CHECK(phase.at(TestType(0.2)) == 1);
    CHECK_THAT(phase.at(TestType(2.5)), near(std::exp(TestType(-3)), 1e-7));
    CHECK_THAT(phase.at(TestType(4.5)), near(std::exp(TestType(-6)), 1e-7));
    CHECK(phase.at(std::numeric_limits<TestType>::infinity()) == 0);
    CHECK_THAT(phase.unbounded(TestType(-1.5)), near(std::exp(TestType(3)), 1e-6));
    CHECK(phase.elapsed(TestType(0.2)) == 0);
    CHECK(phase.elapsed(TestType(3.5)) == TestType(1.5));
    CHECK_THAT(phase.time_of(phase.unbounded(TestType(0.1))), near(TestType(0.1), 1e-6));
}

TEST_CASE("the derivatives of a phase are those of the inside at both ends, and zero where it is held") {
    const primore::LinearPhase<double> linear{.duration = 2, .delay = 0.5};
    for (const double inside : {0.5, 1.3, 2.5}) CHECK(linear.derivatives(inside).first == 0.5);
    for (const double outside : {0.4, 2.6}) CHECK(linear.derivatives(outside).first == 0);
    CHECK(linear.derivatives(1.3).second == 0);

    const primore::ExponentialPhase<double> exponential{.duration = 2, .delay = 0.5, .decay = 3};
    CHECK(exponential.derivatives(0.4).first == 0);
    CHECK(exponential.derivatives(0.4).second == 0);
    CHECK(exponential.derivatives(0.5).first == -1.5);
    CHECK(exponential.derivatives(0.5).second == 2.25);
    const double t = 1.7, h = 1e-4, before = exponential.at(t - h), now = exponential.at(t), after = exponential.at(t + h);
    CHECK_THAT(exponential.derivatives(t).value, near(now, 0));
    CHECK_THAT(exponential.derivatives(t).first, near((after - before) / (2 * h), 1e-8));
    CHECK_THAT(exponential.derivatives(t).second, near((after - 2 * now + before) / (h * h), 1e-7));
}

TEST_CASE("a phase refuses a clock that does not run") {
    CHECK_THROWS_MATCHES((primore::LinearPhase<double>{.duration = 0}.validate("LinearPhase")), std::invalid_argument,
                         Message("LinearPhase: duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES((primore::LinearPhase<double>{.delay = -1}.validate("ProMp")), std::invalid_argument,
                         Message("ProMp: delay is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES((primore::ExponentialPhase<double>{.duration = std::nan("")}.validate("ExponentialPhase")), std::invalid_argument,
                         Message("ExponentialPhase: duration is nan, expected a positive finite number"));
    CHECK_THROWS_MATCHES((primore::ExponentialPhase<float>{.decay = -3}.validate("ExponentialPhase")), std::invalid_argument,
                         Message("ExponentialPhase: decay is -3, expected a positive finite number"));
    CHECK_NOTHROW((primore::ExponentialPhase<float>{}.validate("ExponentialPhase")));
}
