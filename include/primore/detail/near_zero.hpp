// SPDX-License-Identifier: MIT
#pragma once

// exp(x) - 1 and log(1 + x) with all digits where x is small, also for numbers that carry derivatives (Eigen has none for those).

#include <cmath>

#include <primore/detail/real.hpp>

namespace primore::detail {

template <Real Number>
[[nodiscard]] Number expm1(const Number& x) noexcept {
    if constexpr (std::floating_point<Number>) {
        return std::expm1(x);
    } else {
        using std::exp;
        return Number(expm1(x.value()), exp(x.value()) * x.derivatives());
    }
}

template <Real Number>
[[nodiscard]] Number log1p(const Number& x) noexcept {
    if constexpr (std::floating_point<Number>) {
        return std::log1p(x);
    } else {
        return Number(log1p(x.value()), x.derivatives() / (1 + x.value()));
    }
}

}  // namespace primore::detail
