// SPDX-License-Identifier: MIT
#include <primore/random/stream.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::Purpose;
using primore::Stream;

static_assert(std::uniform_random_bit_generator<Stream>);

TEST_CASE("a stream is philox4x32 at its address", "[formula]") {
    Stream stream(0x299f31d0'a4093822u, Purpose{0x03707344}, 0x13198a2e, 0x85a308d3);
    for (std::uint32_t block = 0; block < 3; ++block) {
        const auto expected = primore::philox4x32({block, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
        for (const auto word : expected) CHECK(stream() == word);
    }
}

TEST_CASE("streams give the same bits with every standard library", "[formula]") {
    // The same with g++ and clang++, libstdc++ and libc++, -O0 to -O3 and -march=native; the normal ones are those of 50 digits (mpmath
    // 1.3) but for the last place of the second.
    Stream bits(1, Purpose::search, 0, 0);
    CHECK(bits() == 0xe3e80670u);
    Stream uniform(1, Purpose::search, 0, 0);
    CHECK(uniform.uniform() == 0x1.c7d00ce1ca141p-1);
    Stream normal(1, Purpose::search, 0, 0);
    CHECK(normal.normal() == -0x1.a7d4d42746e8fp-2);
    CHECK(normal.normal() == -0x1.fa8a089dad3f9p-3);
    CHECK(normal.normal() == -0x1.c327de4fc7eeap-1);
}

TEST_CASE("streams of different addresses have nothing in common", "[property]") {
    std::set<std::uint32_t> seen;
    std::size_t drawn = 0;
    for (std::uint64_t seed : {1u, 2u}) {
        for (auto purpose : {Purpose::search, Purpose::episode}) {
            for (std::uint32_t iteration = 0; iteration < 5; ++iteration) {
                for (std::uint32_t sample = 0; sample < 5; ++sample) {
                    Stream stream(seed, purpose, iteration, sample);
                    for (int i = 0; i < 20; ++i, ++drawn) seen.insert(stream());
                }
            }
        }
    }
    CHECK(seen.size() + 2 >= drawn);  // 2000 of 2^32 words: a coincidence has probability 5e-4
}

TEST_CASE("a copy of a stream continues like the original", "[property]") {
    Stream stream(7, Purpose::episode, 3, 2);
    (void)stream.normal();
    Stream copy = stream;
    for (int i = 0; i < 10; ++i) CHECK(stream.normal() == copy.normal());
}

TEMPLATE_TEST_CASE("the columns of normal_columns have the numbers of their streams", "[property]", float, double) {
    for (const Eigen::Index n : {0, 1, 2, 3, 4, 15, 16, 17, 37}) {
        for (const Eigen::Index count : {0, 1, 2, 7}) {
            const Eigen::MatrixX<TestType> all = primore::normal_columns<TestType>(n, count, 0x9'0000'0007, Purpose::restart, 5);
            REQUIRE(all.rows() == n);
            REQUIRE(all.cols() == count);
            for (Eigen::Index i = 0; i < count; ++i) {
                Stream stream(0x9'0000'0007, Purpose::restart, 5, static_cast<std::uint32_t>(i));
                CHECK(all.col(i) == stream.normal_vector<TestType>(n));
            }
        }
    }
}

TEST_CASE("float numbers are the double ones, rounded", "[property]") {
    Stream wide(3, Purpose::search, 1, 1), narrow(3, Purpose::search, 1, 1);
    for (int i = 0; i < 100; ++i) CHECK(narrow.normal<float>() == static_cast<float>(wide.normal<double>()));
}

TEST_CASE("normal numbers have the moments and tails of N(0, 1)", "[property]") {
    // n = 1e6: the standard errors of the moments 1 to 4 are 1e-3, 1.4e-3, 3.9e-3 and 9.8e-3; bounds are 4 of them.
    constexpr int n = 1'000'000;
    Stream stream(11, Purpose::search, 0, 0);
    double moments[4] = {};
    int beyond_two = 0, beyond_three = 0, beyond_four = 0;
    for (int i = 0; i < n; ++i) {
        const double z = stream.normal();
        double power = 1;
        for (double& moment : moments) moment += (power *= z) / n;
        beyond_two += std::abs(z) > 2;
        beyond_three += std::abs(z) > 3;
        beyond_four += std::abs(z) > 4;
    }
    CHECK_THAT(moments[0], WithinAbs(0.0, 4e-3));
    CHECK_THAT(moments[1], WithinAbs(1.0, 5.7e-3));
    CHECK_THAT(moments[2], WithinAbs(0.0, 1.6e-2));
    CHECK_THAT(moments[3], WithinAbs(3.0, 4e-2));
    // Expected 45500, 2700 and 63; bounds are 4 standard deviations of the count.
    CHECK_THAT(beyond_two, WithinAbs(45500.0, 4 * 208.0));
    CHECK_THAT(beyond_three, WithinAbs(2700.0, 4 * 52.0));
    CHECK_THAT(beyond_four, WithinAbs(63.3, 4 * 8.0));
}

TEST_CASE("normal numbers are distributed as N(0, 1)", "[property]") {
    // Kolmogorov's distance from the error function of 1e5 numbers times sqrt(1e5): here 0.89, in 30 seeds 0.53 to 1.25;
    // 1.95 is exceeded once in 1000 seeds.
    constexpr Eigen::Index n = 100'000;
    Eigen::VectorXd z = Stream(12, Purpose::search, 0, 0).normal_vector(n);
    std::sort(z.begin(), z.end());
    double distance = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
        const double below = 0.5 * std::erfc(-z(i) / std::numbers::sqrt2);
        distance = std::max({distance, below - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - below});
    }
    CHECK(distance * std::sqrt(n) < 1.95);
}

TEST_CASE("numbers of neighbouring samples are uncorrelated", "[property]") {
    constexpr int n = 100'000;  // standard error of the correlation 3.2e-3; bound 4 of them
    double product = 0, next_product = 0;
    for (std::uint32_t sample = 0; sample < n; ++sample) {
        Stream stream(5, Purpose::search, 0, sample), neighbour(5, Purpose::search, 0, sample + 1);
        const double z = stream.normal();
        product += z * neighbour.normal() / n;
        next_product += z * stream.normal() / n;
    }
    CHECK_THAT(product, WithinAbs(0.0, 1.3e-2));
    CHECK_THAT(next_product, WithinAbs(0.0, 1.3e-2));
}

TEST_CASE("uniform numbers fill the unit interval evenly", "[property]") {
    constexpr int n = 100'000, bins = 20;
    Stream stream(13, Purpose::episode, 0, 0);
    std::vector<int> counts(bins);
    for (int i = 0; i < n; ++i) ++counts[static_cast<std::size_t>(stream.uniform() * bins)];
    double chi_squared = 0;
    for (int count : counts) chi_squared += std::pow(count - n / bins, 2) / (n / bins);
    CHECK(chi_squared < 43.8);  // 0.1 % point of chi-squared with 19 degrees of freedom
}
