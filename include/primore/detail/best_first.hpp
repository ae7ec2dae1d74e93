// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <Eigen/Core>

namespace primore::detail {

/// Indices of returns [M], best first; of equal ones the first comes first.
template <typename Scalar>
[[nodiscard]] std::vector<Eigen::Index> best_first(const Eigen::VectorX<Scalar>& returns) {
    std::vector<Eigen::Index> order(static_cast<std::size_t>(returns.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) { return returns(i) > returns(j); });
    return order;
}

/// Calls `take(begin, end)` with the places, in that order, of each group of equal returns.
template <typename Scalar, typename Take>
void for_each_tie(const std::vector<Eigen::Index>& order, const Eigen::VectorX<Scalar>& returns, Take&& take) {
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && returns(order[end]) == returns(order[begin])) ++end;
        take(begin, end);
    }
}

}  // namespace primore::detail
