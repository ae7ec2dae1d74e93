// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/bounded.hpp>
#include <primore/search/box.hpp>
#include <primore/search/restart_schedule.hpp>
#include <primore/search/run_comparison.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// A search that says when to stop, and that can be started with another population.
template <typename S>
concept Restartable = SearchDistribution<S> && requires(const S& search, const typename S::options_type& options) {
    { search.stop() } -> std::same_as<std::optional<SearchStop>>;
    S(options);
};

/// Options of Restarts: those of its first run, and how the next ones differ.
template <typename SearchOptions, std::floating_point Scalar>
struct RestartsOptions {
    SearchOptions search;
    /// Of the next runs; those of the first if not given. Population and seed are set by every restart. What a first run may take long for,
    /// as nothing says yet that another would do better, can be ended sooner here: other stop criteria, no least_deviation.
    std::optional<SearchOptions> later = {};
    RestartKind kind = RestartKind::bipop;
    Scalar growth = 2;                                ///< of large populations, more than 1; [Auger05]
    std::optional<Box<Scalar>> start = {};            ///< finite; where means are drawn, uniformly. The same mean again if not given
    std::optional<std::uint32_t> most_restarts = {};  ///< then stop() says so; without end if not given
    /// A run ends when its returns differ by less than this share of what it lacks to the best run before it, whose last median counts: see
    /// RunComparison. Off if not given. Tuned: benchmarks/bbob; a larger share ends runs that climb slowly, as in Rosenbrock's valley.
    std::optional<Scalar> outdone_share = Scalar(0.01);
};

namespace detail {

/// The options of the next run. The search draws other random numbers than all runs before.
template <typename Options, typename Scalar>
void relaunch(Options& options, const Launch& launch, const std::optional<Box<Scalar>>& start, Stream& stream) {
    if constexpr (requires { options.box; }) {
        relaunch(options.search, launch, start, stream);
    } else {
        const Eigen::Index n = options.mean.size();
        options.population = launch.population;
        const std::uint64_t high = stream();
        options.seed = high << 32 | stream();
        const Eigen::VectorX<Scalar> deviations = options.standard_deviation.for_each_of(n, "Restarts");
        options.standard_deviation = Eigen::VectorX<Scalar>(static_cast<Scalar>(launch.shrinkage) * deviations);
        if (!start) return;
        for (Eigen::Index i = 0; i < n; ++i) {
            options.mean(i) = start->lower(i) + stream.uniform<Scalar>() * (start->upper(i) - start->lower(i));
        }
    }
}

template <typename Options>
[[nodiscard]] std::uint64_t seed_of(const Options& options) {
    if constexpr (requires { options.box; }) {
        return seed_of(options.search);
    } else {
        return options.seed;
    }
}

}  // namespace detail

/// A search that starts again whenever it stops, with larger populations: IPOP [Auger05] or BIPOP [Hansen09].
///
/// A SearchDistribution itself: what it is asked for and tells belongs to the present run, but mean() to the best one.
template <Restartable Search>
class Restarts {
public:
    using scalar_type = typename Search::scalar_type;
    using Scalar = scalar_type;
    using options_type = RestartsOptions<typename Search::options_type, Scalar>;

    /// @throws std::invalid_argument if the growth is not above 1, the box of starts or the mean of later runs does not fit, or the search
    ///                               refuses its options
    explicit Restarts(const options_type& options)
        : options_(options), search_(options.search), launch_{.population = search_.ask().cols()} {
        constexpr auto where = "Restarts";
        if (!(options.growth > 1)) detail::refuse(where, "growth", options.growth, "a number above 1");
        if (options.start) {
            detail::require_size(where, "start.lower", options.start->lower.size(), search_.mean().size(), "the size of mean");
            detail::require_size(where, "start.upper", options.start->upper.size(), search_.mean().size(), "the size of mean");
            detail::require_finite(where, "start.lower", options.start->lower);
            detail::require_finite(where, "start.upper", options.start->upper);
        }
        if (options.later) {
            detail::require_size(where, "later.mean", Search(*options.later).mean().size(), search_.mean().size(), "the size of mean");
        }
        comparison_.begin(search_.mean().size(), launch_.population);
        schedule_ = RestartSchedule(options.kind, static_cast<double>(options.growth), launch_.population);
    }

    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const { return search_.ask(); }

    /// Learns, and starts the next run if this one stops.
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        const auto report = search_.tell(samples, returns);
        ++generation_;
        episodes_ += static_cast<std::uint64_t>(samples.cols());
        if (returns.size() > 0) remember(samples, returns);
        last_stop_ = search_.stop();
        if (!last_stop_ && options_.outdone_share && comparison_.is_outdone(*options_.outdone_share)) last_stop_ = SearchStop::outdone;
        if (last_stop_ && (!options_.most_restarts || restarts_ < *options_.most_restarts)) restart();
        return report;
    }

    /// Why the last run ended, once all restarts are used up.
    [[nodiscard]] std::optional<SearchStop> stop() const {
        return options_.most_restarts && restarts_ == *options_.most_restarts ? last_stop_ : std::nullopt;
    }

    [[nodiscard]] const Search& search() const noexcept { return search_; }      ///< the present run
    [[nodiscard]] std::uint32_t restarts() const noexcept { return restarts_; }  ///< so far
    [[nodiscard]] const Launch& launch() const noexcept { return launch_; }      ///< how the present run began
    [[nodiscard]] Scalar best_return() const noexcept { return best_return_; }   ///< of all runs; minus infinity before the first
    [[nodiscard]] const Eigen::VectorX<Scalar>& best_parameters() const noexcept { return best_parameters_; }  ///< [N] of that return

    /// The mean of the run whose last population had the highest median return: at its end, or now.
    [[nodiscard]] Eigen::VectorX<Scalar> mean() const { return comparison_.is_ahead() ? search_.mean() : best_mean_; }

    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const { return search_.covariance(); }
    [[nodiscard]] Scalar entropy() const { return search_.entropy(); }
    [[nodiscard]] Scalar condition() const { return search_.condition(); }
    [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }  ///< of all runs
    [[nodiscard]] std::uint64_t seed() const { return detail::seed_of(options_.search); }

private:
    friend struct TextForm<Restarts>;

    void remember(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        comparison_.add(returns);
        Eigen::Index best = 0;
        const Scalar highest = returns.maxCoeff(&best);
        if (highest > best_return_) {
            best_return_ = highest;
            best_parameters_ = samples.col(best);
        }
    }

    void restart() {
        if (comparison_.is_ahead()) best_mean_ = search_.mean();
        ++restarts_;
        Stream stream(seed(), Purpose::restart, restarts_, 0);
        launch_ = schedule_.next(launch_, episodes_, static_cast<double>(comparison_.highest()), stream);
        auto options = options_.later.value_or(options_.search);
        detail::relaunch(options, launch_, options_.start, stream);
        search_ = Search(options);
        comparison_.begin(search_.mean().size(), launch_.population);
        episodes_ = 0;
        last_stop_.reset();
    }

    options_type options_;
    Search search_;
    Launch launch_;
    RestartSchedule schedule_;
    std::optional<SearchStop> last_stop_;
    std::uint32_t generation_ = 0, restarts_ = 0;
    std::uint64_t episodes_ = 0;  // of the present run
    Scalar best_return_ = -std::numeric_limits<Scalar>::infinity();
    Eigen::VectorX<Scalar> best_parameters_;
    Eigen::VectorX<Scalar> best_mean_;
    RunComparison<Scalar> comparison_;
};

}  // namespace primore
