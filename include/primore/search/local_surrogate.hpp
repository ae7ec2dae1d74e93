// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/require.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/moving_regression.hpp>
#include <primore/search/rank_utilities.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Options of LocalSurrogate.
template <std::floating_point Scalar>
struct LocalSurrogateOptions {
    /// From which models of ranks are not even compared, and the mean curvature is free: taken at its word, it makes steps shorter and the
    /// distribution narrower, which only an accurate model is worth.
    Scalar trusted_r_squared = Scalar(0.9);
    Scalar most_growth = 1000;          ///< of the bound on the mean, 1 / (1 - R^2), for a model that predicts
    Scalar quality_rate = Scalar(0.4);  ///< at which the newest R^2 enters its average; less in a pool that is larger than usual

    /// Below it a model of returns lets old samples go, down to `least_pool`, unless noise is the reason. A model of ranks keeps the usual
    /// pool: the order of returns is nearer to a quadratic than they are, also further out.
    Scalar misfit_r_squared = Scalar(0.8);
    /// Below it ranks are modelled where that orders samples better, populations are whole, and the mean is executed twice now and then, to
    /// see whether noise is the reason; from it on half a population is enough.
    Scalar doubted_r_squared = Scalar(0.5);
    /// From the R^2 above to this one the confidence falls from 1 to 0 if all that is unexplained is noise, to 1/2 if nothing is.
    Scalar lost_r_squared = Scalar(0.35);

    /// How much more the best sample of the pool counts than the worst in a model of returns, at least 1: a landscape that is no quadratic
    /// is modelled where it is good. Not where noise has a part in the order of returns, and not in a model of ranks.
    Scalar preference = 50;

    std::optional<Eigen::Index> least_pool = {};  ///< samples; 8 (N + 1) if not given
    std::optional<Eigen::Index> usual_pool = {};  ///< samples, at least `least_pool`; ample_samples(N) if not given
    std::optional<Eigen::Index> most_pool = {};   ///< samples, in noise, at least the usual pool; 500 (N + 1) if not given

    /// Generations from one trial of another noise of the regression to the next; max(1, N / 8) if not given: a trial doubles the cost.
    std::optional<std::uint32_t> trial_interval = {};
};

/// What is known about the returns near the search distribution, and how much of it can be relied upon.
template <std::floating_point Scalar>
struct LocalModel {
    Eigen::MatrixX<Scalar> curvature;  ///< B [N x N], in the coordinates u = S^-1/2 (w - m)
    Eigen::VectorX<Scalar> slope;      ///< g [N]
    Scalar r_squared = 0;              ///< leave-one-out, of the newest samples, averaged over generations
    Scalar growth = 1;                 ///< by which steps may be longer than usual, at least 1
    Scalar confidence = 1;             ///< 0: what the model says may be chance, 1: it is not
    Scalar shape_confidence = 1;       ///< the same of its curvatures: there misfit counts in a model of ranks alone
    Scalar noise_share = 0;            ///< of the variance that the model leaves unexplained, 0 to 1
    Scalar starvation = 0;             ///< 0 to 1: how little the returns differ within the distribution, for all their noise
    Eigen::Index samples = 0;          ///< M, in the pool
    SurrogateStage stage = SurrogateStage::full;
};

/// A model of returns that its newest samples have not seen.
template <std::floating_point Scalar>
struct Foresight {
    Eigen::VectorX<Scalar> coefficients;  ///< theta [P]: it predicts (return - centre) / unit
    Scalar centre = 0, unit = 1;
};

/// An average of 1 - R^2 over generations: of its logarithm as it falls, so that an exact model is told from one that is good, but of the
/// number itself as it rises, so that one bad surprise ends the trust in an exact model.
template <std::floating_point Scalar>
class AverageDoubt {
public:
    void add(Scalar doubt, Scalar rate) {
        const Scalar bounded = doubt < Scalar(1.5) ? std::max(doubt, std::numeric_limits<Scalar>::epsilon()) : Scalar(1.5);
        if (!average_) {
            average_ = bounded;
        } else if (bounded > *average_) {
            *average_ += rate * (bounded - *average_);
        } else {
            *average_ *= std::pow(bounded / *average_, rate);
        }
    }
    void forget() { average_.reset(); }
    [[nodiscard]] bool is_empty() const { return !average_; }
    [[nodiscard]] Scalar r_squared() const { return average_ ? Scalar(1) - *average_ : Scalar(0); }

private:
    friend struct TextForm<AverageDoubt>;

