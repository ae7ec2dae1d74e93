// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace primore {

namespace detail {

inline constexpr std::uint64_t philox_multiplier_0 = 0xD251'1F53u, philox_multiplier_1 = 0xCD9E'8D57u;
inline constexpr std::uint32_t philox_weyl_0 = 0x9E37'79B9u, philox_weyl_1 = 0xBB67'AE85u;
inline constexpr int philox_rounds = 10;

}  // namespace detail

/// The counter-based generator Philox4x32-10: four random words as a pure function of a counter and a key.
///
/// Ten rounds of two 32 x 32 -> 64 bit products, the key growing by the Weyl constants between them
/// [Salmon11, section 3.3]. Passes BigCrush for any key and any way of counting.
///
/// @param counter  [4] words; different counters give independent blocks
/// @param key      [2] words
/// @return  [4] uniformly distributed words
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                                std::array<std::uint32_t, 2> key) noexcept {
    // In words of 64 bits whose upper halves are left as they fall: a loop over blocks then becomes vector instructions.
    std::uint64_t w0 = counter[0], w1 = counter[1], w2 = counter[2], w3 = counter[3];
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < detail::philox_rounds; ++round) {
        const std::uint64_t product_0 = detail::philox_multiplier_0 * static_cast<std::uint32_t>(w0);
        const std::uint64_t product_1 = detail::philox_multiplier_1 * static_cast<std::uint32_t>(w2);
        w0 = product_1 >> 32 ^ w1 ^ k0;
        w1 = product_1;
        w2 = product_0 >> 32 ^ w3 ^ k1;
        w3 = product_0;
        k0 += detail::philox_weyl_0;
        k1 += detail::philox_weyl_1;
    }
    return {static_cast<std::uint32_t>(w0), static_cast<std::uint32_t>(w1), static_cast<std::uint32_t>(w2), static_cast<std::uint32_t>(w3)};
}

}  // namespace primore
