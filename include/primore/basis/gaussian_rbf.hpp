// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// Gaussian radial basis functions of a phase p that are not normalised: they fade where there is no centre.
///
///     Phi_k = exp(-h_k (p - c_k)^2 / 2)
template <std::floating_point Scalar>
class GaussianRbf {
public:
    using Vector = Eigen::VectorX<Scalar>;

    /// @param centres  [N] c_k, phases, at least one
    /// @param widths   [N] h_k, inverse squared phases, positive: 1 / w^2 for a standard deviation w
    /// @throws std::invalid_argument if the sizes differ, there is none, or a number is out of range
    GaussianRbf(const Eigen::Ref<const Vector>& centres, const Eigen::Ref<const Vector>& widths) : centres_(centres), widths_(widths) {
        constexpr auto where = "GaussianRbf";
        detail::require_at_least(where, "the size of centres", centres.size(), 1);
        detail::require_size(where, "widths", widths.size(), centres.size(), "the size of centres");
        detail::require_finite(where, "centres", centres);
        for (const Scalar width : widths) detail::require_positive(where, "a width", width);
    }

    /// Functions at equal distances from `first` to `last`, each of which meets its neighbours at `height`: h = -8 ln(height) / distance^2.
    ///
    /// @param count   N, at least 2
    /// @param height  in (0, 1) [dmpbbo: 0.7, and 0.5 for locally weighted lines]
    /// @throws std::invalid_argument if a number is out of range
    [[nodiscard]] static GaussianRbf evenly_spaced(Eigen::Index count, Scalar first, Scalar last, Scalar height = Scalar(0.7)) {
        constexpr auto where = "GaussianRbf::evenly_spaced";
        detail::require_at_least(where, "count", count, 2);
        if (!(height > 0 && height < 1)) detail::refuse(where, "height", height, "a number between 0 and 1");
        const Scalar distance = (last - first) / static_cast<Scalar>(count - 1), width = -8 * std::log(height) / (distance * distance);
        detail::require_positive(where, "the inverse square of the distance of two centres", width);
        return {Vector::LinSpaced(count, first, last), Vector::Constant(count, width)};
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return centres_.size(); }
    [[nodiscard]] const Vector& centres() const noexcept { return centres_; }  ///< [N] c_k, phases
    [[nodiscard]] const Vector& widths() const noexcept { return widths_; }    ///< [N] h_k, inverse squared phases

    /// Calls `visit(k, Phi_k)` with every function (see BasisFunctions). No allocation. O(N).
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        using std::exp;
        for (Eigen::Index k = 0; k < count(); ++k) {
            const auto h = static_cast<detail::Base<Number>>(widths_(k));
            const Number distance = phase - static_cast<detail::Base<Number>>(centres_(k));
            const Number b = exp(Number(-h / 2 * distance * distance));
            // Too far away for any digit: there the slope may be infinite.
            const Number rate = b > Number(0) ? Number(-h * distance) : Number(0 * b), rate2 = rate * rate;
            visit(k, Derivatives<Number>{b, rate * b, (rate2 - h) * b, rate * (rate2 - 3 * h) * b});
        }
        return {Number(1), Number(0), Number(0), Number(0)};
    }

private:
    Vector centres_, widths_;
};

}  // namespace primore
