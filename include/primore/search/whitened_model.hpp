// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

#include <primore/search/gaussian.hpp>
#include <primore/search/quadratic_surrogate.hpp>

namespace primore {

/// A quadratic model in the coordinates u = S^-1/2 (w - m) of a distribution, const + g'u - 1/2 u'Bu: all that a step looks at.
template <std::floating_point Scalar>
struct WhitenedModel {
    Eigen::MatrixX<Scalar> curvature;  ///< B [N x N]
    Eigen::VectorX<Scalar> slope;      ///< g [N]
};

template <std::floating_point Scalar>
[[nodiscard]] WhitenedModel<Scalar> whitened(const QuadraticModel<Scalar>& model, const Gaussian<Scalar>& distribution) {
    const Eigen::MatrixX<Scalar>& root = distribution.root();
    const Eigen::MatrixX<Scalar> half = model.curvature * root;
    const Eigen::VectorX<Scalar> slope = model.slope - model.curvature * distribution.mean();
    return {root * half, root * slope};
}

}  // namespace primore
