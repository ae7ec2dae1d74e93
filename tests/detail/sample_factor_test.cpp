// SPDX-License-Identifier: MIT
#include <primore/detail/sample_factor.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

using Eigen::Vector2d;

TEST_CASE("ridge regression from the samples is that of its formulas", "[formula]") {
    // One feature, 0 and 2, beside a constant 1, and noise 1: theta = (y_2 - y_1) / 3 by the normal equation 2 theta + theta = y_2 - y_1 of
    // the centred feature -1, 1, and b the mean of what it leaves. H^-1 = 1/3 (3 + 2 / 2 .. ): the leverages are 1/2 + 1/3 each.
    Eigen::MatrixXd kernel(2, 2);
    kernel << 0, 0, 0, 4;
    primore::detail::SampleFactor<double> factor;
    REQUIRE(factor.factorize(kernel, Vector2d(1, 1), 1));
    const auto solution = factor.solve(Vector2d(1, 4));  // theta = 1, b = 2.5 - 1
    CHECK_THAT(solution.constant, near(1.5, 1e-15));
    CHECK_THAT(solution.alpha, near(Eigen::VectorXd(Vector2d(-0.5, 0.5)), 1e-15));  // 1 - 1.5, 4 - 1.5 - 2
    CHECK_THAT(factor.freedoms(2), near(Eigen::VectorXd(Vector2d(1.0 / 6, 1.0 / 6)), 1e-15));
    CHECK_THAT(factor.freedoms(1), near(Eigen::VectorXd(Eigen::VectorXd::Constant(1, 1.0 / 6)), 1e-15));
    CHECK(!factor.factorize(kernel, Vector2d(1, 1), -1));
}
