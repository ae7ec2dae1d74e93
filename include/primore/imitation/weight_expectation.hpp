// SPDX-License-Identifier: MIT
#pragma once

// What noisy demonstrations say about their weights, when a distribution of the weights and the noise are given.
//
//     weights of demonstration i      w_i ~ normal(m, S)
//     its positions                   y_i = start + Phi_i w_i + normal noise, of variance v_d in degree of freedom d
//
//     symbol       | name
//     m, S         | weights.mean, weights.covariance [P D]
//     v_d          | noise_variance [D]
//     Phi = Q R    | CompressedDemonstrations: |Phi w - y|^2 = |R w - q|^2 + rest
//     S = A A'     | whitened weights u, w = m + A u: given y they solve a ridge regression of regularisation 1

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/detail/multiply.hpp>
#include <primore/detail/qr_factorization.hpp>
#include <primore/distribution/weight_distribution.hpp>
#include <primore/imitation/design_matrix.hpp>
#include <primore/imitation/ridge_regression.hpp>

namespace primore {

/// How weights vary from demonstration to demonstration, and how noisy the samples are.
template <std::floating_point Scalar>
struct WeightModel {
    WeightDistribution<Scalar> weights;
    Eigen::VectorX<Scalar> noise_variance;  ///< [D] of a sampled position
};

/// All that n demonstrations sampled at the same T times say about weights and noise, in p = min(T, P) rows.
template <std::floating_point Scalar>
struct CompressedDemonstrations {
    Eigen::MatrixX<Scalar> root;        ///< R [p x P]
    Eigen::MatrixX<Scalar> targets;     ///< q [p x D n]
    Eigen::MatrixX<Scalar> rest;        ///< [D x n] what no weights explain, squared
    Eigen::Index sample_count = 0;      ///< T
    std::vector<Eigen::Index> members;  ///< [n] which demonstrations
};

/// @param noise_correlation  c: each noise is c times that of the next sample plus an independent part, whose variance is then meant
template <std::floating_point Scalar>
[[nodiscard]] CompressedDemonstrations<Scalar> compress(DesignMatrix<Scalar> design, Scalar noise_correlation = 0) {
    const Eigen::Index count = design.functions.rows(), dofs = design.targets.cols() / static_cast<Eigen::Index>(design.members.size());
    for (Eigen::Index row = 0; row + 1 < count && noise_correlation != Scalar(0); ++row) {
        design.functions.row(row) -= noise_correlation * design.functions.row(row + 1);
        design.targets.row(row) -= noise_correlation * design.targets.row(row + 1);
    }
    const detail::QrFactorization<Scalar> qr(design.functions);
    const Eigen::Index rows = std::min(count, design.functions.cols());
    const Eigen::MatrixX<Scalar> orthonormal = qr.orthonormal(rows);
    CompressedDemonstrations<Scalar> result;
    result.root = qr.triangle(rows);
    result.targets.noalias() = orthonormal.transpose() * design.targets;
    design.targets.noalias() -= orthonormal * result.targets;
    result.rest = design.targets.colwise().squaredNorm().reshaped(dofs, result.targets.cols() / dofs);
    result.sample_count = count;
    result.members = std::move(design.members);
    return result;
}

/// What the demonstrations say about their weights and about the noise, if a model holds.
template <std::floating_point Scalar>
struct WeightExpectation {
    Eigen::MatrixX<Scalar> means;           ///< [P D x n] of the weights of each demonstration
    Eigen::MatrixX<Scalar> covariance_sum;  ///< [P D x P D] of their covariances
    Eigen::VectorX<Scalar> squared_errors;  ///< [D] expected, of all samples together
    Eigen::Index sample_count = 0;          ///< of all demonstrations
    Scalar log_likelihood = 0;              ///< of the model

