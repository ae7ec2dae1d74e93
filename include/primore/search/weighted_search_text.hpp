// SPDX-License-Identifier: MIT
#pragma once

// The text of WeightedSearch: EpisodicReps, CrossEntropyMethod and PiBb.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/search/return_weights.hpp>
#include <primore/search/search_text.hpp>
#include <primore/search/weighted_search.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <std::floating_point Scalar>
struct TextForm<RepsWeights<Scalar>> {
    static constexpr std::string_view name = "RepsWeights";
    static auto fields(auto& weights) {
        auto& [kl_bound] = weights;
        return std::tuple(text_field("kl_bound", kl_bound));
    }
};

template <std::floating_point Scalar>
struct TextForm<EliteWeights<Scalar>> {
    static constexpr std::string_view name = "EliteWeights";
    static auto fields(auto& weights) {
        auto& [elite_share] = weights;
        return std::tuple(text_field("elite_share", elite_share));
    }
};

template <std::floating_point Scalar>
struct TextForm<ExponentialWeights<Scalar>> {
    static constexpr std::string_view name = "ExponentialWeights";
    static auto fields(auto& weights) {
        auto& [sharpness] = weights;
        return std::tuple(text_field("sharpness", sharpness));
    }
};

template <>
struct TextForm<SpreadAround> {
    static constexpr std::array<std::string_view, 2> names{"old_mean", "new_mean"};
};

template <std::floating_point Scalar, typename Weights>
struct TextForm<WeightedSearch<Scalar, Weights>> {
    using Search = WeightedSearch<Scalar, Weights>;
    static constexpr std::string_view name = "WeightedSearch";
    static Search blank() { return Search({.mean = Eigen::VectorX<Scalar>::Zero(1), .standard_deviation = Scalar(1)}); }
    static auto fields(auto& search) {
        auto& [weights, spread, mean_rate, covariance_rate, population, distribution, seed, generation] = search;
        return std::tuple(text_field("weights", weights), text_field("spread", spread), text_field("mean_rate", mean_rate),
                          text_field("covariance_rate", covariance_rate), text_field("population", population),
                          text_field("distribution", distribution), text_field("seed", seed), text_field("generation", generation));
    }
    static void check(const Search& search, const TextCheck& check) {
        const auto& [weights, spread, mean_rate, covariance_rate, population, distribution, seed, generation] = search;
        static_cast<void>(weights(Eigen::VectorX<Scalar>::Zero(2)));  // which checks its options
        check.that(mean_rate > 0 && mean_rate <= 1, "mean_rate", "in (0, 1]");
        check.that(!covariance_rate || (*covariance_rate > 0 && *covariance_rate < 1), "covariance_rate", "none or in (0, 1)");
        check.that(population >= 2, "population", "at least 2");
    }
};

}  // namespace primore
