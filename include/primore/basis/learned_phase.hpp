// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// Which numbers of a phase clock are learned, that is: stand at the front of every parameter vector, in this order.
struct LearnedPhase {
    bool duration = false;
    bool delay = false;
    bool decay = false;  ///< only of a clock that has one

    /// How many numbers that takes from the parameter vector.
    [[nodiscard]] Eigen::Index count() const noexcept { return Eigen::Index(duration) + Eigen::Index(delay) + Eigen::Index(decay); }

    /// The clock of one movement: `clock` with its learned numbers read from `parameters`, [at least count()].
    ///
    /// @throws std::invalid_argument, in the name of `where`, if a number that was read is not allowed
    template <typename Clock, typename Derived>
    [[nodiscard]] Clock read(std::string_view where, Clock clock, const Eigen::MatrixBase<Derived>& parameters) const {
        Eigen::Index next = 0;
        const auto take = [&](std::string_view meaning, auto& number, auto require) {
            number = parameters(next);
            require(where, "parameters[" + std::to_string(next) + "], the " + std::string(meaning) + ",", number);
            ++next;
        };
        constexpr auto positive = [](const auto&... what) { detail::require_positive(what...); };
        constexpr auto not_negative = [](const auto&... what) { detail::require_not_negative(what...); };
        if (duration) take("duration", clock.duration, positive);
        if (delay) take("delay", clock.delay, not_negative);
        if constexpr (requires { clock.decay; }) {
            if (decay) take("decay", clock.decay, positive);
        }
        return clock;
    }
};

}  // namespace primore