    /// The expectation step. O((P D)^3) for each set of times, nothing that grows with the number of samples.
    WeightExpectation(const WeightModel<Scalar>& model, const std::vector<CompressedDemonstrations<Scalar>>& demonstrations) {
        const Eigen::Index size = model.weights.mean.size(), dofs = model.noise_variance.size();
        Eigen::Index count = 0;
        for (const auto& set : demonstrations) count += static_cast<Eigen::Index>(set.members.size());
        means.resize(size, count);
        covariance_sum.setZero(size, size);
        squared_errors.setZero(dofs);
        const SemidefiniteRoot<Scalar> root = model.weights.root();
        for (const auto& set : demonstrations) add(model, root.matrix(), set);
        detail::mirror_lower(covariance_sum);
    }

private:
    void add(const WeightModel<Scalar>& model, const Eigen::MatrixX<Scalar>& root, const CompressedDemonstrations<Scalar>& set) {
        const Eigen::Index dofs = model.noise_variance.size(), functions = set.root.cols(), rows = set.root.rows();
        const auto count = static_cast<Eigen::Index>(set.members.size());
        const auto number = static_cast<Scalar>(count);
        const Eigen::VectorX<Scalar> precisions = model.noise_variance.cwiseSqrt().cwiseInverse();
        Eigen::MatrixX<Scalar> whitened(rows * dofs, root.cols());
        for (Eigen::Index d = 0; d < dofs; ++d) {
            detail::multiply<Scalar>(precisions(d) * set.root, root.middleRows(d * functions, functions),
                                     whitened.middleRows(d * rows, rows));
        }
        const Eigen::MatrixX<Scalar> mean = model.weights.mean.reshaped(functions, dofs), predicted = set.root * mean;
        Eigen::MatrixX<Scalar> surprises(rows * dofs, count);
        for (Eigen::Index i = 0; i < dofs * count; ++i) {  // column by column
            surprises.col(i / dofs).segment(i % dofs * rows, rows) = (set.targets.col(i) - predicted.col(i % dofs)) * precisions(i % dofs);
        }

        const RidgeFactorization<Scalar> factorization(whitened, 1);
        const Eigen::MatrixX<Scalar> u = factorization.solve(surprises);
        Eigen::MatrixX<Scalar> weights = root * u;
        weights.colwise() += model.weights.mean;
        for (Eigen::Index i = 0; i < count; ++i) means.col(set.members[static_cast<std::size_t>(i)]) = weights.col(i);
        // the covariance of the weights of each demonstration is half half'
        const Eigen::MatrixX<Scalar> lower = factorization.root().transpose();
        Eigen::MatrixX<Scalar> half = root.transpose();
        lower.template triangularView<Eigen::Lower>().solveInPlace(half);
        half.transposeInPlace();
        covariance_sum.template selfadjointView<Eigen::Lower>().rankUpdate(half, number);

        const Eigen::MatrixX<Scalar> by_dof = weights.reshaped(functions, dofs * count), residuals = set.targets - set.root * by_dof;
        for (Eigen::Index i = 0; i < residuals.cols(); ++i) squared_errors(i % dofs) += residuals.col(i).squaredNorm();
        squared_errors += set.rest.rowwise().sum();
        Eigen::MatrixX<Scalar> spread(rows, half.cols());
        for (Eigen::Index d = 0; d < dofs; ++d) {
            detail::multiply<Scalar>(set.root, half.middleRows(d * functions, functions), spread);
            squared_errors(d) += number * spread.squaredNorm();
        }
        sample_count += count * set.sample_count;
        surprises -= whitened * u;
        const Scalar distance =
            surprises.squaredNorm() + u.squaredNorm() + set.rest.rowwise().sum().cwiseQuotient(model.noise_variance).sum();
        const Scalar log_noise = (2 * std::numbers::pi_v<Scalar> * model.noise_variance.array()).log().sum();
        const Scalar log_determinant = static_cast<Scalar>(set.sample_count) * log_noise + factorization.log_determinant();
        log_likelihood -= (number * log_determinant + distance) / 2;
    }
};

}  // namespace primore
