// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace primore {

/// A number in the open interval (0, 1) from 64 random bits: (k + 1/2) 2^-52 with k the upper 52 bits, without rounding.
[[nodiscard]] constexpr double uniform_from_bits(std::uint64_t bits) noexcept { return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52; }

/// The same in float from 32 random bits: (k + 1/2) 2^-23 with k the upper 23 bits.
[[nodiscard]] constexpr float uniform_from_bits(std::uint32_t bits) noexcept { return (static_cast<float>(bits >> 9) + 0.5F) * 0x1p-23F; }

/// Two independent standard normal numbers.
struct NormalPair {
    double first;
    double second;
};

/// Turns two uniform numbers into two standard normal ones [BoxMuller58].
///
///     r = sqrt(-2 ln u),   (r cos(2 pi v), r sin(2 pi v))
///
/// Products only, nothing that a compiler could contract differently: the bits depend on the mathematics library alone, not
/// on the C++ library or the flags. The smallest u, 2^-53, bounds the magnitude by 8.57.
///
/// @param u, v  uniform in (0, 1)
[[nodiscard]] inline NormalPair normal_pair(double u, double v) noexcept {
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * v;
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace primore
