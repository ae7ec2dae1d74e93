// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/basis/attractor.hpp>
#include <primore/basis/basis_functions.hpp>
#include <primore/basis/hermite_stencil.hpp>
#include <primore/basis/prodmp_table.hpp>

namespace primore {

/// Psi_k and Psi_k' at several scaled times, each [T x K + 1]; the column of the goal is the last.
template <std::floating_point Scalar>
struct ProDmpColumns {
    Eigen::MatrixX<Scalar> position, velocity;
};

/// What the position and velocity of a ProDMP are made of, as functions of the scaled time z = (t - delay) / duration [Li23, section III].
///
/// In scaled time a ProDMP is the critically damped attractor with an exponentially fading forcing term,
///
///     y'' = alpha (alpha/4 (g - y) - y') + x(z) sum_k w_k Phi_k(x(z)),     x(z) = exp(-decay z),
///
/// so from a state (y_b, y_b') at z_b, with P = sum_k w_k Psi_k and the attractor's transition matrix A,
///
///     (y - g - P, y' - P')(z) = A(z_b, z) (y_b - g - P(z_b), y_b' - P'(z_b)),     Psi_k(z) = int_0^z (z-u) exp(-alpha (z-u)/2) x Phi_k du.
///
/// A table holds Psi_k and three derivatives per node. Where it ends, the functions Phi_k stand still and x only fades; from there on
/// the solution is known in closed form, so time has no end. Any z is allowed: below zero counts as zero, infinity is a limit.
template <std::floating_point Scalar>
class ProDmpBasis {
public:
    using Vector = Eigen::VectorX<Scalar>;
    template <Real Number = Scalar>
    using Transition = typename Attractor<Scalar>::template Transition<Number>;

    /// Computes the table: O(node_count() K).
    /// @throws std::invalid_argument if an option is out of range
    explicit ProDmpBasis(const ProDmpBasisOptions<Scalar>& options) : table_(options), attractor_{options.alpha} {}

    [[nodiscard]] Eigen::Index count() const noexcept { return options().count; }
    [[nodiscard]] const ProDmpBasisOptions<Scalar>& options() const noexcept { return table_.options(); }
    [[nodiscard]] const ProDmpTable<Scalar>& table() const noexcept { return table_; }

    /// Calls `visit(k, Psi_k, Psi_k')` for every weight column; the prime is the derivative with respect to z. No allocation. O(K).
    template <Real Number, typename Visit>
    void fold_state(const Number& z, Visit&& visit) const noexcept {
        if constexpr (std::floating_point<Number>) {
            const Cell cell = locate(z);
            for (Eigen::Index k = 0; k < count(); ++k) {
                const auto psi = state(cell, k);
                visit(k, psi(0), psi(1));
            }
        } else {
            const Scalar here = detail::value_of(z);
            const Number shift = z - here;  // zero, and carries the derivatives
            fold_rates(here, [&](Eigen::Index k, Scalar psi, Scalar slope, Scalar psi_rate, Scalar slope_rate) {
                visit(k, Number(psi + psi_rate * shift), Number(slope + slope_rate * shift));
            });
        }
    }

    /// Calls `visit(k, Psi_k, Psi_k', d Psi_k / dz, d Psi_k' / dz)`: the derivatives of the table as it is read, which are those of the
    /// straight lines between its nodes for mp_pytorch. No allocation. O(K).
    template <typename Visit>
    void fold_rates(Scalar z, Visit&& visit) const noexcept {
        const Cell cell = locate(z);
        if (!is_accurate() && cell.now < table_.end()) {
            const Scalar slope_of_part = table_.stretch() / table_.spacing();
            for (Eigen::Index k = 0; k < count(); ++k) {
                const auto left = table_.node(cell.left, k), right = table_.node(cell.left + 1, k);
                const auto psi = state(cell, k);
                visit(k, psi(0), psi(1), slope_of_part * (right(0) - left(0)), slope_of_part * (right(1) - left(1)));
            }
            return;
        }
        fold_force(cell, [&](Eigen::Index k, Scalar force, Scalar) {
            const auto psi = state(cell, k);
            visit(k, psi(0), psi(1), psi(1), acceleration(force, psi(0), psi(1)));
        });
    }

    /// The columns as BasisFunctions of the scaled time, three derivatives included; of a `z` that carries derivatives all but the third
    /// carry them on. No allocation. O(K).
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& z, Visit&& visit) const noexcept {
        const Scalar here = detail::value_of(z);
        const Number shift = z - here;
        const Cell cell = locate(here);
        fold_force(cell, [&](Eigen::Index k, Scalar force, Scalar force_rate) {
            const auto psi = state(cell, k);
            const Scalar second = acceleration(force, psi(0), psi(1)), third = acceleration(force_rate, psi(1), second);
            visit(k, Derivatives<Number>{Number(psi(0) + psi(1) * shift), Number(psi(1) + second * shift), Number(second + third * shift),
                                         Number(third)});
        });
        return {Number(1), Number(0), Number(0), Number(0)};
    }

