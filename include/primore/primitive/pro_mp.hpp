// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// What becomes of the functions that `zero_start` adds to a ProMp.
enum class StartPadding {
    solved,  ///< the weights of the first one or two of them are solved so that the motion starts exactly where it is told to
    zero,    ///< all weights are zero, as in MP_PyTorch: the motion starts near the start position
};

template <std::floating_point Scalar>
struct ProMpOptions {
    Eigen::Index dofs = 0;           ///< D, to be given if it is no template argument
    Scalar duration = 1;             ///< tau [s], positive
    Scalar delay = 0;                ///< [s] to wait before the movement begins, not negative
    Eigen::Index basis_count = 10;   ///< K, number of learned weights per degree of freedom, at least 1 [MP_PyTorch: 10]
    Scalar bandwidth_factor = 3;     ///< larger is narrower, positive [MP_PyTorch: 3]
    Eigen::Index basis_outside = 0;  ///< how many functions have their centre before the start, and as many after the end
    Eigen::Index zero_start = 0;     ///< functions added at the start, see StartPadding: 1 for an exact position, 2 for velocity too
    Eigen::Index zero_goal = 0;      ///< functions of weight zero added at the end: they draw the motion to where it started
    StartPadding start_padding = StartPadding::solved;
    Eigen::VectorX<Scalar> weights_scale = Eigen::VectorX<Scalar>::Ones(1);  ///< of the parameters: [K], or [1] for all
    bool learn_duration = false;                                             ///< the duration is the first parameter
    bool learn_delay = false;                                                ///< the delay is the next parameter
};

/// One planned ProMp: position W Phi(p(t)) (+ start position), and its exact time derivatives. Made by ProMp::trajectory.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ProMpMotion {
public:
    using Vector = DofVector<Scalar, Dofs>;
    using Weights = Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic>;

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation. O(D K).
    void evaluate(Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        const Derivatives<Scalar> phase = phase_.derivatives(time > start_.time ? time : start_.time);
        basis_.combine(phase.value, weights_, setpoint.position, setpoint.velocity, setpoint.acceleration);
        setpoint.position += offset_;
        setpoint.acceleration = phase.first * phase.first * setpoint.acceleration + phase.second * setpoint.velocity;
        setpoint.velocity *= phase.first;
        if (phase.value != start_phase_) return;
        if (exact_derivatives_ >= 1) setpoint.position = start_.position;  // what it is anyway, without the rounding
        if (exact_derivatives_ >= 2) setpoint.velocity = start_.velocity;
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
        return tabulate<Scalar, Dofs>("ProMp", *this, times);
    }

    [[nodiscard]] Scalar start_time() const noexcept { return start_.time; }
    [[nodiscard]] Scalar duration() const noexcept { return phase_.duration; }
    [[nodiscard]] Scalar end_time() const noexcept { return phase_.delay + phase_.duration; }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return weights_.rows(); }

private:
    template <std::floating_point, int>
    friend class ProMp;

    ProMpMotion(NormalizedRbf<Scalar> basis, const LinearPhase<Scalar>& phase, Weights weights)
        : basis_(std::move(basis)), phase_(phase), weights_(std::move(weights)), offset_(Vector::Zero(weights_.rows())) {
        start_ = start_.completed("ProMp", weights_.rows());
        start_phase_ = phase_.at(start_.time);
    }

    NormalizedRbf<Scalar> basis_;
    LinearPhase<Scalar> phase_;
    Weights weights_;  // [D x zero_start + K + zero_goal], scaled
    Vector offset_;
    StartState<Scalar, Dofs> start_;
    Scalar start_phase_;
    Eigen::Index exact_derivatives_ = 0;  // how many of position and velocity are exactly those of the start
};

/// Probabilistic movement primitive: a weighted sum of basis functions of time [Paraschos18, eq. 1].
///
///     y(t) = sum_k w_k Phi_k(p(t)),     p = LinearPhase
///
/// Parameters: [duration if learned][delay if learned], then for each degree of freedom w_1 .. w_K.
/// A motion that has a start is y(t) = start.position + sum_k w_k Phi_k, where the padded functions (`zero_start`) see to it that it
/// starts there; away from the start they fade.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ProMp {
public:
    using Motion = ProMpMotion<Scalar, Dofs>;
    using Vector = Eigen::VectorX<Scalar>;

    /// @throws std::invalid_argument if an option is out of range
    explicit ProMp(const ProMpOptions<Scalar>& options)
        : options_(validated(options)),
          dofs_(dof_count<Dofs>(where, options.dofs)),
          basis_(LinearPhase<Scalar>{options.duration, options.delay},
                 {.count = options.zero_start + options.basis_count + options.zero_goal,
                  .outside = options.basis_outside,
                  .bandwidth_factor = options.bandwidth_factor}) {}

    [[nodiscard]] Eigen::Index dofs() const noexcept { return dofs_; }
    [[nodiscard]] Eigen::Index parameter_count() const noexcept { return learned().count() + dofs_ * options_.basis_count; }
    [[nodiscard]] const ProMpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const NormalizedRbf<Scalar>& basis() const noexcept { return basis_; }  ///< padded functions included

    /// The motion of parameters [parameter_count()] without a start: wherever the weights put it, from time 0 on. Allocates.
    /// @throws std::invalid_argument if the parameters have another size, are not finite, or a learned duration or delay is not allowed
    [[nodiscard]] Motion trajectory(const Eigen::Ref<const Vector>& parameters) const {
        detail::require_size(where, "parameters", parameters.size(), parameter_count(), "parameter_count()");
        detail::require_finite(where, "parameters", parameters);
        const auto phase = learned().read(where, LinearPhase<Scalar>{options_.duration, options_.delay}, parameters);
        const Vector scale = options_.weights_scale.replicate(options_.basis_count / options_.weights_scale.size(), 1);
        typename Motion::Weights weights = Motion::Weights::Zero(dofs_, basis_.count());
        weights.middleCols(options_.zero_start, options_.basis_count) =
            parameters.tail(dofs_ * options_.basis_count).reshaped(options_.basis_count, dofs_).transpose() * scale.asDiagonal();
        return Motion(basis_, phase, std::move(weights));
    }

    /// The motion that begins in a given state. Allocates.
    ///
    /// @throws std::invalid_argument as without a start, if the state has another size or is not finite, if there is no padded function
    ///         to begin with (`zero_start`) or it has faded at start.time, or if the velocity cannot be met
    [[nodiscard]] Motion trajectory(const Eigen::Ref<const Vector>& parameters, const StartState<Scalar, Dofs>& start) const {
        Motion motion = trajectory(parameters);
        motion.start_ = start.completed(where, dofs_);
        motion.offset_ = motion.start_.position;
        const Derivatives<Scalar> phase = motion.phase_.derivatives(motion.start_.time);
        motion.start_phase_ = phase.value;
        require_reachable(motion.start_, phase);
        if (options_.start_padding == StartPadding::solved) {
            motion.exact_derivatives_ = std::min<Eigen::Index>(options_.zero_start, 2);
            solve_start(motion, phase);
            motion.offset_ -= motion.weights_ * basis_.functions(phase.value).value;  // what rounding has left of zero
        }
        return motion;
    }

