// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
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
    /// Far from all centres all of them carry the same factor, exponential in the phase, that cancels in the division: it makes the largest
    /// activation 1, and its first derivative 0, so that ratios are finite and exact however far that is. No allocation. O(N).
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        const Scalar here = detail::value_of(phase);
        const bool is_far = !(largest_exponent(here) > Scalar(-1));
        const Eigen::Index origin = is_far ? nearest(here) : 0;
        Derivatives<Packet> sums{Packet::Zero(), Packet::Zero(), Packet::Zero(), Packet::Zero()};
        Derivatives<Number> sum{Number(0), Number(0), Number(0), Number(0)};
        for (Eigen::Index begin = 0; begin < count_; begin += packet) {
            const auto [exponent, rate] = is_far ? relative(begin, origin, here) : absolute(begin, here);
            const Packet h = widths_from(begin), b = exponential(exponent) * counted_.template segment<packet>(begin).array();
            const Eigen::Index end = std::min(packet, count_ - begin);
            if constexpr (std::floating_point<Number>) {
                const Packet rate2 = rate * rate;
                const Derivatives<Packet> all{b, rate * b, (rate2 - h) * b, rate * (rate2 - 3 * h) * b};
                accumulate(all, sums);
                for (Eigen::Index i = 0; i < end; ++i) {
                    visit(begin + i, Derivatives<Number>{all.value(i), all.first(i), all.second(i), all.third(i)});
                }
            } else {
                const Number shift = phase - here;  // zero, and carries the derivatives; the exponent is a square in the phase
                for (Eigen::Index i = 0; i < end; ++i) {
                    using std::exp;
                    const Number r = rate(i) - h(i) * shift, r2 = r * r,
                                 value = b(i) * exp(Number(rate(i) * shift - h(i) / 2 * shift * shift));
                    const Derivatives<Number> one{value, r * value, (r2 - h(i)) * value, r * (r2 - 3 * h(i)) * value};
                    accumulate(one, sum);
                    visit(begin + i, one);
                }
            }
        }
        if constexpr (std::floating_point<Number>) sum = {sums.value.sum(), sums.first.sum(), sums.second.sum(), sums.third.sum()};
        const Scalar distance = here - centres_(origin);
        const Scalar floor = is_far && floor_ > 0 ? floor_ * std::exp(widths_(origin) / 2 * distance * distance) : floor_;
        return {share_ * sum.value + floor, share_ * sum.first, share_ * sum.second, share_ * sum.third};
    }

private:
    NormalizedRbf() = default;

    static constexpr Eigen::Index packet = 8;
    using Packet = Eigen::Array<Scalar, packet, 1>;

    /// Not so small, beside the largest activation, that products would leave the normal numbers: many processors take a hundred cycles
    /// for each that is not.
    [[nodiscard]] static Packet exponential(const Packet& exponent) noexcept {
        return exponent.max(std::log(std::numeric_limits<Scalar>::min()) / 2).exp();
    }

    /// Of eight activations: ln b_k, and its derivative with respect to phase.
    struct Logarithms {
        Packet value, rate;
    };

    void set(const Vector& centres, const Vector& widths) {
        count_ = centres.size();
        const Eigen::Index size = (count_ + packet - 1) / packet * packet;
        centres_ = Vector::Constant(size, centres(count_ - 1));
        widths_ = Vector::Constant(size, widths(count_ - 1));
        counted_ = Vector::Zero(size);
        centres_.head(count_) = centres;
        widths_.head(count_) = widths;
        counted_.head(count_).setOnes();
    }

    [[nodiscard]] auto centres_from(Eigen::Index begin) const noexcept { return centres_.template segment<packet>(begin).array(); }
    [[nodiscard]] auto widths_from(Eigen::Index begin) const noexcept { return widths_.template segment<packet>(begin).array(); }

    [[nodiscard]] Logarithms absolute(Eigen::Index begin, Scalar here) const noexcept {
        const Packet distance = here - centres_from(begin), rate = -widths_from(begin) * distance;
        return {distance * rate / 2, rate};
    }

    /// Without those of function n; of similar widths in the form that keeps its digits far from the centres.
    [[nodiscard]] Logarithms relative(Eigen::Index begin, Eigen::Index n, Scalar here) const noexcept {
        const Packet h = widths_from(begin), far = here - centres_from(begin), gap = centres_(n) - centres_from(begin);
        const Scalar width = widths_(n), distance = here - centres_(n);
        const auto is_similar = ((h - width).abs() < width / 2).eval();
        const Packet twice = is_similar.select(h * gap * (gap + 2 * distance) + (h - width) * (distance * distance),
                                               h * far.square() - width * distance * distance);
        const Packet rate = is_similar.select((width - h) * distance - h * gap, width * distance - h * (gap + distance));
        return {twice / -2, rate - (floor_ > 0 ? width * distance : Scalar(0))};  // a floor cannot drift along
    }

    [[nodiscard]] Scalar largest_exponent(Scalar here) const noexcept {
        Packet largest = absolute(0, here).value;
        for (Eigen::Index begin = packet; begin < count_; begin += packet) largest = largest.max(absolute(begin, here).value);
        return largest.maxCoeff();
    }

    /// The function with the largest activation.
    [[nodiscard]] Eigen::Index nearest(Scalar here) const noexcept {
        Eigen::Index result = 0;
        (Scalar(-0.5) * widths_.array() * (here - centres_.array()).square()).head(count_).maxCoeff(&result);
        return result;
    }

    template <typename Value>
    static void accumulate(const Derivatives<Value>& one, Derivatives<Value>& sum) noexcept {
        sum.value += one.value;
        sum.first += one.first;
        sum.second += one.second;
        sum.third += one.third;
    }

    Eigen::Index count_ = 0;
    Vector centres_, widths_;  // [N], filled up with the last of them to whole packets
    Vector counted_;           // 1 for each of the N, then 0
    Scalar share_ = 1;         // of the activations in the denominator: 0 for the single function, which is not normalised
    Scalar floor_ = 0;
};

}  // namespace primore
