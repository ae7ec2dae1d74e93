// SPDX-License-Identifier: MIT
#pragma once

// How rotation vectors and the turns of the base frame that they stand for change together: the derivatives of `rotation`,
// `rotation_vector` and `rotation_vector_rate`, in closed form [Iserles00]. [a] is the matrix of the cross product, [a] b = a x b.

#include <cmath>
#include <concepts>

#include <Eigen/Core>

namespace primore {

/// The matrix [3 x 3] of the cross product.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Matrix3<Scalar> cross_matrix(const Eigen::Vector3<Scalar>& a) noexcept {
    Eigen::Matrix3<Scalar> matrix;
    matrix << 0, -a(2), a(1), a(2), 0, -a(0), -a(1), a(0), 0;
    return matrix;
}

/// J [3 x 3] of a rotation vector: rotation(r + dr) = rotation(J dr) * rotation(r), to first order.
///
///     J = I + (1 - cos a) / a^2 [r] + (a - sin a) / a^3 [r]^2,     a = |r|
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Matrix3<Scalar> rotation_jacobian(const Eigen::Vector3<Scalar>& r) noexcept {
    const Scalar square = r.squaredNorm(), angle = std::sqrt(square), half = std::sin(angle / 2);
    const bool is_small = square < Scalar(0.01);  // there by series
    const Scalar first = is_small ? (1 - square / 12 * (1 - square / 30 * (1 - square / 56))) / 2 : 2 * half * half / square;
    const Scalar second =
        is_small ? (1 - square / 20 * (1 - square / 42 * (1 - square / 72))) / 6 : (angle - std::sin(angle)) / (square * angle);
    const Eigen::Matrix3<Scalar> turn = cross_matrix(r);
    return Eigen::Matrix3<Scalar>::Identity() + first * turn + second * turn * turn;
}

/// Its inverse, of a vector of length 0 to pi: rotation_vector(rotation(d) * rotation(r)) = r + J^-1 d, to first order.
///
///     J^-1 = I - [r] / 2 + (1 - a/2 cot(a/2)) / a^2 [r]^2
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Matrix3<Scalar> rotation_vector_jacobian(const Eigen::Vector3<Scalar>& r) noexcept {
    const Scalar square = r.squaredNorm(), half = std::sqrt(square) / 2;
    const Scalar factor = square < Scalar(0.01) ? (1 + square / 60 * (1 + square / 42 * (1 + square / 40))) / 12
                                                : (1 - half * std::cos(half) / std::sin(half)) / square;
    const Eigen::Matrix3<Scalar> turn = cross_matrix(r);
    return Eigen::Matrix3<Scalar>::Identity() - turn / 2 + factor * turn * turn;
}

/// The derivatives [3 x 3] of `rotation_vector_rate(r, omega)`, as it is cut.
template <std::floating_point Scalar>
struct RotationVectorRateJacobian {
    Eigen::Matrix3<Scalar> of_vector;    ///< with respect to r
    Eigen::Matrix3<Scalar> of_velocity;  ///< with respect to omega

    [[nodiscard]] static RotationVectorRateJacobian at(const Eigen::Vector3<Scalar>& r, const Eigen::Vector3<Scalar>& omega) noexcept {
        const Eigen::Matrix3<Scalar> vector = cross_matrix(r), velocity = cross_matrix(omega);
        const Eigen::Vector3<Scalar> turn = r.cross(omega);
        const Scalar factor = Scalar(1) / 12 + r.squaredNorm() / 720;
        return {velocity / 2 - factor * (cross_matrix(turn) + vector * velocity) + r.cross(turn) / 360 * r.transpose(),
                Eigen::Matrix3<Scalar>::Identity() - vector / 2 + factor * vector * vector};
    }
};

}  // namespace primore
