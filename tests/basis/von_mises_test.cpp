// SPDX-License-Identifier: MIT
#include <primore/basis/von_mises.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::functions;
using primore::VonMises;

TEST_CASE("von Mises: centres around the circle, and the concentration at which neighbours overlap") {
    // N = 4: kappa = 3 / (16 sin^2(pi / 8)); the neighbours of p = 1/8 are the centres 0 and 1/4, at exp(-3/8) both.
    const VonMises<double> basis({.count = 4});
    CHECK_THAT(basis.centres(), near(Eigen::Vector4d(0, 0.25, 0.5, 0.75), 1e-15));
    const double kappa = 3 / (16 * std::pow(std::sin(std::numbers::pi / 8), 2));
    CHECK_THAT(basis.concentration(), near(kappa, 1e-14));
    CHECK_THAT(std::exp(kappa * (std::cos(std::numbers::pi / 4) - 1)), near(std::exp(-3.0 / 8), 1e-14));
    const double at_centre = 1, beside = std::exp(-kappa), opposite = std::exp(-2 * kappa), sum = at_centre + 2 * beside + opposite;
    CHECK_THAT(functions(basis, 0.25).value, near(Eigen::Vector4d(beside, at_centre, beside, opposite) / sum, 1e-14));
    // Of many functions the same as radial basis functions, of h = (2 pi)^2 kappa = bandwidth_factor N^2.
    CHECK_THAT(VonMises<double>({.count = 1000, .bandwidth_factor = 2}).concentration(),
               WithinRel(2e6 / (4 * std::numbers::pi * std::numbers::pi), 1e-5));
}

TEST_CASE("von Mises: a single function is one") {
    const VonMises<double> basis({.count = 1});
    for (const double phase : {0.0, 0.3, 0.7}) {
        const auto phi = functions(basis, phase);
        CHECK(phi.value(0) == 1);
        CHECK(phi.first(0) == 0);
        CHECK(phi.second(0) == 0);
    }
}

TEMPLATE_TEST_CASE("von Mises: partition of unity, periodicity and symmetry", "", float, double) {
    const double tolerance = sizeof(TestType) == 4 ? 3e-4 : 1e-11;  // of functions and, relative to their size, derivatives
    for (const Eigen::Index count : {2, 3, 10, 30}) {
        for (const TestType factor : {TestType(1), TestType(3), TestType(8)}) {
            const VonMises<TestType> basis({.count = count, .bandwidth_factor = factor});
            primore_test::check_partition_of_unity(basis, TestType(-1), TestType(2));
            for (const TestType phase : {TestType(0), TestType(0.0625), TestType(0.3125), TestType(0.875)}) {
                const auto phi = functions(basis, phase);
                for (const TestType turns : {TestType(1), TestType(-1), TestType(1024)}) {  // added without rounding
                    CHECK_THAT(functions(basis, phase + turns).value, near(phi.value, 1e-7));
                    CHECK_THAT(functions(basis, phase + turns).first, near(phi.first, 1e-5));
                }
                // Mirrored at the first centre: function k becomes function N - k, odd derivatives change sign.
                const auto mirrored = functions(basis, -phase);
                for (Eigen::Index k = 0; k < count; ++k) {
                    const Eigen::Index image = (count - k) % count;
                    CHECK_THAT(mirrored.value(image), near(phi.value(k), tolerance));
                    CHECK(std::abs(mirrored.first(image) + phi.first(k)) <= tolerance * (1 + phi.first.cwiseAbs().maxCoeff()));
                    CHECK(std::abs(mirrored.second(image) - phi.second(k)) <= tolerance * (1 + phi.second.cwiseAbs().maxCoeff()));
                    CHECK(std::abs(mirrored.third(image) + phi.third(k)) <= tolerance * (1 + phi.third.cwiseAbs().maxCoeff()));
                }
                // Moved by the distance of two centres: the next function.
                const auto moved = functions(basis, phase + TestType(1) / TestType(count));
                for (Eigen::Index k = 0; k < count; ++k) CHECK_THAT(moved.value((k + 1) % count), near(phi.value(k), tolerance));
            }
        }
    }
}

TEST_CASE("von Mises: derivatives") {
    for (const Eigen::Index count : {2, 5}) {
        const VonMises<double> basis({.count = count});
        for (const double phase : {0.0, 0.1, 0.43, 0.77, 12.9}) primore_test::check_basis_derivatives(basis, phase, 1e-3, 1e-5);
    }
}

TEST_CASE("von Mises: well conditioned") {
    // A width mistaken for the concentration would make all functions nearly constant, and the condition number 7e15.
    for (const Eigen::Index count : {2, 5, 10, 20, 50}) {
        const double condition =
            primore_test::condition_number(primore_test::design<double>(VonMises<double>({.count = count}), 0, 1, 400));
        INFO(count << " functions: condition number " << condition);
        CHECK(condition < 5);  // 3.2 to 3.9
    }
}

TEMPLATE_TEST_CASE("von Mises: finite however narrow", "", float, double) {
    const VonMises<TestType> basis({.count = 7, .bandwidth_factor = TestType(1e5)});
    for (int i = 0; i < 100; ++i) {
        const auto phi = functions(basis, TestType(i) / 100);
        CHECK_THAT(phi.value.sum(), near(TestType(1), 1e-6));
        CHECK(phi.first.allFinite());
        CHECK(phi.second.allFinite());
        CHECK(phi.third.allFinite());
    }
}

TEST_CASE("von Mises: what it cannot be built from") {
    CHECK_THROWS_MATCHES(VonMises<double>({.count = 0}), std::invalid_argument, Message("VonMises: count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(VonMises<double>({.bandwidth_factor = 0}), std::invalid_argument,
                         Message("VonMises: bandwidth_factor is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(VonMises<float>({.bandwidth_factor = 3e38f}), std::invalid_argument,
                         Message("VonMises: the concentration is inf, expected a finite number"));
}
