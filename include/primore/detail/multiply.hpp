// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>

namespace primore::detail {

/// out = a b, for matrices and blocks of them: Eigen has a compiler make every product of two kinds of blocks anew, here it is one.
template <std::floating_point Scalar>
void multiply(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& a, const Eigen::Ref<const Eigen::MatrixX<Scalar>>& b,
              Eigen::Ref<Eigen::MatrixX<Scalar>> out) {
    out.noalias() = a * b;
}

}  // namespace primore::detail
