// SPDX-License-Identifier: MIT
// How many episodes does each search need until one returns at least -1e-8?
//
// Functions to be minimised, from 3 in every coordinate with standard deviation 1, default populations, no restarts, no bounds. The
// ellipsoid has condition number 1e6 and a random rotation. Beside the median of ours stand, under the same settings and with the ratio of
// ours to theirs:
//  - the lowest median of public implementations of CMA-ES (pycma 4.4, cmaes 0.13, libcmaes 0.10 active, fcmaes, c-cmaes), 15 each,
//  - the public code of CAS-MORE and of MORE, 15 runs each, but 3 of MORE at N = 10, 2 and 1 of CAS-MORE at N = 40,
//  - lq-CMA-ES, the surrogate-assisted search of pycma 4.4.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/random/stream.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>

#include "report.hpp"
#include "test_functions.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_benchmark::ReturnFunction;

/// Median episodes of public implementations; 0 where there is no number.
struct PublicMedians {
    double cma_es = 0, cas_more = 0, more = 0, lq_cma_es = 0;
};

PublicMedians public_medians(const std::string& function, Eigen::Index n) {
    static const std::map<std::pair<std::string, Eigen::Index>, PublicMedians> medians{
        {{"sphere", 5}, {703, 386, 3581, 19}},        {{"sphere", 10}, {1451, 878, 9682, 33}},
        {{"sphere", 20}, {2749, 2279, 0, 62}},        {{"sphere", 40}, {5201, 8096, 0, 120}},
        {{"ellipsoid", 5}, {1486, 673, 4952, 34}},    {{"ellipsoid", 10}, {4076, 1564, 13030, 103}},
        {{"ellipsoid", 20}, {12913, 4136, 0, 345}},   {{"ellipsoid", 40}, {44583, 0, 0, 1275}},
        {{"rosenbrock", 5}, {1750, 793, 4574, 407}},  {{"rosenbrock", 10}, {5184, 1569, 12711, 837}},
        {{"rosenbrock", 20}, {16720, 5629, 0, 4156}}, {{"rosenbrock", 40}, {59716, 22668, 0, 0}}};
    const auto found = medians.find({function, n});
    return found == medians.end() ? PublicMedians{} : found->second;
}

/// Episodes until one returns at least -1e-8; infinity if the search stops or the budget ends before.
template <typename Search>
double episodes_to_target(Search search, const ReturnFunction& function, double budget) {
    for (double episodes = 0; episodes < budget;) {
        if constexpr (requires { search.stop(); }) {
            if (search.stop()) break;
        }
        const MatrixXd samples = search.ask();
        VectorXd returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            ++episodes;
            returns(i) = function(samples.col(i));
            if (returns(i) >= -1e-8) return episodes;
        }
        search.tell(samples, returns);
    }
    return std::numeric_limits<double>::infinity();
}

/// One run of a named search.
double run(const std::string& search, const ReturnFunction& function, Eigen::Index n, std::uint64_t seed, double budget) {
    const VectorXd start = VectorXd::Constant(n, 3.0);
    const pm::CasMoreOptions<double> cas{.mean = start, .standard_deviation = 1.0, .seed = seed};
    if (search == "cas_more") return episodes_to_target(pm::CasMore<double>(cas), function, budget);
    if (search == "cas_more_published") return episodes_to_target(pm::CasMore<double>(cas.published(cas)), function, budget);
    const pm::MoreOptions<double> more{.mean = start, .standard_deviation = 1.0, .seed = seed};
    if (search == "more") return episodes_to_target(pm::More<double>(more), function, budget);
    if (search == "more_published") return episodes_to_target(pm::More<double>(more.published(more)), function, budget);
    pm::CmaEsOptions<double> cma{.mean = start, .standard_deviation = 1.0, .seed = seed};
    if (search == "cma_es") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.sampling = pm::Sampling::independent;
    if (search == "cma_es_independent") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.constants = pm::CmaConstants::pycma;
    if (search == "cma_es_pycma") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.constants = pm::CmaConstants::tutorial;
    if (search == "cma_es_tutorial") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    throw std::invalid_argument("no search '" + search +
                                "': cma_es, cma_es_independent, cma_es_pycma, cma_es_tutorial, cas_more, cas_more_published, more, "
                                "more_published");
}

