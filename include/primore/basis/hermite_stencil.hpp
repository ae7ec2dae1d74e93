// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// Factors by which the numbers at two neighbouring nodes give a function and its derivative between them:
/// (function, derivative) = left * (numbers of the left node) + right * (numbers of the right node).
/// The numbers of a node are the function and its first three derivatives.
template <Real Scalar>
struct HermiteStencil {
    using Factors = Eigen::Matrix<Scalar, 2, 4>;

    Factors left, right;

    /// Interpolation of degree seven, error O(spacing^8). No allocation.
    ///
    /// The polynomial whose j-th derivative at x = 0 is one, and all others at both ends zero, is
    /// x^j / j! (1 - x)^4 sum_{i <= 3 - j} (3 + i over i) x^i; the right node mirrors it.
    ///
    /// @param part  where between the nodes, in [0, 1]
    /// @param spacing  distance of the nodes
    [[nodiscard]] static HermiteStencil degree_seven(Scalar part, Scalar spacing) noexcept {
        return {one_side(part, spacing), one_side(1 - part, -spacing)};
    }

    /// Linear interpolation of the function and, separately, of its derivative.
    [[nodiscard]] static HermiteStencil linear(Scalar part) noexcept {
        return {Factors{{1 - part, 0, 0, 0}, {0, 1 - part, 0, 0}}, Factors{{part, 0, 0, 0}, {0, part, 0, 0}}};
    }

private:
    /// The factors of the node at x = 0; `reach` is the signed distance to the other node, at x = 1.
    [[nodiscard]] static Factors one_side(Scalar x, Scalar reach) noexcept {
        const Scalar rest = 1 - x, rest3 = rest * rest * rest;
        const std::array<Scalar, 4> sum{1 + x * (4 + x * (10 + x * 20)), 1 + x * (4 + x * 10), 1 + x * 4, 1};
        const std::array<Scalar, 4> sum_slope{4 + x * (20 + x * 60), 4 + x * 20, 4, 0};
        Factors result;
        Scalar power = 1, power_slope = 0;  // of (x reach)^j / j!, and its derivative with respect to x
        for (Eigen::Index j = 0; j < 4; ++j) {
            const auto i = static_cast<std::size_t>(j);
            const Scalar tail = rest * sum[i], tail_slope = rest * sum_slope[i] - 4 * sum[i];  // of (1 - x)^4 sum, over (1 - x)^3
            result(0, j) = power * tail * rest3;
            result(1, j) = (power_slope * tail + power * tail_slope) * rest3 / reach;
            power_slope = power * reach;
            power *= x * reach / static_cast<Scalar>(j + 1);
        }
        return result;
    }
};

}  // namespace primore
