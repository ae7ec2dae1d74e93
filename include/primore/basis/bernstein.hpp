// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The Bernstein polynomials of degree n = N - 1: functions of a phase p in [0, 1] that are positive and sum to one.
///
///     Phi_k = (n over k) p^k (1 - p)^(n - k)
///
/// Weights are the control points of a Bezier curve: the first and the last are where it starts and ends, the differences of the first
/// two and last two its slopes there. A phase outside [0, 1] counts as the nearer end, where nothing moves.
class Bernstein {
public:
    /// @param count  N, from 1 to 100: twice the condition number with every function, and beyond a hundred float underflows
    /// @throws std::invalid_argument if it is out of range
    explicit Bernstein(Eigen::Index count) : count_(count) {
        detail::require_at_least("Bernstein", "count", count, 1);
        if (count > 100) detail::refuse("Bernstein", "count", count, "at most 100");
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return count_; }

    /// Calls `visit(k, Phi_k)` with every function (see BasisFunctions), from the last to the first if p > 1/2. No allocation. O(N).
    ///
    /// Starts from the polynomials of degree n - 3, whose differences are the third derivatives, and raises the degree three times:
    /// only sums of positive terms, but for the differences that derivatives are.
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        using Plain = detail::Base<Number>;
        const bool is_before = !(phase >= Number(0)), is_after = phase > Number(1), is_late = phase > Number(0.5);
        const Number inside = is_before ? Number(0) : is_after ? Number(1) : phase;
        const Number p = is_late ? Number(1 - inside) : inside;  // the polynomials are mirror images: p <= 1/2
        const Number q = 1 - p, ratio = p / q, zero = 0 * p;
        const Eigen::Index degree = count_ - 1, low = degree > 3 ? degree - 3 : 0;

        std::array<Number, 4> window{power(q, low, zero), zero, zero, zero};  // of degree `low`: the k-th, and the three before it
        for (Eigen::Index k = 0; k <= degree; ++k) {
            Derivatives<Number> b = raised(window, p, q);
            if (is_late) {
                b.first = -b.first;
                b.third = -b.third;
            }
            if (is_before || is_after) b.first = b.second = b.third = zero;
            visit(is_late ? degree - k : k, b);
            const Number next = k < low ? Number(window[0] * ratio * (static_cast<Plain>(low - k) / static_cast<Plain>(k + 1))) : zero;
            window = {next, window[0], window[1], window[2]};
        }
        return {Number(1), zero, zero, zero};
    }

private:
    template <Real Number>
    [[nodiscard]] static Number power(const Number& base, Eigen::Index exponent, const Number& zero) noexcept {
        Number result = 1 + zero;
        for (Eigen::Index i = 0; i < exponent; ++i) result *= base;
        return result;
    }

    /// Phi_k with its derivatives, from four neighbours of three degrees less (less far down, if there is no such degree):
    /// Phi_k' = n (B_{k-1} - B_k) and Phi_k = p B_{k-1} + q B_k with B of degree n - 1.
    template <Real Number>
    [[nodiscard]] Derivatives<Number> raised(std::array<Number, 4> b, const Number& p, const Number& q) const noexcept {
        const Eigen::Index n = count_ - 1;
        const auto raise = [&] {
            for (std::size_t i = 0; i < 3; ++i) b[i] = p * b[i + 1] + q * b[i];
        };
        Derivatives<Number> result{Number(0), Number(0), Number(0), Number(0)};
        if (n >= 3) {
            result.third = static_cast<detail::Base<Number>>(n * (n - 1) * (n - 2)) * (b[3] - b[0] + 3 * (b[1] - b[2]));
            raise();
        }
        if (n >= 2) {
            result.second = static_cast<detail::Base<Number>>(n * (n - 1)) * (b[2] - b[1] + (b[0] - b[1]));
            raise();
        }
        if (n >= 1) {
            result.first = static_cast<detail::Base<Number>>(n) * (b[1] - b[0]);
            raise();
        }
        result.value = b[0];
        return result;
    }

    Eigen::Index count_;
};

}  // namespace primore
