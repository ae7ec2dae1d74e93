// SPDX-License-Identifier: MIT
#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/blending.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"
#include "support/polynomial_primitive.hpp"

using primore::StateDistribution;
using primore_test::polynomials;

namespace {

primore::StateDistribution<double> normal(double mean, double variance) {
    return {Eigen::VectorXd::Constant(1, mean), Eigen::MatrixXd::Constant(1, 1, variance)};
}

}  // namespace

TEST_CASE("a product of normal distributions weighs them by exponent over variance") {
    // precisions 2 / 4 and 1 / 1: variance 1 / 1.5, mean (0.5 * 3 + 1 * 6) / 1.5 = 5
    const auto two = primore::product<double>({normal(3, 4), normal(6, 1)}, Eigen::Vector2d(2, 1));
    CHECK_THAT(two.mean, near(Eigen::VectorXd::Constant(1, 5), 1e-13));
    CHECK_THAT(two.covariance, near(Eigen::MatrixXd::Constant(1, 1, 1 / 1.5), 1e-13));
    // an exponent alone divides the variance; 0 takes no part
    CHECK(primore::product<double>({normal(3, 4), normal(6, 1)}, Eigen::Vector2d(2, 0)).covariance(0, 0) == 2);
    // who is certain wins; if both are, the exponents weigh: (1 * 3 + 3 * 6) / 4
    CHECK_THAT(primore::product<double>({normal(3, 0), normal(6, 1)}, Eigen::Vector2d(1, 1)).mean(0), near(3.0, 1e-13));
    CHECK_THAT(primore::product<double>({normal(3, 4), normal(6, 0)}, Eigen::Vector2d(1, 1)).mean(0), near(6.0, 1e-13));
    CHECK_THAT(primore::product<double>({normal(3, 0), normal(6, 0)}, Eigen::Vector2d(1, 3)).mean(0), near(5.25, 1e-13));
}

TEST_CASE("a product of three is that of their precisions") {
    std::vector<StateDistribution<double>> factors;
    Eigen::MatrixXd precision = Eigen::MatrixXd::Zero(4, 4);
    Eigen::VectorXd weighted = Eigen::VectorXd::Zero(4);
    const Eigen::Vector3d exponents(0.5, 1, 2);
    for (std::uint32_t k = 0; k < 3; ++k) {
        const Eigen::MatrixXd factor = primore_test::normal_matrix(4, 4, 40 + k);
        factors.push_back({primore_test::normal_matrix(4, 1, 50 + k), factor * factor.transpose()});
        const Eigen::MatrixXd share = exponents(k) * primore_test::inverse(factors.back().covariance);
        precision += share;
        weighted += share * factors.back().mean;
    }
    const auto result = primore::product<double>(factors, exponents);
    CHECK_THAT(result.covariance, near(primore_test::inverse(precision), 1e-11));
    CHECK_THAT(result.mean, near(primore_test::inverse(precision) * weighted, 1e-11));
}

TEST_CASE("an exponent that vanishes leaves the others as they are, whichever stands first") {
    const StateDistribution<double> first{Eigen::Vector2d(1, 2), Eigen::Matrix2d{{2, 0.5}, {0.5, 1}}};
    const StateDistribution<double> second{Eigen::Vector2d(-1, 0), Eigen::Matrix2d{{1, -0.3}, {-0.3, 3}}};
    for (const double exponent : {1e-4, 1e-9, 1e-16, 1e-20, 1e-30, 1e-200, 5e-324}) {
        CAPTURE(exponent);
        const Eigen::Matrix2d p_1 = exponent * primore_test::inverse(first.covariance), p_2 = primore_test::inverse(second.covariance);
        const Eigen::Matrix2d covariance = primore_test::inverse(p_1 + p_2);
        const Eigen::Vector2d mean = covariance * (p_1 * first.mean + p_2 * second.mean);
        for (const auto& result : {primore::product<double>({first, second}, Eigen::Vector2d(exponent, 1)),
                                   primore::product<double>({second, first}, Eigen::Vector2d(1, exponent)),
                                   primore::product<double>({first, second, first}, Eigen::Vector3d(exponent / 2, 1, exponent / 2))}) {
            CHECK_THAT(result.mean, near(mean, 1e-13));
            CHECK_THAT(result.covariance, near(covariance, 1e-13));
        }
    }
    // all at once: the mean is that of equal exponents, and it is about as certain as that is little
    const auto faint = primore::product<double>({first, second}, Eigen::Vector2d(1e-200, 1e-200));
    const auto equal = primore::product<double>({first, second}, Eigen::Vector2d(1, 1));
    CHECK(faint.mean == equal.mean);
    CHECK_THAT(Eigen::Matrix2d(faint.covariance * 1e-200), near(equal.covariance, 1e-15));
}

