// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/tiled_cholesky.hpp>

namespace primore::detail {

/// Ridge regression on features F [P x M] and a free constant, seen from its samples: cheaper than from its features if they are fewer.
///
///   minimise |y - F'theta - b s|^2 + noise |theta|^2,   C = F'F + noise I = L L'
///   b = s'C^-1 y / s'C^-1 s,   alpha = C^-1 (y - b s),   theta = F alpha
///
/// What is left of y is noise alpha, and 1 - noise (C^-1_ii - (C^-1 s)_i^2 / s'C^-1 s) the leverage of sample i.
template <std::floating_point Scalar>
class SampleFactor {
public:
    struct Solution {
        Eigen::VectorX<Scalar> alpha;  // [M]
        Scalar constant;               // b
    };

    /// @param kernel    F'F [M x M], lower triangle
    /// @param constant  s [M]
    /// @return whether C is positive definite
    [[nodiscard]] bool factorize(const Eigen::MatrixX<Scalar>& kernel, const Eigen::VectorX<Scalar>& constant, Scalar noise) {
        lower_ = kernel;
        lower_.diagonal().array() += noise;
        noise_ = noise;
        const bool definite = tiled_cholesky(lower_);
        constant_ = constant;
        solved_ = solved(constant);
        return definite;
    }

    [[nodiscard]] Solution solve(const Eigen::VectorX<Scalar>& y) const {
        Eigen::VectorX<Scalar> alpha = solved(y);
        const Scalar constant = constant_.dot(alpha) / constant_.dot(solved_);
        alpha -= constant * solved_;
        return {std::move(alpha), constant};
    }

    /// 1 - leverage of the last J samples [J].
    [[nodiscard]] Eigen::VectorX<Scalar> freedoms(Eigen::Index last) const {
        Eigen::MatrixX<Scalar> inverse = Eigen::MatrixX<Scalar>::Identity(last, last);
        lower_.bottomRightCorner(last, last).template triangularView<Eigen::Lower>().solveInPlace(inverse);
        const Eigen::VectorX<Scalar> diagonal = inverse.colwise().squaredNorm();  // of C^-1
        return noise_ * (diagonal - solved_.tail(last).cwiseAbs2() / constant_.dot(solved_));
    }

private:
    [[nodiscard]] Eigen::VectorX<Scalar> solved(const Eigen::VectorX<Scalar>& b) const {
        Eigen::VectorX<Scalar> x = lower_.template triangularView<Eigen::Lower>().solve(b);
        lower_.template triangularView<Eigen::Lower>().transpose().solveInPlace(x);
        return x;
    }

    Eigen::MatrixX<Scalar> lower_;              // L [M x M]
    Eigen::VectorX<Scalar> constant_, solved_;  // s, C^-1 s [M]
    Scalar noise_ = 0;
};

}  // namespace primore::detail
