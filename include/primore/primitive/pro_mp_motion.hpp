// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/basis/derivatives.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/real.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// One planned ProMp: position W Phi(p(t)) (+ start position), and its exact time derivatives. Made by ProMp::trajectory.
template <Real Scalar, int Dofs = Eigen::Dynamic, typename Basis = NormalizedRbf<detail::Base<Scalar>>,
          typename Clock = LinearPhase<Scalar>>
class ProMpMotion {
public:
    using Vector = DofVector<Scalar, Dofs>;
    using Weights = Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic>;

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation. O(D K).
    void evaluate(Scalar time, Setpoint<Scalar, Dofs>& setpoint) const noexcept {
        const Derivatives<Scalar> phase = phase_.derivatives(time > start_.time ? (time < last_ ? time : last_) : start_.time);
        weighted_sum(basis_, phase.value, weights_, setpoint.position, setpoint.velocity, setpoint.acceleration);
        setpoint.position += offset_;
        setpoint.acceleration = Scalar(phase.first * phase.first) * setpoint.acceleration + phase.second * setpoint.velocity;
        setpoint.velocity *= phase.first;
        if (phase.value != start_phase_) return;
        if (exact_derivatives_ >= 1) setpoint.position = start_.position;  // what it is anyway, without the rounding
        if (exact_derivatives_ >= 2 && phase.first != Scalar(0)) setpoint.velocity = start_.velocity;
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
    template <std::floating_point, int, typename, typename>
    friend class ProMp;

    ProMpMotion(Basis basis, Clock phase, Weights weights)
        : basis_(std::move(basis)), phase_(std::move(phase)), weights_(std::move(weights)), offset_(Vector::Zero(weights_.rows())) {
        start_ = start_.completed("ProMp", weights_.rows());
        start_phase_ = phase_.at(start_.time);
        last_ = phase_.delay + detail::Base<Scalar>(sizeof(detail::Base<Scalar>) == 4 ? 1e5 : 1e9) * phase_.duration;
    }

    Basis basis_;
    Clock phase_;
    Weights weights_;  // [D x zero_start + K + zero_goal], scaled
    Vector offset_;
    StartState<Scalar, Dofs> start_;
    Scalar start_phase_;
    Scalar last_;                         // where a clock without an end stands still: so late that it has no digits left
    Eigen::Index exact_derivatives_ = 0;  // how many of position and velocity are exactly those of the start
};

}  // namespace primore