    std::optional<Scalar> average_;
};

/// The surrogate of CasMore: a MovingRegression on the returns or, where it orders samples better, on their ranks; its noise, its pool and
/// the trust in it follow from what it predicts.
///
/// Four measures, all from samples that the model in question has not seen:
///  - R^2 leave-one-out of the newest population tells whether the model describes the neighbourhood,
///  - how well that model orders the newest population tells, if it does not describe it, whether to model returns or their ranks,
///  - R^2 of the newest population under the model before it was drawn tells whether the model may be followed further out,
///  - two executions of the mean, when the first is low, tell noise from misfit.
/// Noise asks for more samples and a distribution that stays wide, misfit for fewer and nearer ones or, where it is the better, for ranks.
template <std::floating_point Scalar>
class LocalSurrogate {
public:
    /// @throws std::invalid_argument if a count, rate or factor is too small, or an R^2 below what it is to exceed
    LocalSurrogate(const LocalSurrogateOptions<Scalar>& options, const Gaussian<Scalar>& start)
        : options_(options), regression_(start), size_(start.size()) {
        constexpr auto where = "LocalSurrogate";
        least_pool_ = options.least_pool.value_or(8 * (size_ + 1));
        usual_pool_ = std::max(least_pool_, options.usual_pool.value_or(ample_samples(size_)));
        most_pool_ = std::max(usual_pool_, options.most_pool.value_or(500 * (size_ + 1)));
        trial_interval_ = options.trial_interval.value_or(static_cast<std::uint32_t>(std::max<Eigen::Index>(1, size_ / 8)));
        detail::require_at_least(where, "least_pool", least_pool_, 2);
        detail::require_at_least(where, "trial_interval", trial_interval_, 1u);
        detail::require_positive(where, "quality_rate", options.quality_rate);
        detail::require_not_negative(where, "most_growth - 1", options.most_growth - Scalar(1));
        detail::require_not_negative(where, "preference - 1", options.preference - Scalar(1));
        detail::require_positive(where, "doubted_r_squared - lost_r_squared", options.doubted_r_squared - options.lost_r_squared);
        detail::require_positive(where, "lost_r_squared", options.lost_r_squared);
        pool_ = usual_pool_;
    }

    /// How many of the next samples should be the mean itself: one where the model can be followed, to see how far; two now and then where
    /// it cannot, to see whether noise is the reason.
    [[nodiscard]] Eigen::Index executions_of_mean() const noexcept {
        if (!in_doubt_) return 1;
        return generation_ % repetition_interval == 0 ? 2 : 0;
    }

    /// How many samples of a population are worth their episodes: where the model describes the returns, the next step gains more than more
    /// samples for this one. Not before there are as many samples as coefficients, or new samples are what it predicts: every step costs
    /// entropy.
    [[nodiscard]] Eigen::Index worthwhile(Eigen::Index population) const noexcept {
        const bool is_known = had_all_ || ahead_doubt_.r_squared() >= options_.trusted_r_squared;
        const bool is_described = is_known && value_doubt_.r_squared() >= options_.doubted_r_squared;
        return is_described ? std::min(population, std::max<Eigen::Index>(4, (population + 1) / 2)) : population;
    }

    [[nodiscard]] Eigen::Index pool() const noexcept { return pool_; }  ///< samples that are kept

    /// How many of the newest samples a model is judged by: the last population or, if that is smaller, P / 8, 32 at most.
    [[nodiscard]] Eigen::Index judged() const noexcept {
        const auto& pool = regression_.pool();
        return std::max(pool.newest(), std::min<Eigen::Index>(pool.coefficient_count() / 8, 32));
    }

    [[nodiscard]] const MovingRegression<Scalar>& regression() const noexcept { return regression_; }

