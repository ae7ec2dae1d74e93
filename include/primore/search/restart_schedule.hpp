// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>

#include <Eigen/Core>

#include <primore/random/stream.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// How populations follow each other.
enum class RestartKind {
    ipop,   ///< each `growth` times as large as the one before [Auger05]
    bipop,  ///< that, and in between small populations with small deviations [Hansen09]; the better kind gets more [Loshchilov12]
};

/// One run of a search between two restarts.
struct Launch {
    Eigen::Index population = 0;
    double shrinkage = 1;   ///< of the standard deviations at the start
    bool is_small = false;  ///< of the small regime of BIPOP
};

/// Decides on the next run. A value.
///
///   large: lambda_l = growth^k lambda after k large runs
///   small: lambda_s = floor(lambda (lambda_l / (2 lambda))^(u^2)), deviations times 10^(-2 v), with u and v uniform in (0, 1)
///                                                                                                          [Hansen09, section 2]
///
/// A small run of [Hansen09] may take half as many episodes as the last large one. Here any run may go on: Restarts ends it once it is
/// outdone, and a limit ended those that were not. 2 of 100 more pairs are solved at N = 20: benchmarks/bbob.
///
/// Of BIPOP's two kinds, the one with the highest return so far may use twice as many episodes as the other [Loshchilov12, section 3.2].
class RestartSchedule {
public:
    RestartSchedule() = default;

    /// @param population  lambda, of the first run
    RestartSchedule(RestartKind kind, double growth, Eigen::Index population) : kind_(kind), growth_(growth), population_(population) {}

    /// The run after one that took `episodes` and whose best return was `highest`; the first run counts as small.
    [[nodiscard]] Launch next(const Launch& last, std::uint64_t episodes, double highest, Stream& stream) {
        const bool was_small = last.is_small || large_runs_ == 0;
        (was_small ? small_episodes_ : large_episodes_) += episodes;
        (was_small ? small_best_ : large_best_) = std::max(was_small ? small_best_ : large_best_, highest);
        const bool large_is_due = large_best_ >= small_best_ ? large_episodes_ <= 2 * small_episodes_ : 2 * large_episodes_ <= small_episodes_;
        if (kind_ == RestartKind::ipop || large_runs_ == 0 || large_is_due) {
            ++large_runs_;
            return {.population = scaled(std::pow(growth_, large_runs_))};
        }
        const double u = stream.uniform(), v = stream.uniform();
        return {.population = scaled(std::pow(std::pow(growth_, large_runs_) / 2, u * u)),
                .shrinkage = std::pow(10.0, -2 * v),
                .is_small = true};
    }

private:
    friend struct TextForm<RestartSchedule>;

    [[nodiscard]] Eigen::Index scaled(double factor) const {
        return std::max(population_, static_cast<Eigen::Index>(std::floor(factor * static_cast<double>(population_))));
    }

    RestartKind kind_ = RestartKind::bipop;
    double growth_ = 2;
    Eigen::Index population_ = 0;
    int large_runs_ = 0;
    std::uint64_t small_episodes_ = 0, large_episodes_ = 0;
    double small_best_ = -std::numeric_limits<double>::infinity(), large_best_ = small_best_;  // returns
};

}  // namespace primore
