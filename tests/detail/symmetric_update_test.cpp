// SPDX-License-Identifier: MIT
#include <primore/detail/symmetric_update.hpp>

#include <cstdint>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST_CASE("symmetric_update adds weighted squares, of one panel and of several", "[property]") {
    for (const Eigen::Index n : {1, 2, 7, 64, 65, 150}) {
        primore::Stream stream(1, primore::Purpose::episode, 0, static_cast<std::uint32_t>(n));
        const MatrixXd factors = stream.normal_vector(n * 6).reshaped(n, 6);
        const VectorXd weights = stream.normal_vector(6);  // of both signs
        const MatrixXd start = stream.normal_vector(n * n).reshaped(n, n);
        MatrixXd matrix = start + start.transpose();
        const MatrixXd expected = 0.7 * matrix + factors * weights.asDiagonal() * factors.transpose();
        primore::detail::symmetric_update<double>(matrix, 0.7, factors, weights);
        CHECK_THAT(matrix, near(expected, 1e-13));
        CHECK(matrix == matrix.transpose());
    }
}
