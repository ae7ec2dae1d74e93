// SPDX-License-Identifier: MIT
#include <primore/detail/minus_squares.hpp>

#include <cstdint>
#include <limits>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

TEMPLATE_TEST_CASE("minus_squares takes squares away, in whole tiles and in others", "[property]", float, double) {
    using Matrix = Eigen::MatrixX<TestType>;
    for (const Eigen::Index n : {1, 7, 8, 9, 16, 37}) {
        for (const Eigen::Index k : {0, 1, 5, 40}) {
            primore::Stream stream(1, primore::Purpose::episode, 0, static_cast<std::uint32_t>(100 * n + k));
            const Matrix factors = stream.normal_vector(n * k).reshaped(n, k).template cast<TestType>();
            const Matrix start = stream.normal_vector(n * n).reshaped(n, n).template cast<TestType>();
            const Matrix matrix = start + start.transpose();
            const Matrix result = primore::detail::minus_squares<TestType>(matrix, factors);
            const Matrix expected = matrix - factors * factors.transpose();
            CHECK_THAT(result, near(expected, 50 * std::numeric_limits<TestType>::epsilon() * (1 + static_cast<double>(k))));
            CHECK(result == result.transpose());
        }
    }
}
