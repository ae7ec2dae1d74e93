// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/random/stream.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>

namespace primore {

template <std::floating_point Scalar>
struct CmaEsOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 4; default_population(N) if not given
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
};

/// Everything that CMA-ES knows: a value to copy, compare and continue from.
template <std::floating_point Scalar>
struct CmaState {
    Eigen::VectorX<Scalar> mean;            ///< m [N]
    Scalar step_size = 1;                   ///< sigma
    Eigen::MatrixX<Scalar> covariance;      ///< C [N x N]; the samples have the covariance sigma^2 C
    SymmetricRoot<Scalar> root;             ///< of C, as old as the last decomposition
    Eigen::VectorX<Scalar> step_size_path;  ///< p_sigma [N]
    Eigen::VectorX<Scalar> path;            ///< p_c [N]
    std::uint32_t generation = 0;           ///< updates so far
};

/// What one update of CMA-ES did.
struct CmaReport {
    bool stalled = false;     ///< h_sigma = 0: the rank-one path is held back because the step size grows fast
    bool decomposed = false;  ///< whether the eigendecomposition was refreshed
};

/// Updates between two eigendecompositions: max(1, floor(1 / (N (c_1 + c_mu)))).
///
/// Ten times as rare as in the tutorial. With pycma that made less than 7 % of difference in evaluations to target, either way, on the
/// rotated ellipsoid and Rosenbrock with N = 10 and 20.
template <std::floating_point Scalar>
[[nodiscard]] std::uint32_t decomposition_interval(const CmaParameters<Scalar>& p, Eigen::Index n) {
    const Scalar interval = Scalar(1) / (static_cast<Scalar>(n) * (p.rank_one_rate + p.rank_mu_rate));
    return static_cast<std::uint32_t>(std::max(Scalar(1), std::floor(interval)));
}

/// One generation of active CMA-ES on samples [N x M] and their returns [M], which are maximised [Hansen23, eqs. 41-47].
///
/// @param p  for M samples
template <std::floating_point Scalar>
CmaReport cma_update(CmaState<Scalar>& state, const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                     const Eigen::VectorX<Scalar>& returns) {
    const auto n = static_cast<Scalar>(state.mean.size());
    std::vector<Eigen::Index> order(static_cast<std::size_t>(samples.cols()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) { return returns(i) > returns(j); });

    const Eigen::MatrixX<Scalar> steps = (samples(Eigen::all, order).colwise() - state.mean) / state.step_size;  // y, best first
    const Eigen::VectorX<Scalar> mean_step = steps * p.weights.cwiseMax(Scalar(0));                              // y_w
    state.mean += state.step_size * mean_step;
    ++state.generation;

    // The path of the step size                                                                       [eqs. 43, 44]
    const Scalar rate = p.step_size_path_rate;
    state.step_size_path = (Scalar(1) - rate) * state.step_size_path +
                           std::sqrt(rate * (Scalar(2) - rate) * p.effective_parents) * state.root.whiten(mean_step);
    const Scalar length = state.step_size_path.norm();
    const Scalar start_up = std::sqrt(Scalar(1) - std::pow(Scalar(1) - rate, static_cast<Scalar>(2 * (state.generation + 1))));
    const bool stalled = !(length / start_up < (Scalar(1.4) + Scalar(2) / (n + Scalar(1))) * p.expected_norm);

    // The covariance                                                                                  [eqs. 45-47]
    state.path *= Scalar(1) - p.path_rate;
    if (!stalled) state.path += std::sqrt(p.path_rate * (Scalar(2) - p.path_rate) * p.effective_parents) * mean_step;
    Eigen::VectorX<Scalar> weights = p.weights;
    for (Eigen::Index i = 0; i < weights.size(); ++i) {  // a worse sample counts as if it lay at the usual distance [eq. 46]
        if (weights(i) < 0) weights(i) *= n / (state.root.whiten(steps.col(i)).squaredNorm() + Scalar(1e-8));
    }
    const Scalar held_back = stalled ? p.rank_one_rate * p.path_rate * (Scalar(2) - p.path_rate) : Scalar(0);
    state.covariance *= Scalar(1) + held_back - p.rank_one_rate - p.rank_mu_rate * p.weights.sum();
    state.covariance.noalias() += p.rank_one_rate * state.path * state.path.transpose();
    state.covariance.noalias() += steps * (p.rank_mu_rate * weights).asDiagonal() * steps.transpose();

    // A return that improves for ever must not overflow the distribution: at most one e-fold per update, and an end.
    state.step_size *= std::exp(std::min(Scalar(1), rate / p.step_size_damping * (length / p.expected_norm - Scalar(1))));
    state.step_size = std::clamp(state.step_size, Scalar(1e-30), Scalar(1e30));

    const bool decompose = state.generation % decomposition_interval(p, state.mean.size()) == 0;
    if (decompose) state.root = SymmetricRoot<Scalar>(state.covariance);
    return {stalled, decompose};
}

