// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/detail/real.hpp>
#include <primore/primitive/dmp_terms.hpp>

namespace primore {

/// How the differential equation of a DMP is integrated, whatever its forces are a sum of: DmpTerms with what a source adds to them.
///
/// `source.add_goal(z, is_over, sign, y, y')` adds what the state is when it follows the goal, `sign` times. `source.force(z, is_over,
/// out)` writes all that drives it away from there; `source.forced()` is a table of what that does, or null, by which `source.leap(from,
/// to, is_over, y, y')` carries a state. `source.before` and `source.after` surround every panel: see DmpMovement.
template <std::floating_point Scalar, typename Basis>
struct DmpPropagation {
    const DmpTerms<Scalar, Basis>& terms;

    /// From z = `from` to z = `to`, both terms.bounded(): exactly in the linear part; by the table of forced motions where the source uses
    /// it, else by Gauss-Legendre quadrature of the forces. What is older than terms.memory() is skipped, so the loop is bounded. The
    /// vectors have the same size; `scratch` is overwritten. No allocation.
    template <Real Number, typename Source, typename Vector>
    void advance(Number from, const Number& to, Source& source, Vector& position, Vector& slope, Vector& scratch) const noexcept {
        if (to - from > Number(terms.memory())) from = to - terms.memory();
        while (from < to) {
            const bool is_divided = !terms.is_rhythmic() && from < Number(1) && to > Number(1);
            const Number end = is_divided ? Number(1) : to;
            run(from, end, source, position, slope, scratch);
            from = end;
        }
    }

private:
    struct QuadraturePoint {
        Scalar offset, weight;
    };
    static constexpr std::array<QuadraturePoint, 2> short_rule{
        {{Scalar(0.21132486540518712), Scalar(0.5)}, {Scalar(0.78867513459481288), Scalar(0.5)}}};
    static constexpr std::array<QuadraturePoint, 5> long_rule{{{Scalar(0.046910077030668004), Scalar(0.11846344252809454)},
                                                               {Scalar(0.23076534494715845), Scalar(0.23931433524968324)},
                                                               {Scalar(0.5), Scalar(64) / 225},
                                                               {Scalar(0.76923465505284155), Scalar(0.23931433524968324)},
                                                               {Scalar(0.953089922969332), Scalar(0.11846344252809454)}}};

    template <Real Number, typename Source, typename Vector>
    void run(Number from, const Number& to, Source& source, Vector& position, Vector& slope, Vector& scratch) const noexcept {
        const bool is_over = !terms.is_rhythmic() && !(from < Number(1));
        if constexpr (Source::may_be_tabulated) {
            if (source.forced() && source.forced()->contains(from)) {  // as far as the table goes
                const Number end = source.forced()->contains(to) ? to : source.forced()->end();
                source.leap(from, end, is_over, position, slope);
                from = end;
                if (!(from < to)) return;
            }
        }
        const auto panel_of = [&](const Number& a, const Number& h, bool is_short) {
            if (is_short) {
                integrate(a, h, is_over, short_rule, source, position, slope, scratch);
            } else {
                integrate(a, h, is_over, long_rule, source, position, slope, scratch);
            }
        };
        if (is_over) {
            Number a = from;
            for (Scalar longest = terms.panel(detail::value_of(a)); a + longest < to; longest = terms.panel(detail::value_of(a))) {
                panel_of(a, Number(longest), false);
                a += longest;
            }
            return panel_of(a, Number(to - a), Source::is_quick && to - a <= Number(terms.panel() / 8));
        }
        const Scalar length = detail::value_of(Number(to - from)), panels = std::max(std::ceil(length / terms.panel()), Scalar(1));
        const Number h = (to - from) / panels;
        for (Scalar i = 0; i < panels; ++i) panel_of(Number(from + i * h), h, Source::is_quick && length <= terms.panel() / 8);
    }

    /// One panel from a to a + h.
    template <Real Number, typename Rule, typename Source, typename Vector>
    void integrate(const Number& a, const Number& h, bool is_over, const Rule& rule, Source& source, Vector& position, Vector& slope,
                   Vector& scratch) const noexcept {
        using Response = Eigen::Matrix<Number, 2, 1>;
        const Number b = a + h;
        Response constant = Response::Constant(Number(0)), rising = constant;  // to a force 1, and to one that rises from 0 to 1
        source.before(position, slope);
        const Eigen::Matrix<Number, 2, 2> flow = terms.linear(a, b);
        source.add_goal(a, is_over, Number(-1), position, slope);
        for (Eigen::Index i = 0; i < position.size(); ++i) {  // number by number: a tenth less time than by vectors
            const Number way = flow(0, 0) * position(i), of_slope = flow(0, 1) * slope(i);  // named: see basis/phase.hpp
            const Number pull = flow(1, 0) * position(i), left = flow(1, 1) * slope(i);
            position(i) = way + of_slope;
            slope(i) = pull + left;
        }
        for (const auto& [offset, weight] : rule) {
            const Number z = a + offset * h;
            const Response response = terms.linear(z, b).col(1) * Number(weight * h);
            source.force(z, is_over, scratch);
            position += response(0) * scratch;
            slope += response(1) * scratch;
            constant += response;
            rising += response * Number(offset);
        }
        source.add_goal(b, is_over, Number(1), position, slope);
        source.after(constant, rising, position, slope);
    }
};

}  // namespace primore
