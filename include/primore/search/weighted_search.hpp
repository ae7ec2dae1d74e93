// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/detail/require.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/return_weights.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// What the spread of the weighted samples is measured from.
enum class SpreadAround {
    old_mean,  ///< S_w = sum w_i (x_i - m)(x_i - m)': the way to better samples counts, as in CMA-ES and PI2-CMA
    new_mean,  ///< S_w = sum w_i (x_i - m')(x_i - m')' / (1 - sum w_i^2): maximum likelihood, as in [Peters10] and [Rubinstein99]
};

/// Options of a search by weighted samples.
template <std::floating_point Scalar, typename Weights>
struct WeightedSearchOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
    std::optional<Eigen::Index> population = {};  ///< at least 2; four times default_population(N) if not given: weights need a choice
    Weights weights = {};

    /// Around the new mean the distribution contracts before it arrives: from 3 with deviation 1 the median run of REPS and of the
    /// cross-entropy method never reaches the optimum of the sphere (N = 5).
    SpreadAround spread = SpreadAround::old_mean;
    Scalar mean_rate = 1;  ///< in (0, 1]: of the way from the mean to the weighted one

    /// c in (0, 1), S' = (1 - c) S + c S_w. If not given K / (K + N) with K effective samples: the covariance so far counts as N
    /// samples, and is left alone in directions that the new ones do not span.
    std::optional<Scalar> covariance_rate = {};
};

/// A Gaussian that moves to its own samples, weighted by their returns: episodic REPS, the cross-entropy method, PI^BB. Maximises.
///
///     m' = sum w_i x_i,   S' = (1 - c) S + c S_w,   S_w the spread of the weighted samples
///
/// Since S' is at least (1 - c) S, it stays positive definite with however few samples. A step that would leave the numbers whose
/// square has a representation is not taken.
template <std::floating_point Scalar, typename Weights>
class WeightedSearch {
public:
    using scalar_type = Scalar;
    using options_type = WeightedSearchOptions<Scalar, Weights>;

    /// @throws std::invalid_argument if the mean is empty or not finite, sizes disagree, or a deviation, rate or count is out of range
    explicit WeightedSearch(const options_type& options)
        : weights_(options.weights),
          spread_(options.spread),
          mean_rate_(options.mean_rate),
          covariance_rate_(options.covariance_rate),
          seed_(options.seed) {
        constexpr auto where = "WeightedSearch";
        const Eigen::Index n = options.mean.size();
        detail::require_at_least(where, "the size of mean", n, 1);
        detail::require_finite(where, "mean", options.mean);
        const Eigen::VectorX<Scalar> deviation = options.standard_deviation.for_each_of(n, where);
        population_ = options.population.value_or(4 * default_population(n));
        detail::require_at_least(where, "population", population_, 2);
        detail::require_positive(where, "mean_rate", mean_rate_);
        if (mean_rate_ > 1) detail::refuse(where, "mean_rate", mean_rate_, "at most 1");
        if (covariance_rate_) {
            detail::require_positive(where, "covariance_rate", *covariance_rate_);
            if (*covariance_rate_ >= 1) detail::refuse(where, "covariance_rate", *covariance_rate_, "less than 1");
        }
        (void)weights_(Eigen::VectorX<Scalar>::Zero(2));  // which checks its options
        distribution_ = Gaussian<Scalar>(options.mean, Eigen::MatrixX<Scalar>(deviation.cwiseAbs2().asDiagonal()));
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        Eigen::MatrixX<Scalar> samples = mean().replicate(1, population_);
        samples.noalias() += distribution_.root() * normal_population<Scalar>(mean().size(), population_, seed_, generation_);
        return samples;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may be any number; fewer than two different returns teach
    /// nothing and only count as a generation.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "WeightedSearch::tell";
        detail::require_population(where, samples, returns, mean().size());
        ++generation_;
        UpdateReport<Scalar> report{.entropy = entropy(), .condition = condition()};
        if (returns.size() < 2 || returns.minCoeff() == returns.maxCoeff()) return report;

        const Weighting<Scalar> weighting = weights_(returns);
        const std::optional<Gaussian<Scalar>> next = moved(samples, weighting);
        if (!next || !is_representable(*next)) return report;
        report.kl_mean = distribution_.axes().whiten(next->mean() - mean()).squaredNorm() / Scalar(2);
        report.entropy_change = next->entropy() - report.entropy;
        distribution_ = *next;
        report.entropy = entropy();
        report.condition = condition();
        report.kl_multiplier = weighting.temperature;
        report.effective_samples = weighting.effective_samples();
        return report;
    }

    [[nodiscard]] const Gaussian<Scalar>& distribution() const noexcept { return distribution_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return distribution_.mean(); }
    [[nodiscard]] const Eigen::MatrixX<Scalar>& covariance() const noexcept { return distribution_.covariance(); }
    [[nodiscard]] Eigen::Index population() const noexcept { return population_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }
    [[nodiscard]] Scalar entropy() const { return distribution_.entropy(); }
    [[nodiscard]] Scalar condition() const { return distribution_.axes().condition(); }  ///< of the covariance

private:
    friend struct TextForm<WeightedSearch>;

    /// The distribution after one update; none if a number overflows.
    [[nodiscard]] std::optional<Gaussian<Scalar>> moved(const Eigen::MatrixX<Scalar>& samples, const Weighting<Scalar>& weighting) const {
        const Eigen::VectorX<Scalar>& w = weighting.weights;
        Eigen::MatrixX<Scalar> steps = samples.colwise() - mean();
        const Eigen::VectorX<Scalar> step = steps * w;
        Scalar scale = 1;
        if (spread_ == SpreadAround::new_mean) {
            steps.colwise() -= step;
            const Scalar freedom = Scalar(1) - w.squaredNorm();
            scale = freedom > Eigen::NumTraits<Scalar>::epsilon() ? Scalar(1) / freedom : Scalar(0);
        }
        const Scalar k = weighting.effective_samples();
        const Scalar rate = covariance_rate_.value_or(k / (k + static_cast<Scalar>(samples.rows())));
        const Eigen::MatrixX<Scalar> factor = steps * (rate * scale * w).cwiseSqrt().asDiagonal();
        const Eigen::MatrixX<Scalar> covariance = (Scalar(1) - rate) * distribution_.covariance() + factor * factor.transpose();
        const Eigen::VectorX<Scalar> next_mean = mean() + mean_rate_ * step;
        if (!detail::is_finite(covariance.squaredNorm()) || !detail::is_finite(next_mean.squaredNorm())) return std::nullopt;
        return Gaussian<Scalar>(next_mean, covariance);
    }

    Weights weights_;
    SpreadAround spread_;
    Scalar mean_rate_;
    std::optional<Scalar> covariance_rate_;
    Eigen::Index population_ = 0;
    Gaussian<Scalar> distribution_;
    std::uint64_t seed_;
    std::uint32_t generation_ = 0;
};

/// Relative entropy policy search on parameters of episodes [Peters10].
template <std::floating_point Scalar>
using EpisodicReps = WeightedSearch<Scalar, RepsWeights<Scalar>>;

/// The cross-entropy method [Rubinstein99].
template <std::floating_point Scalar>
using CrossEntropyMethod = WeightedSearch<Scalar, EliteWeights<Scalar>>;

/// PI^BB, PI2-CMA on parameters of episodes [StulpSigaud12].
template <std::floating_point Scalar>
using PiBb = WeightedSearch<Scalar, ExponentialWeights<Scalar>>;

}  // namespace primore
