// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/require.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/quadratic_surrogate.hpp>

namespace primore {

/// A quadratic model and how well it predicts.
template <std::floating_point Scalar>
struct LocalFit {
    QuadraticModel<Scalar> model;
    Scalar r_squared = 0;  ///< leave-one-out: 1 predicts exactly, 0 no better than the mean, negative worse; -infinity: no model
    Scalar ridge = 0;      ///< chosen: variance of the noise over that of the curvature, per sample
};

/// Bayesian quadratic regression in the frame of a search distribution: what can samples of the neighbourhood tell about a full
/// quadratic model, be they more or fewer than its coefficients?
///
/// With u = S^-1/2 (w - m) the model is c + g'u - 1/2 u'Bu with a prior that does not depend on the axes: g ~ N(0, 1000 I),
/// B symmetric with independent entries of variance 1 (2 on the diagonal), c free; in units of noise variance / ridge. So two
/// samples covary by 1000 u'v + (u'v)^2 / 2, and the M x M covariance replaces the features and their normal equations of size
/// N^2 / 2: O(M^2 (M + N)) for M samples, whatever N. One eigendecomposition serves every ridge and every target, and gives
/// the leave-one-out error of each [RasmussenWilliams06, section 5.4.2], by which the ridge is chosen.
///
/// A sample further away than the distribution usually puts one counts less, by 1 / (1 + max(0, |u|^2 / N - 1)), and not at all
/// where |u|^2 / N exceeds 1 / sqrt(epsilon): rounding would drown the near ones in it.
template <std::floating_point Scalar>
class LocalRegression {
public:
    /// @param distribution  the search distribution whose neighbourhood is modelled
    /// @param samples       [N x M], at least 2
    /// @throws std::invalid_argument if sizes disagree, a number is not finite, or there are fewer than two samples
    LocalRegression(const Gaussian<Scalar>& distribution, const Eigen::MatrixX<Scalar>& samples) : distribution_(distribution) {
        constexpr auto where = "LocalRegression";
        detail::require_at_least(where, "the number of samples", samples.cols(), 2);
        detail::require_size(where, "the number of parameters of samples", samples.rows(), distribution.size(),
                             "the size of the distribution");
        detail::require_finite(where, "samples", samples);
        const auto& root = distribution.root();
        inverse_root_ = root.axes * root.axis_deviations.cwiseInverse().asDiagonal() * root.axes.transpose();
        whitened_ = inverse_root_ * (samples.colwise() - distribution.mean());
        const auto n = static_cast<Scalar>(samples.rows());
        const Scalar furthest = Scalar(1) / std::sqrt(std::numeric_limits<Scalar>::epsilon());
        root_weights_.resize(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            const Scalar distance = whitened_.col(i).stableNorm() / std::sqrt(n);
            root_weights_(i) = distance * distance <= furthest ? Scalar(1) / std::max(Scalar(1), distance) : Scalar(0);
            if (root_weights_(i) == 0) whitened_.col(i).setZero();
        }
        if (root_weights_.isZero(0)) root_weights_.setOnes();
        shares_ = root_weights_.cwiseAbs2() / root_weights_.squaredNorm();

        // The covariance of the samples, less the free constant: centred by the weighted mean.
        Eigen::MatrixX<Scalar> kernel = whitened_.transpose() * whitened_;
        kernel = (linear_variance * kernel + kernel.cwiseAbs2() / Scalar(2)).eval();
        const Eigen::VectorX<Scalar> means = kernel * shares_;
        kernel.colwise() -= means;
        kernel.rowwise() -= means.transpose();
        kernel.array() += means.dot(shares_);
        kernel = (root_weights_.asDiagonal() * kernel * root_weights_.asDiagonal()).eval();
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(kernel);
        variances_ = eigen.eigenvalues().cwiseMax(Scalar(0));
        vectors_ = eigen.eigenvectors();
        squared_vectors_ = vectors_.cwiseAbs2();
    }

