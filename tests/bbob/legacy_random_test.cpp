// SPDX-License-Identifier: MIT
#include "bbob/legacy_random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

namespace bm = primore_benchmark;
using Eigen::MatrixXd;
using Eigen::VectorXd;

}  // namespace

// Formula -----------------------------------------------------------------------------------------------------------------------

TEST_CASE("the legacy generator shuffles the minimal standard generator", "[bbob]") {
    // From seed 1, state k is 16807^k mod 2^31 - 1. States 9 .. 40 fill the table from its end, so that its first slot holds state 40. It
    // is below 2^31 - 1 and points to the slot (state 40) / 67108865, which is given out next.
    long long state = 1;
    std::array<long long, 41> states{};
    for (std::size_t k = 1; k < states.size(); ++k) states[k] = state = state * 16807 % 2147483647;
    CHECK(states[1] == 16807);
    const auto slot = static_cast<std::size_t>(states[40] / 67108865);
    CHECK(bm::legacy_uniform(1, 1)(0) == static_cast<double>(states[40 - slot]) / 2147483647.0);
    CHECK(bm::legacy_uniform(3, 0) == bm::legacy_uniform(3, 1));  // seeds start at 1
}

// Property ----------------------------------------------------------------------------------------------------------------------

TEST_CASE("legacy numbers have the moments of their distributions", "[bbob]") {
    const VectorXd uniform = bm::legacy_uniform(100000, 7), normal = bm::legacy_normal(100000, 7);
    CHECK(uniform.minCoeff() > 0);
    CHECK(uniform.maxCoeff() < 1);
    CHECK_THAT(uniform.mean(), near(0.5, 0.002));              // standard error 0.0009
    CHECK_THAT(normal.mean(), near(0.0, 0.01));                // 0.0032
    CHECK_THAT(normal.squaredNorm() / 1e5, near(1.0, 0.007));  // 0.0045
}

TEST_CASE("legacy rotations are orthogonal", "[bbob]") {
    for (const Eigen::Index n : {2, 3, 5, 20, 40, 60}) {
        const MatrixXd rotation = bm::legacy_rotation(n, 10001 + n);
        CHECK_THAT(rotation.transpose() * rotation, near(MatrixXd::Identity(n, n), 1e-12));  // worst: 3e-14, N = 60
    }
}

TEST_CASE("legacy optima lie on a grid in the box", "[bbob]") {
    const VectorXd optimum = bm::legacy_optimum(1000, 10003);
    CHECK(optimum.cwiseAbs().maxCoeff() <= 4);
    for (const double entry : optimum) CHECK_THAT(entry / 8e-4, near(std::round(entry / 8e-4), 1e-12));
}

TEST_CASE("legacy optimal values have two decimals and an end", "[bbob]") {
    int at_the_end = 0;
    for (int seed = 1; seed <= 1000; ++seed) {
        const double value = bm::legacy_optimal_value(seed);
        CHECK(std::abs(value) <= 1000);
        CHECK_THAT(100 * value, near(std::round(100 * value), 1e-12));
        at_the_end += std::abs(value) == 1000;
    }
    CHECK(at_the_end > 30);  // a Cauchy distribution has 6.3 % of its mass beyond ten times its scale; standard deviation 8
    CHECK(at_the_end < 100);
}

TEST_CASE("a legacy permutation sorts the numbers it is drawn from", "[bbob]") {
    const auto order = bm::legacy_permutation(50, 12);
    const VectorXd uniform = bm::legacy_uniform(50, 12);
    VectorXd sorted = uniform;
    std::sort(sorted.begin(), sorted.end());
    CHECK(uniform(order) == sorted);
}
