// SPDX-License-Identifier: MIT
#pragma once

// Derivatives against differences and against automatic differentiation.

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>

#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

namespace primore_test {

inline Dual dual(double value) { return Dual(value, 1, 0); }  ///< the only variable

/// What a number knows of that variable; nothing, if it is a constant.
inline double slope_of(const Dual& number) { return number.derivatives().size() == 0 ? 0 : number.derivatives()(0); }

/// The matrix, or the number as one.
template <typename Derived>
Eigen::MatrixXd as_matrix(const Eigen::MatrixBase<Derived>& values) {
    return values;
}
inline Eigen::MatrixXd as_matrix(double value) { return Eigen::MatrixXd::Constant(1, 1, value); }

/// Checks that each derivative is the slope of the one before: f(x) gives `Derivatives` of numbers or vectors, in double.
/// Central differences of two spacings, extrapolated: an error of order spacing^4.
template <typename Function>
void check_derivatives(const Function& f, double x, double spacing, double tolerance) {
    const auto now = f(x), before = f(x - spacing), after = f(x + spacing), half_before = f(x - spacing / 2),
               half_after = f(x + spacing / 2);
    const auto check = [&](auto member, auto slope) {
        const Eigen::MatrixXd wide = (as_matrix(after.*member) - as_matrix(before.*member)) / (2 * spacing);
        const Eigen::MatrixXd narrow = (as_matrix(half_after.*member) - as_matrix(half_before.*member)) / spacing;
        INFO("at " << x);
        CHECK_THAT(as_matrix(now.*slope), near((4 * narrow - wide) / 3, tolerance));
    };
    using D = std::remove_cvref_t<decltype(now)>;
    check(&D::value, &D::first);
    check(&D::first, &D::second);
    check(&D::second, &D::third);
}

/// Checks that a function of numbers, run with a `Dual`, has the same values, and as their derivatives the next ones, to 1e-10.
template <typename Function>
void check_automatic_derivatives(const Function& f, double x) {
    const primore::Derivatives<double> plain = f(x);
    const primore::Derivatives<Dual> automatic = f(dual(x));
    INFO("at " << x);
    const auto check = [](const Dual& number, double value, double slope) {
        CHECK_THAT(number.value(), near(value, 1e-14));
        CHECK_THAT(slope_of(number), near(slope, 1e-10));
    };
    check(automatic.value, plain.value, plain.first);
    check(automatic.first, plain.first, plain.second);
    check(automatic.second, plain.second, plain.third);
}

}  // namespace primore_test
