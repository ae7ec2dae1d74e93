// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include <Eigen/Core>

namespace primore::detail {

/// Indices of returns [M], best first; of equal ones the first comes first.
template <typename Returns>
[[nodiscard]] std::vector<Eigen::Index> best_first(const Eigen::DenseBase<Returns>& returns) {
    const Returns& at = returns.derived();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(at.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) { return at(i) > at(j) || (at(i) == at(j) && i < j); });
    return order;
}

/// Calls `take(begin, end)` with the places, in that order, of each group of equal returns.
template <typename Returns, typename Take>
void for_each_tie(const std::vector<Eigen::Index>& order, const Eigen::DenseBase<Returns>& returns, Take&& take) {
    const auto at = [&](Eigen::Index place) { return returns.derived()(order[static_cast<std::size_t>(place)]); };
    for (Eigen::Index begin = 0, end = 0; begin < returns.size(); begin = end) {
        while (end < returns.size() && at(end) == at(begin)) ++end;
        take(begin, end);
    }
}

}  // namespace primore::detail
