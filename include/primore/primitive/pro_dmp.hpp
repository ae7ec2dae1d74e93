// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/motion_jacobian.hpp>
#include <primore/primitive/pro_dmp_motion.hpp>
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

/// Probabilistic dynamic movement primitive: a DMP solved in closed form, so that it is a sum of basis functions like a ProMP
/// and starts, at any time, from any position and velocity [Li23].
///
/// Parameters: [duration if learned][delay if learned], then for each degree of freedom w_1 .. w_K and the goal g.
/// Copies share the table of the basis, which never changes.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ProDmp {
public:
    template <Real Number = Scalar>
    using Motion = ProDmpMotion<Number, Dofs>;
    using Vector = Eigen::VectorX<Scalar>;

    /// Computes the table of the basis.
    /// @throws std::invalid_argument if an option is out of range
    explicit ProDmp(const ProDmpOptions<Scalar>& options)
        : options_(validated(options)),
          dofs_(dof_count<Dofs>(where, options.dofs)),
          clock_{options.duration, options.delay, options.alpha_phase},
          basis_(make_basis(options)),
          scale_(options.basis_count + 1) {
        scale_.head(options.basis_count) = options.weights_scale.replicate(options.basis_count / options.weights_scale.size(), 1);
        scale_(options.basis_count) = options.goal_scale;
        if (options.auto_scale) scale_ = scale_.cwiseProduct(basis_->scale());
        detail::require_finite(where, "the automatic scale", scale_);
    }

    [[nodiscard]] Eigen::Index dofs() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index weight_count() const noexcept {
        return forced_count() + goal_count();
    }  ///< per degree of freedom, goal included
    [[nodiscard]] Eigen::Index parameter_count() const noexcept { return learned().count() + dofs_ * weight_count(); }
    [[nodiscard]] LearnedPhase learned() const noexcept { return {.duration = options_.learn_duration, .delay = options_.learn_delay}; }
    [[nodiscard]] const ProDmpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const ProDmpBasis<Scalar>& basis() const noexcept { return *basis_; }
    [[nodiscard]] const Vector& parameter_scale() const noexcept { return scale_; }  ///< [K + 1] what weights and goal are multiplied by
    [[nodiscard]] const ExponentialPhase<Scalar>& clock() const noexcept { return clock_; }

    /// The clock of one movement: the configured one, with its learned numbers read from the front of the parameters.
    /// @throws std::invalid_argument if the parameters have another size or a number is not allowed
    template <typename Derived>
    [[nodiscard]] auto clock(const Eigen::MatrixBase<Derived>& parameters) const {
        detail::require_size(where, "parameters", parameters.size(), parameter_count(), "parameter_count()");
        return learned().read(where, clock_.template cast<typename Derived::Scalar>(), parameters);
    }

    /// The same movements in another time: faster, slower, later. The table of the basis is shared.
    /// @throws std::invalid_argument if a number of the clock is not allowed or its decay is another
    [[nodiscard]] ProDmp with_clock(const ExponentialPhase<Scalar>& clock) const {
        clock.validate(where);
        if (clock.decay != clock_.decay) detail::refuse(where, "decay", clock.decay, "that of the primitive, alpha_phase");
        ProDmp result = *this;
        result.clock_ = clock;
        result.options_.time_step *= clock.duration / clock_.duration;
        result.options_.duration = clock.duration;
        result.options_.delay = clock.delay;
        return result;
    }

    /// The motion of parameters [parameter_count()] from a given state; the way to replan is to call it again. Allocates. O(D K).
    /// Parameters and start may be numbers that carry derivatives.
    ///
    /// @throws std::invalid_argument if the parameters or the state have another size or are not finite, if a learned duration or delay
    ///         is not allowed, or if there is a start velocity before the delay has ended
    template <typename Derived>
    [[nodiscard]] Motion<typename Derived::Scalar> trajectory(const Eigen::MatrixBase<Derived>& parameters,
                                                              const StartState<typename Derived::Scalar, Dofs>& start) const {
        using Number = typename Derived::Scalar;
        static_assert(std::same_as<detail::Base<Number>, Scalar>, "the parameters are of another scalar type than the primitive");
        const auto phase = clock(parameters);
        detail::require_finite(where, "parameters", parameters);
        StartState<Number, Dofs> from = start.completed(where, dofs_);
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            if (!(from.time < phase.delay) || from.velocity(dof) == Number(0)) continue;
            detail::refuse(where, "start.velocity[" + std::to_string(dof) + "]", detail::value_of(from.velocity(dof)),
                           "zero before the delay has ended");
        }
        typename Motion<Number>::Weights weights = Motion<Number>::Weights::Constant(dofs_, basis_->count(), Number(0));
        DofVector<Number, Dofs> goal = DofVector<Number, Dofs>::Constant(dofs_, Number(0));
        Eigen::Index next = learned().count();
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            for (Eigen::Index k = 0; k < forced_count(); ++k) weights(dof, k) = parameters(next++) * scale_(k);
            if (options_.learn_goal) goal(dof) = parameters(next++) * scale_(basis_->count());
        }
        if (options_.relative_goal) goal += from.position;
        return Motion<Number>(basis_, phase, std::move(weights), std::move(goal), std::move(from));
    }

    /// The basis of the motion that starts at a time (0 if there is none given), at times [T], by the configured clock. Allocates.
    /// @throws std::invalid_argument if a time is not finite
    [[nodiscard]] BasisTable<Scalar> basis_table(const Eigen::Ref<const Vector>& times, std::optional<Scalar> start_time = {}) const {
        const Scalar start = start_time.value_or(Scalar(0));
        detail::require_finite(where, "times", times);
        detail::require_finite(where, "start_time", start);
        Columns begin(4, basis_->count() + 1), now = begin;
        fill_columns(clock_.elapsed(start), begin);
        const Eigen::MatrixX<Scalar> none(times.size(), 2 + weight_count());
        BasisTable<Scalar> table{times, none, none, none};
        Eigen::Matrix<Scalar, 3, Eigen::Dynamic> rows(3, 2 + weight_count());
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            const Scalar time = std::max(times(row), start);
            fill_columns(clock_.elapsed(time), now);
            fill_response(now, begin, time >= clock_.delay, rows);
            table.position.row(row) = rows.row(0);
            table.velocity.row(row) = rows.row(1);
            table.acceleration.row(row) = rows.row(2);
        }
        return table;
    }

    /// The derivatives of the set point at a time with respect to all that the motion was made of. Allocates.
    /// @throws std::invalid_argument as trajectory()
    [[nodiscard]] MotionJacobian<Scalar> jacobian(const Eigen::Ref<const Vector>& parameters, Scalar time,
                                                  const StartState<Scalar, Dofs>& start) const {
        const Motion<> motion = trajectory(parameters, start);
        const ProDmp timed = with_clock(motion.phase_);
        const Scalar now = std::max(time, motion.start_.time);
        auto result = MotionJacobian<Scalar>::of_weights(timed.basis_table(Vector::Constant(1, now), motion.start_.time), learned(), dofs_);
        for (const bool is_duration : {true, false}) timed.set_clock_columns(result, motion, now, is_duration);
        return result;
    }

