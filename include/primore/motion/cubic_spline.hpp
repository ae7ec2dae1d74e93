// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <sstream>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// What a cubic spline does where there is no neighbour to be smooth with.
enum class SplineEnds {
    not_a_knot,  ///< the first two pieces are one cubic, and the last two: error O(spacing^4) up to the ends
    natural,     ///< no acceleration
    at_rest,     ///< no velocity
};

namespace detail {

/// @throws std::invalid_argument if times are not finite and strictly increasing
template <typename Derived>
void require_increasing(std::string_view where, std::string_view name, const Eigen::MatrixBase<Derived>& times) {
    require_finite(where, name, times);
    for (Eigen::Index i = 1; i < times.size(); ++i) {
        if (times(i) > times(i - 1)) continue;
        std::ostringstream expected;
        expected << "more than " << times(i - 1) << ", the time before";
        refuse(where, std::string(name) + "[" + std::to_string(i) + "]", times(i), expected.str());
    }
}

/// Solves a tridiagonal system in place, row i: lower(i) x(i - 1) + diagonal(i) x(i) + upper(i) x(i + 1) = x(i), for columns of x.
template <typename Vector, typename Matrix>
void solve_tridiagonal(const Vector& lower, Vector& diagonal, const Vector& upper, Matrix&& x) {
    for (Eigen::Index i = 1; i < diagonal.size(); ++i) {
        const auto factor = lower(i) / diagonal(i - 1);
        diagonal(i) -= factor * upper(i - 1);
        x.row(i) -= factor * x.row(i - 1);
    }
    for (Eigen::Index i = diagonal.size() - 1; i >= 0; --i) {
        if (i + 1 < diagonal.size()) x.row(i) -= upper(i) * x.row(i + 1);
        x.row(i) /= diagonal(i);
    }
}

/// The accelerations [T x D] at the nodes of the cubic spline, from the jumps of the slopes between them.
template <typename Vector, typename Matrix>
[[nodiscard]] Matrix spline_accelerations(const Vector& h, const Matrix& slopes, SplineEnds ends) {
    using Scalar = typename Vector::Scalar;
    const Eigen::Index n = h.size() + 1, last = n - 1;
    Matrix m = Matrix::Zero(n, slopes.cols());
    Vector lower = Vector::Zero(n), diagonal = Vector::Ones(n), upper = Vector::Zero(n);
    for (Eigen::Index i = 1; i < last; ++i) {
        lower(i) = h(i - 1);
        diagonal(i) = 2 * (h(i - 1) + h(i));
        upper(i) = h(i);
        m.row(i) = 6 * (slopes.row(i) - slopes.row(i - 1));
    }
    if (ends == SplineEnds::at_rest) {
        diagonal(0) = 2 * h(0);
        upper(0) = h(0);
        m.row(0) = 6 * slopes.row(0);
        lower(last) = h(last - 1);
        diagonal(last) = 2 * h(last - 1);
        m.row(last) = -6 * slopes.row(last - 1);
    }
    if (ends != SplineEnds::not_a_knot) {
        solve_tridiagonal(lower, diagonal, upper, m);
        return m;
    }
    if (n == 2) return m;  // a straight line
    if (n == 3) {          // a parabola
        m = (m.row(1) / (3 * (h(0) + h(1)))).eval().replicate(3, 1);
        return m;
    }
    // m_0 = m_1 + (h_0 / h_1) (m_1 - m_2) is put into the row below, and alike at the end
    const Scalar first = h(0) / h(1), final = h(last - 1) / h(last - 2);
    diagonal(1) += h(0) * (1 + first);
    upper(1) -= h(0) * first;
    diagonal(last - 1) += h(last - 1) * (1 + final);
    lower(last - 1) -= h(last - 1) * final;
    Vector inner = diagonal.segment(1, n - 2);
    solve_tridiagonal(Vector(lower.segment(1, n - 2)), inner, Vector(upper.segment(1, n - 2)), m.middleRows(1, n - 2));
    m.row(0) = m.row(1) + first * (m.row(1) - m.row(2));
    m.row(last) = m.row(last - 1) + final * (m.row(last - 1) - m.row(last - 2));
    return m;
}

}  // namespace detail

/// The cubic spline through positions, twice continuously differentiable, by what it does at its nodes: positions, and the velocities
/// and accelerations that make it smooth. With two or three nodes `not_a_knot` is a line or a parabola. O(T D).
///
/// @param times      [T] strictly increasing, at least two
/// @param positions  [T x D]
/// @throws std::invalid_argument if sizes disagree, times do not increase or a number is not finite
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
[[nodiscard]] Trajectory<Scalar, Dofs> cubic_spline(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times,
                                                    const Eigen::Ref<const typename Trajectory<Scalar, Dofs>::Table>& positions,
                                                    SplineEnds ends = SplineEnds::not_a_knot) {
    using Table = typename Trajectory<Scalar, Dofs>::Table;
    constexpr auto where = "cubic_spline";
    detail::require_at_least(where, "the size of times", times.size(), 2);
    detail::require_size(where, "positions.rows()", positions.rows(), times.size(), "the size of times");
    detail::require_increasing(where, "times", times);
    detail::require_finite(where, "positions", positions);
    const Eigen::Index pieces = times.size() - 1;
    const Eigen::VectorX<Scalar> h = times.tail(pieces) - times.head(pieces);
    const Table slopes = h.cwiseInverse().asDiagonal() * (positions.bottomRows(pieces) - positions.topRows(pieces));
    Trajectory<Scalar, Dofs> nodes{times, positions, Table(positions.rows(), positions.cols()),
                                   detail::spline_accelerations(h, slopes, ends)};
    const Table& m = nodes.accelerations;
    nodes.velocities.topRows(pieces) = slopes - (h / 6).asDiagonal() * (2 * m.topRows(pieces) + m.bottomRows(pieces));
    nodes.velocities.row(pieces) = slopes.row(pieces - 1) + h(pieces - 1) / 6 * (m.row(pieces - 1) + 2 * m.row(pieces));
    if (ends == SplineEnds::at_rest) {  // what they are anyway, without the rounding
        nodes.velocities.row(0).setZero();
        nodes.velocities.row(pieces).setZero();
    }
    return nodes;
}

}  // namespace primore
