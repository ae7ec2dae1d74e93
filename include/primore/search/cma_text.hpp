// SPDX-License-Identifier: MIT
#pragma once

// The text of CmaEs and SepCmaEs.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/search/cma_es.hpp>
#include <primore/search/cma_learning_rates.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/cma_stop.hpp>
#include <primore/search/cma_update.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/search_text.hpp>
#include <primore/search/sep_cma_es.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <std::floating_point Scalar>
struct TextForm<CmaParameters<Scalar>> {
    static auto fields(auto& parameters) {
        auto& [weights, parents, effective_parents, path_rate, rank_one_rate, rank_mu_rate, step_size_path_rate, step_size_damping,
               expected_norm] = parameters;
        return std::tuple(text_field("weights", weights), text_field("parents", parents),
                          text_field("effective_parents", effective_parents), text_field("path_rate", path_rate),
                          text_field("rank_one_rate", rank_one_rate), text_field("rank_mu_rate", rank_mu_rate),
                          text_field("step_size_path_rate", step_size_path_rate), text_field("step_size_damping", step_size_damping),
                          text_field("expected_norm", expected_norm));
    }
    static void check(const CmaParameters<Scalar>& parameters, const TextCheck& check) {
        check.that(parameters.weights.size() >= 4, "weights", "at least 4 numbers");
        check.finite("weights", parameters.weights);
        check.that(parameters.parents == parameters.weights.size() / 2, "parents", "half the size of weights");
    }
};

template <>
struct TextForm<CmaConstants> {
    static constexpr std::array<std::string_view, 3> names{"tutorial", "pycma", "active"};
};

template <std::floating_point Scalar>
struct TextForm<CmaState<Scalar>> {
    static auto fields(auto& state) {
        auto& [mean, step_size, covariance, axes, step_size_path, path, generation] = state;
        return std::tuple(text_field("mean", mean), text_field("step_size", step_size), text_field("covariance", covariance),
                          text_field("axes", axes), text_field("step_size_path", step_size_path), text_field("path", path),
                          text_field("generation", generation));
    }
    /// The covariance may have learned to be indefinite since the axes were made of it.
    static void check(const CmaState<Scalar>& state, const TextCheck& check) {
        const Eigen::Index n = state.mean.size();
        check.point("mean", state.mean);
        check.that(detail::is_finite(state.step_size) && state.step_size > 0, "step_size", "a positive finite number");
        check.square("covariance", state.covariance, n, "mean");
        check.that(state.covariance == state.covariance.transpose(), "covariance", "symmetric");
        check.square("axes.axes", state.axes.axes, n, "mean");
        check.vector("axes.deviations", state.axes.deviations, n, "mean");
        check.that(state.axes.deviations.minCoeff() > 0, "axes.deviations", "positive");
        check.vector("step_size_path", state.step_size_path, n, "mean");
        check.vector("path", state.path, n, "mean");
    }
};

template <std::floating_point Scalar>
struct TextForm<LearningRateAdaptation<Scalar>> {
    static constexpr std::string_view name = "LearningRateAdaptation";
    static auto fields(auto& options) {
        auto& [target_ratio, mean_rate, covariance_rate, damping] = options;
        return std::tuple(text_field("target_ratio", target_ratio), text_field("mean_rate", mean_rate),
                          text_field("covariance_rate", covariance_rate), text_field("damping", damping));
    }
};

template <std::floating_point Scalar>
struct TextForm<AdaptedRate<Scalar>> {
    static auto fields(auto& adapted) {
        auto& [rate, average, average_square] = adapted;
        return std::tuple(text_field("rate", rate), text_field("average", average), text_field("average_square", average_square));
    }
};

template <std::floating_point Scalar>
struct TextForm<CmaLearningRates<Scalar>> {
    static auto fields(auto& rates) {
        auto& [mean, covariance] = rates;
        return std::tuple(text_field("mean", mean), text_field("covariance", covariance));
    }
};

template <std::floating_point Scalar>
struct TextForm<CmaStopOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [returns, max_generations, tol_x, tol_x_up, condition, no_effect_axis, no_effect_coordinate] = options;
        return std::tuple(text_field("returns", returns), text_field("max_generations", max_generations), text_field("tol_x", tol_x),
                          text_field("tol_x_up", tol_x_up), text_field("condition", condition),
                          text_field("no_effect_axis", no_effect_axis), text_field("no_effect_coordinate", no_effect_coordinate));
    }
};

