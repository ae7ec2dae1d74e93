// SPDX-License-Identifier: MIT
#include <primore/search/cma_parameters.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;

TEST_CASE("the default population grows with the logarithm of N", "[formula]") {
    CHECK(pm::default_population(1) == 4);
    CHECK(pm::default_population(2) == 6);
    CHECK(pm::default_population(10) == 10);
    CHECK(pm::default_population(25) == 13);
    CHECK(pm::default_population(100) == 17);
}

TEMPLATE_TEST_CASE("the better half of the weights sums to one and descends", "[property]", float, double) {
    for (const Eigen::Index population : {2, 3, 4, 7, 13, 50, 201}) {
        for (const Eigen::Index n : {1, 2, 10, 100}) {
            const auto set = population % 2 == 0 ? pm::CmaConstants::tutorial : pm::CmaConstants::active;
            const auto p = pm::cma_parameters<TestType>(n, population, set);
            CHECK_THAT(p.weights.head(p.parents).sum(), near(1.0, 1e-5));
            for (Eigen::Index i = 1; i < population; ++i) CHECK(p.weights(i) <= p.weights(i - 1));
            CHECK(p.weights.allFinite());
            CHECK(p.rank_one_rate + p.rank_mu_rate <= TestType(1));
            // Negative weights leave the covariance positive definite: 1 - c_1 - c_mu sum(w) > 0 with every one counted N times.
            const TestType negative = p.weights.cwiseMin(TestType(0)).sum();
            CHECK(TestType(1) - p.rank_one_rate - p.rank_mu_rate + static_cast<TestType>(n) * p.rank_mu_rate * negative >= TestType(-1e-5));
        }
    }
}

TEST_CASE("the constants are those of the tutorial, worked out for N = 2 and two parents", "[formula]") {
    // lambda = 4: w' = ln 2.5 - (0, ln 2, ln 3, ln 4); parents 0.91629 and 0.22314.
    const auto p = pm::cma_parameters<double>(2, 4);
    const double first = std::log(2.5), second = std::log(1.25), sum = first + second;
    const double mu_eff = sum * sum / (first * first + second * second);
    CHECK_THAT(p.weights(0), near(first / sum, 1e-15));
    CHECK_THAT(p.effective_parents, near(mu_eff, 1e-14));
    CHECK_THAT(p.path_rate, near((4 + mu_eff / 2) / (6 + mu_eff), 1e-15));
    CHECK_THAT(p.rank_one_rate, near(2 / (3.3 * 3.3 + mu_eff), 1e-15));
    CHECK_THAT(p.rank_mu_rate, near(2 * (mu_eff - 2 + 1 / mu_eff) / (16 + mu_eff), 1e-15));
    CHECK_THAT(p.step_size_path_rate, near((mu_eff + 2) / (mu_eff + 7), 1e-15));
    CHECK_THAT(p.step_size_damping, near(1 + p.step_size_path_rate, 1e-15));
    CHECK_THAT(p.expected_norm, near(std::sqrt(2.0) * (1 - 0.125 + 1.0 / 84), 1e-15));
}

TEST_CASE("the other sets of constants, worked out for N = 2 and two parents", "[formula]") {
    using pm::CmaConstants;
    const auto tutorial = pm::cma_parameters<double>(2, 4), pycma = pm::cma_parameters<double>(2, 4, CmaConstants::pycma);
    const auto active = pm::cma_parameters<double>(2, 4, CmaConstants::active);
    const double mu_eff = tutorial.effective_parents;
    CHECK_THAT(pycma.step_size_path_rate, near((mu_eff + 2) / (mu_eff + 5), 1e-15));
    CHECK_THAT(pycma.rank_mu_rate, near(2 * (0.25 + mu_eff - 2 + 1 / mu_eff) / (16 + mu_eff), 1e-15));
    CHECK_THAT(pycma.step_size_damping, near(1 + pycma.step_size_path_rate, 1e-15));
    CHECK_THAT(active.step_size_damping, near(0.95 * (1 + pycma.step_size_path_rate), 1e-15));
    CHECK(active.step_size_path_rate == pycma.step_size_path_rate);
    CHECK(active.rank_mu_rate == pycma.rank_mu_rate);
    CHECK(active.rank_one_rate == pycma.rank_one_rate);
    // N = 40, lambda = 15: 1 + c_1 / c_mu binds pycma's negative weights; the active ones go 7 / 10 of the way
    // from it to 1 + 2 mu_eff^- / (mu_eff + 2).
    const auto wide = pm::cma_parameters<double>(40, 15, CmaConstants::active),
               narrow = pm::cma_parameters<double>(40, 15, CmaConstants::pycma);
    const auto negative = [](const auto& p) { return -p.weights.cwiseMin(0.0).sum(); };
    CHECK_THAT(negative(narrow), near(1 + narrow.rank_one_rate / narrow.rank_mu_rate, 1e-14));
    double sum = 0, squares = 0;
    for (int i = 1; i <= 15; ++i) {
        const double raw = std::min(0.0, std::log(8.0) - std::log(i));
        sum += raw;
        squares += raw * raw;
    }
    const double unbalanced = 1 + 2 * (sum * sum / squares) / (wide.effective_parents + 2);
    CHECK_THAT(negative(wide), near(0.3 * negative(narrow) + 0.7 * unbalanced, 1e-14));
}

TEST_CASE("cma_parameters refuses counts that are too small", "[errors]") {
    CHECK_THROWS_MATCHES(pm::cma_parameters<double>(0, 4), std::invalid_argument, Message("cma_parameters: n is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(pm::cma_parameters<double>(2, 1), std::invalid_argument,
                         Message("cma_parameters: population is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(pm::default_population(0), std::invalid_argument, Message("default_population: n is 0, expected at least 1"));
}
