// SPDX-License-Identifier: MIT
#pragma once

// The functions of BBOB with many optima, in the order of [HansenFinck09]; symbols as in landscape.hpp.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Core>

#include "gallagher.hpp"
#include "landscape.hpp"
#include "legacy_random.hpp"
#include "transformations.hpp"

namespace primore_benchmark::bbob {

// Functions with many optima and adequate global structure ----------------------------------------------------------------------

/// 10 (N - sum_i cos(2 pi t_i)) + |t|^2, t = R Lambda^10 Q T_asy^0.2(T_osz(R z)).
inline Landscape rastrigin(const Draw& draw) {
    return {draw.optimum(), [R = draw.R(), map = draw.R_Lambda_Q(10)](const VectorXd&, const VectorXd& z) {
                const VectorXd t = map * skewed(oscillated(R * z), 0.2);
                return ripples(t) + t.squaredNorm();
            }};
}

/// w(t) = sum_(k = 0 .. 11) 1/2^k cos(2 pi 3^k (t + 1/2)).
[[nodiscard]] inline double weierstrass_sum(double t) {
    double sum = 0, weight = 1, frequency = 2 * std::numbers::pi;
    for (int k = 0; k < 12; ++k, weight /= 2, frequency *= 3) sum += weight * std::cos(frequency * (t + 0.5));
    return sum;
}

/// 10 (1/N sum_i w(t_i) - w(0))^3 + 10/N f_pen(x), t = R Lambda^(1/100) Q T_osz(R z).
inline Landscape weierstrass(const Draw& draw) {
    return {draw.optimum(), [R = draw.R(), map = draw.R_Lambda_Q(0.01), lowest = weierstrass_sum(0)](const VectorXd& x, const VectorXd& z) {
                const VectorXd t = map * oscillated(R * z);
                double sum = 0;
                for (const double ti : t) sum += weierstrass_sum(ti) - lowest;
                const auto n = static_cast<double>(t.size());
                return 10 * std::pow(sum / n, 3) + 10 / n * boundary_penalty(x);
            }};
}

/// (1/(N-1) sum_i sqrt(s_i) (1 + sin(50 s_i^(1/5))^2))^2 + 10 f_pen(x), s_i = |(t_i, t_(i+1))|, t = Lambda^alpha Q T_asy^0.5(R z).
inline Landscape schaffer_f7(const Draw& draw, double alpha) {
    const MatrixXd map = powers(std::sqrt(alpha), draw.n).asDiagonal() * draw.Q();
    return {draw.optimum(), [R = draw.R(), map](const VectorXd& x, const VectorXd& z) {
                const VectorXd t = map * skewed(R * z, 0.5);
                double sum = 0;
                for (Index i = 0; i + 1 < t.size(); ++i) {
                    const double s = std::hypot(t(i), t(i + 1)), wave = std::sin(50 * std::pow(s, 0.2));
                    sum += std::sqrt(s) * (1 + wave * wave);
                }
                const double mean = sum / static_cast<double>(t.size() - 1);
                return mean * mean + 10 * boundary_penalty(x);
            }};
}

inline Landscape schaffer(const Draw& draw) { return schaffer_f7(draw, 10); }
inline Landscape schaffer_ill_conditioned(const Draw& draw) { return schaffer_f7(draw, 1000); }

/// 10/(N-1) sum_i (s_i / 4000 - cos s_i) + 10, s = rosenbrock_terms(t), t = max(1, sqrt(N) / 8) Q x + 1/2.
inline Landscape griewank_rosenbrock(const Draw& draw) {
    const double zoom = rosenbrock_zoom(draw.n);
    const MatrixXd map = zoom * draw.Q();
    return {where_rotated_is_one(map, zoom), [map](const VectorXd&, const VectorXd& z) {
                const ArrayXd s = rosenbrock_terms(((map * z).array() + 1).matrix());
                return 10 * (s / 4000 - s.cos() + 1).mean();
            }};
}

// Functions with many optima and weak global structure --------------------------------------------------------------------------

/// Random signs of the coordinates of a vector with equal entries.
[[nodiscard]] inline VectorXd with_signs(double magnitude, const VectorXd& signs) {
    return signs.unaryExpr([magnitude](double sign) { return std::copysign(magnitude, sign); });
}

/// -1/(100 N) sum_i t_i sin(sqrt |t_i|) + 4.18983 + 100 f_pen(t / 100), t = 100 (Lambda^10 (h - c) + c), c = 2 |x_opt| = 4.2096874637,
/// h_1 = y_1, h_(i+1) = y_(i+1) + 1/4 (y_i - c), y_i = 2 sign(x_opt_i) x_i.
inline Landscape schwefel(const Draw& draw) {
    static constexpr double c = 4.2096874637;
    const VectorXd optimum = with_signs(c / 2, legacy_uniform(draw.n, draw.seed).array() - 0.5);
    return {optimum,
            [signs = VectorXd(with_signs(2, optimum)), scale = powers(std::sqrt(10.0), draw.n)](const VectorXd& x, const VectorXd&) {
                const VectorXd y = signs.cwiseProduct(x).array() - c;
                VectorXd h = y;
                h.tail(h.size() - 1) += 0.25 * y.head(h.size() - 1);
                const VectorXd t = 100 * (scale.cwiseProduct(h).array() + c);
                const double waves = (t.array() * t.array().abs().sqrt().sin()).mean();
                return 4.189828872724339 - 0.01 * waves + 100 * boundary_penalty(t / 100);
            }};
}

/// T_osz(10 - max_i w_i exp(-1/(2N) (x - y_i)' Q' C_i Q (x - y_i)))^2 + f_pen(x).
inline Landscape gallagher(const Draw& draw, const GallagherOptions& options) {
    const GallagherPeaks peaks(draw.Q(), draw.seed, options);
    return {peaks.highest(), [peaks](const VectorXd& x, const VectorXd&) {
                const double below = oscillated(10 - peaks.height(x));
                return below * below + boundary_penalty(x);
            }};
}

inline Landscape gallagher_101(const Draw& draw) { return gallagher(draw, {.peaks = 101, .highest_condition = 1e3, .width = 10}); }
inline Landscape gallagher_21(const Draw& draw) { return gallagher(draw, {.peaks = 21, .highest_condition = 1e6, .width = 9.8}); }

/// 10/N^2 (prod_i (1 + i sum_(j = 1 .. 32) |2^j t_i - round(2^j t_i)| / 2^j)^(10 / N^1.2) - 1) + f_pen(x), t = R Lambda^100 Q z.
inline Landscape katsuura(const Draw& draw) {
    return {draw.optimum(), [map = draw.R_Lambda_Q(100)](const VectorXd& x, const VectorXd& z) {
                const VectorXd t = map * z;
                const auto n = static_cast<double>(t.size());
                double log_product = 0;
                for (Index i = 0; i < t.size(); ++i) {
                    double roughness = 0, zoom = 2;
                    for (int j = 1; j <= 32; ++j, zoom *= 2) roughness += std::abs(zoom * t(i) - std::floor(zoom * t(i) + 0.5)) / zoom;
                    log_product += std::log1p(static_cast<double>(i + 1) * roughness);
                }
                return 10 / (n * n) * std::expm1(10 / std::pow(n, 1.2) * log_product) + boundary_penalty(x);
            }};
}

/// min(sum_i (y_i - m_0)^2, N + s sum_i (y_i - m_1)^2) + 10 (N - sum_i cos(2 pi t_i)) + 10^4 f_pen(x),
/// y_i = 2 sign(x_opt_i) x_i, t = R Lambda^100 Q (y - m_0), m_0 = 2.5, m_1 = -sqrt((m_0^2 - 1) / s), s = 1 - 1 / (2 sqrt(N + 20) - 8.2).
inline Landscape lunacek_bi_rastrigin(const Draw& draw) {
    static constexpr double m0 = 2.5;
    const auto n = static_cast<double>(draw.n);
    const double s = 1 - 1 / (2 * std::sqrt(n + 20) - 8.2), m1 = -std::sqrt((m0 * m0 - 1) / s);
    const VectorXd optimum = with_signs(m0 / 2, legacy_normal(draw.n, draw.seed));
    return {optimum, [n, s, m1, signs = VectorXd(with_signs(2, optimum)), map = draw.R_Lambda_Q(100)](const VectorXd& x, const VectorXd&) {
                const VectorXd y = signs.cwiseProduct(x);
                const double near = (y.array() - m0).square().sum(), far = n + s * (y.array() - m1).square().sum();
                const VectorXd t = map * (y.array() - m0).matrix();
                return std::min(near, far) + ripples(t) + 1e4 * boundary_penalty(x);
            }};
}

}  // namespace primore_benchmark::bbob
