// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/imitation/design_matrix.hpp>
#include <primore/imitation/ridge_regression.hpp>

namespace primore {

/// By what numbers of basis functions are compared. Lower is better.
enum class BasisCountCriterion {
    /// sum_d n ln(error_d / n) + (number of weights) ln(n D), the Bayesian information criterion for n samples and unknown noise in each
    /// degree of freedom [Schwarz78]
    bayesian_information,
    /// The mean squared error with which each sample is predicted from all others, in closed form [Golub79]. For noise that is
    /// independent from sample to sample; where it is not, it asks for too many functions.
    leave_one_out,
};

template <std::floating_point Scalar>
struct BasisCountScore {
    Eigen::Index count;
    Scalar score;
};

template <std::floating_point Scalar>
struct BasisCountSuggestion {
    Eigen::Index best = 0;
    std::vector<BasisCountScore<Scalar>> table;  ///< in the order of the candidates
};

/// The score of one primitive, see BasisCountCriterion.
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] Scalar basis_count_score(const Primitive& primitive, const std::vector<Demonstration<Scalar>>& demonstrations,
                                       BasisCountCriterion criterion, const RidgeOptions<Scalar>& options = {}) {
    constexpr auto where = "basis_count_score";
    detail::require_not_negative(where, "regularization", options.regularization);
    const Eigen::Index dofs = primitive.dofs();
    Eigen::VectorX<Scalar> errors = Eigen::VectorX<Scalar>::Zero(dofs), energies = errors;
    Eigen::Index samples = 0;
    for (const DesignMatrix<Scalar>& design : design_matrices(where, primitive, demonstrations, options.reading)) {
        const RidgeFactorization<Scalar> factorization(design.functions, options.regularization);
        Eigen::MatrixX<Scalar> residuals = design.targets - design.functions * factorization.solve(design.targets);
        if (criterion == BasisCountCriterion::leave_one_out) {
            const Scalar rounding = Eigen::NumTraits<Scalar>::epsilon();
            residuals.array().colwise() /= (1 - factorization.leverages().array()).max(rounding);
        }
        const auto count = static_cast<Eigen::Index>(design.members.size());
        errors += residuals.colwise().squaredNorm().reshaped(dofs, count).rowwise().sum();
        energies += design.targets.colwise().squaredNorm().reshaped(dofs, count).rowwise().sum();
        samples += count * design.functions.rows();
    }
    const auto n = static_cast<Scalar>(samples);
    if (criterion == BasisCountCriterion::leave_one_out) return errors.sum() / (n * static_cast<Scalar>(dofs));
    const Scalar rounding = Eigen::NumTraits<Scalar>::epsilon() * Eigen::NumTraits<Scalar>::epsilon();
    const auto least = (rounding * energies.array()).max(std::numeric_limits<Scalar>::min());  // no motion is fitted better than this
    const auto weights = static_cast<Scalar>(primitive.weight_count() * dofs * static_cast<Eigen::Index>(demonstrations.size()));
    return n * (errors.array().max(least) / n).log().sum() + weights * std::log(n * static_cast<Scalar>(dofs));
}

/// The number of basis functions that explains demonstrations best.
///
///     auto suggestion = suggest_basis_count(demonstrations, {3, 5, 8, 12}, [](Eigen::Index count) {
///         return ProMp<double, 7>({.duration = 2, .basis_count = count});
///     });
///
/// @param candidates  numbers to try, at least one; of equal scores the first wins
/// @param factory     makes the primitive that has a number of basis functions
/// @throws std::invalid_argument if there is no candidate, and as ridge_regression does
template <std::floating_point Scalar, std::invocable<Eigen::Index> Factory>
requires LinearPrimitive<std::invoke_result_t<Factory&, Eigen::Index>, Scalar>
[[nodiscard]] BasisCountSuggestion<Scalar> suggest_basis_count(const std::vector<Demonstration<Scalar>>& demonstrations,
                                                               const std::vector<Eigen::Index>& candidates, Factory&& factory,
                                                               BasisCountCriterion criterion = BasisCountCriterion::bayesian_information,
                                                               const RidgeOptions<Scalar>& options = {}) {
    detail::require_at_least("suggest_basis_count", "the size of candidates", static_cast<Eigen::Index>(candidates.size()), 1);
    BasisCountSuggestion<Scalar> result;
    for (const Eigen::Index count : candidates) {
        result.table.push_back({count, basis_count_score(std::invoke(factory, count), demonstrations, criterion, options)});
    }
    result.best = std::ranges::min_element(result.table, {}, &BasisCountScore<Scalar>::score)->count;
    return result;
}

}  // namespace primore