TEST_CASE("a product refuses factors that do not fit") {
    const auto refused = [](const StateDistribution<double>& factor, const std::string& sentence) {
        CHECK_THROWS_MATCHES(primore::product<double>({normal(3, 4), factor}, Eigen::Vector2d(1, 1)), std::invalid_argument,
                             Message(sentence));
    };
    refused({Eigen::Vector2d(1, 2), Eigen::Matrix2d::Identity()},
            "product: factors[1].mean has size 2, expected 1 (that of the first)");
    refused({Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(2, 1)},
            "product: factors[1].covariance.rows() has size 2, expected 1 (that of its mean)");
    refused({Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Ones(1, 2)},
            "product: factors[1].covariance.cols() has size 2, expected 1 (that of its mean)");
}

TEST_CASE("a blend is the movement that alone is active, and goes from one to the other") {
    const auto first = polynomials(6), second = polynomials(2, 2, 9);
    const Eigen::Vector3d times(0.2, 1, 1.9);
    Eigen::MatrixXd activations(3, 2);
    activations << 1, 0, 0.5, 0.5, 0, 1;
    const auto blend = primore::blend(times, activations, first, second);
    CHECK(blend.states[0].covariance == first.at(0.2).without_acceleration().covariance);
    CHECK(blend.positions.row(0) == first.mean(times).positions.row(0));
    CHECK(blend.velocities.row(2) == second.mean(times).velocities.row(2));
    for (const auto& state : blend.states) {
        const Eigen::VectorXd eigenvalues = primore_test::eigenvalues(state.covariance);
        CHECK(eigenvalues.minCoeff() >= -1e-13 * eigenvalues.maxCoeff());
        CHECK(state.mean.allFinite());
    }
    // with the same activation everywhere twice the same movement at half the activation is that movement
    const Eigen::MatrixXd halves = Eigen::MatrixXd::Constant(3, 2, 0.5);
    const auto same = primore::blend(times, halves, first, first);
    CHECK_THAT(same.positions, near(first.mean(times).positions, 1e-12));
    CHECK_THAT(same.states[1].covariance, near(first.at(1).without_acceleration().covariance, 1e-11));
}

TEST_CASE("blending refuses activations that do not fit") {
    const auto one = polynomials();
    const Eigen::VectorXd times = Eigen::Vector2d(0, 1);
    const auto refused = [&](const Eigen::MatrixXd& activations, const std::string& sentence) {
        CHECK_THROWS_MATCHES(primore::blend(times, activations, one, one), std::invalid_argument, Message(sentence));
    };
    refused(Eigen::MatrixXd::Ones(3, 2), "blend: activations.rows() has size 3, expected 2 (the size of times)");
    refused(Eigen::MatrixXd::Ones(2, 1), "blend: activations.cols() has size 1, expected 2 (the number of distributions)");
    refused(Eigen::MatrixXd::Zero(2, 2), "product: every exponent is 0, expected one of them at least positive");
    refused(-Eigen::MatrixXd::Ones(2, 2), "product: exponents[0] is -1, expected a finite number that is not negative");
}
