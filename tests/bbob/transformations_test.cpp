// SPDX-License-Identifier: MIT
#include "bbob/transformations.hpp"

#include <cmath>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

namespace bm = primore_benchmark;
using Eigen::Vector3d;
using Eigen::VectorXd;

}  // namespace

TEST_CASE("powers rise from 1 to their base", "[bbob]") {
    CHECK_THAT(bm::powers(100, 3), near(Vector3d(1, 10, 100), 1e-15));
    CHECK_THAT(bm::powers(0.1, 2), near(Eigen::Vector2d(1, 0.1), 1e-15));
}

TEST_CASE("T_osz keeps -1, 0 and 1 and the sign", "[bbob]") {
    CHECK(bm::oscillated(VectorXd(Vector3d(-1, 0, 1))) == Vector3d(-1, 0, 1));
    // |x| = e, so that ln |x| = 1
    CHECK_THAT(bm::oscillated(std::exp(1.0)), near(std::exp(1 + 0.049 * (std::sin(10.0) + std::sin(7.9))), 1e-14));
    CHECK_THAT(bm::oscillated(-std::exp(1.0)), near(-std::exp(1 + 0.049 * (std::sin(5.5) + std::sin(3.1))), 1e-14));
}

TEST_CASE("T_asy bends what is positive, more in later coordinates", "[bbob]") {
    // 4^(1 + 0.5 i / 2 sqrt(4)) = 4, 4^1.5, 4^2
    CHECK_THAT(bm::skewed(Vector3d(4, 4, 4), 0.5), near(Vector3d(4, 8, 16), 1e-15));
    CHECK(bm::skewed(Vector3d(-4, 0, -4), 0.5) == Vector3d(-4, 0, -4));
}

TEST_CASE("the penalty is the squared distance to the box", "[bbob]") {
    CHECK(bm::boundary_penalty(Vector3d(5, -5, 0)) == 0);
    CHECK(bm::boundary_penalty(Vector3d(6, -7, 4)) == 5);
}
