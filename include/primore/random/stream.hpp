// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <Eigen/Core>

#include <primore/random/normal.hpp>
#include <primore/random/philox.hpp>

namespace primore {

/// What the numbers of a stream are for: streams of different purposes never share a number.
/// A user's own purposes are `Purpose{16}` and above.
enum class Purpose : std::uint32_t {
    search = 0,   ///< samples of a search distribution
    episode = 1,  ///< whatever happens at random within an episode
    restart = 2,  ///< where and how wide a search starts again
};

namespace detail {

[[nodiscard]] constexpr std::array<std::uint32_t, 2> stream_key(std::uint64_t seed) noexcept {
    return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
}

[[nodiscard]] constexpr std::array<std::uint32_t, 4> stream_counter(Purpose purpose, std::uint32_t iteration, std::uint32_t sample,
                                                                    std::uint32_t block) noexcept {
    return {block, sample, iteration, static_cast<std::uint32_t>(purpose)};
}

}  // namespace detail

/// A stream of random numbers with an address instead of a history.
///
/// Sample i of iteration k is the same number whoever computes it, on any thread and after any restart: the address
/// (seed, purpose, iteration, sample) is the key and counter of philox4x32(). Streams are cheap to make and to copy.
/// A stream is a `std::uniform_random_bit_generator`; prefer uniform() and normal() to the distributions of `<random>`,
/// whose numbers differ between standard libraries.
class Stream {
public:
    using result_type = std::uint32_t;

    Stream(std::uint64_t seed, Purpose purpose, std::uint32_t iteration, std::uint32_t sample) noexcept
        : key_(detail::stream_key(seed)), counter_(detail::stream_counter(purpose, iteration, sample, 0)) {}

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

    /// The next 32 random bits. A stream has 2^34 words; then it repeats.
    result_type operator()() noexcept {
        if (used_ == block_.size()) {
            block_ = philox4x32(counter_, key_);
            ++counter_[0];
            used_ = 0;
        }
        return block_[used_++];
    }

    /// Uniform in (0, 1): never 0, never 1.
    template <std::floating_point Scalar = double>
    [[nodiscard]] Scalar uniform() noexcept {
        if constexpr (sizeof(Scalar) == 4) {
            return uniform_from_bits(operator()());
        } else {
            return uniform_from_bits(two_words());
        }
    }

    /// Standard normal, N(0, 1). Computed in double and then rounded, so that float and double see the same movement.
    template <std::floating_point Scalar = double>
    [[nodiscard]] Scalar normal() noexcept {
        if (has_spare_) {
            has_spare_ = false;
            return static_cast<Scalar>(spare_);
        }
        const std::uint64_t u = two_words(), v = two_words();
        const auto [first, second] = normal_pairs<1>({u}, {v});
        spare_ = second[0];
        has_spare_ = true;
        return static_cast<Scalar>(first[0]);
    }

    /// A vector [n] of independent standard normal numbers, in the order of normal().
    template <std::floating_point Scalar = double>
    [[nodiscard]] Eigen::VectorX<Scalar> normal_vector(Eigen::Index n) {
        Eigen::VectorX<Scalar> numbers(n);
        for (Eigen::Index i = 0; i < n; ++i) numbers(i) = normal<Scalar>();
        return numbers;
    }

private:
    std::uint64_t two_words() noexcept {
        const std::uint64_t high = operator()();
        return high << 32 | operator()();
    }

    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    std::size_t used_ = 4;
    double spare_ = 0;
    bool has_spare_ = false;
};

/// Standard normal numbers [n x count], of which column i has those of Stream(seed, purpose, iteration, i), but sooner: eight pairs at
/// once.
template <std::floating_point Scalar = double>
[[nodiscard]] Eigen::MatrixX<Scalar> normal_columns(Eigen::Index n, Eigen::Index count, std::uint64_t seed, Purpose purpose,
                                                    std::uint32_t iteration) {
    constexpr std::size_t lanes = 8;
    Eigen::MatrixX<Scalar> numbers(n, count);
    std::array<std::uint32_t, lanes> pair, column;  // which pair of which column each lane makes
    std::uint32_t next_pair = 0, next_column = 0;
    while (n > 0 && next_column < count) {
        for (std::size_t i = 0; i < lanes; ++i) {
            pair[i] = next_pair++;
            column[i] = next_column;
            if (2 * next_pair < n) continue;
            next_pair = 0;
            ++next_column;
        }
        std::array<std::uint64_t, lanes> u, v;
        for (std::size_t i = 0; i < lanes; ++i) {
            const auto words = philox4x32(detail::stream_counter(purpose, iteration, column[i], pair[i]), detail::stream_key(seed));
            u[i] = std::uint64_t{words[0]} << 32 | words[1];
            v[i] = std::uint64_t{words[2]} << 32 | words[3];
        }
        const NormalPairs<lanes> pairs = normal_pairs(u, v);
        for (std::size_t i = 0; i < lanes && column[i] < count; ++i) {
            const Eigen::Index row = 2 * Eigen::Index{pair[i]};
            numbers(row, column[i]) = static_cast<Scalar>(pairs.first[i]);
            if (row + 1 < n) numbers(row + 1, column[i]) = static_cast<Scalar>(pairs.second[i]);
        }
    }
    return numbers;
}

}  // namespace primore
