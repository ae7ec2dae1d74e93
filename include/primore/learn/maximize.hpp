// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/episode/episodic_return.hpp>
#include <primore/episode/failure_policy.hpp>
#include <primore/learn/evaluator.hpp>
#include <primore/learn/stop_reason.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_stop.hpp>

namespace primore {

/// What an observer sees after every generation.
template <std::floating_point Scalar>
struct Generation {
    std::uint32_t generation = 0;                     ///< 1, 2, 3, ...
    std::uint64_t episodes = 0;                       ///< so far
    std::uint64_t max_episodes = 0;                   ///< of the whole run
    std::uint64_t failed_episodes = 0;                ///< so far
    Scalar best_return = 0;                           ///< of this generation; NaN if every episode failed
    Scalar median_return = 0;                         ///< of this generation; NaN if every episode failed
    Scalar best_return_so_far = 0;                    ///< of the run; NaN as long as every episode failed
    Scalar entropy = 0;                               ///< of the search distribution after the update
    Scalar condition = 0;                             ///< of its covariance
    double seconds = 0;                               ///< since the run began
    std::optional<UpdateReport<Scalar>> update = {};  ///< what the search made of it; absent if no episode could be used
    std::optional<StopReason> stop_reason = {};       ///< why no generation follows, if none does
    Eigen::VectorX<Scalar> best_parameters = {};      ///< [N] of the best episode of the run; empty as long as every episode failed
    std::string last_failure = {};                    ///< of the run
};

/// Called after every generation; returns false to stop the run. A callable that returns nothing never stops it.
template <std::floating_point Scalar>
class Observer {
public:
    Observer() = default;

    template <typename F>
    requires(std::invocable<F&, const Generation<Scalar>&> && !std::same_as<std::remove_cvref_t<F>, Observer>)
        Observer(F observe)  // NOLINT(google-explicit-constructor): any callable is an observer
        : observe_([observe = std::move(observe)](const Generation<Scalar>& generation) mutable {
              if constexpr (std::convertible_to<std::invoke_result_t<F&, const Generation<Scalar>&>, bool>) {
                  return static_cast<bool>(observe(generation));
              } else {
                  observe(generation);
                  return true;
              }
          }) {}

    bool operator()(const Generation<Scalar>& generation) const { return !observe_ || observe_(generation); }

private:
    std::function<bool(const Generation<Scalar>&)> observe_;
};

template <std::floating_point Scalar>
struct MaximizeResult {
    Eigen::VectorX<Scalar> mean = {};                               ///< [N] of the search distribution at the end: what was learned
    Eigen::VectorX<Scalar> best_parameters = {};                    ///< [N] of the best episode; empty if every episode failed
    Scalar best_return = std::numeric_limits<Scalar>::quiet_NaN();  ///< of that episode; lucky if returns are noisy
    StopReason stop_reason = StopReason::budget;
    std::optional<SearchStop> search_stop = {};  ///< what the search itself said, if that is why
    std::uint32_t generations = 0;
    std::uint64_t episodes = 0;
    std::uint64_t failed_episodes = 0;
    std::string last_failure = {};  ///< what the last failed episode said; empty if none failed
    double seconds = 0;
};

template <std::floating_point Scalar>
struct MaximizeOptions {
    std::uint64_t max_episodes = 1000;         ///< of the whole run; a generation that would not fit is not begun
    std::optional<Scalar> target_return = {};  ///< stop as soon as an episode reaches it
    FailurePolicy<Scalar> failures = CountAsWorst{};
    Evaluator evaluator = Serial{};
    Observer<Scalar> observer = {};
    Scalar most_condition = Scalar(0.1) / std::numeric_limits<Scalar>::epsilon();  ///< of the covariance; beyond it the run stops

