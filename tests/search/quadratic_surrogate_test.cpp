// SPDX-License-Identifier: MIT
#include <primore/search/quadratic_surrogate.hpp>

#include <cstdint>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace pm = primore;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using pm::SurrogateStage;
using primore_test::normal_matrix;
using primore_test::predictions;

namespace {

MatrixXd cloud(Index n, Index m, double deviation, double centre, std::uint32_t which) {
    return (deviation * normal_matrix(n, m, which).array() + centre).matrix();
}

pm::QuadraticModel<double> some_quadratic(Index n) {
    const MatrixXd half = cloud(n, n, 1.0, 0.0, 99);
    return {half + half.transpose(), cloud(n, 1, 1.0, 0.0, 98), 3.0};
}

}  // namespace

TEST_CASE("coefficients are counted by stage", "[formula]") {
    CHECK(pm::coefficient_count(SurrogateStage::linear, 5) == 6);
    CHECK(pm::coefficient_count(SurrogateStage::diagonal, 5) == 11);
    CHECK(pm::coefficient_count(SurrogateStage::full, 5) == 21);
}

TEST_CASE("a full model has half as many samples again as coefficients", "[formula]") {
    CHECK(pm::ample_samples(2) == 24);    // 8 (N + 1)
    CHECK(pm::ample_samples(10) == 99);   // 1.5 of 66
    CHECK(pm::ample_samples(20) == 347);  // 1.5 of 231, rounded up
}

TEST_CASE("the stage is the richest that the samples afford", "[formula]") {
    // N = 5 with 1.1 samples per coefficient: from 6.6, 12.1 and 23.1 samples.
    CHECK(pm::affordable_stage(6, 5, 1.1) == SurrogateStage::none);
    CHECK(pm::affordable_stage(7, 5, 1.1) == SurrogateStage::linear);
    CHECK(pm::affordable_stage(13, 5, 1.1) == SurrogateStage::diagonal);
    CHECK(pm::affordable_stage(24, 5, 1.1) == SurrogateStage::full);
}

TEST_CASE("a quadratic is found again, wherever its samples lie", "[property]") {
    for (const Index n : {1, 2, 5, 10}) {
        const auto truth = some_quadratic(n);
        for (const double deviation : {1e-3, 1.0, 1e3}) {
            const MatrixXd samples = cloud(n, 2 * pm::coefficient_count(SurrogateStage::full, n), deviation, 3.0, 7);
            const VectorXd returns = predictions(truth, samples);
            const auto model = pm::fit_quadratic<double>(samples, returns, SurrogateStage::full, 1e-13);
            CHECK_THAT(predictions(model, samples), near(returns, 1e-8));
            if (deviation == 1.0) {
                CHECK_THAT(model.curvature, near(truth.curvature, 1e-8));
                CHECK_THAT(model.slope, near(truth.slope, 1e-8));
                CHECK_THAT(model.offset, near(truth.offset, 1e-8));
            }
        }
    }
}

TEST_CASE("lower stages find what they can express", "[property]") {
    const Index n = 4;
    pm::QuadraticModel<double> plane{MatrixXd::Zero(n, n), cloud(n, 1, 1.0, 0.0, 5), -2.0};
    const MatrixXd samples = cloud(n, 30, 1.0, 1.0, 6);
    const auto linear = pm::fit_quadratic<double>(samples, predictions(plane, samples), SurrogateStage::linear, 1e-13);
    CHECK_THAT(linear.slope, near(plane.slope, 1e-10));
    CHECK(linear.curvature == MatrixXd::Zero(n, n));
    plane.curvature.diagonal() << 1, -2, 3, 0.5;
    const auto diagonal = pm::fit_quadratic<double>(samples, predictions(plane, samples), SurrogateStage::diagonal, 1e-13);
    CHECK_THAT(diagonal.curvature, near(plane.curvature, 1e-9));
    CHECK_THAT(diagonal.slope, near(plane.slope, 1e-9));
}

TEST_CASE("the prior is a faint concavity that shows where there are no data", "[formula]") {
    // Returns that do not depend on the samples: what is left is the prior -1 / sqrt(2 N), weighed by ridge / (M - 1 + ridge)
    // for features that are nearly uncorrelated.
    const MatrixXd samples = cloud(2, 4000, 1.0, 0.0, 3);
    const auto model = pm::fit_quadratic<double>(samples, VectorXd::Zero(4000), SurrogateStage::full, 4000.0);
    // Half of -1/2 per standardised square, whose deviation is sqrt(2): curvature 2 * 0.25 / sqrt(2) = 0.354.
    CHECK_THAT(model.curvature(0, 0), WithinAbs(0.354, 0.02));
    CHECK_THAT(model.curvature(1, 1), WithinAbs(0.354, 0.02));
    CHECK_THAT(model.curvature(0, 1), WithinAbs(0.0, 0.02));
}

TEST_CASE("fit_quadratic refuses what it cannot fit", "[errors]") {
    CHECK_THROWS_MATCHES(pm::fit_quadratic<double>(MatrixXd::Zero(2, 5), VectorXd::Zero(4), SurrogateStage::linear, 1e-8),
                         std::invalid_argument, Message("fit_quadratic: returns has size 4, expected 5 (the number of samples)"));
    CHECK_THROWS_MATCHES(pm::fit_quadratic<double>(MatrixXd::Zero(2, 1), VectorXd::Zero(1), SurrogateStage::linear, 1e-8),
                         std::invalid_argument, Message("fit_quadratic: the number of samples is 1, expected at least 2"));
}
