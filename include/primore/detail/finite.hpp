// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore::detail {

/// Whether a number is neither NaN nor infinite, read from its bits: `std::isfinite` is folded to `true` under `-ffast-math`.
template <std::floating_point Scalar>
[[nodiscard]] bool is_finite(Scalar value) noexcept {
    static_assert(sizeof(Scalar) == 4 || sizeof(Scalar) == 8, "primore computes in float or double");
    if constexpr (sizeof(Scalar) == 4) {
        return (std::bit_cast<std::uint32_t>(value) & 0x7f80'0000u) != 0x7f80'0000u;
    } else {
        return (std::bit_cast<std::uint64_t>(value) & 0x7ff0'0000'0000'0000u) != 0x7ff0'0000'0000'0000u;
    }
}

template <Real Number>
    requires(!std::floating_point<Number>)
[[nodiscard]] bool is_finite(const Number& number) noexcept {
    return is_finite(value_of(number));
}

/// Whether every coefficient is finite.
template <typename Derived>
[[nodiscard]] bool all_finite(const Eigen::MatrixBase<Derived>& values) noexcept {
    for (Eigen::Index column = 0; column < values.cols(); ++column) {
        for (Eigen::Index row = 0; row < values.rows(); ++row) {
            if (!is_finite(values(row, column))) return false;
        }
    }
    return true;
}

}  // namespace primore::detail
