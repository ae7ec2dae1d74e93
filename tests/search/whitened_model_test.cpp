// SPDX-License-Identifier: MIT
#include <primore/search/whitened_model.hpp>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

TEST_CASE("a whitened model says of u what the model says of w", "[formula]") {
    // S = diag(4, 9), m = (1, -1): w = m + (2 u_1, 3 u_2). B = S^1/2 A S^1/2, g = S^1/2 (a - A m), and R(w) - R(m) = g'u - u'Bu / 2.
    const primore::Gaussian<double> distribution(Eigen::Vector2d(1, -1), Eigen::Vector2d(4, 9).asDiagonal());
    Eigen::MatrixXd a(2, 2);
    a << 2, 1, 1, -1;
    const primore::QuadraticModel<double> model{a, Eigen::Vector2d(3, 5), 7};
    const auto [curvature, slope] = primore::whitened(model, distribution);
    Eigen::MatrixXd expected(2, 2);
    expected << 8, 6, 6, -9;
    CHECK_THAT(curvature, near(expected, 1e-12));
    CHECK_THAT(slope, near(Eigen::Vector2d(4, 9), 1e-12));  // a - A m = (2, 3)
    const Eigen::VectorXd u = Eigen::Vector2d(0.3, -0.7), w = Eigen::Vector2d(1.6, -3.1), m = distribution.mean();
    CHECK_THAT(slope.dot(u) - u.dot(curvature * u) / 2, near(model(w) - model(m), 1e-12));
}
