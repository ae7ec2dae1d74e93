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
#include <primore/search/cma_update.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/update_report.hpp>

namespace primore {

template <std::floating_point Scalar>
struct CmaEsOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 4; default_population(N) if not given
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
};

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
        state_.axes = PrincipalAxes<Scalar>(state_.covariance);
        state_.step_size_path = state_.path = Eigen::VectorX<Scalar>::Zero(n);
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        Eigen::MatrixX<Scalar> samples(state_.mean.size(), population());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            Stream stream(seed_, Purpose::search, state_.generation, static_cast<std::uint32_t>(i));
            samples.col(i) = stream.normal_vector<Scalar>(samples.rows());
        }
        samples.array().colwise() *= state_.step_size * state_.axes.deviations.array();
        Eigen::MatrixX<Scalar> placed = state_.mean.replicate(1, samples.cols());
        placed.noalias() += state_.axes.axes * samples;
        return placed;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may differ from population(), since episodes may
    /// have been discarded; fewer than two samples teach nothing and only count as a generation.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "CmaEs::tell";
        detail::require_size(where, "the number of parameters of samples", samples.rows(), state_.mean.size(), "the size of mean");
        detail::require_size(where, "returns", returns.size(), samples.cols(), "the number of samples");
        detail::require_finite(where, "samples", samples);
        detail::require_finite(where, "returns", returns);
        if (samples.cols() < 2) {
            ++state_.generation;
            return {.entropy = entropy(), .condition = condition()};
        }
        if (samples.cols() == population()) return cma_update(state_, parameters_, samples, returns);
        return cma_update(state_, cma_parameters<Scalar>(state_.mean.size(), samples.cols()), samples, returns);
    }

    [[nodiscard]] const CmaState<Scalar>& state() const noexcept { return state_; }
    [[nodiscard]] const CmaParameters<Scalar>& parameters() const noexcept { return parameters_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return state_.mean; }
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const { return state_.step_size * state_.step_size * state_.axes.covariance(); }
    [[nodiscard]] Eigen::Index population() const noexcept { return parameters_.weights.size(); }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return state_.generation; }

    /// Entropy of the distribution that is sampled from.
    [[nodiscard]] Scalar entropy() const { return state_.entropy(); }

    /// Condition number of the covariance that is sampled from.
    [[nodiscard]] Scalar condition() const { return state_.axes.condition(); }

private:
    CmaParameters<Scalar> parameters_;
    CmaState<Scalar> state_;
    std::uint64_t seed_;
};

}  // namespace primore
