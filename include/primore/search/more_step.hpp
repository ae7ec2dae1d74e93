// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/search/gaussian.hpp>
#include <primore/search/quadratic_surrogate.hpp>
#include <primore/search/trust_region.hpp>
#include <primore/search/update_report.hpp>

namespace primore {

/// What one MORE step did.
template <std::floating_point Scalar>
struct MoreStep {
    UpdateReport<Scalar> report;
    Eigen::VectorX<Scalar> mean_shift;  ///< S^-1/2 (m' - m) [N], in units of the distribution before
};

/// One MORE step [Abdolmaleki15, section 2]: the distribution that the model expects most of, within a bound on the divergence from the
/// one before and one on the loss of entropy.
///
/// @param distribution  the search distribution, replaced by the new one unless that is no longer representable
/// @param model         of the returns
/// @param kl_bound      positive
/// @param entropy_loss  not negative: how far the entropy may fall
template <std::floating_point Scalar>
[[nodiscard]] MoreStep<Scalar> more_step(Gaussian<Scalar>& distribution, const QuadraticModel<Scalar>& model, Scalar kl_bound,
                                         Scalar entropy_loss) {
    const Eigen::MatrixX<Scalar>& root = distribution.root().root;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(root * model.curvature * root);
    const Eigen::MatrixX<Scalar>& axes = eigen.eigenvectors();
    const Eigen::VectorX<Scalar> slope = root * (model.slope - model.curvature * distribution.mean());
    const Eigen::VectorX<Scalar> gradient = axes.transpose() * slope;
    const JointStep<Scalar> step = joint_step<Scalar>(eigen.eigenvalues(), gradient, kl_bound, -entropy_loss);

    const Scalar entropy_before = distribution.entropy();
    const Eigen::VectorX<Scalar> mean_shift = axes * step.shift;
    Eigen::MatrixX<Scalar> factor = root * axes;
    factor.array().rowwise() *= step.scale.array().sqrt().transpose();
    Gaussian<Scalar> next(distribution.mean() + root * mean_shift, factor * factor.transpose());
    if (!is_representable(next)) {
        return {{.entropy = entropy_before, .condition = distribution.root().condition()}, Eigen::VectorX<Scalar>::Zero(mean_shift.size())};
    }
    distribution = std::move(next);
    const Scalar kl_mean = mean_shift.squaredNorm() / Scalar(2), entropy = distribution.entropy();
    return {{.stage = SurrogateStage::full,
             .kl_mean = kl_mean,
             .kl_covariance = step.kl - kl_mean,
             .entropy = entropy,
             .entropy_change = entropy - entropy_before,
             .condition = distribution.root().condition(),
             .kl_multiplier = step.kl_multiplier,
             .entropy_multiplier = step.entropy_multiplier},
            mean_shift};
}

}  // namespace primore
