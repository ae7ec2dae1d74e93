// SPDX-License-Identifier: MIT
// How near does the mean of each search come to the optimum when every return is noisy, and does the distribution stay alive?
//
// Sphere and Rosenbrock to be minimised, from 3 in every coordinate with standard deviation 1, default populations, no restarts. Each
// episode adds noise of standard deviation sd: normal, or Student's t with 3 degrees of freedom scaled to that deviation. A search runs
// until its episodes are used, whatever its stop criteria say. What is shown is the function at the mean, without noise: the lowest of the
// run and the last, medians over seeds; the runs whose mean ever reached 1e-2; and the worst of the runs in entropy per parameter and in
// condition of the covariance at the end.
//
// "final/limit" compares the last with N sd^2 / (4 n r^2), the expected error of the best point of the sphere when its gradient is
// estimated by least squares from all n returns, of parameters that scatter by r per coordinate; here r = 1, the deviation at the start.
//
// Beside it stands what public code reaches at a standard deviation of 1 (lowest function at the mean, median of 15 runs; MORE: of 5): the
// best of pycma 4.4, cmaes 0.13 with learning-rate adaptation, c-cmaes and libcmaes 0.10 active, the code of CAS-MORE, and that of MORE.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>
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

#include <primore/random/stream.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>

#include "report.hpp"
#include "test_functions.hpp"
#include "timing.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// What is added to every return.
struct Noise {
    std::string name;
    double deviation = 1;

    double operator()(pm::Stream& stream) const {
        if (name == "normal") return deviation * stream.normal();
        const double numerator = stream.normal();  // t = z sqrt(3 / chi^2_3) has the variance 3
        return deviation * numerator / stream.normal_vector(3).norm();
    }
};

struct Task {
    std::string function;
    Eigen::Index n = 1;
    Noise noise;
    int episodes = 0;
};

/// A run, by the noise-free function at the mean.
struct Run {
    double best = 0, last = 0, entropy = 0, condition = 0;
};

template <typename Search>
Run run(Search search, const Task& task, std::uint64_t seed) {
    const auto function = primore_benchmark::test_function(task.function, task.n);
    Run result{.best = -function(search.mean())};
    int episodes = 0;
    for (std::uint32_t generation = 0; episodes < task.episodes; ++generation) {
        const MatrixXd asked = search.ask(), samples = asked.leftCols(std::min<Eigen::Index>(asked.cols(), task.episodes - episodes));
        VectorXd returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i, ++episodes) {
            pm::Stream stream(seed, pm::Purpose::episode, generation, static_cast<std::uint32_t>(i));
            returns(i) = function(samples.col(i)) + task.noise(stream);
        }
        const auto report = search.tell(samples, returns);
        result.last = -function(search.mean());
        result.best = std::min(result.best, result.last);
        result.entropy = report.entropy / static_cast<double>(task.n);
        result.condition = report.condition;
    }
    return result;
}

Run run(const std::string& search, const Task& task, std::uint64_t seed) {
    const VectorXd start = VectorXd::Constant(task.n, 3.0);
    const pm::CasMoreOptions<double> cas{.mean = start, .standard_deviation = 1.0, .seed = seed};
    if (search == "cas_more") return run(pm::CasMore<double>(cas), task, seed);
    if (search == "cas_more_published") return run(pm::CasMore<double>(cas.published(cas)), task, seed);
    if (search == "more") return run(pm::More<double>({.mean = start, .standard_deviation = 1.0, .seed = seed}), task, seed);
    pm::CmaEsOptions<double> cma{.mean = start, .standard_deviation = 1.0, .seed = seed};
    if (search == "cma_es") return run(pm::CmaEs<double>(cma), task, seed);
    cma.learning_rates = pm::LearningRateAdaptation<double>{};
    if (search == "cma_es_lra") return run(pm::CmaEs<double>(cma), task, seed);
    throw std::invalid_argument("no search '" + search + "': cas_more, cas_more_published, more, cma_es, cma_es_lra");
}

/// Lowest noise-free functions at the mean that public code reaches with normal noise of deviation 1; 0 where there is no number.
struct PublicLevels {
    double cma_es = 0, cas_more = 0, more = 0;
};

