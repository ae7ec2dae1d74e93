// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/motion/motion_jet.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// The least and the greatest value that each degree of freedom takes, and when.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct Extrema {
    DofVector<Scalar, Dofs> lowest;        ///< [D]
    DofVector<Scalar, Dofs> highest;       ///< [D]
    DofVector<Scalar, Dofs> lowest_time;   ///< [D] [s]
    DofVector<Scalar, Dofs> highest_time;  ///< [D] [s]

    /// The largest absolute value [D].
    [[nodiscard]] DofVector<Scalar, Dofs> largest() const { return lowest.cwiseAbs().cwiseMax(highest.cwiseAbs()); }
};

/// How far, how fast, how forceful and how jerky a motion gets.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct MotionPeaks {
    Extrema<Scalar, Dofs> position;      ///< [rad] or [m]
    Extrema<Scalar, Dofs> velocity;      ///< per second
    Extrema<Scalar, Dofs> acceleration;  ///< per second squared
    Extrema<Scalar, Dofs> jerk;          ///< per second cubed
};

struct PeakOptions {
    Eigen::Index cells = 64;  ///< into which the time of the movement is cut at first, at least 1
    int halvings = 8;         ///< how often a cell may be halved in which the motion is not yet smooth, not negative
};

namespace detail {

/// Finds the extrema of a motion inside an interval in which it is smooth; see `peaks`.
template <AnyMotion M>
class PeakSearch {
public:
    using Scalar = MotionScalar<M>;
    static constexpr int dofs = motion_dofs<M>;
    using Jet = MotionJet<M>;
    using Matrix = typename Jet::Matrix;

    PeakSearch(const M& motion, Scalar from, Scalar to, MotionPeaks<Scalar, dofs>& found)
        : jet_(motion, from, to), found_(found), scale_(jet_.empty()), at_(jet_.empty()) {
        scale_.setZero();
    }

    void run(const PeakOptions& options) {
        const Scalar width = (jet_.to() - jet_.from()) / static_cast<Scalar>(options.cells);
        const auto border = [&](Eigen::Index i) { return i == options.cells ? jet_.to() : jet_.from() + static_cast<Scalar>(i) * width; };
        for (Eigen::Index i = 0; i <= options.cells; ++i) {
            jet_.evaluate(border(i), at_);
            scale_.leftCols(3) = scale_.leftCols(3).cwiseMax(at_.leftCols(3).cwiseAbs());
            note(border(i), at_, 3);
        }
        for (Eigen::Index i = 0; i < options.cells; ++i) scan(border(i), border(i + 1), options.halvings);
    }

private:
    Extrema<Scalar, dofs>& of(int order) noexcept {
        return order == 0 ? found_.position : order == 1 ? found_.velocity : order == 2 ? found_.acceleration : found_.jerk;
    }

    void note(Scalar time, int order, Eigen::Index dof, Scalar value) noexcept {
        Extrema<Scalar, dofs>& extrema = of(order);
        if (value < extrema.lowest(dof)) {
            extrema.lowest(dof) = value;
            extrema.lowest_time(dof) = time;
        }
        if (value > extrema.highest(dof)) {
            extrema.highest(dof) = value;
            extrema.highest_time(dof) = time;
        }
    }

    void note(Scalar time, const Matrix& jet, int orders) noexcept {
        for (int order = 0; order < orders; ++order) {
            for (Eigen::Index dof = 0; dof < jet.rows(); ++dof) note(time, order, dof, jet(dof, order));
        }
    }

    /// Whether the polynomial of degree five through both ends of a cell predicts velocity and acceleration at its middle within a
    /// hundredth of the largest ones, or as well as rounding lets it.
    [[nodiscard]] bool is_resolved(Scalar h, const Matrix& left, const Matrix& middle, const Matrix& right) const noexcept {
        const Scalar rounding = 64 * std::numeric_limits<Scalar>::epsilon() / h, tolerance = Scalar(0.01);
        for (Eigen::Index d = 0; d < left.rows(); ++d) {
            const Scalar velocity = Scalar(1.875) / h * (right(d, 0) - left(d, 0)) - Scalar(0.4375) * (left(d, 1) + right(d, 1)) +
                                    h / 32 * (right(d, 2) - left(d, 2));
            const Scalar acceleration = Scalar(1.5) / h * (right(d, 1) - left(d, 1)) - (left(d, 2) + right(d, 2)) / 4;
            if (std::abs(velocity - middle(d, 1)) > tolerance * scale_(d, 1) + rounding * scale_(d, 0)) return false;
            if (std::abs(acceleration - middle(d, 2)) > tolerance * scale_(d, 2) + rounding * scale_(d, 1)) return false;
        }
        return true;
    }

