// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>
#include <primore/detail/real.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// One planned ProDmp. Made by ProDmp::trajectory.
template <Real Scalar, int Dofs = Eigen::Dynamic>
class ProDmpMotion {
    using Base = detail::Base<Scalar>;

public:
    using Vector = DofVector<Scalar, Dofs>;
    using Weights = Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic>;

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation. O(D K).
    ///
    /// Position and velocity are the start's plus differences to the start (see ProDmpBasis for the solution, A = transition):
    ///
    ///     y  = y_b + (1 - A_11) (g - y_b + P_b) + A_12 (tau v_b - P_b') + P(z) - P_b,
    ///     v  = v_b + (-A_21 (g - y_b + P_b) + (A_22 - 1) (tau v_b - P_b') + P'(z) - P_b') / tau,
    ///
    /// the acceleration is that of the differential equation.
    void evaluate(Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        const Scalar now = time > start_.time ? time : start_.time, z = phase_.elapsed(now), tau = phase_.duration;
        Vector &position = setpoint.position, &velocity = setpoint.velocity, &acceleration = setpoint.acceleration;
        position = -forced_position_;
        velocity = -forced_velocity_;
        basis_->fold_state(z, [&](Eigen::Index k, const Scalar& psi, const Scalar& slope) {
            position += psi * weights_.col(k);
            velocity += slope * weights_.col(k);
        });
        const auto free = basis_->transition(start_scaled_time_, z);
        position += start_.position + Scalar(1 - free(0, 0)) * distance_ + free(0, 1) * momentum_;
        velocity = start_.velocity + (velocity - free(1, 0) * distance_ + Scalar(free(1, 1) - 1) * momentum_) / tau;
        if (now == start_.time) {  // what they are anyway, without the rounding
            position = start_.position;
            velocity = start_.velocity;
        }
        if (now < phase_.delay) {
            acceleration = Vector::Constant(dofs(), Scalar(0));
            return;
        }
        const Base alpha = basis_->options().alpha;
        basis_->force(z, weights_, acceleration);
        acceleration = (acceleration + alpha * (alpha / 4 * (goal_ - position) - tau * velocity)) / Scalar(tau * tau);
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
        return tabulate<Scalar, Dofs>("ProDmp", *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return start_.time; }
    [[nodiscard]] Scalar duration() const noexcept { return phase_.duration; }
    [[nodiscard]] Scalar end_time() const noexcept { return phase_.delay + phase_.duration; }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return weights_.rows(); }
    [[nodiscard]] const Vector& goal() const noexcept { return goal_; }  ///< [D] where the motion comes to rest

private:
    template <std::floating_point, int>
    friend class ProDmp;

    /// What does not change while the movement runs: O(D K), no look at the whole table.
    ProDmpMotion(std::shared_ptr<const ProDmpBasis<Base>> basis, const ExponentialPhase<Scalar>& phase, Weights weights, Vector goal,
                 StartState<Scalar, Dofs> start)
        : basis_(std::move(basis)),
          phase_(phase),
          weights_(std::move(weights)),
          goal_(std::move(goal)),
          start_(std::move(start)),
          start_scaled_time_(phase.elapsed(start_.time)),
          forced_position_(Vector::Constant(weights_.rows(), Scalar(0))),
          forced_velocity_(forced_position_) {
        basis_->fold_state(start_scaled_time_, [&](Eigen::Index k, const Scalar& psi, const Scalar& slope) {
            forced_position_ += psi * weights_.col(k);
            forced_velocity_ += slope * weights_.col(k);
        });
        distance_ = goal_ - start_.position + forced_position_;
        momentum_ = phase_.duration * start_.velocity - forced_velocity_;
    }

    std::shared_ptr<const ProDmpBasis<Base>> basis_;
    ExponentialPhase<Scalar> phase_;
    Weights weights_;  // [D x K], scaled
    Vector goal_;
    StartState<Scalar, Dofs> start_;
    Scalar start_scaled_time_;
    Vector forced_position_, forced_velocity_;  // P and P' at the start
    Vector distance_, momentum_;                // of the attractor at the start: g - y_b + P_b and tau v_b - P_b'
};

}  // namespace primore
