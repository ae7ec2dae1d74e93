// SPDX-License-Identifier: MIT
#include <primore/search/gaussian.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <Eigen/Cholesky>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::Matrix2d;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

TEST_CASE("a covariance that rounding made singular is lifted", "[property]") {
    const pm::Gaussian<double> lifted(Vector2d::Zero(), (Matrix2d() << 1, 5, 1, 1).finished());  // the lower triangle counts
    CHECK(lifted.covariance() == lifted.covariance().transpose());
    CHECK_THAT(lifted.covariance(), near(Matrix2d::Ones(), 1e-15));
    CHECK(lifted.covariance().determinant() > 0);
}

TEMPLATE_TEST_CASE("entropy and density are those of the formula", "[formula]", float, double) {
    const double tolerance = sizeof(TestType) == 4 ? 1e-6 : 1e-14;
    const Eigen::VectorX<TestType> mean = Eigen::Vector2<TestType>(1, -1);
    const Eigen::MatrixX<TestType> covariance = Eigen::Vector2<TestType>(4, 9).asDiagonal();
    const pm::Gaussian<TestType> gaussian(mean, covariance);
    // H = ln(2 pi e) + ln 6; at (3, 2) the distance is 1 + 1.
    const double log_2_pi = std::log(2 * std::numbers::pi);
    CHECK_THAT(gaussian.entropy(), near(log_2_pi + 1 + std::log(6.0), tolerance));
    CHECK_THAT(gaussian.log_density(Eigen::Vector2<TestType>(3, 2)), near(-log_2_pi - std::log(6.0) - 1, tolerance));
    Eigen::MatrixX<TestType> samples(2, 2);
    samples << 3, 1, 2, 5;
    CHECK_THAT(gaussian.squared_distances(samples), near(Eigen::VectorX<TestType>(Eigen::Vector2<TestType>(2, 4)), tolerance));
}

TEST_CASE("the divergence has a part of the mean and one of the covariance", "[formula]") {
    const pm::Gaussian<double> p(Vector2d(2, 0), Vector2d(1, 4).asDiagonal().toDenseMatrix());
    const pm::Gaussian<double> q(Vector2d(0, 0), Vector2d(4, 1).asDiagonal().toDenseMatrix());
    // 1/2 * 2^2 / 4 and 1/2 (1/4 + 4 - 2 + ln 4 - ln 4)
    const auto kl = pm::kl_divergence(p, q);
    CHECK_THAT(kl.mean, near(0.5, 1e-15));
    CHECK_THAT(kl.covariance, near(1.125, 1e-15));
    CHECK_THAT(pm::kl_divergence(p, p).mean, near(0.0, 1e-15));
    CHECK_THAT(pm::kl_divergence(p, p).covariance, near(0.0, 1e-15));
}

TEST_CASE("samples have the mean and the covariance of the distribution", "[property]") {
    const Matrix2d covariance = (Matrix2d() << 2.0, -1.2, -1.2, 1.0).finished();
    const pm::Gaussian<double> gaussian(Vector2d(3, -2), covariance);
    constexpr int n = 100'000;  // standard errors at most 4.5e-3 (mean) and 9e-3 (covariance); bounds are 4 of them
    Vector2d mean = Vector2d::Zero();
    Matrix2d second = Matrix2d::Zero();
    pm::Stream stream(1, pm::Purpose::search, 0, 0);
    for (int i = 0; i < n; ++i) {
        const Vector2d x = gaussian.sample(stream) - gaussian.mean();
        mean += x / n;
        second += x * x.transpose() / n;
    }
    CHECK((mean.cwiseAbs().maxCoeff()) < 1.8e-2);
    CHECK(((second - covariance).cwiseAbs().maxCoeff()) < 3.6e-2);
}

TEMPLATE_TEST_CASE("what a search may become has squares and inverse squares", "[formula]", float, double) {
    const TestType widest = std::cbrt(std::numeric_limits<TestType>::max());
    const auto with = [](TestType mean, TestType deviation) {
        return pm::Gaussian<TestType>(Eigen::Vector2<TestType>(mean, 0),
                                      Eigen::Vector2<TestType>(1, deviation * deviation).asDiagonal().toDenseMatrix());
    };
    CHECK(pm::is_representable(with(1, 1)));
    CHECK(pm::is_representable(with(1, TestType(0.9) * widest)));
    CHECK(!pm::is_representable(with(1, TestType(1.1) * widest)));
    CHECK(!pm::is_representable(with(TestType(2) * widest * widest, 1)));
    const Eigen::MatrixX<TestType> narrow = Eigen::Vector2<TestType>::Constant(TestType(0.5) / widest).cwiseAbs2().asDiagonal();
    CHECK(!pm::is_representable(pm::Gaussian<TestType>(Eigen::Vector2<TestType>::Zero(), narrow)));
}

