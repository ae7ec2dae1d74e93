// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string_view>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/motion/motion_peaks.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// What each degree of freedom can do, in absolute values: [D] positive numbers, or [1] for all; empty for no limit.
template <std::floating_point Scalar>
struct MotionLimits {
    Eigen::VectorX<Scalar> velocity{};      ///< [rad/s] or [m/s]
    Eigen::VectorX<Scalar> acceleration{};  ///< [rad/s^2] or [m/s^2]
    Eigen::VectorX<Scalar> jerk{};          ///< [rad/s^3] or [m/s^3]
};

/// The factor by which a motion has to take longer for its peaks to be within the limits; below 1 it could be as much faster.
///
///     factor = max over degrees of freedom of  v / v_max,  (a / a_max)^(1/2),  (j / j_max)^(1/3)
///
/// since a motion that takes `factor` times as long has velocities, accelerations and jerks divided by factor, factor^2 and factor^3.
/// Rounded up by some epsilon, so that the limits hold. Zero for a motion at rest, or without limits.
///
/// @throws std::invalid_argument if a limit has another size, or is not positive
template <std::floating_point Scalar, int Dofs>
[[nodiscard]] Scalar time_scale(const MotionPeaks<Scalar, Dofs>& peaks, const MotionLimits<Scalar>& limits) {
    Scalar factor = 0;
    const auto consider = [&](std::string_view name, const DofVector<Scalar, Dofs>& peak, const Eigen::VectorX<Scalar>& limit, auto root) {
        if (limit.size() == 0) return;
        if (limit.size() != 1) detail::require_size("time_scale", name, limit.size(), peak.size(), "dofs; or 1 for all, 0 for none");
        for (Eigen::Index dof = 0; dof < peak.size(); ++dof) {
            const Scalar most = limit(limit.size() == 1 ? 0 : dof);
            if (!(most > 0)) detail::refuse("time_scale", name, most, "positive");
            factor = std::max(factor, root(peak(dof) / most));
        }
    };
    consider("limits.velocity", peaks.velocity.largest(), limits.velocity, [](Scalar x) { return x; });
    consider("limits.acceleration", peaks.acceleration.largest(), limits.acceleration, [](Scalar x) { return std::sqrt(x); });
    consider("limits.jerk", peaks.jerk.largest(), limits.jerk, [](Scalar x) { return std::cbrt(x); });
    return factor * (1 + 32 * std::numeric_limits<Scalar>::epsilon());
}

/// Another motion, along the same path, that takes longer by a factor, or less long. It starts at the same time.
///
///     y(t) = motion(start + (t - start) / factor)
///
/// Its velocity is divided by the factor, at the start, too: it suits a robot that starts at rest, or moves as it is to be scaled.
template <AnyMotion M>
class TimeScaledMotion {
public:
    using Scalar = MotionScalar<M>;
    static constexpr int dofs_at_compile_time = motion_dofs<M>;

    /// @throws std::invalid_argument if the factor is not positive and finite
    TimeScaledMotion(M motion, Scalar factor) : motion_(std::move(motion)), factor_(factor) {
        detail::require_positive("TimeScaledMotion", "factor", factor);
    }

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation.
    void evaluate(Scalar time, Setpoint<Scalar, dofs_at_compile_time>& setpoint) const noexcept {
        const Scalar start = motion_.start_time(), end = motion_.end_time();
        Scalar inner = time > start ? start + (time - start) / factor_ : start;
        if (inner > end && time <= end_time()) inner = end;  // by rounding
        motion_.evaluate(inner, setpoint);
        setpoint.velocity /= factor_;
        setpoint.acceleration /= factor_ * factor_;
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
        return tabulate<Scalar, dofs_at_compile_time>("TimeScaledMotion", *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return motion_.start_time(); }
    [[nodiscard]] Scalar end_time() const noexcept { return start_time() + factor_ * (motion_.end_time() - start_time()); }
    [[nodiscard]] Scalar duration() const noexcept { return factor_ * motion_.duration(); }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return motion_.dofs(); }
    [[nodiscard]] Scalar factor() const noexcept { return factor_; }
    [[nodiscard]] const M& original() const noexcept { return motion_; }

private:
    M motion_;
    Scalar factor_;
};

/// The motion, slower by as much as its limits ask for, or as it is if they hold already.
/// @throws std::invalid_argument see `time_scale` and `peaks`
template <AnyMotion M>
[[nodiscard]] TimeScaledMotion<M> within_limits(M motion, const MotionLimits<MotionScalar<M>>& limits, const PeakOptions& options = {}) {
    const auto factor = time_scale(peaks(motion, options), limits);
    return {std::move(motion), std::max(factor, MotionScalar<M>(1))};
}

/// The same primitive with a clock that takes longer by a factor, delay included. For the same parameters its motions from rest at
/// time 0 are the scaled ones; from a start state that moves they start with that velocity, unscaled.
///
/// @throws std::invalid_argument if the factor is not positive and finite, or the parameters hold duration or delay: scale them there
template <typename Primitive>
requires requires(const Primitive& primitive) {
    primitive.with_clock(primitive.clock());
    primitive.learned();
}
[[nodiscard]] Primitive time_scaled(const Primitive& primitive, decltype(std::declval<const Primitive&>().clock().duration) factor) {
    detail::require_positive("time_scaled", "factor", factor);
    if (primitive.learned().duration || primitive.learned().delay) {
        detail::refuse("time_scaled", "duration or delay", "learned", "a clock that is not in the parameters; scale these instead");
    }
    auto clock = primitive.clock();
    clock.duration *= factor;
    clock.delay *= factor;
    return primitive.with_clock(clock);
}

}  // namespace primore
