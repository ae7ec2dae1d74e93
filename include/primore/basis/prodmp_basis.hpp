// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/attractor.hpp>
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
    using Transition = typename Attractor<Scalar>::Transition;

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
    template <typename Visit>
    void fold(Scalar z, Visit&& visit) const noexcept {
        const Scalar now = bounded(z);
        const auto left = std::min(static_cast<Eigen::Index>(std::min(now, end_) / spacing_), node_count_ - 2);
        const HermiteStencil<Scalar> stencil =
            now < end_ ? within_cell(now / spacing_ - static_cast<Scalar>(left)) : beyond_end(now - end_);
        for (Eigen::Index k = 0; k < count(); ++k) {
            const Eigen::Matrix<Scalar, 2, 1> psi =
                stencil.left * nodes_.col(left * count() + k) + stencil.right * nodes_.col((left + 1) * count() + k);
            visit(k, psi(0), psi(1));
        }
    }

    /// The forcing term x sum_k weights.col(k) Phi_k at z for weights [D x K], into a vector that has size D. No allocation. O(D K).
    template <typename Weights, typename Value>
    void force(Scalar z, const Weights& weights, Value& out) const noexcept {
        const Scalar now = bounded(z);
        const auto phase = clock<Scalar>();
        out.setZero();
        const auto by = forcing_.fold(phase.of_scaled_time(std::min(now, end_)),
                                      [&](Eigen::Index k, const Derivatives<Scalar>& b) { out += b.value * weights.col(k); });
        out *= phase.of_scaled_time(now) / by.value;
    }

    /// A(z_b, z): what the attractor makes, from z_b to z >= z_b, of a distance to the goal and a velocity. No allocation.
    [[nodiscard]] Transition transition(Scalar z_b, Scalar z) const noexcept {
        const Scalar begin = bounded(z_b), now = bounded(z);
        if (is_accurate()) return attractor_.transition(now - begin);
        // Two independent solutions in the columns, counted from the node before z_b so that they can neither over- nor underflow.
        const Scalar origin = std::floor(begin / spacing_);
        const Transition to = interpolated_transition(now, origin), from = interpolated_transition(begin, origin);
        const Transition adjugate{{from(1, 1), -from(0, 1)}, {-from(1, 0), from(0, 0)}};
        return to * adjugate / (from(0, 0) * from(1, 1) - from(0, 1) * from(1, 0));
    }

    /// All columns at the scaled times [T], that of the goal last: Psi_g = 1 - A_11(0, z), the way from rest at zero to g = 1. Allocates.
    [[nodiscard]] ProDmpColumns<Scalar> columns(const Eigen::Ref<const Vector>& scaled_times) const {
        const Eigen::Index rows = scaled_times.size(), goal = count();
        ProDmpColumns<Scalar> result{{rows, goal + 1}, {rows, goal + 1}};
        for (Eigen::Index row = 0; row < rows; ++row) {
            fold(scaled_times(row), [&](Eigen::Index k, Scalar value, Scalar slope) {
                result.position(row, k) = value;
                result.velocity(row, k) = slope;
            });
            const Transition free = transition(0, scaled_times(row));
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
            fold(top, [&](Eigen::Index other, Scalar value, Scalar) {
                if (other == k) largest(k) = std::max(largest(k), value);
            });
        }
        largest(count()) = 1 - transition(0, length / stretch_)(0, 0);
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
    [[nodiscard]] Scalar bounded(Scalar z) const noexcept { return z > 0 ? std::min(z * stretch_, last_) : Scalar(0); }

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

    /// The transition from the node number `origin` to z, linear between the nodes.
    [[nodiscard]] Transition interpolated_transition(Scalar z, Scalar origin) const noexcept {
        const Scalar node = std::floor(z / spacing_), part = z / spacing_ - node;
        return (1 - part) * attractor_.transition((node - origin) * spacing_) +
               part * attractor_.transition((node + 1 - origin) * spacing_);
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
            const Derivatives<Eigen::VectorXd> phi = basis.functions(x);
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
