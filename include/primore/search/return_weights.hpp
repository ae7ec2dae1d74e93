// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/require.hpp>
#include <primore/search/trust_region.hpp>

namespace primore {

/// Weights of samples, not negative, that sum to 1.
template <std::floating_point Scalar>
struct Weighting {
    Eigen::VectorX<Scalar> weights;          ///< [M]
    std::optional<Scalar> temperature = {};  ///< eta of exp(R / eta), in units of the return

    /// As many equal weights would average as well: 1 / sum w^2.
    [[nodiscard]] Scalar effective_samples() const { return Scalar(1) / weights.squaredNorm(); }
};

namespace detail {

/// Returns [M] brought to (R - max) / (max - min), in [-1, 0], and that range; all zeros if every return is the same.
template <std::floating_point Scalar>
[[nodiscard]] std::pair<Eigen::VectorX<Scalar>, Scalar> below_the_best(const char* where, const Eigen::VectorX<Scalar>& returns) {
    require_at_least(where, "the number of returns", returns.size(), 1);
    require_finite(where, "returns", returns);
    const Scalar unit = returns.cwiseAbs().maxCoeff();  // nothing overflows in units of the largest
    if (!(unit > 0)) return {Eigen::VectorX<Scalar>::Zero(returns.size()), Scalar(0)};
    const Eigen::VectorX<Scalar> scaled = returns / unit;
    const Scalar best = scaled.maxCoeff(), range = best - scaled.minCoeff();
    if (!(range > 0)) return {Eigen::VectorX<Scalar>::Zero(returns.size()), Scalar(0)};
    return {((scaled.array() - best) / range).matrix(), range * unit};
}

}  // namespace detail

/// Episodic REPS: of all weights within a divergence bound from uniform ones those of the highest mean return [Peters10].
///
///     w_i ~ exp(R_i / eta),   sum w_i ln (M w_i) = kl_bound
///
/// The minimum of the dual in eta is this equation in one unknown, which falls from ln (M / best ones) at 0 to 0: a scalar root. If
/// the bound exceeds even the former, the best ones share all weight and eta is 0.
template <std::floating_point Scalar>
struct RepsWeights {
    Scalar kl_bound = 1;  ///< of the samples' weights. [Peters10] chooses it for the task; of 0.25, 0.5, 1 and 1.5 the best on the sphere

    /// @throws std::invalid_argument if there is no return, one is not finite, or the bound is not positive
    [[nodiscard]] Weighting<Scalar> operator()(const Eigen::VectorX<Scalar>& returns) const {
        detail::require_positive("RepsWeights", "kl_bound", kl_bound);
        const auto [below, range] = detail::below_the_best("RepsWeights", returns);
        const auto m = static_cast<Scalar>(returns.size());
        const Eigen::ArrayX<Scalar> best = (below.array() == Scalar(0)).template cast<Scalar>();
        if (range == 0 || kl_bound >= std::log(m / best.sum())) return {best / best.sum(), Scalar(0)};

        const Eigen::ArrayX<Scalar> r = below.array();
        const auto weights_at = [&r](Scalar eta) -> Eigen::ArrayX<Scalar> {
            const Eigen::ArrayX<Scalar> w = (r / eta).exp();
            return w / w.sum();
        };
        const auto divergence = [&](Scalar eta) {
            const Eigen::ArrayX<Scalar> w = weights_at(eta);
            const Scalar mean = (w * r).sum() / eta;  // ln w = r / eta - ln sum exp(r / eta)
            const Scalar kl = mean - std::log((r / eta).exp().sum() / m);
            return std::pair{kl, -(w * (r / eta - mean).square()).sum()};
        };
        const Scalar eta = detail::log_root(Scalar(1), kl_bound, divergence);
        return {weights_at(eta).matrix(), eta * range};
    }
};

/// The cross-entropy method: the best share of the samples counts equally, the others not at all [Rubinstein99].
///
/// Depends on the order of returns alone; equal returns share what their places deserve.
template <std::floating_point Scalar>
struct EliteWeights {
    Scalar elite_share = Scalar(0.25);  ///< of the samples, but at least two

    /// @throws std::invalid_argument if there is no return, one is not finite, or the share is not in (0, 1]
    [[nodiscard]] Weighting<Scalar> operator()(const Eigen::VectorX<Scalar>& returns) const {
        constexpr auto where = "EliteWeights";
        detail::require_at_least(where, "the number of returns", returns.size(), 1);
        detail::require_finite(where, "returns", returns);
        detail::require_positive(where, "elite_share", elite_share);
        if (elite_share > 1) detail::refuse(where, "elite_share", elite_share, "at most 1");
        const auto m = static_cast<Scalar>(returns.size());
        const auto elite = std::min(static_cast<std::size_t>(returns.size()),
                                    std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(elite_share * m))));
        const std::vector<Eigen::Index> order = detail::best_first(returns);
        Eigen::VectorX<Scalar> weights(returns.size());
        for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
            while (end < order.size() && returns(order[end]) == returns(order[begin])) ++end;
            const std::size_t places = std::min(end, elite) - std::min(begin, elite);
            for (std::size_t i = begin; i < end; ++i) {
                weights(order[i]) = static_cast<Scalar>(places) / static_cast<Scalar>((end - begin) * elite);
            }
        }
        return {std::move(weights)};
    }
};

/// PI^BB: normalised costs, exponentiated [StulpSigaud12, section 3.1].
///
///     w_i ~ exp(-sharpness (R_max - R_i) / (R_max - R_min))
template <std::floating_point Scalar>
struct ExponentialWeights {
    Scalar sharpness = 10;  ///< h of [StulpSigaud12]

    /// @throws std::invalid_argument if there is no return, one is not finite, or the sharpness is not positive
    [[nodiscard]] Weighting<Scalar> operator()(const Eigen::VectorX<Scalar>& returns) const {
        detail::require_positive("ExponentialWeights", "sharpness", sharpness);
        const auto [below, range] = detail::below_the_best("ExponentialWeights", returns);
        const Eigen::ArrayX<Scalar> weights = (sharpness * below.array()).exp();
        return {weights / weights.sum(), range / sharpness};
    }
};

}  // namespace primore
