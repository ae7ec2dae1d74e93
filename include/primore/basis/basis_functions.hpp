// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/real.hpp>

namespace primore {

namespace detail {

/// What a concept hands to `fold`.
struct VisitNothing {
    template <typename Number>
    void operator()(Eigen::Index, const Derivatives<Number>&) const noexcept {}
};

}  // namespace detail

/// BasisFunctions are functions of a phase p, given as activations over one common divisor: Phi_k(p) = b_k(p) / s(p).
///
/// `fold(p, visit)` calls `visit(k, b_k)` once for each k < count(), in any order, and returns s, each with three derivatives with respect to p; where
/// nothing is to be divided, s is {1, 0, 0, 0}. It is pure, `noexcept` and allocates nothing. The smallest model, a straight line:
///
///     struct Line {
///         Eigen::Index count() const noexcept { return 2; }
///         template <Real Number>
///         Derivatives<Number> fold(const Number& p, auto&& visit) const noexcept {
///             visit(0, Derivatives<Number>{Number(1), Number(0), Number(0), Number(0)});
///             visit(1, Derivatives<Number>{p, Number(1), Number(0), Number(0)});
///             return {Number(1), Number(0), Number(0), Number(0)};
///         }
///     };
template <typename B, typename Scalar>
concept BasisFunctions = Real<Scalar> && requires(const B& basis, const Scalar& phase, detail::VisitNothing visit) {
    { basis.count() } noexcept -> std::same_as<Eigen::Index>;
    { basis.fold(phase, visit) } noexcept -> std::same_as<Derivatives<Scalar>>;
};

/// Turns a sum of activations and its derivatives into the same sum of the functions: the quotient rule for value / by.
template <typename Value, typename Number>
void divide(Value& value, Value& first, Value& second, const Derivatives<Number>& by) noexcept {
    value /= by.value;
    first = (first - value * by.first) / by.value;
    second = (second - first * (2 * by.first) - value * by.second) / by.value;
}

/// The functions at a phase (first row) with their three derivatives with respect to it, into `rows`, which is [4 x N] already.
/// No allocation. O(N).
template <Real Number, typename Basis, typename Rows>
void function_rows(const Basis& basis, const Number& phase, Rows& rows) noexcept {
    const Derivatives<Number> by = basis.fold(phase, [&](Eigen::Index k, const Derivatives<Number>& b) {
        rows(0, k) = b.value;
        rows(1, k) = b.first;
        rows(2, k) = b.second;
        rows(3, k) = b.third;
    });
    for (Eigen::Index k = 0; k < basis.count(); ++k) {
        divide(rows(0, k), rows(1, k), rows(2, k), by);
        rows(3, k) = (rows(3, k) - rows(2, k) * (3 * by.first) - rows(1, k) * (3 * by.second) - rows(0, k) * by.third) / by.value;
    }
}

/// The functions at a phase with their three derivatives with respect to it, each [N]. Allocates.
template <Real Number, typename Basis>
[[nodiscard]] Derivatives<Eigen::VectorX<Number>> functions(const Basis& basis, const Number& phase) {
    Eigen::Matrix<Number, 4, Eigen::Dynamic> rows(4, basis.count());
    function_rows(basis, phase, rows);
    return {rows.row(0).transpose(), rows.row(1).transpose(), rows.row(2).transpose(), rows.row(3).transpose()};
}

/// The weighted sum sum_k weights.col(k) Phi_k and its first two derivatives with respect to phase.
///
/// `weights` is [D x N]; `value`, `first` and `second` are vectors that already have size D. No allocation. O(D N).
template <Real Number, typename Basis, typename Weights, typename Value>
void weighted_sum(const Basis& basis, const Number& phase, const Weights& weights, Value& value, Value& first, Value& second) noexcept {
    value.setZero();
    first.setZero();
    second.setZero();
    const auto by = basis.fold(phase, [&](Eigen::Index k, const Derivatives<Number>& b) {
        value += b.value * weights.col(k);
        first += b.first * weights.col(k);
        second += b.second * weights.col(k);
    });
    divide(value, first, second, by);
}

}  // namespace primore
