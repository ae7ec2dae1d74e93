// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <limits>
#include <span>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <primore/episode/outcome.hpp>

namespace primore {

/// A failed episode counts as the worst finite return of its population: failures usually come from the parameters.
struct CountAsWorst {};

/// A failed episode takes no part in the update: the failure had nothing to do with the parameters.
struct Discard {};

/// A failed episode counts as this return.
template <std::floating_point Scalar>
struct Penalty {
    Scalar episode_return;
};

/// How failed episodes enter the update of a search distribution.
template <std::floating_point Scalar>
using FailurePolicy = std::variant<CountAsWorst, Discard, Penalty<Scalar>>;

/// The part of a population that an update uses.
template <std::floating_point Scalar>
struct UsableReturns {
    std::vector<Eigen::Index> samples;  ///< columns of the population
    Eigen::VectorX<Scalar> returns;     ///< one finite return for each of them
};

/// Applies a failure policy to the outcomes of one population. Empty if no outcome is finite, whatever the policy.
template <std::floating_point Scalar>
[[nodiscard]] UsableReturns<Scalar> usable_returns(std::span<const Outcome<Scalar>> outcomes, const FailurePolicy<Scalar>& policy) {
    UsableReturns<Scalar> usable;
    Scalar worst = std::numeric_limits<Scalar>::max();
    bool none_finite = true;
    for (const auto& outcome : outcomes) {
        if (outcome.failed()) continue;
        none_finite = false;
        if (outcome.episode_return < worst) worst = outcome.episode_return;
    }
    if (none_finite) return usable;

    const auto* penalty = std::get_if<Penalty<Scalar>>(&policy);
    const bool discards = std::holds_alternative<Discard>(policy);
    std::vector<Scalar> returns;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].failed() && discards) continue;
        usable.samples.push_back(static_cast<Eigen::Index>(i));
        returns.push_back(!outcomes[i].failed() ? outcomes[i].episode_return : penalty ? penalty->episode_return : worst);
    }
    usable.returns = Eigen::VectorX<Scalar>::Map(returns.data(), static_cast<Eigen::Index>(returns.size()));
    return usable;
}

}  // namespace primore
