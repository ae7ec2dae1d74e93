// SPDX-License-Identifier: MIT
#pragma once

// The searches that the runner knows by name, each restarted with twice the population until its budget is used.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <string>

#include <Eigen/Core>

#include <primore/random/stream.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/search_distribution.hpp>

#include "problem.hpp"
#include "running_time.hpp"

namespace primore_benchmark {

/// Where and how one (re)start begins.
struct Start {
    Eigen::VectorXd mean;     ///< uniform in [-4, 4]^N
    std::uint64_t seed;       ///< of the search
    Eigen::Index population;  ///< twice as many in every restart

    static constexpr double standard_deviation = 2;

    Start(const BbobId& id, std::uint64_t run_seed, std::uint32_t restart)
        : mean(id.n), population(primore::default_population(id.n) << restart) {
        primore::Stream stream(run_seed, primore::Purpose{16}, static_cast<std::uint32_t>(100 * id.instance + id.function), restart);
        for (double& entry : mean) entry = 8 * stream.uniform() - 4;
        seed = (std::uint64_t{stream()} << 32) | stream();
    }
};

/// Whether a search has come to an end: its returns are all the same, its covariance is degenerate, or nothing improved for long.
class Stagnation {
public:
    explicit Stagnation(Eigen::Index n, Eigen::Index population)
        : short_history_(static_cast<std::size_t>(10 + 30 * n / population)),
          long_history_(120 + static_cast<double>(30 * n / population)) {}

    bool after(const Eigen::VectorXd& returns, double condition) {
        ++generation_;
        best_.push_back(returns.maxCoeff());
        if (best_.size() > short_history_) best_.pop_front();
        if (best_.back() > record_) {
            record_ = best_.back();
            improved_ = generation_;
        }
        const auto [low, high] = std::minmax_element(best_.begin(), best_.end());
        const bool is_flat =
            best_.size() == short_history_ && std::max(*high, returns.maxCoeff()) - std::min(*low, returns.minCoeff()) < 1e-12;
        return is_flat || condition > 1e14 || generation_ - improved_ > long_history_ + 0.2 * generation_;
    }

private:
    std::size_t short_history_;
    double long_history_, generation_ = 0, improved_ = 0;
    double record_ = -1e300;
    std::deque<double> best_;
};

/// Runs a search on a problem. BBOB minimises, our searches maximise: here the value changes its sign.
///
/// @param make  Start -> Search
template <typename Make>
RunningTime run_search(const BbobId& id, std::uint64_t budget, std::uint64_t seed, Make&& make) {
    const BbobProblem problem(id);
    RunningTime time{.problem = id, .hits = {}};
    for (std::uint32_t restart = 0; !time.is_solved() && time.evaluations < budget; ++restart) {
        const Start start(id, seed, restart);
        primore::SearchDistribution auto search = make(start);
        Stagnation stagnation(id.n, start.population);
        for (bool at_end = false; !at_end;) {
            const Eigen::MatrixXd samples = search.ask();
            Eigen::VectorXd returns(samples.cols());
            for (Eigen::Index i = 0; i < samples.cols(); ++i) {
                if (time.is_solved() || time.evaluations == budget) return time;
                const double value = problem(samples.col(i));
                time.count(value - problem.optimal_value());
                returns(i) = -value;
            }
            at_end = stagnation.after(returns, search.tell(samples, returns).condition);
        }
    }
    return time;
}

inline RunningTime run_cma_es(const BbobId& id, std::uint64_t budget, std::uint64_t seed) {
    return run_search(id, budget, seed, [](const Start& start) {
        return primore::CmaEs<double>(
            {.mean = start.mean, .standard_deviation = Start::standard_deviation, .population = start.population, .seed = start.seed});
    });
}

inline primore::CasMoreOptions<double> cas_more_options(const Start& start) {
    return {.mean = start.mean, .standard_deviation = Start::standard_deviation, .seed = start.seed, .population = start.population};
}

inline RunningTime run_cas_more(const BbobId& id, std::uint64_t budget, std::uint64_t seed) {
    return run_search(id, budget, seed, [](const Start& start) { return primore::CasMore<double>(cas_more_options(start)); });
}

inline RunningTime run_published_cas_more(const BbobId& id, std::uint64_t budget, std::uint64_t seed) {
    using Options = primore::CasMoreOptions<double>;
    return run_search(id, budget, seed,
                      [](const Start& start) { return primore::CasMore<double>(Options::published(cas_more_options(start))); });
}

/// A search by name.
struct NamedSearch {
    std::string name;
    RunningTime (*run)(const BbobId&, std::uint64_t budget, std::uint64_t seed);
};

/// @throws std::invalid_argument if there is no search of this name
[[nodiscard]] inline NamedSearch search_named(const std::string& name) {
    static const std::array<NamedSearch, 3> searches{
        {{"cma_es", run_cma_es}, {"cas_more", run_cas_more}, {"cas_more_published", run_published_cas_more}}};
    std::string known;
    for (const NamedSearch& search : searches) {
        if (search.name == name) return search;
        known += (known.empty() ? "" : ", ") + search.name;
    }
    primore::detail::refuse("bbob", "--search", name, "one of " + known);
}

}  // namespace primore_benchmark
