// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/cas_more_step.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/quadratic_surrogate.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/sample_pool.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/search/update_report.hpp>
#include <primore/search/whitened_model.hpp>

namespace primore {

/// The surrogate of [Huettenrauch24, section 4.3]: least squares on all of the pool, first linear, then diagonal, then full.
template <std::floating_point Scalar>
struct PooledSurrogate {
    Scalar samples_per_coefficient = Scalar(1.1);
    Scalar ridge = Scalar(1e-8);
    RobustStandardization<Scalar> standardization = {};
    std::optional<Eigen::Index> pool = {};  ///< samples; max(1.5 P, 8 (N + 1)) with P coefficients of a full model if not given
};

/// Options of CasMore. Where a default departs from [Huettenrauch24] it says so; published() takes all departures back.
template <std::floating_point Scalar>
struct CasMoreOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 2; default_population(N) if not given

    /// eps_mu. Published: 0.5. A surrogate that predicts well makes it larger, by up to its `most_growth`.
    Scalar mean_bound = Scalar(0.2);
    std::optional<Scalar> covariance_bound = {};  ///< eps_Sigma; 4.5 / (10 + N^1.5) if not given. Published: a third of that

    /// What the steps are taken on. Published: a PooledSurrogate.
    std::variant<LocalSurrogateOptions<Scalar>, PooledSurrogate<Scalar>> surrogate = LocalSurrogateOptions<Scalar>{};

    /// Whether one sample of a population of at least 4 is the mean itself: it shows what would be used, and where the model leads.
    /// Published: no.
    bool executes_mean = true;

    std::optional<Scalar> path_rate = {};    ///< c_sigma; 1 / (2 + N^0.7) if not given
    Scalar path_correlation = Scalar(0.25);  ///< of successive steps of the mean, above which the entropy rises
    Scalar path_gain = 1;                    ///< of the entropy controller
    Scalar most_entropy_change = 1;          ///< per update; a surrogate that predicts well lets it fall by up to ten times as much

    /// Squared step length for which the path's desired length is meant, in units of the longest step: 1 balances at any mean bound.
    /// Published: 2 eps_mu, the same at 0.5 but a steady drift of the entropy at any other bound.
    Scalar path_step = 1;

    ReturnStopOptions<Scalar> stop = {};  ///< what stop() goes by, beside the condition of the covariance

    /// The configuration of the paper and its code. Start, seed, population and stop criteria are taken from `start`.
    [[nodiscard]] static CasMoreOptions published(CasMoreOptions start) {
        const auto n = static_cast<Scalar>(start.mean.size());
        start.mean_bound = Scalar(0.5);
        start.covariance_bound = Scalar(1.5) / (Scalar(10) + std::pow(n, Scalar(1.5)));
        start.surrogate = PooledSurrogate<Scalar>{};
        start.executes_mean = false;
        start.path_step = Scalar(2) * start.mean_bound;
        return start;
    }
};

/// CAS-MORE, coordinate-ascent model-based relative entropy search with step-size adaptation [Huettenrauch24].
///
/// A quadratic surrogate of the return is fitted to the newest samples; mean and covariance of the search distribution take trust-region
/// steps on it, and the path of the mean decides on the entropy. How far the surrogate can be relied upon (see LocalSurrogate) sets the
/// length of the steps. Maximises. Invariant under affine transforms of the returns and, with the matching start, under rotation and
/// scaling of the parameters.
template <std::floating_point Scalar>
class CasMore {
public:
    using scalar_type = Scalar;
    using options_type = CasMoreOptions<Scalar>;

    /// @throws std::invalid_argument if the mean is empty or not finite, sizes disagree, or a deviation, bound, rate or count is too small
    explicit CasMore(const CasMoreOptions<Scalar>& options)
        : distribution_(start(options)),
          surrogate_(surrogate(options, distribution_)),
          seed_(options.seed),
          executes_mean_(options.executes_mean) {
        constexpr auto where = "CasMore";
        const Eigen::Index n = options.mean.size();
        population_ = options.population.value_or(default_population(n));
        const auto N = static_cast<Scalar>(n);
        step_ = {.mean_bound = options.mean_bound,
                 .covariance_bound = options.covariance_bound.value_or(Scalar(4.5) / (Scalar(10) + std::pow(N, Scalar(1.5)))),
                 .path_rate = options.path_rate.value_or(Scalar(1) / (Scalar(2) + std::pow(N, Scalar(0.7)))),
                 .path_correlation = options.path_correlation,
                 .path_gain = options.path_gain,
                 .most_entropy_loss = options.most_entropy_change,
                 .most_entropy_gain = options.most_entropy_change,
                 .path_step = options.path_step};
        detail::require_at_least(where, "population", population_, 2);
        detail::require_positive(where, "mean_bound", step_.mean_bound);
        detail::require_positive(where, "covariance_bound", step_.covariance_bound);
        detail::require_positive(where, "path_rate", step_.path_rate);
        detail::require_not_negative(where, "most_entropy_change", options.most_entropy_change);
        evolution_.path = Eigen::VectorX<Scalar>::Zero(n);
        start_entropy_ = distribution_.entropy();
        history_ = ReturnHistory<Scalar>(n, population_, options.stop);
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        Eigen::MatrixX<Scalar> z = normal_population<Scalar>(distribution_.size(), population_, seed_, generation_);
        z.leftCols(executions_of_mean()).setZero();
        Eigen::MatrixX<Scalar> samples = distribution_.mean().replicate(1, population_);
        samples.noalias() += distribution_.root().root * z;
        return samples;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may be any number: episodes may have been discarded.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "CasMore::tell";
        detail::require_size(where, "the number of parameters of samples", samples.rows(), distribution_.size(), "the size of mean");
        detail::require_size(where, "returns", returns.size(), samples.cols(), "the number of samples");
        detail::require_finite(where, "samples", samples);
        detail::require_finite(where, "returns", returns);
        ++generation_;
        history_.add(returns);
        if (samples.cols() == 0) return unchanged();
        return std::visit([&](auto& surrogate) { return this->learn(surrogate, samples, returns); }, surrogate_);
    }

