// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// exp of the matrix [0, p; q, -2 m]: what a damped system of second order makes of a state, whatever its damping.
///
///     exp(-m) (C [1, 0; 0, 1] + S [m, p; q, -m]),     C = cosh r,  S = sinh(r) / r,  r^2 = m^2 + p q
///
/// By cosine and sine where r^2 < 0, by series where it is small, and without growing exponentials as long as r <= m. No allocation.
template <Real Number>
[[nodiscard]] Eigen::Matrix<Number, 2, 2> damped_flow(const Number& m, const Number& p, const Number& q, const Number& r2) noexcept {
    using std::cos;
    using std::exp;
    using std::sin;
    using std::sqrt;
    Number c, s;  // both with the factor exp(-m)
    if (r2 > Number(0.1)) {
        const Number r = sqrt(r2), slow = exp(r - m), fast = exp(-r - m);
        c = (slow + fast) / 2;
        s = (slow - fast) / (2 * r);
    } else {
        const Number e = exp(-m);
        if (r2 < Number(-0.1)) {
            const Number r = sqrt(-r2);
            c = e * cos(r);
            s = e * sin(r) / r;
        } else if (r2 == Number(0)) {
            c = e * (1 + r2 / 2);
            s = e * (1 + r2 / 6);
        } else {
            c = e * (1 + r2 / 2 * (1 + r2 / 12 * (1 + r2 / 30 * (1 + r2 / 56 * (1 + r2 / 90)))));
            s = e * (1 + r2 / 6 * (1 + r2 / 20 * (1 + r2 / 42 * (1 + r2 / 72 * (1 + r2 / 110)))));
        }
    }
    Eigen::Matrix<Number, 2, 2> flow;
    flow << c + s * m, s * p, s * q, c - s * m;
    return flow;
}

/// A spring and a damper, critical or not, solved in closed form: y'' = -stiffness y - damping y'.
template <std::floating_point Scalar>
struct SpringDamper {
    Scalar damping = 25;                ///< D, positive
    Scalar stiffness = Scalar(156.25);  ///< K, positive; D^2/4 is critical

    /// What a state (y, y') has become after a time s >= 0. No allocation.
    template <Real Number>
    [[nodiscard]] Eigen::Matrix<Number, 2, 2> transition(const Number& s) const noexcept {
        const Scalar excess = damping * damping / 4 - stiffness;
        return damped_flow<Number>(damping / 2 * s, s, -stiffness * s, excess * s * s);
    }

    /// The time constant of the slowest part of the solution.
    [[nodiscard]] Scalar slowest() const noexcept {
        const Scalar m = damping / 2, excess = m * m - stiffness;
        return excess > 0 ? (m + std::sqrt(excess)) / stiffness : 1 / m;
    }
};

}  // namespace primore
