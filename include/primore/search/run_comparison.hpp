// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// How the present run of a restarted search compares with the runs before it. A value.
///
/// A run that settles in a local optimum spends most of its episodes on the last digits of it. That is worth while for the best run alone.
/// What counts of a run is the median return of its last generation: one lucky return under noise condemns no other.
template <std::floating_point Scalar>
class RunComparison {
public:
    RunComparison() = default;

    /// The next run, of N parameters and lambda samples per generation, begins: the present one becomes an earlier one.
    void begin(Eigen::Index n, Eigen::Index population) {
        best_median_ = std::max(best_median_, median_);
        highest_ = worst_of_newest_ = median_ = -std::numeric_limits<Scalar>::infinity();
        recent_ = static_cast<std::size_t>(3 + (9 * n + population - 1) / population);
        best_.clear();
    }

    /// Enters the finite returns [M] of a generation, at least one.
    void add(Eigen::VectorX<Scalar> returns) {
        const auto middle = returns.begin() + returns.size() / 2;
        std::nth_element(returns.begin(), middle, returns.end());
        median_ = *middle;
        if (best_.size() == recent_) best_.erase(best_.begin());
        best_.push_back(returns.maxCoeff());
        worst_of_newest_ = returns.minCoeff();
        highest_ = std::max(highest_, best_.back());
    }

    /// The highest return of the present run; minus infinity before the first.
    [[nodiscard]] Scalar highest() const { return highest_; }

    /// Whether the median of the newest generation is no lower than the last one of any earlier run.
    [[nodiscard]] bool is_ahead() const { return median_ >= best_median_; }

    /// Whether all returns of the newest generation and the best ones of the last 3 + ceil(9 N / lambda) lie within `share` of what the
    /// highest return of the run lacks to the best last median of the earlier runs.
    [[nodiscard]] bool is_outdone(Scalar share) const {
        if (best_.size() < recent_) return false;
        const auto [low, high] = std::minmax_element(best_.begin(), best_.end());
        return *high - std::min(*low, worst_of_newest_) <= share * (best_median_ - highest_);
    }

private:
    friend struct TextForm<RunComparison>;

    std::size_t recent_ = 1;
    std::vector<Scalar> best_;  // returns of the last generations, oldest first
    Scalar worst_of_newest_ = -std::numeric_limits<Scalar>::infinity(), highest_ = worst_of_newest_, median_ = worst_of_newest_;
    Scalar best_median_ = worst_of_newest_;  // of the last generations of the earlier runs
};

}  // namespace primore
