// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/require.hpp>

namespace primore {

template <std::floating_point Scalar>
struct NormalizedRbfOptions {
    Eigen::Index count = 10;       ///< N, number of functions, at least 1 [MP_PyTorch: 10]
    Eigen::Index outside = 0;      ///< how many of them have their centre before the start, and as many after the end
    Scalar bandwidth_factor = 3;   ///< larger is narrower, positive [MP_PyTorch: 3]
    Scalar denominator_floor = 0;  ///< added to the sum of the activations; 1e-15 in MP_PyTorch, where the basis fades far from its centres
};

/// Normalised Gaussian radial basis functions of a phase p.
///
///     b_k = exp(-h_k (p - c_k)^2 / 2),     Phi_k = b_k / sum_j b_j
///
/// The centres c_k are equally spaced in time and mapped to phases by the clock, and h_k = bandwidth_factor / (c_{k+1} - c_k)^2,
/// as in MP_PyTorch. They are numbers of phase: a duration or delay that is changed later moves them along.
/// A single function is not normalised; it stands at half the duration with h = bandwidth_factor.
template <std::floating_point Scalar>
class NormalizedRbf {
public:
    using Vector = Eigen::VectorX<Scalar>;

    /// @throws std::invalid_argument if an option is out of range or the clock cannot tell the centres apart
    template <PhaseClock<Scalar> Clock>
    explicit NormalizedRbf(const Clock& clock, const NormalizedRbfOptions<Scalar>& options = {}) {
        constexpr auto where = "NormalizedRbf";
        clock.validate(where);
        detail::require_at_least(where, "outside", options.outside, 0);
        detail::require_at_least(where, "count", options.count, options.outside > 0 ? 2 * options.outside + 2 : 1);
        detail::require_positive(where, "bandwidth_factor", options.bandwidth_factor);
        detail::require_not_negative(where, "denominator_floor", options.denominator_floor);

        const Eigen::Index count = options.count;
        centres_.resize(count);
        if (count == 1) {
            centres_(0) = clock.of_scaled_time(Scalar(0.5));
            widths_ = Vector::Constant(1, options.bandwidth_factor);
            share_ = 0;
            floor_ = 1;
            return;
        }
        Vector next(count);  // the centre that follows each centre; one more than there are functions
        for (Eigen::Index k = 0; k < count; ++k) {
            const auto spacings = static_cast<Scalar>(count - 2 * options.outside - 1);
            centres_(k) = clock.of_scaled_time(static_cast<Scalar>(k - options.outside) / spacings);
            next(k) = clock.of_scaled_time(static_cast<Scalar>(k + 1 - options.outside) / spacings);
        }
        Vector distances = next - centres_;
        if (std::same_as<Clock, ExponentialPhase<Scalar>> && count == 2) distances(1) *= 2;  // as MP_PyTorch does
        widths_ = options.bandwidth_factor * distances.cwiseAbs2().cwiseInverse();
        for (Eigen::Index k = 0; k < count; ++k) {
            if (!detail::is_finite(widths_(k)) || !detail::is_finite(centres_(k))) {
                detail::refuse(where, "the distance of two centres in phase", distances(k), "a number with a finite inverse square");
            }
        }
        floor_ = options.denominator_floor;
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return centres_.size(); }
    [[nodiscard]] const Vector& centres() const noexcept { return centres_; }  ///< [N] c_k, phases
    [[nodiscard]] const Vector& widths() const noexcept { return widths_; }    ///< [N] h_k, inverse squared phases

    /// The one loop of this basis: calls `visit(k, b)` with every activation and its derivatives with respect to phase,
    /// and returns what they are to be divided by (see `divide`).
    ///
    /// All of them carry the same factor, exponential in the phase, that cancels in the division: it makes the largest activation 1, and
    /// its first derivative 0, so that ratios are finite and exact however far the phase is from all centres. No allocation. O(N).
    template <typename Visit>
    Derivatives<Scalar> fold(Scalar phase, Visit&& visit) const noexcept {
        Scalar largest = -std::numeric_limits<Scalar>::max(), drift = 0;
        for (Eigen::Index k = 0; k < count(); ++k) {
            if (!(exponent(k, phase) > largest)) continue;
            largest = exponent(k, phase);
            if (floor_ == 0) drift = slope(k, phase);  // a floor could not drift along
        }
        Derivatives<Scalar> sum{0, 0, 0};
        for (Eigen::Index k = 0; k < count(); ++k) {
            const Scalar b = std::exp(exponent(k, phase) - largest), rate = slope(k, phase) - drift;
            const Derivatives<Scalar> activation{b, rate * b, (rate * rate - widths_(k)) * b};
            sum.value += activation.value;
            sum.first += activation.first;
            sum.second += activation.second;
            visit(k, activation);
        }
        const Scalar floor = floor_ > 0 ? floor_ * std::exp(-largest) : Scalar(0);
        return {share_ * sum.value + floor, share_ * sum.first, share_ * sum.second};
    }

    /// Turns sums of activations and of their derivatives into the same sums of the normalised functions: y = N / S by the quotient rule.
    template <typename Value>
    static void divide(Value& value, Value& first, Value& second, const Derivatives<Scalar>& by) noexcept {
        value /= by.value;
        first = (first - value * by.first) / by.value;
        second = (second - 2 * by.first * first - by.second * value) / by.value;
    }

    /// The functions at a phase with their derivatives with respect to it, each [N]. Allocates.
    [[nodiscard]] Derivatives<Vector> functions(Scalar phase) const {
        Derivatives<Vector> phi{Vector(count()), Vector(count()), Vector(count())};
        const auto by = fold(phase, [&](Eigen::Index k, const Derivatives<Scalar>& b) {
            phi.value(k) = b.value;
            phi.first(k) = b.first;
            phi.second(k) = b.second;
        });
        divide(phi.value, phi.first, phi.second, by);
        return phi;
    }

    /// The weighted sum sum_k weights.col(k) Phi_k and its derivatives with respect to phase.
    ///
    /// `weights` is [D x N]; `value`, `first` and `second` are vectors that already have size D. No allocation. O(D N).
    template <typename Weights, typename Value>
    void combine(Scalar phase, const Weights& weights, Value& value, Value& first, Value& second) const noexcept {
        value.setZero();
        first.setZero();
        second.setZero();
        const auto by = fold(phase, [&](Eigen::Index k, const Derivatives<Scalar>& b) {
            value += b.value * weights.col(k);
            first += b.first * weights.col(k);
            second += b.second * weights.col(k);
        });
        divide(value, first, second, by);
    }

private:
    [[nodiscard]] Scalar exponent(Eigen::Index k, Scalar phase) const noexcept {
        const Scalar distance = phase - centres_(k);
        return Scalar(-0.5) * widths_(k) * distance * distance;
    }

    /// b' / b
    [[nodiscard]] Scalar slope(Eigen::Index k, Scalar phase) const noexcept { return widths_(k) * (centres_(k) - phase); }

    Vector centres_;
    Vector widths_;
    Scalar share_ = 1;  // of the activations in the denominator: 0 for the single function, which is not normalised
    Scalar floor_ = 0;
};

}  // namespace primore
