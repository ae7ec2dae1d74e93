// SPDX-License-Identifier: MIT
#include <primore/search/cma_es.hpp>

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

static_assert(pm::SearchDistribution<pm::CmaEs<double>>);
static_assert(pm::SearchDistribution<pm::CmaEs<float>>);

TEST_CASE("CMA-ES starts where it is told", "[formula]") {
    const VectorXd deviations = Eigen::Vector3d(0.5, 2.0, 8.0);
    const pm::CmaEs<double> search({.mean = Eigen::Vector3d(1, 2, 3), .standard_deviation = deviations});
    CHECK(search.mean() == Eigen::Vector3d(1, 2, 3));
    CHECK_THAT(search.covariance(), near(deviations.cwiseAbs2().asDiagonal().toDenseMatrix(), 1e-14));
    CHECK_THAT(search.condition(), near(256.0, 1e-12));
    CHECK_THAT(search.entropy(), near(pm::Gaussian<double>(search.mean(), search.covariance()).entropy(), 1e-13));
    CHECK(search.population() == 7);
}

TEST_CASE("CMA-ES asks for the same samples until it is told", "[property]") {
    pm::CmaEs<double> search({.mean = VectorXd::Zero(4), .standard_deviation = 1.0, .population = 9, .seed = 5});
    const MatrixXd first = search.ask();
    CHECK(first.cols() == 9);
    CHECK(search.ask() == first);
    search.tell(first, VectorXd::LinSpaced(9, 0, 1));
    CHECK(search.ask() != first);
    CHECK(pm::CmaEs<double>({.mean = VectorXd::Zero(4), .standard_deviation = 1.0, .population = 9, .seed = 6}).ask() != first);
}

TEST_CASE("CMA-ES depends on the order of returns alone", "[property]") {
    pm::CmaEs<double> search({.mean = VectorXd::Constant(3, 1.0), .standard_deviation = 1.0}), other = search;
    for (int generation = 0; generation < 30; ++generation) {
        const MatrixXd samples = search.ask();
        const VectorXd returns = -samples.colwise().squaredNorm().transpose();
        search.tell(samples, returns);
        other.tell(samples, returns.array().exp().matrix());
    }
    CHECK(search.mean() == other.mean());
    CHECK(search.covariance() == other.covariance());
}

TEST_CASE("CMA-ES takes any number of samples", "[property]") {
    pm::CmaEs<double> search({.mean = VectorXd::Zero(3), .standard_deviation = 1.0});
    for (const Eigen::Index count : {0, 1, 2, 3, 30}) {
        const MatrixXd samples = search.ask();
        const MatrixXd told =
            count <= samples.cols() ? MatrixXd(samples.leftCols(count)) : MatrixXd(samples.replicate(1, 5).leftCols(count));
        search.tell(told, told.row(0).transpose());
        CHECK(search.mean().allFinite());
        CHECK(search.covariance().allFinite());
    }
    CHECK(search.generation() == 5);
}

TEST_CASE("CMA-ES survives returns that are all the same, and returns that improve for ever", "[property]") {
    pm::CmaEs<double> flat({.mean = VectorXd::Zero(3), .standard_deviation = 1.0}), slope = flat;
    for (int generation = 0; generation < 1000; ++generation) {
        flat.tell(flat.ask(), VectorXd::Zero(flat.population()));
        const MatrixXd samples = slope.ask();
        slope.tell(samples, samples.row(0).transpose());
    }
    CHECK(flat.covariance().allFinite());
    CHECK(slope.mean().allFinite());
    CHECK(slope.covariance().allFinite());
}

TEST_CASE("CMA-ES finds optima in the usual number of episodes", "[end to end]") {
    // Medians of 45 runs to 1e-8 from 3 with deviation 1, N = 5; public implementations, 15 runs: sphere 703 to 778, ellipsoid 1486 to
    // 2914, Rosenbrock 1750 to 3744. Measured here: 646, 1306, 1617; the bounds leave 6 %.
    const auto start = [](std::uint64_t seed) {
        return pm::CmaEs<double>({.mean = VectorXd::Constant(5, 3.0), .standard_deviation = 1.0, .seed = seed});
    };
    CHECK(primore_test::median_episodes(start, primore_test::sphere, 45) < 685);
    CHECK(primore_test::median_episodes(start, primore_test::ellipsoid, 45) < 1385);
    CHECK(primore_test::median_episodes(start, primore_test::rosenbrock, 45) < 1714);
}

