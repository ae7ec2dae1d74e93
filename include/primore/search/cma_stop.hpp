// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>

#include <Eigen/Core>

#include <primore/search/cma_update.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/search_stop.hpp>

namespace primore {

/// Stop criteria of CMA-ES [Hansen23, appendix B.3]. An absent one, or one that is false, is switched off.
template <std::floating_point Scalar>
struct CmaStopOptions {
    ReturnStopOptions<Scalar> returns = {};
    std::optional<std::uint32_t> max_generations = {};
    std::optional<Scalar> tol_x = Scalar(1e-12);                                          ///< of the standard deviation at the start
    std::optional<Scalar> tol_x_up = Scalar(1e4);                                         ///< of the longest axis at the start
    std::optional<Scalar> condition = Scalar(0.1) / Eigen::NumTraits<Scalar>::epsilon();  ///< of the covariance; 1e14 in [Hansen23]
    bool no_effect_axis = false;  ///< true in [Hansen23], but on a sharp ridge a search recovers from it: f13 in benchmarks/bbob
    bool no_effect_coordinate = true;

    /// All switched off.
    [[nodiscard]] static CmaStopOptions none() {
        return {.returns = {std::nullopt, std::nullopt, std::nullopt, std::nullopt},
                .tol_x = std::nullopt,
                .tol_x_up = std::nullopt,
                .condition = std::nullopt,
                .no_effect_axis = false,
                .no_effect_coordinate = false};
    }
};

/// The first criterion on the distribution that holds.
///
/// @param start  [N] standard deviations with which the search began
template <std::floating_point Scalar>
[[nodiscard]] std::optional<SearchStop> cma_stop(const CmaState<Scalar>& state, const CmaStopOptions<Scalar>& options,
                                                 const Eigen::VectorX<Scalar>& start) {
    if (options.max_generations && state.generation >= *options.max_generations) return SearchStop::max_generations;
    if (options.condition && state.axes.condition() > *options.condition) return SearchStop::condition;
    const Eigen::Index n = state.mean.size();
    const Scalar longest = state.step_size * state.axes.deviations(n - 1);
    if (options.tol_x_up && longest > *options.tol_x_up * start.maxCoeff()) return SearchStop::tol_x_up;
    if (longest < std::numeric_limits<Scalar>::min()) return SearchStop::tol_x;
    const Eigen::VectorX<Scalar> deviations = state.step_size * state.covariance.diagonal().cwiseMax(Scalar(0)).cwiseSqrt();
    if (options.tol_x) {
        const Eigen::VectorX<Scalar> reach = deviations.cwiseMax(state.step_size * state.path.cwiseAbs());
        if ((reach.array() < *options.tol_x * start.array()).all()) return SearchStop::tol_x;
    }
    if (options.no_effect_coordinate && ((state.mean + Scalar(0.2) * deviations).array() == state.mean.array()).any()) {
        return SearchStop::no_effect_coordinate;
    }
    if (options.no_effect_axis) {  // one axis per generation
        const Eigen::Index i = static_cast<Eigen::Index>(state.generation) % n;
        const Scalar reach = Scalar(0.1) * state.step_size * state.axes.deviations(i);
        if (state.mean + reach * state.axes.axes.col(i) == state.mean) return SearchStop::no_effect_axis;
    }
    return std::nullopt;
}

}  // namespace primore
