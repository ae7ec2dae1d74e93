// SPDX-License-Identifier: MIT
#pragma once

// What rotations by unit quaternions need besides Eigen::Quaternion: the way to and from rotation vectors. A rotation vector is axis times
// angle [rad]; products of quaternions and angular velocities are those of the base frame: q(t + dt) = rotation(omega dt) * q(t).

#include <cmath>
#include <limits>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/detail/real.hpp>

namespace primore {

/// The unit quaternion of a rotation vector [3]: the exponential map. Keeps all digits of small vectors; zero is the identity.
template <Real Scalar>
[[nodiscard]] Eigen::Quaternion<Scalar> rotation(const Eigen::Vector3<Scalar>& vector) noexcept {
    using std::cos;
    using std::sin;
    using std::sqrt;
    const Scalar square = vector.squaredNorm();
    Scalar factor;
    Eigen::Quaternion<Scalar> result;
    if (square < detail::Base<Scalar>(1e-4)) {  // series, as smooth at zero as elsewhere
        result.w() = 1 - square / 8 * (1 - square / 48);
        factor = (1 - square / 24 * (1 - square / 80)) / 2;
    } else {
        const Scalar angle = sqrt(square), half = angle / 2;
        result.w() = cos(half);
        factor = sin(half) / angle;
    }
    result.vec() = factor * vector;
    return result;
}

/// The rotation vector [3] of a quaternion of any length but zero, of length 0 to pi: the logarithm. q and -q, the same rotation, give the
/// same vector, but at exactly pi, where two vectors are right and one of them is returned.
template <Real Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_vector(const Eigen::Quaternion<Scalar>& q) noexcept {
    using std::atan2;
    using std::sqrt;
    const Scalar square = q.vec().squaredNorm(), square_w = q.w() * q.w();
    if (square < std::numeric_limits<detail::Base<Scalar>>::epsilon() * square_w) {  // so that zero is as smooth as the rest
        const Scalar factor = (2 - square / square_w * (detail::Base<Scalar>(2) / 3)) / q.w();
        return factor * q.vec();
    }
    const bool is_beyond = q.w() < Scalar(0);
    const Scalar length = sqrt(square), w = is_beyond ? Scalar(-q.w()) : q.w(), half = atan2(length, w);
    const Scalar factor = (is_beyond ? -2 : 2) * half / length;
    return factor * q.vec();
}

/// The shortest way from one orientation to another: the rotation vector e of `to * conj(from)`, so that to = rotation(e) * from.
template <Real Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_between(const Eigen::Quaternion<Scalar>& from, const Eigen::Quaternion<Scalar>& to) noexcept {
    return rotation_vector<Scalar>(to * from.conjugate());
}

namespace detail {

/// a x b, in products that have a name: where some entries are constants, Eigen's would mix numbers with and without derivatives.
template <Real Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> cross(const Eigen::Vector3<Scalar>& a, const Eigen::Vector3<Scalar>& b) noexcept {
    const auto entry = [&](Eigen::Index i, Eigen::Index j) -> Scalar {
        const Scalar plus = a(i) * b(j), minus = a(j) * b(i);
        return plus - minus;
    };
    return {entry(1, 2), entry(2, 0), entry(0, 1)};
}

}  // namespace detail

/// The rate r' of the vector r when q = rotation(r) * q_0 turns with the angular velocity omega:
///
///     r' = omega - r x omega / 2 + (1/12 + |r|^2 / 720) r x (r x omega) + O(|r|^6)          [Iserles00]
///
/// The series is cut where it is exact enough for |r| < 0.3 (2e-8), and, other than the closed form, has no pole at 2 pi.
template <Real Scalar>
[[nodiscard]] Eigen::Vector3<Scalar> rotation_vector_rate(const Eigen::Vector3<Scalar>& r, const Eigen::Vector3<Scalar>& omega) noexcept {
    const Eigen::Vector3<Scalar> turn = detail::cross(r, omega);
    const Scalar factor = r.squaredNorm() / 720 + detail::Base<Scalar>(1) / 12;
    return omega - turn / Scalar(2) + factor * detail::cross(r, turn);
}

}  // namespace primore
