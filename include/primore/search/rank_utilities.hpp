// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>

namespace primore {

/// Utilities of mean 0 that depend on the order of returns alone: quantiles of the Laplace distribution.
///
///     v_k = -ln 2q for q <= 1 / 2,  ln 2(1 - q) beyond,  q = (k - 1 / 2) / M, for the k-th best of M
///
/// The better half is told apart by logarithms of ranks as in [Wierstra14, section 3.1], the worse half mirrors it: a model of utilities
/// that are all alike in the worse half would not see a cliff that half of the samples fall off. Equal returns get equal utilities.
///
/// @param returns  [M]
/// @param order    their indices, best first
/// @return  [M]
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> rank_utilities(const Eigen::VectorX<Scalar>& returns, const std::vector<Eigen::Index>& order) {
    const Eigen::Index count = returns.size(), half = (count + 1) / 2;
    Eigen::ArrayX<Scalar> by_place(count);
    for (Eigen::Index i = 0; i < half; ++i) by_place(i) = static_cast<Scalar>(2 * i + 1) / static_cast<Scalar>(count);
    by_place.head(half) = -by_place.head(half).log();
    by_place.tail(count - half) = -by_place.head(count - half).reverse();

    Eigen::VectorX<Scalar> utilities(count);
    detail::for_each_tie(order, returns, [&](Eigen::Index begin, Eigen::Index end) {
        const Scalar shared = by_place.segment(begin, end - begin).mean();
        for (Eigen::Index i = begin; i < end; ++i) utilities(order[static_cast<std::size_t>(i)]) = shared;
    });
    return utilities;
}

}  // namespace primore
