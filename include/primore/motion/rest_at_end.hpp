// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/primitive/given.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct RestAtEndOptions {
    Scalar blend_duration = Scalar(0.2);                       ///< [s] before the end during which the motion is changed, positive
    std::optional<Given<DofVector<Scalar, Dofs>>> position{};  ///< [D] where to end; left out: where the motion ends anyway
};

/// A motion that ends exactly at rest: position as asked for, velocity and acceleration zero, and so it stays.
///
/// Until `blend_duration` before the end it is the motion itself. From there on a polynomial of degree five is added that is zero up to
/// its second derivative where it begins (so the sum is twice continuously differentiable) and takes away what is too much at the end.
/// With x from 0 to 1 in the blend, and d, d', d'' what is missing at its end in units of it:
///
///     c(x) = x^3 (d + g_1 (x - 1) + g_2 (x - 1)^2 / 2),     g_1 = d' - 3 d,     g_2 = d'' - 6 d - 6 g_1
template <AnyMotion M>
class RestAtEndMotion {
public:
    using Scalar = MotionScalar<M>;
    static constexpr int dofs_at_compile_time = motion_dofs<M>;
    using Vector = DofVector<Scalar, dofs_at_compile_time>;

    /// @throws std::invalid_argument if the blend is not positive and finite or begins before the start, or the position has another
    ///         size or is not finite
    explicit RestAtEndMotion(M motion, const RestAtEndOptions<Scalar, dofs_at_compile_time>& options = {})
        : motion_(std::move(motion)), blend_(options.blend_duration) {
        constexpr auto where = "RestAtEndMotion";
        const Scalar end = motion_.end_time();
        detail::require_positive(where, "blend_duration", blend_);
        if (end - blend_ < motion_.start_time()) {
            detail::refuse(where, "blend_duration", blend_, "not more than the time from start to end");
        }
        // Just inside: at and beyond the end itself a motion may stand still already.
        const Scalar inside = end - 8 * std::numeric_limits<Scalar>::epsilon() * (std::abs(end) + blend_);
        const auto last = motion_.at(inside);
        goal_ = options.position.value_or(motion_.at(end).position);
        detail::require_size(where, "position", goal_.size(), motion_.dofs(), "dofs");
        detail::require_finite(where, "position", goal_);
        missing_ = goal_ - last.position;
        first_ = -blend_ * last.velocity - 3 * missing_;
        second_ = -(blend_ * blend_) * last.acceleration - 6 * missing_ - 6 * first_;
    }

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation.
    void evaluate(Scalar time, Setpoint<Scalar, dofs_at_compile_time>& setpoint) const noexcept {
        if (time >= end_time()) {
            setpoint.position = goal_;
            setpoint.velocity.setZero();
            setpoint.acceleration.setZero();
            return;
        }
        motion_.evaluate(time, setpoint);
        const Scalar x = 1 - (end_time() - time) / blend_, u = x - 1;
        if (!(x > 0)) return;
        for (Eigen::Index dof = 0; dof < goal_.size(); ++dof) {
            const Scalar g = missing_(dof) + u * (first_(dof) + u / 2 * second_(dof)), slope = first_(dof) + u * second_(dof);
            setpoint.position(dof) += x * x * x * g;
            setpoint.velocity(dof) += x * x * (3 * g + x * slope) / blend_;
            setpoint.acceleration(dof) += x * (6 * g + x * (6 * slope + x * second_(dof))) / (blend_ * blend_);
        }
    }

    /// The set point at a time; allocates if the number of degrees of freedom is `Eigen::Dynamic`.
    [[nodiscard]] Setpoint<Scalar, dofs_at_compile_time> at(Scalar time) const noexcept(dofs_at_compile_time != Eigen::Dynamic) {
        auto setpoint = Setpoint<Scalar, dofs_at_compile_time>::zero(dofs());
        evaluate(time, setpoint);
        return setpoint;
    }

    /// The set points at times [T].
    /// @throws std::invalid_argument for a time before the start, or one that is not finite
    [[nodiscard]] Trajectory<Scalar, dofs_at_compile_time> table(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times) const {
        return tabulate<Scalar, dofs_at_compile_time>("RestAtEndMotion", *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return motion_.start_time(); }
    [[nodiscard]] Scalar end_time() const noexcept { return motion_.end_time(); }
    [[nodiscard]] Scalar duration() const noexcept { return motion_.duration(); }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return motion_.dofs(); }
    [[nodiscard]] const Vector& goal() const noexcept { return goal_; }  ///< [D] where it ends

private:
    M motion_;
    Scalar blend_;
    Vector goal_, missing_, first_, second_;
};

}  // namespace primore
