// SPDX-License-Identifier: MIT
#pragma once

// The functions of BBOB that are separable or have one optimum, in the order of [HansenFinck09]; symbols as in landscape.hpp.

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "landscape.hpp"
#include "transformations.hpp"

namespace primore_benchmark::bbob {

// Separable functions -----------------------------------------------------------------------------------------------------------

inline Landscape sphere(const Draw& draw) {
    return {draw.optimum(), [](const VectorXd&, const VectorXd& z) { return z.squaredNorm(); }};
}

/// sum_i 10^(6 (i-1)/(N-1)) T_osz(z)_i^2.
inline Landscape ellipsoid_separable(const Draw& draw) {
    return {draw.optimum(),
            [scale = powers(1e6, draw.n)](const VectorXd&, const VectorXd& z) { return scale.dot(oscillated(z).cwiseAbs2()); }};
}

/// 10 (N - sum_i cos(2 pi t_i)) + |t|^2, t = Lambda^10 T_asy^0.2(T_osz(z)).
inline Landscape rastrigin_separable(const Draw& draw) {
    return {draw.optimum(), [scale = powers(std::sqrt(10.0), draw.n)](const VectorXd&, const VectorXd& z) {
                const VectorXd t = scale.cwiseProduct(skewed(oscillated(z), 0.2));
                return ripples(t) + t.squaredNorm();
            }};
}

/// 10 (N - sum_i cos(2 pi t_i)) + |t|^2 + 100 f_pen(x), t = Lambda^10 T_osz(z), ten times as far where t_i > 0 and i is odd.
/// x_opt as in f3, but positive where i is odd.
inline Landscape bueche_rastrigin(const Draw& draw) {
    Landscape landscape{draw.optimum(), [scale = powers(std::sqrt(10.0), draw.n)](const VectorXd& x, const VectorXd& z) {
                            VectorXd t = scale.cwiseProduct(oscillated(z));
                            for (Index i = 0; i < t.size(); i += 2) t(i) *= t(i) > 0 ? 10 : 1;
                            return ripples(t) + t.squaredNorm() + 100 * boundary_penalty(x);
                        }};
    for (Index i = 0; i < draw.n; i += 2) landscape.optimum(i) = std::abs(landscape.optimum(i));
    return landscape;
}

/// sum_i s_i (x_opt_i - x_i), not below 0 in any coordinate, s_i = sign(x_opt_i) 10^((i-1)/(N-1)). x_opt is in a corner of the box.
inline Landscape linear_slope(const Draw& draw) {
    const VectorXd corner = draw.optimum().unaryExpr([](double entry) { return std::copysign(5.0, entry); });
    const VectorXd slope = powers(10, draw.n).cwiseProduct(corner / 5);
    return {corner, [slope](const VectorXd&, const VectorXd& z) { return -slope.cwiseProduct(z).cwiseMin(0).sum(); }};
}

// Functions with low or moderate conditioning -----------------------------------------------------------------------------------

/// T_osz(sum_i (s_i t_i)^2)^0.9, t = R Lambda^10 Q z, s_i = 100 where t_i x_opt_i > 0, else 1.
inline Landscape attractive_sector(const Draw& draw) {
    return {draw.optimum(), [map = draw.R_Lambda_Q(10), optimum = draw.optimum()](const VectorXd&, const VectorXd& z) {
                VectorXd t = map * z;
                for (Index i = 0; i < t.size(); ++i) t(i) *= t(i) * optimum(i) > 0 ? 100 : 1;
                return std::pow(oscillated(t.squaredNorm()), 0.9);
            }};
}

/// 0.1 max(|h_1| / 1e4, sum_i 10^(2 (i-1)/(N-1)) t_i^2) + f_pen(x), t = R round(h), h = Lambda^10 Q z; steps of 1, of 0.1 near 0.
inline Landscape step_ellipsoid(const Draw& draw) {
    const MatrixXd to_steps = powers(std::sqrt(10.0), draw.n).asDiagonal() * draw.Q();
    return {draw.optimum(), [to_steps, R = draw.R(), scale = powers(100, draw.n)](const VectorXd& x, const VectorXd& z) {
                const VectorXd h = to_steps * z;
                const VectorXd steps =
                    h.unaryExpr([](double hi) { return std::abs(hi) > 0.5 ? std::floor(hi + 0.5) : std::floor(10 * hi + 0.5) / 10; });
                return 0.1 * std::max(1e-4 * std::abs(h(0)), scale.dot((R * steps).cwiseAbs2())) + boundary_penalty(x);
            }};
}

/// The sum of rosenbrock_terms(t), t = max(1, sqrt(N) / 8) z + 1.
inline Landscape rosenbrock(const Draw& draw) {
    return {0.75 * draw.optimum(), [zoom = rosenbrock_zoom(draw.n)](const VectorXd&, const VectorXd& z) {
                return rosenbrock_terms((zoom * z.array() + 1).matrix()).sum();
            }};
}

/// The sum of rosenbrock_terms(t), t = max(1, sqrt(N) / 8) Q x + 1/2.
inline Landscape rosenbrock_rotated(const Draw& draw) {
    const double zoom = rosenbrock_zoom(draw.n);
    const MatrixXd map = zoom * draw.Q();
    return {where_rotated_is_one(map, zoom),
            [map](const VectorXd&, const VectorXd& z) { return rosenbrock_terms(((map * z).array() + 1).matrix()).sum(); }};
}

// Functions with high conditioning and one optimum ------------------------------------------------------------------------------

/// sum_i 10^(6 (i-1)/(N-1)) t_i^2, t = T_osz(R z).
inline Landscape ellipsoid(const Draw& draw) {
    return {draw.optimum(), [R = draw.R(), scale = powers(1e6, draw.n)](const VectorXd&, const VectorXd& z) {
                return scale.dot(oscillated(R * z).cwiseAbs2());
            }};
}

/// 10^6 t_1^2 + sum_(i > 1) t_i^2, t = T_osz(R z).
inline Landscape discus(const Draw& draw) {
    return {draw.optimum(), [R = draw.R()](const VectorXd&, const VectorXd& z) {
                const VectorXd t = oscillated(R * z);
                return 1e6 * t(0) * t(0) + t.tail(t.size() - 1).squaredNorm();
            }};
}

/// t_1^2 + 10^6 sum_(i > 1) t_i^2, t = R T_asy^0.5(R z). x_opt is drawn from the seed of R.
inline Landscape bent_cigar(const Draw& draw) {
    return {legacy_optimum(draw.n, draw.seed + 1000000), [R = draw.R()](const VectorXd&, const VectorXd& z) {
                const VectorXd t = R * skewed(R * z, 0.5);
                return t(0) * t(0) + 1e6 * t.tail(t.size() - 1).squaredNorm();
            }};
}

/// t_1^2 + 100 sqrt(sum_(i > 1) t_i^2), t = R Lambda^10 Q z.
inline Landscape sharp_ridge(const Draw& draw) {
    return {draw.optimum(), [map = draw.R_Lambda_Q(10)](const VectorXd&, const VectorXd& z) {
                const VectorXd t = map * z;
                return t(0) * t(0) + 100 * t.tail(t.size() - 1).norm();
            }};
}

/// sqrt(sum_i |t_i|^(2 + 4 (i-1)/(N-1))), t = R z.
inline Landscape different_powers(const Draw& draw) {
    const ArrayXd exponents = ArrayXd::LinSpaced(draw.n, 2, 6);
    return {draw.optimum(), [R = draw.R(), exponents](const VectorXd&, const VectorXd& z) {
                return std::sqrt((R * z).array().abs().pow(exponents).sum());
            }};
}

}  // namespace primore_benchmark::bbob
