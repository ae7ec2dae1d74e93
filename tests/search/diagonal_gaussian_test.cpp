// SPDX-License-Identifier: MIT
#include <primore/search/diagonal_gaussian.hpp>

#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::Vector3d;
using Eigen::VectorXd;

TEMPLATE_TEST_CASE("a diagonal Gaussian is the full one with a diagonal covariance", "[property]", float, double) {
    using Vector = Eigen::Vector3<TestType>;
    const double tolerance = sizeof(TestType) == 4 ? 1e-6 : 1e-14;
    const pm::DiagonalGaussian<TestType> p(Vector(1, -1, 2), Vector(2, 3, TestType(0.5))), q(Vector(0, 1, 1), Vector(1, 4, 2));
    const auto full = [](const pm::DiagonalGaussian<TestType>& g) {
        return pm::Gaussian<TestType>(g.mean(), g.variances().asDiagonal().toDenseMatrix());
    };
    const Eigen::VectorX<TestType> x = Vector(TestType(0.3), -2, 1);
    CHECK_THAT(p.entropy(), near(full(p).entropy(), tolerance));
    CHECK_THAT(p.condition(), near(36.0, tolerance));
    CHECK_THAT(p.log_density(x), near(full(p).log_density(x), tolerance));
    CHECK_THAT(p.whiten(x), near(full(p).axes().whiten(x), tolerance));
    CHECK_THAT(pm::kl_divergence(p, q).mean, near(pm::kl_divergence(full(p), full(q)).mean, tolerance));
    CHECK_THAT(pm::kl_divergence(p, q).covariance, near(pm::kl_divergence(full(p), full(q)).covariance, tolerance));

    const auto natural = p.natural_parameters();
    CHECK_THAT(natural.slope, near(full(p).natural_parameters().slope, tolerance));
    CHECK_THAT(natural.precision, near(full(p).natural_parameters().precision.diagonal(), tolerance));
    const pm::DiagonalGaussian<TestType> back(natural);
    CHECK_THAT(back.mean(), near(p.mean(), tolerance));
    CHECK_THAT(back.standard_deviation(), near(p.standard_deviation(), tolerance));

    pm::Stream one(1, pm::Purpose::search, 0, 0), other(1, pm::Purpose::search, 0, 0);
    CHECK_THAT(p.sample(one), near(full(p).sample(other), tolerance));
}

TEST_CASE("the divergence of diagonal Gaussians has two parts", "[formula]") {
    const pm::DiagonalGaussian<double> p(Vector3d(2, 0, 0), Vector3d(1, 2, 1)), q(Vector3d(0, 0, 0), Vector3d(2, 1, 1));
    // 1/2 * 2^2 / 4 and 1/2 (1/4 - 1 + ln 4 + 4 - 1 - ln 4)
    CHECK_THAT(pm::kl_divergence(p, q).mean, near(0.5, 1e-15));
    CHECK_THAT(pm::kl_divergence(p, q).covariance, near(1.125, 1e-15));
    CHECK(pm::kl_divergence(p, p).sum() == 0);
}

TEST_CASE("DiagonalGaussian refuses what is no distribution", "[errors]") {
    CHECK_THROWS_MATCHES(pm::DiagonalGaussian<double>(VectorXd(), VectorXd()), std::invalid_argument,
                         Message("DiagonalGaussian: the size of mean is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(pm::DiagonalGaussian<double>(VectorXd::Zero(2), VectorXd::Ones(3)), std::invalid_argument,
                         Message("DiagonalGaussian: standard_deviation has size 3, expected 2 (the size of mean)"));
    CHECK_THROWS_MATCHES(pm::DiagonalGaussian<double>(Vector3d(0, 0, 0), Vector3d(1, 0, 2)), std::invalid_argument,
                         Message("DiagonalGaussian: the least standard_deviation is 0, expected a positive finite number"));
}