    /// The forcing term x sum_k weights.col(k) Phi_k at z for weights [D x K], into a vector that has size D. No allocation. O(D K).
    template <Real Number, typename Weights, typename Value>
    void force(const Number& z, const Weights& weights, Value& out) const noexcept {
        const Number now = bounded(z);
        const auto phase = table_.clock();
        using std::exp;
        const Number fading = exp(-phase.decay * now);
        out.setZero();
        const auto by = table_.forcing().fold(now < table_.end() ? fading : Number(phase.of_scaled_time(table_.end())),
                                              [&](Eigen::Index k, const Derivatives<Number>& b) { out += b.value * weights.col(k); });
        out *= Number(fading / by.value);
    }

    /// A(z_b, z): what the attractor makes, from z_b to z >= z_b, of a distance to the goal and a velocity. No allocation.
    template <Real Number>
    [[nodiscard]] Transition<Number> transition(const Number& z_b, const Number& z) const noexcept {
        const Number begin = bounded(z_b), now = bounded(z);
        if (is_accurate()) return attractor_.transition(Number(now - begin));
        const Scalar origin = std::floor(detail::value_of(begin) / table_.spacing());
        return interpolated_transition(now, origin) * inverse(interpolated_transition(begin, origin));
    }

    struct TransitionRates {
        Transition<> by_start, by_end;
    };

    /// The derivatives of transition(z_b, z) with respect to z_b and to z. No allocation.
    [[nodiscard]] TransitionRates transition_rates(Scalar z_b, Scalar z) const noexcept {
        const Scalar begin = bounded(z_b), now = bounded(z);
        if (is_accurate()) {
            const Transition<> rate = attractor_.transition(now - begin) * attractor_.rate();
            return {-rate, rate};
        }
        const Scalar origin = std::floor(begin / table_.spacing());
        const Transition<> back = inverse(interpolated_transition(begin, origin));
        return {-interpolated_transition(now, origin) * back * interpolated_transition_rate(begin, origin) * back,
                interpolated_transition_rate(now, origin) * back};
    }

    /// All columns at the scaled times [T], that of the goal last: Psi_g = 1 - A_11(0, z), the way from rest at zero to g = 1. Allocates.
    [[nodiscard]] ProDmpColumns<Scalar> columns(const Eigen::Ref<const Vector>& scaled_times) const {
        const Eigen::Index rows = scaled_times.size(), goal = count();
        ProDmpColumns<Scalar> result{{rows, goal + 1}, {rows, goal + 1}};
        for (Eigen::Index row = 0; row < rows; ++row) {
            fold_state(scaled_times(row), [&](Eigen::Index k, Scalar value, Scalar slope) {
                result.position(row, k) = value;
                result.velocity(row, k) = slope;
            });
            const Transition<> free = transition(Scalar(0), scaled_times(row));
            result.position(row, goal) = 1 - free(0, 0);
            result.velocity(row, goal) = -free(1, 0);
        }
        return result;
    }

    /// Factors [K + 1] that give every column the maximum 1 over the first `table_length` durations.
    [[nodiscard]] Vector scale() const {
        const Scalar length = static_cast<Scalar>(options().table_length);
        const Eigen::Index nodes =
            std::min(table_.node_count(), static_cast<Eigen::Index>(std::floor(length / table_.spacing() + Scalar(0.5))) + 1);
        Vector largest = Vector::Zero(count() + 1);
        for (Eigen::Index column = 0; column < nodes * count(); ++column) {
            const Eigen::Index node = column / count(), k = column % count();
            const auto psi = table_.node(node, k);
            largest(k) = std::max(largest(k), psi(0));
            if (!is_accurate() || !(std::abs(psi(1)) < -psi(2) * table_.spacing())) continue;
            const Scalar top = static_cast<Scalar>(node) * table_.spacing() - psi(1) / psi(2);  // there is a maximum near this node
            fold_state(top, [&](Eigen::Index other, Scalar value, Scalar) {
                if (other == k) largest(k) = std::max(largest(k), value);
            });
        }
        largest(count()) = 1 - transition(Scalar(0), length / table_.stretch())(0, 0);
        return largest.cwiseInverse();
    }

private:
    [[nodiscard]] bool is_accurate() const noexcept { return table_.is_accurate(); }

    /// z in the table's time, from zero to where all has come to rest.
    template <Real Number>
    [[nodiscard]] Number bounded(const Number& z) const noexcept {
        if (!(detail::value_of(z) >= 0)) return Number(0);
        return z * table_.stretch() < table_.last() ? Number(z * table_.stretch()) : Number(table_.last());
    }

