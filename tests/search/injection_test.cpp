// SPDX-License-Identifier: MIT
#include <primore/search/injection.hpp>

#include <cmath>
#include <stdexcept>

#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST_CASE("injected steps are shortened to sqrt(N) + 2 N / (N + 2) standard deviations", "[formula]") {
    CHECK_THAT(pm::injected_step<double>(2), near(std::sqrt(2.0) + 1, 1e-15));
    // Deviations 2 and 1, mean (1, 0): (11, 0) is 5 deviations away and comes to (1 + 2 c, 0); (2, 0) stays; others are no candidates.
    pm::CmaState<double> state{.mean = Eigen::Vector2d(1, 0), .step_size = 1, .covariance = Eigen::Vector2d(4, 1).asDiagonal()};
    state.axes = pm::PrincipalAxes<double>(state.covariance);
    const MatrixXd samples = (MatrixXd(2, 3) << 11, 2, 0, 0, 0, 30).finished();
    const MatrixXd shortened = pm::with_shortened_steps<double>(state, samples, samples.leftCols(2));
    CHECK_THAT(shortened.col(0), near(Eigen::Vector2d(1 + 2 * (std::sqrt(2.0) + 1), 0), 1e-14));
    CHECK(shortened.rightCols(2) == samples.rightCols(2));
}

TEST_CASE("the next population begins with the candidates, once", "[property]") {
    pm::CmaEs<double> search({.mean = VectorXd::Zero(3), .standard_deviation = 1.0}), without = search;
    const MatrixXd candidates = (MatrixXd(3, 2) << 50, 1, 50, 1, 50, 1).finished();
    search.inject(candidates);
    const MatrixXd samples = search.ask();
    CHECK(samples.leftCols(2) == candidates);
    CHECK(samples.rightCols(samples.cols() - 2) == without.ask().rightCols(samples.cols() - 2));
    search.tell(samples, samples.row(0).transpose());
    CHECK(search.mean().norm() < pm::injected_step<double>(3));
    CHECK(search.ask().leftCols(2) != candidates);
}

TEST_CASE("a good candidate saves episodes", "[end to end]") {
    // The sphere around (8, ..., 8), far from the start: after 15 generations, the first 10 with a candidate near the optimum.
    const auto distance = [](bool with) {
        pm::CmaEs<double> search({.mean = VectorXd::Zero(10), .standard_deviation = 0.3});
        for (int generation = 0; generation < 15; ++generation) {
            if (with && generation < 10) search.inject(MatrixXd::Constant(10, 1, 7.9));
            const MatrixXd samples = search.ask();
            search.tell(samples, -(samples.array() - 8).square().colwise().sum().transpose().matrix());
        }
        return (search.mean().array() - 8).matrix().norm();
    };
    CHECK(distance(true) < 0.5 * distance(false));
}

TEST_CASE("CmaEs refuses candidates that do not fit", "[errors]") {
    pm::CmaEs<double> search({.mean = VectorXd::Zero(2), .standard_deviation = 1.0, .population = 6});
    CHECK_THROWS_MATCHES(search.inject(MatrixXd::Zero(3, 1)), std::invalid_argument,
                         Message("CmaEs::inject: the number of parameters of candidates has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(search.inject(MatrixXd::Zero(2, 7)), std::invalid_argument,
                         Message("CmaEs::inject: the number of candidates is 7, expected at most 6"));
    CHECK_THROWS_MATCHES(search.inject(MatrixXd::Constant(2, 1, INFINITY)), std::invalid_argument,
                         Message("CmaEs::inject: candidates[0] is inf, expected a finite number"));
}
