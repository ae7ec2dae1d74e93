// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
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
///     v_k = max(0, ln(M / 2 + 1 / 2) - ln k) for the k-th best of M                           [Wierstra14, section 3.1]
///
/// The better half is told apart, the worse half is one: a cliff counts no more than a slope. Equal returns get equal utilities.
///
/// @param returns  [M], at least 2, finite
/// @return  [M]; all zeros if every return is the same
/// @throws std::invalid_argument for fewer than 2 returns or one that is not finite
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> rank_utilities(const Eigen::VectorX<Scalar>& returns) {
    detail::require_at_least("rank_utilities", "the number of returns", returns.size(), 2);
    detail::require_finite("rank_utilities", "returns", returns);
    const std::vector<Eigen::Index> order = detail::best_first(returns);

    const Scalar middle = std::log((static_cast<Scalar>(returns.size()) + Scalar(1)) / Scalar(2));
    Eigen::VectorX<Scalar> utilities(returns.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        Scalar sum = 0;
        for (; end < order.size() && returns(order[end]) == returns(order[begin]); ++end) {
            sum += std::max(Scalar(0), middle - std::log(static_cast<Scalar>(end + 1)));
        }
        for (std::size_t i = begin; i < end; ++i) utilities(order[i]) = sum / static_cast<Scalar>(end - begin);
    }
    return standardized(utilities);
}

}  // namespace primore
