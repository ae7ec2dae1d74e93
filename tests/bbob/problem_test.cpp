// SPDX-License-Identifier: MIT
#include "bbob/problem.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <Eigen/Core>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

using Eigen::VectorXd;
using primore_benchmark::BbobProblem;

template <typename Visit>
void for_each_problem(Visit&& visit) {
    for (int function = 1; function <= 24; ++function) {
        for (const int instance : {1, 2, 3, 15, 78}) {
            for (const Eigen::Index n : {2, 3, 5, 20, 40}) {
                INFO("f" << function << ", instance " << instance << ", N = " << n);
                visit(BbobProblem({function, instance, n}), function);
            }
        }
    }
}

}  // namespace

// Property ----------------------------------------------------------------------------------------------------------------------

TEST_CASE("a problem of BBOB has its optimal value at its optimum, in the box", "[bbob]") {
    for_each_problem([](const BbobProblem& problem, int) {
        CHECK(problem.optimum().cwiseAbs().maxCoeff() <= 5);
        CHECK_THAT(problem.excess(problem.optimum()), near(0.0, 1e-13));  // worst: 3e-15, f20
        CHECK(problem(problem.optimum()) == problem.excess(problem.optimum()) + problem.optimal_value());
    });
}

TEST_CASE("no point of a problem of BBOB is better than its optimum", "[bbob]") {
    for_each_problem([](const BbobProblem& problem, int function) {
        const Eigen::Index n = problem.optimum().size();
        primore::Stream stream(1, primore::Purpose{16}, static_cast<std::uint32_t>(function), static_cast<std::uint32_t>(n));
        double least = 1e300;
        for (int i = 0; i < 60; ++i) {  // near and far
            const VectorXd x = problem.optimum() + std::pow(10.0, i % 6 - 4) * stream.normal_vector(n);
            least = std::min(least, problem.excess(x));
        }
        CHECK(least >= -1e-12);
    });
}

TEST_CASE("the same function has other optima in other instances", "[bbob]") {
    for (int function = 1; function <= 24; ++function) {
        INFO("f" << function);
        const BbobProblem one({function, 1, 20}), other({function, 2, 20});
        CHECK(one.optimum() != other.optimum());
        CHECK(one.optimal_value() != other.optimal_value());
    }
}

// Formula -----------------------------------------------------------------------------------------------------------------------

TEST_CASE("instances of the sphere have the optimal values of the public ones", "[bbob]") {
    CHECK(BbobProblem({1, 1, 2}).optimal_value() == 79.48);
    CHECK(BbobProblem({1, 2, 3}).optimal_value() == 394.48);
    CHECK(BbobProblem({1, 3, 5}).optimal_value() == -247.11);
}

TEST_CASE("relatives among the functions of BBOB share what they draw", "[bbob]") {
    for (const int instance : {1, 2, 9}) {
        const BbobProblem rastrigin({3, instance, 5}), bueche({4, instance, 5}), schaffer({17, instance, 5}), harder({18, instance, 5});
        VectorXd positive = rastrigin.optimum();
        for (const int i : {0, 2, 4}) positive(i) = std::abs(positive(i));
        CHECK(bueche.optimum() == positive);
        CHECK(bueche.optimal_value() == rastrigin.optimal_value());
        CHECK(harder.optimum() == schaffer.optimum());
        CHECK(harder.optimal_value() == schaffer.optimal_value());
    }
}

TEST_CASE("Rosenbrock's valley is zoomed into the box in high dimensions", "[bbob]") {
    for (const Eigen::Index n : {2, 40, 100, 256}) {
        INFO("N = " << n);
        const double zoom = n == 256 ? 2 : n == 100 ? 1.25 : 1;  // sqrt(N) / 8, not below 1
        const auto terms = static_cast<double>(n - 1);
        const BbobProblem rosenbrock({8, 4, n}), rotated({9, 4, n}), griewank({19, 4, n});
        // t = 0 in every coordinate: each term is 1
        CHECK_THAT(rosenbrock.excess(rosenbrock.optimum().array() - 1 / zoom), near(terms, 1e-10));
        // x = 0, so that t = 1/2: each term is 100 (1/4 - 1/2)^2 + 1/4 = 6.5
        CHECK_THAT(rotated.excess(VectorXd::Zero(n)), near(6.5 * terms, 1e-10));
        CHECK_THAT(griewank.excess(VectorXd::Zero(n)), near(10 * (6.5 / 4000 - std::cos(6.5) + 1), 1e-10));
    }
}

TEST_CASE("functions of BBOB far outside the box", "[bbob]") {
    // Far from all of Gallagher's peaks only the penalty changes.
    for (const int function : {21, 22}) {
        const BbobProblem problem({function, 3, 2});
        const double at_100 = problem.excess(Eigen::Vector2d(100, 0)), at_200 = problem.excess(Eigen::Vector2d(200, 0));
        CHECK_THAT(at_200 - at_100, near(195.0 * 195.0 - 95.0 * 95.0, 1e-12));
    }
    // The slope of f5 is flat behind its corner.
    const BbobProblem slope({5, 2, 3});
    CHECK(slope.excess(2 * slope.optimum()) == 0);
}

// Errors ------------------------------------------------------------------------------------------------------------------------

TEST_CASE("there are 24 functions, instances from 1 and dimensions from 2", "[bbob]") {
    using Catch::Matchers::Message;
    CHECK_THROWS_WITH(BbobProblem({25, 1, 2}), "BbobProblem: function is 25, expected 1 to 24");
    CHECK_THROWS_WITH(BbobProblem({1, 0, 2}), "BbobProblem: instance is 0, expected at least 1");
    CHECK_THROWS_WITH(BbobProblem({1, 1, 1}), "BbobProblem: n is 1, expected at least 2");
}
