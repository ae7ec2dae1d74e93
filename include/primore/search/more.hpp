// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/entropy_schedule.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/more_step.hpp>
#include <primore/search/pooled_surrogate.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/surrogate_search.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Options of More. Defaults that are not of [Abdolmaleki15] name their evidence; published() takes all of them back.
template <std::floating_point Scalar>
struct MoreOptions {
    Eigen::VectorX<Scalar> mean;                  ///< [N] where the search starts
    InitialDeviation<Scalar> standard_deviation;  ///< about a third of the distance to where the optimum may be
    std::uint64_t seed = 1;                       ///< of every random number of the search and of its episodes
    std::optional<Eigen::Index> population = {};  ///< lambda, at least 2; default_population(N) if not given

    /// epsilon. A surrogate that predicts well makes it larger, by up to its `most_growth`. Published: 0.5, with which Rosenbrock needs
    /// 417, 971, 2653 episodes instead of 441, 911, 2797 (N = 5, 10, 20); with 2: 425, 861, 3301, and 3 of 15 runs fail at N = 20.
    Scalar kl_bound = 1;
    Scalar least_share = Scalar(0.03);  ///< of it, however little of the surrogate is sure. In noise 0.01 to 0.1 come equally near

    SurrogateOptions<Scalar> surrogate = LocalSurrogateOptions<Scalar>{};  ///< Published: a PooledSurrogate

    /// Whether one sample of a population of at least 4 is the mean itself, see CasMoreOptions. Published: no.
    bool executes_mean = true;

    EntropySchedule<Scalar> entropy_schedule = EarnedLoss<Scalar>{};  ///< Published: a ConstantLoss
    ReturnStopOptions<Scalar> stop = {};                              ///< what stop() goes by, beside the condition of the covariance

    /// The configuration of the published code. Start, seed, population and stop criteria are taken from `start`.
    [[nodiscard]] static MoreOptions published(MoreOptions start) {
        start.kl_bound = Scalar(0.5);
        start.surrogate = PooledSurrogateOptions<Scalar>{.least_stage = SurrogateStage::full, .robust = std::nullopt};
        start.executes_mean = false;
        start.entropy_schedule = ConstantLoss<Scalar>{};
        return start;
    }
};

/// The steps of More.
template <std::floating_point Scalar>
class MoreRule {
public:
    using scalar_type = Scalar;
    using options_type = MoreOptions<Scalar>;
    static constexpr std::string_view name = "More";

    explicit MoreRule(const MoreOptions<Scalar>& options)
        : schedule_(options.entropy_schedule),
          kl_bound_(options.kl_bound),
          least_share_(options.least_share),
          path_rate_(Scalar(1) / (Scalar(2) + std::pow(static_cast<Scalar>(options.mean.size()), Scalar(0.7)))),
          path_(Eigen::VectorX<Scalar>::Zero(options.mean.size())) {
        detail::require_positive(name, "kl_bound", kl_bound_);
        detail::require_positive(name, "least_share", least_share_);
    }

    UpdateReport<Scalar> step(Gaussian<Scalar>& distribution, const LocalModel<Scalar>& model, Scalar entropy_gain) {
        const EntropyOutlook<Scalar> outlook{.size = distribution.size(),
                                             .entropy = distribution.entropy(),
                                             .growth = model.growth,
                                             .confidence = model.confidence,
                                             .path_length = path_.norm()};
        const Scalar kl_bound = kl_bound_ * model.growth * std::max(least_share_, model.confidence);
        const Scalar loss = std::visit([&](const auto& schedule) { return schedule(outlook); }, schedule_);
        const auto [report, mean_shift] = more_step<Scalar>(distribution, model.curvature, model.slope, {kl_bound, loss, entropy_gain});
        path_ *= Scalar(1) - path_rate_;  // [Huettenrauch24, section 4.4], the longest step counts as 1
        path_ += std::sqrt(path_rate_ * (Scalar(2) - path_rate_) / (Scalar(2) * kl_bound)) * mean_shift;
        return report;
    }

private:
    friend struct TextForm<MoreRule>;

    EntropySchedule<Scalar> schedule_;
    Scalar kl_bound_, least_share_, path_rate_;
    Eigen::VectorX<Scalar> path_;  // [N] of the mean, in units of the distribution and of the longest step
};

/// MORE, model-based relative entropy search [Abdolmaleki15].
///
/// Mean and covariance of the search distribution step together to what a quadratic surrogate of the return expects most of, within a bound
/// on their divergence and one on the loss of entropy. How far the surrogate can be relied upon (see LocalSurrogate) sets both bounds.
///
/// Median episodes to 1e-8 from 3 with deviation 1, of 15 runs (benchmarks/episodes_to_target.cpp); in brackets the best of five CMA-ES:
///
///     N  | sphere      | ellipsoid    | Rosenbrock
///     5  | 33  (703)   | 33  (1486)   | 441  (1750)
///     10 | 71  (1451)  | 81  (4076)   | 911  (5184)
///     20 | 241 (2749)  | 289 (12913)  | 2677 (16720)
///     40 | 871 (5201)  | 991 (44583)  | 15271 (59716)
template <std::floating_point Scalar>
using More = SurrogateSearch<MoreRule<Scalar>>;

}  // namespace primore
