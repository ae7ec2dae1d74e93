// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <primore/detail/finite.hpp>

namespace primore {

/// How an episode ended.
enum class EpisodeStatus {
    completed,   ///< it ran and returned a finite number
    failed,      ///< it says itself that it failed: the robot was stopped, the simulation diverged
    threw,       ///< it threw an exception; Outcome::info holds what the exception said
    not_finite,  ///< it returned NaN or infinity
};

[[nodiscard]] constexpr std::string_view to_string(EpisodeStatus status) noexcept {
    switch (status) {
        case EpisodeStatus::completed: return "completed";
        case EpisodeStatus::failed: return "failed";
        case EpisodeStatus::threw: return "threw";
        case EpisodeStatus::not_finite: return "not finite";
    }
    return "unknown";
}

/// What one episode yields. A plain number converts, so that an episode may just return its return:
///
///     Outcome<double> a = 1.5;                                                 // completed
///     Outcome<double> b = {0.0, EpisodeStatus::failed, "the arm was stopped"};
template <std::floating_point Scalar>
struct Outcome {
    Scalar episode_return = std::numeric_limits<Scalar>::quiet_NaN();  ///< sum of rewards, higher is better
    EpisodeStatus status = EpisodeStatus::not_finite;
    std::string info;  ///< whatever the episode wants to say, for records and error messages

    Outcome() = default;

    Outcome(Scalar value)  // NOLINT(google-explicit-constructor): a number is an outcome
        : episode_return(value), status(detail::is_finite(value) ? EpisodeStatus::completed : EpisodeStatus::not_finite) {}

    Outcome(Scalar value, EpisodeStatus how, std::string text = {}) : Outcome(value) {
        if (how != EpisodeStatus::completed) status = how;
        info = std::move(text);
    }

    /// Whether the return may not be used as it stands. A completed episode always has a finite return.
    [[nodiscard]] bool failed() const noexcept { return status != EpisodeStatus::completed || !detail::is_finite(episode_return); }
};

}  // namespace primore
