// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Lower and upper bounds of parameters [N]; infinity where there is none.
template <std::floating_point Scalar>
struct Box {
    Eigen::VectorX<Scalar> lower, upper;

    [[nodiscard]] bool contains(const Eigen::VectorX<Scalar>& x) const {
        return (x.array() >= lower.array()).all() && (x.array() <= upper.array()).all();
    }
};

/// A smooth map of all of R^N onto a box, the identity but for a margin along each bound.
///
/// Near a lower bound l, with margin a:   x = l + (y - l + a)^2 / (4 a)   for y in [l - a, l + a], and mirrored beyond its lowest point l -
/// a; likewise near an upper bound. Value and slope join the identity at l + a. So a function of the box becomes a function of R^N that is
/// as smooth as it was where y crosses the image of a bound: an optimum in the box, on an edge or in a corner is an ordinary optimum, and
/// nothing has to be penalised. Between two bounds the map is periodic.
template <std::floating_point Scalar>
class BoxTransform {
public:
    /// @param margin  [N] widths of the strips along the bounds; no more than half of the box is used
    /// @throws std::invalid_argument if sizes disagree, a lower bound is not below its upper bound or a margin is not positive
    BoxTransform(const Box<Scalar>& box, const Eigen::VectorX<Scalar>& margin) : box_(box), margin_(margin) {
        constexpr auto where = "BoxTransform";
        detail::require_size(where, "box.upper", box.upper.size(), box.lower.size(), "the size of box.lower");
        detail::require_size(where, "margin", margin.size(), box.lower.size(), "the size of box.lower");
        for (Eigen::Index i = 0; i < margin.size(); ++i) {
            const std::string at = '[' + std::to_string(i) + ']';
            detail::require_positive(where, "margin" + at, margin(i));
            if (!(box.lower(i) < box.upper(i))) detail::refuse(where, "box.lower" + at, box.lower(i), "a number below box.upper" + at);
            margin_(i) = std::min(margin(i), box.upper(i) / 2 - box.lower(i) / 2);
        }
    }

    [[nodiscard]] const Box<Scalar>& box() const noexcept { return box_; }

    /// y [N], anywhere -> x [N] in the box.
    [[nodiscard]] Eigen::VectorX<Scalar> inside(const Eigen::VectorX<Scalar>& y) const {
        Eigen::VectorX<Scalar> x(y.size());
        for (Eigen::Index i = 0; i < y.size(); ++i) {
            const Scalar l = box_.lower(i), u = box_.upper(i), a = margin_(i), folded = fold(y(i), i);
            x(i) = folded;
            if (folded < l + a) {
                x(i) = l + (folded - l + a) / (4 * a) * (folded - l + a);
            } else if (folded > u - a) {
                x(i) = u - (folded - u - a) / (4 * a) * (folded - u - a);
            }
            x(i) = std::clamp(x(i), l, u);  // against rounding
        }
        return x;
    }

    /// The y [N] with inside(y) = x that lies nearest to the box.
    [[nodiscard]] Eigen::VectorX<Scalar> outside(const Eigen::VectorX<Scalar>& x) const {
        Eigen::VectorX<Scalar> y = x;
        for (Eigen::Index i = 0; i < x.size(); ++i) {
            const Scalar l = box_.lower(i), u = box_.upper(i), a = margin_(i);
            if (x(i) < l + a) {
                y(i) = l - a + 2 * std::sqrt(a) * std::sqrt(x(i) - l);
            } else if (x(i) > u - a) {
                y(i) = u + a - 2 * std::sqrt(a) * std::sqrt(u - x(i));
            }
        }
        return y;
    }

    /// dx_i / dy_i at y [N].
    [[nodiscard]] Eigen::VectorX<Scalar> slope(const Eigen::VectorX<Scalar>& y) const {
        Eigen::VectorX<Scalar> slopes(y.size());
        for (Eigen::Index i = 0; i < y.size(); ++i) {
            const Scalar folded = fold(y(i), i), a = margin_(i);
            const Scalar to_lower = folded - box_.lower(i) + a, to_upper = box_.upper(i) + a - folded;
            slopes(i) = std::min({Scalar(1), to_lower / (2 * a), to_upper / (2 * a)});
        }
        return slopes;
    }

private:
    friend struct TextForm<BoxTransform>;

    /// The number in [l - a, u + a] that has the same image.
    [[nodiscard]] Scalar fold(Scalar y, Eigen::Index i) const {
        const Scalar low = box_.lower(i) - margin_(i), high = box_.upper(i) + margin_(i);
        if (y >= low && y <= high) return y;
        if (!(low > std::numeric_limits<Scalar>::lowest())) return high - (y - high);
        if (!(high < std::numeric_limits<Scalar>::max())) return low + (low - y);
        const Scalar width = high - low, along = std::fmod(std::abs(y - low), 2 * width);
        return low + std::min(along, 2 * width - along);
    }

    Box<Scalar> box_;
    Eigen::VectorX<Scalar> margin_;
};

}  // namespace primore
