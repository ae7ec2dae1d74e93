// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
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
        : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
          counter_{0, sample, iteration, static_cast<std::uint32_t>(purpose)} {}

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
            const std::uint64_t high = operator()();
            return uniform_from_bits(high << 32 | operator()());
        }
    }

    /// Standard normal, N(0, 1). Computed in double and then rounded, so that float and double see the same movement.
    template <std::floating_point Scalar = double>
    [[nodiscard]] Scalar normal() noexcept {
        if (has_spare_) {
            has_spare_ = false;
            return static_cast<Scalar>(spare_);
        }
        const double radius = uniform();
        const auto [first, second] = normal_pair(radius, uniform());
        spare_ = second;
        has_spare_ = true;
        return static_cast<Scalar>(first);
    }

    /// A vector [n] of independent standard normal numbers: those of n times normal(), sooner.
    template <std::floating_point Scalar = double>
    [[nodiscard]] Eigen::VectorX<Scalar> normal_vector(Eigen::Index n) {
        Eigen::VectorX<Scalar> numbers(n);
        fill_normal(numbers);
        return numbers;
    }

    /// The same into a column that is there already.
    template <typename Derived>
    void fill_normal(Eigen::MatrixBase<Derived>& numbers) noexcept {
        using Scalar = typename Derived::Scalar;
        const Eigen::Index n = numbers.size();
        Eigen::Index i = 0;
        while (n - i > 3 && used_ == block_.size() && !has_spare_) {  // every block makes one pair
            const auto words = eight_philox4x32(counter_, key_);
            const auto pairs = static_cast<std::uint32_t>(std::min<Eigen::Index>(8, (n - i) / 2));
            counter_[0] += pairs;
            std::array<double, 8> radius, angle;
            for (std::size_t k = 0; k < 8; ++k) {
                radius[k] = uniform_from_bits(std::uint64_t{words[0][k]} << 32 | words[1][k]);
                angle[k] = uniform_from_bits(std::uint64_t{words[2][k]} << 32 | words[3][k]);
            }
            for (std::uint32_t k = 0; k < pairs; ++k, i += 2) {
                const auto [first, second] = normal_pair(radius[k], angle[k]);
                numbers(i) = static_cast<Scalar>(first);
                numbers(i + 1) = static_cast<Scalar>(second);
            }
        }
        for (; i < n; ++i) numbers(i) = normal<Scalar>();
    }

private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    std::size_t used_ = 4;
    double spare_ = 0;
    bool has_spare_ = false;
};

}  // namespace primore
