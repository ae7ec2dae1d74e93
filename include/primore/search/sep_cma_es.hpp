// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/condition.hpp>
#include <primore/detail/require.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/cma_update.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// The constants of CMA-ES with a diagonal covariance: c_1 and c_mu are (N + 2) / 3 times as large [Ros08, section 3], as there are N
/// variances to learn instead of N (N + 1) / 2, and together at most 1. The negative weights keep every variance positive.
template <std::floating_point Scalar>
[[nodiscard]] CmaParameters<Scalar> separable_parameters(Eigen::Index n, Eigen::Index population) {
    CmaParameters<Scalar> p = cma_parameters<Scalar>(n, population, CmaConstants::pycma);
    const Scalar factor = (static_cast<Scalar>(n) + Scalar(2)) / Scalar(3);
    p.rank_one_rate = std::min(Scalar(1), factor * p.rank_one_rate);
    p.rank_mu_rate = std::min(Scalar(1) - p.rank_one_rate, factor * p.rank_mu_rate);
    if (!(p.rank_mu_rate > 0)) return p;
    const Scalar sum = -p.weights.cwiseMin(Scalar(0)).sum();
    const Scalar most = (Scalar(1) - p.rank_one_rate - p.rank_mu_rate) / (static_cast<Scalar>(n) * p.rank_mu_rate);
    if (sum > most) p.weights = p.weights.unaryExpr([&](Scalar w) { return w < 0 ? w * most / sum : w; });
    return p;
}

template <std::floating_point Scalar>
struct SepCmaEsOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 4; default_population(N) if not given
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
    Sampling sampling = Sampling::orthogonal;
    ReturnStopOptions<Scalar> stop = {};
};

/// CMA-ES with a diagonal covariance [Ros08]: O(N lambda) per generation, for many parameters that hardly depend on each other.
template <std::floating_point Scalar>
class SepCmaEs {
public:
    using scalar_type = Scalar;
    using options_type = SepCmaEsOptions<Scalar>;

    /// @throws std::invalid_argument if the mean is empty or not finite, a deviation is not positive, sizes disagree, or population < 4
    explicit SepCmaEs(const SepCmaEsOptions<Scalar>& options) : seed_(options.seed), sampling_(options.sampling) {
        constexpr auto where = "SepCmaEs";
        const Eigen::Index n = options.mean.size();
        detail::require_at_least(where, "the size of mean", n, 1);
        detail::require_finite(where, "mean", options.mean);
        mean_ = options.mean;
        deviations_ = options.standard_deviation.for_each_of(n, where);
        const Eigen::Index population = options.population.value_or(default_population(n));
        detail::require_at_least(where, "population", population, 4);
        parameters_ = separable_parameters<Scalar>(n, population);
        step_size_path_ = path_ = Eigen::VectorX<Scalar>::Zero(n);
        history_ = ReturnHistory<Scalar>(n, population, options.stop);
    }

    /// The next population [N x M]. A pure function of the state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        auto samples = normal_population<Scalar>(mean_.size(), population(), seed_, generation_);
        if (sampling_ == Sampling::orthogonal) orthogonalize(samples);
        samples.array().colwise() *= deviations_.array();
        samples.colwise() += mean_;
        return samples;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better, M any number: see CmaEs::tell().
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "SepCmaEs::tell";
        detail::require_population(where, samples, returns, mean_.size());
        history_.add(returns);
        ++generation_;
        if (samples.cols() < 2) return {.entropy = entropy(), .condition = condition()};
        return learn(samples.cols() == population() ? parameters_ : separable_parameters<Scalar>(mean_.size(), samples.cols()), samples,
                     returns);
    }

    [[nodiscard]] std::optional<SearchStop> stop() const { return history_.stop(); }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return mean_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& deviations() const noexcept { return deviations_; }  ///< standard deviations [N]
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const { return deviations_.cwiseAbs2().asDiagonal(); }
    [[nodiscard]] Eigen::Index population() const noexcept { return parameters_.weights.size(); }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }
    [[nodiscard]] Scalar entropy() const {
        const auto n = static_cast<Scalar>(mean_.size());
        return Scalar(0.5) * n * (Scalar(1) + std::log(Scalar(2) * std::numbers::pi_v<Scalar>)) + deviations_.array().log().sum();
    }
    [[nodiscard]] Scalar condition() const { return detail::condition(deviations_); }

