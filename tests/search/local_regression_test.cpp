// SPDX-License-Identifier: MIT
#include <primore/search/local_regression.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/QR>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace pm = primore;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_test::normal_matrix;
using primore_test::predictions;

namespace {

/// 1, u and the products u_i u_j with the standard deviations of the prior: sqrt(1000), sqrt(1/2) for squares, 1 for the others.
MatrixXd scaled_features(const MatrixXd& u) {
    const Index n = u.rows();
    MatrixXd features(u.cols(), 1 + n + n * (n + 1) / 2);
    features.col(0).setOnes();
    features.middleCols(1, n) = std::sqrt(1000.0) * u.transpose();
    Index column = 1 + n;
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j <= i; ++j)
            features.col(column++) = (i == j ? std::sqrt(0.5) : 1.0) * u.row(i).cwiseProduct(u.row(j)).transpose();
    }
    return features;
}

/// Weighted ridge regression by its normal equations, the constant free: predictions at `at`.
VectorXd ridge_predictions(const MatrixXd& features, const VectorXd& targets, const VectorXd& weights, double noise, const MatrixXd& at) {
    MatrixXd normal = features.transpose() * weights.asDiagonal() * features;
    normal.diagonal().tail(features.cols() - 1).array() += noise;
    return at * normal.fullPivHouseholderQr().solve(features.transpose() * weights.cwiseProduct(targets));
}

}  // namespace

TEST_CASE("the model and its R^2 are those of the direct ridge regression", "[formula]") {
    // Fewer and more samples than the 10 coefficients; the frame is the distribution's, the weights fall with the distance.
    for (const Index m : {7, 25}) {
        const Index n = 3;
        const MatrixXd spread = normal_matrix(n, n, 1);
        const pm::Gaussian<double> distribution(normal_matrix(n, 1, 2), MatrixXd(spread * spread.transpose() + MatrixXd::Identity(n, n)));
        const MatrixXd samples = 2.0 * normal_matrix(n, m, 3);
        const VectorXd targets = normal_matrix(m, 1, 4);
        const auto fit = pm::LocalRegression<double>(distribution, samples).fit(targets);

        MatrixXd u(n, m);
        VectorXd weights(m);
        for (Index i = 0; i < m; ++i) {
            u.col(i) = distribution.root().whiten(samples.col(i) - distribution.mean());
            weights(i) = 1.0 / (1.0 + std::max(0.0, u.col(i).squaredNorm() / static_cast<double>(n) - 1.0));
        }
        const MatrixXd features = scaled_features(u);
        const double noise = fit.ridge * static_cast<double>(m);
        CHECK_THAT(predictions(fit.model, samples), near(ridge_predictions(features, targets, weights, noise, features), 1e-9));

        // Leaving one out, the long way: fit without it, predict it.
        const double mean = weights.dot(targets) / weights.sum();
        double error = 0, spread_of_targets = 0;
        for (Index left_out = 0; left_out < m; ++left_out) {
            VectorXd others = weights;
            others(left_out) = 0;
            const double prediction = ridge_predictions(features, targets, others, noise, features.row(left_out))(0);
            error += weights(left_out) * std::pow(targets(left_out) - prediction, 2);
            spread_of_targets += weights(left_out) * std::pow(targets(left_out) - mean, 2);
        }
        CHECK_THAT(fit.r_squared, near(1.0 - error / spread_of_targets, 1e-8));
    }
}

TEST_CASE("a quadratic is recognised and found again", "[property]") {
    const Index n = 5;
    const MatrixXd half = normal_matrix(n, n, 5);
    const pm::QuadraticModel<double> truth{half + half.transpose(), normal_matrix(n, 1, 6), 0.7};
    const pm::Gaussian<double> distribution(VectorXd::Constant(n, 3.0), MatrixXd(0.01 * MatrixXd::Identity(n, n)));
    const MatrixXd samples = (0.1 * normal_matrix(n, 48, 7)).colwise() + distribution.mean();
    const VectorXd targets = predictions(truth, samples);
    const auto fit = pm::LocalRegression<double>(distribution, samples).fit(targets);
    CHECK(1.0 - fit.r_squared < 1e-9);
    CHECK_THAT(fit.model.curvature, near(truth.curvature, 1e-3));
    CHECK_THAT(predictions(fit.model, samples), near(targets, 1e-6));
}

