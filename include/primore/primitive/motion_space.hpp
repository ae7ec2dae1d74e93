// SPDX-License-Identifier: MIT
#pragma once

// The spaces of orientations and of poses in which a dynamic movement primitive can move (see DmpOn).

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/unit_quaternion.hpp>

namespace primore {

/// Where a body is and how it is turned: p = position + orientation * (p as the body sees it).
template <Real Scalar>
struct Pose {
    Eigen::Vector3<Scalar> position = Eigen::Vector3<Scalar>::Zero();               ///< [m]
    Eigen::Quaternion<Scalar> orientation = Eigen::Quaternion<Scalar>::Identity();  ///< of length one
};

/// A MotionSpace has points, and tangents [axes] by which a point moves: differences, velocities and accelerations in the base frame.
///
/// `between(from, to)` is the shortest way: moved(from, between(from, to)) is `to`. `way_rate(way, velocity)` is the rate of a way when
/// moved(origin, way) has this velocity; `turn(way)` the angle in it [rad]. Pure, `noexcept`, without allocation. `checked(where, name,
/// point)` is the point as the others expect it, or throws. `rotations` are the axes at which a rotation vector [3] begins; the others are
/// straight. Models: OrientationSpace, PoseSpace, PairSpace, over any Real; a quaternion carries derivatives in all its numbers or none.
template <typename S>
concept MotionSpace = Real<typename S::Scalar> &&
    requires(const typename S::Point& point, const Eigen::Matrix<typename S::Scalar, S::axes, 1>& tangent) {
    { S::between(point, point) } noexcept -> std::same_as<Eigen::Matrix<typename S::Scalar, S::axes, 1>>;
    { S::moved(point, tangent) } noexcept -> std::same_as<typename S::Point>;
    { S::way_rate(tangent, tangent) } noexcept -> std::same_as<Eigen::Matrix<typename S::Scalar, S::axes, 1>>;
    { S::turn(tangent) } noexcept -> std::same_as<typename S::Scalar>;
    { S::checked(std::string_view(), std::string_view(), point) } -> std::same_as<typename S::Point>;
    S::rotations[0];
};

/// What moves a point of a space: [axes].
template <MotionSpace Space>
using Tangent = Eigen::Matrix<typename Space::Scalar, Space::axes, 1>;

/// Orientations, as unit quaternions. Tangents are rotation vectors [rad], angular velocities [rad/s] and their rates in the base frame.
template <Real Number>
struct OrientationSpace {
    using Scalar = Number;
    using Point = Eigen::Quaternion<Number>;
    using Vector = Eigen::Vector3<Number>;
    static constexpr int axes = 3;
    static constexpr std::array<int, 1> rotations{0};

    [[nodiscard]] static Vector between(const Point& from, const Point& to) noexcept { return rotation_between(from, to); }
    [[nodiscard]] static Point moved(const Point& from, const Vector& way) noexcept { return (rotation(way) * from).normalized(); }
    [[nodiscard]] static Vector way_rate(const Vector& way, const Vector& velocity) noexcept { return rotation_vector_rate(way, velocity); }
    [[nodiscard]] static Number turn(const Vector& way) noexcept { return way.norm(); }

    /// The quaternion, normalised.
    /// @throws std::invalid_argument, in the name of `where`, if an entry is not finite or the length differs from one by more than 0.01
    [[nodiscard]] static Point checked(std::string_view where, std::string_view name, const Point& point) {
        detail::require_finite(where, name, point.coeffs());
        const auto length = detail::value_of(Number(point.norm()));
        const bool is_one = std::abs(length - 1) <= detail::Base<Number>(0.01);
        if (!is_one) detail::refuse(where, std::string(name) + ".norm()", length, "1, within 0.01");
        return point.normalized();
    }
};

/// Poses. Tangents are [6]: 3 for the position in the base frame [m], then 3 for the orientation as in OrientationSpace.
template <Real Number>
struct PoseSpace {
    using Scalar = Number;
    using Point = Pose<Number>;
    using Vector = Eigen::Matrix<Number, 6, 1>;
    using Turns = OrientationSpace<Number>;
    static constexpr int axes = 6;
    static constexpr std::array<int, 1> rotations{3};

