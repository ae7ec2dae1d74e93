// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
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

/// What the activations b_k are divided by: share sum_j b_j + floor.
template <std::floating_point Scalar>
struct NormalizedRbfDenominator {
    Scalar share = 1;  ///< 1, or 0 for functions that are not normalised
    Scalar floor = 0;  ///< not negative
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
        if (count == 1) {
            set(Vector::Constant(1, clock.of_scaled_time(Scalar(0.5))), Vector::Constant(1, options.bandwidth_factor));
            share_ = 0;
            floor_ = 1;
            return;
        }
        Vector centres(count), next(count);  // and the centre that follows each centre; one more than there are functions
        for (Eigen::Index k = 0; k < count; ++k) {
            const auto spacings = static_cast<Scalar>(count - 2 * options.outside - 1);
            centres(k) = clock.of_scaled_time(static_cast<Scalar>(k - options.outside) / spacings);
            next(k) = clock.of_scaled_time(static_cast<Scalar>(k + 1 - options.outside) / spacings);
        }
        Vector distances = next - centres;
        if (std::same_as<Clock, ExponentialPhase<Scalar>> && count == 2) distances(1) *= 2;  // as MP_PyTorch does
        const Vector widths = options.bandwidth_factor * distances.cwiseAbs2().cwiseInverse();
        for (Eigen::Index k = 0; k < count; ++k) {
            if (!detail::is_finite(widths(k)) || !detail::is_finite(centres(k))) {
                detail::refuse(where, "the distance of two centres in phase", distances(k), "a number with a finite inverse square");
            }
        }
        set(centres, widths);
        floor_ = options.denominator_floor;
    }

    /// Functions at given centres c_k [N], of given widths h_k [N]; normalised also if there is only one.
    /// @throws std::invalid_argument if the sizes differ, there is none, a number is not finite, a width is not positive or the
    ///         denominator could be zero
    [[nodiscard]] static NormalizedRbf from_centres(const Eigen::Ref<const Vector>& centres, const Eigen::Ref<const Vector>& widths,
                                                    const NormalizedRbfDenominator<Scalar>& denominator = {}) {
        constexpr auto where = "NormalizedRbf::from_centres";
        detail::require_at_least(where, "the size of centres", centres.size(), 1);
        detail::require_size(where, "widths", widths.size(), centres.size(), "the size of centres");
        detail::require_finite(where, "centres", centres);
        for (const Scalar width : widths) detail::require_positive(where, "a width", width);
        if (denominator.share != 0 && denominator.share != 1) detail::refuse(where, "denominator.share", denominator.share, "0 or 1");
        detail::require_not_negative(where, "denominator.floor", denominator.floor);
        if (denominator.share == 0) detail::require_positive(where, "denominator.floor", denominator.floor);
        NormalizedRbf result;
        result.set(centres, widths);
        result.share_ = denominator.share;
        result.floor_ = denominator.floor;
        return result;
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return count_; }
    [[nodiscard]] auto centres() const noexcept { return centres_.head(count_); }  ///< [N] c_k, phases
    [[nodiscard]] auto widths() const noexcept { return widths_.head(count_); }    ///< [N] h_k, inverse squared phases

    [[nodiscard]] NormalizedRbfDenominator<Scalar> denominator() const noexcept { return {share_, floor_}; }

    /// Calls `visit(k, b_k)` with every activation and its derivatives with respect to phase, and returns what divides them
    /// (see BasisFunctions).
    ///
    /// All of them carry the same factor, exponential in the phase, that cancels in the division: it makes the largest activation 1, and
    /// its first derivative 0, so that ratios are finite and exact however far the phase is from all centres. No allocation. O(N).
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        const Scalar here = detail::value_of(phase);
        const Number shift = phase - here;  // zero, and carries the derivatives
        Eigen::Index nearest = 0;           // the one with the largest activation
        (Scalar(-0.5) * widths_.array() * (here - centres_.array()).square()).head(count_).maxCoeff(&nearest);
        const Scalar centre = centres_(nearest), width = widths_(nearest), distance = here - centre;
        const Scalar kept_drift = floor_ > 0 ? -width * distance : Scalar(0);  // a floor cannot drift along
        Derivatives<Number> sum{Number(0), Number(0), Number(0), Number(0)};
        const auto add = [&](Eigen::Index k, const Number& b) {
            const Scalar h = widths_(k);
            const Number rate = kept_drift + relative_slope(k, nearest, distance) - h * shift, rate2 = rate * rate;
            const Derivatives<Number> activation{b, rate * b, (rate2 - h) * b, rate * (rate2 - 3 * h) * b};
            sum.value += activation.value;
            sum.first += activation.first;
            sum.second += activation.second;
            sum.third += activation.third;
            visit(k, activation);
        };
        // -2 ln(b_k / b_nearest), of similar widths in the form that keeps its digits far from the centres; exponentials in packets
        for (Eigen::Index begin = 0; begin < count_; begin += packet) {
            const auto h = widths_.template segment<packet>(begin).array(), c = centres_.template segment<packet>(begin).array();
            const Eigen::Array<Scalar, packet, 1> gap = centre - c;
            const Eigen::Array<Scalar, packet, 1> exponent =
                ((h - width).abs() < width / 2)
                    .select(h * gap * (gap + 2 * distance) + (h - width) * (distance * distance),
                            h * (here - c).square() - width * distance * distance);
            const Eigen::Array<Scalar, packet, 1> b = (Scalar(-0.5) * exponent).exp();
            const Eigen::Index end = begin + packet < count_ ? packet : count_ - begin;
            for (Eigen::Index i = 0; i < end; ++i) {
                if constexpr (std::floating_point<Number>) {
                    add(begin + i, b(i));
                } else {  // the exponent is a square in the phase
                    using std::exp;
                    const Number step = (kept_drift + relative_slope(begin + i, nearest, distance)) * shift - h(i) / 2 * shift * shift;
                    add(begin + i, Number(b(i) * exp(step)));
                }
            }
        }
        const Scalar floor = floor_ > 0 ? floor_ * std::exp(width / 2 * distance * distance) : Scalar(0);
        return {share_ * sum.value + floor, share_ * sum.first, share_ * sum.second, share_ * sum.third};
    }

private:
    NormalizedRbf() = default;

    void set(const Vector& centres, const Vector& widths) {
        count_ = centres.size();
        const Eigen::Index packets = (count_ + packet - 1) / packet;
        centres_ = widths_ = Vector::Zero(packets * packet);
        centres_.head(count_) = centres;
        widths_.head(count_) = widths;
    }

    /// b_k'/b_k - b_n'/b_n at a distance from the centre of function n.
    [[nodiscard]] Scalar relative_slope(Eigen::Index k, Eigen::Index n, Scalar distance) const noexcept {
        const Scalar gap = centres_(n) - centres_(k);
        const bool is_similar = std::abs(widths_(k) - widths_(n)) < widths_(n) / 2;
        return is_similar ? (widths_(n) - widths_(k)) * distance - widths_(k) * gap : widths_(n) * distance - widths_(k) * (gap + distance);
    }

    static constexpr Eigen::Index packet = 8;
    Eigen::Index count_ = 0;
    Vector centres_, widths_;  // [N], filled up with zeros to whole packets
    Scalar share_ = 1;         // of the activations in the denominator: 0 for the single function, which is not normalised
    Scalar floor_ = 0;
};

}  // namespace primore
