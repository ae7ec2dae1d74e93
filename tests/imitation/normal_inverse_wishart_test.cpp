// SPDX-License-Identifier: MIT

#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>
#include <Eigen/LU>

#include <primore/imitation/normal_inverse_wishart.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using Prior = primore::NormalInverseWishart<double>;

Prior informed() {
    const Eigen::MatrixXd root = primore_test::normal_matrix(3, 3, 5);
    return Prior::with_expected({Eigen::Vector3d(1, -2, 0.5), root * root.transpose()}, 2.5, 4.0);
}

void check_same(const Prior& one, const Prior& other) {
    CHECK_THAT(one.mean, near(other.mean, 1e-14));
    CHECK_THAT(one.scatter, near(other.scatter, 1e-13));
    CHECK(one.mean_count == other.mean_count);
    CHECK(one.covariance_count == other.covariance_count);
}

}  // namespace

TEMPLATE_TEST_CASE("with nothing known the vectors speak for themselves", "[normal_inverse_wishart]", double, float) {
    const Eigen::MatrixXd vectors = primore_test::normal_matrix(4, 7, 1);
    const Eigen::MatrixXd deviations = vectors.colwise() - vectors.rowwise().mean();
    const Eigen::MatrixXd scatter = deviations * deviations.transpose();
    const double tolerance = sizeof(TestType) == 4 ? 1e-6 : 1e-14;
    auto flat = primore::NormalInverseWishart<TestType>::flat(4);
    flat.include(vectors.cast<TestType>());
    CHECK_THAT(flat.expected().mean, near(vectors.rowwise().mean(), tolerance));
    CHECK_THAT(flat.expected().covariance, near(scatter / 6, tolerance));
    CHECK(flat.expected().covariance == flat.expected().covariance.transpose());
    auto likely = primore::NormalInverseWishart<TestType>::flat_mode(4);
    likely.include(vectors.cast<TestType>());
    CHECK_THAT(likely.mode().mean, near(vectors.rowwise().mean(), tolerance));
    CHECK_THAT(likely.mode().covariance, near(scatter / 7, tolerance));
}

TEST_CASE("vectors one by one, in parts or in another order lead to the same", "[normal_inverse_wishart]") {
    const Eigen::MatrixXd vectors = primore_test::normal_matrix(3, 8, 2).array() + 5;
    for (const Prior& prior : {Prior::flat(3), Prior::flat_mode(3), informed()}) {
        Prior at_once = prior, one_by_one = prior, in_parts = prior;
        at_once.include(vectors);
        for (Eigen::Index i = 0; i < 8; ++i) one_by_one.include(vectors.col(7 - i));
        in_parts.include(vectors.leftCols(5));
        in_parts.include(vectors.middleCols(5, 0));
        in_parts.include(vectors.rightCols(3));
        check_same(one_by_one, at_once);
        check_same(in_parts, at_once);
    }
}

TEST_CASE("a prior is worth as many vectors as it says", "[normal_inverse_wishart]") {
    const Prior prior = informed();
    const Eigen::MatrixXd vectors = primore_test::normal_matrix(3, 6, 3);
    Prior posterior = prior;
    posterior.include(vectors);
    const Eigen::VectorXd average = vectors.rowwise().mean(), gap = average - prior.mean;
    const Eigen::MatrixXd deviations = vectors.colwise() - average;
    CHECK_THAT(posterior.expected().mean, near((2.5 * prior.mean + 6 * average) / 8.5, 1e-14));
    const Eigen::MatrixXd scatter = prior.scatter + deviations * deviations.transpose() + 2.5 * 6 / 8.5 * gap * gap.transpose();
    CHECK_THAT(posterior.expected().covariance, near(scatter / 10, 1e-13));
    CHECK_THAT(prior.expected().covariance * 4, near(prior.scatter, 1e-14));
}

TEST_CASE("a guess of the mode is the mode as long as nothing else is known", "[normal_inverse_wishart]") {
    const Eigen::Matrix3d guess = Eigen::Vector3d(1, 2, 3).asDiagonal();
    Prior prior = Prior::with_mode(guess, 20);
    CHECK_THAT(prior.mode().covariance, near(guess, 1e-14));
    const Eigen::MatrixXd vectors = primore_test::normal_matrix(3, 5, 4);
    const Eigen::MatrixXd deviations = vectors.colwise() - vectors.rowwise().mean();
    prior.include(vectors);
    CHECK_THAT(prior.mode().mean, near(vectors.rowwise().mean(), 1e-14));
    CHECK_THAT(prior.mode().covariance, near((20 * guess + deviations * deviations.transpose()) / 25, 1e-14));
}

TEST_CASE("the mode is where the density is highest, the density that of the distribution", "[normal_inverse_wishart]") {
    const Prior prior = informed();
    const auto mode = prior.mode();
    const double highest = prior.log_density(mode);
    for (unsigned i = 0; i < 20; ++i) {
        const Eigen::MatrixXd step = 1e-2 * primore_test::normal_matrix(3, 4, 20 + i);
        const Eigen::Matrix3d root = Eigen::Matrix3d::Identity() + step.leftCols(3);
        CHECK(prior.log_density({mode.mean + step.col(3), root * mode.covariance * root.transpose()}) < highest);
    }
    // with N = 1: normal(m; m_0, S / kappa) times inverse gamma(S; nu / 2, Psi / 2), nu = covariance_count + 2
    const Prior scalar{Eigen::VectorXd::Constant(1, 0.5), 2, Eigen::MatrixXd::Constant(1, 1, 3), 4};
    const auto density = [](double m, double s) {
        return -(6 / 2.0 + 1 + 0.5) * std::log(s) - 3 / (2 * s) - 2 * (m - 0.5) * (m - 0.5) / (2 * s);
    };
    const auto ours = [&](double m, double s) {
        return scalar.log_density({Eigen::VectorXd::Constant(1, m), Eigen::MatrixXd::Constant(1, 1, s)});
    };
    CHECK_THAT(ours(0.7, 2) - ours(-1, 0.3), near(density(0.7, 2) - density(-1, 0.3), 1e-13));
    CHECK(ours(0, -1) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("too few vectors, and vectors of another size, are refused", "[normal_inverse_wishart]") {
    Prior flat = Prior::flat(3);
    flat.include(Eigen::MatrixXd::Ones(3, 1));
    CHECK_THROWS_MATCHES(
        flat.expected(), std::invalid_argument,
        Message("NormalInverseWishart: covariance_count is 0, expected more: include more vectors, or begin with a prior"));
    CHECK_THROWS_MATCHES(
        Prior::flat_mode(3).mode(), std::invalid_argument,
        Message("NormalInverseWishart: covariance_count is -8, expected more: include more vectors, or begin with a prior"));
    CHECK_THROWS_MATCHES(flat.include(Eigen::MatrixXd::Ones(2, 1)), std::invalid_argument,
                         Message("NormalInverseWishart: vectors.rows() has size 2, expected 3 (the size of mean)"));
    flat.mean_count = -1;
    CHECK_THROWS_MATCHES(flat.validate("learn", 3), std::invalid_argument,
                         Message("learn: prior.mean_count is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(flat.validate("learn", 4), std::invalid_argument,
                         Message("learn: prior.mean has size 3, expected 4 (the number of weights)"));
}
