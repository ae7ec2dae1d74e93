// SPDX-License-Identifier: MIT
#include <primore/search/moving_regression.hpp>

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_test::normal_matrix;

/// H and the right side as they are defined, sample by sample, with the noise and the prior of a factor.
VectorXd direct_solution(const pm::MovingRegression<double>& regression, const VectorXd& targets, const VectorXd& weights,
                         const pm::RegressionFactor<double>& factor) {
    const MatrixXd features = regression.pool().features();
    MatrixXd h = features * weights.asDiagonal() * features.transpose();
    h.diagonal().tail(h.rows() - 1).array() += factor.noise;
    const Eigen::Index mean_square = 1 + regression.pool().samples().rows();
    h(mean_square, mean_square) += factor.noise / factor.prior.isotropic - factor.noise;
    const VectorXd right_side = features * weights.cwiseProduct(targets);
    return Eigen::LLT<MatrixXd>(h).solve(right_side);
}

template <typename Scalar>
Eigen::VectorX<Scalar> solution(const pm::MovingRegression<Scalar>& regression, const pm::RegressionFactor<Scalar>& factor,
                                const Eigen::VectorX<Scalar>& targets) {
    return regression.coefficients(factor, regression.fit(factor, targets));
}

/// A pool of 60 samples of 3 parameters with normal returns, followed by a distribution.
struct Pool {
    pm::Gaussian<double> distribution{VectorXd::Zero(3), MatrixXd::Identity(3, 3)};
    pm::MovingRegression<double> regression{distribution};
    pm::RegressionFactor<double> factor;

    Pool() {
        regression.append(normal_matrix(3, 60, 1), normal_matrix(60, 1, 2));
        regression.follow(distribution);
    }
};

}  // namespace

TEST_CASE("a moving regression finds the quadratic that returns lie on, in the coordinates of any distribution", "[formula]") {
    // R = 2 - (w - c)'A(w - c) / 2 has the curvature S^1/2 A S^1/2 and the slope S^1/2 A (c - m) in u = S^-1/2 (w - m).
    MatrixXd a(2, 2), covariance(2, 2);
    a << 3, 1, 1, 2;
    covariance << 0.5, 0.1, 0.1, 0.3;
    const Eigen::Vector2d c(1, -2), m(0.5, -1);
    const pm::Gaussian<double> start(VectorXd::Zero(2), MatrixXd::Identity(2, 2)), now(m, covariance);
    const MatrixXd samples = normal_matrix(2, 20, 3);
    VectorXd returns(20);
    for (Eigen::Index i = 0; i < 20; ++i) returns(i) = 2 - (samples.col(i) - c).dot(a * (samples.col(i) - c)) / 2;
    pm::MovingRegression<double> regression(start);
    regression.append(samples, returns);
    regression.follow(now);
    pm::RegressionFactor<double> factor;
    regression.factorize({1e-14}, 20, factor);
    const auto fit = regression.fit(factor, returns);
    const VectorXd theta = regression.coefficients(factor, fit);
    const auto [curvature, slope] = regression.pool().whitened(theta, now);
    const MatrixXd root = now.root();
    CHECK_THAT(curvature, near(MatrixXd(root * a * root), 1e-8));
    CHECK_THAT(slope, near(VectorXd(root * a * (c - m)), 1e-8));
    CHECK_THAT(fit.left_out_errors, near(VectorXd::Zero(20).eval(), 1e-7));
    CHECK_THAT(regression.pool().predictions(20, theta), near(returns, 1e-8));
}

TEST_CASE("the noise of a moving regression is per unit of weight", "[formula]") {
    Pool pool;
    pool.regression.factorize({0.3}, 2, pool.factor);
    CHECK_THAT(pool.factor.noise, near(0.3 * pool.regression.pool().weights().sum(), 1e-12));
    const VectorXd targets = pool.regression.pool().returns(), weights = pool.regression.pool().weights();
    CHECK_THAT(solution(pool.regression, pool.factor, targets),
               near(direct_solution(pool.regression, targets, weights, pool.factor), 1e-10));
}

