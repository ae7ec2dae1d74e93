// SPDX-License-Identifier: MIT
#pragma once

// The random numbers of BBOB's problem instances: x_opt, f_opt, rotations and permutations are functions of a seed.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include <Eigen/Core>

namespace primore_benchmark {

/// Uniform in (0, 1) [n]: x <- 7^5 x mod 2^31 - 1, shuffled through a table of 32 numbers (minimal standard generator with
/// Bays-Durham shuffle).
[[nodiscard]] inline Eigen::VectorXd legacy_uniform(Eigen::Index n, std::int64_t seed) {
    constexpr std::int64_t modulus = 2147483647, multiplier = 16807, slot_width = 67108865;
    std::int64_t state = std::max<std::int64_t>(1, seed);
    const auto next = [&state] { return state = multiplier * state % modulus; };
    std::array<std::int64_t, 32> table;
    for (int i = 0; i < 8; ++i) next();
    for (std::size_t i = table.size(); i-- > 0;) table[i] = next();

    std::int64_t shuffled = table[0];
    Eigen::VectorXd numbers(n);
    for (double& number : numbers) {
        auto& slot = table[static_cast<std::size_t>(shuffled / slot_width)];
        shuffled = slot;
        slot = next();
        number = static_cast<double>(shuffled) / static_cast<double>(modulus);  // neither state is ever 0
    }
    return numbers;
}

/// Standard normal [n], by Box and Muller: the first half of 2 n uniform numbers gives the radii, the second the angles.
[[nodiscard]] inline Eigen::VectorXd legacy_normal(Eigen::Index n, std::int64_t seed) {
    const Eigen::VectorXd uniform = legacy_uniform(2 * n, seed);
    return uniform.head(n).binaryExpr(uniform.tail(n), [](double radius, double angle) {
        return std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::numbers::pi * angle);
    });
}

/// An orthogonal matrix [n x n]: the columns of a normal matrix, orthonormalised one after the other (Gram and Schmidt).
[[nodiscard]] inline Eigen::MatrixXd legacy_rotation(Eigen::Index n, std::int64_t seed) {
    Eigen::MatrixXd columns = legacy_normal(n * n, seed).reshaped(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < i; ++j) columns.col(i) -= columns.col(j).dot(columns.col(i)) * columns.col(j);
        columns.col(i).normalize();
    }
    return columns;
}

/// x_opt [n]: uniform in [-4, 4], in steps of 8e-4, never 0.
[[nodiscard]] inline Eigen::VectorXd legacy_optimum(Eigen::Index n, std::int64_t seed) {
    return legacy_uniform(n, seed).unaryExpr([](double number) {
        const double entry = 8 * std::floor(1e4 * number) / 1e4 - 4;
        return entry == 0 ? -1e-5 : entry;
    });
}

/// f_opt: Cauchy distributed with scale 100, in steps of 0.01, within [-1000, 1000].
[[nodiscard]] inline double legacy_optimal_value(std::int64_t seed) {
    const double ratio = legacy_normal(1, seed)(0) / legacy_normal(1, seed + 1)(0);
    return std::clamp(std::floor(1e4 * ratio + 0.5) / 100, -1000.0, 1000.0);
}

/// The numbers 0 .. n - 1 in the order that would sort n uniform numbers.
[[nodiscard]] inline std::vector<Eigen::Index> legacy_permutation(Eigen::Index n, std::int64_t seed) {
    const Eigen::VectorXd uniform = legacy_uniform(n, seed);
    std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) { return uniform(i) < uniform(j); });
    return order;
}

}  // namespace primore_benchmark
