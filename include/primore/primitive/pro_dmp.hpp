// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

template <std::floating_point Scalar>
struct ProDmpOptions {
    Eigen::Index dofs = 0;           ///< D, to be given if it is no template argument
    Scalar duration = 1;             ///< tau [s], positive
    Scalar delay = 0;                ///< [s] to wait before the movement begins, not negative
    Eigen::Index basis_count = 10;   ///< K, number of weights per degree of freedom, at least 1 [MP_PyTorch: 10]
    Scalar bandwidth_factor = 3;     ///< larger is narrower, positive [MP_PyTorch: 3]
    Eigen::Index basis_outside = 0;  ///< how many functions have their centre before the start, and as many after the end
    Scalar alpha = 25;               ///< of the attractor, positive; how fast it forgets the start and reaches the goal [MP_PyTorch: 25]
    Scalar alpha_phase = 3;          ///< how fast the forcing fades, positive [MP_PyTorch: 3]
    Eigen::VectorX<Scalar> weights_scale = Eigen::VectorX<Scalar>::Ones(1);  ///< of the weights: [K], or [1] for all
    Scalar goal_scale = 1;                                                   ///< of the goal
    bool auto_scale = false;      ///< scales the parameters, also, such that one of them at 1 moves the robot by 1 at most
    bool relative_goal = false;   ///< the goal is counted from the start position
    bool learn_weights = true;    ///< the weights are parameters; otherwise zero ("disable_weights" in MP_PyTorch)
    bool learn_goal = true;       ///< the goal is a parameter; otherwise zero ("disable_goal" in MP_PyTorch)
    bool learn_duration = false;  ///< the duration is the first parameter
    bool learn_delay = false;     ///< the delay is the next parameter
    ProDmpDiscretization discretization = ProDmpDiscretization::accurate;
    Scalar time_step = Scalar(0.01);  ///< of the table of ProDmpDiscretization::mp_pytorch [s] [MP_PyTorch: 0.01]
    Eigen::Index table_length = 6;    ///< of the same table, and how far auto_scale looks, in durations [MP_PyTorch: 6]
};

/// One planned ProDmp. Made by ProDmp::trajectory.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ProDmpMotion {
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
        basis_->fold(z, [&](Eigen::Index k, Scalar psi, Scalar slope) {
            position += psi * weights_.col(k);
            velocity += slope * weights_.col(k);
        });
        const auto free = basis_->transition(start_scaled_time_, z);
        position += start_.position + (1 - free(0, 0)) * distance_ + free(0, 1) * momentum_;
        velocity = start_.velocity + (velocity - free(1, 0) * distance_ + (free(1, 1) - 1) * momentum_) / tau;
        if (now == start_.time) {  // what they are anyway, without the rounding
            position = start_.position;
            velocity = start_.velocity;
        }
        if (now < phase_.delay) {
            acceleration.setZero();
            return;
        }
        const Scalar alpha = basis_->options().alpha;
        basis_->force(z, weights_, acceleration);
        acceleration = (acceleration + alpha * (alpha / 4 * (goal_ - position) - tau * velocity)) / (tau * tau);
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
    ProDmpMotion(std::shared_ptr<const ProDmpBasis<Scalar>> basis, const ExponentialPhase<Scalar>& phase, Weights weights, Vector goal,
                 StartState<Scalar, Dofs> start)
        : basis_(std::move(basis)),
          phase_(phase),
          weights_(std::move(weights)),
          goal_(std::move(goal)),
          start_(std::move(start)),
          start_scaled_time_(phase.elapsed(start_.time)),
          forced_position_(Vector::Zero(weights_.rows())),
          forced_velocity_(forced_position_) {
        basis_->fold(start_scaled_time_, [&](Eigen::Index k, Scalar psi, Scalar slope) {
            forced_position_ += psi * weights_.col(k);
            forced_velocity_ += slope * weights_.col(k);
        });
        distance_ = goal_ - start_.position + forced_position_;
        momentum_ = phase_.duration * start_.velocity - forced_velocity_;
    }

    std::shared_ptr<const ProDmpBasis<Scalar>> basis_;
    ExponentialPhase<Scalar> phase_;
    Weights weights_;  // [D x K], scaled
    Vector goal_;
    StartState<Scalar, Dofs> start_;
    Scalar start_scaled_time_;
    Vector forced_position_, forced_velocity_;  // P and P' at the start
    Vector distance_, momentum_;                // of the attractor at the start: g - y_b + P_b and tau v_b - P_b'
};

