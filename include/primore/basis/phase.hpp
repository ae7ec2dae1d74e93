// SPDX-License-Identifier: MIT
#pragma once

// Phase clocks turn time t [s] into a phase [-], by way of the scaled time z = (t - delay) / duration.
//
// Any of their numbers may be a constant of Eigen::AutoDiffScalar, whose vector of derivatives is empty. Eigen lets it grow when it meets
// another number, but not within a product of constants: that is why some products here are named before they are used.

#include <cmath>
#include <concepts>
#include <string_view>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// The clock of a movement that simply progresses: the phase rises from 0 to 1 while the movement lasts.
///
///     phase = z, held at 0 during the delay and at 1 after the end unless `is_clipped` is false
template <Real Scalar>
struct LinearPhase {
    Scalar duration = 1;     ///< tau [s], positive
    Scalar delay = 0;        ///< [s] to wait before the movement begins, not negative
    bool is_clipped = true;  ///< whether the phase stays within [0, 1]; otherwise it runs on, below 0 before the movement

    /// The same clock over another kind of number.
    template <Real Number>
    [[nodiscard]] LinearPhase<Number> cast() const {
        return {Number(duration), Number(delay), is_clipped};
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

    [[nodiscard]] Scalar at(const Scalar& time) const noexcept {
        const Scalar z = scaled_time(time);
        if (is_clipped && z < Scalar(0)) return Scalar(0);
        if (is_clipped && z > Scalar(1)) return Scalar(1);
        return z;
    }
    [[nodiscard]] Scalar unbounded(const Scalar& time) const noexcept { return of_scaled_time(scaled_time(time)); }

    /// The time at which the unbounded clock shows `phase`.
    [[nodiscard]] Scalar time_of(const Scalar& phase) const noexcept { return time_of_scaled_time(phase); }

    /// The phase with its time derivatives: [-], [1/s], [1/s^2], [1/s^3]. At both ends of the movement those of the inside.
    [[nodiscard]] Derivatives<Scalar> derivatives(const Scalar& time) const noexcept {
        const Scalar z = scaled_time(time);
        const bool is_moving = !is_clipped || (z >= Scalar(0) && z <= Scalar(1));
        return {at(time), is_moving ? Scalar(1 / duration) : Scalar(0), Scalar(0), Scalar(0)};
    }
};

/// The clock of a movement whose drive fades: the canonical system of dynamic movement primitives, solved.
///
///     phase = exp(-decay z), held at 1 during the delay, never quite 0          [Ijspeert13, eq. 2.2]
template <Real Scalar>
struct ExponentialPhase {
    Scalar duration = 1;  ///< tau [s], positive
    Scalar delay = 0;     ///< [s] to wait before the movement begins, not negative
    Scalar decay = 3;     ///< alpha_phase [-], positive

    /// The same clock over another kind of number.
    template <Real Number>
    [[nodiscard]] ExponentialPhase<Number> cast() const {
        return {Number(duration), Number(delay), Number(decay)};
    }

    /// @throws std::invalid_argument, in the name of `where`, if a member is out of its range
    void validate(std::string_view where = "ExponentialPhase") const {
        detail::require_positive(where, "duration", duration);
        detail::require_not_negative(where, "delay", delay);
        detail::require_positive(where, "decay", decay);
    }

    [[nodiscard]] Scalar scaled_time(const Scalar& time) const noexcept {
        const Scalar elapsed = time - delay;
        return elapsed / duration;
    }
    [[nodiscard]] Scalar time_of_scaled_time(const Scalar& scaled_time) const noexcept {
        const Scalar elapsed = scaled_time * duration;
        return elapsed + delay;
    }
    [[nodiscard]] Scalar of_scaled_time(const Scalar& scaled_time) const noexcept {
        using std::exp;
        return exp(-(decay * scaled_time));
    }

    /// The scaled time since the movement began: 0 during the delay.
    [[nodiscard]] Scalar elapsed(const Scalar& time) const noexcept {
        const Scalar z = scaled_time(time);
        return z < Scalar(0) ? Scalar(0) : z;
    }

    [[nodiscard]] Scalar at(const Scalar& time) const noexcept { return of_scaled_time(elapsed(time)); }
    [[nodiscard]] Scalar unbounded(const Scalar& time) const noexcept { return of_scaled_time(scaled_time(time)); }

    /// The time at which the unbounded clock shows `phase`, a positive number.
    [[nodiscard]] Scalar time_of(const Scalar& phase) const noexcept {
        using std::log;
        const Scalar faded = -log(phase);
        return time_of_scaled_time(faded / decay);
    }

    /// The phase with its time derivatives: [-], [1/s], [1/s^2], [1/s^3]. At the end of the delay those of the movement.
    [[nodiscard]] Derivatives<Scalar> derivatives(const Scalar& time) const noexcept {
        const Scalar phase = at(time);
        const Scalar rate = scaled_time(time) >= Scalar(0) ? Scalar(-(decay / duration)) : Scalar(0);
        const Scalar rate2 = rate * rate, rate3 = rate2 * rate;
        return {phase, rate * phase, rate2 * phase, rate3 * phase};
    }
};

/// A PhaseClock says how the phase runs with time. All calls are pure; `derivatives` has the third one, too. It has the members
/// `duration` and `delay`, on which it depends by way of the scaled time only, and `cast<Number>()` to count in another kind of number.
template <typename P, typename Scalar>
concept PhaseClock = Real<Scalar> && requires(const P& clock, Scalar number) {
    { clock.scaled_time(number) } noexcept -> std::same_as<Scalar>;
    { clock.of_scaled_time(number) } noexcept -> std::same_as<Scalar>;
    { clock.at(number) } noexcept -> std::same_as<Scalar>;
    { clock.derivatives(number) } noexcept -> std::same_as<Derivatives<Scalar>>;
    clock.validate(std::string_view());
};

}  // namespace primore
