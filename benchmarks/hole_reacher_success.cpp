// SPDX-License-Identifier: MIT
// How often, how soon and how well does each search put the arm into the hole?
//
// Every search gets the same start (mean zero, standard deviation 0.1), the same budget and the same seeds. After every generation the
// mean of the distribution is executed once more, outside the budget: "episodes to 1.8" is when that return first reaches 1.8.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/learn/maximize.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>

#include "hole_reacher/movement.hpp"
#include "report.hpp"

namespace {

namespace pm = primore;
using hole_reacher::Arm;

struct Run {
    bool in_the_hole = false;
    double final_return = 0;
    double episodes_to_target = std::numeric_limits<double>::infinity();
    double seconds = 0;
};

template <typename Primitive, pm::SearchDistribution Search>
Run run(const Primitive& primitive, Search search, std::uint64_t episodes) {
    Run result;
    const auto episode = [&](const Eigen::VectorXd& parameters) {
        Arm arm;
        return hole_reacher::execute(arm, primitive, parameters);
    };
    const auto watch = [&](const pm::Generation<double>& now) {
        if (std::isinf(result.episodes_to_target) && episode(search.mean()).episode_return >= 1.8) {
            result.episodes_to_target = static_cast<double>(now.episodes);
        }
    };
    result.seconds = pm::maximize(search, episode, {.max_episodes = episodes, .observer = watch}).seconds;
    Arm arm;
    result.final_return = hole_reacher::execute(arm, primitive, search.mean()).episode_return;
    result.in_the_hole = arm.in_the_hole();
    return result;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// One row of the table: a search, started from a seed.
void measure(primore_benchmark::Report& report, const std::string& name, int seeds, const std::function<Run(std::uint64_t)>& start) {
    std::vector<double> returns, targets, seconds;
    int in_the_hole = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const Run result = start(static_cast<std::uint64_t>(seed));
        in_the_hole += result.in_the_hole;
        returns.push_back(result.final_return);
        targets.push_back(result.episodes_to_target);
        seconds.push_back(result.seconds);
    }
    const auto [worst, best] = std::minmax_element(returns.begin(), returns.end());
    std::cout << std::left << std::setw(28) << name << std::right << std::fixed << std::setw(5) << in_the_hole << " of " << seeds
              << std::setw(12) << std::setprecision(0) << median(targets) << std::setw(12) << std::setprecision(3) << median(returns)
              << std::setw(9) << *worst << std::setw(9) << *best << std::setw(10) << std::setprecision(2) << median(seconds) << std::endl;
    report.add(name, "in the hole", static_cast<double>(in_the_hole) / seeds, "1");
    report.add(name, "median episodes to 1.8", median(targets), "episodes");
    report.add(name, "median final return", median(returns), "1");
    report.add(name, "worst final return", *worst, "1");
    report.add(name, "median time of a run", median(seconds), "s");
}

template <typename Primitive>
void compare(primore_benchmark::Report& report, const std::string& name, const Primitive& primitive, int seeds, std::uint64_t episodes) {
    const Eigen::VectorXd rest = Eigen::VectorXd::Zero(primitive.parameter_count());
    const auto options = [&](std::uint64_t seed) {
        return pm::CasMoreOptions<double>{.mean = rest, .standard_deviation = hole_reacher::initial_deviation, .seed = seed};
    };
    measure(report, name + ", CAS-MORE", seeds, [&](auto seed) { return run(primitive, pm::CasMore<double>(options(seed)), episodes); });
    measure(report, name + ", CAS-MORE published", seeds,
            [&](auto seed) { return run(primitive, pm::CasMore<double>(pm::CasMoreOptions<double>::published(options(seed))), episodes); });
    measure(report, name + ", CMA-ES", seeds, [&](auto seed) {
        return run(primitive, pm::CmaEs<double>({.mean = rest, .standard_deviation = hole_reacher::initial_deviation, .seed = seed}),
                   episodes);
    });
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments, {{"--seeds", "20"}, {"--episodes", "5000"}, {"--csv", ""}});
        const int seeds = std::stoi(options["--seeds"]);
        const std::uint64_t episodes = std::stoull(options["--episodes"]);
        primore_benchmark::Report report("hole_reacher_success", options["--csv"]);
        std::cout << "seeds 1 to " << seeds << ", " << episodes << " episodes each, hole at 2.0, width 0.5, reward unbounded\n\n"
                  << "                              in the hole   to 1.8   return: median   worst     best   s per run\n";
        compare(report, "ProMP", hole_reacher::promp(), seeds, episodes);
        compare(report, "ProDMP", hole_reacher::prodmp(), seeds, episodes);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "hole_reacher_success: " << error.what() << '\n';
        return 2;
    }
}
