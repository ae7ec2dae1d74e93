// SPDX-License-Identifier: MIT
#pragma once

// Learning a distribution of weights from demonstrations that are short, sparse or noisy: where the covariance of point estimates would
// mistake their errors for variety. The model is that of weight_expectation.hpp.

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/imitation/design_matrix.hpp>
#include <primore/imitation/normal_inverse_wishart.hpp>
#include <primore/imitation/ridge_regression.hpp>
#include <primore/imitation/weight_expectation.hpp>

namespace primore {

template <std::floating_point Scalar>
struct ExpectationMaximizationOptions {
    Eigen::Index max_iterations = 500;
    Scalar tolerance = Scalar(1e-6);  ///< stops when the log likelihood gains less than this for each number that was sampled
    bool noise_is_shared = false;     ///< one noise variance for all degrees of freedom
    Scalar noise_correlation = 0;     ///< see compress(); it means neighbouring samples, so do not leave any out [movement_primitives: 0.7]
    std::optional<NormalInverseWishart<Scalar>> prior = {};  ///< of the distribution of the weights, see NormalInverseWishart::with_mode
    std::optional<WeightModel<Scalar>> initial = {};         ///< where to begin; by default near the ridge weights
    DemonstrationReading<Scalar> reading = {};
};

template <std::floating_point Scalar>
struct ExpectationMaximization {
    WeightModel<Scalar> model;
    Eigen::Index iterations = 0;
    bool converged = false;
    /// [iterations + 1] of the initial model and after each iteration, plus the log density of the prior, if there is one, up to a
    /// constant: it never falls.
    Eigen::VectorX<Scalar> log_likelihood;
};

/// The maximisation step: the most likely model for what was expected.
///
///     m = mean of the means,   S = ((means - m)(means - m)' + covariances) / n,   v_d = squared errors of d / samples
///
/// and with a prior its most likely mean and covariance [GomezGonzalez20].
/// @param prior                NormalInverseWishart::flat_mode, if nothing is known
/// @param least_noise_variance  that rounding does not make the noise vanish
template <std::floating_point Scalar>
[[nodiscard]] WeightModel<Scalar> maximization(const WeightExpectation<Scalar>& expectation, NormalInverseWishart<Scalar> prior,
                                               bool noise_is_shared, Scalar least_noise_variance) {
    prior.include(expectation.means);
    prior.scatter += expectation.covariance_sum;
    Eigen::VectorX<Scalar> variance = expectation.squared_errors / static_cast<Scalar>(expectation.sample_count);
    if (noise_is_shared) variance.setConstant(variance.mean());
    return {std::move(prior).mode(), variance.cwiseMax(least_noise_variance)};
}

namespace detail {

/// Mean and covariance of ridge weights, widened in all directions, and the noise that no weights explain.
template <std::floating_point Scalar>
[[nodiscard]] WeightModel<Scalar> initial_model(const std::vector<CompressedDemonstrations<Scalar>>& demonstrations, Eigen::Index size,
                                                Eigen::Index dofs, Scalar least_noise_variance) {
    auto weights = NormalInverseWishart<Scalar>::flat_mode(size);
    Eigen::VectorX<Scalar> rest = Eigen::VectorX<Scalar>::Zero(dofs), energy = rest;
    Eigen::Index free = 0, samples = 0;
    for (const auto& set : demonstrations) {
        const auto count = static_cast<Eigen::Index>(set.members.size());
        const RidgeFactorization<Scalar> factorization(set.root, RidgeOptions<Scalar>().regularization);
        weights.include(factorization.solve(set.targets).reshaped(size, count));
        rest += set.rest.rowwise().sum();
        energy += set.targets.colwise().squaredNorm().reshaped(dofs, count).rowwise().sum();
        free += count * (set.sample_count - set.root.rows());
        samples += count * set.sample_count;
    }
    WeightModel<Scalar> model{std::move(weights).mode(), {}};
    const Scalar spread = model.weights.covariance.diagonal().mean(), square = model.weights.mean.squaredNorm() / static_cast<Scalar>(size);
    model.weights.covariance.diagonal().array() += spread > 0 ? spread : square > 0 ? square : Scalar(1);
    model.noise_variance = free > 0 ? Eigen::VectorX<Scalar>(rest / static_cast<Scalar>(free))
                                    : Eigen::VectorX<Scalar>(energy / static_cast<Scalar>(100 * samples));
    model.noise_variance = model.noise_variance.cwiseMax(least_noise_variance);
    return model;
}

template <std::floating_point Scalar>
void validate(std::string_view where, const ExpectationMaximizationOptions<Scalar>& options, Eigen::Index size, Eigen::Index dofs) {
    require_at_least(where, "max_iterations", options.max_iterations, 1);
    require_not_negative(where, "tolerance", options.tolerance);
    require_not_negative(where, "noise_correlation", options.noise_correlation);
    if (!(options.noise_correlation < Scalar(1))) refuse(where, "noise_correlation", options.noise_correlation, "less than 1");
    if (options.prior) options.prior->validate(where, size);
    if (!options.initial) return;
    const WeightModel<Scalar>& model = *options.initial;
    model.weights.validate(where, size, "the number of weights");
    require_size(where, "noise_variance", model.noise_variance.size(), dofs, "dofs");
    for (Eigen::Index d = 0; d < dofs; ++d) {
        require_positive(where, "noise_variance[" + std::to_string(d) + "]", model.noise_variance(d));
    }
}

}  // namespace detail

/// The distribution of weights, and the noise, under which the demonstrations are most likely [Dempster77; GomezGonzalez20].
///
/// Times, lengths and rates may differ from demonstration to demonstration. O(T P (P + D)) once for each demonstration, then
/// O((P D)^3) for each iteration and each set of different times.
/// @throws std::invalid_argument if an option is out of range, or a demonstration or start does not suit the primitive
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] ExpectationMaximization<Scalar> expectation_maximization(const Primitive& primitive,
                                                                       const std::vector<Demonstration<Scalar>>& demonstrations,
                                                                       const ExpectationMaximizationOptions<Scalar>& options = {}) {
    constexpr auto where = "expectation_maximization";
    const Eigen::Index dofs = primitive.dofs(), size = primitive.weight_count() * dofs;
    detail::validate(where, options, size, dofs);
    std::vector<CompressedDemonstrations<Scalar>> compressed;
    Scalar largest = 0;
    for (DesignMatrix<Scalar>& design : design_matrices(where, primitive, demonstrations, options.reading)) {
        largest = std::max(largest, design.targets.cwiseAbs().maxCoeff());
        compressed.push_back(compress(std::move(design), options.noise_correlation));
    }
    const Scalar rounding = Eigen::NumTraits<Scalar>::epsilon() * (largest > 0 ? largest : Scalar(1)), least = rounding * rounding;
    const auto prior = options.prior ? *options.prior : NormalInverseWishart<Scalar>::flat_mode(size);

    ExpectationMaximization<Scalar> result;
    result.model = options.initial ? *options.initial : detail::initial_model(compressed, size, dofs, least);
    std::vector<Scalar> history;
    for (;; ++result.iterations) {
        const WeightExpectation<Scalar> expectation(result.model, compressed);
        history.push_back(expectation.log_likelihood + (options.prior ? prior.log_density(result.model.weights) : Scalar(0)));
        const Scalar gain = result.iterations > 0 ? history.back() - history[history.size() - 2] : std::numeric_limits<Scalar>::infinity();
        result.converged = gain <= options.tolerance * static_cast<Scalar>(expectation.sample_count * dofs);
        if (result.converged || result.iterations == options.max_iterations) break;
        result.model = maximization(expectation, prior, options.noise_is_shared, least);
    }
    result.log_likelihood = Eigen::Map<const Eigen::VectorX<Scalar>>(history.data(), static_cast<Eigen::Index>(history.size()));
    return result;
}

}  // namespace primore