    /// The model with the ridge that predicts best; none if the targets of all samples that count are the same.
    ///
    /// @param targets  [M] returns, standardised in some way
    /// @throws std::invalid_argument if the number of targets is wrong or one is not finite
    [[nodiscard]] LocalFit<Scalar> fit(const Eigen::VectorX<Scalar>& targets) const {
        detail::require_size("LocalRegression::fit", "targets", targets.size(), whitened_.cols(), "the number of samples");
        detail::require_finite("LocalRegression::fit", "targets", targets);
        const Scalar mean = shares_.dot(targets);
        const Eigen::VectorX<Scalar> centred = root_weights_.cwiseProduct((targets.array() - mean).matrix());
        const Scalar rounding = Scalar(16) * std::numeric_limits<Scalar>::epsilon() * root_weights_.cwiseProduct(targets).norm();
        const Eigen::VectorX<Scalar> components = vectors_.transpose() * centred;
        const auto m = static_cast<Scalar>(targets.size());
        const Scalar least_noise = Scalar(10) * std::numeric_limits<Scalar>::epsilon() * variances_.maxCoeff();

        LocalFit<Scalar> best;
        best.model = {Eigen::MatrixX<Scalar>::Zero(whitened_.rows(), whitened_.rows()), Eigen::VectorX<Scalar>::Zero(whitened_.rows()),
                      mean};
        best.r_squared = -std::numeric_limits<Scalar>::infinity();
        if (!(centred.norm() > rounding)) return best;
        Eigen::VectorX<Scalar> duals;
        for (Scalar ridge = strongest_ridge; ridge >= weakest_ridge; ridge /= Scalar(10)) {
            const Scalar noise = std::max(ridge * m, least_noise);
            const Eigen::VectorX<Scalar> shrinkage = (variances_.array() / noise + Scalar(1)).inverse();
            const Eigen::VectorX<Scalar> residuals = vectors_ * shrinkage.cwiseProduct(components);
            const Eigen::VectorX<Scalar> freedom =
                (squared_vectors_ * shrinkage - shares_).cwiseMax(std::numeric_limits<Scalar>::epsilon());
            const Scalar r_squared = Scalar(1) - residuals.cwiseQuotient(freedom).squaredNorm() / centred.squaredNorm();
            if (!(r_squared > best.r_squared)) continue;
            best.r_squared = r_squared;
            best.ridge = ridge;
            duals = root_weights_.cwiseProduct(residuals) / noise;
        }
        if (duals.size() > 0) best.model = model(duals - shares_ * duals.sum(), targets);
        return best;
    }

private:
    static constexpr Scalar linear_variance = 1000;  // of the slope against that of the curvature: next to no shrinkage
    static constexpr Scalar strongest_ridge = Scalar(10), weakest_ridge = Scalar(1e-9);

    [[nodiscard]] QuadraticModel<Scalar> model(const Eigen::VectorX<Scalar>& duals, const Eigen::VectorX<Scalar>& targets) const {
        const Eigen::MatrixX<Scalar> curvature = -(whitened_ * duals.asDiagonal() * whitened_.transpose());
        const Eigen::VectorX<Scalar> slope = linear_variance * (whitened_ * duals);
        const Eigen::VectorX<Scalar> varying =
            whitened_.transpose() * slope - (whitened_.cwiseProduct(curvature * whitened_)).colwise().sum().transpose() / Scalar(2);
        const auto& centre = distribution_.mean();
        QuadraticModel<Scalar> result;
        result.curvature = inverse_root_ * curvature * inverse_root_;
        const Eigen::VectorX<Scalar> slope_at_centre = inverse_root_ * slope;
        result.slope = slope_at_centre + result.curvature * centre;
        result.offset = shares_.dot(targets - varying) - slope_at_centre.dot(centre) - Scalar(0.5) * centre.dot(result.curvature * centre);
        return result;
    }

    Gaussian<Scalar> distribution_;
    Eigen::MatrixX<Scalar> inverse_root_;     // S^-1/2 [N x N]
    Eigen::MatrixX<Scalar> whitened_;         // u [N x M]
    Eigen::VectorX<Scalar> root_weights_;     // [M]
    Eigen::VectorX<Scalar> shares_;           // [M] weights that sum to 1
    Eigen::VectorX<Scalar> variances_;        // [M] eigenvalues of the covariance of the samples
    Eigen::MatrixX<Scalar> vectors_;          // [M x M]
    Eigen::MatrixX<Scalar> squared_vectors_;  // [M x M]
};

}  // namespace primore
