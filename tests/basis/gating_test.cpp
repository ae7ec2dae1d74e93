// SPDX-License-Identifier: MIT
#include <primore/basis/gating.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"
#include "support/differences.hpp"
#include "support/near.hpp"

using primore::ExponentialGating;
using primore::RichardsGating;
using primore::SigmoidGating;

namespace {

struct OnlyAValue {
    double at(double z) const noexcept { return z; }
    void validate(std::string_view) const {}
};

static_assert(primore::Gating<ExponentialGating<double>, double>);
static_assert(primore::Gating<SigmoidGating<float>, float>);
static_assert(primore::Gating<RichardsGating<double>, double>);
static_assert(primore::Gating<RichardsGating<double>, primore_test::Dual>);
static_assert(!primore::Gating<OnlyAValue, double>);

/// Calls `check` with gatings of many shapes, falling and rising, and the scaled time around which each of them changes most.
template <typename Scalar, typename Function>
void for_each_gating(Function&& check) {
    check(ExponentialGating<Scalar>{});
    check(ExponentialGating<Scalar>{.rate = 15, .start = Scalar(-0.3), .end = 2});
    check(SigmoidGating<Scalar>{});
    check(SigmoidGating<Scalar>{.rate = 9, .inflection = Scalar(0.4), .start = Scalar(0.1)});
    check(RichardsGating<Scalar>{});
    check(RichardsGating<Scalar>{.rate = 10, .asymmetry = 1, .inflection = Scalar(0.3), .start = 0, .end = 1});
    check(RichardsGating<Scalar>{.rate = 4, .asymmetry = Scalar(0.2), .inflection = Scalar(0.7), .start = 2, .end = -1});
}

}  // namespace

TEST_CASE("an exponential gating") {
    const ExponentialGating<double> gating{.rate = 2, .start = 3, .end = 1};
    CHECK_THAT(gating.at(0.5), near(1 + 2 * std::exp(-1), 1e-15));
    CHECK_THAT(gating.derivatives(0.5).first, near(-4 * std::exp(-1), 1e-15));
    CHECK(ExponentialGating<double>{}.rate == 4);
}

TEST_CASE("a sigmoid gating") {
    // K = 0.5 (1 + e^1); at the inflection K / 2, and its slope is K rate / 4.
    const SigmoidGating<double> rising{.rate = 2, .inflection = 0.5, .start = 0.5};
    const double k = 0.5 * (1 + std::exp(1));
    CHECK_THAT(rising.at(0.0), near(0.5, 1e-15));
    CHECK_THAT(rising.at(0.5), near(k / 2, 1e-15));
    CHECK_THAT(rising.derivatives(0.5).first, near(k / 2, 1e-15));
    CHECK_THAT(rising.derivatives(0.5).second, near(0.0, 1e-15));
    CHECK_THAT(rising.at(40.0), near(k, 1e-15));
    // It solves x' = rate x (1 - x / K).
    const double x = rising.at(0.3);
    CHECK_THAT(rising.derivatives(0.3).first, near(2 * x * (1 - x / k), 1e-14));
}

TEST_CASE("a falling sigmoid begins just below its asymptote and has the wanted value at the end") {
    const auto usual = SigmoidGating<double>::falling();
    CHECK_THAT(SigmoidGating<double>{}.rate, near(usual.rate, 1e-15));
    CHECK_THAT(SigmoidGating<double>{}.inflection, near(usual.inflection, 1e-15));
    CHECK_THAT(usual.rate, near(-16.01, 5e-4));  // the rounded numbers of dmpbbo
    CHECK_THAT(usual.inflection, near(0.8628, 5e-5));
    for (const double end : {0.01, 0.1, 0.5}) {
        for (const double slack : {1e-3, 1e-6, 1e-9}) {
            const auto gating = SigmoidGating<double>::falling(end, slack);
            CHECK_THAT(gating.at(1.0), near(end, 1e-14));
            CHECK(gating.at(0.0) == 1);
            CHECK_THAT(-gating.derivatives(0.0).first, WithinRel(-gating.rate * slack / (1 + slack), 1e-9));  // K = 1 + slack
        }
    }
}

TEST_CASE("Richards' curve: exact start, steepest at the inflection, a logistic curve if it is symmetric") {
    const RichardsGating<double> fading;
    CHECK(fading.at(0.0) == 1);
    CHECK_THAT(fading.derivatives(1.0).second, near(0.0, 1e-12));
    // R(1) = (1 + v)^(-1/v), R(0) = (1 + v exp(rate v))^(-1/v) with v = 10 and rate 10
    const double r0 = std::exp(-std::log1p(10 * std::exp(100.0)) / 10);
    CHECK_THAT(fading.at(1.0), near(1 - (std::pow(11, -0.1) - r0) / (1 - r0), 1e-14));

    const RichardsGating<double> goal{.rate = 10, .asymmetry = 1, .inflection = 0.3, .start = 0, .end = 1};
    const auto logistic = [](double z) { return 1 / (1 + std::exp(-10 * (z - 0.3))); };
    CHECK(goal.at(0.0) == 0);
    for (const double z : {0.1, 0.3, 0.9, 2.0}) {
        CHECK_THAT(goal.at(z), near((logistic(z) - logistic(0)) / (1 - logistic(0)), 1e-14));
    }
}

