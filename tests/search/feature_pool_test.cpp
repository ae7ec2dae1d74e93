// SPDX-License-Identifier: MIT
#include <primore/search/feature_pool.hpp>

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

pm::Gaussian<double> standard_normal(Eigen::Index n) { return {VectorXd::Zero(n), MatrixXd::Identity(n, n)}; }

}  // namespace

TEST_CASE("features of a pool and weights under a distribution are as documented", "[formula]") {
    const pm::Gaussian<double> frame(Eigen::Vector2d(1, 2), Eigen::Vector2d(4, 9).asDiagonal());
    pm::FeaturePool<double> pool(frame);
    MatrixXd samples(2, 2);
    samples << 3, 9, 5, 2;  // u = (1, 1) and (4, 0): |u|^2 / N = 1 and 8
    pool.append(samples, Eigen::Vector2d(1, 2));
    const double r = std::sqrt(1000.0);
    MatrixXd features(6, 2);
    features << 1, 1, r, 4 * r, r, 0, 1, 8, 0, 8, 1, 0;  // the squares (s, s) and (16 s, 0), s^2 = 1/2, reflected
    CHECK_THAT(MatrixXd(pool.features()), near(features, 1e-12));
    CHECK(VectorXd(pool.weights()).isZero(0));
    CHECK_THAT(pool.weights_under(frame, 1), near(Eigen::Vector2d(1, 1.0 / 64), 1e-12));

    MatrixXd products(2, 2);  // of the rows without the constant, 1 and 8 being those of the mean curvature
    products << 2000 + 1 + 1, 0, 4000 + 8, 16000 + 64 + 64;
    CHECK_THAT(pool.products(1), near(products, 1e-11));
    products += 9 * (MatrixXd(2, 2) << 1, 0, 8, 64).finished();
    CHECK_THAT(pool.products(10), near(products, 1e-11));
}

TEST_CASE("with a preference, samples count by the rank of their returns", "[formula]") {
    const auto distribution = standard_normal(2);
    pm::FeaturePool<double> pool(distribution);
    MatrixXd samples = normal_matrix(2, 5, 1) * 0.1;
    samples.col(2) << 4, 0;  // |u|^2 / N = 8
    pool.append(samples, (VectorXd(5) << 3, 7, -1, 3, -1e300).finished());
    // q = 0 for 7, 3/8 for both that are second and third, 3/4 and 1.
    const double shared = std::pow(16, -0.375);
    CHECK_THAT(pool.weights_under(distribution, 16), near((VectorXd(5) << shared, 1, 1.0 / 8 / 64, shared, 1.0 / 16).finished(), 1e-15));
}

TEST_CASE("a pool knows the order of its returns, whatever came and went", "[property]") {
    pm::FeaturePool<double> pool(standard_normal(1));
    for (unsigned generation = 0; generation < 50; ++generation) {
        const Eigen::Index count = 1 + generation % 4;
        const VectorXd returns = (3 * normal_matrix(count, 1, generation)).array().round();  // many are equal
        pool.append(normal_matrix(1, count, generation), returns);
        if (pool.count() > 9) pool.drop(pool.count() - 9);
        CHECK(pool.best_first() == pm::detail::best_first(VectorXd(pool.returns())));
    }
}

TEST_CASE("a distribution leaves the frame of a pool after 1.5 deviations or at 3 times or a third of its size", "[formula]") {
    const MatrixXd root = MatrixXd::Identity(3, 3) + 0.3 * MatrixXd::Ones(3, 3), covariance = root * root;
    const pm::Gaussian<double> frame(VectorXd::Ones(3), covariance);
    const pm::FeaturePool<double> pool(frame);
    const auto is_left = [&](const Eigen::Vector3d& shift, const Eigen::Vector3d& sizes) {
        const MatrixXd factor = root * sizes.asDiagonal();
        return pool.is_left_by({VectorXd(VectorXd::Ones(3) + root * shift), MatrixXd(factor * factor.transpose())});
    };
    CHECK_FALSE(is_left({1.49, -1.49, 1.49}, {1, 1, 1}));
    CHECK(is_left({1.51, -1.51, 1.51}, {1, 1, 1}));
    CHECK_FALSE(is_left({0, 0, 2.59}, {1, 1, 1}));  // along one axis: sqrt 3 times as far
    CHECK(pool.is_left_by({VectorXd::Ones(3), MatrixXd(9.1 * covariance)}));
    CHECK_FALSE(pool.is_left_by({VectorXd::Ones(3), MatrixXd(8.9 * covariance)}));
    CHECK(pool.is_left_by({VectorXd::Ones(3), MatrixXd(covariance / 9.1)}));
    CHECK_FALSE(pool.is_left_by({VectorXd::Ones(3), MatrixXd(covariance / 8.9)}));
}

TEST_CASE("a pool keeps its samples in order as they come and go, and its features belong to its frame", "[property]") {
    pm::FeaturePool<double> pool(standard_normal(3));
    const MatrixXd samples = normal_matrix(3, 200, 1);
    const VectorXd returns = normal_matrix(200, 1, 2);
    Eigen::Index first = 0;
    for (Eigen::Index last = 0; last < 200; last += 4) {
        pool.append(samples.middleCols(last, 4), returns.segment(last, 4));
        pool.weights().tail(4).setConstant(static_cast<double>(last));
        if (pool.count() > 30) {
            pool.drop(7);
            first += 7;
        }
        REQUIRE(pool.count() == last + 4 - first);
        CHECK(pool.newest() == 4);
        CHECK(MatrixXd(pool.samples()) == samples.middleCols(first, pool.count()));
        CHECK(VectorXd(pool.returns()) == returns.segment(first, pool.count()));
        CHECK(pool.weights()(0) == static_cast<double>(first / 4 * 4));
    }
    const pm::Gaussian<double> frame(VectorXd::Ones(3), MatrixXd(2 * MatrixXd::Identity(3, 3)));
    pool.set_frame(frame);
    pm::FeaturePool<double> other(frame);
    other.append(pool.samples(), pool.returns());
    CHECK(MatrixXd(pool.features()) == MatrixXd(other.features()));
    const VectorXd theta = normal_matrix(10, 1, 3);
    CHECK_THAT(pool.predictions(5, theta), near(VectorXd(pool.features().rightCols(5).transpose() * theta), 1e-12));
}

TEST_CASE("coefficients of a pool describe the same model in the coordinates of any distribution", "[formula]") {
    const MatrixXd a = normal_matrix(3, 3, 4);
    const pm::Gaussian<double> frame(normal_matrix(3, 1, 5), MatrixXd(a * a.transpose() + MatrixXd::Identity(3, 3)));
    const pm::Gaussian<double> now(normal_matrix(3, 1, 6), MatrixXd(a.transpose() * a + 0.5 * MatrixXd::Identity(3, 3)));
    pm::FeaturePool<double> pool(frame);
    const VectorXd theta = normal_matrix(10, 1, 7);
    const auto [curvature, slope] = pool.whitened(theta, now);
    const MatrixXd u = normal_matrix(3, 8, 8);
    MatrixXd samples = now.mean().replicate(1, 9);  // the first is the mean itself
    samples.rightCols(8) += now.root() * u;
    pool.append(samples, VectorXd::Zero(9));
    const VectorXd values = pool.predictions(9, theta);
    for (Eigen::Index i = 0; i < 8; ++i) {
        CHECK_THAT(values(i + 1) - values(0), near(u.col(i).dot(slope) - u.col(i).dot(curvature * u.col(i)) / 2, 1e-11));
    }
}
