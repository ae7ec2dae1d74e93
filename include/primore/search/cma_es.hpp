// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/cma_learning_rates.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/cma_stop.hpp>
#include <primore/search/cma_update.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/injection.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

template <std::floating_point Scalar>
struct CmaEsOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 4; default_population(N) if not given
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes

    /// [N x N] positive definite: the shape of the start, for a search that continues another or knows a similar task (warm_start()).
    /// It takes the place of standard_deviation.
    std::optional<Eigen::MatrixX<Scalar>> covariance = {};

    CmaConstants constants = CmaConstants::active;
    Sampling sampling = Sampling::orthogonal;  ///< a tenth fewer episodes than independent samples: benchmarks/episodes_to_target.cpp
    std::optional<LearningRateAdaptation<Scalar>> learning_rates = {};  ///< for noisy and multimodal returns; costs O(N^3) per update
    CmaStopOptions<Scalar> stop = {};                                   ///< what stop() watches; tell() never refuses to go on

    /// In (0, 1]: how far sigma lets the geometric mean of the standard deviations along the axes fall, in units of that at the start.
    /// Without bound if not given. On a sharp ridge steps shorten before the covariance has learned it; held here, the search learns it and
    /// goes on: f13 in benchmarks/bbob.
    std::optional<Scalar> least_deviation = {};
};

/// CMA-ES with active update, cumulative step-size adaptation and eigendecomposition on a counter [Hansen23].
///
/// Samples x = m + sigma C^1/2 z; maximises. Depends on returns only through their order, so it is invariant under every
/// increasing transform of the returns.
template <std::floating_point Scalar>
class CmaEs {
public:
    using scalar_type = Scalar;
    using options_type = CmaEsOptions<Scalar>;

    /// @throws std::invalid_argument if the mean is empty or not finite, a deviation is not positive, sizes disagree, population < 4, or
    ///                               least_deviation is not in (0, 1]
    explicit CmaEs(const CmaEsOptions<Scalar>& options)
        : seed_(options.seed),
          sampling_(options.sampling),
          constants_(options.constants),
          rate_adaptation_(options.learning_rates),
          stop_(options.stop) {
        constexpr auto where = "CmaEs";
        const Eigen::Index n = options.mean.size();
        detail::require_at_least(where, "the size of mean", n, 1);
        detail::require_finite(where, "mean", options.mean);
        const Eigen::Index population = options.population.value_or(default_population(n));
        detail::require_at_least(where, "population", population, 4);
        parameters_ = cma_parameters<Scalar>(n, population, constants_);
        state_.mean = options.mean;
        state_.step_size_path = state_.path = Eigen::VectorX<Scalar>::Zero(n);
        Eigen::MatrixX<Scalar> start = options.covariance.value_or(Eigen::MatrixX<Scalar>());
        if (options.covariance) {
            detail::require_size(where, "covariance.rows()", start.rows(), n, "the size of mean");
            detail::require_size(where, "covariance.cols()", start.cols(), n, "the size of mean");
            detail::require_finite(where, "covariance", start);
        } else {
            start = options.standard_deviation.for_each_of(n, where).cwiseAbs2().asDiagonal();
        }
        for (Eigen::Index i = 0; i < n; ++i) detail::require_positive(where, "a diagonal element of covariance", start(i, i));
        start_ = start.diagonal().cwiseSqrt();
        state_.step_size = std::exp(start_.array().log().mean());
        state_.covariance = start / state_.step_size / state_.step_size;
        state_.axes = PrincipalAxes<Scalar>(state_.covariance);
        if (state_.axes.lifted) detail::refuse(where, "covariance", "not positive definite", "a positive definite matrix");
        history_ = ReturnHistory<Scalar>(n, population, stop_.returns);
        if (!options.least_deviation) return;
        if (!(*options.least_deviation > 0 && *options.least_deviation <= 1)) {
            detail::refuse(where, "least_deviation", *options.least_deviation, "a number above 0 and at most 1");
        }
        least_entropy_ = state_.entropy() + static_cast<Scalar>(n) * std::log(*options.least_deviation);
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        auto samples = normal_population<Scalar>(state_.mean.size(), population(), seed_, state_.generation);
        if (sampling_ == Sampling::orthogonal) orthogonalize(samples);
        samples.array().colwise() *= state_.step_size * state_.axes.deviations.array();
        Eigen::MatrixX<Scalar> placed = state_.mean.replicate(1, samples.cols());
        placed.noalias() += state_.axes.axes * samples;
        if (injected_.cols() > 0) placed.leftCols(injected_.cols()) = injected_;
        return placed;
    }

