// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <string_view>

#include <Eigen/Core>

namespace primore {

/// How much of the curvature a fit estimates.
enum class SurrogateStage {
    none,      ///< too few samples for any model
    linear,    ///< A = 0
    diagonal,  ///< A diagonal
    full,      ///< A full
};

[[nodiscard]] constexpr std::string_view to_string(SurrogateStage stage) noexcept {
    switch (stage) {
        case SurrogateStage::none: return "none";
        case SurrogateStage::linear: return "linear";
        case SurrogateStage::diagonal: return "diagonal";
        case SurrogateStage::full: return "full";
    }
    return "unknown";
}

/// Number of coefficients of a model of N parameters: 1 + N, 1 + 2 N or 1 + N + N (N + 1) / 2.
[[nodiscard]] constexpr Eigen::Index coefficient_count(SurrogateStage stage, Eigen::Index n) noexcept {
    switch (stage) {
        case SurrogateStage::none: return 0;
        case SurrogateStage::linear: return 1 + n;
        case SurrogateStage::diagonal: return 1 + 2 * n;
        case SurrogateStage::full: return 1 + n + n * (n + 1) / 2;
    }
    return 0;
}

/// Samples for a full model of N parameters, with some to spare: 1.5 P, rounded up, but at least 8 (N + 1) [Huettenrauch24, its code].
[[nodiscard]] constexpr Eigen::Index ample_samples(Eigen::Index n) noexcept {
    return std::max((3 * coefficient_count(SurrogateStage::full, n) + 1) / 2, 8 * (n + 1));
}

/// The richest stage that has `samples_per_coefficient` times as many samples as coefficients [Huettenrauch24, section 4.3].
template <std::floating_point Scalar>
[[nodiscard]] SurrogateStage affordable_stage(Eigen::Index samples, Eigen::Index n, Scalar samples_per_coefficient) noexcept {
    for (const auto stage : {SurrogateStage::full, SurrogateStage::diagonal, SurrogateStage::linear}) {
        if (static_cast<Scalar>(samples) >= samples_per_coefficient * static_cast<Scalar>(coefficient_count(stage, n))) return stage;
    }
    return SurrogateStage::none;
}

}  // namespace primore