TEST_CASE("a moving regression has the solution of the direct fit, wherever the distribution goes", "[property]") {
    struct Size {
        Eigen::Index parameters, population, pool;
        double motion;
    };
    int updates = 0;
    for (const auto& [n, population, pool, motion] : {Size{4, 7, 40, 1.0}, Size{12, 2, 150, 0.03}, Size{13, 7, 103, 0.1}}) {
        pm::Gaussian<double> distribution(VectorXd::Zero(n), MatrixXd::Identity(n, n));
        pm::MovingRegression<double> regression(distribution);
        pm::RegressionFactor<double> factor;
        for (int generation = 0; generation < 300; ++generation) {
            const auto seed = static_cast<unsigned>(generation);
            const Eigen::Index count = generation == 0 ? pool : population;
            const MatrixXd offsets = distribution.root() * normal_matrix(n, count, seed);
            regression.append(offsets.colwise() + distribution.mean(), normal_matrix(count, 1, seed + 1000));
            regression.keep(pool);
            regression.follow(distribution);
            const VectorXd weights = regression.pool().weights(), returns = regression.pool().returns();
            VectorXd ratios(weights.size());  // no weight is further from what is documented, in their unit, than half as much again
            for (Eigen::Index i = 0; i < weights.size(); ++i) {
                const VectorXd whitened = distribution.axes().whiten(regression.pool().samples().col(i) - distribution.mean());
                const double d = std::max(1.0, whitened.squaredNorm() / static_cast<double>(n));
                ratios(i) = weights(i) * d * d;
            }
            CHECK(ratios.maxCoeff() <= 2.25 * ratios.minCoeff() * (1 + 1e-12));
            regression.factorize({1e-6, generation < 150 ? 1.0 : 1000.0}, population, factor);
            const VectorXd theta = solution(regression, factor, returns);
            const VectorXd direct = direct_solution(regression, returns, weights, factor);
            CHECK((theta - direct).norm() <= 1e-8 * direct.norm());
            CHECK((factor.noise <= 1.5e-6 * weights.sum() && factor.noise >= 1e-6 / 1.5 * weights.sum()));
            updates += factor.cholesky.pending() > 0 ? 1 : 0;
            // The next distribution: shifted by up to a deviation, narrower by 3 % on average, turned a little; or all that more slowly.
            const MatrixXd turn = MatrixXd::Identity(n, n) * (1 - 0.03 * motion) + 0.1 * motion * normal_matrix(n, n, seed + 2000);
            const MatrixXd factor_of_next = distribution.root() * turn;
            const VectorXd shift = distribution.root() * normal_matrix(n, 1, seed + 3000) * 0.5 * motion;
            distribution = pm::Gaussian<double>(distribution.mean() + shift, factor_of_next * factor_of_next.transpose());
        }
    }
    CHECK(updates > 200);  // by the small population
}

TEST_CASE("a moving regression weights samples as their pool does, in the unit in use", "[property]") {
    const pm::Gaussian<double> distribution(VectorXd::Zero(2), MatrixXd::Identity(2, 2));
    pm::MovingRegression<double> regression(distribution);
    MatrixXd samples = normal_matrix(2, 5, 1) * 0.1;
    samples.col(2) << 4, 0;  // |u|^2 / N = 8
    regression.append(samples, (VectorXd(5) << 3, 7, -1, 3, -1e300).finished());
    regression.follow(distribution, 16);
    CHECK_THAT(VectorXd(regression.pool().weights()), near(regression.pool().weights_under(distribution, 16), 1e-15));
    regression.follow(distribution);  // without a preference they are alike again, in the unit that is in use
    const VectorXd alike = regression.pool().weights() / regression.pool().weights()(0);
    CHECK_THAT(alike, near((VectorXd(5) << 1, 1, 1.0 / 64, 1, 1).finished(), 1e-15));
}

TEST_CASE("left-out errors are those of the regression without the sample", "[property]") {
    Pool pool;
    pool.regression.factorize({0.01}, 5, pool.factor);
    const VectorXd targets = pool.regression.pool().returns(), weights = pool.regression.pool().weights();
    const auto fit = pool.regression.fit(pool.factor, targets);
    REQUIRE(fit.left_out_errors.size() == 5);
    const MatrixXd features = pool.regression.pool().features();
    for (Eigen::Index k = 0; k < 5; ++k) {
        VectorXd without = weights;
        without(55 + k) = 0;
        MatrixXd h = features * without.asDiagonal() * features.transpose();
        h.diagonal().tail(h.rows() - 1).array() += 0.01 * weights.sum();
        const VectorXd right_side = features * without.cwiseProduct(targets);
        const VectorXd theta = Eigen::LLT<MatrixXd>(h).solve(right_side);
        CHECK_THAT(fit.left_out_errors(k), near(targets(55 + k) - features.col(55 + k).dot(theta), 1e-9));
    }
}

