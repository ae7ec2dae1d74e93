// SPDX-License-Identifier: MIT
#pragma once

// What every benchmark tells: the machine, a table for people and, with `--csv FILE`, rows `question,case,metric,value,unit`.

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace primore_benchmark {

/// Options `--name value` of a benchmark. A name that is not listed is an error; `--help` prints the list and ends the program.
inline std::map<std::string, std::string> parse(int count, char** words, std::map<std::string, std::string> defaults) {
    std::string known = "options and their defaults are:";
    for (const auto& [option, value] : defaults) known += " " + option + " " + (value.empty() ? "VALUE" : value);
    for (int i = 1; i < count; i += 2) {
        const std::string name = words[i];
        if (name == "--help") {
            std::cout << known << '\n';
            std::exit(EXIT_SUCCESS);
        }
        if (!defaults.contains(name) || i + 1 == count) throw std::invalid_argument("cannot use '" + name + "'; " + known);
        defaults[name] = words[i + 1];
    }
    return defaults;
}

/// "Processor | compiler | flags": what a reader needs to repeat a measurement.
inline std::string machine() {
    std::string processor = "unknown processor";
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) {
            processor = line.substr(line.find(':') + 2);
            break;
        }
    }
    return processor + " | " + PRIMORE_BENCHMARK_COMPILER + " | Eigen " + std::to_string(EIGEN_WORLD_VERSION) + '.' +
           std::to_string(EIGEN_MAJOR_VERSION) + '.' + std::to_string(EIGEN_MINOR_VERSION);
}

/// The rows of one question, printed as they come and kept as CSV.
class Report {
public:
    Report(std::string question, const std::string& csv) : question_(std::move(question)) {
        std::cout << machine() << '\n';
        if (csv.empty()) return;
        csv_.open(csv);
        if (!(csv_ << "question,case,metric,value,unit\n")) throw std::runtime_error("cannot write to " + csv);
    }

    void add(const std::string& name, const std::string& metric, double value, const std::string& unit) {
        if (!csv_.is_open()) return;
        csv_ << question_ << ',' << cell(name) << ',' << cell(metric) << ',' << std::setprecision(9) << value << ',' << unit << std::endl;
    }

private:
    /// In quotes, if a comma would end it.
    static std::string cell(const std::string& text) { return text.find(',') == std::string::npos ? text : '"' + text + '"'; }

    std::string question_;
    std::ofstream csv_;
};

}  // namespace primore_benchmark
