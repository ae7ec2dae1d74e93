// SPDX-License-Identifier: MIT
#include <primore/basis/local_lines.hpp>

#include <cmath>

#include <Eigen/Core>

#include <primore/basis/bernstein.hpp>
#include <primore/basis/normalized_rbf.hpp>

#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::functions;
using primore::LocalLines;

TEST_CASE("local lines: each function, and its product with the phase") {
    const LocalLines basis(primore::Bernstein(2));
    CHECK(basis.count() == 4);
    const double p = 0.3;  // (1 - p), p (1 - p), p, p^2
    CHECK_THAT(functions(basis, p).value, near(Eigen::Vector4d(0.7, 0.21, 0.3, 0.09), 1e-15));
    CHECK_THAT(functions(basis, p).first, near(Eigen::Vector4d(-1, 0.4, 1, 0.6), 1e-15));
    CHECK_THAT(functions(basis, p).second, near(Eigen::Vector4d(0, -2, 0, 2), 1e-15));
}

TEST_CASE("local lines over normalised functions are a mixture of lines") {
    const Eigen::Vector3d centres(0, 0.5, 1), widths(20, 20, 20);
    const LocalLines basis(primore::NormalizedRbf<double>::from_centres(centres, widths));
    Eigen::Matrix<double, 1, 6> weights;
    weights << 1, -2, 0.5, 3, -1, 0.25;  // offset, slope, offset, slope ...
    for (const double p : {-0.4, 0.1, 0.5, 0.8, 1.9}) {
        const Eigen::Vector3d b = (-10 * (p - centres.array()).square()).exp(), lines(1 - 2 * p, 0.5 + 3 * p, -1 + 0.25 * p);
        Eigen::Matrix<double, 1, 1> value, first, second;
        primore::weighted_sum(basis, p, weights, value, first, second);
        CHECK_THAT(value(0), near(b.dot(lines) / b.sum(), 1e-13));
        primore_test::check_basis_derivatives(basis, p, 1e-3, 1e-6);
    }
    // The same line everywhere is a line, exactly.
    weights << 1, -2, 1, -2, 1, -2;
    CHECK_THAT((weights * functions(basis, 0.3).value)(0), near(0.4, 1e-15));
    CHECK_THAT((weights * functions(basis, 0.3).first)(0), near(-2.0, 1e-14));
}