TEST_CASE("samples beyond all reach change nothing, and do not overflow", "[property]") {
    Pool pool;
    pool.regression.factorize({0.01}, 1, pool.factor);
    const VectorXd before = solution<double>(pool.regression, pool.factor, pool.regression.pool().returns());
    MatrixXd far(3, 2);
    far << 1e6, 1e300, 0, -1e300, 0, 1e300;
    pool.regression.append(far, Eigen::Vector2d(1e300, -5));
    pool.regression.follow(pool.distribution);
    CHECK(pool.regression.pool().count() == 62);
    CHECK(VectorXd(pool.regression.pool().weights().tail(2)).isZero(0));
    VectorXd targets = pool.regression.pool().returns();
    targets.tail(2).setOnes();
    pool.regression.factorize({0.01}, 1, pool.factor);
    CHECK_THAT(solution(pool.regression, pool.factor, targets), near(before, 1e-12));
}

TEST_CASE("few samples leave what many would: the direct fit, and left-out errors of those without weight too", "[property]") {
    const Eigen::Index n = 14, count = 60;  // P = 120
    const pm::Gaussian<double> distribution(VectorXd::Zero(n), MatrixXd::Identity(n, n));
    pm::MovingRegression<double> regression(distribution);
    MatrixXd samples = normal_matrix(n, count, 5);
    samples.col(10) *= 3;    // a weight below 1
    samples.col(57) *= 1e5;  // none
    regression.append(samples, normal_matrix(count, 1, 6));
    regression.follow(distribution);
    const VectorXd targets = regression.pool().returns(), weights = regression.pool().weights();
    CHECK((weights(10) < 0.5 && weights(57) == 0));
    for (const double isotropic : {1.0, 1000.0}) {
        pm::RegressionFactor<double> factor;
        regression.factorize({0.01, isotropic}, 5, factor);
        CHECK(factor.cholesky.size() == 0);
        const auto fit = regression.fit(factor, targets);
        const VectorXd direct = direct_solution(regression, targets, weights, factor);
        CHECK((regression.coefficients(factor, fit) - direct).norm() <= 1e-9 * direct.norm());
        for (Eigen::Index k = 0; k < 5; ++k) {
            VectorXd without = weights;
            without(55 + k) = 0;
            const VectorXd theta = direct_solution(regression, targets, without, factor);
            CHECK_THAT(fit.left_out_errors(k), near(targets(55 + k) - regression.pool().features().col(55 + k).dot(theta), 1e-8));
        }
    }
}

TEST_CASE("a sphere is known from little more than N samples where the mean curvature is free", "[property]") {
    const Eigen::Index n = 12;
    const pm::Gaussian<double> distribution(VectorXd::Zero(n), MatrixXd::Identity(n, n));
    const VectorXd centre = normal_matrix(n, 1, 9);
    for (const Eigen::Index count : {n + 3, n + 4}) {
        pm::MovingRegression<double> regression(distribution);
        const MatrixXd samples = normal_matrix(n, count, 7);
        regression.append(samples, -(samples.colwise() - centre).colwise().squaredNorm().transpose() / 2);
        regression.follow(distribution);
        const auto error = [&](double isotropic) {
            pm::RegressionFactor<double> factor;
            regression.factorize({1e-10, isotropic}, 1, factor);
            const VectorXd theta = solution<double>(regression, factor, regression.pool().returns());
            return (regression.pool().whitened(theta, distribution).curvature - MatrixXd::Identity(n, n)).norm();
        };
        CHECK(error(1000) < 0.1);
        CHECK(error(1) > 1);
    }
}

TEST_CASE("one sample in many places is factorised all the same", "[property]") {
    const pm::Gaussian<float> start(Eigen::VectorXf::Ones(3), Eigen::MatrixXf::Identity(3, 3));
    pm::MovingRegression<float> regression(start);
    regression.append(Eigen::MatrixXf::Ones(3, 50), Eigen::VectorXf::LinSpaced(50, 0, 1));
    regression.follow(start);
    pm::RegressionFactor<float> factor;
    regression.factorize({0}, 3, factor);
    CHECK(solution<float>(regression, factor, regression.pool().returns()).allFinite());
}