    void scan(Scalar from, Scalar to, int halvings) {
        const Scalar h = to - from, middle = from + h / 2, step = Jet::step(4 * h);
        if (!(middle > from && middle < to)) return;
        Matrix first = jet_.empty(), second = jet_.empty(), third = jet_.empty();
        jet_.evaluate(from, first);
        jet_.evaluate(middle, second);
        jet_.evaluate(to, third);
        if (halvings > 0 && !is_resolved(h, first, second, third)) {
            scan(from, middle, halvings - 1);
            scan(middle, to, halvings - 1);
            return;
        }
        jet_.evaluate(from, step, first);
        jet_.evaluate(middle, step, second);
        jet_.evaluate(to, step, third);
        note(from, first, 4);
        note(middle, second, 4);
        note(to, third, 4);
        for (int order = 0; order < 4; ++order) {
            for (Eigen::Index dof = 0; dof < jet_.dofs(); ++dof) {
                search(order, dof, from, middle, first, second, step);
                search(order, dof, middle, to, second, third, step);
            }
        }
    }

    /// Extrema of a derivative within an interval: where the next derivative changes sign from one end to the other, or does so twice,
    /// around an extremum of its own.
    void search(int order, Eigen::Index dof, Scalar from, Scalar to, const Matrix& left, const Matrix& right, Scalar step) {
        const Scalar a = left(dof, order + 1), b = right(dof, order + 1);
        const Scalar reach = (to - from) * std::max(std::abs(a), std::abs(b));
        if (std::min(left(dof, order), right(dof, order)) - reach >= of(order).lowest(dof) &&
            std::max(left(dof, order), right(dof, order)) + reach <= of(order).highest(dof)) {
            return;  // nothing new
        }
        if ((a < 0) != (b < 0)) return note_extremum(order, dof, from, to, a, b, step);
        if (order > 2) return;
        const Scalar bend_a = left(dof, order + 2), bend_b = right(dof, order + 2);
        if (!(a * bend_a < 0 && b * bend_b > 0)) return;
        const Scalar turn = root(order + 2, dof, from, to, bend_a, bend_b, step), least = at_(dof, order + 1);
        if ((a < 0) == (least < 0)) return;
        note_extremum(order, dof, from, turn, a, least, step);
        note_extremum(order, dof, turn, to, least, b, step);
    }

    void note_extremum(int order, Eigen::Index dof, Scalar from, Scalar to, Scalar a, Scalar b, Scalar step) {
        const Scalar time = root(order + 1, dof, from, to, a, b, step);
        note(time, order, dof, at_(dof, order));
        if (order == 2) note_corner(dof, at_(dof, 2), std::max(from, time - 4 * step), std::min(to, time + 4 * step), a);
    }

    /// Where acceleration has a corner, as a spline at its nodes, the zero of the jerk is only near it: thirds of an interval are cut off
    /// until the extremum is left, and noted if it is more than the `known` one.
    void note_corner(Eigen::Index dof, Scalar known, Scalar from, Scalar to, Scalar slope) noexcept {
        const auto acceleration = [&](Scalar time) {
            jet_.evaluate(time, at_);
            return at_(dof, 2);
        };
        for (int round = 0; round < 100 && to > from; ++round) {
            const Scalar left = from + (to - from) / 3, right = to - (to - from) / 3;
            if ((acceleration(left) < acceleration(right)) != (slope < 0)) {
                from = left;
            } else {
                to = right;
            }
        }
        const Scalar extreme = acceleration(from), rounding = 64 * std::numeric_limits<Scalar>::epsilon() * scale_(dof, 2);
        if (std::abs(extreme - known) > rounding) note(from, 2, dof, extreme);
    }

