// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/attractor.hpp>
#include <primore/basis/basis_functions.hpp>
#include <primore/basis/hermite_stencil.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// How the table of a ProDmpBasis is integrated and read.
enum class ProDmpDiscretization {
    accurate,    ///< Gauss-Legendre quadrature, Hermite interpolation of degree seven: about ten digits
    mp_pytorch,  ///< trapezoidal rule, linear interpolation, on the time grid of MP_PyTorch 0.1.4: runs policies trained there unchanged
};

template <std::floating_point Scalar>
struct ProDmpBasisOptions {
    Eigen::Index count = 10;      ///< K, number of weight columns, at least 1 [MP_PyTorch: 10]
    Eigen::Index outside = 0;     ///< how many functions have their centre before the start, and as many after the end
    Scalar bandwidth_factor = 3;  ///< larger is narrower, positive [MP_PyTorch: 3]
    Scalar alpha = 25;            ///< of the attractor, positive [MP_PyTorch: 25]
    Scalar decay = 3;             ///< alpha_phase, how fast the forcing fades, positive [MP_PyTorch: 3]
    ProDmpDiscretization discretization = ProDmpDiscretization::accurate;
    Scalar step = Scalar(0.01);     ///< of mp_pytorch: time step over duration [-], in [1e-6, 1]
    Eigen::Index table_length = 6;  ///< F, in durations: how far mp_pytorch has its table and `scale` looks [MP_PyTorch: 6]
};

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
    explicit ProDmpBasis(const ProDmpBasisOptions<Scalar>& options)
        : options_(validated(options)), attractor_{options.alpha}, forcing_(clock<Scalar>(), functions<Scalar>()) {
        double length = static_cast<double>(options.table_length);
        if (is_accurate()) {
            length = forgetting_time();
            node_count_ = static_cast<Eigen::Index>(std::ceil(length / fine_step())) + 1;
        } else {
            const double nodes_per_duration = std::nearbyint(1 / static_cast<double>(options.step));
            node_count_ = options.table_length * static_cast<Eigen::Index>(nodes_per_duration) + 1;
            stretch_ = static_cast<Scalar>(1 / (nodes_per_duration * static_cast<double>(options.step)));
        }
        const double spacing = length / static_cast<double>(node_count_ - 1);
        spacing_ = static_cast<Scalar>(spacing);
        end_ = static_cast<Scalar>(length);
        // Later than this all exponentials are zero. The bound is for a decay so slow that it makes no difference.
        last_ = std::min(end_ + 800 / std::min(options.decay, options.alpha / 2), std::sqrt(std::numeric_limits<Scalar>::max()));
        integrate(spacing);
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return options_.count; }
    [[nodiscard]] const ProDmpBasisOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] Eigen::Index node_count() const noexcept { return node_count_; }
    [[nodiscard]] Scalar node_spacing() const noexcept { return spacing_; }

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
        if (!is_accurate() && cell.now < end_) {
            const Scalar slope_of_part = stretch_ / spacing_;
            for (Eigen::Index k = 0; k < count(); ++k) {
                const auto left = nodes_.col(cell.left * count() + k), right = nodes_.col((cell.left + 1) * count() + k);
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
        const auto phase = clock<Scalar>();
        using std::exp;
        const Number fading = exp(-phase.decay * now);
        out.setZero();
        const auto by = forcing_.fold(now < end_ ? fading : Number(phase.of_scaled_time(end_)),
                                      [&](Eigen::Index k, const Derivatives<Number>& b) { out += b.value * weights.col(k); });
        out *= Number(fading / by.value);
    }

    /// A(z_b, z): what the attractor makes, from z_b to z >= z_b, of a distance to the goal and a velocity. No allocation.
    template <Real Number>
    [[nodiscard]] Transition<Number> transition(const Number& z_b, const Number& z) const noexcept {
        const Number begin = bounded(z_b), now = bounded(z);
        if (is_accurate()) return attractor_.transition(Number(now - begin));
        const Scalar origin = std::floor(detail::value_of(begin) / spacing_);
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
        const Scalar origin = std::floor(begin / spacing_);
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
        const Scalar length = static_cast<Scalar>(options_.table_length);
        const Eigen::Index nodes = std::min(node_count_, static_cast<Eigen::Index>(std::floor(length / spacing_ + Scalar(0.5))) + 1);
        Vector largest = Vector::Zero(count() + 1);
        for (Eigen::Index column = 0; column < nodes * count(); ++column) {
            const Eigen::Index node = column / count(), k = column % count();
            const auto psi = nodes_.col(column);
            largest(k) = std::max(largest(k), psi(0));
            if (!is_accurate() || !(std::abs(psi(1)) < -psi(2) * spacing_)) continue;
            const Scalar top = static_cast<Scalar>(node) * spacing_ - psi(1) / psi(2);  // there is a maximum near this node
            fold_state(top, [&](Eigen::Index other, Scalar value, Scalar) {
                if (other == k) largest(k) = std::max(largest(k), value);
            });
        }
        largest(count()) = 1 - transition(Scalar(0), length / stretch_)(0, 0);
        return largest.cwiseInverse();
    }

private:
    static const ProDmpBasisOptions<Scalar>& validated(const ProDmpBasisOptions<Scalar>& options) {
        constexpr auto where = "ProDmpBasis";
        detail::require_at_least(where, "count", options.count, 1);
        detail::require_positive(where, "alpha", options.alpha);
        detail::require_positive(where, "decay", options.decay);
        detail::require_at_least(where, "table_length", options.table_length, 1);
        if (!(options.step >= Scalar(1e-6) && options.step <= 1)) detail::refuse(where, "step", options.step, "a number from 1e-06 to 1");
        return options;
    }

    [[nodiscard]] bool is_accurate() const noexcept { return options_.discretization == ProDmpDiscretization::accurate; }

    template <typename Number>
    [[nodiscard]] ExponentialPhase<Number> clock() const noexcept {
        return {.duration = 1, .delay = 0, .decay = static_cast<Number>(options_.decay)};
    }

    template <typename Number>
    [[nodiscard]] NormalizedRbfOptions<Number> functions() const noexcept {
        return {.count = options_.count,
                .outside = options_.outside,
                .bandwidth_factor = static_cast<Number>(options_.bandwidth_factor),
                .denominator_floor = is_accurate() ? Number(0) : Number(1e-15)};
    }

    /// The spacing of nodes at which degree seven interpolates to ten digits: a part of every time scale that there is, found by the
    /// comparison with quadrature in tests/basis/prodmp_basis_test.cpp.
    [[nodiscard]] double fine_step() const {
        const auto factor = static_cast<double>(options_.bandwidth_factor), decay = static_cast<double>(options_.decay);
        const auto spacings = static_cast<double>(std::max<Eigen::Index>(1, options_.count - 2 * options_.outside - 1));
        const double distance = -std::expm1(-decay / spacings) / decay;  // of two centres, as far as the phase can tell
        const double handover = 3 * distance / factor, width = 1.7 * distance / std::sqrt(factor);
        const double fading = 1 / decay, attraction = 5 / static_cast<double>(options_.alpha);
        return std::max(0.06 * std::min({handover, width, fading, attraction}), 1e-4);
    }

    /// The scaled time after which the functions, having come as close to phase zero as exp(-decay z), change so little that even the
    /// smallest column does not notice in its thirteenth digit. At most 40.
    [[nodiscard]] double forgetting_time() const {
        const auto decay = static_cast<double>(options_.decay);
        const auto steepest = static_cast<double>(forcing_.widths().cwiseProduct(forcing_.centres()).maxCoeff());  // |b'/b| at phase zero
        return std::clamp((std::log(1e13) + decay + std::log(steepest)) / (2 * decay), 1.0, 40.0);
    }

    /// z in the table's time, from zero to where all has come to rest.
    template <Real Number>
    [[nodiscard]] Number bounded(const Number& z) const noexcept {
        if (!(detail::value_of(z) >= 0)) return Number(0);
        return z * stretch_ < last_ ? Number(z * stretch_) : Number(last_);
    }

    struct Cell {
        Scalar now;         // in the table's time
        Eigen::Index left;  // node
        HermiteStencil<Scalar> stencil;
    };

    [[nodiscard]] Cell locate(Scalar z) const noexcept {
        const Scalar now = bounded(z);
        const auto left = std::min(static_cast<Eigen::Index>(std::min(now, end_) / spacing_), node_count_ - 2);
        return {now, left, now < end_ ? within_cell(now / spacing_ - static_cast<Scalar>(left)) : beyond_end(now - end_)};
    }

    /// (Psi_k, Psi_k')
    [[nodiscard]] Eigen::Matrix<Scalar, 2, 1> state(const Cell& cell, Eigen::Index k) const noexcept {
        return cell.stencil.left * nodes_.col(cell.left * count() + k) + cell.stencil.right * nodes_.col((cell.left + 1) * count() + k);
    }

    /// y'' of a force by the differential equation.
    [[nodiscard]] Scalar acceleration(Scalar force, Scalar y, Scalar slope) const noexcept {
        return force - options_.alpha * (slope + options_.alpha / 4 * y);
    }

    /// Calls `visit(k, x Phi_k, d(x Phi_k)/dz)`.
    template <typename Visit>
    void fold_force(const Cell& cell, Visit&& visit) const noexcept {
        const auto phase = clock<Scalar>();
        const bool is_beyond = !(cell.now < end_);
        const Scalar x = phase.of_scaled_time(cell.now), argument = is_beyond ? phase.of_scaled_time(end_) : x;
        const Derivatives<Scalar> by = forcing_.fold(argument, detail::VisitNothing{});
        forcing_.fold(argument, [&](Eigen::Index k, const Derivatives<Scalar>& b) {
            const Scalar phi = b.value / by.value, phi_slope = is_beyond ? Scalar(0) : (b.first - phi * by.first) / by.value;
            visit(k, x * phi, -phase.decay * stretch_ * x * (phi + x * phi_slope));
        });
    }

    [[nodiscard]] HermiteStencil<Scalar> within_cell(Scalar part) const noexcept {
        return is_accurate() ? HermiteStencil<Scalar>::degree_seven(part, spacing_) : HermiteStencil<Scalar>::linear(part);
    }

    /// A time h after the last node: A(h) (Psi, Psi') + c (J, J') with the force c = Psi'' + alpha Psi' + alpha^2/4 Psi of the last node.
    [[nodiscard]] HermiteStencil<Scalar> beyond_end(Scalar h) const noexcept {
        using Factors = typename HermiteStencil<Scalar>::Factors;
        const Scalar alpha = options_.alpha;
        const auto faded = attractor_.response_to_fading(options_.decay, h);
        Factors last_node = Factors::Zero();
        last_node.template leftCols<2>() = attractor_.transition(h);
        last_node.template leftCols<3>() += faded * Eigen::Matrix<Scalar, 1, 3>(alpha * alpha / 4, alpha, 1);
        return {Factors::Zero(), last_node};
    }

    /// mp_pytorch's transition from the node number `origin` to z, linear between the nodes. Counted from a node just before the start, its
    /// two independent solutions can neither over- nor underflow.
    template <Real Number>
    [[nodiscard]] Transition<Number> interpolated_transition(const Number& z, Scalar origin) const noexcept {
        const Scalar node = std::floor(detail::value_of(z) / spacing_);
        const Number part = z / spacing_ - node;
        const Transition<> before = attractor_.transition((node - origin) * spacing_);
        const Transition<> step = attractor_.transition((node + 1 - origin) * spacing_) - before;
        Transition<Number> result;
        for (Eigen::Index i = 0; i < 4; ++i) result(i) = before(i) + part * step(i);
        return result;
    }

    /// Its derivative with respect to z.
    [[nodiscard]] Transition<> interpolated_transition_rate(Scalar z, Scalar origin) const noexcept {
        const Scalar node = std::floor(z / spacing_);
        return (attractor_.transition((node + 1 - origin) * spacing_) - attractor_.transition((node - origin) * spacing_)) *
               (stretch_ / spacing_);
    }

    template <Real Number>
    [[nodiscard]] static Transition<Number> inverse(const Transition<Number>& a) noexcept {
        Transition<Number> result;
        result << a(1, 1), -a(0, 1), -a(1, 0), a(0, 0);
        return result / Number(a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0));
    }

    struct QuadraturePoint {
        double offset, weight;
    };

    /// Quadrature over [0, h]: Gauss-Legendre of five points, or the trapezoidal rule.
    [[nodiscard]] std::vector<QuadraturePoint> quadrature(double h) const {
        if (!is_accurate()) return {{0, h / 2}, {h, h / 2}};
        std::vector<QuadraturePoint> points{{h / 2, h * 64 / 225}};
        for (const double sign : {-1.0, 1.0}) {
            const double offset = std::sqrt(5 + sign * 2 * std::sqrt(10.0 / 7)) / 6, weight = (322 - sign * 13 * std::sqrt(70.0)) / 1800;
            points.push_back({h * (0.5 - offset), h * weight});
            points.push_back({h * (0.5 + offset), h * weight});
        }
        return points;
    }

    /// Fills the table, in double whatever Scalar is:
    /// (Psi, Psi')(z + h) = A(h) (Psi, Psi')(z) + int_0^h x Phi_k(z + u) (A_12, A_22)(h - u) du.
    void integrate(double h) {
        using Columns = Eigen::Matrix<double, Eigen::Dynamic, 2>;  // [K x 2]: Psi and Psi', or the force and its slope
        const double alpha = static_cast<double>(options_.alpha);
        const ExponentialPhase<double> phase = clock<double>();
        const NormalizedRbf<double> basis(phase, functions<double>());
        const auto force = [&](double z) -> Columns {
            const double x = phase.of_scaled_time(z);
            const Derivatives<Eigen::VectorXd> phi = primore::functions(basis, x);
            Columns result(count(), 2);
            result << x * phi.value, -phase.decay * x * (phi.value + x * phi.first);
            return result;
        };
        const Attractor<double> attractor{alpha};
        const Eigen::Matrix2d step = attractor.transition(h);
        const std::vector<QuadraturePoint> rule = quadrature(h);
        Columns psi = Columns::Zero(count(), 2);
        nodes_.resize(4, node_count_ * count());
        for (Eigen::Index node = 0; node < node_count_; ++node) {
            const double z = static_cast<double>(node) * h;
            Eigen::Matrix<double, Eigen::Dynamic, 4> derivatives(count(), 4);
            derivatives << psi, force(z);  // and with the differential equation:
            derivatives.col(2) -= alpha * psi.col(1) + alpha * alpha / 4 * psi.col(0);
            derivatives.col(3) -= alpha * derivatives.col(2) + alpha * alpha / 4 * psi.col(1);
            nodes_.middleCols(node * count(), count()) = derivatives.transpose().cast<Scalar>();

            psi = (psi * step.transpose()).eval();
            for (const auto& [offset, weight] : rule) {
                psi += weight * force(z + offset).col(0) * attractor.transition(h - offset).col(1).transpose();
            }
        }
    }

    ProDmpBasisOptions<Scalar> options_;
    Attractor<Scalar> attractor_;
    NormalizedRbf<Scalar> forcing_;
    Scalar stretch_ = 1;  // of time: mp_pytorch's grid has a whole number of nodes per duration, but is read as if its spacing were `step`
    Eigen::Index node_count_ = 0;
    Scalar spacing_ = 0;
    Scalar end_ = 0;                                  // of the table
    Scalar last_ = 0;                                 // scaled time at which all has come to rest
    Eigen::Matrix<Scalar, 4, Eigen::Dynamic> nodes_;  // column node * K + k: Psi_k and its first three derivatives
};

}  // namespace primore
