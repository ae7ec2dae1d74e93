// SPDX-License-Identifier: MIT
#pragma once

// What holds for every phase clock.

#include <algorithm>
#include <cmath>
#include <limits>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"
#include "support/differences.hpp"
#include "support/near.hpp"

namespace primore_test {

/// The phase is held before its movement, and finite for every time.
template <typename Phase, typename Scalar>
void check_held(const Phase& phase, Scalar first_phase) {
    const Scalar infinity = std::numeric_limits<Scalar>::infinity(), largest = std::numeric_limits<Scalar>::max();
    for (const Scalar before : {-infinity, -largest, phase.delay - 1, phase.delay * (1 - std::numeric_limits<Scalar>::epsilon())}) {
        const auto held = phase.derivatives(before);
        CHECK(held.value == first_phase);
        CHECK(held.first == 0);
        CHECK(held.second == 0);
        CHECK(held.third == 0);
        CHECK(phase.at(before) == first_phase);
    }
    CHECK(phase.at(phase.delay) == first_phase);
    for (const Scalar time : {phase.delay, Scalar(1e4), Scalar(1e30), largest, infinity}) {
        const auto p = phase.derivatives(time);
        for (const Scalar number : {p.value, p.first, p.second, p.third, phase.at(time)}) CHECK(std::isfinite(number));
    }
}

/// The derivatives, at times within the movement: against differences, and against automatic differentiation, of the duration, too.
template <typename Phase>
void check_phase_derivatives(const Phase& phase) {
    for (const double z : {0.03, 0.2, 0.5, 0.77, 0.97}) {
        const double time = phase.time_of_scaled_time(z), h = 1e-3 * phase.duration;
        check_derivatives([&](double t) { return phase.derivatives(t); }, time, h, 1e-6);
        check_automatic_derivatives([&]<typename Number>(const Number& t) { return phase.template cast<Number>().derivatives(t); }, time);

        auto longer = phase.template cast<Dual>();
        longer.duration = dual(phase.duration);
        const Dual p = longer.at(Dual(time));
        CHECK_THAT(p.value(), near(phase.at(time), 1e-15));
        CHECK_THAT(p.derivatives()(0), near(-z * phase.derivatives(time).first, 1e-12));  // phase(z), dz / dtau = -z / tau
        const Dual back = longer.time_of(Dual(phase.unbounded(time)));
        CHECK_THAT(back.value(), near(time, 1e-13));
        CHECK_THAT(back.derivatives()(0), near(z, 1e-12));  // t = delay + z tau
        const auto plain = phase.template cast<Dual>();
        CHECK_THAT(plain.time_of(dual(phase.unbounded(time))).derivatives()(0), near(1 / phase.derivatives(time).first, 1e-9));
    }
}

/// `time_of` inverts `unbounded` at z, up to what one rounding of the phase makes of the time where the phase has that slope in z.
template <typename Phase, typename Scalar>
void check_inverse(const Phase& phase, Scalar z, Scalar slope) {
    const Scalar epsilon = std::numeric_limits<Scalar>::epsilon(), time = phase.time_of_scaled_time(z), shown = phase.unbounded(time);
    const Scalar back = phase.time_of(shown);
    INFO("z = " << z);
    CHECK(std::abs(phase.unbounded(back) - shown) <= 8 * epsilon * (1 + std::abs(slope) * (1 + std::abs(time / phase.duration))));
    // The cube root: where the slope vanishes, so does the change of the phase, with the time's third power at the slowest.
    const Scalar lost = std::min(8 * epsilon * (1 + std::abs(shown)) / std::abs(slope), 4 * std::cbrt(epsilon));
    CHECK(std::abs(back - time) <= phase.duration * (lost + 8 * epsilon * (1 + std::abs(time / phase.duration))));
}

}  // namespace primore_test
