// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/basis/learned_phase.hpp>
#include <primore/primitive/dmp_movement.hpp>
#include <primore/primitive/dmp_response.hpp>
#include <primore/primitive/motion_jacobian.hpp>

namespace primore {

/// How one movement of a DMP changes with all that it was made of, along its way: the responses to single causes are its derivatives;
/// those with respect to duration and delay follow from the way on which it is at the moment, and from the change of its start.
template <std::floating_point Scalar, int Dofs, typename Basis>
class DmpSensitivity {
public:
    using Movement = DmpMovement<Scalar, Dofs, Basis>;
    using Matrix = Eigen::MatrixX<Scalar>;
    using Vector = Eigen::VectorX<Scalar>;

    /// @param weight_scale  [D x K] of the weights, amplitude included
    DmpSensitivity(const Movement& movement, const LearnedPhase& learned, Matrix weight_scale, Scalar goal_scale)
        : movement_(movement),
          learned_(learned),
          weight_scale_(std::move(weight_scale)),
          goal_scale_(goal_scale),
          start_(scaled_time(movement.start().time)),
          distance_(movement.ends().col(1) - movement.ends().col(0)),
          response_(movement.terms(), movement.clock().decay, start_) {
        const Eigen::Index dofs = movement.dofs(), count = weight_scale_.cols();
        const auto& options = movement.terms().options();
        is_scaled_ = options.scaling == DmpScaling::goal_distance;
        smooth_ = options.smooth_scaling ? Scalar(1) : Scalar(0);
        coefficients_ = tau_coefficients_ = Matrix::Zero(response_.size(), dofs);
        coefficients_.topRows(count) = movement.weights().matrix().transpose();
        if (is_scaled_) coefficients_.topRows(count) *= distance_.asDiagonal();
        coefficients_.middleRows(response_.ends(), 6) = movement.ends().transpose();
        coefficients_.row(response_.smooth()) = -smooth_ * distance_.transpose();
        coefficients_.row(response_.free()) = movement.ends().col(0).transpose();
        coefficients_.row(response_.free() + 1) = movement.ends().col(2).transpose();
        const Scalar tau = movement.clock().duration;
        tau_coefficients_.middleRows(response_.ends() + 2, 2) = movement.ends().middleCols(2, 2).transpose() / tau;
        tau_coefficients_.middleRows(response_.ends() + 4, 2) = movement.ends().rightCols(2).transpose() * (2 / tau);
        tau_coefficients_.row(response_.free() + 1) = movement.start().velocity.transpose();
        start_curvature_ = coefficients_.transpose() * response_.second(response_.forces());
        for (auto& change : euler_) change = {Vector::Zero(dofs), Vector::Zero(dofs)};
        euler_[0].slope = movement.start().velocity;
    }

    /// The derivatives of the set point at a time that is not before that of the last call; with DmpIntegrator::mp_pytorch a step.
    [[nodiscard]] MotionJacobian<Scalar> advance_to(Scalar time) {
        const Scalar now = time > movement_.start().time ? time : movement_.start().time, z = scaled_time(now);
        is_euler() ? euler_step_to(z) : response_.advance_to(z);
        const Derivatives<Vector> force = response_.forces();
        const Vector second = response_.second(force);
        const Scalar rate = 1 / movement_.clock().duration, rate2 = now < movement_.clock().delay ? Scalar(0) : rate * rate;
        auto result = MotionJacobian<Scalar>::zero(movement_.dofs(), learned_.count() + movement_.dofs() * (weight_scale_.cols() + 1));
        fill(response_.value(), 1, result.position);
        fill(response_.slope(), rate, result.velocity);
        fill(second, rate2, result.acceleration);
        for (const bool is_duration : {true, false}) {  // otherwise it is the delay
            const Change change = change_of_clock(is_duration, force, second);
            Vector velocity = change.slope * rate, acceleration = change.second * rate2;
            if (is_duration) {
                velocity -= coefficients_.transpose() * response_.slope() * (rate * rate);
                acceleration -= coefficients_.transpose() * second * (2 * rate * rate2);
            }
            result.set_clock_column(learned_, is_duration, change.value, velocity, acceleration);
        }
        return result;
    }

private:
    struct Change {
        Vector value, slope, second = {};  // [D]
    };

    [[nodiscard]] Scalar scaled_time(Scalar time) const noexcept { return movement_.terms().bounded(movement_.clock().scaled_time(time)); }
    [[nodiscard]] bool is_euler() const noexcept { return movement_.terms().options().integrator == DmpIntegrator::mp_pytorch; }