/// CMA-ES with active update, cumulative step-size adaptation and eigendecomposition on a counter [Hansen23].
///
/// Samples x = m + sigma C^1/2 z; maximises. Depends on returns only through their order, so it is invariant under every
/// increasing transform of the returns.
template <std::floating_point Scalar>
class CmaEs {
public:
    using scalar_type = Scalar;

    /// @throws std::invalid_argument if the mean is empty or not finite, a deviation is not positive, sizes disagree, or population < 4
    explicit CmaEs(const CmaEsOptions<Scalar>& options) : seed_(options.seed) {
        constexpr auto where = "CmaEs";
        const Eigen::Index n = options.mean.size();
        detail::require_at_least(where, "the size of mean", n, 1);
        detail::require_finite(where, "mean", options.mean);
        const Eigen::VectorX<Scalar> deviation = options.standard_deviation.for_each_of(n, where);
        const Eigen::Index population = options.population.value_or(default_population(n));
        detail::require_at_least(where, "population", population, 4);
        parameters_ = cma_parameters<Scalar>(n, population);
        state_.mean = options.mean;
        state_.step_size = std::exp(deviation.array().log().mean());
        state_.covariance = (deviation / state_.step_size).cwiseAbs2().asDiagonal();
        state_.root = SymmetricRoot<Scalar>(state_.covariance);
        state_.step_size_path = state_.path = Eigen::VectorX<Scalar>::Zero(n);
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        Eigen::MatrixX<Scalar> samples(state_.mean.size(), population());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            Stream stream(seed_, Purpose::search, state_.generation, static_cast<std::uint32_t>(i));
            samples.col(i) = stream.normal_vector<Scalar>(samples.rows());
        }
        return ((state_.step_size * state_.root.root) * samples).colwise() + state_.mean;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may differ from population(), since episodes may
    /// have been discarded; fewer than two samples teach nothing and only count as a generation.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    CmaReport tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "CmaEs::tell";
        detail::require_size(where, "the number of parameters of samples", samples.rows(), state_.mean.size(), "the size of mean");
        detail::require_size(where, "returns", returns.size(), samples.cols(), "the number of samples");
        detail::require_finite(where, "samples", samples);
        detail::require_finite(where, "returns", returns);
        if (samples.cols() < 2) {
            ++state_.generation;
            return {};
        }
        if (samples.cols() == population()) return cma_update(state_, parameters_, samples, returns);
        return cma_update(state_, cma_parameters<Scalar>(state_.mean.size(), samples.cols()), samples, returns);
    }

    [[nodiscard]] const CmaState<Scalar>& state() const noexcept { return state_; }
    [[nodiscard]] const CmaParameters<Scalar>& parameters() const noexcept { return parameters_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return state_.mean; }
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const { return state_.step_size * state_.step_size * state_.covariance; }
    [[nodiscard]] Eigen::Index population() const noexcept { return parameters_.weights.size(); }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return state_.generation; }

    /// Entropy of the distribution that is sampled from.
    [[nodiscard]] Scalar entropy() const {
        return gaussian_entropy(state_.root) + static_cast<Scalar>(state_.mean.size()) * std::log(state_.step_size);
    }

    /// Condition number of the covariance that is sampled from.
    [[nodiscard]] Scalar condition() const { return state_.root.condition(); }

private:
    CmaParameters<Scalar> parameters_;
    CmaState<Scalar> state_;
    std::uint64_t seed_;
};

}  // namespace primore
