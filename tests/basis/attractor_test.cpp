// SPDX-License-Identifier: MIT
#include <primore/basis/attractor.hpp>

#include <cmath>
#include <limits>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::Attractor;

TEST_CASE("the attractor's transition: closed form at one time") {
    // alpha = 4, s = 1/2: m s = 1, so (1 + m s) = 2, s = 1/2, m^2 s = 2, (1 - m s) = 0, all times exp(-1).
    const Eigen::Matrix2d expected = Eigen::Matrix2d{{2, 0.5}, {-2, 0}} * std::exp(-1.0);
    CHECK_THAT(Attractor<double>{4}.transition(0.5), near(expected, 1e-15));
    CHECK(Attractor<double>{4}.transition(0.0) == Eigen::Matrix2d::Identity());
}

TEST_CASE("the attractor's transition solves its differential equation and can be done in two steps") {
    const Attractor<double> attractor{25};
    const double h = 1e-5;
    for (const double s : {0.02, 0.1, 0.7}) {
        const Eigen::Matrix2d rate = (attractor.transition(s + h) - attractor.transition(s - h)) / (2 * h);
        const Eigen::Matrix2d generator{{0, 1}, {-25 * 25 / 4.0, -25}};
        CHECK_THAT(rate, near((generator * attractor.transition(s)).eval(), 1e-6));
        CHECK_THAT(attractor.transition(s), near((attractor.transition(s - 0.01) * attractor.transition(0.01)).eval(), 1e-14));
    }
}

TEST_CASE("the response to a fading force agrees with quadrature, also where rates coincide") {
    const Attractor<double> attractor{6};
    for (const double decay : {0.001, 1.0, 2.9, 2.999999, 3.0, 3.1, 8.0}) {
        for (const double h : {0.01, 0.3, 2.0, 7.0}) {
            const int panels = 2000;
            Eigen::Vector2d expected = Eigen::Vector2d::Zero();
            for (int i = 0; i <= panels; ++i) {  // Simpson
                const double s = h * i / panels, weight = (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2) * h / (3 * panels);
                expected += weight * std::exp(-decay * (h - s)) * attractor.transition(s).col(1);
            }
            CAPTURE(decay, h);
            CHECK_THAT(attractor.response_to_fading(decay, h) / expected(0), near((expected / expected(0)).eval(), 1e-9));
        }
    }
}

TEMPLATE_TEST_CASE("the response to a fading force stays finite for ever", "", float, double) {
    for (const TestType decay : {TestType(0.1), TestType(12.5), TestType(300)}) {
        for (const TestType h : {TestType(0), TestType(1e-30), TestType(100), TestType(1e18)}) {
            const auto response = Attractor<TestType>{25}.response_to_fading(decay, h);
            CHECK((std::isfinite(response(0)) && std::isfinite(response(1))));
        }
    }
}
