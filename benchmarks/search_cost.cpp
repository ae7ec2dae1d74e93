// SPDX-License-Identifier: MIT
// What does one generation of a search cost, ask() and tell(), against the linear algebra that it cannot do without?
//
// CMA-ES beside one symmetric eigendecomposition of the same size: its returns are random numbers made beforehand, so that nothing but the
// search is timed. "limit" is the cost that was asked for on a machine whose eigendecomposition takes the time in the column before it,
// scaled to this machine.
//
// CAS-MORE and MORE beside building the normal equations of a full quadratic model anew, as public code does in each generation: all
// of Phi' Phi for 1.5 P samples and P coefficients, and its Cholesky factor. What they cost depends on the returns, so they run on
// Rosenbrock from 3 with standard deviation 1; from the generation on in which 1.5 P samples have been seen until one returns at least
// -1e-8, at most 300, the returns are recorded, and then the same generations are timed without the function. Beside them stand the public
// code of both (Python).

#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/random/stream.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>
#include <primore/search/surrogate_stage.hpp>

#include "report.hpp"
#include "test_functions.hpp"
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

/// The later part of a run on Rosenbrock: the search as it was then, and the returns that it was told from there on.
template <typename Search>
class Recording {
public:
    /// From the generation on before which `seen` samples have been told until one returns at least -1e-8, or 300 generations on.
    Recording(Search search, Eigen::Index seen) : search_(std::move(search)) {
        const auto function = primore_benchmark::test_function("rosenbrock", search_.mean().size());
        const auto returns_of = [&](const MatrixXd& samples) {
            VectorXd returns(samples.cols());
            for (Eigen::Index i = 0; i < samples.cols(); ++i) returns(i) = function(samples.col(i));
            return returns;
        };
        for (Eigen::Index told = 0; told < seen;) {
            const MatrixXd samples = search_.ask();
            search_.tell(samples, returns_of(samples));
            told += samples.cols();
        }
        Search ahead = search_;
        do {
            returns_.push_back(returns_of(ahead.ask()));
            ahead.tell(ahead.ask(), returns_.back());
        } while (returns_.back().maxCoeff() < -1e-8 && returns_.size() < 300);
    }

    void operator()() const {
        Search search = search_;
        for (const VectorXd& returns : returns_) primore_benchmark::keep(search.tell(search.ask(), returns));
    }

    [[nodiscard]] double generations() const { return static_cast<double>(returns_.size()); }

private:
    Search search_;
    std::vector<VectorXd> returns_;
};

/// The normal equations of a full quadratic model and their Cholesky factor.
class NormalEquations {
public:
    NormalEquations(Eigen::Index coefficients, Eigen::Index samples) : features_(coefficients, samples) {
        pm::Stream stream(3, pm::Purpose::episode, 0, 0);
        for (Eigen::Index i = 0; i < samples; ++i) features_.col(i) = stream.normal_vector(coefficients);
    }

    void operator()() {
        gram_.noalias() = features_ * features_.transpose();
        gram_.diagonal().array() += 1e-8;
        cholesky_.compute(gram_);
        primore_benchmark::keep(cholesky_);
    }

private:
    MatrixXd features_, gram_;  // [P x M], [P x P]
    Eigen::LLT<MatrixXd> cholesky_;
};

/// Microseconds of a generation: at most, and of public code; 0 if there is no such number.
struct SurrogateCost {
    Eigen::Index n;
    double limit, published;
};

template <typename Search>
void measure(primore_benchmark::Report& report, const std::string& name, const SurrogateCost& known, const Search& search) {
    const Eigen::Index coefficients = pm::coefficient_count(pm::SurrogateStage::full, known.n), samples = (3 * coefficients + 1) / 2;
    const Recording<Search> recording(search, samples);
    const double generations = recording.generations();
    const auto result = primore_benchmark::compare(recording, NormalEquations(coefficients, samples), known.n > 20 ? 3 : 11);
    const double microseconds = result.microseconds / generations, ratio = result.ratio / generations;
    std::cout << std::left << std::setw(16) << name << std::right << std::setw(6) << known.n << std::fixed << std::setprecision(0)
              << std::setw(12) << generations << std::setprecision(1) << std::setw(15) << microseconds << std::setw(21) << result.of_limit
              << std::setprecision(3) << std::setw(8) << ratio << std::setprecision(0);
    const std::string row = name + ", N = " + std::to_string(known.n);
    report.add(row, "generation", microseconds, "us");
    report.add(row, "of the normal equations", ratio, "1");
    if (known.limit > 0) {
        std::cout << std::setw(10) << known.limit << std::setprecision(2) << std::setw(10) << microseconds / known.limit;
        report.add(row, "of its limit", microseconds / known.limit, "1");
    } else {
        std::cout << std::setw(10) << '-' << std::setw(10) << '-';
    }
    std::cout << std::setprecision(0) << std::setw(16) << known.published << std::endl;
}

void measure_cma_es(primore_benchmark::Report& report, Eigen::Index most) {
    std::cout << "search               N  population  generation us  eigendecomposition us   limit us  of limit\n";
    for (const Limit& limit : {Limit{10, 5, 5}, {20, 10, 17}, {40, 22, 65}, {100, 100, 540}, {200, 400, 3900}, {400, 1600, 26000}}) {
        if (limit.n > most) continue;
        const pm::CmaEs<double> search({.mean = VectorXd::Zero(limit.n), .standard_deviation = 1.0});
        measure(report, "CMA-ES", limit, search, search.population());
    }
}

constexpr auto surrogate_heading =
    "\nsearch               N generations  generation us  normal equations us   ratio  limit us  of limit  public code us\n";

void measure_cas_more(primore_benchmark::Report& report, Eigen::Index most) {
    std::cout << surrogate_heading;
    for (const auto& known : {SurrogateCost{5, 15, 2960}, {10, 60, 3120}, {20, 400, 6280}, {40, 9000, 56400}}) {
        if (known.n > most) continue;
        const pm::CasMoreOptions<double> start{.mean = VectorXd::Constant(known.n, 3.0), .standard_deviation = 1.0};
        measure(report, "CAS-MORE", known, pm::CasMore<double>(start));
    }
}

void measure_more(primore_benchmark::Report& report, Eigen::Index most) {
    std::cout << surrogate_heading;
    for (const auto& known : {SurrogateCost{5, 0, 1098}, {10, 0, 1398}, {20, 0, 5317}, {40, 0, 74458}}) {
        if (known.n > most) continue;
        const pm::MoreOptions<double> start{.mean = VectorXd::Constant(known.n, 3.0), .standard_deviation = 1.0};
        measure(report, "MORE", known, pm::More<double>(start));
    }
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options =
            primore_benchmark::parse(argument_count, arguments, {{"--csv", ""}, {"--most", "400"}, {"--searches", "cma_es,cas_more,more"}});
        primore_benchmark::Report report("search_cost", options["--csv"]);
        const Eigen::Index most = std::stol(options["--most"]);
        for (const std::string& search : primore_benchmark::words(options["--searches"])) {
            if (search == "cma_es") {
                measure_cma_es(report, most);
            } else if (search == "cas_more") {
                measure_cas_more(report, most);
            } else if (search == "more") {
                measure_more(report, most);
            } else {
                throw std::invalid_argument("no search '" + search + "': cma_es, cas_more, more");
            }
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "search_cost: " << error.what() << '\n';
        return 2;
    }
}
