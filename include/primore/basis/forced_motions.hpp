// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/spring_damper.hpp>
#include <primore/detail/qr_factorization.hpp>

namespace primore {

/// The pieces of scaled time z on which forces are smooth.
template <std::floating_point Scalar>
struct SmoothPieces {
    Eigen::Index even = 1;           ///< how many of equal length there are from 0 to 1, at least 1
    std::vector<Scalar> knots = {};  ///< where those beyond 1 end, ascending
    bool is_periodic = false;        ///< whether the forces have the period 1; there are no knots then
};

/// The motions R_c into which forces f_c of the scaled time z bring a spring with a damper, each force alone:
///
///     R_c'' = f_c(z) - stiffness R_c - damping R_c',     from rest at z = 0, or with the period of the forces
///
/// What a force does to any motion y between two times is its influence r = (R, R')(to) - A (R, R')(from), where A is the transition of
/// the SpringDamper: (y, y')(to) = A (y, y')(from) + r. So a step of any length costs two looks into the table.
///
/// The table holds polynomials of degree eleven that obey the differential equation at the ten Gauss points of each piece: collocation
/// [Hairer93, section II.7], of order 20 at the ends of a piece and 11 within.
template <std::floating_point Scalar>
class ForcedMotions {
public:
    static constexpr Eigen::Index packet = 8;  ///< so many motions are evaluated at once
    using Packet = Eigen::Matrix<Scalar, packet, 1>;

    /// Computes the table: O(C) per piece, in double whatever Scalar is. Allocates.
    ///
    /// @param count  C, number of forces
    /// @param force  `force(z, out)` writes the forces at z into `out` [C]
    template <typename Force>
    ForcedMotions(const SpringDamper<Scalar>& attractor, Eigen::Index count, const SmoothPieces<Scalar>& pieces, Force&& force)
        : packets_((count + packet - 1) / packet), even_(pieces.even), is_periodic_(pieces.is_periodic), knots_(pieces.knots) {
        Ends state = Ends::Zero(2, packets_ * packet);
        tabulate(attractor, count, force, state);
        if (!is_periodic_) return;
        const Eigen::Matrix2d lost = Eigen::Matrix2d::Identity() - attractor.transition(Scalar(1)).template cast<double>();
        Eigen::Matrix2d adjugate;
        adjugate << lost(1, 1), -lost(0, 1), -lost(1, 0), lost(0, 0);
        state = (adjugate / (lost(0, 0) * lost(1, 1) - lost(0, 1) * lost(1, 0)) * state).eval();  // returns to itself in one period
        tabulate(attractor, count, force, state);
    }

    /// The motions under sums of the forces: sum_c weights(i, c) R_c for row i of the weights [D x C]. O(D C) per piece. Allocates.
    [[nodiscard]] ForcedMotions combined(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& weights) const {
        ForcedMotions result((weights.rows() + packet - 1) / packet, even_, is_periodic_, knots_, pieces_);
        Eigen::MatrixX<Scalar> filled = Eigen::MatrixX<Scalar>::Zero(result.packets_ * packet, weights.cols());
        filled.topRows(weights.rows()) = weights;
        const auto pieces = static_cast<Eigen::Index>(pieces_.size());
        result.polynomials_.resize(packet, result.first(pieces, 0));
        for (Eigen::Index piece = 0; piece < pieces; ++piece) {
            for (Eigen::Index i = 0; i < result.packets_; ++i) {
                Polynomials sum = Polynomials::Zero();
                for (Eigen::Index c = 0; c < weights.cols(); ++c) {
                    sum += filled.template block<packet, 1>(i * packet, c)
                               .lazyProduct(polynomials_.template block<1, terms>(c % packet, first(piece, c / packet)));
                }
                result.polynomials_.template middleCols<terms>(result.first(piece, i)) = sum;
            }
        }
        return result;
    }

    /// Whether z is in the table.
    [[nodiscard]] bool contains(Scalar z) const noexcept { return is_periodic_ || z <= end(); }
    [[nodiscard]] Scalar end() const noexcept { return knots_.empty() ? Scalar(1) : knots_.back(); }

