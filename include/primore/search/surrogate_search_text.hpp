// SPDX-License-Identifier: MIT
#pragma once

// The text of SurrogateSearch: CasMore and More, as they are and as published.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>
#include <variant>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cas_more_step.hpp>
#include <primore/search/entropy_schedule.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/local_surrogate_text.hpp>
#include <primore/search/more.hpp>
#include <primore/search/pooled_surrogate.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/sample_pool.hpp>
#include <primore/search/search_text.hpp>
#include <primore/search/surrogate_search.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <>
struct TextForm<SurrogateStage> {
    static constexpr std::array<std::string_view, 4> names{"none", "linear", "diagonal", "full"};
};

template <std::floating_point Scalar>
struct TextForm<RobustStandardization<Scalar>> {
    static constexpr std::string_view name = "RobustStandardization";
    static auto fields(auto& options) {
        auto& [clip, kurtosis_threshold] = options;
        return std::tuple(text_field("clip", clip), text_field("kurtosis_threshold", kurtosis_threshold));
    }
};

template <std::floating_point Scalar>
struct TextForm<PooledSurrogateOptions<Scalar>> {
    static constexpr std::string_view name = "PooledSurrogateOptions";
    static auto fields(auto& options) {
        auto& [least_stage, samples_per_coefficient, ridge, robust, pool] = options;
        return std::tuple(text_field("least_stage", least_stage), text_field("samples_per_coefficient", samples_per_coefficient),
                          text_field("ridge", ridge), text_field("robust", robust), text_field("pool", pool));
    }
};

template <std::floating_point Scalar>
struct TextForm<SamplePool<Scalar>> {
    static auto fields(auto& pool) {
        auto& [capacity, samples, returns] = pool;
        return std::tuple(text_field("capacity", capacity), text_field("samples", samples), text_field("returns", returns));
    }
    static void check(const SamplePool<Scalar>& pool, const TextCheck& check) {
        const auto& [capacity, samples, returns] = pool;
        check.that(capacity >= 2, "capacity", "at least 2");
        check.finite("samples", samples);
        check.vector("returns", returns, samples.cols(), "samples");
    }
};

template <std::floating_point Scalar>
struct TextForm<PooledSurrogate<Scalar>> {
    static constexpr std::string_view name = "PooledSurrogate";
    static PooledSurrogate<Scalar> blank(const PooledSurrogateOptions<Scalar>& options = PooledSurrogateOptions<Scalar>()) {
        const Eigen::VectorX<Scalar> one = Eigen::VectorX<Scalar>::Ones(1);
        return {options, {one, one}};
    }
    static auto fields(auto& surrogate) {
        auto& [options, pool] = surrogate;
        return std::tuple(text_field("options", options), text_field("pool", pool));
    }
    static void check(const PooledSurrogate<Scalar>& surrogate, const TextCheck&) {
        const auto& [options, pool] = surrogate;
        static_cast<void>(blank(options));  // which checks them
    }
    static bool fits(const PooledSurrogate<Scalar>& surrogate, Eigen::Index n) {
        const auto& [options, pool] = surrogate;
        return pool.samples.cols() == 0 || pool.samples.rows() == n;
    }
};

template <std::floating_point Scalar>
struct TextForm<CasMoreOptions<Scalar>> {
    static CasMoreOptions<Scalar> blank() { return {.mean = Eigen::VectorX<Scalar>::Zero(1), .standard_deviation = Scalar(1)}; }
    static auto fields(auto& options) {
        auto& [mean, standard_deviation, seed, population, mean_bound, covariance_bound, surrogate, executes_mean, path_rate,
               path_correlation, path_gain, most_entropy_change, path_step, stop] = options;
        return std::tuple(
            text_field("mean", mean), text_field("standard_deviation", standard_deviation), text_field("seed", seed),
            text_field("population", population), text_field("mean_bound", mean_bound), text_field("covariance_bound", covariance_bound),
            text_field("surrogate", surrogate), text_field("executes_mean", executes_mean), text_field("path_rate", path_rate),
            text_field("path_correlation", path_correlation), text_field("path_gain", path_gain),
            text_field("most_entropy_change", most_entropy_change), text_field("path_step", path_step), text_field("stop", stop));
    }
};

