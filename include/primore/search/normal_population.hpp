// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>

#include <Eigen/Core>

#include <primore/random/stream.hpp>

namespace primore {

/// How the standard normal vectors of one population depend on each other. Each of them alone is standard normal in any case.
enum class Sampling {
    independent,
    orthogonal,  ///< at right angles to each other, in groups of up to N: the population covers its space evenly [Wang14, section 3]
};

/// Standard normal vectors [N x M] of a generation: column i has the numbers of the stream (seed, search, generation, i).
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> normal_population(Eigen::Index n, Eigen::Index population, std::uint64_t seed,
                                                       std::uint32_t generation) {
    return normal_columns<Scalar>(n, population, seed, Purpose::search, generation);
}

/// Turns the columns of z [N x M] to right angles within groups of up to N of them, keeping the length of each.
///
/// Gram-Schmidt: each column takes its direction from those after it in its group and then has its old length again; the first stays.
/// Lengths and directions of normal vectors are independent, so every column remains standard normal. A column so close to the space of
/// those before it that rounding would show stays as it is.
template <std::floating_point Scalar>
void orthogonalize(Eigen::MatrixX<Scalar>& z) {
    const Eigen::Index n = z.rows();
    const Eigen::MatrixX<Scalar> before = z;
    for (Eigen::Index i = 0; i < z.cols() && n > 1; ++i) {
        const Scalar square = before.col(i).squaredNorm(), left = z.col(i).squaredNorm();
        if (!(left > Scalar(100) * Eigen::NumTraits<Scalar>::epsilon() * square)) {
            z.col(i) = before.col(i);
            continue;
        }
        const Eigen::Index end = std::min(i - i % n + n, z.cols());
        for (Eigen::Index j = i + 1; j < end; ++j) z.col(j) -= z.col(i).dot(z.col(j)) / left * z.col(i);
        z.col(i) *= std::sqrt(square / left);
    }
}

}  // namespace primore
