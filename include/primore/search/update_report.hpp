// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>

#include <primore/search/surrogate_stage.hpp>

namespace primore {

/// What one tell() of a search did. Numbers that the search does not have, or that an update which changed nothing did not need, are
/// absent; none costs a decomposition that the update would not do anyway.
///
///   who        | fills, beside entropy, entropy_change and condition
///   CasMore    | stage, r_squared, noise_share, kl_mean, kl_covariance, mean_multiplier, covariance_multiplier, entropy_loss
///   More       | stage, r_squared, noise_share, kl_mean, kl_covariance, kl_multiplier, entropy_multiplier
///   CmaEs      | kl_mean, stalled, decomposed
///   EpisodicReps, CrossEntropyMethod, PiBb  | kl_mean, effective_samples, kl_multiplier (the temperature)
template <std::floating_point Scalar>
struct UpdateReport {
    SurrogateStage stage = SurrogateStage::none;  ///< of the model of the returns; none: too few samples for one, or a search without

    /// Of the model, leave-one-out: 1 predicts exactly, 0 no better than the mean. Absent where nobody asks for it.
    std::optional<Scalar> r_squared = {};

    /// Of what the model leaves unexplained, the part that differs between two executions of the same parameters, 0 to 1.
    std::optional<Scalar> noise_share = {};

    /// KL(new || old) of the bounded step: 1/2 (m' - m)' S^-1 (m' - m) and 1/2 (tr(S^-1 S') - N + ln |S| - ln |S'|). Of CAS-MORE before
    /// the path decides on the entropy.
    std::optional<Scalar> kl_mean = {}, kl_covariance = {};

    Scalar entropy = 0;         ///< of the distribution that the next ask() samples from
    Scalar entropy_change = 0;  ///< from the entropy before
    Scalar condition = 0;       ///< of the covariance that the next ask() samples from

    std::optional<Scalar> mean_multiplier = {};        ///< lambda, of the bound on kl_mean
    std::optional<Scalar> covariance_multiplier = {};  ///< nu, of the bound on kl_covariance
    std::optional<Scalar> kl_multiplier = {};          ///< eta, of the bound on the whole divergence
    std::optional<Scalar> entropy_multiplier = {};     ///< omega, of the bound on the entropy

    std::optional<Scalar> entropy_loss = {};  ///< beta that the path of the mean decided on; negative: entropy was added

    std::optional<Scalar> effective_samples = {};  ///< 1 / sum w^2 of the samples' weights

    std::optional<bool> stalled = {};     ///< h_sigma = 0: the rank-one path is held back because the step size grows fast
    std::optional<bool> decomposed = {};  ///< whether the eigendecomposition was refreshed
};

}  // namespace primore