    [[nodiscard]] static Vector between(const Point& from, const Point& to) noexcept {
        Vector way;
        way << to.position - from.position, Turns::between(from.orientation, to.orientation);
        return way;
    }
    [[nodiscard]] static Point moved(const Point& from, const Vector& way) noexcept {
        return {from.position + way.template head<3>(), Turns::moved(from.orientation, way.template tail<3>())};
    }
    [[nodiscard]] static Vector way_rate(const Vector& way, const Vector& velocity) noexcept {
        Vector rate;
        rate << velocity.template head<3>(), Turns::way_rate(way.template tail<3>(), velocity.template tail<3>());
        return rate;
    }
    [[nodiscard]] static Number turn(const Vector& way) noexcept { return way.template tail<3>().norm(); }

    /// The pose, its quaternion normalised.
    /// @throws std::invalid_argument, in the name of `where`, see OrientationSpace::checked
    [[nodiscard]] static Point checked(std::string_view where, std::string_view name, const Point& point) {
        detail::require_finite(where, std::string(name) + ".position", point.position);
        return {point.position, Turns::checked(where, std::string(name) + ".orientation", point.orientation)};
    }
};

/// Two spaces at once, such as the poses of two arms. Tangents are those of the first, then those of the second.
template <MotionSpace First, MotionSpace Second>
requires std::same_as<typename First::Scalar, typename Second::Scalar>
struct PairSpace {
    using Scalar = typename First::Scalar;
    struct Point {
        typename First::Point first;
        typename Second::Point second;
    };
    static constexpr int axes = First::axes + Second::axes;
    static constexpr auto rotations = [] {
        std::array<int, First::rotations.size() + Second::rotations.size()> all{};
        std::copy(First::rotations.begin(), First::rotations.end(), all.begin());
        std::transform(Second::rotations.begin(), Second::rotations.end(), all.begin() + First::rotations.size(),
                       [](int axis) { return First::axes + axis; });
        return all;
    }();
    using Vector = Eigen::Matrix<Scalar, axes, 1>;

    [[nodiscard]] static Vector between(const Point& from, const Point& to) noexcept {
        return joined(First::between(from.first, to.first), Second::between(from.second, to.second));
    }
    [[nodiscard]] static Point moved(const Point& from, const Vector& way) noexcept {
        return {First::moved(from.first, first(way)), Second::moved(from.second, second(way))};
    }
    [[nodiscard]] static Vector way_rate(const Vector& way, const Vector& velocity) noexcept {
        return joined(First::way_rate(first(way), first(velocity)), Second::way_rate(second(way), second(velocity)));
    }
    [[nodiscard]] static Scalar turn(const Vector& way) noexcept { return std::max(First::turn(first(way)), Second::turn(second(way))); }

    /// @throws std::invalid_argument, in the name of `where`, as the spaces do
    [[nodiscard]] static Point checked(std::string_view where, std::string_view name, const Point& point) {
        return {First::checked(where, std::string(name) + ".first", point.first),
                Second::checked(where, std::string(name) + ".second", point.second)};
    }

    [[nodiscard]] static Tangent<First> first(const Vector& way) noexcept { return way.template head<First::axes>(); }
    [[nodiscard]] static Tangent<Second> second(const Vector& way) noexcept { return way.template tail<Second::axes>(); }
    [[nodiscard]] static Vector joined(const Tangent<First>& first, const Tangent<Second>& second) noexcept {
        Vector way;
        way << first, second;
        return way;
    }
};

/// The poses of two arms.
template <Real Scalar>
using DualPoseSpace = PairSpace<PoseSpace<Scalar>, PoseSpace<Scalar>>;

/// A motion at several times. Velocities and accelerations are tangents in the base frame, time runs down the rows.
template <MotionSpace Space>
struct TrajectoryOn {
    using Scalar = typename Space::Scalar;
    using Table = Eigen::Matrix<Scalar, Eigen::Dynamic, Space::axes>;

    Eigen::VectorX<Scalar> times;               ///< [T] [s]
    std::vector<typename Space::Point> points;  ///< [T]
    Table velocities;                           ///< [T x axes] per second
    Table accelerations;                        ///< [T x axes] per second squared
};

}  // namespace primore
