// SPDX-License-Identifier: MIT
#include <primore/basis/bernstein.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::Bernstein;
using primore::functions;

TEST_CASE("Bernstein: the polynomials of degree three") {
    for (const double p : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const double q = 1 - p;
        const auto phi = functions(Bernstein(4), p);
        CHECK_THAT(phi.value, near(Eigen::Vector4d(q * q * q, 3 * q * q * p, 3 * q * p * p, p * p * p), 1e-15));
        CHECK_THAT(phi.first, near(Eigen::Vector4d(-3 * q * q, 3 * q * q - 6 * q * p, 6 * q * p - 3 * p * p, 3 * p * p), 1e-15));
        CHECK_THAT(phi.second, near(Eigen::Vector4d(6 * q, -12 * q + 6 * p, 6 * q - 12 * p, 6 * p), 1e-15));
        CHECK_THAT(phi.third, near(Eigen::Vector4d(-6, 18, -18, 6), 1e-15));
    }
    // Of lower degrees: 1; 1 - p, p; (1 - p)^2, 2 (1 - p) p, p^2.
    CHECK(functions(Bernstein(1), 0.3).value(0) == 1);
    CHECK(functions(Bernstein(1), 0.3).first(0) == 0);
    CHECK_THAT(functions(Bernstein(2), 0.3).value, near(Eigen::Vector2d(0.7, 0.3), 1e-15));
    CHECK_THAT(functions(Bernstein(2), 0.8).first, near(Eigen::Vector2d(-1, 1), 1e-15));
    CHECK_THAT(functions(Bernstein(2), 0.8).second, near(Eigen::Vector2d(0, 0), 1e-15));
    CHECK_THAT(functions(Bernstein(3), 0.8).value, near(Eigen::Vector3d(0.04, 0.32, 0.64), 1e-15));
    CHECK_THAT(functions(Bernstein(3), 0.8).second, near(Eigen::Vector3d(2, -4, 2), 1e-15));
    CHECK_THAT(functions(Bernstein(3), 0.8).third, near(Eigen::Vector3d(0, 0, 0), 1e-15));
}

TEMPLATE_TEST_CASE("Bernstein: partition of unity, symmetry, and all digits up to the highest degree", "", float, double) {
    const double epsilon = std::numeric_limits<TestType>::epsilon();
    for (const Eigen::Index count : {1, 2, 3, 4, 5, 11, 30, 100}) {
        const Bernstein basis(count);
        primore_test::check_partition_of_unity(basis, TestType(-0.5), TestType(1.5));
        for (const TestType p : {TestType(0.0625), TestType(0.375), TestType(0.5), TestType(0.875), TestType(1)}) {
            const auto phi = functions(basis, p), mirrored = functions(basis, TestType(1) - p);
            const auto check_image = [&](const auto& image, const auto& values, int sign) {
                CHECK((TestType(sign) * image.reverse() - values).cwiseAbs().maxCoeff() <=
                      TestType(4 * epsilon) * TestType(count) * values.cwiseAbs().maxCoeff());
            };
            check_image(mirrored.value, phi.value, 1);
            check_image(mirrored.first, phi.first, -1);
            check_image(mirrored.second, phi.second, 1);
            check_image(mirrored.third, phi.third, -1);
            for (Eigen::Index k = 0; k < count && p < 1; ++k) {
                const double n = double(count - 1), i = double(k);
                const double log_value = std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1) + i * std::log(double(p)) +
                                         (n - i) * std::log1p(-double(p));
                if (log_value < std::log(double(std::numeric_limits<TestType>::min()))) continue;
                CHECK_THAT(double(phi.value(k)), WithinRel(std::exp(log_value), 4 * epsilon * (n + 1) + 1e-12));
            }
        }
    }
}

TEST_CASE("Bernstein: derivatives") {
    for (const Eigen::Index count : {2, 3, 4, 5, 9}) {
        for (const double phase : {0.1, 0.45, 0.52, 0.9}) primore_test::check_basis_derivatives(Bernstein(count), phase, 1e-3, 1e-5);
    }
}

TEMPLATE_TEST_CASE("Bernstein: outside [0, 1] nothing moves, at the ends it moves as inside", "", float, double) {
    const Bernstein basis(6);
    const TestType infinity = std::numeric_limits<TestType>::infinity();
    const auto start = functions(basis, TestType(0)), end = functions(basis, TestType(1));
    CHECK(start.value == Eigen::VectorX<TestType>::Unit(6, 0));
    CHECK(end.value == Eigen::VectorX<TestType>::Unit(6, 5));
    CHECK(start.first(0) == -5);
    CHECK(start.first(1) == 5);
    CHECK(end.first(5) == 5);
    CHECK(end.first(4) == -5);
    for (const TestType phase : {TestType(-1e-6), TestType(-3), -infinity, TestType(NAN)}) {
        CHECK(functions(basis, phase).value == start.value);
        CHECK(functions(basis, phase).first.isZero(0));
        CHECK(functions(basis, phase).second.isZero(0));
        CHECK(functions(basis, phase).third.isZero(0));
    }
    for (const TestType phase : {TestType(1.000001), TestType(3), infinity}) {
        CHECK(functions(basis, phase).value == end.value);
        CHECK(functions(basis, phase).first.isZero(0));
        CHECK(functions(basis, phase).second.isZero(0));
        CHECK(functions(basis, phase).third.isZero(0));
    }
}

TEST_CASE("Bernstein: the condition number less than doubles with every function") {
    for (const Eigen::Index count : {2, 5, 10, 15}) {
        const double condition = primore_test::condition_number(primore_test::design<double>(Bernstein(count), 0, 1, 400));
        INFO(count << " functions: condition number " << condition);
        CHECK(condition < std::pow(2, count));  // 1.7, 11, 297, 8532
    }
}

TEST_CASE("Bernstein: what it cannot be built from") {
    CHECK_THROWS_MATCHES(Bernstein(0), std::invalid_argument, Message("Bernstein: count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(Bernstein(101), std::invalid_argument, Message("Bernstein: count is 101, expected at most 100"));
}