private:
    static constexpr auto where = "ProMp";

    static const ProMpOptions<Scalar>& validated(const ProMpOptions<Scalar>& options) {
        LinearPhase<Scalar>{options.duration, options.delay}.validate(where);
        detail::require_at_least(where, "zero_start", options.zero_start, 0);
        detail::require_at_least(where, "zero_goal", options.zero_goal, 0);
        detail::require_at_least(where, "basis_outside", options.basis_outside, 0);
        const Eigen::Index least = options.basis_outside > 0 ? 2 * options.basis_outside + 2 - options.zero_start - options.zero_goal : 1;
        detail::require_at_least(where, "basis_count", options.basis_count, std::max<Eigen::Index>(least, 1));
        detail::require_positive(where, "bandwidth_factor", options.bandwidth_factor);
        if (options.weights_scale.size() != 1) {
            detail::require_size(where, "weights_scale", options.weights_scale.size(), options.basis_count, "basis_count; or 1 for all");
        }
        detail::require_finite(where, "weights_scale", options.weights_scale);
        return options;
    }

    [[nodiscard]] LearnedPhase learned() const noexcept { return {.duration = options_.learn_duration, .delay = options_.learn_delay}; }

    void require_reachable(const StartState<Scalar, Dofs>& start, const Derivatives<Scalar>& phase) const {
        const bool is_solved = options_.start_padding == StartPadding::solved;
        if (is_solved && options_.zero_start == 0) {
            detail::refuse(where, "zero_start", 0, "at least 1 for a motion with a start state (2 if it has a velocity)");
        }
        for (Eigen::Index dof = 0; dof < dofs_; ++dof) {
            if (start.velocity(dof) == Scalar(0)) continue;
            const auto name = "start.velocity[" + std::to_string(dof) + "]";
            if (!is_solved) detail::refuse(where, name, start.velocity(dof), "zero, or start_padding = solved with zero_start = 2");
            if (options_.zero_start == 1) detail::refuse(where, name, start.velocity(dof), "zero, or zero_start = 2");
            if (phase.first == Scalar(0)) detail::refuse(where, name, start.velocity(dof), "zero outside the time of the movement");
        }
    }

    /// Solves sum_k w_k Phi_k = 0, and with two padded functions sum_k w_k Phi_k' = start.velocity / p', for their weights.
    void solve_start(Motion& motion, const Derivatives<Scalar>& phase) const {
        const Derivatives<Vector> phi = basis_.functions(phase.value);
        // Smaller than this, weights that compensate for it could overflow.
        const Scalar smallest = std::sqrt(std::numeric_limits<Scalar>::min());
        if (!(phi.value.head(motion.exact_derivatives_).minCoeff() > smallest)) {
            detail::refuse(where, "start.time", motion.start_.time,
                           "a time at which the functions padded by zero_start have not faded yet");
        }
        const DofVector<Scalar, Dofs> rest = motion.weights_ * phi.value;
        if (motion.exact_derivatives_ == 1) {
            motion.weights_.col(0) = -rest / phi.value(0);
            return;
        }
        DofVector<Scalar, Dofs> slope = -(motion.weights_ * phi.first);
        if (phase.first > 0) slope += motion.start_.velocity / phase.first;
        // a + b = -rest and s_0 a + s_1 b = slope for the contributions a = w_0 Phi_0, b = w_1 Phi_1, with s = Phi' / Phi.
        const Scalar s_0 = phi.first(0) / phi.value(0), s_1 = phi.first(1) / phi.value(1);
        motion.weights_.col(0) = (-s_1 * rest - slope) / (s_1 - s_0) / phi.value(0);
        motion.weights_.col(1) = (slope + s_0 * rest) / (s_1 - s_0) / phi.value(1);
    }

    ProMpOptions<Scalar> options_;
    Eigen::Index dofs_;
    NormalizedRbf<Scalar> basis_;
};

}  // namespace primore
