// SPDX-License-Identifier: MIT
#include <primore/basis/spring_damper.hpp>

#include <cmath>

#include <Eigen/Core>

#include <primore/basis/attractor.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::SpringDamper;

TEST_CASE("a critical spring and damper is the attractor of a DMP") {
    for (const double s : {0.0, 1e-6, 0.1, 3.0, 40.0}) {
        CHECK_THAT(SpringDamper<double>{}.transition(s), near(primore::Attractor<double>{25}.transition(s), 1e-15));
    }
}

TEST_CASE("an overdamped and an underdamped spring by their exponentials") {
    const double s = 0.3;
    // y'' = -6 y - 5 y': exponents -2 and -3, from (1, 0): 3 exp(-2 s) - 2 exp(-3 s)
    CHECK_THAT((SpringDamper<double>{5, 6}.transition(s)(0, 0)), near(3 * std::exp(-2 * s) - 2 * std::exp(-3 * s), 1e-15));
    // y'' = -10 y - 2 y': exponents -1 +- 3 i, from (0, 1): exp(-s) sin(3 s) / 3
    CHECK_THAT((SpringDamper<double>{2, 10}.transition(s)(0, 1)), near(std::exp(-s) * std::sin(3 * s) / 3, 1e-15));
    CHECK_THAT((SpringDamper<double>{5, 6}.slowest()), near(0.5, 1e-15));
    CHECK_THAT((SpringDamper<double>{2, 10}.slowest()), near(1.0, 1e-15));
}

TEMPLATE_TEST_CASE("two times in a row are their sum, whatever the damping", "", double, float) {
    using Scalar = TestType;
    for (const Scalar stiffness : {Scalar(0.01), Scalar(99), Scalar(100), Scalar(100.001), Scalar(107), Scalar(1e5)}) {
        const SpringDamper<Scalar> spring{20, stiffness};
        for (const Scalar s : {Scalar(1e-4), Scalar(0.02), Scalar(0.1), Scalar(2)}) {
            const Eigen::Matrix2<Scalar> once = spring.transition(s), twice = spring.transition(2 * s);
            const double size = 1 + static_cast<double>(stiffness);
            CHECK_THAT(((once * once - twice) / Scalar(size)), near(Eigen::Matrix2d::Zero(), sizeof(Scalar) == 8 ? 1e-14 : 1e-5));
        }
        CHECK(spring.transition(Scalar(1e4)).allFinite());
    }
}