template <std::floating_point Scalar>
struct TextForm<CasMoreStepOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [mean_bound, covariance_bound, path_rate, path_correlation, path_gain, most_entropy_loss, most_entropy_gain, path_step,
               loss_share, entropy_gain] = options;
        return std::tuple(text_field("mean_bound", mean_bound), text_field("covariance_bound", covariance_bound),
                          text_field("path_rate", path_rate), text_field("path_correlation", path_correlation),
                          text_field("path_gain", path_gain), text_field("most_entropy_loss", most_entropy_loss),
                          text_field("most_entropy_gain", most_entropy_gain), text_field("path_step", path_step),
                          text_field("loss_share", loss_share), text_field("entropy_gain", entropy_gain));
    }
    static void check(const CasMoreStepOptions<Scalar>& options, const TextCheck& check) {
        const auto finite = [&](const auto&... field) { (check.that(detail::is_finite(field.value), field.name, "a finite number"), ...); };
        std::apply(finite, fields(options));
        check.that(options.mean_bound > 0, "mean_bound", "positive");
        check.that(options.covariance_bound > 0, "covariance_bound", "positive");
        check.that(options.path_rate > 0, "path_rate", "positive");
        check.that(options.most_entropy_loss >= 0, "most_entropy_loss", "positive or 0");
        check.that(options.most_entropy_gain >= 0, "most_entropy_gain", "positive or 0");
    }
};

template <std::floating_point Scalar>
struct TextForm<EvolutionPath<Scalar>> {
    static auto fields(auto& evolution) {
        auto& [path, desired_length] = evolution;
        return std::tuple(text_field("path", path), text_field("desired_length", desired_length));
    }
    static void check(const EvolutionPath<Scalar>& evolution, const TextCheck& check) {
        check.point("path", evolution.path);
        check.that(detail::is_finite(evolution.desired_length), "desired_length", "a finite number");
    }
};

template <std::floating_point Scalar>
struct TextForm<CasMoreRule<Scalar>> {
    static CasMoreRule<Scalar> blank() { return CasMoreRule<Scalar>(TextForm<CasMoreOptions<Scalar>>::blank()); }
    static auto fields(auto& rule) {
        auto& [step, evolution] = rule;
        return std::tuple(text_field("step", step), text_field("evolution", evolution));
    }
    static bool fits(const CasMoreRule<Scalar>& rule, Eigen::Index n) {
        const auto& [step, evolution] = rule;
        return evolution.path.size() == n;
    }
};

template <std::floating_point Scalar>
struct TextForm<EarnedLoss<Scalar>> {
    static constexpr std::string_view name = "EarnedLoss";
    static auto fields(auto& schedule) {
        auto& [rate, most_haste, path_weight] = schedule;
        return std::tuple(text_field("rate", rate), text_field("most_haste", most_haste), text_field("path_weight", path_weight));
    }
    static void check(const EarnedLoss<Scalar>& schedule, const TextCheck& check) {
        check.that(schedule.rate >= 0, "rate", "positive or 0");
        check.that(schedule.most_haste >= 0, "most_haste", "positive or 0");
        check.that(detail::is_finite(schedule.path_weight), "path_weight", "a finite number");
    }
};

template <std::floating_point Scalar>
struct TextForm<ConstantLoss<Scalar>> {
    static constexpr std::string_view name = "ConstantLoss";
    static auto fields(auto& schedule) {
        auto& [loss, least_entropy_per_parameter] = schedule;
        return std::tuple(text_field("loss", loss), text_field("least_entropy_per_parameter", least_entropy_per_parameter));
    }
    static void check(const ConstantLoss<Scalar>& schedule, const TextCheck& check) {
        check.that(schedule.loss >= 0, "loss", "positive or 0");
    }
};