    struct Cell {
        Scalar now;         // in the table's time
        Eigen::Index left;  // node
        HermiteStencil<Scalar> stencil;
    };

    [[nodiscard]] Cell locate(Scalar z) const noexcept {
        const Scalar now = bounded(z);
        const auto left = std::min(static_cast<Eigen::Index>(std::min(now, table_.end()) / table_.spacing()), table_.node_count() - 2);
        return {now, left,
                now < table_.end() ? within_cell(now / table_.spacing() - static_cast<Scalar>(left)) : beyond_end(now - table_.end())};
    }

    /// (Psi_k, Psi_k')
    [[nodiscard]] Eigen::Matrix<Scalar, 2, 1> state(const Cell& cell, Eigen::Index k) const noexcept {
        return cell.stencil.left * table_.node(cell.left, k) + cell.stencil.right * table_.node(cell.left + 1, k);
    }

    /// y'' of a force by the differential equation.
    [[nodiscard]] Scalar acceleration(Scalar force, Scalar y, Scalar slope) const noexcept {
        return force - options().alpha * (slope + options().alpha / 4 * y);
    }

    /// Calls `visit(k, x Phi_k, d(x Phi_k)/dz)`.
    template <typename Visit>
    void fold_force(const Cell& cell, Visit&& visit) const noexcept {
        const auto phase = table_.clock();
        const bool is_beyond = !(cell.now < table_.end());
        const Scalar x = phase.of_scaled_time(cell.now), argument = is_beyond ? phase.of_scaled_time(table_.end()) : x;
        const Derivatives<Scalar> by = table_.forcing().fold(argument, detail::VisitNothing{});
        table_.forcing().fold(argument, [&](Eigen::Index k, const Derivatives<Scalar>& b) {
            const Scalar phi = b.value / by.value, phi_slope = is_beyond ? Scalar(0) : (b.first - phi * by.first) / by.value;
            visit(k, x * phi, -phase.decay * table_.stretch() * x * (phi + x * phi_slope));
        });
    }

    [[nodiscard]] HermiteStencil<Scalar> within_cell(Scalar part) const noexcept {
        return is_accurate() ? HermiteStencil<Scalar>::degree_seven(part, table_.spacing()) : HermiteStencil<Scalar>::linear(part);
    }

    /// A time h after the last node: A(h) (Psi, Psi') + c (J, J') with the force c = Psi'' + alpha Psi' + alpha^2/4 Psi of the last node.
    [[nodiscard]] HermiteStencil<Scalar> beyond_end(Scalar h) const noexcept {
        using Factors = typename HermiteStencil<Scalar>::Factors;
        const Scalar alpha = options().alpha;
        const auto faded = attractor_.response_to_fading(options().decay, h);
        Factors last_node = Factors::Zero();
        last_node.template leftCols<2>() = attractor_.transition(h);
        last_node.template leftCols<3>() += faded * Eigen::Matrix<Scalar, 1, 3>(alpha * alpha / 4, alpha, 1);
        return {Factors::Zero(), last_node};
    }

    /// mp_pytorch's transition from the node number `origin` to z, linear between the nodes. Counted from a node just before the start, its
    /// two independent solutions can neither over- nor underflow.
    template <Real Number>
    [[nodiscard]] Transition<Number> interpolated_transition(const Number& z, Scalar origin) const noexcept {
        const Scalar node = std::floor(detail::value_of(z) / table_.spacing());
        const Number part = z / table_.spacing() - node;
        const Transition<> before = attractor_.transition((node - origin) * table_.spacing());
        const Transition<> step = attractor_.transition((node + 1 - origin) * table_.spacing()) - before;
        Transition<Number> result;
        for (Eigen::Index i = 0; i < 4; ++i) result(i) = before(i) + part * step(i);
        return result;
    }

    /// Its derivative with respect to z.
    [[nodiscard]] Transition<> interpolated_transition_rate(Scalar z, Scalar origin) const noexcept {
        const Scalar node = std::floor(z / table_.spacing());
        return (attractor_.transition((node + 1 - origin) * table_.spacing()) - attractor_.transition((node - origin) * table_.spacing())) *
               (table_.stretch() / table_.spacing());
    }

    template <Real Number>
    [[nodiscard]] static Transition<Number> inverse(const Transition<Number>& a) noexcept {
        Transition<Number> result;
        result << a(1, 1), -a(0, 1), -a(1, 0), a(0, 0);
        return result / Number(a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0));
    }

    ProDmpTable<Scalar> table_;
    Attractor<Scalar> attractor_;
};

}  // namespace primore