    /// What came of the run before it was interrupted; its counts, best episode and seconds go on from there. The search is to be the one
    /// that had learned from it: see saved_run.hpp.
    MaximizeResult<Scalar> earlier = {};
};

namespace detail {

/// The value in the middle; of an even number the mean of the two.
template <std::floating_point Scalar>
[[nodiscard]] Scalar median(std::vector<Scalar> values) {
    if (values.empty()) return std::numeric_limits<Scalar>::quiet_NaN();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return *middle / 2 + *std::max_element(values.begin(), middle) / 2;
}

/// Enters the outcomes of a population [N x M] into the result. @return the finite returns among them
template <std::floating_point Scalar>
std::vector<Scalar> account(const std::vector<Outcome<Scalar>>& outcomes, const Eigen::MatrixX<Scalar>& samples,
                            MaximizeResult<Scalar>& result) {
    std::vector<Scalar> finite;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Outcome<Scalar>& outcome = outcomes[i];
        if (outcome.failed()) {
            ++result.failed_episodes;
            result.last_failure = outcome.info.empty() ? std::string(to_string(outcome.status)) : outcome.info;
            continue;
        }
        finite.push_back(outcome.episode_return);
        if (!(outcome.episode_return <= result.best_return)) {
            result.best_return = outcome.episode_return;
            result.best_parameters = samples.col(static_cast<Eigen::Index>(i));
        }
    }
    result.episodes += outcomes.size();
    ++result.generations;
    return finite;
}

/// What a search says about going on; nothing, if it has no stop().
template <typename Search>
[[nodiscard]] std::optional<SearchStop> search_stop(const Search& search) {
    if constexpr (requires {
                      { search.stop() } -> std::same_as<std::optional<SearchStop>>;
                  }) {
        return search.stop();
    } else {
        return std::nullopt;
    }
}

}  // namespace detail

/// Runs episodes of samples of a search distribution and lets it learn from their returns: ask, evaluate, tell.
///
/// The result depends on the search (with its seed) and the episode alone, not on the evaluator: outcomes are gathered and then used
/// in the order of the samples.
///
/// @param search   a SearchDistribution; learns in place
/// @param episode  an EpisodicReturn
/// @throws std::invalid_argument if max_episodes leaves less than one population, or the penalty for failures is not finite
template <SearchDistribution Search, EpisodicReturn<typename Search::scalar_type> F>
MaximizeResult<typename Search::scalar_type> maximize(Search& search, F&& episode,
                                                      const MaximizeOptions<typename Search::scalar_type>& options = {}) {
    using Scalar = typename Search::scalar_type;
    const auto begin = std::chrono::steady_clock::now();
    MaximizeResult<Scalar> result = options.earlier;
    result.search_stop.reset();
    if (const auto* penalty = std::get_if<Penalty<Scalar>>(&options.failures)) {
        detail::require_finite("maximize", "failures.episode_return", penalty->episode_return);
    }
    Eigen::MatrixX<Scalar> samples = search.ask();
    const std::uint64_t least = result.episodes + static_cast<std::uint64_t>(samples.cols());
    if (options.max_episodes < least) {
        const std::string because = result.episodes == 0 ? " (one population)" : " (earlier.episodes and one population)";
        detail::refuse("maximize", "max_episodes", options.max_episodes, "at least " + std::to_string(least) + because);
    }
    while (true) {
        std::vector<Outcome<Scalar>> outcomes(static_cast<std::size_t>(samples.cols()));
        options.evaluator(outcomes.size(), [&](std::size_t i) {
            const Eigen::VectorX<Scalar> parameters = samples.col(static_cast<Eigen::Index>(i));
            outcomes[i] = run_episode<Scalar>(episode, parameters,
                                              {search.seed(), result.episodes + i, search.generation(), static_cast<std::uint32_t>(i)});
        });
        const std::vector<Scalar> finite = detail::account(outcomes, samples, result);
        const auto usable = usable_returns<Scalar>(outcomes, options.failures);
        std::optional<UpdateReport<Scalar>> update;
        if (!usable.samples.empty()) update = search.tell(samples(Eigen::all, usable.samples), usable.returns);
        samples = search.ask();

        const Scalar best = finite.empty() ? std::numeric_limits<Scalar>::quiet_NaN() : *std::max_element(finite.begin(), finite.end());
        std::optional<StopReason> stop;
        if (finite.empty()) {
            stop = StopReason::no_finite_return;
        } else if (options.target_return && best >= *options.target_return) {
            stop = StopReason::target;
        } else if (!(search.condition() <= options.most_condition)) {
            stop = StopReason::degenerate;
        } else if (result.search_stop = detail::search_stop(search); result.search_stop) {
            stop = StopReason::search;
        } else if (result.episodes + static_cast<std::uint64_t>(samples.cols()) > options.max_episodes) {
            stop = StopReason::budget;
        }
        result.seconds = options.earlier.seconds + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        const bool goes_on = options.observer({result.generations, result.episodes, options.max_episodes, result.failed_episodes, best,
                                               detail::median(finite), result.best_return, search.entropy(), search.condition(),
                                               result.seconds, update, stop, result.best_parameters, result.last_failure});
        if (!stop && !goes_on) stop = StopReason::observer;
        if (stop) {
            result.stop_reason = *stop;
            result.mean = search.mean();
            return result;
        }
    }
}

}  // namespace primore
