// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
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
    for (int round = 0; round < detail::philox_rounds; ++round) {
        const std::uint64_t product_0 = detail::philox_multiplier_0 * counter[0];
        const std::uint64_t product_1 = detail::philox_multiplier_1 * counter[2];
        counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
                   static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product_0)};
        key = {key[0] + detail::philox_weyl_0, key[1] + detail::philox_weyl_1};
    }
    return counter;
}

/// Eight blocks at once, of the counters {c_0, c_1, c_2, c_3}, {c_0 + 1, c_1, c_2, c_3}, ..., in the time of one or two.
///
/// @return  [4][8] words: those of block i stand at [0..3][i]
[[nodiscard]] inline std::array<std::array<std::uint32_t, 8>, 4> eight_philox4x32(const std::array<std::uint32_t, 4>& counter,
                                                                                  std::array<std::uint32_t, 2> key) noexcept {
    constexpr std::size_t lanes = 8;
    std::array<std::array<std::uint32_t, lanes>, 4> words;
    for (std::size_t word = 0; word < 4; ++word) words[word].fill(counter[word]);
    for (std::size_t i = 0; i < lanes; ++i) words[0][i] += static_cast<std::uint32_t>(i);
    for (int round = 0; round < detail::philox_rounds; ++round) {
        for (std::size_t i = 0; i < lanes; ++i) {  // the compiler turns this loop into vector instructions
            const std::uint64_t product_0 = detail::philox_multiplier_0 * words[0][i];
            const std::uint64_t product_1 = detail::philox_multiplier_1 * words[2][i];
            words[0][i] = static_cast<std::uint32_t>(product_1 >> 32) ^ words[1][i] ^ key[0];
            words[1][i] = static_cast<std::uint32_t>(product_1);
            words[2][i] = static_cast<std::uint32_t>(product_0 >> 32) ^ words[3][i] ^ key[1];
            words[3][i] = static_cast<std::uint32_t>(product_0);
        }
        key = {key[0] + detail::philox_weyl_0, key[1] + detail::philox_weyl_1};
    }
    return words;
}

}  // namespace primore
