// SPDX-License-Identifier: MIT
#include <primore/search/return_weights.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace pm = primore;
using Eigen::Vector3d;
using Eigen::Vector4d;
using Eigen::VectorXd;

TEST_CASE("PI^BB weights are exponentials of normalised returns", "[formula]") {
    // Below the best by 0, 1/2 and 1 of the range: 1, e^-5, e^-10.
    const VectorXd expected = Vector3d(1, std::exp(-5.0), std::exp(-10.0)) / (1 + std::exp(-5.0) + std::exp(-10.0));
    const auto weighting = pm::ExponentialWeights<double>{}(Vector3d(30, 20, 10));
    CHECK_THAT(weighting.weights, near(expected, 1e-15));
    CHECK_THAT(weighting.temperature.value(), near(2.0, 1e-15));
}

TEST_CASE("the cross-entropy method counts the best and lets equal returns share", "[formula]") {
    const pm::EliteWeights<double> elite{.elite_share = 0.5};
    CHECK(elite(Vector4d(1, 4, 2, 3)).weights == Vector4d(0, 0.5, 0, 0.5));
    CHECK(elite(Vector4d(1, 4, 2, 2)).weights == Vector4d(0, 0.5, 0.25, 0.25));
    CHECK(elite(Vector4d(7, 7, 7, 7)).weights == Vector4d::Constant(0.25));
    CHECK(pm::EliteWeights<double>{.elite_share = 0.01}(Vector4d(1, 4, 2, 3)).weights == Vector4d(0, 0.5, 0, 0.5));  // at least two
    CHECK(elite(Vector4d(1, 4, 2, 3)).effective_samples() == 2);
}

TEST_CASE("REPS weights of two returns have a closed form", "[formula]") {
    // Shares p and 1 - p with p = 0.9: KL = 0.9 ln 1.8 + 0.1 ln 0.2; eta = difference / ln (p / (1 - p)).
    const double bound = 0.9 * std::log(1.8) + 0.1 * std::log(0.2);
    const auto weighting = pm::RepsWeights<double>{.kl_bound = bound}(Eigen::Vector2d(5, 2));
    CHECK_THAT(weighting.weights, near(Eigen::Vector2d(0.9, 0.1), 1e-12));
    CHECK_THAT(weighting.temperature.value(), near(3 / std::log(9.0), 1e-12));
}

TEMPLATE_TEST_CASE("REPS weights meet the bound and minimise the dual", "[property]", float, double) {
    const bool is_float = sizeof(TestType) == 4;
    for (const double bound : {0.01, 0.5, 2.0}) {
        for (const double scale : {1e-30, 1e-3, 1.0, 1e5, 1e30}) {
            const Eigen::VectorX<TestType> returns = primore_test::numbers<TestType>(40, scale);
            const auto weighting = pm::RepsWeights<TestType>{.kl_bound = TestType(bound)}(returns);
            const VectorXd w = weighting.weights.template cast<double>();
            CHECK_THAT(w.sum(), near(1.0, is_float ? 1e-6 : 1e-14));
            CHECK_THAT((w.array() * (40 * w.array()).log()).sum(), near(bound, is_float ? 2e-5 : 1e-10));
            const VectorXd r = returns.template cast<double>() / scale;
            const auto dual = [&](double eta) { return eta * bound + eta * std::log((r.array() / eta).exp().mean()); };
            const double eta = static_cast<double>(*weighting.temperature) / scale;
            CHECK(dual(eta) <= dual(1.01 * eta) + 1e-12);
            CHECK(dual(eta) <= dual(0.99 * eta) + 1e-12);
        }
    }
}

TEST_CASE("REPS weights where the bound cannot be met", "[property]") {
    const pm::RepsWeights<double> reps{.kl_bound = 3};  // ln 4 < 3
    CHECK(reps(Vector4d(1, 5, 5, 2)).weights == Vector4d(0, 0.5, 0.5, 0));
    CHECK(reps(Vector4d(1, 5, 5, 2)).temperature == 0.0);
    CHECK(pm::RepsWeights<double>{}(Vector4d::Ones()).weights == Vector4d::Constant(0.25));
    const double huge = std::numeric_limits<double>::max(), tiny = std::numeric_limits<double>::denorm_min();
    for (const Vector4d& returns : {Vector4d(-huge, huge, 0, 1), Vector4d(tiny, 0, -tiny, 0), Vector4d(-huge, -1, 0, 1e-300)}) {
        CHECK_THAT(pm::RepsWeights<double>{}(returns).weights.sum(), near(1.0, 1e-14));
        CHECK_THAT(pm::ExponentialWeights<double>{}(returns).weights.sum(), near(1.0, 1e-14));
    }
}

TEST_CASE("weights refuse what they cannot use", "[errors]") {
    CHECK_THROWS_MATCHES(pm::RepsWeights<double>{.kl_bound = 0}(Vector3d(1, 2, 3)), std::invalid_argument,
                         Message("RepsWeights: kl_bound is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(pm::EliteWeights<double>{.elite_share = 2}(Vector3d(1, 2, 3)), std::invalid_argument,
                         Message("EliteWeights: elite_share is 2, expected at most 1"));
    CHECK_THROWS_MATCHES(pm::ExponentialWeights<double>{}(VectorXd()), std::invalid_argument,
                         Message("ExponentialWeights: the number of returns is 0, expected at least 1"));
}
