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

}  // namespace primore::detail