    /// The model after samples [N x K] and their returns [K]; none if there is nothing to be learned yet.
    [[nodiscard]] std::optional<LocalModel<Scalar>> learn(const Gaussian<Scalar>& distribution, const Eigen::MatrixX<Scalar>& samples,
                                                          const Eigen::VectorX<Scalar>& returns) {
        ++generation_;
        regression_.append(samples, returns);
        look_ahead(returns);
        regression_.keep(std::max(pool_, samples.cols()));
        if (regression_.pool().count() < size_ + 2) return std::nullopt;
        regression_.follow(distribution, uses_ranks_ || is_noisy_ ? Scalar(1) : options_.preference);
        if (!standardize()) return std::nullopt;

        const Scalar share = static_cast<Scalar>(usual_pool_) / static_cast<Scalar>(std::max(usual_pool_, regression_.pool().count()));
        const Scalar rate = options_.quality_rate * share;  // a pool that is large for the noise changes slowly, as does its model
        Eigen::VectorX<Scalar> ranks;
        if (uses_ranks_) ranks = centred_ranks();
        std::optional<RegressionFit<Scalar>> by_value, by_rank;
        (uses_ranks_ ? by_rank : by_value) = choose_noise(uses_ranks_ ? ranks : values_);
        if (!by_value) by_value = regression_.fit(factor_, values_);
        value_doubt_.add(doubt(*by_value, values_), rate);
        if (value_doubt_.r_squared() < options_.trusted_r_squared) {
            if (!by_rank) {
                ranks = centred_ranks();
                by_rank = regression_.fit(factor_, ranks);
            }
            rank_doubt_.add(doubt(*by_rank, ranks), rate);
            const Eigen::VectorX<Scalar> seen = better_half(regression_.pool().returns().tail(by_rank->left_out_errors.size()));
            const Scalar advantage = agreement(*by_rank, ranks, seen) - agreement(*by_value, values_, seen);
            rank_advantage_ += options_.quality_rate * (advantage - rank_advantage_);
            uses_ranks_ = rank_advantage_ > 0 && value_doubt_.r_squared() < options_.doubted_r_squared;
        } else {
            uses_ranks_ = false;
            rank_doubt_.forget();
        }
        measure_noise(distribution, samples, *by_value);
        foresight_ = Foresight<Scalar>{regression_.coefficients(factor_, *by_value), centre_, unit_};
        return judge(distribution, uses_ranks_ ? regression_.coefficients(factor_, *by_rank) : foresight_->coefficients);
    }

private:
    friend struct TextForm<LocalSurrogate>;

    static constexpr std::uint32_t repetition_interval = 4;  // generations

    /// How the newest population agrees with the model before it.
    void look_ahead(const Eigen::VectorX<Scalar>& returns) {
        if (!foresight_ || returns.size() < 2) return;
        const Eigen::VectorX<Scalar> seen = (returns.array() - foresight_->centre) / foresight_->unit;
        const Eigen::VectorX<Scalar> errors = seen - regression_.pool().predictions(returns.size(), foresight_->coefficients);
        const Scalar spread = (seen.array() - seen.mean()).square().sum();
        if (spread > 0) ahead_doubt_.add((errors.array() - errors.mean()).square().sum() / spread, Scalar(0.5));
    }

    /// Returns of the pool with weighted mean 0 and deviation 1. @return whether they differ
    [[nodiscard]] bool standardize() {
        const Eigen::VectorX<Scalar> weights = regression_.pool().weights(), returns = regression_.pool().returns();
        const Scalar magnitude = returns.cwiseAbs().maxCoeff(), total = weights.sum();
        if (!(magnitude > 0) || returns.minCoeff() == returns.maxCoeff()) return false;
        const Eigen::VectorX<Scalar> scaled = returns / magnitude;
        const Scalar mean = weights.dot(scaled) / total;
        values_ = scaled.array() - mean;
        const Scalar deviation = std::sqrt(weights.dot(values_.cwiseAbs2()) / total);
        if (!(deviation > Scalar(4) * std::numeric_limits<Scalar>::epsilon() * std::abs(mean))) return false;
        values_ /= deviation;
        centre_ = mean * magnitude;
        unit_ = deviation * magnitude;
        return true;
    }

