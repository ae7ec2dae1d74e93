// SPDX-License-Identifier: MIT
// How many episodes does each search need until one returns at least -1e-8?
//
// Functions to be minimised, from 3 in every coordinate with standard deviation 1, default populations, no restarts, no bounds. The
// ellipsoid has condition number 1e6 and a random rotation. Beside ours stands the lowest median of four public implementations of CMA-ES
// (pycma 4.4, cmaes 0.13, libcmaes 0.10 active, fcmaes) under the same settings, 15 runs each.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>
#include <Eigen/QR>

#include <primore/random/stream.hpp>
#include <primore/search/cma_es.hpp>

#include "report.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Function = std::function<double(const VectorXd&)>;

MatrixXd random_rotation(Eigen::Index n) {
    pm::Stream stream(7, pm::Purpose::episode, 0, static_cast<std::uint32_t>(n));
    MatrixXd columns(n, n);
    for (Eigen::Index i = 0; i < n; ++i) columns.col(i) = stream.normal_vector(n);
    return Eigen::HouseholderQR<MatrixXd>(columns).householderQ();
}

/// The return of a named function in N parameters.
Function function(const std::string& name, Eigen::Index n) {
    if (name == "sphere") return [](const VectorXd& x) { return -x.squaredNorm(); };
    if (name == "ellipsoid") {
        const VectorXd weights = Eigen::pow(10.0, Eigen::ArrayXd::LinSpaced(n, 0.0, 6.0));
        return [weights, rotation = random_rotation(n)](const VectorXd& x) { return -weights.dot((rotation * x).cwiseAbs2()); };
    }
    if (name == "rosenbrock") {
        return [](const VectorXd& x) {
            const auto low = x.head(x.size() - 1).array(), high = x.tail(x.size() - 1).array();
            return -(100 * (high - low.square()).square() + (1 - low).square()).sum();
        };
    }
    throw std::invalid_argument("no function '" + name + "': sphere, ellipsoid, rosenbrock");
}

/// Lowest median of the public implementations; 0 if there is none.
double published(const std::string& name, Eigen::Index n) {
    static const std::map<std::pair<std::string, Eigen::Index>, double> medians{
        {{"sphere", 5}, 703},      {{"sphere", 10}, 1451},     {{"sphere", 20}, 2749},      {{"sphere", 40}, 5346},
        {{"ellipsoid", 5}, 1486},  {{"ellipsoid", 10}, 4076},  {{"ellipsoid", 20}, 12913},  {{"ellipsoid", 40}, 44583},
        {{"rosenbrock", 5}, 1750}, {{"rosenbrock", 10}, 5184}, {{"rosenbrock", 20}, 16720}, {{"rosenbrock", 40}, 59716}};
    const auto found = medians.find({name, n});
    return found == medians.end() ? 0 : found->second;
}

/// Episodes until one returns at least -1e-8; infinity if the search stops or the budget ends before.
template <typename Search>
double episodes_to_target(Search search, const Function& function, double budget) {
    for (double episodes = 0; episodes < budget && !search.stop();) {
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
double run(const std::string& search, const Function& function, Eigen::Index n, std::uint64_t seed, double budget) {
    pm::CmaEsOptions<double> cma{.mean = VectorXd::Constant(n, 3.0), .standard_deviation = 1.0, .seed = seed};
    if (search == "cma-es") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.sampling = pm::Sampling::independent;
    if (search == "cma-es-independent") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.constants = pm::CmaConstants::pycma;
    if (search == "cma-es-pycma") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    cma.constants = pm::CmaConstants::tutorial;
    if (search == "cma-es-tutorial") return episodes_to_target(pm::CmaEs<double>(cma), function, budget);
    throw std::invalid_argument("no search '" + search + "': cma-es, cma-es-independent, cma-es-pycma, cma-es-tutorial");
}

std::vector<std::string> words(const std::string& list) {
    std::istringstream stream(list);
    std::vector<std::string> found;
    for (std::string word; std::getline(stream, word, ',');) found.push_back(word);
    return found;
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments,
                                                {{"--functions", "sphere,ellipsoid,rosenbrock"},
                                                 {"--dimensions", "5,10,20,40"},
                                                 {"--seeds", "15"},
                                                 {"--searches", "cma-es"},
                                                 {"--budget", "300000"},
                                                 {"--csv", ""}});
        const int seeds = std::stoi(options["--seeds"]);
        primore_benchmark::Report report("episodes_to_target", options["--csv"]);
        std::cout << "seeds 1 to " << seeds << ", return -1e-8 from 3 with deviation 1; medians of successful runs\n\n"
                  << "search               function      N   successes     median     public best   ratio\n";
        for (const std::string& search : words(options["--searches"])) {
            for (const std::string& name : words(options["--functions"])) {
                for (const std::string& dimension : words(options["--dimensions"])) {
                    const Eigen::Index n = std::stol(dimension);
                    const Function objective = function(name, n);
                    std::vector<double> episodes;
                    for (int seed = 1; seed <= seeds; ++seed) {
                        const double needed = run(search, objective, n, static_cast<std::uint64_t>(seed), std::stod(options["--budget"]));
                        if (std::isfinite(needed)) episodes.push_back(needed);
                    }
                    const std::size_t successes = episodes.size();
                    if (episodes.empty()) episodes.push_back(std::numeric_limits<double>::infinity());
                    std::nth_element(episodes.begin(), episodes.begin() + static_cast<std::ptrdiff_t>(episodes.size() / 2), episodes.end());
                    const double median = episodes[episodes.size() / 2], best = published(name, n);
                    std::cout << std::left << std::setw(21) << search << std::setw(12) << name << std::right << std::setw(3) << n
                              << std::setw(7) << successes << " of " << seeds << std::fixed << std::setprecision(0) << std::setw(11)
                              << median << std::setw(16) << best << std::setprecision(2) << std::setw(8) << (best > 0 ? median / best : 0)
                              << std::endl;
                    const std::string row = search + ", " + name + ", N = " + dimension;
                    report.add(row, "median episodes", median, "episodes");
                    report.add(row, "successes", static_cast<double>(successes) / seeds, "1");
                    if (best > 0) report.add(row, "of the best public median", median / best, "1");
                }
            }
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "episodes_to_target: " << error.what() << '\n';
        return 2;
    }
}
