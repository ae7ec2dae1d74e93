// SPDX-License-Identifier: MIT
#include <primore/detail/panel_cholesky.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

TEST_CASE("the factor's square is the matrix, of one panel and of several", "[property]") {
    for (const Eigen::Index p : {1, 7, 24, 25, 90}) {
        const Eigen::MatrixXd root = primore_test::normal_matrix(p, p + 3, static_cast<unsigned>(p));
        const Eigen::MatrixXd matrix = root * root.transpose();
        Eigen::MatrixXd lower = matrix.triangularView<Eigen::Lower>();
        REQUIRE(primore::detail::panel_cholesky(lower));
        CHECK_THAT(Eigen::MatrixXd(lower * lower.transpose()), near(matrix, 1e-11));
        lower = matrix.triangularView<Eigen::Lower>();
        lower(p - 1, p - 1) = -1;
        CHECK(!primore::detail::panel_cholesky(lower));
    }
}
