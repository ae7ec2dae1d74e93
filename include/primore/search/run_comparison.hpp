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
/// What counts is the second best of the earlier runs: one lucky run, or one lucky return under noise, condemns no other.
template <std::floating_point Scalar>
class RunComparison {
public:
    RunComparison() = default;

    /// The next run, of N parameters and lambda samples per generation, begins: the present one becomes an earlier one.
    void begin(Eigen::Index n, Eigen::Index population) {
        second_ = std::max(second_, std::min(best_, present_));
        best_ = std::max(best_, present_);
        present_ = worst_of_newest_ = -std::numeric_limits<Scalar>::infinity();
        recent_ = static_cast<std::size_t>(3 + (9 * n + population - 1) / population);
        highest_.clear();
    }

    /// Enters the finite returns [M] of a generation, at least one.
    void add(const Eigen::VectorX<Scalar>& returns) {
        if (highest_.size() == recent_) highest_.erase(highest_.begin());
        highest_.push_back(returns.maxCoeff());
        worst_of_newest_ = returns.minCoeff();
        present_ = std::max(present_, highest_.back());
    }

    /// The highest return of the present run; minus infinity before the first.
    [[nodiscard]] Scalar highest() const { return present_; }

    /// Whether all returns of the newest generation and the best ones of the last 3 + ceil(9 N / lambda) lie within `share` of what the run
    /// lacks to the second best of the earlier runs.
    [[nodiscard]] bool is_outdone(Scalar share) const {
        if (highest_.size() < recent_) return false;
        const auto [low, high] = std::minmax_element(highest_.begin(), highest_.end());
        return *high - std::min(*low, worst_of_newest_) <= share * (second_ - present_);
    }

private:
    friend struct TextForm<RunComparison>;

    std::size_t recent_ = 1;
    std::vector<Scalar> highest_;  // returns of the last generations, oldest first
    Scalar worst_of_newest_ = -std::numeric_limits<Scalar>::infinity(), present_ = worst_of_newest_;
    Scalar best_ = present_, second_ = present_;  // of the earlier runs
};

}  // namespace primore
