// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

template <std::floating_point Scalar>
struct ArcLengthOptions {
    std::vector<Eigen::Index> dofs{};                                ///< whose length: the first three for a hand, say; empty: all
    Eigen::Index pieces = 32;                                        ///< into which the movement is cut at first, at least 1
    Scalar tolerance = 64 * std::numeric_limits<Scalar>::epsilon();  ///< relative to the length: a piece that is less sure is halved
};

namespace detail {

/// @throws std::invalid_argument if a number in `selected` is not one of 0 .. dofs - 1; all of them if it is empty
inline std::vector<Eigen::Index> selected_dofs(std::string_view where, std::vector<Eigen::Index> selected, Eigen::Index dofs) {
    if (selected.empty()) {
        selected.resize(static_cast<std::size_t>(dofs));
        std::iota(selected.begin(), selected.end(), Eigen::Index(0));
    }
    for (std::size_t i = 0; i < selected.size(); ++i) {
        if (selected[i] >= 0 && selected[i] < dofs) continue;
        std::ostringstream expected;
        expected << "from 0 to " << dofs - 1;
        refuse(where, "dofs[" + std::to_string(i) + "]", selected[i], expected.str());
    }
    return selected;
}

/// The integral of a function over [from, to] by Gauss-Lobatto quadrature with six points, exact up to degree nine. The ends are among
/// the points, so that a corner near an end is noticed.
template <std::floating_point Scalar>
[[nodiscard]] Scalar gauss_lobatto(const auto& function, Scalar from, Scalar to) {
    const Scalar root = std::sqrt(Scalar(7)), near = std::sqrt((7 - 2 * root) / 21), far = std::sqrt((7 + 2 * root) / 21);
    const Scalar centre = (from + to) / 2, half = (to - from) / 2;
    const Scalar near_sum = function(centre - half * near) + function(centre + half * near);
    const Scalar far_sum = function(centre - half * far) + function(centre + half * far);
    return half / 30 * ((14 + root) * near_sum + (14 - root) * far_sum + 2 * (function(from) + function(to)));
}

/// Halves an interval until its integral, which is positive, and that of its halves agree within `tolerance` or rounding, `depth` times
/// at most, and as long as there are `halvings` left: where the function is nothing but rounding the two never agree.
template <std::floating_point Scalar>
[[nodiscard]] Scalar integrate(const auto& function, Scalar from, Scalar to, Scalar whole, Scalar tolerance, int depth, int& halvings) {
    const Scalar middle = (from + to) / 2;
    const Scalar left = gauss_lobatto<Scalar>(function, from, middle), right = gauss_lobatto<Scalar>(function, middle, to);
    const Scalar rounding = 16 * std::numeric_limits<Scalar>::epsilon() * whole;
    if (depth == 0 || halvings == 0 || !(std::abs(left + right - whole) > std::max(tolerance, rounding))) return left + right;
    --halvings;
    const Scalar first = integrate<Scalar>(function, from, middle, left, tolerance, depth - 1, halvings);
    return first + integrate<Scalar>(function, middle, to, right, tolerance, depth - 1, halvings);
}

}  // namespace detail

/// The length of the path between two times: the integral of the speed |v| of the chosen degrees of freedom. Nothing is weighted, so
/// they should have the same unit.
///
/// By adaptive quadrature of the exact speed; each piece is halved, and its parts again, up to 24 times, which also settles on the corners
/// that |v| has where the motion turns back, and into no more than 512 parts, which bounds the time for a motion that only trembles.
/// What lies before, in and after the movement is measured on its own: some motions jump there.
///
/// @throws std::invalid_argument if an option is out of range, or from <= to does not hold for finite numbers
template <AnyMotion M>
[[nodiscard]] MotionScalar<M> arc_length(const M& motion, MotionScalar<M> from, MotionScalar<M> to,
                                         const ArcLengthOptions<MotionScalar<M>>& options = {}) {
    using Scalar = MotionScalar<M>;
    constexpr auto where = "arc_length";
    const auto dofs = detail::selected_dofs(where, options.dofs, motion.dofs());
    detail::require_at_least(where, "pieces", options.pieces, 1);
    detail::require_positive(where, "tolerance", options.tolerance);
    detail::require_finite(where, "from", from);
    detail::require_finite(where, "to", to);
    if (to < from) detail::refuse(where, "to", to, "not less than from");
    auto setpoint = Setpoint<Scalar, motion_dofs<M>>::zero(motion.dofs());
    const auto speed = [&](Scalar time) {
        motion.evaluate(time, setpoint);
        Scalar square = 0;
        for (const Eigen::Index dof : dofs) square += setpoint.velocity(dof) * setpoint.velocity(dof);
        return std::sqrt(square);
    };
    Scalar length = 0;
    detail::for_each_part(motion, from, to, [&](Scalar begin, Scalar end) {
        const auto border = [&](Eigen::Index i) {
            return begin + (end - begin) * (static_cast<Scalar>(i) / static_cast<Scalar>(options.pieces));
        };
        Eigen::VectorX<Scalar> rough(options.pieces);
        for (Eigen::Index i = 0; i < options.pieces; ++i) rough(i) = detail::gauss_lobatto<Scalar>(speed, border(i), border(i + 1));
        const Scalar tolerance = options.tolerance * rough.sum() / static_cast<Scalar>(options.pieces);
        for (Eigen::Index i = 0; i < options.pieces; ++i) {
            int halvings = 512;
            length += detail::integrate<Scalar>(speed, border(i), border(i + 1), rough(i), tolerance, 24, halvings);
        }
    });
    return length;
}

/// The length of the whole path, from start to end.
template <AnyMotion M>
[[nodiscard]] MotionScalar<M> arc_length(const M& motion, const ArcLengthOptions<MotionScalar<M>>& options = {}) {
    return arc_length(motion, motion.start_time(), motion.end_time(), options);
}

}  // namespace primore
