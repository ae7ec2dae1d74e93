// SPDX-License-Identifier: MIT
#pragma once

// What the lesson reads and writes.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/observation.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/learn/demonstration_csv.hpp>
#include <primore/learn/text_file.hpp>

#include "fan_plot.hpp"
#include "options.hpp"
#include "reaches.hpp"

namespace demonstrations {

/// The demonstrations of the folder that is given, or of one into which they are written first.
/// @throws std::exception with one sentence that says what is wrong
[[nodiscard]] inline primore::DemonstrationFolder<double> demonstrations_of(const Options& options) {
    make_directory(options.out);
    if (options.folder) {
        auto read = primore::read_demonstration_folder<double>(*options.folder);
        if (read.files.size() > 1) return read;
        throw std::invalid_argument("there is one demonstration in " + options.folder->string() + ", expected at least 2");
    }
    const std::filesystem::path folder = options.out / "demonstrations";
    make_directory(folder);
    const auto made = reaches();
    for (std::size_t i = 0; i < made.size(); ++i) {
        std::ostringstream name;
        name << "reach_" << std::setw(2) << std::setfill('0') << i + 1 << ".csv";
        primore::write_demonstration_csv(folder / name.str(), reach_names(), made[i]);
    }
    return primore::read_demonstration_folder<double>(folder);
}

[[nodiscard]] inline double mean_duration(const std::vector<primore::Demonstration<double>>& shown) {
    double sum = 0;
    for (const auto& demonstration : shown) sum += demonstration.times.tail(1)(0) - demonstration.times(0);
    return sum / static_cast<double>(shown.size());
}

/// How far the mean movement stays away from the farthest point that it should meet.
template <typename Primitive>
[[nodiscard]] double farthest(const primore::TrajectoryDistribution<Primitive>& movements,
                              const std::vector<primore::Observation<double>>& points) {
    double distance = 0;
    for (const auto& point : points) {
        const Eigen::VectorXd position = movements.at(point.time).mean.head(movements.dofs());
        distance = std::max(distance, (position - point.value).norm());
    }
    return distance;
}

/// Writes NAME_learned.csv, NAME_conditioned.csv and NAME.svg, where NAME is in small letters.
inline void write(const std::filesystem::path& out, const Comparison& comparison, const std::vector<primore::Demonstration<double>>& shown,
                  const std::vector<std::string>& names) {
    std::string name = comparison.name;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto learned = out / (name + "_learned.csv"), conditioned = out / (name + "_conditioned.csv"), picture = out / (name + ".svg");
    primore::write_text_file("write", learned, csv_of(comparison.learned, names));
    primore::write_text_file("write", conditioned, csv_of(comparison.conditioned, names));
    std::error_code ignored;
    std::filesystem::remove(picture, ignored);
    if (!gnuplot::is_installed()) {
        std::cout << gnuplot::not_installed;
    } else if (!gnuplot::run(script_of(picture, learned, conditioned, comparison, shown, names))) {
        std::cout << "No picture: gnuplot could not draw " << picture.string() << ".\n";
    }
}

}  // namespace demonstrations
