// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/cas_more_step.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/pooled_surrogate.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/surrogate_search.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Options of CasMore. Where a default departs from [Huettenrauch24] it says so; published() takes all departures back.
template <std::floating_point Scalar>
struct CasMoreOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 2; default_population(N) if not given

    /// eps_mu. Published: 0.5. A surrogate that predicts well makes it larger, by up to its `most_growth`.
    Scalar mean_bound = Scalar(0.19);
    std::optional<Scalar> covariance_bound = {};  ///< eps_Sigma; 6 / (20 + N^1.5) if not given. Published: 1.5 / (10 + N^1.5)

    SurrogateOptions<Scalar> surrogate = LocalSurrogateOptions<Scalar>{};  ///< what the steps are taken on. Published: a PooledSurrogate

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
        start.surrogate = PooledSurrogateOptions<Scalar>{};
        start.executes_mean = false;
        start.path_step = Scalar(2) * start.mean_bound;
        return start;
    }
};

/// The steps of CasMore.
template <std::floating_point Scalar>
class CasMoreRule {
public:
    using scalar_type = Scalar;
    using options_type = CasMoreOptions<Scalar>;
    static constexpr std::string_view name = "CasMore";

    explicit CasMoreRule(const CasMoreOptions<Scalar>& options) {
        const auto n = static_cast<Scalar>(options.mean.size());
        step_ = {.mean_bound = options.mean_bound,
                 .covariance_bound = options.covariance_bound.value_or(Scalar(6) / (Scalar(20) + std::pow(n, Scalar(1.5)))),
                 .path_rate = options.path_rate.value_or(Scalar(1) / (Scalar(2) + std::pow(n, Scalar(0.7)))),
                 .path_correlation = options.path_correlation,
                 .path_gain = options.path_gain,
                 .most_entropy_loss = options.most_entropy_change,
                 .most_entropy_gain = options.most_entropy_change,
                 .path_step = options.path_step};
        detail::require_positive(name, "mean_bound", step_.mean_bound);
        detail::require_positive(name, "covariance_bound", step_.covariance_bound);
        detail::require_positive(name, "path_rate", step_.path_rate);
        detail::require_not_negative(name, "most_entropy_change", options.most_entropy_change);
        evolution_.path = Eigen::VectorX<Scalar>::Zero(options.mean.size());
    }

    UpdateReport<Scalar> step(Gaussian<Scalar>& distribution, const LocalModel<Scalar>& model, Scalar entropy_gain) {
        CasMoreStepOptions<Scalar> step = step_;
        step.mean_bound *= model.growth;
        step.covariance_bound *= model.shape_confidence;
        const Scalar haste = std::min(std::sqrt(model.growth), Scalar(10));
        step.path_gain *= haste;
        step.most_entropy_loss *= haste;
        step.loss_share = model.confidence;
        step.entropy_gain = entropy_gain;
        return cas_more_step(distribution, evolution_, model.curvature, model.slope, model.stage, step);
    }

private:
    friend struct TextForm<CasMoreRule>;

    CasMoreStepOptions<Scalar> step_{};
    EvolutionPath<Scalar> evolution_;
};

/// CAS-MORE, coordinate-ascent model-based relative entropy search with step-size adaptation [Huettenrauch24].
///
/// Mean and covariance of the search distribution take trust-region steps on a quadratic surrogate of the return, and the path of the mean
/// decides on the entropy. How far the surrogate can be relied upon (see LocalSurrogate) sets the length of the steps.
template <std::floating_point Scalar>
using CasMore = SurrogateSearch<CasMoreRule<Scalar>>;

}  // namespace primore
