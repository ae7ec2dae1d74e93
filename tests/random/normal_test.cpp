// SPDX-License-Identifier: MIT
#include <primore/random/normal.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

using primore::normal_pair;
using primore::uniform_from_bits;

TEST_CASE("uniform_from_bits stays inside (0, 1) and is centred", "[formula]") {
    CHECK(uniform_from_bits(std::uint64_t{0}) == 0x1p-53);
    CHECK(uniform_from_bits(~std::uint64_t{0}) == 1.0 - 0x1p-53);
    CHECK(uniform_from_bits(std::uint64_t{1} << 63) == 0.5 + 0x1p-53);
    CHECK(uniform_from_bits(std::uint32_t{0}) == 0x1p-24F);
    CHECK(uniform_from_bits(~std::uint32_t{0}) == 1.0F - 0x1p-24F);
}

TEST_CASE("normal_pair is the Box-Muller transform", "[formula]") {
    // u = e^-2 gives the radius 2; the angles 0+, a quarter and a half turn give the axes.
    const double u = std::exp(-2.0);
    CHECK_THAT(normal_pair(u, 0.25).first, WithinAbs(0.0, 1e-15));
    CHECK_THAT(normal_pair(u, 0.25).second, WithinAbs(2.0, 1e-15));
    CHECK_THAT(normal_pair(u, 0.5).first, WithinAbs(-2.0, 1e-15));
    CHECK_THAT(normal_pair(u, 0.5).second, WithinAbs(0.0, 1e-15));
}

TEST_CASE("normal_pair is finite at the ends of the unit interval", "[property]") {
    // sqrt(-2 ln 2^-53) = 8.5717...
    CHECK_THAT(normal_pair(0x1p-53, 0x1p-53).first, WithinAbs(8.5717, 1e-4));
    CHECK(std::abs(normal_pair(1.0 - 0x1p-53, 0.3).first) < 2e-8);
}
