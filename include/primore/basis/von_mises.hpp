// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/fraction.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

template <std::floating_point Scalar>
struct VonMisesOptions {
    Eigen::Index count = 10;      ///< N, number of functions, at least 1
    Scalar bandwidth_factor = 3;  ///< larger is narrower, positive; neighbours overlap as much as those of NormalizedRbf
};

/// Normalised bumps around a circle: functions of a phase p with period 1.
///
///     b_k = exp(kappa (cos(2 pi (p - c_k)) - 1)),  c_k = k / N,     Phi_k = b_k / sum_j b_j          [Ijspeert13, rhythmic]
///
/// Two neighbours meet at exp(-bandwidth_factor / 8), as radial basis functions of that factor do: that is the concentration
/// kappa = bandwidth_factor / (16 sin^2(pi / (2 N))), about bandwidth_factor N^2 / (2 pi)^2. A single function is the constant 1.
template <std::floating_point Scalar>
class VonMises {
public:
    using Vector = Eigen::VectorX<Scalar>;

    /// @throws std::invalid_argument if an option is out of range
    explicit VonMises(const VonMisesOptions<Scalar>& options = {}) : options_(options) {
        constexpr auto where = "VonMises";
        detail::require_at_least(where, "count", options.count, 1);
        detail::require_positive(where, "bandwidth_factor", options.bandwidth_factor);
        const auto spacings = static_cast<Scalar>(options.count);
        const Scalar meeting = std::sin(pi / (2 * spacings));
        concentration_ = options.bandwidth_factor / (16 * meeting * meeting);
        detail::require_finite(where, "the concentration", concentration_);
        centres_ = Vector::LinSpaced(options.count, 0, (spacings - 1) / spacings);
        cosines_ = (pi * centres_).array().cos();
        sines_ = (pi * centres_).array().sin();
    }

    [[nodiscard]] const VonMisesOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] Eigen::Index count() const noexcept { return centres_.size(); }
    [[nodiscard]] const Vector& centres() const noexcept { return centres_; }       ///< [N] c_k, phases
    [[nodiscard]] Scalar concentration() const noexcept { return concentration_; }  ///< kappa

    /// Calls `visit(k, b_k)` with every activation, and returns their sum (see BasisFunctions). No allocation. O(N).
    ///
    /// The exponent is taken as -2 kappa sin^2(pi (p - c_k)), which keeps its digits where the bump is, and relative to that of the
    /// nearest centre, so that the sum is at least one however narrow the bumps are.
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        using std::cos;
        using std::exp;
        using std::sin;
        using Plain = detail::Base<Number>;
        const auto kappa = static_cast<Plain>(concentration_), turn = static_cast<Plain>(2 * pi), turn2 = turn * turn;
        const Number angle = turn / 2 * detail::fraction(phase), c = cos(angle), s = sin(angle);
        const auto here_c = static_cast<Scalar>(detail::value_of(c)), here_s = static_cast<Scalar>(detail::value_of(s));
        const auto nearest = static_cast<Plain>((cosines_ * here_s - sines_ * here_c).cwiseAbs2().minCoeff());
        Derivatives<Number> sum{Number(0), Number(0), Number(0), Number(0)};
        for (Eigen::Index k = 0; k < count(); ++k) {
            const auto ck = static_cast<Plain>(cosines_(k)), sk = static_cast<Plain>(sines_(k));
            const Number away = s * ck - c * sk, along = c * ck + s * sk;  // sine and cosine of half the angle to the centre
            const Number rate = -2 * turn * kappa * away * along, rate2 = -turn2 * kappa * (along * along - away * away);
            const Number rate3 = -turn2 * rate, b = exp(Number(-2 * kappa * (away * away - nearest)));
            const Derivatives<Number> activation{b, rate * b, (rate * rate + rate2) * b,
                                                 (rate * rate * rate + 3 * rate * rate2 + rate3) * b};
            sum.value += activation.value;
            sum.first += activation.first;
            sum.second += activation.second;
            sum.third += activation.third;
            visit(k, activation);
        }
        return sum;
    }

private:
    static constexpr Scalar pi = std::numbers::pi_v<Scalar>;
    VonMisesOptions<Scalar> options_;
    Vector centres_, cosines_, sines_;  // [N] and cos(pi c_k), sin(pi c_k)
    Scalar concentration_;
};

}  // namespace primore
