// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/surrogate_stage.hpp>

namespace primore {

/// A quadratic model of the return, R(w) = -1/2 w'Aw + a'w + a0. Where A is positive definite it has a maximum.
template <std::floating_point Scalar>
struct QuadraticModel {
    Eigen::MatrixX<Scalar> curvature;  ///< A [N x N], symmetric, any definiteness
    Eigen::VectorX<Scalar> slope;      ///< a [N]
    Scalar offset = 0;                 ///< a0

    /// R(w).
    [[nodiscard]] Scalar operator()(const Eigen::Ref<const Eigen::VectorX<Scalar>>& w) const {
        return Scalar(-0.5) * w.dot(curvature * w) + slope.dot(w) + offset;
    }
};

namespace detail {

/// [M x P] features of samples [N x M]: 1, w and, by stage, w_i^2 or w_i w_j (i >= j, row by row).
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> quadratic_features(const Eigen::MatrixX<Scalar>& samples, SurrogateStage stage) {
    const Eigen::Index n = samples.rows();
    Eigen::MatrixX<Scalar> features(samples.cols(), coefficient_count(stage, n));
    features.col(0).setOnes();
    features.middleCols(1, n) = samples.transpose();
    Eigen::Index column = 1 + n;
    for (Eigen::Index i = 0; i < n && column < features.cols(); ++i) {
        for (Eigen::Index j = stage == SurrogateStage::full ? 0 : i; j <= i; ++j, ++column) {
            features.col(column) = features.col(1 + i).cwiseProduct(features.col(1 + j));
        }
    }
    return features;
}

}  // namespace detail

/// Fits a quadratic model to samples by ridge regression.
///
/// Full models are fitted to whitened samples (own mean and covariance), which makes the normal equations well conditioned
/// wherever the samples lie; the others to the samples as they are. Every feature but the constant is standardised. The ridge pulls towards
/// a prior that is zero but for -1 / sqrt(2 N) on the squares, a faint concavity that only shows where there are no data [Huettenrauch24,
/// section 4.3].
///
/// @param samples  [N x M]
/// @param returns  [M]
/// @param stage    not none
/// @param ridge    weight of the prior on every coefficient but the constant, not negative
/// @throws std::invalid_argument if sizes disagree, a number is not finite, or there are fewer than two samples
template <std::floating_point Scalar>
[[nodiscard]] QuadraticModel<Scalar> fit_quadratic(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns,
                                                   SurrogateStage stage, Scalar ridge) {
    constexpr auto where = "fit_quadratic";
    detail::require_at_least(where, "the number of samples", samples.cols(), 2);
    detail::require_population(where, samples, returns);
    const Eigen::Index n = samples.rows(), m = samples.cols();

    // Whiten: w = centre + L z.
    Eigen::VectorX<Scalar> centre = Eigen::VectorX<Scalar>::Zero(n);
    Eigen::MatrixX<Scalar> whitened = samples;
    Eigen::MatrixX<Scalar> lower = Eigen::MatrixX<Scalar>::Identity(n, n);
    if (stage == SurrogateStage::full) {
        centre = samples.rowwise().mean();
        whitened.colwise() -= centre;
        const Eigen::LLT<Eigen::MatrixX<Scalar>> cholesky(whitened * whitened.transpose() / static_cast<Scalar>(m - 1));
        if (cholesky.info() == Eigen::Success) lower = cholesky.matrixL();
    }
    lower.template triangularView<Eigen::Lower>().solveInPlace(whitened);

    // Standardise the features and solve (F'F + ridge) theta = F'y + ridge theta_0 for the coefficients but the constant.
    Eigen::MatrixX<Scalar> features = detail::quadratic_features<Scalar>(whitened, stage);
    const Eigen::Index count = features.cols() - 1;
    const Eigen::RowVectorX<Scalar> means = features.rightCols(count).colwise().mean();
    features.rightCols(count).rowwise() -= means;
    Eigen::VectorX<Scalar> deviations = (features.rightCols(count).colwise().squaredNorm() / static_cast<Scalar>(m - 1)).cwiseSqrt();
    deviations = (deviations.array() > 0).select(deviations, Scalar(1));
    features.rightCols(count) *= deviations.cwiseInverse().asDiagonal();

    Eigen::VectorX<Scalar> prior = Eigen::VectorX<Scalar>::Zero(count);
    if (stage == SurrogateStage::diagonal) prior.tail(n).setConstant(Scalar(-1) / std::sqrt(static_cast<Scalar>(2 * n)));
    if (stage == SurrogateStage::full) {
        for (Eigen::Index i = 0, column = n; i < n; ++i, column += i)
            prior(column + i) = Scalar(-1) / std::sqrt(static_cast<Scalar>(2 * n));
    }
    const Scalar mean_return = returns.mean();
    Eigen::MatrixX<Scalar> normal = Eigen::MatrixX<Scalar>::Zero(count, count);
    normal.template selfadjointView<Eigen::Lower>().rankUpdate(features.rightCols(count).transpose());
    normal.diagonal().array() += ridge;
    const Eigen::VectorX<Scalar> right_side =
        features.rightCols(count).transpose() * (returns.array() - mean_return).matrix() + ridge * prior;
    const Eigen::LDLT<Eigen::MatrixX<Scalar>> factorization(normal);
    const Eigen::VectorX<Scalar> theta = factorization.solve(right_side).cwiseQuotient(deviations);

    // Back to the parameters: z = L^-1 (w - centre).
    Eigen::MatrixX<Scalar> curvature = Eigen::MatrixX<Scalar>::Zero(n, n);
    for (Eigen::Index i = 0, column = n; i < n && column < count; ++i) {
        for (Eigen::Index j = stage == SurrogateStage::full ? 0 : i; j <= i; ++j, ++column) {
            curvature(i, j) -= theta(column);
            curvature(j, i) -= theta(column);
        }
    }
    const auto inverse_transpose = lower.template triangularView<Eigen::Lower>().transpose();
    QuadraticModel<Scalar> model;
    curvature = inverse_transpose.solve(curvature);
    model.curvature = inverse_transpose.solve(curvature.transpose());
    model.curvature = Scalar(0.5) * (model.curvature + model.curvature.transpose()).eval();
    const Eigen::VectorX<Scalar> slope_at_centre = inverse_transpose.solve(theta.head(n));
    const Eigen::VectorX<Scalar> pull = model.curvature * centre;
    model.slope = slope_at_centre + pull;
    model.offset = mean_return - means.dot(theta) - slope_at_centre.dot(centre) - Scalar(0.5) * centre.dot(pull);
    return model;
}

}  // namespace primore
