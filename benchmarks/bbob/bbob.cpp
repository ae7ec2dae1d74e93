// SPDX-License-Identifier: MIT
// How many evaluations does each search need on the 24 noiseless functions of BBOB [HansenFinck09], and how many does it solve?
//
//   bbob --search cma_es,cas_more --functions 1-24 --dimensions 5,20 --instances 1-5 --budget 10000 --threads 2 --seeds 1
//        --csv bbob.csv --svg bbob.svg
//
// The budget is in evaluations / N. Every run starts uniformly in [-4, 4]^N with standard deviation 2 and restarts, by BIPOP or, where
// its name says so, IPOP, until it is 1e-8 above f_opt or its budget is used. There is one for each instance and seed, 1 to --seeds.
// The expected running time of a target is the number of all evaluations up to it over the number of runs that reached it. The results do
// not depend on the number of threads.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <primore/learn/evaluator.hpp>

#include "../report.hpp"
#include "ecdf_picture.hpp"
#include "number_list.hpp"
#include "problem.hpp"
#include "running_time.hpp"
#include "searches.hpp"

namespace {

namespace bm = primore_benchmark;

struct Settings {
    std::vector<int> functions, dimensions, instances;
    std::uint64_t budget;  // in evaluations / N
    std::size_t seeds;
    int threads;

    [[nodiscard]] std::size_t runs_of_function() const { return instances.size() * seeds; }
};

/// How far all runs are, as a line every few seconds.
class Progress {
public:
    Progress(std::string name, std::size_t runs) : name_(std::move(name)), runs_(runs) {}

    void add(std::uint64_t evaluations) {
        const std::lock_guard lock(mutex_);
        evaluations_ += evaluations;
        ++done_;
        const double now = seconds();
        if (now < next_ && done_ < runs_) return;
        next_ = now + 5;
        std::cerr << name_ << ": " << done_ << '/' << runs_ << " runs | " << std::setprecision(3) << static_cast<double>(evaluations_)
                  << " evaluations | " << now << " s" << std::endl;
    }