    /// dz / d(duration or delay): nothing moves during the delay.
    [[nodiscard]] Scalar shift(Scalar z, bool is_duration) const noexcept {
        return z > 0 ? -(is_duration ? z : Scalar(1)) / movement_.clock().duration : Scalar(0);
    }

    /// The columns of parameters and start, from the responses [R] or their derivatives, times a factor.
    void fill(const Vector& causes, Scalar factor, Matrix& out) const {
        const Eigen::Index dofs = movement_.dofs(), count = weight_scale_.cols(), parameters = out.cols() - 2 - 2 * dofs;
        const Scalar smooth = smooth_ * causes(response_.smooth());
        for (Eigen::Index dof = 0; dof < dofs; ++dof) {
            const Scalar scale = is_scaled_ ? distance_(dof) : Scalar(1);
            const auto weights = movement_.weights().matrix().row(dof).transpose();
            const Scalar driven = is_scaled_ ? weights.dot(causes.head(count)) : Scalar(0);
            auto row = out.row(dof);
            const Eigen::Index first = learned_.count() + dof * (count + 1);
            row.segment(first, count) = factor * scale * causes.head(count).transpose().cwiseProduct(weight_scale_.row(dof));
            row(first + count) = factor * goal_scale_ * (causes(response_.ends() + 1) - smooth + driven);
            row(parameters + 2 + dof) = factor * (causes(response_.free()) + causes(response_.ends()) + smooth - driven);
            row(parameters + 2 + dofs + dof) =
                factor * movement_.clock().duration * (causes(response_.free() + 1) + causes(response_.ends() + 2));
            if (!learned_.decay) continue;
            row(learned_.count() - 1) = factor * (scale * weights.dot(causes.segment(response_.weights_of_decay(), count)) -
                                                  smooth_ * distance_(dof) * causes(response_.smooth_of_decay()));
        }
    }

    /// How the state in scaled time, at a fixed time, changes with the duration or the delay.
    [[nodiscard]] Change change_of_clock(bool is_duration, const Derivatives<Vector>& force, const Vector& second) const {
        const Vector slope = coefficients_.transpose() * response_.slope(), curvature = coefficients_.transpose() * second;
        const Scalar now = shift(response_.now(), is_duration), then = shift(start_, is_duration);
        const auto [damping, damping_rate] = movement_.terms().damping(response_.now());
        const Scalar stiffness = movement_.terms().spring().stiffness;
        const Vector force_rate = coefficients_.transpose() * force.first - damping_rate * slope;
        if (is_euler()) {
            Change change = euler_[is_duration ? 0 : 1];
            change.second = force_rate * now - stiffness * change.value - damping * change.slope;
            if (is_duration) change.second += tau_coefficients_.transpose() * force.value;
            return change;
        }
        const auto from_start = [&](const Vector& causes) -> Vector {  // the start is another point of the way
            Vector result = -(movement_.ends().col(2) * causes(response_.free()) + start_curvature_ * causes(response_.free() + 1)) * then;
            if (is_duration) result += tau_coefficients_.transpose() * causes;
            return result;
        };
        const Vector third = force_rate - stiffness * slope - damping * curvature;
        return {slope * now + from_start(response_.value()), curvature * now + from_start(response_.slope()),
                third * now + from_start(second)};
    }

    void euler_step_to(Scalar z) {
        const Scalar from = response_.now();
        const Derivatives<Vector> force = response_.forces();
        const Vector second = response_.second(force), curvature = coefficients_.transpose() * second;
        const std::array<Change, 2> before{change_of_clock(true, force, second), change_of_clock(false, force, second)};
        response_.advance_to(z);
        const Vector slope = coefficients_.transpose() * response_.slope();
        for (std::size_t i = 0; i < 2; ++i) {
            const Scalar longer = shift(z, i == 0) - shift(from, i == 0);
            euler_[i].slope += (z - from) * before[i].second + longer * curvature;
            euler_[i].value += (z - from) * euler_[i].slope + longer * slope;
        }
    }

    const Movement& movement_;  // outlives this: it is made and used within one function
    LearnedPhase learned_;
    Matrix weight_scale_;
    Scalar goal_scale_;
    Scalar start_;  // z
    Vector distance_;
    DmpResponse<Scalar, Basis> response_;
    bool is_scaled_ = false;
    Scalar smooth_ = 0;
    Matrix coefficients_, tau_coefficients_;  // [R x D] of the responses, and how they change with the duration
    Vector start_curvature_;                  // [D] y'' at the start
    std::array<Change, 2> euler_;             // with the duration and the delay, of DmpIntegrator::mp_pytorch
};

}  // namespace primore