/// Probabilistic dynamic movement primitive: a DMP solved in closed form, so that it is a sum of basis functions like a ProMP
/// and starts, at any time, from any position and velocity [Li23].
///
/// Parameters: [duration if learned][delay if learned], then for each degree of freedom w_1 .. w_K and the goal g.
/// Copies share the table of the basis, which never changes.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ProDmp {
public:
    using Motion = ProDmpMotion<Scalar, Dofs>;
    using Vector = Eigen::VectorX<Scalar>;

    /// Computes the table of the basis.
    /// @throws std::invalid_argument if an option is out of range
    explicit ProDmp(const ProDmpOptions<Scalar>& options)
        : options_(validated(options)),
          dofs_(dof_count<Dofs>(where, options.dofs)),
          basis_(make_basis(options)),
          scale_(options.basis_count + 1) {
        scale_.head(options.basis_count) = options.weights_scale.replicate(options.basis_count / options.weights_scale.size(), 1);
        scale_(options.basis_count) = options.goal_scale;
        if (options.auto_scale) scale_ = scale_.cwiseProduct(basis_->scale());
        detail::require_finite(where, "the automatic scale", scale_);
    }

    [[nodiscard]] Eigen::Index dofs() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index parameter_count() const noexcept { return learned().count() + dofs_ * (weight_count() + goal_count()); }
    [[nodiscard]] const ProDmpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const ProDmpBasis<Scalar>& basis() const noexcept { return *basis_; }
    [[nodiscard]] const Vector& parameter_scale() const noexcept { return scale_; }  ///< [K + 1] what weights and goal are multiplied by

    /// The motion of parameters [parameter_count()] from a given state; the way to replan is to call it again. Allocates. O(D K).
    ///
    /// @throws std::invalid_argument if the parameters or the state have another size or are not finite, if a learned duration or delay
    ///         is not allowed, or if there is a start velocity before the delay has ended
    [[nodiscard]] Motion trajectory(const Eigen::Ref<const Vector>& parameters, const StartState<Scalar, Dofs>& start) const {
        detail::require_size(where, "parameters", parameters.size(), parameter_count(), "parameter_count()");
        detail::require_finite(where, "parameters", parameters);
        const ExponentialPhase<Scalar> clock{options_.duration, options_.delay, options_.alpha_phase};
        const auto phase = learned().read(where, clock, parameters);
        StartState<Scalar, Dofs> from = start.completed(where, dofs_);
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            if (!(from.time < phase.delay) || from.velocity(dof) == Scalar(0)) continue;
            detail::refuse(where, "start.velocity[" + std::to_string(dof) + "]", from.velocity(dof), "zero before the delay has ended");
        }
        const auto local = parameters.tail(parameters.size() - learned().count()).reshaped(weight_count() + goal_count(), dofs_);
        typename Motion::Weights weights = Motion::Weights::Zero(dofs_, basis_->count());
        if (options_.learn_weights) weights = local.topRows(weight_count()).transpose() * scale_.head(weight_count()).asDiagonal();
        DofVector<Scalar, Dofs> goal = DofVector<Scalar, Dofs>::Zero(dofs_);
        if (options_.learn_goal) goal = local.row(weight_count()).transpose() * scale_(basis_->count());
        if (options_.relative_goal) goal += from.position;
        return Motion(basis_, phase, std::move(weights), std::move(goal), std::move(from));
    }

private:
    static constexpr auto where = "ProDmp";

    static const ProDmpOptions<Scalar>& validated(const ProDmpOptions<Scalar>& options) {
        LinearPhase<Scalar>{options.duration, options.delay}.validate(where);
        detail::require_at_least(where, "basis_outside", options.basis_outside, 0);
        detail::require_at_least(where, "basis_count", options.basis_count, options.basis_outside > 0 ? 2 * options.basis_outside + 2 : 1);
        detail::require_positive(where, "bandwidth_factor", options.bandwidth_factor);
        detail::require_positive(where, "alpha", options.alpha);
        detail::require_positive(where, "alpha_phase", options.alpha_phase);
        if (options.weights_scale.size() != 1) {
            detail::require_size(where, "weights_scale", options.weights_scale.size(), options.basis_count, "basis_count; or 1 for all");
        }
        detail::require_finite(where, "weights_scale", options.weights_scale);
        detail::require_finite(where, "goal_scale", options.goal_scale);
        if (!options.learn_weights && !options.learn_goal) {
            detail::refuse(where, "learn_goal", "false", "true, because learn_weights is false and something has to be learned");
        }
        detail::require_at_least(where, "table_length", options.table_length, 1);
        if (!(options.time_step <= options.duration && options.time_step >= Scalar(1e-6) * options.duration) &&
            options.discretization == ProDmpDiscretization::mp_pytorch) {
            detail::refuse(where, "time_step", options.time_step, "at most the duration and at least a millionth of it");
        }
        return options;
    }

    static std::shared_ptr<const ProDmpBasis<Scalar>> make_basis(const ProDmpOptions<Scalar>& options) {
        ProDmpBasisOptions<Scalar> basis{.count = options.basis_count,
                                         .outside = options.basis_outside,
                                         .bandwidth_factor = options.bandwidth_factor,
                                         .alpha = options.alpha,
                                         .decay = options.alpha_phase,
                                         .discretization = options.discretization,
                                         .table_length = options.table_length};
        if (options.discretization == ProDmpDiscretization::mp_pytorch) basis.step = options.time_step / options.duration;
        return std::make_shared<const ProDmpBasis<Scalar>>(basis);
    }

    [[nodiscard]] LearnedPhase learned() const noexcept { return {.duration = options_.learn_duration, .delay = options_.learn_delay}; }
    [[nodiscard]] Eigen::Index weight_count() const noexcept { return options_.learn_weights ? options_.basis_count : 0; }
    [[nodiscard]] Eigen::Index goal_count() const noexcept { return options_.learn_goal ? 1 : 0; }

    ProDmpOptions<Scalar> options_;
    Eigen::Index dofs_;
    std::shared_ptr<const ProDmpBasis<Scalar>> basis_;
    Vector scale_;
};

}  // namespace primore