TEST_CASE("the least deviation of CMA-ES bounds its entropy from below", "[property]") {
    const VectorXd deviations = Eigen::Vector3d(0.5, 2.0, 8.0);
    for (const bool adapts : {false, true}) {
        pm::CmaEsOptions<double> options{.mean = VectorXd::Constant(3, 1), .standard_deviation = deviations};
        if (adapts) options.learning_rates.emplace();
        pm::CmaEs<double> free(options);
        options.least_deviation = 1e-3;
        pm::CmaEs<double> held(options);
        const double least = held.entropy() + 3 * std::log(1e-3);
        bool was_held = false;
        for (int generation = 0; generation < 1000; ++generation) {
            const double before = held.entropy();
            for (pm::CmaEs<double>* search : {&free, &held}) {
                const MatrixXd samples = search->ask();
                const auto report = search->tell(samples, -samples.colwise().squaredNorm().transpose());
                if (search == &free) continue;
                CHECK_THAT(report.entropy, near(held.entropy(), 1e-12));
                CHECK_THAT(report.entropy_change, near(held.entropy() - before, 1e-11));
            }
            REQUIRE(held.entropy() > least - 1e-9);
            was_held = was_held || held.entropy() < least + 1e-9;
            if (!was_held) REQUIRE(held.mean() == free.mean());
        }
        CHECK(was_held);
        CHECK(free.entropy() < least - 10);
    }
}

TEST_CASE("held at its least deviation, CMA-ES learns a sharp ridge", "[end to end]") {
    // x_1^2 + 100 |(x_2 ... x_20)|, as f13 of BBOB, within 40000 episodes, seeds 1 to 20: 18 runs reach 1e-8 where held, 5 where not.
    for (const bool is_held : {false, true}) {
        int reached = 0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            pm::CmaEsOptions<double> options{.mean = VectorXd::Constant(20, 3.0), .standard_deviation = 2.0, .seed = seed};
            if (is_held) options.least_deviation = 1e-12;
            pm::CmaEs<double> search(options);
            double best = -1;
            for (int episodes = 0; episodes < 40'000 && best < -1e-8 && !search.stop();) {
                const MatrixXd samples = search.ask();
                const VectorXd returns = -(samples.row(0).array().square() + 100 * samples.bottomRows(19).colwise().norm().array());
                search.tell(samples, returns);
                best = std::max(best, returns.maxCoeff());
                episodes += static_cast<int>(samples.cols());
            }
            reached += best >= -1e-8;
        }
        INFO(reached);
        if (is_held) CHECK(reached >= 17);
        if (!is_held) CHECK(reached <= 9);
    }
}

TEST_CASE("CMA-ES works in float", "[end to end]") {
    pm::CmaEs<float> search({.mean = Eigen::VectorXf::Constant(5, 3.0F), .standard_deviation = 1.0F});
    for (int generation = 0; generation < 150; ++generation) {
        const Eigen::MatrixXf samples = search.ask();
        search.tell(samples, -samples.colwise().squaredNorm().transpose());
    }
    CHECK(search.mean().norm() < 1e-4F);
}

TEST_CASE("CmaEs refuses what it cannot use", "[errors]") {
    const double not_finite = std::numeric_limits<double>::quiet_NaN();
    const auto make = [](VectorXd mean, double deviation, Eigen::Index population) {
        return pm::CmaEs<double>({.mean = std::move(mean), .standard_deviation = deviation, .population = population});
    };
    CHECK_THROWS_MATCHES(make(VectorXd(), 1.0, 8), std::invalid_argument, Message("CmaEs: the size of mean is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(make(Eigen::Vector2d(0, not_finite), 1.0, 8), std::invalid_argument,
                         Message("CmaEs: mean[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(make(VectorXd::Zero(2), -1.0, 8), std::invalid_argument,
                         Message("CmaEs: standard_deviation is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(make(VectorXd::Zero(2), 1.0, 0), std::invalid_argument, Message("CmaEs: population is 0, expected at least 4"));
    const auto held = [](double least) {
        return pm::CmaEs<double>({.mean = VectorXd::Zero(2), .standard_deviation = 1.0, .least_deviation = least});
    };
    CHECK_THROWS_MATCHES(held(0), std::invalid_argument, Message("CmaEs: least_deviation is 0, expected a number above 0 and at most 1"));
    CHECK_THROWS_MATCHES(held(1.5), std::invalid_argument,
                         Message("CmaEs: least_deviation is 1.5, expected a number above 0 and at most 1"));
    CHECK_THROWS_MATCHES(held(not_finite), std::invalid_argument,
                         Message("CmaEs: least_deviation is nan, expected a number above 0 and at most 1"));
    auto search = make(VectorXd::Zero(2), 1.0, 8);
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(3, 8), VectorXd::Zero(8)), std::invalid_argument,
                         Message("CmaEs::tell: the number of parameters of samples has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(2, 8), VectorXd::Zero(7)), std::invalid_argument,
                         Message("CmaEs::tell: returns has size 7, expected 8 (the number of samples)"));
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(2, 2), Eigen::Vector2d(0, not_finite)), std::invalid_argument,
                         Message("CmaEs::tell: returns[1] is nan, expected a finite number"));
}
