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
    /// @throws std::invalid_argument if the sizes differ, there is none, a number is not finite or a width is not positive
    [[nodiscard]] static NormalizedRbf from_centres(const Eigen::Ref<const Vector>& centres, const Eigen::Ref<const Vector>& widths) {
        constexpr auto where = "NormalizedRbf::from_centres";
        detail::require_at_least(where, "the size of centres", centres.size(), 1);
        detail::require_size(where, "widths", widths.size(), centres.size(), "the size of centres");
        detail::require_finite(where, "centres", centres);
        for (const Scalar width : widths) detail::require_positive(where, "a width", width);
        NormalizedRbf result;
        result.set(centres, widths);
        return result;
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return count_; }
    [[nodiscard]] auto centres() const noexcept { return centres_.head(count_); }  ///< [N] c_k, phases
    [[nodiscard]] auto widths() const noexcept { return widths_.head(count_); }    ///< [N] h_k, inverse squared phases

    /// Calls `visit(k, b_k)` with every activation and its derivatives with respect to phase, and returns what divides them
    /// (see BasisFunctions).
    ///
    /// All of them carry the same factor, exponential in the phase, that cancels in the division: it makes the largest activation 1, and
    /// its first derivative 0, so that ratios are finite and exact however far the phase is from all centres. No allocation. O(N).
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        const Scalar here = detail::value_of(phase);
        Eigen::Index nearest = 0;
        (Scalar(-0.5) * widths_.array() * (here - centres_.array()).square()).head(count_).maxCoeff(&nearest);
        const Scalar largest = exponent(nearest, here);
        const Scalar drift = floor_ == 0 ? slope(nearest, here) : Scalar(0);  // a floor could not drift along
        Derivatives<Number> sum{Number(0), Number(0), Number(0), Number(0)};
        const auto add = [&](Eigen::Index k, const Number& b) {
            const Scalar h = widths_(k);
            const Number rate = slope(k, phase) - drift, rate2 = rate * rate;
            const Derivatives<Number> activation{b, rate * b, (rate2 - h) * b, rate * (rate2 - 3 * h) * b};
            sum.value += activation.value;
            sum.first += activation.first;
            sum.second += activation.second;
            sum.third += activation.third;
            visit(k, activation);
        };
        if constexpr (std::floating_point<Number>) {
            for (Eigen::Index begin = 0; begin < count_; begin += packet) {  // exponentials in packets
                const auto h = widths_.template segment<packet>(begin).array(), c = centres_.template segment<packet>(begin).array();
                const Eigen::Array<Scalar, packet, 1> b = (Scalar(-0.5) * h * (here - c).square() - largest).exp();
                const Eigen::Index end = begin + packet < count_ ? packet : count_ - begin;
                for (Eigen::Index i = 0; i < end; ++i) add(begin + i, b(i));
            }
        } else {
            using std::exp;
            for (Eigen::Index k = 0; k < count_; ++k) add(k, exp(exponent(k, phase) - largest - drift * (phase - here)));
        }
        const Scalar floor = floor_ > 0 ? floor_ * std::exp(-largest) : Scalar(0);
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

    template <Real Number>
    [[nodiscard]] Number exponent(Eigen::Index k, const Number& phase) const noexcept {
        const Number distance = phase - centres_(k);
        return Scalar(-0.5) * widths_(k) * distance * distance;
    }

    /// b' / b
    template <Real Number>
    [[nodiscard]] Number slope(Eigen::Index k, const Number& phase) const noexcept {
        return widths_(k) * (centres_(k) - phase);
    }

    static constexpr Eigen::Index packet = 8;
    Eigen::Index count_ = 0;
    Vector centres_, widths_;  // [N], filled up with zeros to whole packets
    Scalar share_ = 1;         // of the activations in the denominator: 0 for the single function, which is not normalised
    Scalar floor_ = 0;
};

}  // namespace primore
