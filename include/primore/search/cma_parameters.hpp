// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// The default population of CMA-ES and CAS-MORE for N parameters: 4 + floor(3 ln N) [Hansen23, eq. 48].
[[nodiscard]] inline Eigen::Index default_population(Eigen::Index n) {
    detail::require_at_least("default_population", "n", n, 1);
    return 4 + static_cast<Eigen::Index>(std::floor(3.0 * std::log(static_cast<double>(n))));
}

/// Which set of constants.
enum class CmaConstants {
    tutorial,  ///< [Hansen23, table 1]
    pycma,     ///< those of pycma 4.4 [Hansen19]: larger c_sigma and c_mu
    /// Those of pycma but for two. Random selection leaves the expected covariance as it is for any sum of the negative weights, so their
    /// bound 1 + c_1 / c_mu is not needed: they go seven tenths of the way from it to the two other bounds. And d_sigma is 0.95 times as
    /// large. Both are tuned on benchmarks/bbob and benchmarks/episodes_to_target.cpp: all of the way needs fewer episodes on ellipsoids,
    /// and more where the function is not quadratic.
    active,
};

/// The constants of CMA-ES, all functions of N and the population [Hansen23, table 1].
///
///   symbol | name
///   lambda | population
///   mu_eff | effective_parents
///   c_m    | 1 (the mean takes the whole weighted step)
template <std::floating_point Scalar>
struct CmaParameters {
    Eigen::VectorX<Scalar> weights;  ///< w [lambda], descending; the better half sums to 1, the worse is negative
    Eigen::Index parents = 0;        ///< mu = floor(lambda / 2)
    Scalar effective_parents = 0;    ///< mu_eff
    Scalar path_rate = 0;            ///< c_c, of the path of the covariance
    Scalar rank_one_rate = 0;        ///< c_1
    Scalar rank_mu_rate = 0;         ///< c_mu
    Scalar step_size_path_rate = 0;  ///< c_sigma
    Scalar step_size_damping = 0;    ///< d_sigma
    Scalar expected_norm = 0;        ///< chi_N, approximately E|N(0, I)|
};

/// @param n           N, at least 1
/// @param population  lambda, at least 2
/// @throws std::invalid_argument if a count is too small
template <std::floating_point Scalar>
[[nodiscard]] CmaParameters<Scalar> cma_parameters(Eigen::Index n, Eigen::Index population, CmaConstants set = CmaConstants::tutorial) {
    detail::require_at_least("cma_parameters", "n", n, 1);
    detail::require_at_least("cma_parameters", "population", population, 2);
    const auto N = static_cast<Scalar>(n);
    CmaParameters<Scalar> p;
    p.parents = population / 2;

    // w'_i = ln((lambda + 1) / 2) - ln i                                                      [Hansen23, eq. 49]
    p.weights.resize(population);
    for (Eigen::Index i = 0; i < population; ++i) {
        p.weights(i) = std::log(static_cast<Scalar>(population + 1) / Scalar(2)) - std::log(static_cast<Scalar>(i + 1));
    }
    const auto better = p.weights.head(p.parents);
    const auto worse = p.weights.tail(population - p.parents);
    p.effective_parents = better.sum() * better.sum() / better.squaredNorm();
    const Scalar effective_worse = worse.squaredNorm() > 0 ? worse.sum() * worse.sum() / worse.squaredNorm() : Scalar(0);
    const Scalar mu_eff = p.effective_parents;

    const bool tutorial = set == CmaConstants::tutorial;
    p.step_size_path_rate = (mu_eff + Scalar(2)) / (N + mu_eff + Scalar(tutorial ? 5 : 3));  // eq. 55
    p.step_size_damping =
        Scalar(1) + Scalar(2) * std::max(Scalar(0), std::sqrt((mu_eff - Scalar(1)) / (N + Scalar(1))) - Scalar(1)) + p.step_size_path_rate;
    if (set == CmaConstants::active) p.step_size_damping *= Scalar(0.95);
    p.path_rate = (Scalar(4) + mu_eff / N) / (N + Scalar(4) + Scalar(2) * mu_eff / N);  // eq. 56
    p.rank_one_rate = Scalar(2) / ((N + Scalar(1.3)) * (N + Scalar(1.3)) + mu_eff);     // eq. 57
    const Scalar surplus = Scalar(tutorial ? 0 : 0.25) + mu_eff - Scalar(2) + Scalar(1) / mu_eff;
    p.rank_mu_rate = std::min(Scalar(1) - p.rank_one_rate,  // eq. 58
                              Scalar(2) * surplus / ((N + Scalar(2)) * (N + Scalar(2)) + mu_eff));
    p.expected_norm = std::sqrt(N) * (Scalar(1) - Scalar(1) / (Scalar(4) * N) + Scalar(1) / (Scalar(21) * N * N));

    // The negative weights sum to the smallest of three bounds                                 [Hansen23, eqs. 50-53]
    Scalar bound = Scalar(1) + Scalar(2) * effective_worse / (mu_eff + Scalar(2));  // eq. 51
    if (p.rank_mu_rate > 0) {
        bound = std::min(bound, (Scalar(1) - p.rank_one_rate - p.rank_mu_rate) / (N * p.rank_mu_rate));  // eq. 52
        const Scalar balanced = std::min(bound, Scalar(1) + p.rank_one_rate / p.rank_mu_rate);           // eq. 50
        bound = balanced + Scalar(set == CmaConstants::active ? 0.7 : 0) * (bound - balanced);
    }
    const Scalar positive_sum = p.weights.cwiseMax(Scalar(0)).sum();
    const Scalar negative_sum = -p.weights.cwiseMin(Scalar(0)).sum();
    p.weights = p.weights.unaryExpr([&](Scalar w) { return w >= 0 ? w / positive_sum : w * bound / negative_sum; });
    return p;
}

}  // namespace primore