    [[nodiscard]] Eigen::VectorX<Scalar> centred_ranks() const {
        const auto& pool = regression_.pool();
        const Eigen::VectorX<Scalar> weights = pool.weights();
        const Eigen::VectorX<Scalar> ranks = standardized(rank_utilities<Scalar>(pool.returns(), pool.best_first()));
        return ranks.array() - weights.dot(ranks) / weights.sum();
    }

    /// Factorises with the noise that predicts the newest samples best: the one so far or, in turn, another. @return the fit with it
    [[nodiscard]] RegressionFit<Scalar> choose_noise(const Eigen::VectorX<Scalar>& targets) {
        constexpr Scalar free = 1000;  // next to no shrinkage
        const bool is_trial = generation_ % trial_interval_ == 0, is_trusted = value_doubt_.r_squared() >= options_.trusted_r_squared;
        RegressionPrior<Scalar> prior{noise_, factor_.prior.isotropic};
        if (value_doubt_.is_empty() || (is_trial && is_trusted)) {
            prior.isotropic = free;  // which costs a new factor, as does a trial
        } else if (is_trial || value_doubt_.r_squared() < options_.doubted_r_squared) {
            prior.isotropic = 1;
        }
        regression_.factorize(prior, judged(), factor_);
        RegressionFit<Scalar> fit = regression_.fit(factor_, targets);
        if (!is_trial) return fit;
        const Scalar least = Scalar(5000) * std::numeric_limits<Scalar>::epsilon();
        const Scalar others[] = {noise_ * 10, noise_ / 10, least, Scalar(0.1)};
        const Scalar other = std::clamp(others[generation_ / trial_interval_ % 4], least / 1000, Scalar(10));
        if (other == noise_) return fit;
        RegressionFactor<Scalar> trial;
        regression_.factorize({other, prior.isotropic}, judged(), trial);
        RegressionFit<Scalar> trial_fit = regression_.fit(trial, targets);
        if (!(trial_fit.left_out_errors.squaredNorm() < fit.left_out_errors.squaredNorm())) return fit;
        noise_ = other;
        factor_ = std::move(trial);
        return trial_fit;
    }

    [[nodiscard]] Scalar doubt(const RegressionFit<Scalar>& fit, const Eigen::VectorX<Scalar>& targets) const {
        const auto newest = targets.tail(fit.left_out_errors.size());
        const Scalar spread = (newest.array() - newest.mean()).square().sum();
        return fit.left_out_errors.squaredNorm() / std::max(spread, std::numeric_limits<Scalar>::min());
    }

    /// Utilities where they are positive, standardised.
    [[nodiscard]] static Eigen::VectorX<Scalar> better_half(const Eigen::VectorX<Scalar>& returns) {
        if (returns.size() < 2) return Eigen::VectorX<Scalar>::Zero(returns.size());
        return standardized<Scalar>(rank_utilities(returns, detail::best_first(returns)).cwiseMax(Scalar(0)));
    }

    /// How the better half of the newest returns, `seen`, agrees with the one that all others predict: a correlation, -1 to 1.
    [[nodiscard]] static Scalar agreement(const RegressionFit<Scalar>& fit, const Eigen::VectorX<Scalar>& targets,
                                          const Eigen::VectorX<Scalar>& seen) {
        const Eigen::VectorX<Scalar> predicted = targets.tail(seen.size()) - fit.left_out_errors;
        if (seen.size() < 2 || !detail::is_finite(predicted.cwiseAbs().sum())) return 0;
        return better_half(predicted).dot(seen) / static_cast<Scalar>(seen.size() - 1);
    }

