// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Core>

#include "support/linear_algebra.hpp"

namespace primore_test {

/// Expectation maximisation as it stands in the textbook: every demonstration with all its samples and all degrees of freedom in one dense
/// regression y = X w + noise, w ~ N(mean, covariance), noise ~ N(0, variances), every matrix inverted. To compare with.
struct TextbookEm {
    std::vector<Eigen::MatrixXd> designs;  // X [D T x P D] of each demonstration, dof-major
    std::vector<Eigen::VectorXd> targets;  // y [D T]
    Eigen::Index dofs = 1;
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
    Eigen::VectorXd variances;  // [D]

    /// @param functions  [T x P] of each demonstration
    /// @param positions  [T x D] of each demonstration
    TextbookEm(const std::vector<Eigen::MatrixXd>& functions, const std::vector<Eigen::MatrixXd>& positions, double noise_correlation)
        : dofs(positions.front().cols()) {
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const Eigen::Index samples = functions[i].rows(), count = functions[i].cols();
            Eigen::MatrixXd whitening = Eigen::MatrixXd::Identity(samples, samples);
            whitening.diagonal(1).setConstant(-noise_correlation);
            Eigen::MatrixXd design = Eigen::MatrixXd::Zero(dofs * samples, dofs * count);
            for (Eigen::Index d = 0; d < dofs; ++d) design.block(d * samples, d * count, samples, count) = whitening * functions[i];
            designs.push_back(design);
            targets.push_back((whitening * positions[i]).reshaped());
        }
        mean = Eigen::VectorXd::Zero(designs.front().cols());
        covariance = Eigen::MatrixXd::Identity(mean.size(), mean.size());
        variances = Eigen::VectorXd::Ones(dofs);
    }

    /// Of the model as it is, every sample of a demonstration in one normal distribution.
    [[nodiscard]] double log_likelihood() const {
        double sum = 0;
        for (std::size_t i = 0; i < designs.size(); ++i) {
            const Eigen::MatrixXd back = designs[i].transpose();
            Eigen::MatrixXd total = designs[i] * Eigen::MatrixXd(covariance * back);
            total.diagonal() += noise(i);
            const Eigen::VectorXd residual = targets[i] - designs[i] * mean;
            const Eigen::VectorXd whitened = inverse(total) * residual;
            sum -= (2 * std::numbers::pi * eigenvalues(total).array()).log().sum() / 2 + residual.dot(whitened) / 2;
        }
        return sum;
    }

    void iterate(bool noise_is_shared) {
        std::vector<Eigen::VectorXd> means;
        std::vector<Eigen::MatrixXd> covariances;
        for (std::size_t i = 0; i < designs.size(); ++i) {
            const Eigen::MatrixXd weighted = designs[i].transpose() * noise(i).cwiseInverse().asDiagonal(), precision = inverse(covariance);
            const Eigen::VectorXd shown = weighted * targets[i], known = precision * mean;
            covariances.push_back(inverse(weighted * designs[i] + precision));
            means.push_back(covariances[i] * (shown + known).eval());
        }
        maximize(means, covariances);
        if (noise_is_shared) variances.setConstant(variances.mean());
    }

private:
    [[nodiscard]] Eigen::VectorXd noise(std::size_t i) const {
        const Eigen::Index samples = targets[i].size() / dofs;
        return variances.transpose().replicate(samples, 1).reshaped();
    }

    void maximize(const std::vector<Eigen::VectorXd>& means, const std::vector<Eigen::MatrixXd>& covariances) {
        const auto count = static_cast<double>(means.size());
        mean.setZero();
        for (const auto& m : means) mean += m / count;
        covariance.setZero();
        variances.setZero();
        double samples = 0;
        for (std::size_t i = 0; i < means.size(); ++i) {
            const Eigen::VectorXd deviation = means[i] - mean;
            covariance += (covariances[i] + deviation * deviation.transpose()) / count;
            const Eigen::MatrixXd half = designs[i] * covariances[i];
            const Eigen::VectorXd spread = half.cwiseProduct(designs[i]).rowwise().sum();
            const Eigen::VectorXd errors = (targets[i] - designs[i] * means[i]).cwiseAbs2() + spread;
            variances += errors.reshaped(errors.size() / dofs, dofs).colwise().sum().transpose();
            samples += static_cast<double>(errors.size() / dofs);
        }
        variances /= samples;
    }
};

}  // namespace primore_test
