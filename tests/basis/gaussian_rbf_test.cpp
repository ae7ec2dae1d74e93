// SPDX-License-Identifier: MIT
#include <primore/basis/gaussian_rbf.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::functions;
using primore::GaussianRbf;

TEST_CASE("Gaussian radial basis functions of given centres and widths") {
    const GaussianRbf<double> basis(Eigen::Vector2d(0.5, 1), Eigen::Vector2d(8, 2));
    // exp(-8 / 2 (1/4)^2), exp(-2 / 2 (1/4)^2) at p = 3/4; slopes h (c - p) times that
    const double one = std::exp(-0.25), other = std::exp(-0.0625);
    CHECK_THAT(functions(basis, 0.75).value, near(Eigen::Vector2d(one, other), 1e-15));
    CHECK_THAT(functions(basis, 0.75).first, near(Eigen::Vector2d(-2 * one, 0.5 * other), 1e-15));
    for (const double phase : {-0.3, 0.5, 0.8, 1.6}) primore_test::check_basis_derivatives(basis, phase, 1e-3, 1e-6);
}

TEMPLATE_TEST_CASE("Gaussian radial basis functions, evenly spaced: neighbours meet at the wanted height", "", float, double) {
    for (const TestType height : {TestType(0.5), TestType(0.7)}) {
        // The standard deviation of dmpbbo, distance / sqrt(-8 ln height), is 1 / sqrt(h).
        const auto basis = GaussianRbf<TestType>::evenly_spaced(5, 1, 3, height);
        CHECK_THAT(basis.centres(), near(Eigen::VectorX<TestType>::LinSpaced(5, 1, 3), 1e-7));
        CHECK_THAT(1 / std::sqrt(basis.widths()(3)), near(TestType(0.5) / std::sqrt(-8 * std::log(height)), 1e-6));
        CHECK_THAT(functions(basis, TestType(1.75)).value.segment(1, 2).eval(), near(Eigen::Vector2<TestType>(height, height), 1e-6));
    }
    CHECK_THAT(functions(GaussianRbf<TestType>::evenly_spaced(2, 0, 1), TestType(0.5)).value(0), near(TestType(0.7), 1e-6));
    CHECK(GaussianRbf<TestType>::evenly_spaced(3, 1, 0).centres()(2) == 0);  // a phase that falls
}

TEMPLATE_TEST_CASE("Gaussian radial basis functions fade to nothing, with finite derivatives", "", float, double) {
    const auto basis = GaussianRbf<TestType>::evenly_spaced(5, 0, 1);
    const TestType largest = std::numeric_limits<TestType>::max();
    for (const TestType phase : {TestType(-100), TestType(1e10), TestType(1e30), largest, -std::numeric_limits<TestType>::infinity()}) {
        const auto phi = functions(basis, phase);
        for (const auto* vector : {&phi.value, &phi.first, &phi.second, &phi.third}) CHECK(vector->isZero(0));
    }
}

TEST_CASE("Gaussian radial basis functions: what they cannot be built from") {
    const Eigen::VectorXd two = Eigen::Vector2d(1, 2), three = Eigen::Vector3d(1, 2, 3), none;
    CHECK_THROWS_MATCHES(GaussianRbf<double>(none, none), std::invalid_argument,
                         Message("GaussianRbf: the size of centres is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(GaussianRbf<double>(two, three), std::invalid_argument,
                         Message("GaussianRbf: widths has size 3, expected 2 (the size of centres)"));
    CHECK_THROWS_MATCHES(GaussianRbf<double>(two, Eigen::Vector2d(1, 0)), std::invalid_argument,
                         Message("GaussianRbf: a width is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(GaussianRbf<double>(Eigen::Vector2d(1, NAN), two), std::invalid_argument,
                         Message("GaussianRbf: centres[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(GaussianRbf<double>::evenly_spaced(1, 0, 1), std::invalid_argument,
                         Message("GaussianRbf::evenly_spaced: count is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(GaussianRbf<double>::evenly_spaced(3, 0, 1, 1), std::invalid_argument,
                         Message("GaussianRbf::evenly_spaced: height is 1, expected a number between 0 and 1"));
    CHECK_THROWS_MATCHES(
        GaussianRbf<double>::evenly_spaced(3, 2, 2), std::invalid_argument,
        Message("GaussianRbf::evenly_spaced: the inverse square of the distance of two centres is inf, expected a positive finite number"));
}
