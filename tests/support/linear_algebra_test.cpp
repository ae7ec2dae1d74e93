// SPDX-License-Identifier: MIT
#include "support/linear_algebra.hpp"

#include <algorithm>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

Eigen::VectorXd sorted(Eigen::VectorXd numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace

TEST_CASE("an inverse needs its pivots") {
    // [[0, 2], [4, 1]] has the determinant -8
    CHECK_THAT(primore_test::inverse(Eigen::Matrix2d{{0, 2}, {4, 1}}), near(Eigen::Matrix2d{{-0.125, 0.25}, {0.5, 0}}, 1e-15));
    const Eigen::MatrixXd matrix = primore_test::normal_matrix(9, 9, 3), product = primore_test::inverse(matrix) * matrix;
    CHECK_THAT(product, near(Eigen::MatrixXd::Identity(9, 9), 1e-13));
}

TEST_CASE("eigenvalues, and those of a square as singular values") {
    // [[1, 2], [2, 1]] has the eigenvalues 1 +- 2
    CHECK_THAT(sorted(primore_test::eigenvalues(Eigen::Matrix2d{{1, 2}, {2, 1}})), near(Eigen::Vector2d(-1, 3), 1e-15));
    CHECK_THAT(sorted(primore_test::singular_values(Eigen::Matrix2d{{1, 2}, {2, 1}})), near(Eigen::Vector2d(1, 3), 1e-15));
    CHECK_THAT(primore_test::eigenvalues(Eigen::MatrixXd::Zero(3, 3)), near(Eigen::Vector3d::Zero(), 0));
    const Eigen::MatrixXd matrix = primore_test::normal_matrix(12, 8, 3), square = matrix.transpose() * matrix;
    const Eigen::VectorXd values = sorted(primore_test::singular_values(matrix));
    CHECK_THAT(sorted(primore_test::eigenvalues(square)), near(values.cwiseAbs2(), 1e-13));
    CHECK_THAT(values.squaredNorm(), near(square.trace(), 1e-13));
}
