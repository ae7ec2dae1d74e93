// SPDX-License-Identifier: MIT
#include <primore/detail/tiled_cholesky.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

TEST_CASE("the factor's square is the matrix, of whole tiles and of others, of one panel and of several", "[property]") {
    for (const Eigen::Index p : {1, 7, 8, 9, 24, 103, 104, 113, 230}) {
        const Eigen::MatrixXd root = primore_test::normal_matrix(p, p + 3, static_cast<unsigned>(p));
        const Eigen::MatrixXd matrix = root * root.transpose();
        Eigen::MatrixXd lower = matrix.triangularView<Eigen::Lower>();
        REQUIRE(primore::detail::tiled_cholesky(lower));
        const Eigen::MatrixXd factor = lower.triangularView<Eigen::Lower>();
        CHECK_THAT(Eigen::MatrixXd(factor * factor.transpose()), near(matrix, 1e-11));
        for (const Eigen::Index wrong : {p - 1, p / 2, Eigen::Index{0}}) {
            lower = matrix.triangularView<Eigen::Lower>();
            lower(wrong, wrong) = -1;
            CHECK(!primore::detail::tiled_cholesky(lower));
        }
    }
}
