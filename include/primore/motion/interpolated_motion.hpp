// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/imitation/demonstration.hpp>
#include <primore/motion/cubic_spline.hpp>
#include <primore/primitive/movement_primitive.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// The motion through the rows of a trajectory: between two of them the polynomial of degree five that has their positions, velocities
/// and accelerations. It is twice continuously differentiable, with error O(spacing^6) where the rows are those of a smooth motion.
///
/// After the end it stays at the last position, at rest. A spline of positions alone is the motion of `cubic_spline(...)`: its pieces
/// have the same accelerations on both sides of a node, and a cubic is its own polynomial of degree five.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class InterpolatedMotion {
public:
    /// @throws std::invalid_argument if there are less than two rows, tables differ in size, times do not increase or a number is not
    ///         finite
    explicit InterpolatedMotion(Trajectory<Scalar, Dofs> nodes) : nodes_(std::move(nodes)) {
        constexpr auto where = "InterpolatedMotion";
        detail::require_at_least(where, "the size of times", nodes_.times.size(), 2);
        detail::require_increasing(where, "times", nodes_.times);
        const auto check = [&](const char* name, const auto& table) {
            detail::require_size(where, name + std::string(".rows()"), table.rows(), nodes_.times.size(), "the size of times");
            detail::require_size(where, name + std::string(".cols()"), table.cols(), dofs(), "the columns of positions");
            detail::require_finite(where, name, table);
        };
        check("positions", nodes_.positions);
        check("velocities", nodes_.velocities);
        check("accelerations", nodes_.accelerations);
    }

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation. O(log T + D).
    void evaluate(Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        const Eigen::Index last = nodes_.times.size() - 1;
        if (!(time > nodes_.times(0))) return stand_at(0, setpoint, true);
        if (!(time < nodes_.times(last))) return stand_at(last, setpoint, time == nodes_.times(last));
        Eigen::Index left = 0, right = last;  // times(left) <= time < times(right)
        while (right - left > 1) {
            const Eigen::Index middle = (left + right) / 2;
            (nodes_.times(middle) <= time ? left : right) = middle;
        }
        for (Eigen::Index dof = 0; dof < dofs(); ++dof) interpolate(left, dof, time, setpoint);
    }

    /// The set point at a time; allocates if `Dofs` is `Eigen::Dynamic`.
    [[nodiscard]] Setpoint<Scalar, Dofs> at(Scalar time) const noexcept(Dofs != Eigen::Dynamic) {
        auto setpoint = Setpoint<Scalar, Dofs>::zero(dofs());
        evaluate(time, setpoint);
        return setpoint;
    }

    /// The set points at times [T].
    /// @throws std::invalid_argument for a time before the start, or one that is not finite
    [[nodiscard]] Trajectory<Scalar, Dofs> table(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times) const {
        return tabulate<Scalar, Dofs>("InterpolatedMotion", *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return nodes_.times(0); }
    [[nodiscard]] Scalar end_time() const noexcept { return nodes_.times(nodes_.times.size() - 1); }
    [[nodiscard]] Scalar duration() const noexcept { return end_time() - start_time(); }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return nodes_.positions.cols(); }
    [[nodiscard]] const Trajectory<Scalar, Dofs>& nodes() const noexcept { return nodes_; }

private:
    void stand_at(Eigen::Index row, Setpoint<Scalar, Dofs>& setpoint, bool is_moving) const noexcept {
        setpoint.position = nodes_.positions.row(row).transpose();
        setpoint.velocity = nodes_.velocities.row(row).transpose() * Scalar(is_moving);
        setpoint.acceleration = nodes_.accelerations.row(row).transpose() * Scalar(is_moving);
    }

    /// With x = (time - t_i) / h: y = p_i + x (c_1 + x (c_2 + ... x c_5)).
    void interpolate(Eigen::Index i, Eigen::Index dof, Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        const Scalar h = nodes_.times(i + 1) - nodes_.times(i), x = (time - nodes_.times(i)) / h;
        const Scalar step = nodes_.positions(i + 1, dof) - nodes_.positions(i, dof);
        const Scalar v = nodes_.velocities(i, dof) * h, v_next = nodes_.velocities(i + 1, dof) * h;
        const Scalar a = nodes_.accelerations(i, dof) * h * h / 2, a_next = nodes_.accelerations(i + 1, dof) * h * h / 2;
        const Scalar c3 = 10 * step - 6 * v - 4 * v_next - 3 * a + a_next;
        const Scalar c4 = -15 * step + 8 * v + 7 * v_next + 3 * a - 2 * a_next;
        const Scalar c5 = 6 * step - 3 * (v + v_next) - a + a_next;
        setpoint.position(dof) = nodes_.positions(i, dof) + x * (v + x * (a + x * (c3 + x * (c4 + x * c5))));
        setpoint.velocity(dof) = (v + x * (2 * a + x * (3 * c3 + x * (4 * c4 + x * 5 * c5)))) / h;
        setpoint.acceleration(dof) = (2 * a + x * (6 * c3 + x * (12 * c4 + x * 20 * c5))) / (h * h);
    }

    Trajectory<Scalar, Dofs> nodes_;
};

/// A trajectory at other times [T], by polynomials of degree five through its rows; see InterpolatedMotion.
/// @throws std::invalid_argument if the trajectory cannot be used, or for a time before its start
template <std::floating_point Scalar, int Dofs>
[[nodiscard]] Trajectory<Scalar, Dofs> resampled(const Trajectory<Scalar, Dofs>& trajectory,
                                                 const Eigen::Ref<const Eigen::VectorX<std::type_identity_t<Scalar>>>& times) {
    return InterpolatedMotion<Scalar, Dofs>(trajectory).table(times);
}

/// A demonstration at other times [T], by the cubic spline through its positions, which also gives velocities and accelerations.
/// @throws std::invalid_argument if the demonstration cannot be used, or for a time before its start
template <std::floating_point Scalar>
[[nodiscard]] Trajectory<Scalar> resampled(const Demonstration<Scalar>& demonstration,
                                           const Eigen::Ref<const Eigen::VectorX<std::type_identity_t<Scalar>>>& times,
                                           SplineEnds ends = SplineEnds::not_a_knot) {
    return InterpolatedMotion<Scalar>(cubic_spline<Scalar>(demonstration.times, demonstration.positions, ends)).table(times);
}

}  // namespace primore
