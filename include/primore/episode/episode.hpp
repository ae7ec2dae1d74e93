// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <primore/random/stream.hpp>

namespace primore {

/// The handle by which an episode learns which one it is, and from which it draws its random numbers.
///
/// Everything here is a function of (seed, generation, sample), never of the thread or the order in which episodes run.
struct Episode {
    std::uint64_t seed = 0;        ///< the seed of the whole run
    std::uint64_t index = 0;       ///< 0, 1, 2, ... over the whole run
    std::uint32_t generation = 0;  ///< the update that this episode will be part of
    std::uint32_t sample = 0;      ///< column of the population

    /// The episode's own random numbers: sensor noise, disturbances, initial states.
    [[nodiscard]] Stream stream() const noexcept { return {seed, Purpose::episode, generation, sample}; }
};

}  // namespace primore
