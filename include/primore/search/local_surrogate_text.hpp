// SPDX-License-Identifier: MIT
#pragma once

// The text of LocalSurrogate and of the MovingRegression and FeaturePool in it: what one generation leaves to the next, and nothing that
// each makes anew. It has two triangles of P x P numbers, P = 1 + N + N (N + 1) / 2: 0.14 MB for N = 10, 20 MB for N = 40.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/detail/updated_cholesky.hpp>
#include <primore/search/feature_pool.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/moving_regression.hpp>
#include <primore/search/search_text.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

/// Numbers that are not finite are those of a matrix that could not be factorised.
template <std::floating_point Scalar>
struct TextForm<detail::UpdatedCholesky<Scalar>> {
    static auto fields(auto& factor) {
        auto& [lower, columns, signs] = factor;
        return std::tuple(text_field("lower", lower), text_field("columns", columns), text_field("signs", signs));
    }
    static void check(const detail::UpdatedCholesky<Scalar>& factor, const TextCheck& check) {
        const auto& [lower, columns, signs] = factor;
        check.that(lower.cols() == lower.rows(), "lower", "square");
        check.that(columns.rows() == lower.rows(), "columns", "of as many rows as lower");
        check.that(columns.cols() <= factor.most_pending(lower.rows()), "columns", "of few enough columns");
        check.size("signs", signs.size(), columns.cols(), "columns");
        check.that((signs.array().abs() == Scalar(1)).all(), "signs", "1 or -1");
    }
};

/// What is seen from the samples, and the freedoms of the newest, each generation makes anew.
template <std::floating_point Scalar>
struct TextForm<RegressionFactor<Scalar>> {
    static auto fields(auto& factor) {
        auto& [cholesky, by_sample, newest, freedoms, noise, prior, version] = factor;
        auto& [noise_asked, isotropic] = prior;
        return std::tuple(text_field("cholesky", cholesky), text_field("noise", noise), text_field("noise_asked", noise_asked),
                          text_field("isotropic", isotropic), text_field("version", version));
    }
};

/// Features follow from samples and frame.
template <std::floating_point Scalar>
struct TextForm<FeaturePool<Scalar>> {
    using Pool = FeaturePool<Scalar>;
    struct Parts {
        Gaussian<Scalar> frame;
        Eigen::MatrixX<Scalar> samples;
        Eigen::VectorX<Scalar> returns, weights;
        Eigen::Index begin, newest;
    };
    static Parts parts(const Pool& pool) {
        return {pool.frame(), pool.samples(), pool.returns(), pool.weights(), pool.begin_, pool.newest()};
    }
    static auto fields(auto& parts) {
        auto& [frame, samples, returns, weights, begin, newest] = parts;
        return std::tuple(text_field("frame", frame), text_field("samples", samples), text_field("returns", returns),
                          text_field("weights", weights), text_field("begin", begin), text_field("newest", newest));
    }
    static void check(const Parts& parts, const TextCheck& check) {
        const Eigen::Index count = parts.samples.cols();
        check.size("samples", parts.samples.rows(), parts.frame.size(), "frame.mean");
        check.finite("samples", parts.samples);
        check.vector("returns", parts.returns, count, "samples");
        check.vector("weights", parts.weights, count, "samples");
        check.that((parts.weights.array() >= 0).all(), "weights", "positive or 0");
        check.that(parts.begin >= 0 && parts.begin < std::max<Eigen::Index>(1, count), "begin", "below the number of samples");
        check.that(parts.newest >= 0 && parts.newest <= count, "newest", "a number of samples");
    }
    static Pool make(const Parts& parts) {
        Pool pool(parts.frame);
        pool.begin_ = parts.begin;
        pool.append(parts.samples, parts.returns);
        pool.weights() = parts.weights;
        pool.newest_ = parts.newest;
        return pool;
    }
};

/// What has changed in the normal equations is recorded from one append() to the next.
template <std::floating_point Scalar>
struct TextForm<MovingRegression<Scalar>> {
    using Regression = MovingRegression<Scalar>;
    struct Parts {
        FeaturePool<Scalar> pool{Gaussian<Scalar>()};
        Eigen::MatrixX<Scalar> gram;
        Eigen::Index changes;
        std::uint64_t version;
    };
    static Parts parts(const Regression& regression) {
        return {regression.pool(), regression.gram_, regression.changes_, regression.version_};
    }
    static auto fields(auto& parts) {
        auto& [pool, gram, changes, version] = parts;
        return std::tuple(text_field("pool", pool), text_field("gram", gram), text_field("changes", changes),
                          text_field("version", version));
    }
    static void check(const Parts& parts, const TextCheck& check) {
        const Eigen::Index p = parts.pool.coefficient_count();
        check.that(parts.gram.cols() == parts.gram.rows() && (parts.gram.rows() == p || parts.gram.rows() == 0), "gram",
                   "of as many rows and columns as there are coefficients, or of none");
        check.finite("gram", parts.gram);
        check.that(parts.changes >= 0 && parts.changes <= std::numeric_limits<std::int32_t>::max(), "changes", "a count");
    }
    static Regression make(const Parts& parts) {
        Regression regression(parts.pool.frame());
        regression.pool_ = parts.pool;
        regression.gram_ = parts.gram;
        regression.changes_ = parts.changes;
        regression.version_ = parts.version;
        regression.begin_record();
        return regression;
    }
};

