// SPDX-License-Identifier: MIT
#include <primore/search/cas_more.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <variant>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {
pm::CasMoreOptions<double> from_three(std::uint64_t seed, Eigen::Index n = 5) {
    return {.mean = VectorXd::Constant(n, 3.0), .standard_deviation = 1.0, .seed = seed};
}
}  // namespace

TEST_CASE("the published configuration has the constants of the paper", "[formula]") {
    // N = 10: P = 66, pool max(99, 88); 4 + floor(3 ln 10) = 10 samples, eps_Sigma = 1.5 / (10 + 10^1.5), 1 / (2 + 10^0.7).
    const auto options = pm::CasMoreOptions<double>::published(from_three(1, 10));
    CHECK(options.mean_bound == 0.5);
    CHECK(options.path_step == 1.0);
    CHECK(std::get<pm::PooledSurrogateOptions<double>>(options.surrogate).ridge == 1e-8);
    CHECK(pm::CasMore<double>(options).population() == 10);
    pm::CasMore<double> search(options);
    pm::UpdateReport<double> report;
    for (int generation = 0; generation < 20; ++generation) {
        const MatrixXd samples = search.ask();
        report = search.tell(samples, -samples.colwise().squaredNorm().transpose());
        const int seen = 10 * (generation + 1);  // 12.1, 23.1 and 72.6 samples are needed
        CHECK(report.stage == (seen < 13   ? pm::SurrogateStage::none
                               : seen < 24 ? pm::SurrogateStage::linear
                               : seen < 73 ? pm::SurrogateStage::diagonal
                                           : pm::SurrogateStage::full));
    }
    CHECK_THAT(report.kl_covariance.value(), near(1.5 / (10 + std::pow(10.0, 1.5)), 1e-10));
    CHECK(report.kl_mean <= 0.5 + 1e-10);
}

TEST_CASE("the default has the constants that are documented", "[formula]") {
    // N = 10: 10 samples, 6 / (20 + 10^1.5) for the covariance, 0.19 / (1 - R^2) for the mean.
    pm::CasMore<double> search(from_three(1, 10));
    CHECK(search.population() == 10);
    pm::UpdateReport<double> report;
    for (int generation = 0; generation < 30; ++generation) {
        const auto before = search.distribution();
        const MatrixXd samples = search.ask();
        const VectorXd returns = -(10 * samples.array()).sin().colwise().sum().transpose();
        report = search.tell(samples, returns);
        if (report.stage == pm::SurrogateStage::none) continue;
        CHECK_THAT(pm::kl_divergence(search.distribution(), before).mean, near(*report.kl_mean, 1e-6));
        CHECK(*report.kl_mean <= 0.19 / (1 - std::max(0.0, *report.r_squared)) + 1e-9);
        const double bound = 6 / (20 + std::pow(10.0, 1.5));
        CHECK((*report.kl_covariance >= 0.5 * bound - 1e-9 && *report.kl_covariance <= bound + 1e-9));  // by confidence
    }
}

TEST_CASE("the published configuration needs the published number of episodes", "[end to end]") {
    // Official code, median of 15 runs, N = 5: sphere 386, ellipsoid 673, Rosenbrock 793. Measured here: 385, 671, 860.
    const auto start = [](std::uint64_t seed) { return pm::CasMore<double>(pm::CasMoreOptions<double>::published(from_three(seed))); };
    CHECK_THAT(primore_test::median_episodes(start, primore_test::sphere), WithinAbs(386, 39));
    CHECK_THAT(primore_test::median_episodes(start, primore_test::ellipsoid), WithinAbs(673, 67));
    CHECK_THAT(primore_test::median_episodes(start, primore_test::rosenbrock), WithinAbs(793, 79));
}

TEST_CASE("the default needs next to no episodes where a quadratic fits, and few on Rosenbrock's function", "[end to end]") {
    // Measured: 25, 37, 301; the bounds leave room for rounding. The official code needs 386, 673, 793.
    const auto start = [](std::uint64_t seed) { return pm::CasMore<double>(from_three(seed)); };
    CHECK(primore_test::median_episodes(start, primore_test::sphere) < 50);
    CHECK(primore_test::median_episodes(start, primore_test::ellipsoid) < 75);
    CHECK(primore_test::median_episodes(start, primore_test::rosenbrock) < 550);
}

TEST_CASE("under noise the distribution stays wide, and the mean comes near and stays there", "[end to end]") {
    // Noise of deviation 1 on the sphere, N = 5, 1e4 episodes. Of seeds 1 to 100, normal and heavy-tailed: nearest 0.0003 in the median and
    // at most 0.0074, last 0.0029, 0.0137 in 97 of 100 and at most 0.096. Of seeds 1 to 8: deviation e^2.5 below the start at the lowest
    // and e^1.4 at the end, condition at most 281.
    const bool has_heavy_tails = GENERATE(false, true);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        pm::CasMore<double> search(from_three(seed));
        const double start_entropy = search.entropy();
        double nearest = 1e9, lowest_entropy = start_entropy, condition = 1;
        for (Eigen::Index episodes = 0; episodes < 10'000;) {
            const MatrixXd samples = search.ask();
            episodes += samples.cols();
            pm::Stream stream(seed, pm::Purpose{30}, search.generation(), 0);
            VectorXd noise = stream.normal_vector(samples.cols());
            if (has_heavy_tails) {  // Student's t with 3 degrees of freedom, of the same deviation
                for (double& each : noise) each /= stream.normal_vector(3).norm();
            }
            search.tell(samples, -samples.colwise().squaredNorm().transpose() + noise);
            nearest = std::min(nearest, search.mean().squaredNorm());
            lowest_entropy = std::min(lowest_entropy, search.entropy());
            condition = std::max(condition, search.condition());
        }
        CHECK(nearest < 0.005);
        CHECK(search.mean().squaredNorm() < 0.04);
        CHECK(lowest_entropy > start_entropy - 5 * 3.5);
        CHECK(search.entropy() < start_entropy);
        CHECK(condition < 1e3);
    }
}

TEST_CASE("CasMore refuses bounds and rates that it cannot use", "[errors]") {
    const auto with = [](auto change) {
        auto options = from_three(1);
        change(options);
        return pm::CasMore<double>(options);
    };
    CHECK_THROWS_MATCHES(with([](auto& o) { o.mean_bound = -0.1; }), std::invalid_argument,
                         Message("CasMore: mean_bound is -0.1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(with([](auto& o) { o.covariance_bound = 0.0; }), std::invalid_argument,
                         Message("CasMore: covariance_bound is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(with([](auto& o) { o.path_rate = 0.0; }), std::invalid_argument,
                         Message("CasMore: path_rate is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(with([](auto& o) { o.most_entropy_change = -1; }), std::invalid_argument,
                         Message("CasMore: most_entropy_change is -1, expected a finite number that is not negative"));
}
