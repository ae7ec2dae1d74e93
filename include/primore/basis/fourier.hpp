// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <numbers>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/fraction.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The first harmonics: functions of a phase p with period 1, orthogonal over a turn.
///
///     Phi = 1, cos(2 pi p), sin(2 pi p), cos(4 pi p), sin(4 pi p), ...
class Fourier {
public:
    /// @param harmonics  H, not negative; there are 1 + 2 H functions
    /// @throws std::invalid_argument if it is negative
    explicit Fourier(Eigen::Index harmonics) : harmonics_(harmonics) { detail::require_at_least("Fourier", "harmonics", harmonics, 0); }

    [[nodiscard]] Eigen::Index count() const noexcept { return 1 + 2 * harmonics_; }
    [[nodiscard]] Eigen::Index harmonics() const noexcept { return harmonics_; }

    /// Calls `visit(k, Phi_k)` with every function (see BasisFunctions). No allocation. O(H), with one sine and one cosine.
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        using std::cos;
        using std::sin;
        constexpr auto turn = 2 * std::numbers::pi_v<detail::Base<Number>>;
        const Number angle = turn * detail::fraction(phase), cos1 = cos(angle), sin1 = sin(angle);
        const Derivatives<Number> one{Number(1), Number(0), Number(0), Number(0)};
        visit(0, one);
        Number c = cos1, s = sin1;
        for (Eigen::Index h = 1; h <= harmonics_; ++h) {
            const auto rate = turn * static_cast<detail::Base<Number>>(h), rate2 = rate * rate, rate3 = rate2 * rate;
            visit(2 * h - 1, Derivatives<Number>{c, -rate * s, -rate2 * c, rate3 * s});
            visit(2 * h, Derivatives<Number>{s, rate * c, -rate2 * s, -rate3 * c});
            const Number next = c * cos1 - s * sin1;  // the angle of one more turn
            s = s * cos1 + c * sin1;
            c = next;
        }
        return one;
    }

private:
    Eigen::Index harmonics_;
};

}  // namespace primore
