// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

namespace primore::detail {

/// The root of an increasing convex function, from a start at or above it: Newton's steps then only fall, until rounding stops them.
///
/// @param step  f(x) / f'(x)
template <std::floating_point Scalar, typename Step>
[[nodiscard]] Scalar newton_from_above(Scalar start, Step&& step) noexcept {
    Scalar x = start;
    for (int i = 0; i < 64; ++i) {  // the starts of this library need less than ten
        const Scalar next = x - step(x);
        if (!(next < x)) break;
        x = next;
    }
    return x;
}

}  // namespace primore::detail
