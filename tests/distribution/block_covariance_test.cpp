// SPDX-License-Identifier: MIT
#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/distribution/block_covariance.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

TEST_CASE("the blocks of a covariance are Phi S_ij Phi'") {
    // two degrees of freedom with one function each: y_1 = t w_1, y_2 = t w_2 at t = 1 and 3
    const Eigen::MatrixXd rows = Eigen::Vector2d(1, 3), other = Eigen::VectorXd::Constant(1, 2), s{{4, 1}, {1, 5}};
    CHECK(primore::block_covariance<double>(rows, s) == Eigen::Matrix4d{{4, 12, 1, 3}, {12, 36, 3, 9}, {1, 3, 5, 15}, {3, 9, 15, 45}});
    CHECK(primore::block_covariance<double>(rows, other, s) == Eigen::MatrixXd{{8, 2}, {24, 6}, {2, 10}, {6, 30}});
    CHECK(primore::block_variances<double>(rows, s) == Eigen::Matrix2d{{4, 5}, {36, 45}});
}

TEST_CASE("a variance that rounding makes negative is zero") {
    const Eigen::MatrixXd rows = Eigen::RowVector2d(1, -1), s{{1, 1 + 1e-15}, {1 + 1e-15, 1}};
    CHECK(primore::block_variances<double>(rows, s)(0, 0) == 0);
    CHECK(primore::block_covariance<double>(rows, s)(0, 0) == 0);
}

TEST_CASE("mirroring a lower triangle makes a symmetric matrix, of any size") {
    for (const Eigen::Index n : {0, 1, 15, 16, 17, 50}) {
        const Eigen::MatrixXd whole = primore_test::normal_matrix(n, n, 3);
        Eigen::MatrixXd mirrored = whole;
        primore::detail::mirror_lower(mirrored);
        CHECK(mirrored == mirrored.transpose());
        CHECK(Eigen::MatrixXd(mirrored.triangularView<Eigen::Lower>()) == Eigen::MatrixXd(whole.triangularView<Eigen::Lower>()));
    }
}
