// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/finite.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/search/trust_region.hpp>
#include <primore/search/update_report.hpp>

namespace primore {

/// Bounds of one MORE step.
template <std::floating_point Scalar>
struct MoreStepOptions {
    Scalar kl_bound;          ///< epsilon, positive: on the divergence
    Scalar entropy_loss;      ///< not negative: how far the entropy may fall
    Scalar entropy_gain = 0;  ///< added whatever the model says, beside both bounds
};

/// What one MORE step did.
template <std::floating_point Scalar>
struct MoreStep {
    UpdateReport<Scalar> report;
    Eigen::VectorX<Scalar> mean_shift;  ///< S^-1/2 (m' - m) [N], in units of the distribution before
};

/// One MORE step [Abdolmaleki15, section 2]: the distribution that the model expects most of, within a bound on the divergence from the
/// one before and one on the loss of entropy.
///
/// Nothing changes, and the report says no stage, if the model is not finite or the new distribution would leave what numbers can hold.
///
/// @param distribution  the search distribution, replaced by the new one
/// @param curvature     B [N x N] of the model const + g'u - 1/2 u'Bu of the returns, u = S^-1/2 (w - m)
/// @param slope         g [N]
template <std::floating_point Scalar>
[[nodiscard]] MoreStep<Scalar> more_step(Gaussian<Scalar>& distribution, const Eigen::MatrixX<Scalar>& curvature,
                                         const Eigen::VectorX<Scalar>& slope, const MoreStepOptions<Scalar>& options) {
    const Scalar entropy_before = distribution.entropy();
    const MoreStep<Scalar> unchanged{{.entropy = entropy_before, .condition = distribution.axes().condition()},
                                     Eigen::VectorX<Scalar>::Zero(slope.size())};
    if (!detail::is_finite(curvature.cwiseAbs().sum() + slope.cwiseAbs().sum())) return unchanged;  // beyond what numbers can hold
    const Eigen::MatrixX<Scalar>& root = distribution.root();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(curvature);
    const Eigen::MatrixX<Scalar>& axes = eigen.eigenvectors();
    const Eigen::VectorX<Scalar> gradient = axes.transpose() * slope;
    const JointStep<Scalar> step = joint_step<Scalar>(eigen.eigenvalues(), gradient, options.kl_bound, -options.entropy_loss);

    const Eigen::VectorX<Scalar> mean_shift = axes * step.shift;
    const Eigen::MatrixX<Scalar> turned = root * axes;
    const Eigen::VectorX<Scalar> scale = step.scale.cwiseSqrt() * std::exp(options.entropy_gain / static_cast<Scalar>(slope.size()));
    const Eigen::MatrixX<Scalar> factor = turned * scale.asDiagonal();
    Gaussian<Scalar> next(distribution.mean() + root * mean_shift, factor * factor.transpose());
    if (!is_representable(next)) return unchanged;
    distribution = std::move(next);
    const Scalar kl_mean = mean_shift.squaredNorm() / Scalar(2), entropy = distribution.entropy();
    return {{.stage = SurrogateStage::full,
             .kl_mean = kl_mean,
             .kl_covariance = step.kl - kl_mean,
             .entropy = entropy,
             .entropy_change = entropy - entropy_before,
             .condition = distribution.axes().condition(),
             .kl_multiplier = step.kl_multiplier,
             .entropy_multiplier = step.entropy_multiplier},
            mean_shift};
}

}  // namespace primore
