// SPDX-License-Identifier: MIT
#pragma once

// Trust-region steps of a Gaussian on a quadratic model as scalar problems.
//
// Model R(w) = -1/2 w'Aw + a'w + a0, old distribution N(m, S), S = F F'. In the coordinates u of w = m + F V u, with
// F'AF = V diag(b) V' and h = V'F'(a - A m), the model is R = const + h'u - 1/2 u' diag(b) u and the old distribution is N(0, I):
// every step below needs only b (the curvature along each axis) and h (the gradient), and costs O(N) per evaluation.
//
//   symbol  | name            symbol     | name
//   b       | curvature       u          | shift
//   h       | gradient        s          | scale (of the variance along each axis)
//   lambda, nu, eta, omega    | multiplier(s) of the constraints
//
// Each multiplier is kept as floor + excess with floor = max(0, -b_min), so that nothing cancels next to the pole.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// The shift of the mean within 1/2 |u|^2 <= bound that maximises the model.
template <std::floating_point Scalar>
struct MeanStep {
    Eigen::VectorX<Scalar> shift;  ///< u [N]
    Scalar multiplier = 0;         ///< lambda; 0 if the bound is not active
    Scalar kl = 0;                 ///< 1/2 |u|^2
};

/// The scaling of the variances within KL <= bound that maximises the expected model and entropy trade-off of CAS-MORE.
template <std::floating_point Scalar>
struct CovarianceStep {
    Eigen::VectorX<Scalar> scale;  ///< s [N], positive
    Scalar multiplier = 0;         ///< nu; 0 if the model has no curvature
    Scalar kl = 0;                 ///< 1/2 sum (s - 1 - ln s)
};

/// Shift and scaling under one bound on the divergence and one on the entropy.
template <std::floating_point Scalar>
struct JointStep {
    Eigen::VectorX<Scalar> shift;   ///< u [N]
    Eigen::VectorX<Scalar> scale;   ///< s [N]
    Scalar kl_multiplier = 0;       ///< eta; 0 if that bound is not active
    Scalar entropy_multiplier = 0;  ///< omega; 0 if that bound is not active
    Scalar kl = 0;                  ///< 1/2 sum (s + u^2 - 1 - ln s)
    Scalar entropy_change = 0;      ///< 1/2 sum ln s
};

namespace detail {

/// ln(1 + t) - t / (1 + t), given 1 + t, without the cancellation for small t.
template <std::floating_point Scalar>
[[nodiscard]] Scalar log_minus_fraction(Scalar t, Scalar one_plus_t) noexcept {
    if (std::abs(t) > Scalar(0.02)) return std::log(one_plus_t) - t / one_plus_t;
    Scalar sum = 0, power = t;  // sum over k >= 2 of (-1)^k (k - 1) / k t^k
    for (int k = 2; k <= 12; ++k) {
        power *= -t;
        sum -= power * static_cast<Scalar>(k - 1) / static_cast<Scalar>(k);
    }
    return sum;
}

/// The root of a decreasing function f(e^x) = target > 0 over the logarithm x of a multiplier: Newton on ln f where it
/// stays in the bracket, bisection where it does not. `evaluate(e^x)` returns {f, df/dx}. Always ends.
template <std::floating_point Scalar, typename Evaluate>
[[nodiscard]] Scalar log_root(Scalar start, Scalar target, Evaluate&& evaluate) {
    const Scalar infinite = std::numeric_limits<Scalar>::infinity();
    const Scalar least = std::log(std::numeric_limits<Scalar>::min()), most = std::log(std::numeric_limits<Scalar>::max()) / 2;
    Scalar low = -infinite, high = infinite, x = std::clamp(std::log(start), least, most), stride = 1;
    for (int iteration = 0; iteration < 200; ++iteration) {
        const auto [value, slope] = evaluate(std::exp(x));
        (value > target ? low : high) = x;
        if (value == target || low >= most || high <= least) break;
        Scalar next = x - std::log(value / target) * value / slope;
        const bool usable = is_finite(next) && next > low && next < high && std::abs(next - x) < Scalar(4);
        if (!usable) {
            const bool open = !is_finite(low) || !is_finite(high);
            next = open ? std::clamp(value > target ? x + stride : x - stride, least, most) : (low + high) / 2;
            if (open) stride *= 2;
        }
        const Scalar change = std::abs(next - x);
        x = next;
        if (change <= Scalar(2) * std::numeric_limits<Scalar>::epsilon() * std::max(Scalar(1), std::abs(x))) break;
    }
    return std::exp(x);
}

template <std::floating_point Scalar>
void require_spectrum(const char* where, const Eigen::VectorX<Scalar>& curvature, const Eigen::VectorX<Scalar>& gradient) {
    require_at_least(where, "the size of curvature", curvature.size(), 1);
    require_size(where, "gradient", gradient.size(), curvature.size(), "the size of curvature");
    require_finite(where, "curvature", curvature);
    require_finite(where, "gradient", gradient);
}

}  // namespace detail

