// SPDX-License-Identifier: MIT
#include <primore/random/normal.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <primore/random/philox.hpp>

#include "support/catch.hpp"

using primore::normal_pairs;
using primore::uniform_from_bits;

namespace {

/// 64 random bits each, from a block of Philox.
struct Bits {
    std::uint64_t u, v;

    explicit Bits(std::uint32_t block) {
        const auto words = primore::philox4x32({block, 0, 0, 0}, {0, 0});
        u = std::uint64_t{words[0]} << 32 | words[1];
        v = std::uint64_t{words[2]} << 32 | words[3];
    }
};

}  // namespace

TEST_CASE("uniform_from_bits stays inside (0, 1) and is centred", "[formula]") {
    CHECK(uniform_from_bits(std::uint64_t{0}) == 0x1p-53);
    CHECK(uniform_from_bits(~std::uint64_t{0}) == 1.0 - 0x1p-53);
    CHECK(uniform_from_bits(std::uint64_t{1} << 63) == 0.5 + 0x1p-53);
    CHECK(uniform_from_bits(std::uint32_t{0}) == 0x1p-24F);
    CHECK(uniform_from_bits(~std::uint32_t{0}) == 1.0F - 0x1p-24F);
}

TEST_CASE("normal_pairs is the Box-Muller transform", "[formula]") {
    // u = 1/8 gives the radius sqrt(6 ln 2); quarters of a turn give the axes, as far as half a unit of v, pi 2^-52, shows.
    const double radius = std::sqrt(6.0 * std::numbers::ln2);
    const std::uint64_t eighth = std::uint64_t{1} << 61, quarter = std::uint64_t{1} << 62;
    const auto [x, y] = normal_pairs<4>({eighth, eighth, eighth, eighth}, {0, quarter, 2 * quarter, 3 * quarter});
    const std::array<double, 4> cosine{1, 0, -1, 0}, sine{0, 1, 0, -1};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK_THAT(x[i], WithinAbs(radius * cosine[i], 2e-15));
        CHECK_THAT(y[i], WithinAbs(radius * sine[i], 2e-15));
    }
}

TEST_CASE("normal_pairs does not depend on how many there are at once", "[property]") {
    for (std::uint32_t block = 0; block < 1000; block += 8) {
        std::array<std::uint64_t, 8> u, v;
        for (std::uint32_t i = 0; i < 8; ++i) u[i] = Bits(block + i).u, v[i] = Bits(block + i).v;
        const auto all = normal_pairs(u, v);
        for (std::size_t i = 0; i < 8; ++i) {
            const auto one = normal_pairs<1>({u[i]}, {v[i]});
            CHECK(all.first[i] == one.first[0]);
            CHECK(all.second[i] == one.second[0]);
        }
    }
}

TEST_CASE("normal_pairs is as exact as the mathematics library", "[property]") {
    // In units of the last place of r: 2.3 at most of 1.6e6 pairs against long double; against double, whose angle is rounded before its
    // quadrant is known, 6 of these 20000.
    double worst = 0;
    for (std::uint32_t block = 0; block < 20'000; ++block) {
        const Bits bits(block);
        const auto [x, y] = normal_pairs<1>({bits.u}, {bits.v});
        const double radius = std::sqrt(-2.0 * std::log(uniform_from_bits(bits.u)));
        const double angle = 2.0 * std::numbers::pi * uniform_from_bits(bits.v);
        const double error = std::max(std::abs(x[0] - radius * std::cos(angle)), std::abs(y[0] - radius * std::sin(angle)));
        worst = std::max(worst, error / std::ldexp(1.0, std::ilogb(radius) - 52));
    }
    CHECK(worst < 10);
}

TEST_CASE("normal_pairs agrees with numbers of 50 digits, at the ends of the unit interval and of the series too", "[reference]") {
    // mpmath 1.3: r cos(2 pi v) and r sin(2 pi v) with u, v = ((bits >> 12) + 1/2) 2^-52
    struct Row {
        std::uint64_t u, v;
        double first, second;
    };
    for (const Row& row : {Row{0x0000000000000000u, 0x0000000000000000u, 8.57167434865290498, 5.97937458717102517e-15},
                           Row{0x0123456789abcdefu, 0xfedcba9876543210u, 3.28994769360665875, -0.0918965600069119721},
                           Row{0x8000000000000000u, 0x2000000000000000u, 0.832554611157697042, 0.832554611157698204},
                           Row{0xb504f333f9de6484u, 0x5fffffffffffffffu, -0.588705011257736877, 0.588705011257737698},
                           Row{0xfffffffffffff000u, 0x9e3779b97f4a7c15u, -1.09876525115716482e-8, -1.00655897596705466e-8},
                           Row{0xffffffff00000000u, 0xc000000000000000u, 1.5053069329600025e-20, -0.0000215791812939542354},
                           Row{0x0000000000010000u, 0xe000000000000000u, 5.76543953295936211, -5.76543953295935407}}) {
        const auto [x, y] = normal_pairs<1>({row.u}, {row.v});
        const double tolerance = std::ldexp(1.0, std::ilogb(std::hypot(row.first, row.second)) - 52);
        CHECK_THAT(x[0], WithinAbs(row.first, tolerance));
        CHECK_THAT(y[0], WithinAbs(row.second, tolerance));
    }
}