PublicLevels public_levels(const Task& task) {
    static const std::map<std::pair<std::string, Eigen::Index>, PublicLevels> levels{{{"sphere", 5}, {0.0096, 0.042, 0.0096}},
                                                                                     {{"sphere", 10}, {0.01, 0.17, 0}},
                                                                                     {{"rosenbrock", 5}, {2.3, 0.83, 0.34}},
                                                                                     {{"rosenbrock", 10}, {8.1, 0.71, 0}}};
    const auto found = levels.find({task.function, task.n});
    const bool is_same = task.noise.name == "normal" && task.noise.deviation == 1 && task.episodes == 10000;
    return is_same && found != levels.end() ? found->second : PublicLevels{};
}

/// A number in a column of its own, or a dash if there is none.
void print(double number, int width) {
    if (number > 0) {
        std::cout << std::setw(width) << number;
    } else {
        std::cout << std::setw(width) << '-';
    }
}

/// One row of the table.
void measure(primore_benchmark::Report& report, const std::string& search, const Task& task, int seeds) {
    std::vector<double> best, last;
    int successes = 0;
    double entropy = std::numeric_limits<double>::infinity(), condition = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const Run result = run(search, task, static_cast<std::uint64_t>(seed));
        best.push_back(result.best);
        last.push_back(result.last);
        successes += result.best <= 1e-2 ? 1 : 0;
        entropy = std::min(entropy, result.entropy);
        condition = std::max(condition, result.condition);
    }
    const double variance = task.noise.deviation * task.noise.deviation;
    const double limit = static_cast<double>(task.n) * variance / (4.0 * task.episodes);
    const double lowest = primore_benchmark::median(best), final = primore_benchmark::median(last);
    const double distance = task.function == "sphere" ? final / limit : 0;
    const PublicLevels theirs = public_levels(task);
    std::cout << std::left << std::setw(13) << search << std::setw(12) << task.function << std::setw(10) << task.noise.name << std::right
              << std::defaultfloat << std::setprecision(2) << std::setw(4) << task.noise.deviation << std::setw(4) << task.n << std::setw(9)
              << lowest << std::setw(5) << successes << " of " << std::setw(2) << seeds << std::setw(9) << final;
    print(distance, 13);
    std::cout << std::fixed << std::setw(10) << entropy << std::defaultfloat << std::setw(11) << condition;
    print(theirs.cma_es, 9);
    print(theirs.cas_more, 10);
    print(theirs.more, 8);
    std::cout << std::endl;
    std::ostringstream row;
    row << search << ", " << task.function << ", " << task.noise.name << ' ' << task.noise.deviation << ", N = " << task.n;
    report.add(row.str(), "lowest at the mean", lowest, "1");
    report.add(row.str(), "reached 1e-2", static_cast<double>(successes) / seeds, "1");
    report.add(row.str(), "at the last mean", final, "1");
    if (distance > 0) report.add(row.str(), "last mean of the limit", distance, "1");
    report.add(row.str(), "entropy per parameter", entropy, "nat");
    report.add(row.str(), "condition", condition, "1");
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments,
                                                {{"--search", "cas_more"},
                                                 {"--functions", "sphere,rosenbrock"},
                                                 {"--dimensions", "5,10,20"},
                                                 {"--noise", "normal,student"},
                                                 {"--deviations", "1,0.1"},
                                                 {"--episodes", "10000"},
                                                 {"--seeds", "15"},
                                                 {"--csv", ""}});
        using primore_benchmark::words;
        primore_benchmark::Report report("noisy_returns", options["--csv"]);
        const int seeds = std::stoi(options["--seeds"]), episodes = std::stoi(options["--episodes"]);
        std::cout
            << episodes << " episodes, seeds 1 to " << seeds << ", from 3 with deviation 1\n\n"
            << "                                           |  function at the mean: | final/limit  | worst at the end  | public lowest at "
               "the mean\n"
            << "search       function    noise       sd   N   lowest  <= 0.01    final      (r = 1)   entropy  condition   CMA-ES  "
               "CAS-MORE    MORE\n";
        for (const std::string& function : words(options["--functions"])) {
            for (const std::string& noise : words(options["--noise"])) {
                if (noise != "normal" && noise != "student") throw std::invalid_argument("no noise '" + noise + "': normal, student");
                for (const std::string& deviation : words(options["--deviations"])) {
                    for (const std::string& n : words(options["--dimensions"])) {
                        measure(report, options["--search"], {function, std::stol(n), {noise, std::stod(deviation)}, episodes}, seeds);
                    }
                }
            }
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "noisy_returns: " << error.what() << '\n';
        return 2;
    }
}
