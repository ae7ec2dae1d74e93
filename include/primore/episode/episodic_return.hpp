// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <exception>
#include <limits>
#include <type_traits>

#include <Eigen/Core>

#include <primore/episode/episode.hpp>
#include <primore/episode/outcome.hpp>

namespace primore {

/// An EpisodicReturn runs one episode: parameters [N] in, a return (higher is better) or an Outcome out.
///
///     [](const Eigen::VectorXd& w) { return -w.squaredNorm(); }
///     [](const Eigen::VectorXd& w, const Episode& episode) { auto stream = episode.stream(); return w(0) + stream.normal(); }
///
/// An evaluator with threads calls it from several threads at once; it must allow that. It may throw: the episode then counts as failed.
template <typename F, typename Scalar>
concept EpisodicReturn = std::floating_point<Scalar> &&
    ((std::invocable<F&, const Eigen::VectorX<Scalar>&, const Episode&> &&
      std::convertible_to<std::invoke_result_t<F&, const Eigen::VectorX<Scalar>&, const Episode&>, Outcome<Scalar>>) ||
     (std::invocable<F&, const Eigen::VectorX<Scalar>&> &&
      std::convertible_to<std::invoke_result_t<F&, const Eigen::VectorX<Scalar>&>, Outcome<Scalar>>));

/// Runs one episode and lets nothing out but an outcome: an exception becomes EpisodeStatus::threw with its text.
template <std::floating_point Scalar, EpisodicReturn<Scalar> F>
[[nodiscard]] Outcome<Scalar> run_episode(F& episodic_return, const Eigen::VectorX<Scalar>& parameters, const Episode& episode) {
    constexpr auto nothing = std::numeric_limits<Scalar>::quiet_NaN();
    try {
        if constexpr (std::invocable<F&, const Eigen::VectorX<Scalar>&, const Episode&>) {
            return episodic_return(parameters, episode);
        } else {
            return episodic_return(parameters);
        }
    } catch (const std::exception& error) {
        return {nothing, EpisodeStatus::threw, error.what()};
    } catch (...) {
        return {nothing, EpisodeStatus::threw, "an exception that is not a std::exception"};
    }
}

}  // namespace primore