template <std::floating_point Scalar>
struct TextForm<GeometricLoss<Scalar>> {
    static constexpr std::string_view name = "GeometricLoss";
    static auto fields(auto& schedule) {
        auto& [gamma, least_entropy_per_parameter] = schedule;
        return std::tuple(text_field("gamma", gamma), text_field("least_entropy_per_parameter", least_entropy_per_parameter));
    }
};

template <std::floating_point Scalar>
struct TextForm<MoreOptions<Scalar>> {
    static MoreOptions<Scalar> blank() { return {.mean = Eigen::VectorX<Scalar>::Zero(1), .standard_deviation = Scalar(1)}; }
    static auto fields(auto& options) {
        auto& [mean, standard_deviation, seed, population, kl_bound, least_share, surrogate, executes_mean, entropy_schedule, stop] =
            options;
        return std::tuple(text_field("mean", mean), text_field("standard_deviation", standard_deviation), text_field("seed", seed),
                          text_field("population", population), text_field("kl_bound", kl_bound), text_field("least_share", least_share),
                          text_field("surrogate", surrogate), text_field("executes_mean", executes_mean),
                          text_field("entropy_schedule", entropy_schedule), text_field("stop", stop));
    }
};

template <std::floating_point Scalar>
struct TextForm<MoreRule<Scalar>> {
    static MoreRule<Scalar> blank() { return MoreRule<Scalar>(TextForm<MoreOptions<Scalar>>::blank()); }
    static auto fields(auto& rule) {
        auto& [schedule, kl_bound, least_share, path_rate, path] = rule;
        return std::tuple(text_field("schedule", schedule), text_field("kl_bound", kl_bound), text_field("least_share", least_share),
                          text_field("path_rate", path_rate), text_field("path", path));
    }
    static void check(const MoreRule<Scalar>& rule, const TextCheck& check) {
        const auto& [schedule, kl_bound, least_share, path_rate, path] = rule;
        check.that(detail::is_finite(kl_bound) && kl_bound > 0, "kl_bound", "a positive finite number");
        check.that(detail::is_finite(least_share) && least_share > 0, "least_share", "a positive finite number");
        check.that(path_rate > 0 && path_rate <= 1, "path_rate", "in (0, 1]");
        check.point("path", path);
    }
    static bool fits(const MoreRule<Scalar>& rule, Eigen::Index n) {
        const auto& [schedule, kl_bound, least_share, path_rate, path] = rule;
        return path.size() == n;
    }
};

/// Of rule and surrogate, TextForm also tells whether they are of as many parameters as the distribution: `bool fits(const T&, n)`.
template <StepRule Rule>
struct TextForm<SurrogateSearch<Rule>> {
    using Search = SurrogateSearch<Rule>;
    static constexpr std::string_view name = Rule::name;
    static Search blank() { return Search(TextForm<typename Rule::options_type>::blank()); }
    static auto fields(auto& search) {
        auto& [distribution, rule, surrogate, history, start_entropy, population, seed, generation, executes_mean] = search;
        return std::tuple(text_field("distribution", distribution), text_field("rule", rule), text_field("surrogate", surrogate),
                          text_field("history", history), text_field("start_entropy", start_entropy), text_field("population", population),
                          text_field("seed", seed), text_field("generation", generation), text_field("executes_mean", executes_mean));
    }
    static void check(const Search& search, const TextCheck& check) {
        const auto& [distribution, rule, surrogate, history, start_entropy, population, seed, generation, executes_mean] = search;
        const Eigen::Index n = distribution.size();
        const bool surrogate_fits = std::visit([n]<typename T>(const T& any) { return TextForm<T>::fits(any, n); }, surrogate);
        check.that(TextForm<Rule>::fits(rule, n), "rule", "of as many parameters as distribution");
        check.that(surrogate_fits, "surrogate", "of as many parameters as distribution");
        check.that(population >= 2, "population", "at least 2");
    }
};

}  // namespace primore
