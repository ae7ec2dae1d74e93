// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/require.hpp>
#include <primore/search/return_standardization.hpp>

namespace primore {

/// Utilities that depend on the order of returns alone, brought to mean 0 and standard deviation 1.
///
///     v_k = -ln 2q for q <= 1 / 2,  ln 2(1 - q) beyond,  q = (k - 1 / 2) / M, for the k-th best of M
///
/// These are quantiles of the Laplace distribution. The better half is told apart by logarithms of ranks as in [Wierstra14, section 3.1],
/// the worse half mirrors it: a model of utilities that are all alike in the worse half would not see a cliff that half of the samples
/// fall off. Equal returns get equal utilities.
///
/// @param returns  [M], at least 2, finite
/// @return  [M]; all zeros if every return is the same
/// @throws std::invalid_argument for fewer than 2 returns or one that is not finite
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> rank_utilities(const Eigen::VectorX<Scalar>& returns) {
    detail::require_at_least("rank_utilities", "the number of returns", returns.size(), 2);
    detail::require_finite("rank_utilities", "returns", returns);
    const std::vector<Eigen::Index> order = detail::best_first(returns);

    const auto utility = [count = static_cast<Scalar>(returns.size())](std::size_t above) {  // of the one that `above` are better than
        const Scalar from_best = (static_cast<Scalar>(above) + Scalar(0.5)) / count, from_worst = Scalar(1) - from_best;
        return from_best <= from_worst ? -std::log(2 * from_best) : std::log(2 * from_worst);
    };
    Eigen::VectorX<Scalar> utilities(returns.size());
    detail::for_each_tie(order, returns, [&](std::size_t begin, std::size_t end) {
        Scalar sum = 0;
        for (std::size_t i = begin; i < end; ++i) sum += utility(i);
        for (std::size_t i = begin; i < end; ++i) utilities(order[i]) = sum / static_cast<Scalar>(end - begin);
    });
    return standardized(utilities);
}

}  // namespace primore