TEST_CASE("every square-root factor gives the same distribution", "[property]") {
    const Matrix2d covariance = (Matrix2d() << 2.0, -1.2, -1.2, 1.0).finished();
    const pm::Gaussian<double> gaussian(Vector2d(3, -2), covariance);
    const Eigen::LLT<MatrixXd> cholesky(covariance);
    const MatrixXd turned = gaussian.root() * (Matrix2d() << 0.6, -0.8, 0.8, 0.6).finished();
    const MatrixXd lower = cholesky.matrixL();
    for (const MatrixXd& factor : {gaussian.root(), lower, turned}) {
        CHECK_THAT(factor * factor.transpose(), near(covariance, 1e-14));
        // E ln N(x) = -H. Standard deviation of ln N is sqrt(N / 2) = 1, so that of the average 5e-3; the bound is 4 of them.
        pm::Stream stream(2, pm::Purpose::search, 0, 0);
        double log_density = 0;
        for (int i = 0; i < 40'000; ++i) log_density += gaussian.log_density(pm::normal_sample(gaussian.mean(), factor, stream)) / 40'000;
        CHECK_THAT(log_density, WithinAbs(-gaussian.entropy(), 2e-2));
    }
    pm::Stream one(3, pm::Purpose::search, 0, 0), other(3, pm::Purpose::search, 0, 0);
    CHECK_THAT(pm::normal_sample(gaussian.mean(), lower.triangularView<Eigen::Lower>(), one),
               near(pm::normal_sample(gaussian.mean(), lower, other), 1e-15));
}

TEST_CASE("the divergence is the mean of the log ratio", "[property]") {
    const pm::Gaussian<double> p(Vector2d(1, 0), (Matrix2d() << 2.0, 0.5, 0.5, 1.0).finished());
    const pm::Gaussian<double> q(Vector2d(0, 0.5), (Matrix2d() << 1.5, -0.3, -0.3, 2.0).finished());
    pm::Stream stream(4, pm::Purpose::search, 0, 0);
    double sum = 0;
    constexpr int n = 100'000;  // standard error 4e-3, measured on blocks; the bound is 4 of them
    for (int i = 0; i < n; ++i) {
        const VectorXd x = p.sample(stream);
        sum += p.log_density(x) - q.log_density(x);
    }
    CHECK_THAT(pm::kl_divergence(p, q).sum(), WithinAbs(sum / n, 1.6e-2));
}

TEMPLATE_TEST_CASE("natural parameters are those of the density and lead back", "[property]", float, double) {
    const double tolerance = sizeof(TestType) == 4 ? 2e-5 : 1e-13;
    const Eigen::VectorX<TestType> mean = Eigen::Vector2<TestType>(1, 2);
    const Eigen::MatrixX<TestType> covariance = (Eigen::Matrix2<TestType>() << 5, 4, 4, 5).finished();
    const pm::Gaussian<TestType> gaussian(mean, covariance);
    const auto natural = gaussian.natural_parameters();
    // [[5, 4], [4, 5]]^-1 = [[5, -4], [-4, 5]] / 9, times (1, 2): (-1/3, 2/3).
    CHECK_THAT(natural.precision, near((Matrix2d() << 5, -4, -4, 5).finished() / 9, tolerance));
    CHECK_THAT(natural.slope, near(Vector2d(-1, 2) / 3, tolerance));
    const pm::Gaussian<TestType> back(natural);
    CHECK_THAT(back.mean(), near(mean, tolerance));
    CHECK_THAT(back.covariance(), near(covariance, tolerance));
    CHECK_THAT(back.root(), near(gaussian.root(), tolerance));
    CHECK_THAT(back.axes().condition(), near(9.0, 10 * tolerance));
}

TEST_CASE("Gaussian refuses what is no distribution", "[errors]") {
    CHECK_THROWS_MATCHES(pm::Gaussian<double>(VectorXd(), MatrixXd()), std::invalid_argument,
                         Message("Gaussian: the size of mean is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(pm::Gaussian<double>(VectorXd::Zero(2), MatrixXd::Identity(3, 3)), std::invalid_argument,
                         Message("Gaussian: covariance.rows() has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(pm::Gaussian<double>(Vector2d(0, std::numeric_limits<double>::quiet_NaN()), MatrixXd::Identity(2, 2)),
                         std::invalid_argument, Message("Gaussian: mean[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(pm::Gaussian<double>(pm::NaturalParameters<double>{Vector2d(0, 0), -Matrix2d::Identity()}), std::invalid_argument,
                         Message("Gaussian: the least eigenvalue of precision is -1, expected a positive finite number"));
}
