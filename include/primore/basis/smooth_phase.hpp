// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/newton.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The clock of a movement that starts and stops softly: the phase rises from 0 to 1 with no speed and no acceleration at both ends.
///
///     phase = 10 z^3 - 15 z^4 + 6 z^5, held at 0 during the delay and at 1 after the end
///
/// The polynomial of least jerk [FlashHogan85]. It rises everywhere, so `unbounded` follows it beyond both ends (as mp_lib does).
template <Real Scalar>
struct SmoothPhase {
    Scalar duration = 1;  ///< tau [s], positive
    Scalar delay = 0;     ///< [s] to wait before the movement begins, not negative

    /// The same clock over another kind of number.
    template <Real Number>
    [[nodiscard]] SmoothPhase<Number> cast() const {
        return {Number(duration), Number(delay)};
    }

    /// @throws std::invalid_argument, in the name of `where`, if a number is out of range
    void validate(std::string_view where) const {
        detail::require_positive(where, "duration", duration);
        detail::require_not_negative(where, "delay", delay);
    }

    [[nodiscard]] Scalar scaled_time(const Scalar& time) const noexcept {
        const Scalar elapsed = time - delay;
        return elapsed / duration;
    }
    [[nodiscard]] Scalar time_of_scaled_time(const Scalar& scaled_time) const noexcept {
        const Scalar elapsed = scaled_time * duration;
        return elapsed + delay;
    }
    [[nodiscard]] Scalar of_scaled_time(const Scalar& scaled_time) const noexcept { return polynomial(scaled_time); }

    [[nodiscard]] Scalar at(const Scalar& time) const noexcept { return derivatives(time).value; }
    [[nodiscard]] Scalar unbounded(const Scalar& time) const noexcept { return of_scaled_time(scaled_time(time)); }

    /// The time at which the unbounded clock shows `phase`, a finite number; to rounding.
    [[nodiscard]] Scalar time_of(const Scalar& phase) const noexcept {
        const bool is_late = phase > Scalar(0.5);  // the polynomial is symmetric about its middle
        const Scalar early = is_late ? Scalar(1 - phase) : phase;
        Scalar z = Scalar(root(detail::value_of(early)));
        if constexpr (!std::floating_point<Scalar>) {
            const Scalar slope = 30 * z * z * (1 - z) * (1 - z);
            if (slope > Scalar(0)) z = z - (polynomial(z) - early) / slope;  // brings the derivatives
        }
        return time_of_scaled_time(is_late ? Scalar(1 - z) : z);
    }

    /// The phase with its time derivatives: [-], [1/s], [1/s^2], [1/s^3]. At both ends of the movement those of the inside.
    [[nodiscard]] Derivatives<Scalar> derivatives(const Scalar& time) const noexcept {
        const Scalar z = scaled_time(time), rest = 1 - z, rate = 1 / duration;
        if (!(z >= Scalar(0))) return {Scalar(0), Scalar(0), Scalar(0), Scalar(0)};
        if (z > Scalar(1)) return {Scalar(1), Scalar(0), Scalar(0), Scalar(0)};
        const Scalar parts = z * rest;
        return {polynomial(z), 30 * parts * parts * rate, 60 * parts * (rest - z) * rate * rate, 60 * (1 - 6 * parts) * rate * rate * rate};
    }

private:
    using Plain = detail::Base<Scalar>;

    template <Real Number>
    [[nodiscard]] static Number polynomial(const Number& z) noexcept {
        return z * z * z * (10 + z * (6 * z - 15));
    }

    /// Where the polynomial is `phase` <= 1/2. Between 0 and the middle it is convex and at least 4 z^3, before 0 it is concave and
    /// each of its terms a bound.
    [[nodiscard]] static Plain root(Plain phase) noexcept {
        const auto step = [phase](Plain sign) {
            return [phase, sign](Plain s) {
                const Plain z = sign * s;
                return z == 0 ? Plain(0) : sign * (polynomial(z) - phase) / (30 * z * z * (1 - z) * (1 - z));
            };
        };
        if (phase >= 0) return detail::newton_from_above(std::min(std::cbrt(phase / 4), Plain(0.5)), step(1));
        return -detail::newton_from_above(std::min(std::cbrt(-phase / 10), std::pow(-phase / 6, Plain(0.2))), step(-1));
    }
};

}  // namespace primore
