// SPDX-License-Identifier: MIT
#pragma once

// Evaluations to targets, and what BBOB makes of them: expected running times, solved pairs and their empirical distribution.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "problem.hpp"

namespace primore_benchmark {

/// 10^1, 10^0, ... 10^-8 above f_opt.
inline constexpr std::array<double, 10> targets{1e1, 1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8};

/// One search on one problem.
struct RunningTime {
    BbobId problem{};
    std::uint64_t evaluations = 0;                                    ///< in all; the run ends with the last target or the budget
    std::size_t solved = 0;                                           ///< targets reached so far, which they are in their order
    std::array<std::optional<std::uint64_t>, targets.size()> hits{};  ///< the evaluation that first reached each target

    /// Counts an evaluation whose value lies `excess` above f_opt.
    void count(double excess) {
        ++evaluations;
        while (!is_solved() && excess <= targets[solved]) hits[solved++] = evaluations;
    }

    [[nodiscard]] bool is_solved() const { return solved == targets.size(); }
};

/// The expected running time of a search that is restarted until it reaches a target: all evaluations up to it, per success.
struct ExpectedRunningTime {
    double evaluations = std::numeric_limits<double>::infinity();
    int successes = 0;
};

[[nodiscard]] inline ExpectedRunningTime expected_running_time(const std::vector<RunningTime>& runs, std::size_t target) {
    double spent = 0;
    int successes = 0;
    for (const RunningTime& run : runs) {
        spent += static_cast<double>(run.hits[target].value_or(run.evaluations));
        successes += run.hits[target].has_value();
    }
    return successes == 0 ? ExpectedRunningTime{} : ExpectedRunningTime{spent / successes, successes};
}

/// The fraction of runs that reached a target.
[[nodiscard]] inline double solved_fraction(const std::vector<RunningTime>& runs, std::size_t target) {
    const auto solved = std::count_if(runs.begin(), runs.end(), [target](const RunningTime& run) { return run.hits[target].has_value(); });
    return static_cast<double>(solved) / static_cast<double>(runs.size());
}

/// The standard deviation, between seeds, of the fraction of pairs that are solved: how much of the figure of one seed is chance. The runs
/// are those of seeds 1, 2, ... in turn, at least two.
[[nodiscard]] inline double solved_deviation(const std::vector<RunningTime>& runs, std::size_t seeds) {
    std::vector<double> fractions(seeds);
    for (std::size_t i = 0; i < runs.size(); ++i) fractions[i % seeds] += static_cast<double>(runs[i].solved);
    double mean = 0, squares = 0;
    for (double& fraction : fractions) {
        fraction *= static_cast<double>(seeds) / static_cast<double>(runs.size() * targets.size());
        mean += fraction / static_cast<double>(seeds);
    }
    for (const double fraction : fractions) squares += (fraction - mean) * (fraction - mean);
    return std::sqrt(squares / static_cast<double>(seeds - 1));
}

/// The empirical distribution of running times over all pairs of a problem and a target.
class RunningTimeDistribution {
public:
    explicit RunningTimeDistribution(const std::vector<RunningTime>& runs) : pairs_(runs.size() * targets.size()) {
        for (const RunningTime& run : runs) {
            for (const auto& hit : run.hits) {
                if (hit) times_.push_back(static_cast<double>(*hit) / static_cast<double>(run.problem.n));
            }
        }
        std::sort(times_.begin(), times_.end());
    }

    [[nodiscard]] const std::vector<double>& times() const { return times_; }  ///< of the solved pairs, ascending [evaluations / N]

    /// The fraction of pairs that are solved within `time` evaluations / N.
    [[nodiscard]] double operator()(double time) const {
        return fraction(static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), time) - times_.begin()));
    }

    [[nodiscard]] double fraction(std::size_t solved) const { return static_cast<double>(solved) / static_cast<double>(pairs_); }
    [[nodiscard]] double solved() const { return fraction(times_.size()); }

private:
    std::size_t pairs_;
    std::vector<double> times_;
};

}  // namespace primore_benchmark