/// Maximises h'u - 1/2 u' diag(b) u subject to 1/2 |u|^2 <= bound: the trust-region sub-problem [NocedalWright06, section 4.3].
///
///   u_i = h_i / (b_i + lambda),   lambda >= max(0, -b_min),   1/2 |u|^2 = bound unless lambda = 0
///
/// Newton on 1/|u(lambda)| - 1/sqrt(2 bound) from a lower bound, where it is monotone. In the hard case (h has nothing along the
/// axis of the smallest b) the step is filled up along that axis. No failure but a non-finite input.
///
/// @param curvature  b [N], any signs
/// @param gradient   h [N]
/// @param bound      positive
/// @throws std::invalid_argument if sizes disagree, a number is not finite, or bound <= 0
template <std::floating_point Scalar>
[[nodiscard]] MeanStep<Scalar> mean_step(const Eigen::VectorX<Scalar>& curvature, const Eigen::VectorX<Scalar>& gradient, Scalar bound) {
    detail::require_spectrum("mean_step", curvature, gradient);
    detail::require_positive("mean_step", "bound", bound);
    const Scalar radius = std::sqrt(Scalar(2) * bound);

    // Units in which the largest of curvature and gradient is one: nothing overflows, the shift is the same.
    const Scalar unit = std::max(curvature.cwiseAbs().maxCoeff(), gradient.cwiseAbs().maxCoeff() / radius);
    if (unit < std::numeric_limits<Scalar>::min()) return {Eigen::VectorX<Scalar>::Zero(curvature.size()), 0, 0};
    const Eigen::VectorX<Scalar> h = gradient / unit;
    Eigen::Index weakest = 0;
    const Scalar least = curvature.minCoeff(&weakest);
    const Scalar floor = std::max(Scalar(0), -least / unit);
    const Eigen::VectorX<Scalar> b = floor > 0 ? ((curvature.array() - least) / unit).matrix().eval() : (curvature / unit).eval();

    MeanStep<Scalar> step;
    const auto shift_by = [&](Scalar excess) {
        step.shift = h.binaryExpr(b, [excess](Scalar hi, Scalar bi) { return hi == 0 ? Scalar(0) : hi / (bi + excess); });
    };
    Scalar excess = std::max(Scalar(0), (h.cwiseAbs() / radius - b).maxCoeff());
    shift_by(excess);
    Scalar length = step.shift.stableNorm();
    if (excess == 0 && length <= radius) {
        if (floor > 0) step.shift(weakest) += std::sqrt((radius - length) * (radius + length));  // the hard case
    } else {
        for (int iteration = 0; iteration < 100; ++iteration) {
            const auto slopes =
                step.shift.binaryExpr(b, [excess](Scalar ui, Scalar bi) { return ui == 0 ? Scalar(0) : ui * ui / (bi + excess); });
            const Scalar next = excess + length * length / slopes.sum() * (length - radius) / radius;
            if (!(next > excess)) break;
            excess = next;
            shift_by(excess);
            length = step.shift.stableNorm();
        }
    }
    step.multiplier = (floor + excess) * unit;
    step.kl = Scalar(0.5) * step.shift.squaredNorm();
    return step;
}

