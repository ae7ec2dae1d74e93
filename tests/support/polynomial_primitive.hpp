// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/basis/phase.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

#include "support/numbers.hpp"

namespace primore_test {

/// The smallest LinearPrimitive, for tests whose numbers are worked out by hand: y = w_1 + w_2 z + w_3 z^2 for every degree of freedom,
/// z the scaled time of the clock. With a start state the motion is y = y_b + v_b s + w_1 s^2 + w_2 s^3 + w_3 s^4, s = time since then.
template <std::floating_point Scalar, int D>
class PolynomialPrimitive {
public:
    using Vector = Eigen::VectorX<Scalar>;

    template <typename Number = Scalar>
    struct Motion {
        using Vector = primore::DofVector<Number, D>;
        PolynomialPrimitive primitive;
        Eigen::Matrix<Number, Eigen::Dynamic, D> columns;
        std::optional<Number> since;

        void evaluate(Number time, primore::Setpoint<Number, D>& setpoint) const noexcept {
            const Number now = time > start_time() ? time : start_time();
            for (int order = 0; order < 3; ++order) {
                auto& out = order == 0 ? setpoint.position : order == 1 ? setpoint.velocity : setpoint.acceleration;
                out.setZero();
                for (int k = 0; k < 5; ++k) out += primitive.entry(now, since, order, k) * columns.row(k).transpose();
            }
        }
        primore::Setpoint<Number, D> at(Number time) const {
            auto setpoint = primore::Setpoint<Number, D>::zero(dofs());
            evaluate(time, setpoint);
            return setpoint;
        }
        primore::Trajectory<Number, D> table(const Eigen::VectorX<Number>& times) const {
            return primore::tabulate<Number, D>("PolynomialPrimitive", *this, times);
        }
        Number start_time() const noexcept { return since.value_or(Number(0)); }
        Number end_time() const noexcept { return primitive.clock().delay + primitive.clock().duration; }
        Number duration() const noexcept { return primitive.clock().duration; }
        Eigen::Index dofs() const noexcept { return columns.cols(); }
    };

    explicit PolynomialPrimitive(Eigen::Index dofs = D, primore::LinearPhase<Scalar> clock = {}) : dofs_(dofs), clock_(clock) {}

    Eigen::Index dofs() const noexcept { return dofs_; }
    Eigen::Index weight_count() const noexcept { return 3; }
    Eigen::Index parameter_count() const noexcept { return 3 * dofs_; }
    primore::LearnedPhase learned() const noexcept { return {}; }
    const primore::LinearPhase<Scalar>& clock() const noexcept { return clock_; }
    const primore::LinearPhase<Scalar>& clock(const Vector&) const noexcept { return clock_; }
    PolynomialPrimitive with_clock(const primore::LinearPhase<Scalar>& clock) const { return PolynomialPrimitive(dofs_, clock); }

    Motion<> trajectory(const Vector& parameters) const {
        return {*this, primore::coefficients<Scalar, D>(primore::StartState<Scalar, D>{}.completed("", dofs_), parameters), {}};
    }
    Motion<> trajectory(const Vector& parameters, const primore::StartState<Scalar, D>& start) const {
        return {*this, primore::coefficients<Scalar, D>(start.completed("", dofs_), parameters), start.time};
    }

    primore::BasisTable<Scalar> basis_table(const Vector& times, std::optional<Scalar> start_time = {}) const {
        const auto table = [&](int order) -> Eigen::MatrixX<Scalar> {
            return Eigen::MatrixX<Scalar>::NullaryExpr(times.size(), 5, [&](Eigen::Index row, Eigen::Index k) {
                return entry(times(row), start_time, order, static_cast<int>(k));
            });
        };
        return {times, table(0), table(1), table(2)};
    }

private:
    /// The coefficient of column k in a time derivative: that of a power of the time since the start, or of the scaled time.
    Scalar entry(Scalar time, std::optional<Scalar> start_time, int order, int k) const noexcept {
        const int power = start_time ? k : k - 2;
        if (power < order) return 0;
        const Scalar x = start_time ? time - *start_time : clock_.scaled_time(time), rate = start_time ? Scalar(1) : 1 / clock_.duration;
        const auto of = [](int n) { return static_cast<Scalar>(n); };
        const Scalar factor = order == 0 ? Scalar(1) : order == 1 ? of(power) : of(power * (power - 1));
        return factor * std::pow(x, of(power - order)) * std::pow(rate, of(order));
    }

    Eigen::Index dofs_;
    primore::LinearPhase<Scalar> clock_;
};

template <std::floating_point Scalar = double, int D = two_dofs<Scalar>>
using Polynomials = primore::TrajectoryDistribution<PolynomialPrimitive<Scalar, D>>;

/// Some distribution of such movements in 2 s, without a pattern, of weights of a certain rank.
template <std::floating_point Scalar = double, int D = two_dofs<Scalar>>
Polynomials<Scalar, D> polynomials(Eigen::Index rank = 6, Eigen::Index dofs = 2, std::uint32_t which = 5) {
    const Eigen::MatrixX<Scalar> factor = normal_matrix(3 * dofs, rank, which).cast<Scalar>();
    return {PolynomialPrimitive<Scalar, D>(dofs, {.duration = 2}), {numbers<Scalar>(3 * dofs), factor * factor.transpose()}};
}

/// A vector with one entry.
template <std::floating_point Scalar>
Eigen::VectorX<Scalar> one(Scalar value) {
    return Eigen::VectorX<Scalar>::Constant(1, value);
}

}  // namespace primore_test
