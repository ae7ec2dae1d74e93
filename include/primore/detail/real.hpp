// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

namespace primore {

namespace detail {

template <typename T>
struct BaseOf {
    using type = T;
};

template <typename T>
    requires requires(const T& x) {
        x.value();
        x.derivatives();
    }
struct BaseOf<T> : BaseOf<typename T::Scalar> {};

/// The float or double below a number.
template <typename T>
using Base = typename BaseOf<T>::type;

}  // namespace detail

/// What the maps of the library compute with: float, double, or a number over one of them that also carries derivatives and is used
/// like it, such as `Eigen::AutoDiffScalar` (found by its `value()` and `derivatives()`).
template <typename T>
concept Real = std::floating_point<detail::Base<T>>;

namespace detail {

/// The number without its derivatives.
template <Real Number>
[[nodiscard]] Base<Number> value_of(const Number& number) noexcept {
    if constexpr (std::floating_point<Number>) {
        return number;
    } else {
        return value_of(number.value());
    }
}

}  // namespace detail

}  // namespace primore
