// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/finite.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/search/trust_region.hpp>
#include <primore/search/update_report.hpp>

namespace primore {

/// The evolution path of CAS-MORE: where the means went, in units of the distribution, and how long such a path should be.
template <std::floating_point Scalar>
struct EvolutionPath {
    Eigen::VectorX<Scalar> path;  ///< p [N]
    Scalar desired_length = 0;    ///< L
};

/// Bounds and rates of one CAS-MORE step.
template <std::floating_point Scalar>
struct CasMoreStepOptions {
    Scalar mean_bound;         ///< eps_mu, on 1/2 (m' - m)' S^-1 (m' - m)
    Scalar covariance_bound;   ///< eps_Sigma, on the covariance part of the divergence
    Scalar path_rate;          ///< c_sigma
    Scalar path_correlation;   ///< rho: steps more alike than this raise the entropy
    Scalar path_gain;          ///< of the entropy controller
    Scalar most_entropy_loss;  ///< per update
    Scalar most_entropy_gain;  ///< per update
    Scalar path_step;          ///< squared length of the steps for which the path's length is meant; the longest step counts as 1
    Scalar loss_share = 1;     ///< of the entropy that the path would have lost, what is
    Scalar entropy_gain = 0;   ///< whatever the path says
};

namespace detail {

/// Advances the desired length of a path of steps of squared length `step` whose neighbours have the given correlation.
template <std::floating_point Scalar>
[[nodiscard]] Scalar desired_path_length(Scalar length, Scalar rate, Scalar step, Scalar correlation) {
    const Scalar keep = Scalar(1) - rate, gain = rate * (Scalar(2) - rate) * step;
    const Scalar turn = std::cos((Scalar(1) - correlation) * std::numbers::pi_v<Scalar> / 2);
    return std::sqrt(keep * keep * length * length + gain + Scalar(2) * keep * length * std::sqrt(gain) * turn);
}

}  // namespace detail

/// One CAS-MORE step [Huettenrauch24, section 4]: the mean and the covariance each take their own trust-region step on the model;
/// then the entropy is set by comparing the evolution path of the mean with the length that it should have.
///
/// Nothing changes, and the report says no stage, if the model is not finite or the new distribution would leave what numbers can hold.
///
/// @param distribution  the search distribution, replaced by the new one
/// @param evolution     its path, advanced
/// @param curvature     B [N x N] of the model const + g'u - 1/2 u'Bu of the standardised returns, u = S^-1/2 (w - m)
/// @param slope         g [N]
/// @param stage         of the model; a linear one leaves the covariance as it is, one that is not full leaves the entropy alone
template <std::floating_point Scalar>
UpdateReport<Scalar> cas_more_step(Gaussian<Scalar>& distribution, EvolutionPath<Scalar>& evolution,
                                   const Eigen::MatrixX<Scalar>& curvature, const Eigen::VectorX<Scalar>& slope, SurrogateStage stage,
                                   const CasMoreStepOptions<Scalar>& options) {
    const Scalar entropy_before = distribution.entropy();
    const UpdateReport<Scalar> unchanged{.entropy = entropy_before, .condition = distribution.axes().condition()};
    if (!detail::is_finite(curvature.cwiseAbs().sum() + slope.cwiseAbs().sum())) return unchanged;  // beyond what numbers can hold
    const auto& root = distribution.root();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(curvature);
    const Eigen::MatrixX<Scalar>& axes = eigen.eigenvectors();
    const Eigen::VectorX<Scalar> gradient = axes.transpose() * slope;

    const MeanStep<Scalar> shift = mean_step<Scalar>(eigen.eigenvalues(), gradient, options.mean_bound);
    const CovarianceStep<Scalar> stretch = options.covariance_bound > 0
                                               ? covariance_step<Scalar>(eigen.eigenvalues(), options.covariance_bound)
                                               : CovarianceStep<Scalar>{Eigen::VectorX<Scalar>::Ones(slope.size())};
    const Eigen::VectorX<Scalar> mean_shift = axes * shift.shift;  // in units of the old distribution

    const Scalar keep = Scalar(1) - options.path_rate;
    evolution.path *= keep;
    Scalar entropy_loss = 0;
    if (stage == SurrogateStage::full) {
        const Scalar longest = std::sqrt(Scalar(2) * options.mean_bound);
        evolution.path -= std::sqrt(options.path_rate * (Scalar(2) - options.path_rate)) * mean_shift / longest;
        evolution.desired_length =
            detail::desired_path_length(evolution.desired_length, options.path_rate, options.path_step, options.path_correlation);
        entropy_loss = std::clamp(options.path_gain * (Scalar(1) - evolution.path.norm() / evolution.desired_length),
                                  -options.most_entropy_gain, options.most_entropy_loss);
        if (entropy_loss > 0) entropy_loss *= options.loss_share;
        entropy_loss -= options.entropy_gain;
    }
    const auto n = static_cast<Scalar>(distribution.size());
    const Eigen::MatrixX<Scalar> turned = root * axes;
    const Eigen::VectorX<Scalar> scale = stretch.scale.cwiseSqrt() * std::exp(-entropy_loss / n);
    const Eigen::MatrixX<Scalar> factor = turned * scale.asDiagonal();
    Gaussian<Scalar> next(distribution.mean() + root * mean_shift, factor * factor.transpose());
    if (!is_representable(next)) return unchanged;
    distribution = std::move(next);
    const Scalar entropy = distribution.entropy();
    return {.stage = stage,
            .kl_mean = shift.kl,
            .kl_covariance = stretch.kl,
            .entropy = entropy,
            .entropy_change = entropy - entropy_before,
            .condition = distribution.axes().condition(),
            .mean_multiplier = shift.multiplier,
            .covariance_multiplier = stretch.multiplier,
            .entropy_loss = entropy_loss};
}

}  // namespace primore
