// SPDX-License-Identifier: MIT
#pragma once

// What holds for every basis.

#include <cmath>
#include <limits>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>

#include "support/catch.hpp"
#include "support/differences.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"

namespace primore_test {

/// The functions at equally spaced phases [T x N]: the `steps + 1` phases from `first` to `last`.
template <typename Scalar, typename Basis>
Eigen::MatrixX<Scalar> design(const Basis& basis, Scalar first, Scalar last, Eigen::Index steps) {
    Eigen::MatrixX<Scalar> result(steps + 1, basis.count());
    for (Eigen::Index i = 0; i <= steps; ++i) {
        result.row(i) = primore::functions(basis, first + (last - first) * Scalar(i) / Scalar(steps)).value.transpose();
    }
    return result;
}

/// Largest over smallest singular value.
inline double condition_number(const Eigen::MatrixXd& matrix) {
    const Eigen::VectorXd values = singular_values(matrix);
    return values.maxCoeff() / values.minCoeff();
}

/// The three derivatives against differences, and the values and derivatives against automatic differentiation, to 1e-10.
template <typename Basis>
void check_basis_derivatives(const Basis& basis, double phase, double spacing, double tolerance) {
    check_derivatives([&](double p) { return primore::functions(basis, p); }, phase, spacing, tolerance);
    const auto plain = primore::functions(basis, phase);
    const auto automatic = primore::functions(basis, dual(phase));
    const auto check = [&](const auto& numbers, const Eigen::VectorXd& value, const Eigen::VectorXd& slope) {
        for (Eigen::Index k = 0; k < value.size(); ++k) {
            INFO("function " << k << " at " << phase);
            CHECK_THAT(numbers(k).value(), near(value(k), 1e-12));
            CHECK(std::abs(slope_of(numbers(k)) - slope(k)) <= 1e-10 * (1 + slope.cwiseAbs().maxCoeff()));
        }
    };
    check(automatic.value, plain.value, plain.first);
    check(automatic.first, plain.first, plain.second);
    check(automatic.second, plain.second, plain.third);
}

/// All functions are positive and sum to one, and their derivatives to zero.
template <typename Scalar, typename Basis>
void check_partition_of_unity(const Basis& basis, Scalar first, Scalar last) {
    const double tolerance = double(std::numeric_limits<Scalar>::epsilon()) * double(8 + basis.count());
    for (int i = 0; i <= 200; ++i) {
        const auto phi = primore::functions(basis, first + (last - first) * Scalar(i) / 200);
        CHECK(phi.value.minCoeff() >= 0);
        CHECK_THAT(phi.value.sum(), near(Scalar(1), tolerance));
        for (const auto* slope : {&phi.first, &phi.second, &phi.third}) {
            CHECK(std::abs(double(slope->sum())) <= 50 * tolerance * (1 + double(slope->cwiseAbs().sum())));
        }
    }
}

}  // namespace primore_test
