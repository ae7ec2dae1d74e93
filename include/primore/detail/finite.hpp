// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore::detail {

/// A whole number whose highest bit is set if the number is NaN or infinite, found from its bits: its exponent, all ones, then carries.
template <std::floating_point Scalar>
[[nodiscard]] auto exponent_carry(Scalar value) noexcept {
    static_assert(sizeof(Scalar) == 4 || sizeof(Scalar) == 8, "primore computes in float or double");
    if constexpr (sizeof(Scalar) == 4) {
        return (std::bit_cast<std::uint32_t>(value) & 0x7f80'0000u) + 0x0080'0000u;
    } else {
        return (std::bit_cast<std::uint64_t>(value) & 0x7ff0'0000'0000'0000u) + 0x0010'0000'0000'0000u;
    }
}

/// Whether a number is neither NaN nor infinite, read from its bits: `std::isfinite` is folded to `true` under `-ffast-math`.
template <std::floating_point Scalar>
[[nodiscard]] bool is_finite(Scalar value) noexcept {
    return exponent_carry(value) >> (8 * sizeof(Scalar) - 1) == 0;
}

template <Real Number>
requires(!std::floating_point<Number>) [[nodiscard]] bool is_finite(const Number& number) noexcept { return is_finite(value_of(number)); }

/// Whether every coefficient is finite.
template <typename Derived>
[[nodiscard]] bool all_finite(const Eigen::MatrixBase<Derived>& values) noexcept {
    using Scalar = typename Derived::Scalar;
    const auto any = [&](auto bits, auto&& bits_of) {  // no early exit, so that the compiler tests several numbers at once
        for (Eigen::Index column = 0; column < values.cols(); ++column) {
            for (Eigen::Index row = 0; row < values.rows(); ++row) bits |= bits_of(values(row, column));
        }
        return bits;
    };
    if constexpr (std::floating_point<Scalar>) {
        const auto carries = any(decltype(exponent_carry(Scalar())){0}, [](Scalar value) { return exponent_carry(value); });
        return carries >> (8 * sizeof(Scalar) - 1) == 0;
    } else {
        return !any(false, [](const Scalar& value) { return !is_finite(value); });
    }
}

}  // namespace primore::detail
