// SPDX-License-Identifier: MIT
#include <primore/primitive/packed_columns.hpp>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore_test::near;

TEMPLATE_TEST_CASE_SIG("eight weighted columns at a time add up to the whole product", "", ((int dofs), dofs), 1, 2, 7, 8, -1) {
    for (const Eigen::Index count : {1, 8, 10}) {
        CAPTURE(count);
        const Eigen::Index rows = dofs == Eigen::Dynamic ? 5 : dofs;
        const Eigen::Matrix<double, dofs, Eigen::Dynamic> columns = primore_test::numbers<double>(rows * count).reshaped(rows, count);
        const primore::PackedColumns<double, dofs> packed(columns);
        CHECK(packed.rows() == rows);
        CHECK(packed.cols() == count);
        CHECK(packed.matrix() == columns);
        const Eigen::VectorXd factors = primore_test::numbers<double>(24, 3);
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(rows);
        for (Eigen::Index k = 0; k <= count; k += 8) {
            packed.sum(k, factors.segment<8>(k), [&](const auto& part) { sum += part; });
        }
        CHECK_THAT(sum, near((columns * factors.head(count)).eval(), 1e-14));
    }
}
