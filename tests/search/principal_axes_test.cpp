// SPDX-License-Identifier: MIT
#include <primore/search/principal_axes.hpp>

#include <cmath>

#include <primore/search/gaussian.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::Matrix2d;
using Eigen::MatrixXd;
using Eigen::Vector2d;

TEST_CASE("the axes of a covariance, worked out", "[formula]") {
    // [5 4; 4 5] = 9 along (1, 1) and 1 along (1, -1); the root is [2 1; 1 2], its inverse [2 -1; -1 2] / 3.
    const MatrixXd covariance = (Matrix2d() << 5, 4, 4, 5).finished();
    const pm::PrincipalAxes<double> axes(covariance);
    CHECK_THAT(axes.deviations, near(Vector2d(1, 3), 1e-15));
    CHECK_THAT(axes.covariance(), near(covariance, 1e-14));
    CHECK(axes.covariance() == axes.covariance().transpose());
    CHECK_THAT(axes.root(), near((Matrix2d() << 2, 1, 1, 2).finished(), 1e-15));
    CHECK_THAT(axes.whiten(Vector2d(3, 0)), near(Vector2d(2, -1), 1e-14));
    CHECK_THAT(axes.condition(), near(9.0, 1e-14));
    CHECK_THAT(axes.log_determinant(), near(std::log(9.0), 1e-14));
    CHECK_THAT(axes.entropy(), near(pm::Gaussian<double>(Vector2d(0, 0), covariance).entropy(), 1e-14));
    CHECK_FALSE(axes.lifted);
}

TEMPLATE_TEST_CASE("eigenvalues that are too small are lifted", "[property]", float, double) {
    using Matrix = Eigen::MatrixX<TestType>;
    Matrix indefinite = Matrix::Identity(3, 3);
    indefinite(1, 1) = TestType(-0.5);
    for (const Matrix& bad : {indefinite, Matrix(Matrix::Zero(3, 3)), Matrix(Matrix::Ones(3, 3))}) {
        const pm::PrincipalAxes<TestType> axes(bad);
        CHECK(axes.lifted);
        CHECK(axes.deviations.minCoeff() > 0);
        CHECK(axes.root().allFinite());
        CHECK(axes.condition() <= TestType(1.01) / Eigen::NumTraits<TestType>::epsilon());
    }
}
