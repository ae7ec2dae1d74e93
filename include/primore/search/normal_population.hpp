// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

#include <Eigen/Cholesky>
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
/// With G = z'z = LL', z L^-T has orthonormal columns, the first of them that of z. Lengths and directions of normal vectors are
/// independent, so every column remains standard normal. A group that is so close to dependent that rounding would show stays as it is.
template <std::floating_point Scalar>
void orthogonalize(Eigen::MatrixX<Scalar>& z) {
    const Eigen::Index n = z.rows();
    for (Eigen::Index begin = 0; begin + 1 < z.cols() && n > 1; begin += n) {
        const Eigen::Index count = std::min(n, z.cols() - begin);
        const Eigen::MatrixX<Scalar> group = z.middleCols(begin, count);
        const Eigen::MatrixX<Scalar> products = group.transpose() * group;
        const Eigen::LLT<Eigen::MatrixX<Scalar>> cholesky(products);
        const Eigen::VectorX<Scalar> shares = cholesky.matrixLLT().diagonal().cwiseAbs2().cwiseQuotient(products.diagonal());
        if (cholesky.info() != Eigen::Success || !(shares.minCoeff() > Scalar(1e4) * Eigen::NumTraits<Scalar>::epsilon())) continue;
        Eigen::MatrixX<Scalar> turn = products.diagonal().cwiseSqrt().asDiagonal();
        cholesky.matrixU().solveInPlace(turn);
        z.middleCols(begin, count).noalias() = group * turn;
    }
}

}  // namespace primore
