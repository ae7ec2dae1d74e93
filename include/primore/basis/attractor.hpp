// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// The critically damped attractor of dynamic movement primitives, solved in closed form: y'' = alpha (alpha/4 (g - y) - y').
///
/// Time is without unit here; the state is (y - g, y'). No function allocates.
template <std::floating_point Scalar>
struct Attractor {
    template <Real Number = Scalar>
    using Transition = Eigen::Matrix<Number, 2, 2>;
    using State = Eigen::Matrix<Scalar, 2, 1>;

    Scalar alpha = 25;  ///< positive [MP_PyTorch: 25]

    /// What a state has become after a time s >= 0: A(s) = [1 + m s, s; -m^2 s, 1 - m s] exp(-m s), m = alpha/2.
    template <Real Number>
    [[nodiscard]] Transition<Number> transition(const Number& s) const noexcept {
        using std::exp;
        const Scalar m = alpha / 2;
        const Number e = exp(-m * s), se = s * e;
        Transition<Number> result;
        result << e + m * se, se, -m * m * se, e - m * se;
        return result;
    }

    /// The matrix M of the differential equation, A' = M A = A M: (y - g, y')' = M (y - g, y').
    [[nodiscard]] Transition<> rate() const noexcept { return Transition<>{{0, 1}, {-alpha * alpha / 4, -alpha}}; }

    /// What a force exp(-decay s) that begins at s = 0 has made of the state of rest after a time h >= 0: (J, J'),
    ///
    ///     J(h) = int_0^h s exp(-m s) exp(-decay (h - s)) ds,     J' = h exp(-m h) - decay J.
    ///
    /// Written without growing exponentials; by its series in d = (m - decay) h where the closed form would cancel.
    [[nodiscard]] State response_to_fading(Scalar decay, Scalar h) const noexcept {
        const double m = static_cast<double>(alpha) / 2, a = static_cast<double>(decay), s = static_cast<double>(h);
        const double fast = std::exp(-m * s), slow = std::exp(-a * s), d = (m - a) * s;
        double response = 0;
        if (std::abs(d) < 0.1) {
            double power = slow * s * s;
            for (int n = 0; n < 8; ++n) {  // J = exp(-decay h) h^2 sum_n (-d)^n / (n! (n + 2))
                response += power / (n + 2);
                power *= -d / (n + 1);
            }
        } else {
            response = (slow - (1 + d) * fast) / ((m - a) * (m - a));
        }
        return {static_cast<Scalar>(response), static_cast<Scalar>(s * fast - a * response)};
    }
};

}  // namespace primore
