// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <string_view>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The clock of a movement that repeats: the phase of each turn runs from 0 to 1, for any number of turns.
///
///     phase = z modulo 1, held at 0 during the delay;     `unbounded` counts turns
///
/// Meant for periodic functions (`VonMises`, `Fourier`). The remainder is taken of the time, where it is exact, and not of z: after a
/// million turns the phase is as good as the time that was given.
template <Real Scalar>
struct RhythmicPhase {
    Scalar duration = 1;  ///< the period [s], positive
    Scalar delay = 0;     ///< [s] to wait before the first turn begins, not negative

    /// The same clock over another kind of number.
    template <Real Number>
    [[nodiscard]] RhythmicPhase<Number> cast() const {
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
    [[nodiscard]] Scalar of_scaled_time(const Scalar& scaled_time) const noexcept { return scaled_time; }

    /// In [0, 1).
    [[nodiscard]] Scalar at(const Scalar& time) const noexcept {
        const Scalar elapsed = time - delay;
        return elapsed > Scalar(0) ? Scalar(within_turn(elapsed) / duration) : Scalar(0);
    }
    [[nodiscard]] Scalar unbounded(const Scalar& time) const noexcept { return of_scaled_time(scaled_time(time)); }

    /// The time at which `phase` turns have passed.
    [[nodiscard]] Scalar time_of(const Scalar& phase) const noexcept { return time_of_scaled_time(phase); }

    /// The phase with its time derivatives: [-], [1/s], [1/s^2], [1/s^3]. At the end of the delay those of the movement.
    [[nodiscard]] Derivatives<Scalar> derivatives(const Scalar& time) const noexcept {
        return {at(time), time >= delay ? Scalar(1 / duration) : Scalar(0), Scalar(0), Scalar(0)};
    }

private:
    /// The time since the current turn began; 0 if so much time has passed that it is not finite.
    [[nodiscard]] Scalar within_turn(const Scalar& elapsed) const noexcept {
        const auto time = detail::value_of(elapsed), period = detail::value_of(duration);
        if (!detail::is_finite(time)) return Scalar(0);
        const auto remainder = std::fmod(time, period);
        if constexpr (std::floating_point<Scalar>) {
            return remainder;
        } else {
            const Scalar turns_before = std::round((time - remainder) / period) * duration;
            const Scalar inexact = elapsed - turns_before;  // has the derivatives
            return inexact + (remainder - detail::value_of(inexact));
        }
    }
};

}  // namespace primore