    /// Candidates [N x K] from elsewhere, such as a demonstration: the next population begins with them. They are learned from like
    /// samples, but move the distribution no further than injected_step() allows [Hansen11].
    ///
    /// @throws std::invalid_argument if the sizes do not fit, a number is not finite or K is larger than population()
    void inject(const Eigen::MatrixX<Scalar>& candidates) {
        constexpr auto where = "CmaEs::inject";
        detail::require_size(where, "the number of parameters of candidates", candidates.rows(), state_.mean.size(), "the size of mean");
        detail::require_finite(where, "candidates", candidates);
        if (candidates.cols() > population()) {
            detail::refuse(where, "the number of candidates", candidates.cols(), "at most " + std::to_string(population()));
        }
        injected_ = candidates;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may differ from population(), since episodes may
    /// have been discarded; fewer than two samples teach nothing and only count as a generation.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "CmaEs::tell";
        detail::require_population(where, samples, returns, state_.mean.size());
        history_.add(returns);
        if (injected_.cols() > 0) {
            const Eigen::MatrixX<Scalar> shortened = with_shortened_steps(state_, samples, std::exchange(injected_, {}));
            return learn(shortened, returns);
        }
        return learn(samples, returns);
    }

    /// Why there is nothing more to be gained, if that is so.
    [[nodiscard]] std::optional<SearchStop> stop() const {
        if (const auto reason = history_.stop()) return reason;
        return cma_stop(state_, stop_, start_);
    }

    [[nodiscard]] const CmaState<Scalar>& state() const noexcept { return state_; }
    [[nodiscard]] const CmaParameters<Scalar>& parameters() const noexcept { return parameters_; }
    [[nodiscard]] const CmaLearningRates<Scalar>& learning_rates() const noexcept { return rates_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return state_.mean; }
    [[nodiscard]] Eigen::Index population() const noexcept { return parameters_.weights.size(); }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return state_.generation; }

    /// Of the distribution that is sampled from, like entropy() and condition().
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const { return state_.step_size * state_.step_size * state_.axes.covariance(); }
    [[nodiscard]] Scalar entropy() const { return state_.entropy(); }
    [[nodiscard]] Scalar condition() const { return state_.axes.condition(); }

private:
    friend struct TextForm<CmaEs>;

    UpdateReport<Scalar> learn(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        if (samples.cols() < 2) {
            ++state_.generation;
            return {.entropy = entropy(), .condition = condition()};
        }
        if (samples.cols() == population()) return learn(parameters_, samples, returns);
        return learn(cma_parameters<Scalar>(state_.mean.size(), samples.cols(), constants_), samples, returns);
    }

    UpdateReport<Scalar> learn(const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                               const Eigen::VectorX<Scalar>& returns) {
        auto report =
            rate_adaptation_ ? cma_update(state_, rates_, *rate_adaptation_, p, samples, returns) : cma_update(state_, p, samples, returns);
        if (!least_entropy_ || report.entropy >= *least_entropy_) return report;
        const Scalar lost = *least_entropy_ - report.entropy;
        state_.step_size *= std::exp(lost / static_cast<Scalar>(state_.mean.size()));
        report.entropy += lost;
        report.entropy_change += lost;
        return report;
    }

    CmaParameters<Scalar> parameters_;
    CmaState<Scalar> state_;
    CmaLearningRates<Scalar> rates_;
    ReturnHistory<Scalar> history_;
    Eigen::MatrixX<Scalar> injected_;  // [N x K], for the next population
    Eigen::VectorX<Scalar> start_;     // standard deviations [N]
    std::uint64_t seed_;
    Sampling sampling_;
    CmaConstants constants_;
    std::optional<LearningRateAdaptation<Scalar>> rate_adaptation_;
    CmaStopOptions<Scalar> stop_;
    std::optional<Scalar> least_entropy_;
};

}  // namespace primore
