// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace primore {

/// A number in the open interval (0, 1) from 64 random bits: (k + 1/2) 2^-52 with k the upper 52 bits, without rounding.
[[nodiscard]] constexpr double uniform_from_bits(std::uint64_t bits) noexcept { return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52; }

/// The same in float from 32 random bits: (k + 1/2) 2^-23 with k the upper 23 bits.
[[nodiscard]] constexpr float uniform_from_bits(std::uint32_t bits) noexcept { return (static_cast<float>(bits >> 9) + 0.5F) * 0x1p-23F; }

/// Pairs of independent standard normal numbers, (first[i], second[i]).
template <std::size_t Count>
struct NormalPairs {
    std::array<double, Count> first, second;
};

/// Turns pairs of uniform numbers into pairs of standard normal ones [BoxMuller58], several at once.
///
///     r = sqrt(-2 ln u),   (r cos(2 pi v), r sin(2 pi v))
///     u = 2^e m,  sqrt(1/2) <= m < sqrt(2):   ln u = e ln 2 + 2 artanh(s),  s = (m - 1) / (m + 1)
///     2 pi v = q pi/2 + x,  |x| <= pi/4
///
/// artanh, sine and cosine are their power series as far as a double sees them: no branches and no mathematics library, so that the
/// compiler makes vector instructions of them. Every operation is rounded for itself: a pair has the same bits with every compiler, its
/// optimisations and instruction sets, and however many pairs are made at once (with `-ffast-math` it need not). The error is at most
/// 3 units in the last place of r; the smallest u, 2^-53, bounds r by 8.57.
///
/// @param u_bits, v_bits  [Count] random bits, of which uniform_from_bits() makes u and v
template <std::size_t Count>
#if defined(__GNUC__) && !defined(__clang__)
[[gnu::optimize("fp-contract=off")]]
#endif
[[nodiscard]] NormalPairs<Count>
normal_pairs(const std::array<std::uint64_t, Count>& u_bits, const std::array<std::uint64_t, Count>& v_bits) noexcept {
#if defined(__clang__)
#pragma clang fp contract(off)
#endif
    constexpr std::uint64_t one = 0x3ff0'0000'0000'0000, root_half = 0x3fe6'a09e'667f'3bcd, two_to_52 = 0x4330'0000'0000'0000;
    constexpr std::uint64_t mantissa = 0x000f'ffff'ffff'ffff;
    constexpr double ln2_high = 0x1.62e42fefap-1, ln2_low = 0x1.cf79abc9e3b39p-40;  // e ln2_high is exact
    double radius[Count];
    for (std::size_t i = 0; i < Count; ++i) {
        const double u = std::bit_cast<double>(one | u_bits[i] >> 12) - (1.0 - 0x1p-53);
        const std::uint64_t bits = std::bit_cast<std::uint64_t>(u) + (one - root_half);
        const double e = std::bit_cast<double>(two_to_52 | bits >> 52) - (0x1p52 + 1023.0);
        const double m = std::bit_cast<double>((bits & mantissa) + root_half);
        const double s = (m - 1.0) / (m + 1.0), z = s * s, y = z * z;  // the series by powers of y, two at once
        const double even = 2.0 / 3 + y * (2.0 / 7 + y * (2.0 / 11 + y * (2.0 / 15 + y * (2.0 / 19))));
        const double odd = 2.0 / 5 + y * (2.0 / 9 + y * (2.0 / 13 + y * (2.0 / 17)));
        radius[i] = -2.0 * (e * ln2_high + (2.0 * s + (s * (z * (even + z * odd)) + e * ln2_low)));
    }
    for (std::size_t i = 0; i < Count; ++i) radius[i] = std::sqrt(radius[i]);
    NormalPairs<Count> pairs;
    for (std::size_t i = 0; i < Count; ++i) {
        const std::uint64_t turned = v_bits[i] + (std::uint64_t{1} << 61);  // by pi/4: the upper two bits are q, the others x
        const double x_of_turn = (std::bit_cast<double>(one | turned << 2 >> 14) - 1.125) + 0x1p-53;
        const double x = 2.0 * std::numbers::pi * x_of_turn, z = x * x, y = z * z;
        const double sine_even = -1.0 / 6 + y * (-1.0 / 5'040 + y * (-1.0 / 39'916'800 + y * (-1.0 / 1'307'674'368'000)));
        const double sine_odd = 1.0 / 120 + y * (1.0 / 362'880 + y * (1.0 / 6'227'020'800 + y * (1.0 / 355'687'428'096'000)));
        const double cosine_even = 1.0 / 24 + y * (1.0 / 40'320 + y * (1.0 / 479'001'600 + y * (1.0 / 20'922'789'888'000)));
        const double cosine_odd = -1.0 / 720 + y * (-1.0 / 3'628'800 + y * (-1.0 / 87'178'291'200));
        const auto sine = std::bit_cast<std::uint64_t>(x + x * (z * (sine_even + z * sine_odd)));
        const auto cosine = std::bit_cast<std::uint64_t>(1.0 - (0.5 * z - y * (cosine_even + z * cosine_odd)));
        // q = 0: (cos, sin), 1: (-sin, cos), 2: (-cos, -sin), 3: (sin, -cos)
        const std::uint64_t q = turned >> 62, exchange = (cosine ^ sine) & (0 - (q & 1));
        pairs.first[i] = radius[i] * std::bit_cast<double>(cosine ^ exchange ^ ((q + 1) & 2) << 62);
        pairs.second[i] = radius[i] * std::bit_cast<double>(sine ^ exchange ^ (q & 2) << 62);
    }
    return pairs;
}

}  // namespace primore
