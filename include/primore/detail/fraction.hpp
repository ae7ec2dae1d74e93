// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include <primore/detail/real.hpp>

namespace primore::detail {

/// The part of a number of turns that is behind the last whole one, in [0, 1]: what a periodic function may be fed with.
template <Real Number>
[[nodiscard]] Number fraction(const Number& turns) noexcept {
    return turns - std::floor(value_of(turns));
}

}  // namespace primore::detail
