// SPDX-License-Identifier: MIT
// What does one generation of a search cost, ask() and tell(), against one symmetric eigendecomposition of the same size?
//
// The returns are random numbers made beforehand, so that nothing but the search is timed. "limit" is the cost that was asked for on a
// machine whose eigendecomposition takes the time in the column before it, scaled to this machine.

#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/random/stream.hpp>
#include <primore/search/cma_es.hpp>

#include "report.hpp"
#include "timing.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Microseconds of a generation and of an eigendecomposition on the machine for which the limits were set.
struct Limit {
    Eigen::Index n;
    double generation, decomposition;
};

/// A generation of any search, on returns that do not depend on the samples.
template <typename Search>
class RandomReturns {
public:
    RandomReturns(Search search, Eigen::Index population) : search_(std::move(search)) {
        for (std::uint32_t i = 0; i < 64; ++i) {
            pm::Stream stream(1, pm::Purpose::episode, 0, i);
            returns_.push_back(stream.normal_vector(population));
        }
    }

    void operator()() {
        const auto report = search_.tell(search_.ask(), returns_[next_++ % returns_.size()]);
        primore_benchmark::keep(report);
    }

private:
    Search search_;
    std::vector<VectorXd> returns_;
    std::size_t next_ = 0;
};

/// Random, positive definite and well conditioned.
MatrixXd random_covariance(Eigen::Index n) {
    pm::Stream stream(2, pm::Purpose::episode, 0, 0);
    MatrixXd factor(n, n);
    for (Eigen::Index i = 0; i < n; ++i) factor.col(i) = stream.normal_vector(n);
    return factor * factor.transpose() / static_cast<double>(n) + MatrixXd::Identity(n, n);
}

template <typename Search>
void measure(primore_benchmark::Report& report, const std::string& name, const Limit& limit, const Search& search,
             Eigen::Index population) {
    const MatrixXd covariance = random_covariance(limit.n);
    const auto decompose = [&] {
        const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(covariance);
        primore_benchmark::keep(eigen);
    };
    const auto result = primore_benchmark::compare(RandomReturns<Search>(search, population), decompose, limit.n > 100 ? 7 : 31);
    const double allowed = limit.generation / limit.decomposition;
    std::cout << std::left << std::setw(16) << name << std::right << std::setw(6) << limit.n << std::setw(12) << population << std::fixed
              << std::setprecision(2) << std::setw(14) << result.microseconds << std::setw(20) << result.of_limit << std::setw(12)
              << allowed * result.of_limit << std::setw(10) << result.ratio / allowed << std::endl;
    const std::string row = name + ", N = " + std::to_string(limit.n);
    report.add(row, "generation", result.microseconds, "us");
    report.add(row, "of one eigendecomposition", result.ratio, "1");
    report.add(row, "of its limit", result.ratio / allowed, "1");
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = primore_benchmark::parse(argument_count, arguments, {{"--csv", ""}, {"--most", "400"}});
        primore_benchmark::Report report("search_cost", options["--csv"]);
        const Eigen::Index most = std::stol(options["--most"]);
        std::cout << "search               N  population  generation us  eigendecomposition us   limit us  of limit\n";
        for (const Limit& limit : {Limit{10, 5, 5}, {20, 10, 17}, {40, 22, 65}, {100, 100, 540}, {200, 400, 3900}, {400, 1600, 26000}}) {
            if (limit.n > most) continue;
            const pm::CmaEs<double> search({.mean = VectorXd::Zero(limit.n), .standard_deviation = 1.0});
            measure(report, "CMA-ES", limit, search, search.population());
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "search_cost: " << error.what() << '\n';
        return 2;
    }
}