    /// Calls `visit(c, positions, slopes)` for c = 0, 8, 16, ... with the influence [8] of eight forces from number c on, filled up with
    /// zeros; both times are in the table. No allocation. O(C).
    ///
    /// @param transition  A from the first time to the second
    template <typename Visit>
    void influence(Scalar from, Scalar to, const Eigen::Matrix<Scalar, 2, 2>& transition, Visit&& visit) const noexcept {
        const Place begin = place(from), end = place(to);
        const Eigen::Matrix<Scalar, 2, 2> a = transition;
        for (Eigen::Index i = 0; i < packets_; ++i) {  // both polynomials and their derivatives by one Horner scheme, in registers
            const auto early = powers(begin, i), late = powers(end, i);
            Packet slope = early.col(terms - 1), value = slope * begin.t + early.col(terms - 2);
            Packet next_slope = late.col(terms - 1), next_value = next_slope * end.t + late.col(terms - 2);
            for (Eigen::Index power = terms - 2; power-- > 0;) {
                slope = slope * begin.t + value;
                next_slope = next_slope * end.t + next_value;
                value = value * begin.t + early.col(power);
                next_value = next_value * end.t + late.col(power);
            }
            slope *= begin.per_half;
            visit(i * packet, Packet(next_value - a(0, 0) * value - a(0, 1) * slope),
                  Packet(next_slope * end.per_half - a(1, 0) * value - a(1, 1) * slope));
        }
    }

private:
    struct Piece {
        Scalar middle, per_half;  // z in the middle, and one over half the length
    };

    ForcedMotions(Eigen::Index packets, Eigen::Index even, bool is_periodic, std::vector<Scalar> knots, std::vector<Piece> pieces)
        : packets_(packets), even_(even), is_periodic_(is_periodic), knots_(std::move(knots)), pieces_(std::move(pieces)) {}

    static constexpr Eigen::Index points = 10, terms = points + 2;
    using Polynomials = Eigen::Matrix<Scalar, packet, terms>;
    using Ends = Eigen::Matrix<double, 2, Eigen::Dynamic>;  // R and R' of every motion
    using Equations = detail::QrFactorization<double>;

    struct Place {
        Eigen::Index piece;
        Scalar t, per_half;  // t runs from -1 to 1 within the piece
    };

    [[nodiscard]] Place place(Scalar z) const noexcept {
        if (is_periodic_) z -= std::floor(z);
        auto piece = std::min(static_cast<Eigen::Index>(z * static_cast<Scalar>(even_)), even_ - 1);
        if (z > Scalar(1)) piece = even_ + (std::lower_bound(knots_.begin(), knots_.end(), z) - knots_.begin());
        const auto& [middle, per_half] = pieces_[static_cast<std::size_t>(piece)];
        return {piece, (z - middle) * per_half, per_half};
    }

    /// The first column of the polynomials of a packet.
    [[nodiscard]] Eigen::Index first(Eigen::Index piece, Eigen::Index i) const noexcept { return (piece * packets_ + i) * terms; }

    /// The polynomials of a packet, [8 x 12].
    [[nodiscard]] auto powers(const Place& place, Eigen::Index i) const noexcept {
        return polynomials_.template middleCols<terms>(first(place.piece, i));
    }

    /// The Gauss points of [-1, 1].
    static constexpr std::array<double, points> gauss_points{
        -0.97390652851717172, -0.86506336668898451, -0.67940956829902441, -0.43339539412924719, -0.14887433898163121,
        0.14887433898163121,  0.43339539412924719,  0.67940956829902441,  0.86506336668898451,  0.97390652851717172};

