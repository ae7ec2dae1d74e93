// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Stop criteria that need nothing but returns [Hansen23, appendix B.3]. An absent one is switched off.
template <std::floating_point Scalar>
struct ReturnStopOptions {
    /// Range of all returns of the newest generation and the best ones of the last 10 + ceil(30 N / lambda).  1e-12 in [Hansen23].
    std::optional<Scalar> tol_returns = Scalar(1e-12);
    /// Range of the best returns alone, in units of the return as well. 0 in [Hansen23]: equal to the last bit.
    std::optional<Scalar> tol_return_history = Scalar(0);
    /// Share of the last N generations in which the best return equals the one of rank 1 + max(1, floor(0.1 + lambda / 4)).
    std::optional<Scalar> flat_share = Scalar(1) / Scalar(3);
    /// Median of the oldest and the newest 30 % of the last generations: of this number, at least 4, + ceil(30 N / lambda) or, if that is
    /// more, the last fifth of all, 20000 at most. 120 in [Hansen23]. Noise looks like stagnation; restarts on exact but rugged returns
    /// solve more with 20: benchmarks/bbob.
    std::optional<std::uint32_t> stagnation = 120;
};

/// The best and median returns of past generations, and what they say about going on. A value.
template <std::floating_point Scalar>
class ReturnHistory {
public:
    ReturnHistory() = default;

    /// @param n           N, number of parameters
    /// @param population  lambda
    /// @throws std::invalid_argument if `stagnation` is below 4
    ReturnHistory(Eigen::Index n, Eigen::Index population, const ReturnStopOptions<Scalar>& options)
        : options_(options),
          recent_(static_cast<std::size_t>(10 + (30 * n + population - 1) / population)),
          shortest_(options.stagnation.value_or(4) + static_cast<std::size_t>((30 * n + population - 1) / population)),
          flat_window_(static_cast<std::size_t>(std::max<Eigen::Index>(n, 3))) {
        detail::require_at_least("ReturnStopOptions", "stagnation", options.stagnation.value_or(4), 4);
    }

    /// Enters the finite returns [M] of a generation; nothing if there are none.
    void add(const Eigen::VectorX<Scalar>& returns) {
        if (returns.size() == 0) return;
        ++generations_;
        std::vector<Scalar> sorted(returns.begin(), returns.end());
        std::sort(sorted.begin(), sorted.end());
        const std::size_t count = sorted.size();
        best_.push_back(sorted[count - 1]);
        median_.push_back(sorted[count / 2] / 2 + sorted[(count - 1) / 2] / 2);
        worst_of_newest_ = sorted[0];
        const std::size_t rank = std::max<std::size_t>(1, static_cast<std::size_t>(Scalar(0.1) + static_cast<Scalar>(count) / Scalar(4)));
        flat_.push_back(count > 1 && sorted[count - 1] == sorted[count - 1 - rank]);
        const std::size_t kept = std::max({window(), recent_, flat_window_});
        if (best_.size() < 2 * kept + 64) return;
        const auto drop = static_cast<std::ptrdiff_t>(best_.size() - kept);
        best_.erase(best_.begin(), best_.begin() + drop);
        median_.erase(median_.begin(), median_.begin() + drop);
        flat_.erase(flat_.begin(), flat_.begin() + drop);
    }

    /// The first criterion that holds.
    [[nodiscard]] std::optional<SearchStop> stop() const {
        if (best_.size() >= recent_) {
            const auto [low, high] = std::minmax_element(best_.end() - static_cast<std::ptrdiff_t>(recent_), best_.end());
            const Scalar range = *high - *low;
            if (options_.tol_return_history && range <= *options_.tol_return_history) return SearchStop::tol_return_history;
            if (options_.tol_returns && *high - std::min(*low, worst_of_newest_) <= *options_.tol_returns) return SearchStop::tol_returns;
        }
        if (options_.flat_share && flat_.size() >= flat_window_) {
            const auto flat = std::count(flat_.end() - static_cast<std::ptrdiff_t>(flat_window_), flat_.end(), true);
            if (static_cast<Scalar>(flat) > *options_.flat_share * static_cast<Scalar>(flat_window_)) return SearchStop::flat_returns;
        }
        if (options_.stagnation && stagnates(best_) && stagnates(median_)) return SearchStop::stagnation;
        return std::nullopt;
    }

private:
    friend struct TextForm<ReturnHistory>;

    /// Generations that stagnation looks back.
    [[nodiscard]] std::size_t window() const { return std::max(shortest_, std::min<std::size_t>(generations_ / 5, 20'000)); }

    /// Whether the median of the last 30 % of the window is no better than that of its first 30 %.
    [[nodiscard]] bool stagnates(const std::vector<Scalar>& values) const {
        if (values.size() < window()) return false;
        const auto part = static_cast<std::ptrdiff_t>(3 * window() / 10);
        const auto begin = values.end() - static_cast<std::ptrdiff_t>(window());
        const auto middle_of = [part](auto from) {
            std::vector<Scalar> copy(from, from + part);
            std::nth_element(copy.begin(), copy.begin() + part / 2, copy.end());
            return copy[static_cast<std::size_t>(part / 2)];
        };
        return middle_of(values.end() - part) <= middle_of(begin);
    }

    ReturnStopOptions<Scalar> options_;
    std::size_t recent_ = 0, shortest_ = 0, flat_window_ = 0;
    std::size_t generations_ = 0;
    std::vector<Scalar> best_, median_;  // oldest first
    std::vector<bool> flat_;
    Scalar worst_of_newest_ = 0;
};

}  // namespace primore
