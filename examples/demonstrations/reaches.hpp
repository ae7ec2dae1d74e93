// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/demonstration.hpp>
#include <primore/random/stream.hpp>

namespace demonstrations {

/// Names of the degrees of freedom of reaches().
[[nodiscard]] inline std::vector<std::string> reach_names() { return {"x [m]", "z [m]"}; }

/// Movements of a hand over an obstacle: forward in x, up and down in z. Each has its own start, goal, height, haste, detours and
/// duration, from 0.4 to 0.9 s; sampled every 10 ms with a noise of 0.2 mm.
[[nodiscard]] inline std::vector<primore::Demonstration<double>> reaches(std::uint32_t count = 40, std::uint64_t seed = 1) {
    constexpr double time_step = 0.01, noise = 2e-4;
    std::vector<primore::Demonstration<double>> result;
    for (std::uint32_t i = 0; i < count; ++i) {
        primore::Stream stream(seed, primore::Purpose{16}, 0, i);
        const auto steps = static_cast<Eigen::Index>(std::lround((0.4 + 0.5 * stream.uniform()) / time_step));
        const auto around = [&](double mean, double deviation) { return mean + deviation * stream.normal(); };
        const double x_start = around(0.10, 0.01), z_start = around(0.10, 0.006);
        const double x_goal = around(0.50, 0.015), z_goal = around(0.16, 0.01);
        const double height = around(0.14, 0.018), haste = around(0.0, 0.12);
        const Eigen::Matrix<double, 4, 2> detours = 0.009 * stream.normal_vector(8).reshaped(4, 2);  // [m], waves of the way and dof
        primore::Demonstration<double>& reach = result.emplace_back();
        reach.times = time_step * Eigen::VectorXd::LinSpaced(steps + 1, 0.0, static_cast<double>(steps));
        reach.positions.resize(steps + 1, 2);
        for (Eigen::Index row = 0; row <= steps; ++row) {
            const double part = static_cast<double>(row) / static_cast<double>(steps), s = part + haste * part * (1 - part);
            const double way = s * s * s * (10 - 15 * s + 6 * s * s), hump = 16 * s * s * (1 - s) * (1 - s);
            Eigen::RowVector2d detour = Eigen::RowVector2d::Zero();
            for (int wave = 1; wave <= 4; ++wave) detour += hump * std::cos(wave * std::numbers::pi * part) * detours.row(wave - 1);
            reach.positions(row, 0) = around(x_start + way * (x_goal - x_start) + detour(0), noise);
            reach.positions(row, 1) = around(z_start + way * (z_goal - z_start) + hump * height + detour(1), noise);
        }
    }
    return result;
}

}  // namespace demonstrations
