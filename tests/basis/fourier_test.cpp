// SPDX-License-Identifier: MIT
#include <primore/basis/fourier.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::Fourier;
using primore::functions;

TEMPLATE_TEST_CASE("Fourier: the harmonics and their derivatives, of any number of turns", "", float, double) {
    const double tolerance = sizeof(TestType) == 4 ? 1e-5 : 1e-13, turn = 2 * std::numbers::pi;
    const Fourier basis(9);
    CHECK(basis.count() == 19);
    for (const TestType phase : {TestType(0), TestType(0.3125), TestType(0.875), TestType(-0.25), TestType(1024.625)}) {
        const auto phi = functions(basis, phase);
        CHECK(phi.value(0) == 1);
        CHECK(phi.first(0) == 0);
        for (int h = 1; h <= 9; ++h) {
            const double rate = turn * h, angle = rate * (double(phase) - std::floor(double(phase))), c = std::cos(angle),
                         s = std::sin(angle);
            const double sizes[] = {1, rate, rate * rate, rate * rate * rate};
            CHECK_THAT(phi.value(2 * h - 1), near(c, tolerance));
            CHECK_THAT(phi.value(2 * h), near(s, tolerance));
            CHECK_THAT(phi.first(2 * h - 1) / sizes[1], near(-s, tolerance));
            CHECK_THAT(phi.first(2 * h) / sizes[1], near(c, tolerance));
            CHECK_THAT(phi.second(2 * h - 1) / sizes[2], near(-c, tolerance));
            CHECK_THAT(phi.second(2 * h) / sizes[2], near(-s, tolerance));
            CHECK_THAT(phi.third(2 * h - 1) / sizes[3], near(s, tolerance));
            CHECK_THAT(phi.third(2 * h) / sizes[3], near(-c, tolerance));
        }
    }
}

TEST_CASE("Fourier: derivatives") {
    for (const double phase : {0.0, 0.2, 0.71, 3.4}) primore_test::check_basis_derivatives(Fourier(3), phase, 1e-3, 1e-5);
}

TEST_CASE("Fourier: orthogonal over a turn, and so of condition sqrt(2)") {
    const Eigen::MatrixXd full = primore_test::design<double>(Fourier(8), 0, 1, 100);
    const Eigen::MatrixXd turn = full.topRows(100);  // both ends of the turn are the same phase
    Eigen::VectorXd squares = Eigen::VectorXd::Constant(17, 50);
    squares(0) = 100;
    CHECK_THAT((turn.transpose() * turn).eval(), near(Eigen::MatrixXd(squares.asDiagonal()), 1e-12));
    CHECK_THAT(primore_test::condition_number(turn), near(std::sqrt(2.0), 1e-12));
    CHECK_THAT(full.row(100), near(full.row(0), 1e-13));
}

TEST_CASE("Fourier: what it cannot be built from") {
    CHECK(Fourier(0).count() == 1);
    CHECK_THROWS_MATCHES(Fourier(-1), std::invalid_argument, Message("Fourier: harmonics is -1, expected at least 0"));
}
