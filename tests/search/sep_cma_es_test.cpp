// SPDX-License-Identifier: MIT
#include <primore/search/sep_cma_es.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <primore/search/gaussian.hpp>
#include <primore/search/search_distribution.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

static_assert(pm::SearchDistribution<pm::SepCmaEs<double>>);
static_assert(pm::SearchDistribution<pm::SepCmaEs<float>>);

TEST_CASE("a diagonal covariance is learned (N + 2) / 3 times as fast", "[formula]") {
    const auto full = pm::cma_parameters<double>(10, 10, pm::CmaConstants::pycma), diagonal = pm::separable_parameters<double>(10, 10);
    CHECK_THAT(diagonal.rank_one_rate, near(4 * full.rank_one_rate, 1e-15));
    CHECK_THAT(diagonal.rank_mu_rate, near(4 * full.rank_mu_rate, 1e-15));
    CHECK(diagonal.step_size_damping == full.step_size_damping);
    CHECK_THAT(-diagonal.weights.cwiseMin(0.0).sum(),
               near((1 - diagonal.rank_one_rate - diagonal.rank_mu_rate) / (10 * diagonal.rank_mu_rate), 1e-14));
    for (const Eigen::Index population : {4, 20, 500}) {
        const auto p = pm::separable_parameters<double>(30, population);
        CHECK(p.rank_one_rate + p.rank_mu_rate <= 1);
    }
}

TEST_CASE("one generation of separable CMA-ES, worked out for one parameter", "[formula]") {
    pm::SepCmaEs<double> search({.mean = VectorXd::Constant(1, 1.0), .standard_deviation = 2.0, .population = 4});
    const auto p = pm::separable_parameters<double>(1, 4);
    const MatrixXd samples = (MatrixXd(1, 4) << 3, 2, 0, -1).finished();  // steps 1, 0.5, -0.5, -1
    search.tell(samples, Eigen::Vector4d(4, 3, 2, 1));
    const double step = p.weights(0) + 0.5 * p.weights(1);
    CHECK_THAT(search.mean()(0), near(1 + 2 * step, 1e-14));
    const double c = p.step_size_path_rate, length = std::sqrt(c * (2 - c) * p.effective_parents) * step;
    const double path = std::sqrt(p.path_rate * (2 - p.path_rate) * p.effective_parents) * step;
    const double variance = 1 - p.rank_one_rate - p.rank_mu_rate * p.weights.sum() + p.rank_one_rate * path * path +
                            p.rank_mu_rate * (p.weights(0) + 0.25 * p.weights(1) + p.weights(2) + p.weights(3));  // worse ones count as 1
    const double growth = std::exp(c / p.step_size_damping * (length / p.expected_norm - 1));
    CHECK_THAT(search.deviations()(0), near(2 * growth * std::sqrt(variance), 1e-7));  // 1e-8 in the denominator of a worse step
}

TEST_CASE("separable CMA-ES asks for the same samples until it is told, and reports its distribution", "[property]") {
    pm::SepCmaEs<double> search({.mean = VectorXd::Zero(3), .standard_deviation = VectorXd(Eigen::Vector3d(1, 2, 4))});
    CHECK_THAT(search.entropy(), near(pm::Gaussian<double>(search.mean(), search.covariance()).entropy(), 1e-13));
    CHECK_THAT(search.condition(), near(16.0, 1e-14));
    // A condition beyond the largest number counts as that.
    const pm::SepCmaEs<double> stretched({.mean = VectorXd::Zero(2), .standard_deviation = VectorXd(Eigen::Vector2d(1e-90, 1e90))});
    CHECK(stretched.condition() == std::numeric_limits<double>::max());
    const MatrixXd samples = search.ask();
    CHECK(search.ask() == samples);
    for (const Eigen::Index count : {0, 1, 2, 5}) search.tell(samples.leftCols(count), samples.row(0).head(count).transpose());
    CHECK(search.generation() == 4);
    CHECK(search.ask() != samples);
}

TEST_CASE("separable CMA-ES survives a slope without end, flat returns and samples from far away", "[property]") {
    pm::SepCmaEs<float> slope({.mean = Eigen::VectorXf::Zero(4), .standard_deviation = 1.0F}), flat = slope;
    for (int generation = 0; generation < 2000; ++generation) {
        Eigen::MatrixXf samples = slope.ask();
        if (generation % 100 == 50) samples.col(0).setConstant(1e38F);
        slope.tell(samples, samples.row(0).transpose());
        flat.tell(flat.ask(), Eigen::VectorXf::Zero(flat.population()));
    }
    for (const auto* search : {&slope, &flat}) {
        CHECK(search->mean().allFinite());
        CHECK(search->deviations().allFinite());
        CHECK(search->deviations().minCoeff() > 0);
    }
    CHECK(flat.stop() == pm::SearchStop::tol_return_history);
}

TEST_CASE("separable CMA-ES learns scales of many parameters", "[end to end]") {
    // The ellipsoid along the axes to 1e-8, medians of 15 runs: 946 and 4158; full CMA-ES needs 1295 and 10709 (N = 5, 20).
    const auto median = [](Eigen::Index n) {
        return primore_test::median_episodes(
            [n](std::uint64_t seed) {
                return pm::SepCmaEs<double>({.mean = VectorXd::Constant(n, 3.0), .standard_deviation = 1.0, .seed = seed});
            },
            primore_test::ellipsoid);
    };
    CHECK(median(5) < 1070);
    CHECK(median(20) < 4700);
}

TEST_CASE("SepCmaEs refuses what it cannot use", "[errors]") {
    CHECK_THROWS_MATCHES(pm::SepCmaEs<double>({.mean = VectorXd(), .standard_deviation = 1.0}), std::invalid_argument,
                         Message("SepCmaEs: the size of mean is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(pm::SepCmaEs<double>({.mean = VectorXd::Zero(2), .standard_deviation = 1.0, .population = 3}),
                         std::invalid_argument, Message("SepCmaEs: population is 3, expected at least 4"));
    pm::SepCmaEs<double> search({.mean = VectorXd::Zero(2), .standard_deviation = 1.0});
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(2, 3), VectorXd::Zero(2)), std::invalid_argument,
                         Message("SepCmaEs::tell: returns has size 2, expected 3 (the number of samples)"));
}
