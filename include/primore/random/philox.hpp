// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace primore {

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
    constexpr std::uint64_t multiplier_0 = 0xD251'1F53u, multiplier_1 = 0xCD9E'8D57u;
    constexpr std::uint32_t weyl_0 = 0x9E37'79B9u, weyl_1 = 0xBB67'AE85u;
    constexpr int rounds = 10;
    for (int round = 0; round < rounds; ++round) {
        const std::uint64_t product_0 = multiplier_0 * counter[0];
        const std::uint64_t product_1 = multiplier_1 * counter[2];
        counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
                   static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product_0)};
        key = {key[0] + weyl_0, key[1] + weyl_1};
    }
    return counter;
}

}  // namespace primore
