// SPDX-License-Identifier: MIT
#include <primore/basis/hermite_stencil.hpp>

#include <cmath>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

/// x^7 - 2 x^4 + 3 x and its first three derivatives.
Eigen::Vector4d polynomial(double x) {
    return {std::pow(x, 7) - 2 * std::pow(x, 4) + 3 * x, 7 * std::pow(x, 6) - 8 * std::pow(x, 3) + 3, 42 * std::pow(x, 5) - 24 * x * x,
            210 * std::pow(x, 4) - 48 * x};
}

}  // namespace

TEST_CASE("degree seven reproduces a polynomial of degree seven and its derivative") {
    const double left = 0.3, spacing = 0.5;
    for (const double part : {0.0, 0.1, 0.5, 0.77, 1.0}) {
        const auto stencil = primore::HermiteStencil<double>::degree_seven(part, spacing);
        const Eigen::Vector2d result = stencil.left * polynomial(left) + stencil.right * polynomial(left + spacing);
        CHECK_THAT(result, near(polynomial(left + part * spacing).head<2>(), 1e-13));
    }
}

TEST_CASE("linear interpolation treats value and derivative alike") {
    const auto stencil = primore::HermiteStencil<double>::linear(0.25);
    const Eigen::Vector2d result = stencil.left * Eigen::Vector4d(1, 10, 5, 5) + stencil.right * Eigen::Vector4d(3, 20, 5, 5);
    CHECK_THAT(result, near(Eigen::Vector2d(1.5, 12.5), 1e-15));
}