TEST_CASE("noise is recognised as noise", "[property]") {
    const pm::Gaussian<double> distribution(VectorXd::Zero(5), MatrixXd::Identity(5, 5));
    // 100 samples of pure noise: R^2 over these 20 draws is between -0.13 and 0.01.
    for (std::uint32_t draw = 0; draw < 20; ++draw) {
        CHECK(
            pm::LocalRegression<double>(distribution, normal_matrix(5, 100, 100 + draw)).fit(normal_matrix(100, 1, 200 + draw)).r_squared <
            0.1);
    }
}

TEST_CASE("where all targets are the same there is no model", "[property]") {
    const pm::Gaussian<double> distribution(VectorXd::Zero(2), MatrixXd::Identity(2, 2));
    MatrixXd samples = normal_matrix(2, 9, 20);
    VectorXd targets = VectorXd::Constant(9, 2.0);
    samples.col(4) *= 1e9;  // so far away that it does not count
    targets(4) = -1.0;
    const auto fit = pm::LocalRegression<double>(distribution, samples).fit(targets);
    CHECK(fit.r_squared == -std::numeric_limits<double>::infinity());
    CHECK_THAT(fit.model(Eigen::Vector2d(1, 2)), WithinAbs(2.0, 1e-14));
}

TEST_CASE("the model turns with the parameters", "[property]") {
    const Index n = 4;
    const MatrixXd turn = normal_matrix(n, n, 8).householderQr().householderQ();
    const pm::Gaussian<double> distribution(normal_matrix(n, 1, 9), MatrixXd::Identity(n, n));
    const pm::Gaussian<double> turned(turn * distribution.mean(), MatrixXd::Identity(n, n));
    const MatrixXd samples = normal_matrix(n, 12, 10);
    const VectorXd targets = normal_matrix(12, 1, 11);
    const auto fit = pm::LocalRegression<double>(distribution, samples).fit(targets);
    const auto turned_fit = pm::LocalRegression<double>(turned, turn * samples).fit(targets);
    CHECK_THAT(turned_fit.model.curvature, near((turn * fit.model.curvature * turn.transpose()).eval(), 1e-9));
    CHECK_THAT(turned_fit.model.slope, near((turn * fit.model.slope).eval(), 1e-9));
}

TEST_CASE("float finds the same model", "[property]") {
    const MatrixXd samples = normal_matrix(3, 30, 12);
    const VectorXd targets =
        (samples.colwise().squaredNorm().transpose() - samples.row(0).transpose()).eval() + 0.3 * normal_matrix(30, 1, 13);
    const pm::Gaussian<double> wide(VectorXd::Zero(3), MatrixXd::Identity(3, 3));
    const pm::Gaussian<float> narrow(Eigen::VectorXf::Zero(3), Eigen::MatrixXf::Identity(3, 3));
    const auto fit = pm::LocalRegression<double>(wide, samples).fit(targets);
    const auto float_fit = pm::LocalRegression<float>(narrow, samples.cast<float>()).fit(targets.cast<float>());
    CHECK_THAT(float_fit.r_squared, near(fit.r_squared, 1e-2));
    CHECK_THAT(float_fit.model.curvature, near(fit.model.curvature, 2e-2));
}

TEST_CASE("LocalRegression refuses what it cannot fit", "[errors]") {
    const pm::Gaussian<double> distribution(VectorXd::Zero(3), MatrixXd::Identity(3, 3));
    CHECK_THROWS_MATCHES(
        pm::LocalRegression<double>(distribution, MatrixXd::Zero(2, 5)), std::invalid_argument,
        Message("LocalRegression: the number of parameters of samples has size 2, expected 3 (the size of the distribution)"));
    CHECK_THROWS_MATCHES(pm::LocalRegression<double>(distribution, MatrixXd::Zero(3, 5)).fit(VectorXd::Zero(4)), std::invalid_argument,
                         Message("LocalRegression::fit: targets has size 4, expected 5 (the number of samples)"));
}
