// SPDX-License-Identifier: MIT
#pragma once

// What the functions of BBOB are made of.
//
//   symbol    | here
//   N         | n, the dimension, at least 2
//   x_opt     | Landscape::optimum
//   z         | x - x_opt
//   R, Q      | Draw::R(), Draw::Q(), random orthogonal matrices
//   Lambda^a  | diag(powers(sqrt(a), n))
//
// Formulas count from i = 1, the code from 0. R and Q stand where they are drawn, which for some functions is the other way round
// in the paper.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>

#include <Eigen/Core>

#include "legacy_random.hpp"
#include "transformations.hpp"

namespace primore_benchmark {

/// A function without its constant f_opt: excess(x, x - optimum) = f(x) - f_opt, which is 0 at the optimum.
struct Landscape {
    Eigen::VectorXd optimum;  ///< x_opt [N]
    std::function<double(const Eigen::VectorXd& x, const Eigen::VectorXd& z)> excess;
};

/// What an instance draws.
struct Draw {
    Eigen::Index n;
    std::int64_t seed;

    [[nodiscard]] Eigen::VectorXd optimum() const { return legacy_optimum(n, seed); }
    [[nodiscard]] Eigen::MatrixXd R() const { return legacy_rotation(n, seed + 1000000); }
    [[nodiscard]] Eigen::MatrixXd Q() const { return legacy_rotation(n, seed); }

    /// R Lambda^alpha Q.
    [[nodiscard]] Eigen::MatrixXd R_Lambda_Q(double alpha) const { return R() * powers(std::sqrt(alpha), n).asDiagonal() * Q(); }
};

namespace bbob {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// 10 (N - sum_i cos(2 pi z_i)).
[[nodiscard]] inline double ripples(const VectorXd& z) {
    return 10 * (static_cast<double>(z.size()) - (2 * std::numbers::pi * z.array()).cos().sum());
}

/// 100 (t_i^2 - t_(i+1))^2 + (t_i - 1)^2 for i = 1 .. N - 1.
[[nodiscard]] inline ArrayXd rosenbrock_terms(const VectorXd& t) {
    const Eigen::Ref<const VectorXd> now = t.head(t.size() - 1), next = t.tail(t.size() - 1);
    return 100 * (now.array().square() - next.array()).square() + (now.array() - 1).square();
}

/// max(1, sqrt(N) / 8), so that Rosenbrock's valley stays within the box.
[[nodiscard]] inline double rosenbrock_zoom(Index n) { return std::max(1.0, std::sqrt(static_cast<double>(n)) / 8); }

/// t = map x + 1/2 is 1 in every coordinate at this x, where map is zoom times an orthogonal matrix.
[[nodiscard]] inline VectorXd where_rotated_is_one(const MatrixXd& map, double zoom) {
    return map.transpose() * VectorXd::Constant(map.rows(), 0.5 / (zoom * zoom));
}

}  // namespace bbob

}  // namespace primore_benchmark
