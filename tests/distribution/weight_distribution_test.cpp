// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/distribution/weight_distribution.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::WeightDistribution;

TEST_CASE("samples are mean + root times draws") {
    const WeightDistribution<double> weights{Eigen::Vector2d(1, -1), Eigen::Matrix2d{{4, 2}, {2, 10}}};  // L = [[2, 0], [1, 3]]
    const Eigen::Matrix2d draws{{0, 1}, {0, -1}};
    CHECK_THAT(weights.samples(draws), near(Eigen::Matrix2d{{1, 3}, {-1, -3}}, 1e-15));
}

TEMPLATE_TEST_CASE("samples have the mean and the covariance of a singular distribution", "", float, double) {
    using Matrix = Eigen::MatrixX<TestType>;
    const Matrix factor = primore_test::normal_matrix(5, 3, 1).cast<TestType>();
    const WeightDistribution<TestType> weights{primore_test::numbers<TestType>(5), factor * factor.transpose()};
    primore::Stream stream(3, primore::Purpose{18}, 0, 0);
    const Matrix samples = weights.samples(stream, 20000);
    const Matrix centred = samples.colwise() - samples.rowwise().mean();
    // variances are up to 7: a standard error of 0.02 of the mean and 0.07 of the covariance; the bounds are five of them
    CHECK_THAT(samples.rowwise().mean().eval(), near(weights.mean, 0.1));
    CHECK_THAT((centred * centred.transpose() / TestType(19999)).eval(), near(weights.covariance, 0.35));
}

TEST_CASE("the log density of weights") {
    // one standard deviation along each of two independent directions: -(1 + 1)/2 - ln(2 * 3) - ln(2 pi)
    const WeightDistribution<double> weights{Eigen::Vector2d(1, -1), Eigen::Vector2d(4, 9).asDiagonal()};
    CHECK_THAT(weights.log_density(Eigen::Vector2d(3, 2)), near(-1 - std::log(6.0) - std::log(2 * std::numbers::pi), 1e-15));
}

TEST_CASE("a distribution of weights refuses what it cannot use") {
    const WeightDistribution<double> weights{Eigen::Vector2d(1, 2), Eigen::Matrix2d::Ones()};
    CHECK_THROWS_MATCHES(
        weights.log_density(Eigen::Vector2d(1, 2)), std::invalid_argument,
        Message("WeightDistribution: covariance is singular, expected positive definite: a density needs every direction to "
                "vary"));
    CHECK_THROWS_MATCHES(weights.log_density(Eigen::Vector3d(1, 2, 3)), std::invalid_argument,
                         Message("WeightDistribution: w has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(weights.samples(Eigen::MatrixXd(3, 1)), std::invalid_argument,
                         Message("WeightDistribution: draws.rows() has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(weights.validate("ProMp", 3, "P D"), std::invalid_argument,
                         Message("ProMp: weights.mean has size 2, expected 3 (P D)"));
    const WeightDistribution<double> broken{Eigen::Vector2d(1, NAN), Eigen::Matrix2d::Ones()};
    CHECK_THROWS_MATCHES(broken.validate("ProMp", 2, "P D"), std::invalid_argument,
                         Message("ProMp: weights.mean[1] is nan, expected a finite number"));
    const WeightDistribution<double> triangle{Eigen::VectorXd::Zero(40), Eigen::MatrixXd(Eigen::MatrixXd::Ones(40, 40).triangularView<Eigen::Lower>())};
    CHECK_THROWS_MATCHES(triangle.validate("ProMp", 40, "P D"), std::invalid_argument,
                         Message("ProMp: weights.covariance(1, 0) is 1, expected that of (0, 1), 0"));
    const WeightDistribution<double> negative{Eigen::Vector2d(1, 2), Eigen::Matrix2d{{1, 0}, {0, -2}}};
    CHECK_THROWS_MATCHES(negative.validate("ProMp", 2, "P D"), std::invalid_argument,
                         Message("ProMp: weights.covariance is -2, expected a covariance: no negative variance"));
}