private:
    static constexpr auto where = "ProDmp";
    using Columns = Eigen::Matrix<Scalar, 4, Eigen::Dynamic>;  // Psi_k and three derivatives, then (z, 0, 0, 0): [4 x K + 1]
    using States = Eigen::Matrix<Scalar, Dofs, 2>;             // position and velocity in scaled time of every degree of freedom

    void fill_columns(Scalar z, Columns& columns) const noexcept {
        basis_->fold(
            z, [&](Eigen::Index k, const Derivatives<Scalar>& psi) { columns.col(k) << psi.value, psi.first, psi.second, psi.third; });
        columns.col(basis_->count()) << z, 0, 0, 0;
    }

    /// What the differential equation adds to a column of positions and scaled velocities [2], given the force: [3].
    [[nodiscard]] Eigen::Vector3<Scalar> completed(const Eigen::Vector2<Scalar>& state, Scalar force) const {
        const Scalar alpha = basis_->options().alpha;
        return {state(0), state(1), force - alpha * (alpha / 4 * state(0) + state(1))};
    }

    /// Position, velocity and acceleration [3 x 2 + P] at one time, see BasisTable.
    void fill_response(const Columns& now, const Columns& begin, bool is_moving, Eigen::Matrix<Scalar, 3, Eigen::Dynamic>& rows) const {
        const Scalar tau = clock_.duration, alpha = basis_->options().alpha;
        const Eigen::Index count = basis_->count();
        const auto free = basis_->transition(begin(0, count), now(0, count));
        const Eigen::Vector3<Scalar> goal = completed({1 - free(0, 0), -free(1, 0)}, alpha * alpha / 4);
        rows.col(0) = completed(free.col(0), 0);
        if (options_.relative_goal) rows.col(0) += goal;
        rows.col(1) = tau * completed(free.col(1), 0);
        for (Eigen::Index k = 0; k < forced_count(); ++k) {
            const Scalar force = now(2, k) + alpha * (now(1, k) + alpha / 4 * now(0, k));
            const Eigen::Vector2<Scalar> state = now.col(k).template head<2>() - free * begin.col(k).template head<2>();
            rows.col(2 + k) = scale_(k) * completed(state, force);
        }
        if (options_.learn_goal) rows.col(2 + forced_count()) = scale_(count) * goal;
        rows.row(1) /= tau;
        rows.row(2) *= (is_moving ? 1 : 0) / (tau * tau);
    }

    /// The derivatives with respect to the duration or the delay: both move the scaled times of the state that is asked for, s = X + A d_b,
    /// and of the start, d_b = s_b - X_b.
    void set_clock_columns(MotionJacobian<Scalar>& result, const Motion<>& motion, Scalar now, bool is_duration) const {
        const auto shift = [&](Scalar time) {
            return time < clock_.delay ? Scalar(0) : (is_duration ? -clock_.scaled_time(time) : Scalar(-1)) / clock_.duration;
        };
        const Scalar z = clock_.elapsed(now), z_b = motion.start_scaled_time_, tau = clock_.duration, alpha = basis_->options().alpha;
        const Scalar dz = shift(now), dz_b = shift(motion.start_.time), dtau = is_duration ? 1 : 0;
        States state = States::Zero(dofs_, 2), rate = state, rate_b = state, distance(dofs_, 2);
        const auto add = [&](States& sum, States& sum_rate) {
            return [&](Eigen::Index k, Scalar psi, Scalar slope, Scalar psi_rate, Scalar slope_rate) {
                sum += motion.weights_.col(k) * Eigen::RowVector2<Scalar>(psi, slope);
                sum_rate += motion.weights_.col(k) * Eigen::RowVector2<Scalar>(psi_rate, slope_rate);
            };
        };
        basis_->fold_rates(z_b, add(state, rate_b));
        state.setZero();
        basis_->fold_rates(z, add(state, rate));
        distance << -motion.distance_, motion.momentum_;  // d_b
        const auto free = basis_->transition(z_b, z);
        const auto by = basis_->transition_rates(z_b, z);
        rate_b *= -dz_b;
        rate_b.col(1) += dtau * motion.start_.velocity;
        const States change = dz * rate + distance * (dz * by.by_end + dz_b * by.by_start).transpose() + rate_b * free.transpose();

        DofVector<Scalar, Dofs> force_rate = DofVector<Scalar, Dofs>::Zero(dofs_);
        basis_->fold(z, [&](Eigen::Index k, const Derivatives<Scalar>& psi) {
            force_rate += motion.weights_.col(k) * (psi.third + alpha * (psi.second + alpha / 4 * psi.first));
        });
        const auto setpoint = motion.at(now);
        Vector acceleration = Vector::Zero(dofs_);
        if (!(now < clock_.delay)) {
            acceleration = (dz * force_rate - alpha * (alpha / 4 * change.col(0) + change.col(1))) / (tau * tau) -
                           setpoint.acceleration * (2 * dtau / tau);
        }
        result.set_clock_column(learned(), is_duration, Vector(change.col(0)),
                                Vector(change.col(1) / tau - setpoint.velocity * (dtau / tau)), acceleration);
    }

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

    [[nodiscard]] Eigen::Index forced_count() const noexcept { return options_.learn_weights ? options_.basis_count : 0; }
    [[nodiscard]] Eigen::Index goal_count() const noexcept { return options_.learn_goal ? 1 : 0; }

    ProDmpOptions<Scalar> options_;
    Eigen::Index dofs_;
    ExponentialPhase<Scalar> clock_;
    std::shared_ptr<const ProDmpBasis<Scalar>> basis_;
    Vector scale_;
};

}  // namespace primore
