// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/search/cma_update.hpp>

namespace primore {

/// The longest step to an injected candidate, in standard deviations: c_y = sqrt(N) + 2 N / (N + 2) [Hansen11, table 1].
template <std::floating_point Scalar>
[[nodiscard]] Scalar injected_step(Eigen::Index n) {
    const auto N = static_cast<Scalar>(n);
    return std::sqrt(N) + Scalar(2) * N / (N + Scalar(2));
}

/// Samples [N x M] in which those that are candidates [N x K] have come as close to the mean as injected_step(), in the metric of the
/// search distribution [Hansen11, eq. 4]. A candidate is known by its very numbers.
template <std::floating_point Scalar>
[[nodiscard]] Eigen::MatrixX<Scalar> with_shortened_steps(const CmaState<Scalar>& state, const Eigen::MatrixX<Scalar>& samples,
                                                          const Eigen::MatrixX<Scalar>& candidates) {
    Eigen::MatrixX<Scalar> shortened = samples;
    for (Eigen::Index i = 0; i < samples.cols(); ++i) {
        bool injected = false;
        for (Eigen::Index k = 0; k < candidates.cols() && !injected; ++k) injected = samples.col(i) == candidates.col(k);
        if (!injected) continue;
        const Eigen::VectorX<Scalar> step = samples.col(i) - state.mean;
        const Scalar length = state.axes.whiten(step / state.step_size).stableNorm(), most = injected_step<Scalar>(step.size());
        if (length > most) shortened.col(i) = state.mean + most / length * step;
    }
    return shortened;
}

}  // namespace primore
