// SPDX-License-Identifier: MIT
#include <primore/basis/normalized_rbf.hpp>

#include <cmath>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::ExponentialPhase;
using primore::functions;
using primore::LinearPhase;
using primore::NormalizedRbf;
using primore::weighted_sum;

TEST_CASE("centres and widths over a linear phase") {
    // Three functions at 0, 1/2, 1; h = 3 / (1/2)^2 = 12.
    const NormalizedRbf<double> basis(LinearPhase<double>{}, {.count = 3});
    CHECK_THAT(basis.centres(), near(Eigen::Vector3d(0, 0.5, 1), 1e-15));
    CHECK_THAT(basis.widths(), near(Eigen::Vector3d(12, 12, 12), 1e-15));
    // In the middle: activations 1, and exp(-12/8) on both sides.
    const double side = std::exp(-1.5), sum = 1 + 2 * side;
    CHECK_THAT(functions(basis, 0.5).value, near(Eigen::Vector3d(side / sum, 1 / sum, side / sum), 1e-15));
    // One function on each side stands outside: centres -1, 0, 1, 2.
    const NormalizedRbf<double> outside(LinearPhase<double>{.duration = 5, .delay = 1}, {.count = 4, .outside = 1});
    CHECK_THAT(outside.centres(), near(Eigen::Vector4d(-1, 0, 1, 2), 1e-15));
}

TEST_CASE("a single function is not normalised") {
    const NormalizedRbf<double> basis(LinearPhase<double>{}, {.count = 1, .bandwidth_factor = 2});
    CHECK_THAT(functions(basis, 0.0).value(0), near(std::exp(-0.25), 1e-15));  // exp(-2/2 (1/2)^2)
    CHECK_THAT(functions(basis, 0.0).first(0), near(std::exp(-0.25), 1e-15));  // times h (c - p) = 2 * 1/2
}

TEST_CASE("two functions of an exponential phase: the second is wider by twice its distance") {
    const NormalizedRbf<double> basis(ExponentialPhase<double>{.decay = 2}, {.count = 2});
    const double r = std::exp(-2.0);
    CHECK_THAT(basis.widths(), near(Eigen::Vector2d(3 / std::pow(1 - r, 2), 3 / std::pow(2 * (r - r * r), 2)), 1e-14));
}

TEMPLATE_TEST_CASE("partition of unity everywhere, however far from all centres", "", float, double) {
    const auto check = [](const NormalizedRbf<TestType>& basis, TestType lowest, TestType highest) {
        for (int i = 0; i <= 200; ++i) {
            const auto phi = functions(basis, lowest + (highest - lowest) * TestType(i) / 200);
            CHECK_THAT(phi.value.sum(), near(TestType(1), sizeof(TestType) == 4 ? 1e-6 : 1e-14));
            CHECK(phi.value.minCoeff() >= 0);
            const auto scale = phi.first.cwiseAbs().sum();
            CHECK_THAT(phi.first.sum() / (1 + scale), near(TestType(0), sizeof(TestType) == 4 ? 1e-5 : 1e-12));
        }
    };
    for (const Eigen::Index count : {2, 3, 10, 30}) {
        check(NormalizedRbf<TestType>(LinearPhase<TestType>{}, {.count = count}), -5, 5);
        check(NormalizedRbf<TestType>(ExponentialPhase<TestType>{.decay = 1}, {.count = count, .bandwidth_factor = 6}), 0, 1);
    }
}

TEST_CASE("derivatives agree with finite differences") {
    for (const double floor : {0.0, 1e-3}) {
        const NormalizedRbf<double> basis(ExponentialPhase<double>{.decay = 2}, {.count = 5, .denominator_floor = floor});
        for (const double phase : {1.0, 0.8, 0.43, 0.2}) {
            const double h = 1e-5;
            const auto before = functions(basis, phase - h), now = functions(basis, phase), after = functions(basis, phase + h);
            CHECK_THAT(now.first, near(((after.value - before.value) / (2 * h)).eval(), 2e-7));
            CHECK_THAT(now.second, near(((after.first - before.first) / (2 * h)).eval(), 2e-7));
            CHECK_THAT(now.third, near(((after.second - before.second) / (2 * h)).eval(), 2e-6));
        }
    }
    const NormalizedRbf<double> single(LinearPhase<double>{}, {.count = 1});
    CHECK_THAT(functions(single, 0.2).second(0),
               near((functions(single, 0.2001).first(0) - functions(single, 0.1999).first(0)) / 2e-4, 1e-6));
}

