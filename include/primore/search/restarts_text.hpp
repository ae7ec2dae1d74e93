// SPDX-License-Identifier: MIT
#pragma once

// The text of Restarts and Bounded around any search that has one.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/search/bounded.hpp>
#include <primore/search/box.hpp>
#include <primore/search/restart_schedule.hpp>
#include <primore/search/restarts.hpp>
#include <primore/search/run_comparison.hpp>
#include <primore/search/search_text.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <std::floating_point Scalar>
struct TextForm<BoxTransform<Scalar>> {
    static BoxTransform<Scalar> blank() {
        const Eigen::VectorX<Scalar> one = Eigen::VectorX<Scalar>::Ones(1);
        return {{.lower = -one, .upper = one}, one};
    }
    static auto fields(auto& transform) {
        auto& [box, margin] = transform;
        return std::tuple(text_field("box", box), text_field("margin", margin));
    }
    static void check(const BoxTransform<Scalar>& transform, const TextCheck& check) {
        const auto& [box, margin] = transform;
        check.vector("margin", margin, box.lower.size(), "box.lower");
        check.that((margin.array() > 0).all(), "margin", "positive");
    }
};

template <typename SearchOptions, std::floating_point Scalar>
struct TextForm<BoundedOptions<SearchOptions, Scalar>> {
    using Options = BoundedOptions<SearchOptions, Scalar>;
    static Options blank() { return {.search = TextForm<SearchOptions>::blank(), .box = TextForm<BoxTransform<Scalar>>::blank().box()}; }
    static auto fields(auto& options) {
        auto& [search, box] = options;
        return std::tuple(text_field("search", search), text_field("box", box));
    }
};

template <typename Search>
struct TextForm<Bounded<Search>> {
    static constexpr std::string_view name = "Bounded";
    static Bounded<Search> blank() { return Bounded<Search>(TextForm<typename Bounded<Search>::options_type>::blank()); }
    static auto fields(auto& search) {
        auto& [transform, within] = search;
        return std::tuple(text_field("transform", transform), text_field("within", within));
    }
    static void check(const Bounded<Search>& search, const TextCheck& check) {
        const auto& [transform, within] = search;
        check.size("transform.box.lower", transform.box().lower.size(), within.mean().size(), "the mean of within");
    }
};

template <>
struct TextForm<RestartKind> {
    static constexpr std::array<std::string_view, 2> names{"ipop", "bipop"};
};

template <>
struct TextForm<Launch> {
    static auto fields(auto& launch) {
        auto& [population, shrinkage, is_small] = launch;
        return std::tuple(text_field("population", population), text_field("shrinkage", shrinkage), text_field("is_small", is_small));
    }
};

template <>
struct TextForm<RestartSchedule> {
    static auto fields(auto& schedule) {
        auto& [kind, growth, population, large_runs, small_episodes, large_episodes, small_best, large_best] = schedule;
        return std::tuple(text_field("kind", kind), text_field("growth", growth), text_field("population", population),
                          text_field("large_runs", large_runs), text_field("small_episodes", small_episodes),
                          text_field("large_episodes", large_episodes), text_field("small_best", small_best),
                          text_field("large_best", large_best));
    }
    static void check(const RestartSchedule& schedule, const TextCheck& check) {
        const auto& [kind, growth, population, large_runs, small_episodes, large_episodes, small_best, large_best] = schedule;
        check.that(detail::is_finite(growth) && growth > 1, "growth", "a finite number above 1");
        check.that(population >= 2, "population", "at least 2");
        check.that(large_runs >= 0, "large_runs", "a count");
    }
};

template <std::floating_point Scalar>
struct TextForm<RunComparison<Scalar>> {
    static auto fields(auto& comparison) {
        auto& [recent, best, worst_of_newest, highest, median, best_median] = comparison;
        return std::tuple(text_field("recent", recent), text_field("best", best), text_field("worst_of_newest", worst_of_newest),
                          text_field("highest", highest), text_field("median", median), text_field("best_median", best_median));
    }
    static void check(const RunComparison<Scalar>& comparison, const TextCheck& check) {
        const auto& [recent, best, worst_of_newest, highest, median, best_median] = comparison;
        check.that(recent > 0, "recent", "positive");
        check.that(best.size() <= recent, "best", "at most recent numbers");
    }
};

template <typename SearchOptions, std::floating_point Scalar>
struct TextForm<RestartsOptions<SearchOptions, Scalar>> {
    static RestartsOptions<SearchOptions, Scalar> blank() { return {.search = TextForm<SearchOptions>::blank()}; }
    static auto fields(auto& options) {
        auto& [search, later, kind, growth, start, most_restarts, outdone_share] = options;
        return std::tuple(text_field("search", search), text_field("later", later), text_field("kind", kind), text_field("growth", growth),
                          text_field("start", start), text_field("most_restarts", most_restarts), text_field("outdone_share", outdone_share));
    }
};

template <typename Search>
struct TextForm<Restarts<Search>> {
    static constexpr std::string_view name = "Restarts";
    static Restarts<Search> blank() { return Restarts<Search>(TextForm<typename Restarts<Search>::options_type>::blank()); }
    static auto fields(auto& search) {
        auto& [options, run, launch, schedule, last_stop, generation, restarts, episodes, best_return, best_parameters, best_mean,
               comparison] = search;
        return std::tuple(text_field("options", options), text_field("run", run), text_field("launch", launch),
                          text_field("schedule", schedule), text_field("last_stop", last_stop), text_field("generation", generation),
                          text_field("restarts", restarts), text_field("episodes", episodes), text_field("best_return", best_return),
                          text_field("best_parameters", best_parameters), text_field("best_mean", best_mean),
                          text_field("comparison", comparison));
    }
    static void check(const Restarts<Search>& search, const TextCheck& check) {
        const auto& [options, run, launch, schedule, last_stop, generation, restarts, episodes, best_return, best_parameters,
                     best_mean, comparison] = search;
        static_cast<void>(Restarts<Search>(options));  // which checks them
        const Eigen::Index n = run.mean().size();
        const Search first(options.search);
        check.that(first.mean().size() == n, "options.search", "a search of as many parameters as run");
        check.that(best_parameters.size() == 0 || best_parameters.size() == n, "best_parameters", "as long as the mean of run");
        check.that(best_mean.size() == 0 || best_mean.size() == n, "best_mean", "as long as the mean of run");
        check.that(best_mean.size() == n || comparison.is_ahead(), "best_mean", "known, though comparison.best_median is");
    }
};

}  // namespace primore