    /// Column i: what the differential equation makes at these points of the motion with R'' = t^i that begins at rest at t = -1.
    [[nodiscard]] static Eigen::MatrixXd collocation(double stiffness, double damping) {
        Eigen::MatrixXd matrix(points, points);
        for (Eigen::Index j = 0; j < points; ++j) {
            const double t = gauss_points[static_cast<std::size_t>(j)];
            double power = 1, sign = -1;  // t^i and (-1)^(i + 1)
            for (Eigen::Index i = 0; i < points; ++i, power *= t, sign = -sign) {
                const auto n = static_cast<double>(i);
                const double slope = (power * t - sign) / (n + 1);
                const double value = ((power * t * t + sign) / (n + 2) - sign * (t + 1)) / (n + 1);
                matrix(j, i) = power + damping * slope + stiffness * value;
            }
        }
        return matrix;
    }

    /// Fills the table, from a state at z = 0 that becomes the one at the end.
    template <typename Force>
    void tabulate(const SpringDamper<Scalar>& attractor, Eigen::Index count, Force&& force, Ends& state) {
        const auto stiffness = static_cast<double>(attractor.stiffness), damping = static_cast<double>(attractor.damping);
        pieces_.clear();
        polynomials_.resize(packet, first(even_ + static_cast<Eigen::Index>(knots_.size()), 0));
        Eigen::VectorX<Scalar> forces(count);
        Eigen::MatrixXd sides(points, state.cols());
        const auto append = [&](double begin, double half, const Equations& equations) {
            for (Eigen::Index j = 0; j < points; ++j) {
                const double elapsed = half * (1 + gauss_points[static_cast<std::size_t>(j)]);
                force(static_cast<Scalar>(begin + elapsed), forces);
                sides.row(j) = -stiffness * state.row(0) - (stiffness * elapsed + damping) * state.row(1);
                sides.row(j).head(count) += forces.transpose().template cast<double>();
            }
            store(equations.solve(sides), half, state);
            pieces_.push_back({static_cast<Scalar>(begin + half), static_cast<Scalar>(1 / half)});
        };
        const auto equations = [&](double half) { return Equations(collocation(stiffness * half * half, damping * half)); };
        const double half = 0.5 / static_cast<double>(even_);
        const Equations alike = equations(half);
        for (Eigen::Index i = 0; i < even_; ++i) append(2 * half * static_cast<double>(i), half, alike);
        double begin = 1;
        for (const Scalar knot : knots_) {
            const double rest = (static_cast<double>(knot) - begin) / 2;
            append(begin, rest, equations(rest));
            begin = static_cast<double>(knot);
        }
    }

    /// The polynomials of the next piece, with the second derivatives sum_i curvatures.row(i) t^i; leads the state to its end.
    void store(const Eigen::MatrixXd& curvatures, double half, Ends& state) {
        Eigen::MatrixXd terms_of(terms, state.cols());
        terms_of.row(1) = half * state.row(1);
        terms_of.row(0) = state.row(0) + terms_of.row(1);
        for (Eigen::Index i = 2; i < terms; ++i) {
            const double n = static_cast<double>(i), sign = i % 2 == 0 ? 1 : -1;
            terms_of.row(i) = half * half / (n * (n - 1)) * curvatures.row(i - 2);
            terms_of.row(1) += sign * n * terms_of.row(i);
            terms_of.row(0) += sign * (n - 1) * terms_of.row(i);
        }
        state.setZero();
        for (Eigen::Index i = 0; i < terms; ++i) {
            state.row(0) += terms_of.row(i);
            state.row(1) += static_cast<double>(i) / half * terms_of.row(i);
        }
        for (Eigen::Index i = 0; i < packets_; ++i) {
            polynomials_.template middleCols<terms>(first(static_cast<Eigen::Index>(pieces_.size()), i)) =
                terms_of.middleCols<packet>(i * packet).transpose().template cast<Scalar>();
        }
    }

    Eigen::Index packets_, even_;
    bool is_periodic_;
    std::vector<Scalar> knots_;
    std::vector<Piece> pieces_;
    Eigen::Matrix<Scalar, packet, Eigen::Dynamic> polynomials_;  // [8 x pieces * packets * terms], what is looked at together side by side
};

}  // namespace primore
