// SPDX-License-Identifier: MIT
#include <primore/basis/quintic_ends.hpp>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::quintic_ends;

TEST_CASE("the ends of a polynomial of degree five are what they are said to be") {
    Eigen::Matrix<double, 6, 6> states;  // value, slope, curvature at 0, and at 1
    states << quintic_ends(0.0).leftCols<3>(), quintic_ends(1.0).leftCols<3>();
    Eigen::Matrix<double, 6, 6> order = Eigen::Matrix<double, 6, 6>::Zero();
    for (Eigen::Index i = 0; i < 6; ++i) order(i, 3 * (i % 2) + i / 2) = 1;
    CHECK_THAT(states, near(order, 1e-14));
}

TEST_CASE("it reproduces a polynomial of degree five with its derivatives") {
    const auto polynomial = [](double z) {  // z^5 - 2 z^2 + 3
        return Eigen::RowVector4d(z * z * z * z * z - 2 * z * z + 3, 5 * z * z * z * z - 4 * z, 20 * z * z * z - 4, 60 * z * z);
    };
    Eigen::Matrix<double, 6, 1> ends;
    ends << polynomial(0)(0), polynomial(1)(0), polynomial(0)(1), polynomial(1)(1), polynomial(0)(2), polynomial(1)(2);
    for (const double z : {0.0, 0.3, 0.77, 1.0}) {
        CHECK_THAT((ends.transpose() * quintic_ends(z)).eval(), near(polynomial(z), 1e-13));
    }
    CHECK_THAT((ends.cast<float>().transpose() * quintic_ends(0.3f)).eval(), near(polynomial(0.3), 1e-5));
}