TEST_CASE("the derivatives of gatings") {
    for_each_gating<double>([](const auto& gating) {
        const auto f = [&](const auto& z) { return gating.derivatives(z); };
        for (const double z : {0.01, 0.3, 0.55, 0.8627, 0.99, 1.4, 3.0}) {
            primore_test::check_derivatives(f, z, 1e-3, 1e-6);
            primore_test::check_automatic_derivatives(f, z);
        }
    });
}

TEMPLATE_TEST_CASE("gatings are held before the movement, monotonic and finite for every time", "", float, double) {
    for_each_gating<TestType>([](const auto& gating) {
        CHECK_NOTHROW(gating.validate("test"));
        const TestType infinity = std::numeric_limits<TestType>::infinity(), largest = std::numeric_limits<TestType>::max();
        for (const TestType before : {-infinity, -largest, TestType(-1), TestType(-1e-6)}) {
            const auto held = gating.derivatives(before);
            CHECK(held.value == gating.start);
            CHECK(held.first == 0);
            CHECK(held.second == 0);
            CHECK(held.third == 0);
        }
        CHECK_THAT(gating.at(TestType(0)), near(gating.start, 4e-7));
        for (const TestType z : {TestType(0), TestType(50), TestType(1e4), TestType(1e30), largest, infinity, TestType(NAN)}) {
            const auto x = gating.derivatives(z);
            for (const TestType number : {x.value, x.first, x.second, x.third}) CHECK(std::isfinite(number));
        }
        CHECK(gating.derivatives(largest).first == 0);
        const bool rises = gating.at(infinity) > gating.start;
        TestType last = gating.start;
        for (TestType z = 0; z < 4; z += TestType(1.0 / 64)) {
            const TestType x = gating.at(z);
            CHECK((rises ? x - last : last - x) >= -std::numeric_limits<TestType>::epsilon() * 4);
            last = x;
        }
    });
}

TEST_CASE("a fading sigmoid keeps its digits far beyond its end") {
    // K exp(rate (z - inflection)) there, of which 1 - (something near 1) would keep nothing.
    const SigmoidGating<double> gating;
    for (const double z : {3.0, 10.0, 40.0}) {
        CHECK_THAT(gating.at(z), WithinRel(1.000001 * std::exp(gating.rate * (z - gating.inflection)), 1e-12));
    }
    // Richards: 1 - R = v exp(-rate v (z - 1)) / v, over 1 - R(0)
    const RichardsGating<double> richards{.rate = 3, .asymmetry = 2, .inflection = 1};
    const double all = 1 - std::exp(-std::log1p(2 * std::exp(6.0)) / 2);
    CHECK_THAT(richards.at(9.0), WithinRel(std::exp(-6 * 8.0) / all, 1e-12));
}

TEMPLATE_TEST_CASE("a gating has the same shape in scaled time whatever the duration", "", float, double) {
    // A rate in 1/s would leave the sigmoid at 1 for ever at three times the duration, and at 0.42 at the end of 0.2 times.
    for_each_gating<TestType>([](const auto& gating) {
        for (const TestType duration : {TestType(0.2), TestType(1), TestType(3)}) {
            const primore::LinearPhase<TestType> clock{.duration = duration, .delay = TestType(0.7)};
            for (const TestType part : {TestType(0), TestType(0.25), TestType(0.8), TestType(1), TestType(2)}) {
                const TestType time = clock.delay + part * duration;
                CHECK_THAT(gating.at(clock.scaled_time(time)), near(gating.at(part), sizeof(TestType) == 4 ? 1e-5 : 1e-13));
            }
        }
    });
    CHECK_THAT(SigmoidGating<TestType>().at(primore::LinearPhase<TestType>{.duration = 3}.scaled_time(3)), near(TestType(0.1), 1e-6));
}

TEST_CASE("gatings refuse numbers that lead nowhere") {
    CHECK_THROWS_MATCHES((ExponentialGating<double>{.rate = 0}.validate("ExponentialGating")), std::invalid_argument,
                         Message("ExponentialGating: rate is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES((ExponentialGating<double>{.end = NAN}.validate("Dmp")), std::invalid_argument,
                         Message("Dmp: end is nan, expected a finite number"));
    CHECK_THROWS_MATCHES((SigmoidGating<double>{.rate = 0}.validate("SigmoidGating")), std::invalid_argument,
                         Message("SigmoidGating: rate is 0, expected a number other than 0"));
    CHECK_THROWS_MATCHES((SigmoidGating<float>{.rate = 100, .inflection = 1}.validate("SigmoidGating")), std::invalid_argument,
                         Message("SigmoidGating: the upper asymptote is inf, expected a finite number"));
    CHECK_THROWS_MATCHES(SigmoidGating<double>::falling(1), std::invalid_argument,
                         Message("SigmoidGating::falling: value_at_end is 1, expected a number between 0 and 1"));
    CHECK_THROWS_MATCHES(SigmoidGating<double>::falling(0.1, 0), std::invalid_argument,
                         Message("SigmoidGating::falling: slack is 0, expected a number between 0 and 1"));
    CHECK_THROWS_MATCHES((RichardsGating<double>{.asymmetry = -1}.validate("RichardsGating")), std::invalid_argument,
                         Message("RichardsGating: asymmetry is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(
        (RichardsGating<float>{.inflection = -10}.validate("RichardsGating")), std::invalid_argument,
        Message("RichardsGating: 1 - R(0), the way that is left at z = 0, is 0, expected a positive number (a later inflection)"));
}