    /// The time between `from` and `to` at which a derivative is zero, whose values a and b there have different signs: false position
    /// with the halved values of the Illinois rule, or bisection where that lags. Leaves the jet of that time in at_.
    [[nodiscard]] Scalar root(int order, Eigen::Index dof, Scalar from, Scalar to, Scalar a, Scalar b, Scalar step) noexcept {
        const Scalar rounding = 4 * std::numeric_limits<Scalar>::epsilon() * std::max(std::abs(from), std::abs(to));
        Scalar time = from;
        int kept = 0;  // which end has stayed: 1 `to`, -1 `from`
        for (int round = 0; round < 80; ++round) {
            const Scalar guess = from + (to - from) * (a / (a - b));
            time = round % 4 != 3 && guess > from && guess < to ? guess : from + (to - from) / 2;
            jet_.evaluate(time, step, at_);
            const Scalar value = at_(dof, order);
            if (value == 0 || to - from <= rounding) break;
            if ((value < 0) == (a < 0)) {
                from = time;
                a = value;
                if (kept == 1) b /= 2;
                kept = 1;
            } else {
                to = time;
                b = value;
                if (kept == -1) a /= 2;
                kept = -1;
            }
        }
        return time;
    }

    Jet jet_;
    MotionPeaks<Scalar, dofs>& found_;
    Matrix scale_;  // largest absolute position, velocity and acceleration at the borders of the cells
    Matrix at_;
};

}  // namespace detail

/// The true extrema of position, velocity, acceleration and jerk of a motion between two times, not only at samples.
///
/// The time is cut into cells; a cell is halved until the polynomial of degree five through its ends foretells the velocity and the
/// acceleration in its middle. In each half of a cell an extremum is a zero of the next derivative, bracketed and refined to rounding:
/// by the motion's own derivatives for position and velocity, for acceleration and jerk by those of MotionJet.
/// Position, velocity and acceleration are exact to rounding, jerk to what MotionJet states.
///
/// What it cannot see: a feature so short that neither the ends nor the middle of a cell notice it (shorter than about
/// duration / (2 cells): raise `cells` for more than some 30 basis functions), and more than one extremum of jerk within half a cell.
/// Where acceleration jumps there is no jerk; what is reported then is the jump over a short time, large.
/// The end of the delay and that of the movement, where many motions have a jump, are borders: both sides are looked at on their own.
///
/// @throws std::invalid_argument if an option is out of range, or from < to does not hold for finite numbers
template <AnyMotion M>
[[nodiscard]] MotionPeaks<MotionScalar<M>, motion_dofs<M>> peaks(const M& motion, MotionScalar<M> from, MotionScalar<M> to,
                                                                 const PeakOptions& options = {}) {
    using Scalar = MotionScalar<M>;
    constexpr auto where = "peaks";
    detail::require_at_least(where, "cells", options.cells, 1);
    detail::require_at_least(where, "halvings", options.halvings, 0);
    detail::require_finite(where, "from", from);
    detail::require_finite(where, "to", to);
    if (!(from < to)) detail::refuse(where, "to", to, "more than from");

    using Vector = DofVector<Scalar, motion_dofs<M>>;
    const Vector most = Vector::Constant(motion.dofs(), std::numeric_limits<Scalar>::infinity());
    const Vector start = Vector::Constant(motion.dofs(), from);
    const Extrema<Scalar, motion_dofs<M>> none{most, -most, start, start};
    MotionPeaks<Scalar, motion_dofs<M>> found{none, none, none, none};
    // Just inside, so that rounding of times does not lead across a border.
    const Scalar rounding = 8 * std::numeric_limits<Scalar>::epsilon() * (std::abs(from) + std::abs(to));
    const auto look = [&](Scalar begin, Scalar end) {
        if (end - begin > 4 * rounding) detail::PeakSearch<M>(motion, begin + rounding, end - rounding, found).run(options);
    };
    detail::for_each_part(motion, from, to, look);
    return found;
}

/// The true extrema over the whole motion, from its start to its end.
template <AnyMotion M>
[[nodiscard]] MotionPeaks<MotionScalar<M>, motion_dofs<M>> peaks(const M& motion, const PeakOptions& options = {}) {
    return peaks(motion, motion.start_time(), motion.end_time(), options);
}

}  // namespace primore
