// SPDX-License-Identifier: MIT
#include <primore/search/warm_start.hpp>

#include <stdexcept>

#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST_CASE("a warm start is the mean and the blurred covariance of the best samples", "[formula]") {
    const MatrixXd samples = (MatrixXd(2, 4) << 9, 1, 3, 9, 9, 2, 4, 9).finished();
    const auto start = pm::warm_start<double>(samples, Eigen::Vector4d(0, 5, 6, -1), {.top_share = 0.5, .smoothing = 2});
    CHECK_THAT(start.mean, near(Eigen::Vector2d(2, 3), 1e-15));
    CHECK_THAT(start.covariance, near((MatrixXd(2, 2) << 5, 1, 1, 5).finished(), 1e-15));
    const auto one = pm::warm_start<double>(samples, Eigen::Vector4d(0, 5, 6, -1));  // a tenth of four is at least one
    CHECK(one.mean == samples.col(2));
    CHECK_THAT(one.covariance, near(MatrixXd(0.01 * MatrixXd::Identity(2, 2)), 1e-15));
}

TEST_CASE("CMA-ES starts with a given covariance", "[formula]") {
    const MatrixXd covariance = (MatrixXd(2, 2) << 5, 4, 4, 5).finished();
    const pm::CmaEs<double> search({.mean = Eigen::Vector2d(1, 2), .standard_deviation = 1.0, .covariance = covariance});
    CHECK_THAT(search.covariance(), near(covariance, 1e-14));
    CHECK_THAT(search.condition(), near(9.0, 1e-13));
}

TEST_CASE("a warm start on a similar task saves episodes", "[end to end]") {
    // Ellipsoid (condition 1e6) around 3.1 after 50 generations on the one around 3; medians of 15 runs, N = 5.
    // Measured: 1170 episodes from the warm start, 1234 from 0 with deviation 3.
    const auto around = [](double centre) { return [centre](const VectorXd& x) { return primore_test::ellipsoid(x.array() - centre); }; };
    const auto start = [&](bool warm) {
        return [&, warm](std::uint64_t seed) {
            pm::CmaEsOptions<double> options{.mean = VectorXd::Zero(5), .standard_deviation = 3.0, .seed = seed};
            if (warm) {
                pm::CmaEs<double> source(options);
                MatrixXd samples(5, 0);
                VectorXd returns;
                for (int generation = 0; generation < 50; ++generation) {
                    samples = source.ask();
                    returns.resize(samples.cols());
                    for (Eigen::Index i = 0; i < samples.cols(); ++i) returns(i) = around(3.0)(samples.col(i));
                    source.tell(samples, returns);
                }
                const auto place = pm::warm_start<double>(samples, returns, {.top_share = 0.5, .smoothing = 0.1});
                options.mean = place.mean;
                options.covariance = place.covariance;
            }
            return pm::CmaEs<double>(options);
        };
    };
    const double cold = primore_test::median_episodes(start(false), around(3.1)),
                 warm = primore_test::median_episodes(start(true), around(3.1));
    INFO(cold << " cold, " << warm << " warm");
    CHECK(warm < cold);
}

TEST_CASE("warm_start and CmaEs refuse what they cannot use", "[errors]") {
    CHECK_THROWS_MATCHES(pm::warm_start<double>(MatrixXd(2, 0), VectorXd()), std::invalid_argument,
                         Message("warm_start: the number of samples is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(pm::warm_start<double>(MatrixXd::Zero(2, 1), VectorXd::Zero(1), {.top_share = 2}), std::invalid_argument,
                         Message("warm_start: top_share is 2, expected a number in (0, 1]"));
    CHECK_THROWS_MATCHES(pm::warm_start<double>(MatrixXd::Zero(2, 1), VectorXd::Zero(1), {.smoothing = 0}), std::invalid_argument,
                         Message("warm_start: smoothing is 0, expected a positive finite number"));
    const auto with = [](const MatrixXd& covariance) {
        return pm::CmaEs<double>({.mean = VectorXd::Zero(2), .standard_deviation = 1.0, .covariance = covariance});
    };
    CHECK_THROWS_MATCHES(with(MatrixXd::Ones(2, 2)), std::invalid_argument,
                         Message("CmaEs: covariance is not positive definite, expected a positive definite matrix"));
    CHECK_THROWS_MATCHES(with(MatrixXd::Identity(3, 3)), std::invalid_argument,
                         Message("CmaEs: covariance.rows() has size 3, expected 2 (the size of mean)"));
}
