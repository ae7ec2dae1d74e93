// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string_view>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/near_zero.hpp>
#include <primore/detail/newton.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The clock of a movement whose drive sets in softly and fades: the canonical system of second order, solved.
///
///     x'' = alpha (-alpha/4 x - x'),  x(0) = 1,  x'(0) = 0     =>     phase = (1 + m z) exp(-m z),  m = alpha / 2
///
/// Held at 1 during the delay, never quite 0. Other than the exponential phase it leaves the delay with a continuous rate.
/// The canonical system "of order 2" of gsutanto/dmp, which integrates it by Euler steps.
template <Real Scalar>
struct CanonicalPhase {
    Scalar duration = 1;  ///< tau [s], positive
    Scalar delay = 0;     ///< [s] to wait before the movement begins, not negative
    Scalar alpha = 25;    ///< [-], positive [gsutanto/dmp: 25, in a time whose unit is two durations: that is 12.5 here]

    /// The same clock over another kind of number.
    template <Real Number>
    [[nodiscard]] CanonicalPhase<Number> cast() const {
        return {Number(duration), Number(delay), Number(alpha)};
    }

    /// @throws std::invalid_argument, in the name of `where`, if a number is out of range
    void validate(std::string_view where) const {
        detail::require_positive(where, "duration", duration);
        detail::require_not_negative(where, "delay", delay);
        detail::require_positive(where, "alpha", alpha);
    }

    [[nodiscard]] Scalar scaled_time(const Scalar& time) const noexcept {
        const Scalar elapsed = time - delay;
        return elapsed / duration;
    }
    [[nodiscard]] Scalar time_of_scaled_time(const Scalar& scaled_time) const noexcept {
        const Scalar elapsed = scaled_time * duration;
        return elapsed + delay;
    }

    /// Before the movement the point reflection 2 - phase(-z), so that the unbounded clock falls everywhere, from 2 to 0.
    [[nodiscard]] Scalar of_scaled_time(const Scalar& scaled_time) const noexcept {
        return scaled_time < Scalar(0) ? Scalar(2 - fading(Scalar(-scaled_time))) : fading(scaled_time);
    }

    [[nodiscard]] Scalar at(const Scalar& time) const noexcept { return derivatives(time).value; }
    [[nodiscard]] Scalar unbounded(const Scalar& time) const noexcept { return of_scaled_time(scaled_time(time)); }

    /// The time at which the unbounded clock shows `phase`, a number between 0 and 2; to rounding.
    [[nodiscard]] Scalar time_of(const Scalar& phase) const noexcept {
        using std::log;
        const bool is_early = phase > Scalar(1);
        const Scalar level = -log(is_early ? Scalar(2 - phase) : phase);
        Scalar u = Scalar(root(detail::value_of(level)));
        if constexpr (!std::floating_point<Scalar>) {
            const Scalar shown = u - detail::log1p(u), slope = u / (1 + u);
            if (slope > Scalar(0)) u = u - (shown - level) / slope;  // brings the derivatives
        }
        const Scalar twice = 2 * u, z = twice / alpha;
        return time_of_scaled_time(is_early ? Scalar(-z) : z);
    }

    /// The phase with its time derivatives: [-], [1/s], [1/s^2], [1/s^3]. At the end of the delay those of the movement.
    [[nodiscard]] Derivatives<Scalar> derivatives(const Scalar& time) const noexcept {
        using std::exp;
        const Scalar z = scaled_time(time);
        if (!(z >= Scalar(0))) return {Scalar(1), Scalar(0), Scalar(0), Scalar(0)};
        const Scalar m = alpha / 2, u = m * z, rate = m / duration, rate2 = rate * rate, rate3 = rate2 * rate;
        const Scalar e = exp(-u), ue = u < Scalar(forgotten) ? Scalar(u * e) : Scalar(0);
        return {e + ue, -(rate * ue), rate2 * (ue - e), rate3 * (2 * e - ue)};
    }

private:
    using Plain = detail::Base<Scalar>;
    static constexpr int forgotten = 1000;  // exp(-u) is 0 there; u may be infinite

    [[nodiscard]] Scalar fading(const Scalar& z) const noexcept {
        using std::exp;
        const Scalar m = alpha / 2, u = m * z;
        return u < Scalar(forgotten) ? Scalar((1 + u) * exp(-u)) : Scalar(0);
    }

    /// The u >= 0 with u - ln(1 + u) = level >= 0: a convex function, and as e^a > 1 + a + a^2/2, u < a + a^2/2 with a^2 = 2 level.
    [[nodiscard]] static Plain root(Plain level) noexcept {
        return detail::newton_from_above(std::sqrt(2 * level) + level,
                                         [level](Plain u) { return u == 0 ? Plain(0) : (u - std::log1p(u) - level) * (1 + u) / u; });
    }
};

}  // namespace primore
