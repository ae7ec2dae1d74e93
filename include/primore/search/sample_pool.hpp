// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>

#include <Eigen/Core>

namespace primore {

/// The newest samples of a search and their returns, oldest first: what a model of the returns is fitted to.
template <std::floating_point Scalar>
struct SamplePool {
    Eigen::Index capacity = 0;       ///< M, or more while one population is larger
    Eigen::MatrixX<Scalar> samples;  ///< [N x M]
    Eigen::VectorX<Scalar> returns;  ///< [M]

    /// Appends a population [N x K] and lets the oldest samples go.
    void remember(const Eigen::MatrixX<Scalar>& new_samples, const Eigen::VectorX<Scalar>& new_returns) {
        const Eigen::Index kept = std::min(samples.cols(), std::max<Eigen::Index>(0, capacity - new_samples.cols()));
        Eigen::MatrixX<Scalar> all_samples(new_samples.rows(), kept + new_samples.cols());
        Eigen::VectorX<Scalar> all_returns(all_samples.cols());
        if (kept > 0) all_samples.leftCols(kept) = samples.rightCols(kept);
        if (kept > 0) all_returns.head(kept) = returns.tail(kept);
        all_samples.rightCols(new_samples.cols()) = new_samples;
        all_returns.tail(new_returns.size()) = new_returns;
        samples.swap(all_samples);
        returns.swap(all_returns);
    }

    /// Whether there are two returns that differ.
    [[nodiscard]] bool has_signal() const { return returns.size() >= 2 && returns.minCoeff() < returns.maxCoeff(); }
};

}  // namespace primore
