// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>

#include <Eigen/Core>

#include <primore/motion/motion_types.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// A motion inside an interval of time, with two derivatives more than it gives itself.
///
/// Position, velocity and acceleration are those of the motion. Jerk and its rate are derivatives of the polynomial of degree four
/// through five accelerations, `step` apart, none of them outside the interval. Where time passes in units in which the motion changes,
/// the step eps^(1/5) balances truncation (step^4) and rounding (eps / step): jerk is right to some 1e-12 of its size in double and 1e-5
/// in float, its rate to some 1e-8 and 1e-3.
template <AnyMotion M>
class MotionJet {
public:
    using Scalar = MotionScalar<M>;
    static constexpr int orders = 5;  ///< 0 position, 1 velocity, 2 acceleration, 3 jerk, 4 its rate
    using Matrix = Eigen::Matrix<Scalar, motion_dofs<M>, orders>;

    MotionJet(M motion, Scalar from, Scalar to)
        : motion_(std::move(motion)), from_(from), to_(to), setpoint_(Setpoint<Scalar, motion_dofs<M>>::zero(motion_.dofs())) {}

    /// The step that suits a motion that changes within `time_scale`.
    [[nodiscard]] static Scalar step(Scalar time_scale) noexcept {
        return time_scale * std::pow(std::numeric_limits<Scalar>::epsilon(), Scalar(0.2));
    }

    /// The derivatives of all degrees of freedom at a time in the interval, into columns of a matrix that has size [D x orders].
    void evaluate(Scalar time, Scalar step, Matrix& jet) noexcept {
        differentiate(time, step, jet);
        evaluate(time, jet);
    }

    /// Position, velocity and acceleration only, into the first three columns.
    void evaluate(Scalar time, Matrix& jet) noexcept {
        motion_.evaluate(time, setpoint_);
        jet.col(0) = setpoint_.position;
        jet.col(1) = setpoint_.velocity;
        jet.col(2) = setpoint_.acceleration;
    }

    [[nodiscard]] Matrix empty() const { return Matrix(motion_.dofs(), orders); }
    [[nodiscard]] Scalar from() const noexcept { return from_; }
    [[nodiscard]] Scalar to() const noexcept { return to_; }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return motion_.dofs(); }

private:
    void differentiate(Scalar time, Scalar step, Matrix& jet) noexcept {
        const Scalar widest = (to_ - from_) / 4, h = step < widest ? step : widest;
        const Scalar first = from_ + 2 * h, last = to_ - 2 * h;
        const Scalar centre = time < first ? first : time > last ? last : time, x = h > 0 ? (time - centre) / h : Scalar(0);
        // Derivatives at x of the Lagrange polynomials of the nodes -2 .. 2.
        const Scalar x2 = x * x, x3 = x2 * x;
        const std::array<Scalar, 5> slope{(4 * x3 - 6 * x2 - 2 * x + 2) / 24, -(4 * x3 - 3 * x2 - 8 * x + 4) / 6, (4 * x3 - 10 * x) / 4,
                                          -(4 * x3 + 3 * x2 - 8 * x - 4) / 6, (4 * x3 + 6 * x2 - 2 * x - 2) / 24};
        const std::array<Scalar, 5> bend{(12 * x2 - 12 * x - 2) / 24, -(12 * x2 - 6 * x - 8) / 6, (12 * x2 - 10) / 4,
                                         -(12 * x2 + 6 * x - 8) / 6, (12 * x2 + 12 * x - 2) / 24};
        jet.col(3).setZero();
        jet.col(4).setZero();
        for (int node = -2; node <= 2 && h > 0; ++node) {
            const auto i = static_cast<std::size_t>(node + 2);
            motion_.evaluate(centre + static_cast<Scalar>(node) * h, setpoint_);
            jet.col(3) += slope[i] / h * setpoint_.acceleration;
            jet.col(4) += bend[i] / (h * h) * setpoint_.acceleration;
        }
    }

    M motion_;
    Scalar from_, to_;
    Setpoint<Scalar, motion_dofs<M>> setpoint_;
};

}  // namespace primore