template <std::floating_point Scalar>
struct TextForm<CmaEsOptions<Scalar>> {
    static CmaEsOptions<Scalar> blank() { return {.mean = Eigen::VectorX<Scalar>::Zero(1), .standard_deviation = Scalar(1)}; }
    static auto fields(auto& options) {
        auto& [mean, standard_deviation, population, seed, covariance, constants, sampling, learning_rates, stop, least_deviation] =
            options;
        return std::tuple(text_field("mean", mean), text_field("standard_deviation", standard_deviation),
                          text_field("population", population), text_field("seed", seed), text_field("covariance", covariance),
                          text_field("constants", constants), text_field("sampling", sampling),
                          text_field("learning_rates", learning_rates), text_field("stop", stop),
                          text_field("least_deviation", least_deviation));
    }
};

template <std::floating_point Scalar>
struct TextForm<CmaEs<Scalar>> {
    static constexpr std::string_view name = "CmaEs";
    static CmaEs<Scalar> blank() { return CmaEs<Scalar>(TextForm<CmaEsOptions<Scalar>>::blank()); }
    static auto fields(auto& search) {
        auto& [parameters, state, rates, history, injected, start, seed, sampling, constants, rate_adaptation, stop, least_entropy] =
            search;
        return std::tuple(text_field("parameters", parameters), text_field("state", state), text_field("rates", rates),
                          text_field("history", history), text_field("injected", injected), text_field("start", start),
                          text_field("seed", seed), text_field("sampling", sampling), text_field("constants", constants),
                          text_field("rate_adaptation", rate_adaptation), text_field("stop", stop),
                          text_field("least_entropy", least_entropy));
    }
    static void check(const CmaEs<Scalar>& search, const TextCheck& check) {
        const auto& [parameters, state, rates, history, injected, start, seed, sampling, constants, rate_adaptation, stop, least_entropy] =
            search;
        const Eigen::Index n = state.mean.size();
        check.vector("start", start, n, "state.mean");
        if (injected.size() > 0) check.size("injected", injected.rows(), n, "state.mean");
        check.that(injected.cols() <= search.population(), "injected", "at most one population");
        check.that(!least_entropy || detail::is_finite(*least_entropy), "least_entropy", "a finite number");
        if (rates.mean.average.size() > 0) {
            check.size("rates.mean.average", rates.mean.average.size(), n, "state.mean");
            check.square("rates.covariance.average", rates.covariance.average, n, "state.mean");
        }
    }
};

template <std::floating_point Scalar>
struct TextForm<SepCmaEsOptions<Scalar>> {
    static SepCmaEsOptions<Scalar> blank() { return {.mean = Eigen::VectorX<Scalar>::Zero(1), .standard_deviation = Scalar(1)}; }
    static auto fields(auto& options) {
        auto& [mean, standard_deviation, population, seed, sampling, stop] = options;
        return std::tuple(text_field("mean", mean), text_field("standard_deviation", standard_deviation),
                          text_field("population", population), text_field("seed", seed), text_field("sampling", sampling),
                          text_field("stop", stop));
    }
};

template <std::floating_point Scalar>
struct TextForm<SepCmaEs<Scalar>> {
    static constexpr std::string_view name = "SepCmaEs";
    static SepCmaEs<Scalar> blank() { return SepCmaEs<Scalar>(TextForm<SepCmaEsOptions<Scalar>>::blank()); }
    static auto fields(auto& search) {
        auto& [parameters, mean, deviations, step_size_path, path, history, seed, generation, sampling] = search;
        return std::tuple(text_field("parameters", parameters), text_field("mean", mean), text_field("deviations", deviations),
                          text_field("step_size_path", step_size_path), text_field("path", path), text_field("history", history),
                          text_field("seed", seed), text_field("generation", generation), text_field("sampling", sampling));
    }
    static void check(const SepCmaEs<Scalar>& search, const TextCheck& check) {
        const auto& [parameters, mean, deviations, step_size_path, path, history, seed, generation, sampling] = search;
        check.point("mean", mean);
        check.vector("deviations", deviations, mean.size(), "mean");
        check.that(deviations.minCoeff() > 0, "deviations", "positive");
        check.vector("step_size_path", step_size_path, mean.size(), "mean");
        check.vector("path", path, mean.size(), "mean");
    }
};

}  // namespace primore
