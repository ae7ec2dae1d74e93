// SPDX-License-Identifier: MIT
#include <primore/search/pooled_surrogate.hpp>

#include <cstdint>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_test::normal_matrix;

TEST_CASE("a pooled surrogate gains its stages with its samples", "[formula]") {
    // N = 3: 4, 7 and 10 coefficients, 1.1 times as many samples: 4.4, 7.7 and 11.
    const pm::Gaussian<double> distribution(VectorXd::Zero(3), MatrixXd::Identity(3, 3));
    pm::PooledSurrogate<double> any({}, distribution), full({.least_stage = pm::SurrogateStage::full}, distribution);
    for (std::uint32_t seen = 1; seen <= 12; ++seen) {
        const MatrixXd sample = normal_matrix(3, 1, seen);
        const VectorXd value = VectorXd::Constant(1, -sample.squaredNorm());
        const auto model = any.learn(distribution, sample, value), full_model = full.learn(distribution, sample, value);
        CHECK(model.has_value() == (seen >= 5));
        CHECK(full_model.has_value() == (seen >= 11));
        if (!model) continue;
        CHECK(model->stage == (seen < 8    ? pm::SurrogateStage::linear
                               : seen < 11 ? pm::SurrogateStage::diagonal
                                           : pm::SurrogateStage::full));
        CHECK(model->samples == static_cast<Eigen::Index>(seen));
        CHECK((model->growth == 1 && model->confidence == 1 && model->starvation == 0));
    }
}

TEST_CASE("a pooled surrogate is the least-squares fit of the newest samples, in the units of the distribution", "[property]") {
    const MatrixXd root = normal_matrix(2, 2, 1);
    const pm::Gaussian<double> distribution(Eigen::Vector2d(1, -2), root * root.transpose());
    const MatrixXd samples = normal_matrix(2, 30, 2);
    const VectorXd returns = normal_matrix(30, 1, 3);
    for (const bool robust : {false, true}) {
        pm::PooledSurrogateOptions<double> options{.pool = 20};
        if (!robust) options.robust.reset();
        pm::PooledSurrogate<double> surrogate(options, distribution);
        (void)surrogate.learn(distribution, samples.leftCols(15), returns.head(15));
        const auto model = surrogate.learn(distribution, samples.rightCols(15), returns.tail(15));
        const VectorXd newest = returns.tail(20);
        const auto fit = pm::fit_quadratic<double>(
            samples.rightCols(20), robust ? pm::robustly_standardized(newest) : pm::standardized(newest), pm::SurrogateStage::full, 1e-8);
        const auto expected = pm::whitened(fit, distribution);
        CHECK_THAT(model.value().curvature, near(expected.curvature, 1e-12));
        CHECK_THAT(model.value().slope, near(expected.slope, 1e-12));
    }
}

TEST_CASE("PooledSurrogate refuses a pool that teaches nothing, or a clip that may leave no return", "[errors]") {
    const pm::Gaussian<double> distribution(VectorXd::Zero(3), MatrixXd::Identity(3, 3));
    CHECK_THROWS_MATCHES(pm::PooledSurrogate<double>({.pool = 1}, distribution), std::invalid_argument,
                         Message("PooledSurrogate: pool is 1, expected at least 2"));
    const pm::RobustStandardization<double> all_clipped{.clip = 0.5};
    CHECK_THROWS_MATCHES(pm::PooledSurrogate<double>({.robust = all_clipped}, distribution), std::invalid_argument,
                         Message("PooledSurrogate: robust.clip - 1 is -0.5, expected a finite number that is not negative"));
}