private:
    friend struct TextForm<SepCmaEs>;

    /// As cma_learn(), with everything in units of the standard deviations: steps are white, and paths are kept so.
    UpdateReport<Scalar> learn(const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                               const Eigen::VectorX<Scalar>& returns) {
        const Scalar entropy_before = entropy();
        const auto n = static_cast<Scalar>(mean_.size());
        const std::vector<Eigen::Index> order = detail::best_first(returns);
        Eigen::MatrixX<Scalar> white = (samples(Eigen::all, order).colwise() - mean_).array().colwise() / deviations_.array();
        const Scalar limit = farthest_step<Scalar>(mean_.size());
        for (Eigen::Index i = 0; i < white.cols(); ++i) {
            white.col(i) = white.col(i).cwiseMax(-limit).cwiseMin(limit);  // foreign samples may be anywhere, even beyond overflow
        }
        const Eigen::VectorX<Scalar> step = white.leftCols(p.parents) * p.weights.head(p.parents);
        mean_ += deviations_.cwiseProduct(step);

        const Scalar rate = p.step_size_path_rate;
        step_size_path_ = (Scalar(1) - rate) * step_size_path_ + std::sqrt(rate * (Scalar(2) - rate) * p.effective_parents) * step;
        const Scalar length = step_size_path_.norm();
        const Scalar start_up = std::sqrt(Scalar(1) - std::pow(Scalar(1) - rate, static_cast<Scalar>(2 * (generation_ + 1))));
        const bool stalled = !(length / start_up < (Scalar(1.4) + Scalar(2) / (n + Scalar(1))) * p.expected_norm);
        path_ *= Scalar(1) - p.path_rate;
        if (!stalled) path_ += std::sqrt(p.path_rate * (Scalar(2) - p.path_rate) * p.effective_parents) * step;

        Eigen::VectorX<Scalar> weights = p.rank_mu_rate * p.weights;
        for (Eigen::Index i = p.parents; i < weights.size(); ++i) weights(i) *= n / (white.col(i).squaredNorm() + Scalar(1e-8));
        const Scalar held_back = stalled ? p.rank_one_rate * p.path_rate * (Scalar(2) - p.path_rate) : Scalar(0);
        Eigen::VectorX<Scalar> growth = white.cwiseAbs2() * weights;  // of the variances
        growth += p.rank_one_rate * path_.cwiseAbs2();
        growth.array() += Scalar(1) + held_back - p.rank_one_rate - p.rank_mu_rate * p.weights.sum();
        const Eigen::VectorX<Scalar> scale = growth.cwiseMax(Eigen::NumTraits<Scalar>::epsilon()).cwiseSqrt();
        path_ = path_.cwiseQuotient(scale);
        const Scalar sigma = std::exp(std::min(Scalar(1), rate / p.step_size_damping * (length / p.expected_norm - Scalar(1))));
        const Scalar widest = std::cbrt(std::numeric_limits<Scalar>::max());
        deviations_ = (sigma * deviations_.cwiseProduct(scale)).cwiseMax(Scalar(1) / widest).cwiseMin(widest);

        return {.kl_mean = step.squaredNorm() / Scalar(2),
                .entropy = entropy(),
                .entropy_change = entropy() - entropy_before,
                .condition = condition(),
                .stalled = stalled};
    }

    CmaParameters<Scalar> parameters_;
    Eigen::VectorX<Scalar> mean_, deviations_;  // [N]
    Eigen::VectorX<Scalar> step_size_path_;     // [N]
    Eigen::VectorX<Scalar> path_;               // [N], in units of the standard deviations
    ReturnHistory<Scalar> history_;
    std::uint64_t seed_;
    std::uint32_t generation_ = 0;
    Sampling sampling_;
};

}  // namespace primore