    [[nodiscard]] double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

private:
    std::string name_;
    std::size_t runs_, done_ = 0;
    std::uint64_t evaluations_ = 0;
    double next_ = 5;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
};

/// The runs of a search on all functions and instances in N dimensions, those of a function next to each other, seeds 1, 2, ... in turn.
std::vector<bm::RunningTime> run_all(const bm::NamedSearch& search, int n, const Settings& settings) {
    std::vector<bm::BbobId> problems;
    for (const int function : settings.functions) {
        for (const int instance : settings.instances) problems.push_back({function, instance, n});
    }
    std::vector<bm::RunningTime> runs(problems.size() * settings.seeds);
    Progress progress(search.name + ", N = " + std::to_string(n), runs.size());
    primore::Threads(settings.threads)(runs.size(), [&](std::size_t i) {
        runs[i] = search.run({problems[i / settings.seeds], settings.budget * static_cast<std::uint64_t>(n), 1 + i % settings.seeds});
        progress.add(runs[i].evaluations);
    });
    return runs;
}

std::string target_name(std::size_t target) { return "1e" + std::to_string(1 - static_cast<int>(target)); }

/// "1234", or "1234 (3)" if only three of the runs reached the target.
std::string cell(const bm::ExpectedRunningTime& time, std::size_t runs) {
    if (time.successes == 0) return "-";
    std::ostringstream text;
    text << std::fixed << std::setprecision(0) << time.evaluations;
    if (static_cast<std::size_t>(time.successes) < runs) text << " (" << time.successes << ')';
    return text.str();
}

void print_row(const std::string& name, const std::vector<std::string>& cells) {
    std::cout << std::left << std::setw(33) << name << std::right;
    for (const std::string& text : cells) std::cout << std::setw(13) << text;
    std::cout << '\n';
}

/// The table of a search in N dimensions, and its rows in the record.
void report_times(bm::Report& report, const std::string& name, const std::vector<bm::RunningTime>& runs, const Settings& settings) {
    std::vector<std::string> heads, fractions;
    for (std::size_t target = 0; target < bm::targets.size(); ++target) heads.push_back(target_name(target));
    std::cout << '\n';
    print_row(name, heads);
    const auto count = static_cast<std::ptrdiff_t>(settings.runs_of_function());
    for (auto first = runs.begin(); first != runs.end(); first += count) {
        const std::vector<bm::RunningTime> of_function(first, first + count);
        const std::string function = "f" + std::to_string(first->problem.function);
        std::vector<std::string> cells;
        for (std::size_t target = 0; target < bm::targets.size(); ++target) {
            const auto time = bm::expected_running_time(of_function, target);
            cells.push_back(cell(time, of_function.size()));
            report.add(name + ", " + function + ", " + target_name(target), "expected running time", time.evaluations, "evaluations");
            report.add(name + ", " + function + ", " + target_name(target), "successes", time.successes, "1");
        }
        print_row(function + ' ' + bm::bbob_functions[static_cast<std::size_t>(first->problem.function - 1)].name, cells);
    }
    for (std::size_t target = 0; target < bm::targets.size(); ++target) {
        std::ostringstream text;
        text << std::fixed << std::setprecision(3) << bm::solved_fraction(runs, target);
        fractions.push_back(text.str());
        report.add(name + ", " + target_name(target), "solved problems", bm::solved_fraction(runs, target), "1");
    }
    print_row("solved problems", fractions);
}

/// The distribution of running times in the record: ten points per decade.
void report_distribution(bm::Report& report, const std::string& name, const std::vector<bm::RunningTime>& runs,
                         const bm::RunningTimeDistribution& distribution, const Settings& settings) {
    std::cout << "solved pairs of all targets: " << std::fixed << std::setprecision(3) << distribution.solved();
    report.add(name, "solved pairs", distribution.solved(), "1");
    if (settings.seeds > 1) {
        const double deviation = bm::solved_deviation(runs, settings.seeds);
        std::cout << ", standard deviation between seeds " << deviation;
        report.add(name, "standard deviation of solved pairs between seeds", deviation, "1");
    }
    std::cout << std::defaultfloat << '\n';
    const int last = static_cast<int>(std::ceil(10 * std::log10(static_cast<double>(settings.budget)) - 1e-9));
    for (int tenth = 0; tenth <= last; ++tenth) {
        const double time = std::pow(10.0, 0.1 * tenth);
        std::ostringstream metric;
        metric << "solved pairs within " << std::setprecision(4) << time << " evaluations / N";
        report.add(name, metric.str(), distribution(time), "1");
    }
}

void run(std::map<std::string, std::string>& options) {
    const Settings settings{.functions = bm::number_list(options["--functions"]),
                            .dimensions = bm::number_list(options["--dimensions"]),
                            .instances = bm::number_list(options["--instances"]),
                            .budget = bm::whole_number("--budget", options["--budget"]),
                            .seeds = bm::whole_number("--seeds", options["--seeds"]),
                            .threads = static_cast<int>(bm::whole_number("--threads", options["--threads"]))};
    std::vector<bm::NamedSearch> searches;
    for (const std::string& name : bm::word_list(options["--search"])) searches.push_back(bm::search_named(name));

    if (settings.threads < 1 || settings.threads > 1024) throw std::invalid_argument("--threads must be 1 to 1024");
    if (settings.seeds < 1 || settings.seeds > 10000) throw std::invalid_argument("--seeds must be 1 to 10000");
    if (settings.budget < 2) throw std::invalid_argument("--budget must be at least 2");
    for (const int function : settings.functions) {
        for (const int instance : settings.instances) {
            for (const int n : settings.dimensions) bm::require_problem({function, instance, n});
        }
    }

    bm::Report report("bbob", options["--csv"]);
    std::cout << "functions " << options["--functions"] << ", instances " << options["--instances"] << ", " << settings.budget
              << " N evaluations, seeds 1 to " << settings.seeds << "\nexpected running times [evaluations], in brackets how many of "
              << settings.runs_of_function() << " runs succeeded if not all\n";
    bm::EcdfPicture picture(static_cast<double>(settings.budget));
    for (const int n : settings.dimensions) {
        for (const bm::NamedSearch& search : searches) {
            const std::string name = search.name + ", N = " + std::to_string(n);
            const auto runs = run_all(search, n, settings);
            const bm::RunningTimeDistribution distribution(runs);
            report_times(report, name, runs, settings);
            report_distribution(report, name, runs, distribution, settings);
            picture.add({name, distribution});
        }
    }
    if (options["--svg"].empty()) return;
    if (!(std::ofstream(options["--svg"]) << picture.svg())) throw std::runtime_error("cannot write to " + options["--svg"]);
}

}  // namespace

int main(int argument_count, char** arguments) {
    try {
        auto options = bm::parse(argument_count, arguments,
                                 {{"--functions", "1-24"},
                                  {"--dimensions", "5,20"},
                                  {"--instances", "1-5"},
                                  {"--budget", "10000"},
                                  {"--search", "cma_es"},
                                  {"--threads", "2"},
                                  {"--seeds", "1"},
                                  {"--csv", ""},
                                  {"--svg", ""}});
        run(options);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "bbob: " << error.what() << '\n';
        return 2;
    }
}