/// A public median and the ratio of ours to it, as two columns and as a row of the report.
void compare(primore_benchmark::Report& report, const std::string& row, const std::string& to_whom, double median, double theirs) {
    if (theirs > 0) {
        std::cout << std::setprecision(0) << std::setw(9) << theirs << std::setprecision(2) << std::setw(7) << median / theirs;
        report.add(row, "of the public median of " + to_whom, median / theirs, "1");
    } else {
        std::cout << std::setw(9) << '-' << std::setw(7) << '-';
    }
}

/// One row of the table.
void measure(primore_benchmark::Report& report, const std::string& search, const std::string& function, Eigen::Index n, int seeds,
             double budget) {
    const ReturnFunction objective = primore_benchmark::test_function(function, n);
    std::vector<double> episodes;
    for (int seed = 1; seed <= seeds; ++seed) {
        const double needed = run(search, objective, n, static_cast<std::uint64_t>(seed), budget);
        if (std::isfinite(needed)) episodes.push_back(needed);
    }
    const std::size_t successes = episodes.size();
    if (episodes.empty()) episodes.push_back(std::numeric_limits<double>::infinity());
    std::sort(episodes.begin(), episodes.end());
    const double median = episodes[episodes.size() / 2];
    const std::string row = search + ", " + function + ", N = " + std::to_string(n);
    std::cout << std::left << std::setw(20) << search << std::setw(11) << function << std::right << std::setw(3) << n << std::setw(4)
              << successes << " of " << std::setw(2) << seeds << std::fixed << std::setprecision(0) << std::setw(8) << median
              << std::setw(8) << episodes.back();
    report.add(row, "median episodes", median, "episodes");
    report.add(row, "most episodes", episodes.back(), "episodes");
    report.add(row, "successes", static_cast<double>(successes) / seeds, "1");
    const PublicMedians theirs = public_medians(function, n);
    compare(report, row, "CMA-ES", median, theirs.cma_es);
    compare(report, row, "CAS-MORE", median, theirs.cas_more);
    compare(report, row, "MORE", median, theirs.more);
    compare(report, row, "lq-CMA-ES", median, theirs.lq_cma_es);
    std::cout << std::endl;
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments,
                                                {{"--functions", "sphere,ellipsoid,rosenbrock"},
                                                 {"--dimensions", "5,10,20,40"},
                                                 {"--seeds", "15"},
                                                 {"--searches", "cma_es,cas_more,cas_more_published,more"},
                                                 {"--budget", "300000"},
                                                 {"--csv", ""}});
        const int seeds = std::stoi(options["--seeds"]);
        primore_benchmark::Report report("episodes_to_target", options["--csv"]);
        std::cout << "seeds 1 to " << seeds << ", return -1e-8 from 3 with deviation 1; median and most episodes of successful runs; "
                  << "public medians, and the ratio of ours to each\n\n"
                  << "search              function     N successes  median    most   CMA-ES  ratio CAS-MORE  ratio     MORE  ratio "
                  << "lq-CMA-ES ratio\n";
        for (const std::string& search : primore_benchmark::words(options["--searches"])) {
            for (const std::string& function : primore_benchmark::words(options["--functions"])) {
                for (const std::string& dimension : primore_benchmark::words(options["--dimensions"])) {
                    measure(report, search, function, std::stol(dimension), seeds, std::stod(options["--budget"]));
                }
            }
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "episodes_to_target: " << error.what() << '\n';
        return 2;
    }
}
