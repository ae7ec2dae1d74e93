// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>

#include <primore/basis/attractor.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/require.hpp>

namespace primore {

template <std::floating_point Scalar>
struct MovementClockOptions {
    Scalar max_speed = 1;        ///< speeds are held between 0 and this, positive
    Scalar max_rate_change = 5;  ///< [1/s] limit of the change of rate, positive: how fast the movement may be stopped
    Scalar start_time = 0;       ///< [s] movement time to begin with
    Scalar start_rate = 1;       ///< rate to begin with, from 0 to max_speed
};

/// The time of a movement that is stretched, paused and resumed from outside: in every control tick someone says at which speed the
/// movement shall go (1 as planned, 1/2 half as fast, 0 pause), and this clock says how far it has come.
///
/// The rate follows the wanted speed u without a jump in itself or its change, by a critically damped system that is solved exactly:
///
///     dt_movement/dt = rate,     rate'' = w^2 (u - rate) - 2 w rate',     w = e max_rate_change / max_speed
///
/// Its impulse response w^2 t exp(-w t) is positive and has the integral 1 and the peak w / e. So for speeds in [0, max_speed], however
/// they change: the movement never runs backwards nor faster than allowed, |rate'| <= max_rate_change, and |rate''| is bounded, too.
template <std::floating_point Scalar>
class MovementClock {
public:
    /// @throws std::invalid_argument if an option is out of range
    explicit MovementClock(const MovementClockOptions<Scalar>& options = {})
        : max_speed_(options.max_speed), time_(options.start_time), rate_(options.start_rate) {
        constexpr auto where = "MovementClock";
        detail::require_positive(where, "max_speed", options.max_speed);
        detail::require_positive(where, "max_rate_change", options.max_rate_change);
        detail::require_finite(where, "start_time", options.start_time);
        if (!(options.start_rate >= 0 && options.start_rate <= options.max_speed)) {
            detail::refuse(where, "start_rate", options.start_rate, "a number from 0 to max_speed");
        }
        response_ = std::numbers::e * static_cast<double>(options.max_rate_change) / max_speed_;
    }

    /// Lets `step` seconds pass, in which the wanted speed is `speed`. A speed that is NaN is a pause, a step that is not a
    /// positive number is none. No allocation.
    void advance(Scalar step, Scalar speed) noexcept {
        const double wanted = speed > 0 ? (speed < max_speed_ ? static_cast<double>(speed) : max_speed_) : 0;
        if (!(step > 0) || !detail::is_finite(step)) return;
        const double h = static_cast<double>(step), behind = rate_ - wanted, change = rate_change_;
        double still_behind = 0, still_changing = 0;
        if (response_ * h < 700) {  // else all is forgotten
            const auto transition = Attractor<double>{2 * response_}.transition(h);
            still_behind = transition(0, 0) * behind + transition(0, 1) * change;
            still_changing = transition(1, 0) * behind + transition(1, 1) * change;
        }
        // The integral of the differential equation: what the rate, on its way to the wanted speed, has been off by.
        time_ += wanted * h + (2 * (behind - still_behind) + (change - still_changing) / response_) / response_;
        const double nothing = 1e-15 * max_speed_;
        const bool has_arrived = std::abs(still_behind) <= nothing && std::abs(still_changing) <= nothing * response_;
        rate_ = has_arrived ? wanted : wanted + still_behind;
        rate_change_ = has_arrived ? 0 : still_changing;
    }

    [[nodiscard]] Scalar time() const noexcept { return static_cast<Scalar>(time_); }                ///< [s] of the movement
    [[nodiscard]] Scalar rate() const noexcept { return static_cast<Scalar>(rate_); }                ///< [-] its time derivative
    [[nodiscard]] Scalar rate_change() const noexcept { return static_cast<Scalar>(rate_change_); }  ///< [1/s] its second derivative

private:
    double max_speed_;  // all in double: thousands of small steps are added up
    double response_ = 0;
    double time_, rate_, rate_change_ = 0;
};

}  // namespace primore
