// SPDX-License-Identifier: MIT
#pragma once

// The searches that the runner knows by name. Each restarts until its budget is used.

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <Eigen/Core>

#include <primore/random/stream.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/restarts.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/search_distribution.hpp>

#include "problem.hpp"
#include "running_time.hpp"

namespace primore_benchmark {

/// One run: which problem, how many evaluations and with which random numbers.
struct RunOptions {
    BbobId problem;
    std::uint64_t budget;
    std::uint64_t seed;
};

/// Runs a search on a problem until all targets are reached or the budget is used. BBOB minimises, our searches maximise: here the value
/// changes its sign.
template <primore::SearchDistribution Search>
RunningTime run_until_solved(Search search, const RunOptions& run) {
    const BbobProblem problem(run.problem);
    RunningTime time{.problem = run.problem, .hits = {}};
    while (true) {
        const Eigen::MatrixXd samples = search.ask();
        Eigen::VectorXd returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            if (time.is_solved() || time.evaluations == run.budget) return time;
            const double value = problem(samples.col(i));
            time.count(value - problem.optimal_value());
            returns(i) = -value;
        }
        search.tell(samples, returns);
    }
}

/// The stop criteria of a search that need nothing but returns.
template <typename Options>
primore::ReturnStopOptions<double>& return_stop(Options& options) {
    if constexpr (requires { options.stop.returns; }) {
        return options.stop.returns;
    } else {
        return options.stop;
    }
}

/// Every run of a search starts uniformly in [-4, 4]^N with standard deviation 2 and ends soon after its values no longer become better, as
/// they are exact. It ends as well when its values differ by less than a tenth of the last target, as further digits cost the next run its
/// evaluations; but the first run of CMA-ES, which is short, may go on to learn a sharp ridge.
template <primore::Restartable Search>
primore::Restarts<Search> restarted(const RunOptions& run, primore::RestartKind kind) {
    const Eigen::Index n = run.problem.n;
    const auto problem = static_cast<std::uint32_t>(100 * run.problem.instance + run.problem.function);
    primore::Stream stream(run.seed, primore::Purpose{16}, problem, static_cast<std::uint32_t>(n));
    Eigen::VectorXd mean(n);
    for (double& entry : mean) entry = 8 * stream.uniform() - 4;
    const std::uint64_t seed = stream();
    typename Search::options_type start{.mean = mean, .standard_deviation = 2.0, .seed = seed};
    auto& stop = return_stop(start);
    stop.tol_returns = targets.back() / 10;
    stop.stagnation = 20;
    const typename Search::options_type later = start;
    if constexpr (requires { start.least_deviation; }) {
        start.least_deviation = 1e-12;
        stop.tol_returns = 1e-12;
    }
    return primore::Restarts<Search>({.search = start,
                                      .later = later,
                                      .kind = kind,
                                      .start = primore::Box<double>{Eigen::VectorXd::Constant(n, -4), Eigen::VectorXd::Constant(n, 4)}});
}

/// The configuration of the paper and its code.
class PublishedCasMore : public primore::CasMore<double> {
public:
    explicit PublishedCasMore(const options_type& options) : primore::CasMore<double>(options_type::published(options)) {}
};

template <typename Search, primore::RestartKind kind>
RunningTime run_restarted(const RunOptions& run) {
    return run_until_solved(restarted<Search>(run, kind), run);
}

/// A search by name.
struct NamedSearch {
    std::string name;
    RunningTime (*run)(const RunOptions&);
};

/// @throws std::invalid_argument if there is no search of this name
[[nodiscard]] inline NamedSearch search_named(const std::string& name) {
    using primore::RestartKind;
    static const std::array<NamedSearch, 5> searches{{{"cma_es", run_restarted<primore::CmaEs<double>, RestartKind::bipop>},
                                                      {"cma_es_ipop", run_restarted<primore::CmaEs<double>, RestartKind::ipop>},
                                                      {"cas_more", run_restarted<primore::CasMore<double>, RestartKind::bipop>},
                                                      {"cas_more_ipop", run_restarted<primore::CasMore<double>, RestartKind::ipop>},
                                                      {"cas_more_published", run_restarted<PublishedCasMore, RestartKind::ipop>}}};
    std::string known;
    for (const NamedSearch& search : searches) {
        if (search.name == name) return search;
        known += (known.empty() ? "" : ", ") + search.name;
    }
    throw std::invalid_argument("there is no search '" + name + "', only " + known);
}

}  // namespace primore_benchmark
