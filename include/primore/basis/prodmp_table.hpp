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

/// The integrals of a ProDmpBasis at equally spaced nodes of scaled time: Psi_k and its first three derivatives.
template <std::floating_point Scalar>
class ProDmpTable {
public:
    /// Computes the table: O(node_count() K).
    /// @throws std::invalid_argument if an option is out of range
    explicit ProDmpTable(const ProDmpBasisOptions<Scalar>& options)
        : options_(validated(options)), forcing_(clock<Scalar>(), functions<Scalar>()) {
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

    [[nodiscard]] const ProDmpBasisOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] bool is_accurate() const noexcept { return options_.discretization == ProDmpDiscretization::accurate; }
    [[nodiscard]] const NormalizedRbf<Scalar>& forcing() const noexcept { return forcing_; }  ///< the functions Phi_k of the phase

    /// The clock on which the forcing fades.
    template <typename Number = Scalar>
    [[nodiscard]] ExponentialPhase<Number> clock() const noexcept {
        return {.duration = 1, .delay = 0, .decay = static_cast<Number>(options_.decay)};
    }

    [[nodiscard]] Eigen::Index node_count() const noexcept { return node_count_; }
    [[nodiscard]] Scalar spacing() const noexcept { return spacing_; }
    [[nodiscard]] Scalar end() const noexcept { return end_; }    ///< of the table
    [[nodiscard]] Scalar last() const noexcept { return last_; }  ///< the scaled time at which all has come to rest

    /// Of time: mp_pytorch's grid has a whole number of nodes per duration, but is read as if its spacing were `step`.
    [[nodiscard]] Scalar stretch() const noexcept { return stretch_; }

    /// Psi_k and its first three derivatives at a node, [4].
    [[nodiscard]] auto node(Eigen::Index node, Eigen::Index k) const noexcept { return nodes_.col(node * options_.count + k); }

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
            Columns result(options_.count, 2);
            result << x * phi.value, -phase.decay * x * (phi.value + x * phi.first);
            return result;
        };
        const Attractor<double> attractor{alpha};
        const Eigen::Matrix2d step = attractor.transition(h);
        const std::vector<QuadraturePoint> rule = quadrature(h);
        Columns psi = Columns::Zero(options_.count, 2);
        nodes_.resize(4, node_count_ * options_.count);
        for (Eigen::Index node = 0; node < node_count_; ++node) {
            const double z = static_cast<double>(node) * h;
            Eigen::Matrix<double, Eigen::Dynamic, 4> derivatives(options_.count, 4);
            derivatives << psi, force(z);  // and with the differential equation:
            derivatives.col(2) -= alpha * psi.col(1) + alpha * alpha / 4 * psi.col(0);
            derivatives.col(3) -= alpha * derivatives.col(2) + alpha * alpha / 4 * psi.col(1);
            nodes_.middleCols(node * options_.count, options_.count) = derivatives.transpose().cast<Scalar>();

            psi = (psi * step.transpose()).eval();
            for (const auto& [offset, weight] : rule) {
                psi += weight * force(z + offset).col(0) * attractor.transition(h - offset).col(1).transpose();
            }
        }
    }

    ProDmpBasisOptions<Scalar> options_;
    NormalizedRbf<Scalar> forcing_;
    Scalar stretch_ = 1;
    Eigen::Index node_count_ = 0;
    Scalar spacing_ = 0;
    Scalar end_ = 0;
    Scalar last_ = 0;
    Eigen::Matrix<Scalar, 4, Eigen::Dynamic> nodes_;  // column node * K + k
};

}  // namespace primore
