// SPDX-License-Identifier: MIT
#pragma once

// Gatings lead a number from a start to an end while a movement lasts: they fade a forcing term out, bring a goal up, raise a damping.
// All are functions of the scaled time z = (t - delay) / duration, so their shape stays when the duration changes: a rate that was fitted
// for one duration and kept in 1/s for another leaves the forcing on for ever, or switches it off at once.

#include <cmath>
#include <concepts>
#include <string_view>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/near_zero.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// A Gating is a number as a function of the scaled time z [-]: held at its start while z < 0, then on its way to its end.
///
/// `derivatives(z)` has three derivatives with respect to z; at z = 0 those of the way. Pure, finite for every z, without allocation.
template <typename G, typename Scalar>
concept Gating = Real<Scalar> && requires(const G& gating, const Scalar& z) {
    { gating.at(z) } noexcept -> std::same_as<Scalar>;
    { gating.derivatives(z) } noexcept -> std::same_as<Derivatives<Scalar>>;
    gating.validate(std::string_view());
};

namespace detail {

/// What a number is before it is led anywhere.
template <Real Number, std::floating_point Scalar>
[[nodiscard]] Derivatives<Number> held(Scalar value) noexcept {
    return {Number(static_cast<Base<Number>>(value)), Number(0), Number(0), Number(0)};
}

/// The logistic function s = 1 / (1 + exp(-u)), 1 - s and ln(1 + exp(u)), each with all its digits however large u is.
template <Real Number>
struct Logistic {
    Number rising, falling, softplus;

    explicit Logistic(const Number& u) noexcept {
        using std::exp;
        const bool is_high = u > Number(0);
        const Base<Number> one = 1;
        const Number e = exp(is_high ? Number(-u) : u), near_one = one / (one + e), near_zero = e * near_one;
        rising = is_high ? near_one : near_zero;
        falling = is_high ? near_zero : near_one;
        softplus = is_high ? Number(u + log1p(e)) : log1p(e);
    }
};

}  // namespace detail

/// Approaches its end like a first-order system: x = end + (start - end) exp(-rate z).
///
/// With the default numbers the gating of [Ijspeert13, eq. 2.2]; from 0 to 1 the delayed goal of [Kulvicius12].
template <std::floating_point Scalar>
struct ExponentialGating {
    Scalar rate = 4;   ///< [-], positive [dmpbbo: 4; 15 for the goal]
    Scalar start = 1;  ///< x(0)
    Scalar end = 0;    ///< x for z to infinity

    /// @throws std::invalid_argument, in the name of `where`, if a member is out of its range
    void validate(std::string_view where) const {
        detail::require_positive(where, "rate", rate);
        detail::require_finite(where, "start", start);
        detail::require_finite(where, "end", end);
    }

    template <Real Number>
    [[nodiscard]] Number at(const Number& z) const noexcept {
        return derivatives(z).value;
    }

    template <Real Number>
    [[nodiscard]] Derivatives<Number> derivatives(const Number& z) const noexcept {
        using std::exp;
        if (!(z >= Number(0))) return detail::held<Number>(start);
        const auto r = static_cast<detail::Base<Number>>(rate), last = static_cast<detail::Base<Number>>(end);
        const Number rest = static_cast<detail::Base<Number>>(start - end) * exp(-r * z);
        return {last + rest, -r * rest, r * r * rest, -r * r * r * rest};
    }
};

/// The logistic curve x' = rate x (1 - x / K): falls from its start to 0 if the rate is negative, steepest at the inflection.
///
///     x = K / (1 + exp(-rate (z - inflection))),     K = start (1 + exp(rate inflection))          [Kulvicius12; dmpbbo]
template <std::floating_point Scalar>
struct SigmoidGating {
    Scalar rate = Scalar(-16.012736246410988);       ///< r [-], not 0: its sign says whether x falls or rises; default: `falling()`
    Scalar inflection = Scalar(0.8627826216185139);  ///< scaled time of the steepest slope; default: `falling()`
    Scalar start = 1;                                ///< x(0)

    /// The curve that falls from 1 to `value_at_end` at z = 1 and begins within `slack` below its upper asymptote 1 + slack.
    ///
    /// @param value_at_end  in (0, 1) [dmpbbo: 0.1]
    /// @param slack         in (0, 1) [dmpbbo: 1e-6]
    /// @throws std::invalid_argument if a number is out of its range
    [[nodiscard]] static SigmoidGating falling(Scalar value_at_end = Scalar(0.1), Scalar slack = Scalar(1e-6)) {
        constexpr auto where = "SigmoidGating::falling";
        if (!(value_at_end > 0 && value_at_end < 1)) detail::refuse(where, "value_at_end", value_at_end, "a number between 0 and 1");
        if (!(slack > 0 && slack < 1)) detail::refuse(where, "slack", slack, "a number between 0 and 1");
        const Scalar rate = std::log(slack) - std::log((1 + slack) / value_at_end - 1);
        return {.rate = rate, .inflection = std::log(slack) / rate, .start = 1};
    }

