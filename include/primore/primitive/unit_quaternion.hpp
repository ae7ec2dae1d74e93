// SPDX-License-Identifier: MIT
#pragma once

// What rotations by unit quaternions need besides Eigen::Quaternion: the way to and from rotation vectors. A rotation vector is axis times
// angle [rad]; products of quaternions and angular velocities are those of the base frame: q(t + dt) = rotation(omega dt) * q(t).

#include <cmath>
#include <concepts>

#include <Eigen/Core>
#include <Eigen/Geometry>

namespace primore {

/// The unit quaternion of a rotation vector [3]: the exponential map. Keeps all digits of small vectors; zero is the identity.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Quaternion<Scalar> rotation(const Eigen::Vector3<Scalar>& vector) noexcept {
    const Scalar angle = vector.norm();
    const Scalar factor = angle > 0 ? std::sin(angle / 2) / angle : Scalar(0.5);
    Eigen::Quaternion<Scalar> result;
    result.w() = std::cos(angle / 2);
    result.vec() = factor * vector;
    return result;
}

/// The rotation vector [3] of a unit quaternion, of length 0 to pi: the logarithm. q and -q, the same rotation, give the same vector, but
/// at exactly pi, where two vectors are right and one of them is returned.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_vector(const Eigen::Quaternion<Scalar>& q) noexcept {
    const Eigen::AngleAxis<Scalar> turn(q);
    return turn.angle() * turn.axis();
}

/// The shortest way from one orientation to another: the rotation vector e of `to * conj(from)`, so that to = rotation(e) * from.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_between(const Eigen::Quaternion<Scalar>& from, const Eigen::Quaternion<Scalar>& to) noexcept {
    return rotation_vector<Scalar>(to * from.conjugate());
}

/// The rate r' of the vector r when q = rotation(r) * q_0 turns with the angular velocity omega:
///
///     r' = omega - r x omega / 2 + (1/12 + |r|^2 / 720) r x (r x omega) + O(|r|^6)          [Iserles00]
///
/// The series is cut where it is exact enough for |r| < 0.3 (2e-8), and, other than the closed form, has no pole at 2 pi.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_vector_rate(const Eigen::Vector3<Scalar>& r, const Eigen::Vector3<Scalar>& omega) noexcept {
    const Eigen::Vector3<Scalar> turn = r.cross(omega);
    return omega - turn / 2 + (Scalar(1) / 12 + r.squaredNorm() / 720) * r.cross(turn);
}

}  // namespace primore