/// The CAS-MORE covariance step: s_i = nu / (nu + b_i) with nu > max(0, -b_min) such that KL = 1/2 sum (s_i - 1 - ln s_i) = bound
/// [Huettenrauch24, section 4.2]. Without curvature the covariance stays and nu is 0.
///
/// @param curvature  b [N], any signs
/// @param bound      positive
/// @throws std::invalid_argument if a number is not finite or bound <= 0
template <std::floating_point Scalar>
[[nodiscard]] CovarianceStep<Scalar> covariance_step(const Eigen::VectorX<Scalar>& curvature, Scalar bound) {
    detail::require_spectrum("covariance_step", curvature, curvature);
    detail::require_positive("covariance_step", "bound", bound);
    const Scalar unit = curvature.cwiseAbs().maxCoeff();
    if (unit < std::numeric_limits<Scalar>::min()) return {Eigen::VectorX<Scalar>::Ones(curvature.size()), 0, 0};
    const Eigen::ArrayX<Scalar> b = curvature.array() / unit;
    const Scalar floor = std::max(Scalar(0), -b.minCoeff());
    const Eigen::ArrayX<Scalar> distance = b + floor;  // from the pole: nu + b_i = excess + distance_i

    const auto divergence = [&](Scalar excess) {
        const Scalar nu = floor + excess;
        Scalar kl = 0, slope = 0;
        for (Eigen::Index i = 0; i < b.size(); ++i) {
            const Scalar t = b(i) / nu, one_plus_t = (excess + distance(i)) / nu;
            kl += Scalar(0.5) * detail::log_minus_fraction(t, one_plus_t);
            slope -= Scalar(0.5) * (t / one_plus_t) * (t / one_plus_t) * (excess / nu);
        }
        return std::pair{kl, slope};
    };
    const Scalar excess = detail::log_root(b.matrix().norm() / std::sqrt(Scalar(4) * bound), bound, divergence);
    return {((floor + excess) / (excess + distance)).matrix(), (floor + excess) * unit, divergence(excess).first};
}

/// The MORE step: maximises the expected model subject to KL <= kl_bound and an entropy change of at least `least_entropy_change`
/// [Abdolmaleki15, section 2]. For a given eta the entropy bound gives omega in closed form; what is left is one root in eta.
///
///   s_i = (eta + omega) / (eta + b_i),   u_i = h_i / (eta + b_i)
///
/// @param curvature             b [N], any signs
/// @param gradient              h [N]
/// @param kl_bound              positive
/// @param least_entropy_change  not positive: how far the entropy may fall
/// @throws std::invalid_argument if sizes disagree, a number is not finite, or a bound has the wrong sign
template <std::floating_point Scalar>
[[nodiscard]] JointStep<Scalar> joint_step(const Eigen::VectorX<Scalar>& curvature, const Eigen::VectorX<Scalar>& gradient, Scalar kl_bound,
                                           Scalar least_entropy_change) {
    detail::require_spectrum("joint_step", curvature, gradient);
    detail::require_positive("joint_step", "kl_bound", kl_bound);
    detail::require_not_negative("joint_step", "-least_entropy_change", -least_entropy_change);
    const auto n = static_cast<Scalar>(curvature.size());
    const Scalar unit = std::max(curvature.cwiseAbs().maxCoeff(), gradient.cwiseAbs().maxCoeff());
    if (unit < std::numeric_limits<Scalar>::min()) {
        return {Eigen::VectorX<Scalar>::Zero(curvature.size()), Eigen::VectorX<Scalar>::Ones(curvature.size())};
    }
    const Eigen::ArrayX<Scalar> b = curvature.array() / unit, h = gradient.array() / unit;
    const Scalar floor = std::max(Scalar(0), -b.minCoeff());
    const Eigen::ArrayX<Scalar> distance = b + floor;

    const auto step_at = [&](Scalar excess) {
        const Scalar eta = floor + excess;
        const Eigen::ArrayX<Scalar> denominator = excess + distance;
        const Scalar log_total = (Scalar(2) * least_entropy_change + denominator.log().sum()) / n;  // ln(eta + omega), if active
        const Scalar total = std::max(std::exp(log_total), eta);
        JointStep<Scalar> step;
        step.scale = total / denominator;
        step.shift = h / denominator;
        step.kl_multiplier = eta * unit;
        step.entropy_multiplier = (total - eta) * unit;
        step.entropy_change = Scalar(0.5) * step.scale.array().log().sum();
        for (Eigen::Index i = 0; i < b.size(); ++i) {
            const Scalar s = step.scale(i), t = (denominator(i) - total) / total;  // s = 1 / (1 + t)
            step.kl += Scalar(0.5) * (detail::log_minus_fraction(t, Scalar(1) / s) + step.shift(i) * step.shift(i));
        }
        return step;
    };
    if (floor == 0 && b.minCoeff() > 0) {  // the entropy bound alone may already keep the step inside the divergence bound
        if (auto inside = step_at(0); inside.kl <= kl_bound) return inside;
    }
    const auto divergence = [&](Scalar excess) {
        constexpr Scalar probe = Scalar(1e-4);  // the slope only guides Newton's method
        const Scalar kl = step_at(excess).kl;
        return std::pair{kl, (step_at(excess * std::exp(probe)).kl - kl) / probe};
    };
    return step_at(detail::log_root(Scalar(1), kl_bound, divergence));
}

}  // namespace primore
