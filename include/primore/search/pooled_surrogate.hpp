// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/quadratic_surrogate.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/sample_pool.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/search/whitened_model.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Options of PooledSurrogate. The defaults are those of the published CAS-MORE.
template <std::floating_point Scalar>
struct PooledSurrogateOptions {
    SurrogateStage least_stage = SurrogateStage::linear;  ///< not none; a poorer model is none. Published MORE: full
    Scalar samples_per_coefficient = Scalar(1.1);         ///< before that there is no model of a stage
    Scalar ridge = Scalar(1e-8);
    std::optional<RobustStandardization<Scalar>> robust = RobustStandardization<Scalar>{};  ///< plain if not given. Published MORE: plain
    std::optional<Eigen::Index> pool = {};                                                  ///< samples; ample_samples(N) if not given
};

/// The surrogate of [Huettenrauch24, section 4.3] and of the published code of MORE: least squares on all of the pool, first linear, then
/// diagonal, then full. It does not know how far it can be relied upon.
template <std::floating_point Scalar>
class PooledSurrogate {
public:
    /// @throws std::invalid_argument if the pool is too small, or the clip less than 1: all returns may be beyond it
    PooledSurrogate(const PooledSurrogateOptions<Scalar>& options, const Gaussian<Scalar>& start) : options_(options) {
        pool_.capacity = options.pool.value_or(ample_samples(start.size()));
        detail::require_at_least("PooledSurrogate", "pool", pool_.capacity, 2);
        if (options.robust) detail::require_not_negative("PooledSurrogate", "robust.clip - 1", options.robust->clip - Scalar(1));
    }

    [[nodiscard]] static Eigen::Index executions_of_mean() noexcept { return 1; }
    [[nodiscard]] static Eigen::Index worthwhile(Eigen::Index population) noexcept { return population; }

    /// The model after samples [N x K] and their returns [K]; none if there is nothing to be learned yet.
    [[nodiscard]] std::optional<LocalModel<Scalar>> learn(const Gaussian<Scalar>& distribution, const Eigen::MatrixX<Scalar>& samples,
                                                          const Eigen::VectorX<Scalar>& returns) {
        pool_.remember(samples, returns);
        if (!pool_.has_signal()) return std::nullopt;
        const auto stage = affordable_stage(pool_.samples.cols(), distribution.size(), options_.samples_per_coefficient);
        if (stage == SurrogateStage::none || stage < options_.least_stage) return std::nullopt;
        const Eigen::VectorX<Scalar> targets =
            options_.robust ? robustly_standardized(pool_.returns, *options_.robust) : standardized(pool_.returns);
        auto [curvature, slope] = whitened(fit_quadratic(pool_.samples, targets, stage, options_.ridge), distribution);
        return LocalModel<Scalar>{
            .curvature = std::move(curvature), .slope = std::move(slope), .samples = pool_.samples.cols(), .stage = stage};
    }

private:
    friend struct TextForm<PooledSurrogate>;

    PooledSurrogateOptions<Scalar> options_;
    SamplePool<Scalar> pool_;
};

}  // namespace primore