    /// Why nothing more is to be gained, if so.
    [[nodiscard]] std::optional<SearchStop> stop() const {
        if (!(condition() <= Scalar(0.1) / std::numeric_limits<Scalar>::epsilon())) return SearchStop::condition;
        return history_.stop();
    }

    [[nodiscard]] const Gaussian<Scalar>& distribution() const noexcept { return distribution_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return distribution_.mean(); }
    [[nodiscard]] const Eigen::MatrixX<Scalar>& covariance() const noexcept { return distribution_.covariance(); }
    [[nodiscard]] Eigen::Index population() const noexcept { return population_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }
    [[nodiscard]] Scalar entropy() const { return distribution_.entropy(); }
    [[nodiscard]] Scalar condition() const { return distribution_.root().condition(); }  ///< of the covariance

private:
    struct Pooled {
        PooledSurrogate<Scalar> options;
        SamplePool<Scalar> pool;
    };
    using Surrogate = std::variant<LocalSurrogate<Scalar>, Pooled>;

    [[nodiscard]] static Gaussian<Scalar> start(const CasMoreOptions<Scalar>& options) {
        constexpr auto where = "CasMore";
        detail::require_at_least(where, "the size of mean", options.mean.size(), 1);
        detail::require_finite(where, "mean", options.mean);
        const Eigen::VectorX<Scalar> deviation = options.standard_deviation.for_each_of(options.mean.size(), where);
        return {options.mean, Eigen::MatrixX<Scalar>(deviation.cwiseAbs2().asDiagonal())};
    }

    [[nodiscard]] static Surrogate surrogate(const CasMoreOptions<Scalar>& options, const Gaussian<Scalar>& start) {
        if (const auto* local = std::get_if<LocalSurrogateOptions<Scalar>>(&options.surrogate))
            return LocalSurrogate<Scalar>(*local, start);
        const auto& pooled = std::get<PooledSurrogate<Scalar>>(options.surrogate);
        const Eigen::Index n = start.size(), capacity = pooled.pool.value_or(ample_samples(n));
        detail::require_at_least("CasMore", "pool", capacity, 2);
        return Pooled{pooled, {.capacity = capacity, .samples = Eigen::MatrixX<Scalar>(n, 0), .returns = {}}};
    }

    [[nodiscard]] Eigen::Index executions_of_mean() const {
        if (!executes_mean_ || population_ < 4) return 0;
        const auto* local = std::get_if<LocalSurrogate<Scalar>>(&surrogate_);
        return local != nullptr ? local->executions_of_mean() : 1;
    }

    [[nodiscard]] UpdateReport<Scalar> unchanged() const { return {.entropy = entropy(), .condition = condition()}; }

    UpdateReport<Scalar> learn(LocalSurrogate<Scalar>& surrogate, const Eigen::MatrixX<Scalar>& samples,
                               const Eigen::VectorX<Scalar>& returns) {
        const auto model = surrogate.learn(distribution_, samples, returns);
        if (!model) return unchanged();
        CasMoreStepOptions<Scalar> step = step_;
        step.mean_bound *= model->growth;
        step.covariance_bound *= model->confidence;
        const Scalar haste = std::min(std::sqrt(model->growth), Scalar(10));
        step.path_gain *= haste;
        step.most_entropy_loss *= haste;
        step.loss_share = model->confidence;
        if (entropy() < start_entropy_) {  // too narrow to see a difference for all the noise: wider again, within a turn of the pool
            const auto turn = static_cast<Scalar>(samples.cols()) / static_cast<Scalar>(model->samples);
            step.entropy_gain = static_cast<Scalar>(distribution_.size()) * turn * model->starvation;
        }
        auto report = cas_more_step(distribution_, evolution_, model->curvature, model->slope, SurrogateStage::full, step);
        report.r_squared = model->r_squared;
        report.noise_share = model->noise_share;
        return report;
    }

    UpdateReport<Scalar> learn(Pooled& surrogate, const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        const auto& options = surrogate.options;
        surrogate.pool.remember(samples, returns);
        if (!surrogate.pool.has_signal()) return unchanged();
        const auto stage = affordable_stage(surrogate.pool.samples.cols(), distribution_.size(), options.samples_per_coefficient);
        if (stage == SurrogateStage::none) return unchanged();
        const auto model = fit_quadratic(surrogate.pool.samples, robustly_standardized(surrogate.pool.returns, options.standardization),
                                         stage, options.ridge);
        const auto [curvature, slope] = whitened(model, distribution_);
        return cas_more_step(distribution_, evolution_, curvature, slope, stage, step_);
    }

    Gaussian<Scalar> distribution_;
    Surrogate surrogate_;
    CasMoreStepOptions<Scalar> step_{};
    EvolutionPath<Scalar> evolution_;
    ReturnHistory<Scalar> history_;
    Scalar start_entropy_ = 0;
    Eigen::Index population_ = 0;
    std::uint64_t seed_;
    std::uint32_t generation_ = 0;
    bool executes_mean_;
};

}  // namespace primore
