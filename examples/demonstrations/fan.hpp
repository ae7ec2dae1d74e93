// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/number_text.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/random/stream.hpp>

namespace demonstrations {

/// A distribution of movements to look at.
struct Fan {
    Eigen::VectorXd times;                 ///< [T] [s]
    Eigen::MatrixXd mean;                  ///< [T x D]
    Eigen::MatrixXd deviations;            ///< [T x D] standard deviations
    std::vector<Eigen::MatrixXd> samples;  ///< of [T x D]
};

/// Five samples, always the same, and 61 times from 0 to the end.
template <typename Primitive>
[[nodiscard]] Fan fan_of(const primore::TrajectoryDistribution<Primitive>& movements) {
    constexpr Eigen::Index steps = 61, sample_count = 5;
    const auto clock = movements.primitive().clock();
    Fan fan;
    fan.times = Eigen::VectorXd::LinSpaced(steps, 0.0, clock.delay + clock.duration);
    fan.mean = movements.mean(fan.times).positions;
    fan.deviations = movements.standard_deviations(fan.times);
    primore::Stream stream(1, primore::Purpose{17}, 0, 0);
    const Eigen::MatrixXd weights = movements.weights().samples(stream, sample_count);
    for (const auto sample : weights.colwise()) fan.samples.push_back(movements.trajectory(fan.times, sample).positions);
    return fan;
}

/// The table `time`, then for each degree of freedom NAME mean, NAME deviation, NAME sample 1, ...
[[nodiscard]] inline std::string csv_of(const Fan& fan, const std::vector<std::string>& names) {
    std::string text = "time";
    const auto title = [&](const std::string& name, const std::string& what) {
        text += ",\"";
        for (const char c : name + ' ' + what) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
    };
    for (const std::string& name : names) {
        title(name, "mean");
        title(name, "deviation");
        for (std::size_t i = 1; i <= fan.samples.size(); ++i) title(name, "sample " + std::to_string(i));
    }
    const auto cell = [&](double number) { text += ',' + primore::detail::text_of_number(number); };
    for (Eigen::Index row = 0; row < fan.times.size(); ++row) {
        text += '\n' + primore::detail::text_of_number(fan.times(row));
        for (Eigen::Index dof = 0; dof < fan.mean.cols(); ++dof) {
            cell(fan.mean(row, dof));
            cell(fan.deviations(row, dof));
            for (const Eigen::MatrixXd& sample : fan.samples) cell(sample(row, dof));
        }
    }
    return text + '\n';
}

}  // namespace demonstrations