    /// @throws std::invalid_argument, in the name of `where`, if a member is out of its range
    void validate(std::string_view where) const {
        detail::require_finite(where, "rate", rate);
        if (rate == 0) detail::refuse(where, "rate", rate, "a number other than 0");
        detail::require_finite(where, "inflection", inflection);
        detail::require_finite(where, "start", start);
        detail::require_finite(where, "the upper asymptote", asymptote());
    }

    template <Real Number>
    [[nodiscard]] Number at(const Number& z) const noexcept {
        return derivatives(z).value;
    }

    template <Real Number>
    [[nodiscard]] Derivatives<Number> derivatives(const Number& z) const noexcept {
        if (!(z >= Number(0))) return detail::held<Number>(start);
        const auto r = static_cast<detail::Base<Number>>(rate), k = static_cast<detail::Base<Number>>(asymptote());
        const detail::Logistic<Number> s(Number(r * (z - static_cast<detail::Base<Number>>(inflection))));
        const Number slope = s.rising * s.falling, bend = slope * (s.falling - s.rising);
        return {k * s.rising, k * r * slope, k * r * r * bend, k * r * r * r * slope * (1 - 6 * slope)};
    }

private:
    [[nodiscard]] Scalar asymptote() const noexcept { return start * (1 + std::exp(rate * inflection)); }
};

/// Richards' growth curve: a logistic curve of adjustable asymmetry that leaves its start exactly at z = 0.
///
///     x = start + (end - start) (R(z) - R(0)) / (1 - R(0)),     R = (1 + v exp(-rate v (z - inflection)))^(-1/v)
///
/// The steepest slope is at the inflection; v > 1 makes the end more abrupt than the beginning.          [Richards59; dmpbbo]
template <std::floating_point Scalar>
struct RichardsGating {
    Scalar rate = 10;       ///< alpha [-], positive [dmpbbo: 10]
    Scalar asymmetry = 10;  ///< v [-], positive; 1 is the logistic curve [dmpbbo: 10 for the gating, 1 for the goal]
    Scalar inflection = 1;  ///< scaled time of the steepest slope [dmpbbo: 1 for the gating, 0.3 for the goal]
    Scalar start = 1;       ///< x(0)
    Scalar end = 0;         ///< x for z to infinity

    /// @throws std::invalid_argument, in the name of `where`, if a member is out of its range
    void validate(std::string_view where) const {
        detail::require_positive(where, "rate", rate);
        detail::require_positive(where, "asymmetry", asymmetry);
        detail::require_finite(where, "inflection", inflection);
        detail::require_finite(where, "start", start);
        detail::require_finite(where, "end", end);
        const Scalar way = left_at_zero();
        if (!(way > 0)) detail::refuse(where, "1 - R(0), the way that is left at z = 0,", way, "a positive number (a later inflection)");
    }

    template <Real Number>
    [[nodiscard]] Number at(const Number& z) const noexcept {
        return derivatives(z).value;
    }

    template <Real Number>
    [[nodiscard]] Derivatives<Number> derivatives(const Number& z) const noexcept {
        using std::exp;
        if (!(z >= Number(0))) return detail::held<Number>(start);
        using Plain = detail::Base<Number>;
        const auto r = static_cast<Plain>(rate), v = static_cast<Plain>(asymmetry), last = static_cast<Plain>(end);
        const auto way = static_cast<Plain>(end - start), all = static_cast<Plain>(left_at_zero());
        const detail::Logistic<Number> logistic(exponent(z));
        const Number s = logistic.rising, log_curve = -logistic.softplus / v;
        const Number bend = s * ((1 + v) * s - v);  // R'' = rate^2 R bend, and bend' = -rate v s (1 - s) (2 (1 + v) s - v)
        const Number bend_rate = -v * s * logistic.falling * (2 * (1 + v) * s - v);
        const Number slope = way / all * r * exp(log_curve), left = -detail::expm1(log_curve) / all;
        return {last - way * left, slope * s, slope * r * bend, slope * r * r * (s * bend + bend_rate)};
    }

private:
    /// ln of v exp(-rate v (z - inflection)), which itself would overflow.
    template <Real Number>
    [[nodiscard]] Number exponent(const Number& z) const noexcept {
        using Plain = detail::Base<Number>;
        return static_cast<Plain>(std::log(asymmetry)) - static_cast<Plain>(rate * asymmetry) * (z - static_cast<Plain>(inflection));
    }

    /// 1 - R(0)
    [[nodiscard]] Scalar left_at_zero() const noexcept {
        return -std::expm1(-detail::Logistic<Scalar>(exponent(Scalar(0))).softplus / asymmetry);
    }
};

}  // namespace primore