template <std::floating_point Scalar>
struct TextForm<AverageDoubt<Scalar>> {
    static auto fields(auto& doubt) {
        auto& [average] = doubt;
        return std::tuple(text_field("average", average));
    }
    static void check(const AverageDoubt<Scalar>& doubt, const TextCheck& check) {
        const auto& [average] = doubt;
        check.that(!average || (*average > 0 && *average <= Scalar(1.5)), "average", "none or in (0, 1.5]");
    }
};

template <std::floating_point Scalar>
struct TextForm<Foresight<Scalar>> {
    static constexpr std::string_view name = "Foresight";
    static auto fields(auto& foresight) {
        auto& [coefficients, centre, unit] = foresight;
        return std::tuple(text_field("coefficients", coefficients), text_field("centre", centre), text_field("unit", unit));
    }
};

template <std::floating_point Scalar>
struct TextForm<LocalSurrogateOptions<Scalar>> {
    static constexpr std::string_view name = "LocalSurrogateOptions";
    static auto fields(auto& options) {
        auto& [trusted_r_squared, most_growth, quality_rate, misfit_r_squared, doubted_r_squared, lost_r_squared, preference, least_pool,
               usual_pool, most_pool, trial_interval] = options;
        return std::tuple(text_field("trusted_r_squared", trusted_r_squared), text_field("most_growth", most_growth),
                          text_field("quality_rate", quality_rate), text_field("misfit_r_squared", misfit_r_squared),
                          text_field("doubted_r_squared", doubted_r_squared), text_field("lost_r_squared", lost_r_squared),
                          text_field("preference", preference), text_field("least_pool", least_pool), text_field("usual_pool", usual_pool),
                          text_field("most_pool", most_pool), text_field("trial_interval", trial_interval));
    }
};

/// The standardised returns, their centre and their unit are those of one generation.
template <std::floating_point Scalar>
struct TextForm<LocalSurrogate<Scalar>> {
    static constexpr std::string_view name = "LocalSurrogate";
    static LocalSurrogate<Scalar> blank(const LocalSurrogateOptions<Scalar>& options = LocalSurrogateOptions<Scalar>()) {
        const Eigen::VectorX<Scalar> one = Eigen::VectorX<Scalar>::Ones(1);
        return {options, {one, one}};
    }
    static auto fields(auto& surrogate) {
        auto& [options, regression, size, least_pool, usual_pool, most_pool, pool, generation, trial_interval, values, centre, unit, factor,
               noise, value_doubt, rank_doubt, ahead_doubt, foresight, noise_size, unexplained, rank_advantage, uses_ranks, in_doubt,
               is_noisy, had_all] = surrogate;
        return std::tuple(text_field("options", options), text_field("regression", regression), text_field("size", size),
                          text_field("least_pool", least_pool), text_field("usual_pool", usual_pool), text_field("most_pool", most_pool),
                          text_field("pool", pool), text_field("generation", generation), text_field("trial_interval", trial_interval),
                          text_field("factor", factor), text_field("noise", noise), text_field("value_doubt", value_doubt),
                          text_field("rank_doubt", rank_doubt), text_field("ahead_doubt", ahead_doubt), text_field("foresight", foresight),
                          text_field("noise_size", noise_size), text_field("unexplained", unexplained),
                          text_field("rank_advantage", rank_advantage), text_field("uses_ranks", uses_ranks),
                          text_field("in_doubt", in_doubt), text_field("is_noisy", is_noisy), text_field("had_all", had_all));
    }
    static void check(const LocalSurrogate<Scalar>& surrogate, const TextCheck& check) {
        const auto& [options, regression, size, least_pool, usual_pool, most_pool, pool, generation, trial_interval, values, centre, unit,
                     factor, noise, value_doubt, rank_doubt, ahead_doubt, foresight, noise_size, unexplained, rank_advantage, uses_ranks,
                     in_doubt, is_noisy, had_all] = surrogate;
        static_cast<void>(blank(options));  // which checks them
        const Eigen::Index p = regression.pool().coefficient_count(), factorized = factor.cholesky.size();
        check.that(size == regression.pool().size(), "size", "the size of regression.pool.frame.mean");
        check.that(least_pool >= 2, "least_pool", "at least 2");
        check.that(usual_pool >= least_pool, "usual_pool", "at least least_pool");
        check.that(most_pool >= usual_pool, "most_pool", "at least usual_pool");
        check.that(pool >= least_pool && pool <= most_pool, "pool", "from least_pool to most_pool");
        check.that(trial_interval > 0, "trial_interval", "positive");
        check.that(factorized == p || factorized == 0, "factor.cholesky.lower", "of as many rows as there are coefficients, or of none");
        check.that(detail::is_finite(noise) && noise > 0, "noise", "a positive finite number");
        if (foresight) check.size("foresight.coefficients", foresight->coefficients.size(), p, "regression.gram");
        check.that(detail::is_finite(noise_size) && noise_size >= 0, "noise_size", "a finite number that is not negative");
        check.that(detail::is_finite(unexplained) && unexplained >= 0, "unexplained", "a finite number that is not negative");
        check.that(std::abs(rank_advantage) <= 3, "rank_advantage", "a difference of two correlations");
    }
    static bool fits(const LocalSurrogate<Scalar>& surrogate, Eigen::Index n) { return surrogate.size_ == n; }
};

}  // namespace primore
