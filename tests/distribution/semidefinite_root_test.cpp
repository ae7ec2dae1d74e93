// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <Eigen/Core>

#include <primore/distribution/semidefinite_root.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::SemidefiniteRoot;

TEST_CASE("the root of a definite covariance is its Cholesky factor") {
    // [[4, 2], [2, 10]] = L L' with L = [[2, 0], [1, 3]]
    const SemidefiniteRoot<double> root("test", "covariance", Eigen::Matrix2d{{4, 2}, {2, 10}});
    CHECK_THAT(root.matrix(), near(Eigen::Matrix2d{{2, 0}, {1, 3}}, 1e-15));
    CHECK(root.is_definite());
    CHECK_THAT(root.log_determinant(), near(std::log(36.0), 1e-15));
    CHECK_THAT(root.whiten(Eigen::Vector2d(2, 7)), near(Eigen::Vector2d(1, 2), 1e-15));
}

TEMPLATE_TEST_CASE("a root of a singular covariance gives the covariance back", "", float, double) {
    using Matrix = Eigen::MatrixX<TestType>;
    const double tolerance = std::is_same_v<TestType, float> ? 3e-6 : 1e-14;
    for (const Eigen::Index rank : {0, 1, 3, 7}) {
        CAPTURE(rank);
        const Matrix factor = primore_test::normal_matrix(8, rank, 3).cast<TestType>();
        const Matrix covariance = factor * factor.transpose();
        const SemidefiniteRoot<TestType> root("test", "covariance", covariance);
        CHECK_FALSE(root.is_definite());
        CHECK_THAT((root.matrix() * root.matrix().transpose()).eval(), near(covariance, tolerance * 10));
    }
}

TEST_CASE("variances of very different size keep their small directions") {
    const Eigen::Vector3d variances(1e8, 0, 1e-4);
    const SemidefiniteRoot<double> root("test", "covariance", variances.asDiagonal().toDenseMatrix());
    CHECK_THAT((root.matrix() * root.matrix().transpose()).eval(), near(variances.asDiagonal().toDenseMatrix(), 1e-15));
}

TEST_CASE("an indefinite covariance has no root") {
    const auto expected = Message("WeightDistribution: covariance is indefinite, expected positive semi-definite");
    const auto root = [](const Eigen::Matrix2d& covariance) {
        return SemidefiniteRoot<double>("WeightDistribution", "covariance", covariance);
    };
    CHECK_THROWS_MATCHES(root(Eigen::Matrix2d{{1, 2}, {2, 1}}), std::invalid_argument, expected);
    CHECK_THROWS_MATCHES(root(Eigen::Matrix2d{{0, 1}, {1, 0}}), std::invalid_argument, expected);
    CHECK_THROWS_MATCHES(root(Eigen::Matrix2d{{1, 0}, {0, -1e-9}}), std::invalid_argument, expected);
}
