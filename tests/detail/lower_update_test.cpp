// SPDX-License-Identifier: MIT
#include <primore/detail/lower_update.hpp>

#include <limits>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

TEMPLATE_TEST_CASE("lower_update adds squares below the diagonal or takes them away, in whole tiles and in others", "[property]", float,
                   double) {
    using Matrix = Eigen::MatrixX<TestType>;
    for (const Eigen::Index n : {1, 7, 8, 9, 21, 128, 129}) {
        for (const Eigen::Index k : {0, 1, 5, 40}) {
            const auto seed = static_cast<unsigned>(100 * n + k);
            const Matrix factors = primore_test::normal_matrix(n, k, seed).template cast<TestType>();
            const Matrix start = primore_test::normal_matrix(n, n, seed + 1).template cast<TestType>();
            for (const TestType sign : {TestType(1), TestType(-1)}) {
                Matrix matrix = start;
                primore::detail::lower_update<TestType>(matrix, factors, sign);
                const Matrix expected = (start + sign * factors * factors.transpose()).template triangularView<Eigen::Lower>();
                CHECK_THAT(Matrix(matrix.template triangularView<Eigen::Lower>()),
                           near(expected, 50 * std::numeric_limits<TestType>::epsilon() * (1 + static_cast<double>(k))));
            }
        }
    }
}
