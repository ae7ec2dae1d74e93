// SPDX-License-Identifier: MIT
#pragma once

// How BBOB makes simple functions hard, coordinate by coordinate [HansenFinck09, section 0.2]. N is at least 2.

#include <cmath>

#include <Eigen/Core>

namespace primore_benchmark {

/// base^(i / (N - 1)), i = 0 .. N - 1. The matrix Lambda^alpha is diag(powers(sqrt(alpha))).
[[nodiscard]] inline Eigen::VectorXd powers(double base, Eigen::Index n) {
    return Eigen::VectorXd::NullaryExpr(
        n, [base, last = static_cast<double>(n - 1)](Eigen::Index i) { return std::pow(base, static_cast<double>(i) / last); });
}

/// Smooth irregularities, T_osz(x) = sign(x) exp(l + 0.049 (sin(c1 l) + sin(c2 l))), l = ln |x|.
[[nodiscard]] inline double oscillated(double x) {
    if (x == 0) return 0;
    const double l = std::log(std::abs(x)), c1 = x > 0 ? 10 : 5.5, c2 = x > 0 ? 7.9 : 3.1;
    return std::copysign(std::exp(l + 0.049 * (std::sin(c1 * l) + std::sin(c2 * l))), x);
}

[[nodiscard]] inline Eigen::VectorXd oscillated(Eigen::VectorXd x) {
    for (double& entry : x) entry = oscillated(entry);
    return x;
}

/// Breaks the symmetry about 0, T_asy^beta(x)_i = x_i^(1 + beta i / (N - 1) sqrt(x_i)) where x_i > 0, i = 0 .. N - 1.
[[nodiscard]] inline Eigen::VectorXd skewed(Eigen::VectorXd x, double beta) {
    const double slope = beta / static_cast<double>(x.size() - 1);
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        if (x(i) > 0) x(i) = std::pow(x(i), 1 + slope * static_cast<double>(i) * std::sqrt(x(i)));
    }
    return x;
}

/// The penalty outside the box, f_pen(x) = sum_i max(0, |x_i| - 5)^2.
[[nodiscard]] inline double boundary_penalty(const Eigen::VectorXd& x) { return (x.array().abs() - 5).max(0.0).square().sum(); }

}  // namespace primore_benchmark
