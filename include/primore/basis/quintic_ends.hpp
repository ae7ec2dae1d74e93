// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// What the states at both ends contribute to the polynomial of degree five that joins them while z runs from 0 to 1.
///
/// Row i belongs to one of (value at 0, value at 1, slope at 0, slope at 1, curvature at 0, curvature at 1): the polynomial for which
/// that is one and the other five are zero, with its three derivatives at z. No allocation.
template <Real Number>
[[nodiscard]] Eigen::Matrix<Number, 6, 4> quintic_ends(const Number& z) noexcept {
    static constexpr std::array<std::array<double, 6>, 6> coefficients{{{1, 0, 0, -10, 15, -6},
                                                                        {0, 0, 0, 10, -15, 6},
                                                                        {0, 1, 0, -6, 8, -3},
                                                                        {0, 0, 0, -4, 7, -3},
                                                                        {0, 0, 0.5, -1.5, 1.5, -0.5},
                                                                        {0, 0, 0, 0.5, -1, 0.5}}};
    Eigen::Matrix<Number, 6, 4> result;
    for (std::size_t i = 0; i < 6; ++i) {
        for (std::size_t order = 0; order < 4; ++order) {
            Number sum(0);
            for (std::size_t power = 6; power-- > order;) {
                double factor = coefficients[i][power];
                for (std::size_t j = 0; j < order; ++j) factor *= static_cast<double>(power - j);
                sum = sum * z + Number(static_cast<detail::Base<Number>>(factor));
            }
            result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(order)) = sum;
        }
    }
    return result;
}

}  // namespace primore
