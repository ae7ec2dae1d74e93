// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>

#include <Eigen/Core>

namespace primore::detail {

/// Condition number of a covariance with these standard deviations [N] along its axes, (d_max / d_min)^2, or the largest number if it is
/// larger.
template <std::floating_point Scalar>
[[nodiscard]] Scalar condition(const Eigen::VectorX<Scalar>& deviations) {
    constexpr Scalar most = std::numeric_limits<Scalar>::max();
    const Scalar ratio = deviations.maxCoeff() / deviations.minCoeff();
    return ratio < std::sqrt(most) ? ratio * ratio : most;
}

}  // namespace primore::detail
