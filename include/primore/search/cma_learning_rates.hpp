// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>

#include <Eigen/Core>

#include <primore/search/cma_update.hpp>

namespace primore {

/// How CMA-ES adapts its learning rates to the signal-to-noise ratio of its own updates [Nomura23, section 3]; defaults from there.
template <std::floating_point Scalar>
struct LearningRateAdaptation {
    Scalar target_ratio = Scalar(1.4);      ///< alpha: the ratio that is held, in units of the learning rate
    Scalar mean_rate = Scalar(0.1);         ///< beta_m, of the averages of the steps of the mean
    Scalar covariance_rate = Scalar(0.03);  ///< beta_Sigma, of those of the covariance
    Scalar damping = Scalar(0.1);           ///< gamma
};

/// The average of a stream of updates, the average of its square, and the learning rate that follows from both.
///
///   E <- (1 - beta) E + beta D,   V <- (1 - beta) V + beta |D|^2
///   SNR = (|E|^2 - beta / (2 - beta) V) / (V - |E|^2)                                               [Nomura23, eqs. 14-17]
///   eta <- min(1, eta exp(min(gamma eta, beta) clip(SNR / (alpha eta) - 1, -1, 1)))                 [eqs. 18, 19]
template <std::floating_point Scalar>
struct AdaptedRate {
    Scalar rate = 1;                 ///< eta
    Eigen::MatrixX<Scalar> average;  ///< E, of the shape of the updates
    Scalar average_square = 0;       ///< V

    /// @param update  D in coordinates in which the distribution is N(0, I)
    void follow(const Eigen::MatrixX<Scalar>& update, Scalar averaging, const LearningRateAdaptation<Scalar>& options) {
        if (average.size() == 0) average = Eigen::MatrixX<Scalar>::Zero(update.rows(), update.cols());
        average += averaging * (update - average);
        average_square += averaging * (update.squaredNorm() - average_square);
        const Scalar square = average.squaredNorm(), spread = average_square - square;
        if (!(spread > 0)) return;  // nothing but zeros so far
        const Scalar ratio = (square - averaging / (Scalar(2) - averaging) * average_square) / spread;
        const Scalar relative = std::clamp(ratio / (options.target_ratio * rate) - Scalar(1), Scalar(-1), Scalar(1));
        rate = std::min(Scalar(1), rate * std::exp(std::min(options.damping * rate, averaging) * relative));
    }
};

template <std::floating_point Scalar>
struct CmaLearningRates {
    AdaptedRate<Scalar> mean, covariance;
};

/// One generation of CMA-ES with adapted learning rates: takes a part of the step of the mean and of that of the covariance sigma^2 C.
///
/// Decomposes every time. O(N^3).
///
/// @param p  for M samples
template <std::floating_point Scalar>
UpdateReport<Scalar> cma_update(CmaState<Scalar>& state, CmaLearningRates<Scalar>& rates, const LearningRateAdaptation<Scalar>& options,
                                const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                                const Eigen::VectorX<Scalar>& returns) {
    const CmaState<Scalar> old = state;
    UpdateReport<Scalar> report = cma_learn(state, p, samples, returns);

    // Both steps in coordinates in which the old distribution is N(0, I)
    const Eigen::MatrixX<Scalar> along = old.axes.deviations.cwiseInverse().asDiagonal() * old.axes.axes.transpose();
    const Eigen::MatrixX<Scalar> whitening = old.axes.axes * along;  // C^-1/2
    const Scalar growth = state.step_size / old.step_size;
    const Eigen::MatrixX<Scalar> covariance_step = growth * growth * state.covariance - old.covariance;
    const Scalar rate_before = rates.mean.rate;
    rates.mean.follow(whitening * (state.mean - old.mean) / old.step_size, options.mean_rate, options);
    rates.covariance.follow(whitening * covariance_step * whitening / std::sqrt(Scalar(2)), options.covariance_rate, options);

    state.mean = old.mean + rates.mean.rate * (state.mean - old.mean);
    state.covariance = old.covariance + rates.covariance.rate * covariance_step;
    // sigma is the mean deviation, and larger where the mean learns more slowly                       [Nomura23, eqs. 20-22]
    detail::decompose(state);
    const Scalar mean_deviation = std::exp(state.axes.deviations.array().log().mean());
    state.axes.deviations /= mean_deviation;
    state.covariance /= mean_deviation * mean_deviation;
    const Scalar widest = std::cbrt(std::numeric_limits<Scalar>::max());
    state.step_size = std::clamp(old.step_size * mean_deviation * (rate_before / rates.mean.rate), Scalar(1) / widest, widest);

    report.decomposed = true;
    report.entropy = state.entropy();
    report.entropy_change = report.entropy - old.entropy();
    report.condition = state.axes.condition();
    return report;
}

}  // namespace primore
