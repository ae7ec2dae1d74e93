// SPDX-License-Identifier: MIT
// What does one generation of pagmo's CMA-ES cost, and one of ours beside it?
//
// Both are compiled for any processor, as Debian's library is: Eigen's memory layout depends on the processor, and a program built for this
// one crashes with a library that was not. The function is one pseudo-random number, so that nothing but the searches is timed.

#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>

#include <Eigen/Core>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/cmaes.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include <primore/random/stream.hpp>
#include <primore/search/cma_es.hpp>

#include "report.hpp"
#include "timing.hpp"

namespace {

namespace pm = primore;
using Eigen::VectorXd;

/// A problem of pagmo whose values have nothing to do with the point.
struct RandomValues {
    std::size_t n = 1;

    pagmo::vector_double fitness(const pagmo::vector_double& x) const {
        std::uint64_t bits = static_cast<std::uint64_t>(x[0] * 0x1p40);
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        return {static_cast<double>(bits)};
    }
    std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
        return {pagmo::vector_double(n, -5.0), pagmo::vector_double(n, 5.0)};
    }
};

void measure(primore_benchmark::Report& report, Eigen::Index n) {
    pm::CmaEs<double> search({.mean = VectorXd::Zero(n), .standard_deviation = 1.0});
    const Eigen::Index population = search.population();
    std::uint32_t next = 0;
    const auto ours = [&] {
        pm::Stream stream(1, pm::Purpose::episode, 0, next++ % 64);
        primore_benchmark::keep(search.tell(search.ask(), stream.normal_vector(population)));
    };
    constexpr unsigned generations = 10;
    pagmo::cmaes cmaes(generations, -1, -1, -1, -1, 0.1, 0, 0, true);
    pagmo::population pool(pagmo::problem(RandomValues{static_cast<std::size_t>(n)}), static_cast<std::size_t>(population), 1u);
    const auto theirs = [&] { pool = cmaes.evolve(pool); };
    auto result = primore_benchmark::compare(ours, theirs, 5);
    result.of_limit /= generations;
    result.ratio *= generations;
    std::cout << std::setw(5) << n << std::setw(12) << population << std::fixed << std::setprecision(1) << std::setw(14)
              << result.microseconds << std::setw(12) << result.of_limit << std::setprecision(3) << std::setw(10) << result.ratio
              << std::endl;
    const std::string row = "CMA-ES, N = " + std::to_string(n);
    report.add(row, "generation", result.microseconds, "us");
    report.add(row, "generation of pagmo", result.of_limit, "us");
    report.add(row, "of pagmo", result.ratio, "1");
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments, {{"--csv", ""}, {"--most", "200"}});
        primore_benchmark::Report report("search_cost_pagmo", options["--csv"]);
        std::cout << "    N  population   primore us    pagmo us     ratio\n";
        for (const Eigen::Index n : {10, 20, 40, 100, 200}) {
            if (n <= std::stol(options["--most"])) measure(report, n);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "search_cost_pagmo: " << error.what() << '\n';
        return 2;
    }
}