TEST_CASE("a denominator floor makes the basis fade far from all centres") {
    const NormalizedRbf<double> basis(LinearPhase<double>{}, {.count = 10, .denominator_floor = 1e-15});
    CHECK_THAT(functions(basis, 0.5).value.sum(), near(1.0, 1e-14));
    CHECK(functions(basis, 5.0).value.sum() < 1e-100);
    CHECK(functions(basis, 100.0).value.allFinite());
    CHECK(functions(basis, 100.0).first.allFinite());
}

TEMPLATE_TEST_CASE("a weighted sum is the sum of the functions", "", float, double) {
    const NormalizedRbf<TestType> basis(LinearPhase<TestType>{}, {.count = 6});
    const Eigen::Matrix<TestType, 2, 6> weights{{1, -2, 3, 0, 5, 1}, {0, 1, 0, -1, 2, 2}};
    Eigen::Matrix<TestType, 2, 1> value, first, second;
    weighted_sum(basis, TestType(0.3), weights, value, first, second);
    const auto phi = functions(basis, TestType(0.3));
    const double tolerance = sizeof(TestType) == 4 ? 1e-4 : 1e-13;
    CHECK_THAT(value, near((weights * phi.value).eval(), tolerance));
    CHECK_THAT(first, near((weights * phi.first).eval(), tolerance));
    CHECK_THAT(second, near((weights * phi.second).eval(), tolerance));
}

TEST_CASE("a basis refuses what it cannot be built from") {
    const LinearPhase<double> phase;
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(phase, {.count = 0}), std::invalid_argument,
                         Message("NormalizedRbf: count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(phase, {.count = 3, .outside = 1}), std::invalid_argument,
                         Message("NormalizedRbf: count is 3, expected at least 4"));
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(phase, {.outside = -1}), std::invalid_argument,
                         Message("NormalizedRbf: outside is -1, expected at least 0"));
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(phase, {.bandwidth_factor = 0}), std::invalid_argument,
                         Message("NormalizedRbf: bandwidth_factor is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(phase, {.denominator_floor = -1}), std::invalid_argument,
                         Message("NormalizedRbf: denominator_floor is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(
        NormalizedRbf<double>(ExponentialPhase<double>{.decay = 1e-200}), std::invalid_argument,
        Message("NormalizedRbf: the distance of two centres in phase is 0, expected a number with a finite inverse square"));
    CHECK_THROWS_MATCHES(NormalizedRbf<double>(LinearPhase<double>{.duration = -1}), std::invalid_argument,
                         Message("NormalizedRbf: duration is -1, expected a positive finite number"));
}

TEST_CASE("functions are made again from centres, widths and denominator") {
    using Rbf = NormalizedRbf<double>;
    const Eigen::Vector2d centres(0.2, 0.7), widths(30, 40);
    for (const Rbf& basis : {Rbf(LinearPhase<double>{}, {.count = 1}), Rbf(LinearPhase<double>{}, {.count = 4, .denominator_floor = 1e-3}),
                             Rbf::from_centres(centres, widths, {.share = 0, .floor = 2})}) {
        const Rbf again = Rbf::from_centres(basis.centres(), basis.widths(), basis.denominator());
        for (const double p : {-0.5, 0.2, 0.6, 2.0}) CHECK(functions(again, p).value == functions(basis, p).value);
    }
    // not normalised: exp(-h (p - c)^2 / 2) / 2
    const Eigen::Vector2d halves = functions(Rbf::from_centres(centres, widths, {.share = 0, .floor = 2}), 0.5).value;
    CHECK_THAT(halves, near(Eigen::Vector2d(std::exp(-15 * 0.09) / 2, std::exp(-20 * 0.04) / 2), 1e-15));
    CHECK_THROWS_MATCHES(Rbf::from_centres(centres, widths, {.share = 0.5}), std::invalid_argument,
                         Message("NormalizedRbf::from_centres: denominator.share is 0.5, expected 0 or 1"));
    CHECK_THROWS_MATCHES(Rbf::from_centres(centres, widths, {.share = 0}), std::invalid_argument,
                         Message("NormalizedRbf::from_centres: denominator.floor is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Rbf::from_centres(centres, widths, {.floor = -1}), std::invalid_argument,
                         Message("NormalizedRbf::from_centres: denominator.floor is -1, expected a finite number that is not negative"));
}
