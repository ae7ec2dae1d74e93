// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/pooled_surrogate.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// What the steps of a SurrogateSearch are taken on.
template <std::floating_point Scalar>
using SurrogateOptions = std::variant<LocalSurrogateOptions<Scalar>, PooledSurrogateOptions<Scalar>>;

/// How a SurrogateSearch steps on a model of the returns. The options have mean, standard_deviation, seed, population, surrogate,
/// executes_mean and stop, as CasMoreOptions has.
template <typename Rule>
concept StepRule = requires(Rule& rule, const typename Rule::options_type& options, Gaussian<typename Rule::scalar_type>& distribution,
                            const LocalModel<typename Rule::scalar_type>& model, typename Rule::scalar_type entropy_gain) {
    Rule(options);                                            // which checks them
    { Rule::name } -> std::convertible_to<std::string_view>;  // of the search
    { rule.step(distribution, model, entropy_gain) } -> std::same_as<UpdateReport<typename Rule::scalar_type>>;
};

/// A Gaussian that steps on a quadratic surrogate of the return, fitted to its newest samples: CasMore and More. Maximises.
///
/// Invariant under affine transforms of the returns and, with the matching start, under rotation and scaling of the parameters.
template <StepRule Rule>
class SurrogateSearch {
public:
    using scalar_type = typename Rule::scalar_type;
    using Scalar = scalar_type;
    using options_type = typename Rule::options_type;

    /// @throws std::invalid_argument if the mean is empty or not finite, sizes disagree, or a deviation, bound, rate or count is too small
    explicit SurrogateSearch(const options_type& options)
        : distribution_(start(options)),
          rule_(options),
          surrogate_(surrogate(options.surrogate, distribution_)),
          start_entropy_(distribution_.entropy()),
          population_(options.population.value_or(default_population(options.mean.size()))),
          seed_(options.seed),
          executes_mean_(options.executes_mean) {
        detail::require_at_least(Rule::name, "population", population_, 2);
        history_ = ReturnHistory<Scalar>(options.mean.size(), population_, options.stop);
    }

    /// The next population [N x M], M at most population(): a surrogate that describes the returns needs half of it. A pure function of the
    /// state: asking twice gives the same samples.
    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const {
        const Eigen::Index count = std::visit([&](const auto& surrogate) { return surrogate.worthwhile(population_); }, surrogate_);
        Eigen::MatrixX<Scalar> z = normal_population<Scalar>(distribution_.size(), count, seed_, generation_);
        if (executes_mean_ && count >= 4) {
            z.leftCols(std::visit([](const auto& surrogate) { return surrogate.executions_of_mean(); }, surrogate_)).setZero();
        }
        Eigen::MatrixX<Scalar> samples = distribution_.mean().replicate(1, count);
        samples.noalias() += distribution_.root() * z;
        return samples;
    }

    /// Learns from samples [N x M] and their returns [M], higher is better. M may be any number: episodes may have been discarded.
    ///
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        const std::string where = std::string(Rule::name) + "::tell";
        detail::require_population(where, samples, returns, distribution_.size());
        ++generation_;
        const bool repeats_mean = samples.cols() > 1 && samples.col(0) == samples.col(1);
        history_.add(returns.tail(returns.size() - (repeats_mean ? 1 : 0)));  // equal returns of one point say nothing about others
        std::optional<LocalModel<Scalar>> model;
        if (samples.cols() > 0) {
            model = std::visit([&](auto& surrogate) { return surrogate.learn(distribution_, samples, returns); }, surrogate_);
        }
        if (!model) return {.entropy = entropy(), .condition = condition()};

        Scalar entropy_gain = 0;
        if (entropy() < start_entropy_) {  // too narrow to see a difference for all the noise: wider again, within a turn of the pool
            const auto turn = static_cast<Scalar>(samples.cols()) / static_cast<Scalar>(model->samples);
            entropy_gain = static_cast<Scalar>(distribution_.size()) * turn * model->starvation;
        }
        UpdateReport<Scalar> report = rule_.step(distribution_, *model, entropy_gain);
        if (std::holds_alternative<LocalSurrogate<Scalar>>(surrogate_)) {
            report.r_squared = model->r_squared;
            report.noise_share = model->noise_share;
        }
        return report;
    }

    /// Why nothing more is to be gained, if so.
    [[nodiscard]] std::optional<SearchStop> stop() const {
        if (!(condition() <= Scalar(0.1) / std::numeric_limits<Scalar>::epsilon())) return SearchStop::condition;
        return history_.stop();
    }

    [[nodiscard]] const Gaussian<Scalar>& distribution() const noexcept { return distribution_; }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return distribution_.mean(); }
    [[nodiscard]] const Eigen::MatrixX<Scalar>& covariance() const noexcept { return distribution_.covariance(); }
    [[nodiscard]] Eigen::Index population() const noexcept { return population_; }  ///< lambda, samples at most
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }
    [[nodiscard]] Scalar entropy() const { return distribution_.entropy(); }
    [[nodiscard]] Scalar condition() const { return distribution_.axes().condition(); }  ///< of the covariance

private:
    friend struct TextForm<SurrogateSearch>;

    using Surrogate = std::variant<LocalSurrogate<Scalar>, PooledSurrogate<Scalar>>;

    [[nodiscard]] static Gaussian<Scalar> start(const options_type& options) {
        detail::require_at_least(Rule::name, "the size of mean", options.mean.size(), 1);
        detail::require_finite(Rule::name, "mean", options.mean);
        const Eigen::VectorX<Scalar> deviation = options.standard_deviation.for_each_of(options.mean.size(), Rule::name);
        return {options.mean, Eigen::MatrixX<Scalar>(deviation.cwiseAbs2().asDiagonal())};
    }

    [[nodiscard]] static Surrogate surrogate(const SurrogateOptions<Scalar>& options, const Gaussian<Scalar>& start) {
        if (const auto* local = std::get_if<LocalSurrogateOptions<Scalar>>(&options)) return LocalSurrogate<Scalar>(*local, start);
        return PooledSurrogate<Scalar>(std::get<PooledSurrogateOptions<Scalar>>(options), start);
    }

    Gaussian<Scalar> distribution_;
    Rule rule_;
    Surrogate surrogate_;
    ReturnHistory<Scalar> history_;
    Scalar start_entropy_;
    Eigen::Index population_;
    std::uint64_t seed_;
    std::uint32_t generation_ = 0;
    bool executes_mean_;
};

}  // namespace primore