    /// Noise is how far two executions of the mean differ; it is compared with what the model leaves unexplained. Both by their mean size:
    /// of squares, a few outliers would make nearly all.
    void measure_noise(const Gaussian<Scalar>& distribution, const Eigen::MatrixX<Scalar>& samples, const RegressionFit<Scalar>& fit) {
        const Eigen::VectorX<Scalar> away = distribution.squared_distances(samples);
        Eigen::Index first = -1;
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            if (!(away(i) <= std::numeric_limits<Scalar>::epsilon())) continue;  // more than rounding, as by Bounded
            if (first < 0) {
                first = i;
                continue;
            }
            const auto newest = values_.tail(samples.cols());
            const Scalar noise = std::abs(newest(i) - newest(first)) / std::numbers::sqrt2_v<Scalar>;
            const Scalar unexplained = fit.left_out_errors.cwiseAbs().mean();
            const Scalar rate = unexplained_ > 0 ? Scalar(0.1) : Scalar(1);
            noise_size_ += rate * (noise - noise_size_);
            unexplained_ += rate * (unexplained - unexplained_);
            return;
        }
    }

    [[nodiscard]] LocalModel<Scalar> judge(const Gaussian<Scalar>& distribution, const Eigen::VectorX<Scalar>& coefficients) {
        auto [curvature, slope] = regression_.pool().whitened(coefficients, distribution);
        LocalModel<Scalar> model{std::move(curvature), std::move(slope)};
        const auto& o = options_;
        model.samples = regression_.pool().count();
        model.r_squared = uses_ranks_ ? rank_doubt_.r_squared() : value_doubt_.r_squared();
        const Scalar followed = uses_ranks_ ? Scalar(0) : std::min(model.r_squared, ahead_doubt_.r_squared());
        model.growth =
            std::clamp(Scalar(1) / std::max(Scalar(1) - followed, std::numeric_limits<Scalar>::epsilon()), Scalar(1), o.most_growth);
        const Scalar noise_ratio = unexplained_ > 0 ? std::min(Scalar(1), noise_size_ / unexplained_) : Scalar(0);
        model.noise_share = noise_ratio * noise_ratio;
        const Scalar lost =
            Scalar(1) - std::clamp((model.r_squared - o.lost_r_squared) / (o.doubted_r_squared - o.lost_r_squared), Scalar(0), Scalar(1));
        const Scalar noise = std::min(Scalar(1), 5 * model.noise_share);
        model.confidence = Scalar(1) - std::max(Scalar(0.5), noise) * lost;
        model.shape_confidence = uses_ranks_ ? model.confidence : Scalar(1) - noise * lost;
        model.starvation =
            noise > Scalar(0.9) ? Scalar(1) - std::clamp(model.r_squared / o.lost_r_squared, Scalar(0), Scalar(1)) : Scalar(0);
        in_doubt_ = model.r_squared < o.doubted_r_squared;
        is_noisy_ = noise > Scalar(0.5);

        had_all_ = had_all_ || regression_.pool().count() >= regression_.pool().coefficient_count() + regression_.pool().newest();
        const bool full = regression_.pool().count() >= pool_;
        const Eigen::Index change = regression_.pool().newest();
        if (noise * lost > Scalar(0.75)) {
            if (full) pool_ = std::min(most_pool_, pool_ + change);
        } else if (pool_ > usual_pool_ || (model.r_squared < o.misfit_r_squared && had_all_ && !uses_ranks_)) {
            pool_ = std::max(least_pool_, pool_ - change);
        } else if (full) {
            pool_ = std::min(usual_pool_, pool_ + change);
        }
        return model;
    }

    LocalSurrogateOptions<Scalar> options_;
    MovingRegression<Scalar> regression_;
    Eigen::Index size_, least_pool_ = 0, usual_pool_ = 0, most_pool_ = 0, pool_ = 0;
    std::uint32_t generation_ = 0, trial_interval_ = 1;
    Eigen::VectorX<Scalar> values_;  // standardised returns of the pool [M]
    Scalar centre_ = 0, unit_ = 1;   // of the returns
    RegressionFactor<Scalar> factor_;
    Scalar noise_ = Scalar(0.1);  // of the regression, per unit of weight
    AverageDoubt<Scalar> value_doubt_, rank_doubt_, ahead_doubt_;
    std::optional<Foresight<Scalar>> foresight_;  // the model before the newest population
    Scalar noise_size_ = 0, unexplained_ = 0;     // mean sizes, standardised
    Scalar rank_advantage_ = 0;  // of a model of ranks over one of returns: the difference in agreement, averaged over generations
    bool uses_ranks_ = false, in_doubt_ = false, is_noisy_ = false, had_all_ = false;
};

}  // namespace primore
