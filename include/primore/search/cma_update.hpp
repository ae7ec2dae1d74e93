// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/symmetric_update.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/update_report.hpp>

namespace primore {

/// Everything that CMA-ES knows: a value to copy, compare and continue from.
template <std::floating_point Scalar>
struct CmaState {
    Eigen::VectorX<Scalar> mean;                 ///< m [N]
    Scalar step_size = 1;                        ///< sigma
    Eigen::MatrixX<Scalar> covariance;           ///< C [N x N], learned so far
    PrincipalAxes<Scalar> axes = {};             ///< of C, as old as the last decomposition: samples are m + sigma V diag(d) z
    Eigen::VectorX<Scalar> step_size_path = {};  ///< p_sigma [N]
    Eigen::VectorX<Scalar> path = {};            ///< p_c [N]
    std::uint32_t generation = 0;                ///< updates so far

    /// Entropy of the distribution that is sampled from.
    [[nodiscard]] Scalar entropy() const { return axes.entropy() + static_cast<Scalar>(mean.size()) * std::log(step_size); }
};

/// Updates between two eigendecompositions: max(1, floor(min(3 / (N (c_1 + c_mu)), 1 / (4 c_mu W)))) with W the sum of the negative
/// weights.
///
/// The first is thirty times as rare as in the tutorial and makes no difference in episodes to target, see
/// benchmarks/episodes_to_target.cpp; the second lets the directions of worse samples lose no more than a quarter of their variance in
/// between.
template <std::floating_point Scalar>
[[nodiscard]] std::uint32_t decomposition_interval(const CmaParameters<Scalar>& p, Eigen::Index n) {
    const Scalar learned = static_cast<Scalar>(n) * (p.rank_one_rate + p.rank_mu_rate);
    const Scalar lost = Scalar(-4) * p.rank_mu_rate * p.weights.cwiseMin(Scalar(0)).sum();
    return static_cast<std::uint32_t>(std::max(Scalar(1), std::floor(Scalar(1) / std::max(learned / Scalar(3), lost))));
}

/// The farthest that a sample counts, in standard deviations of the longest axis: sqrt(N) + 8.
///
/// |z| of N standard normal numbers exceeds it once in 1e14 samples, so it binds samples that came from elsewhere alone.
template <std::floating_point Scalar>
[[nodiscard]] Scalar farthest_step(Eigen::Index n) {
    return std::sqrt(static_cast<Scalar>(n)) + Scalar(8);
}

namespace detail {

/// y = (x - m) / sigma, no longer than `limit`.
template <typename Scalar, typename Sample, typename Step>
void bounded_step(const CmaState<Scalar>& state, const Sample& sample, Scalar limit, Step&& step) {
    step = (sample - state.mean) / state.step_size;
    Scalar squared = step.squaredNorm();
    if (squared <= limit * limit) return;
    if (!is_finite(squared)) {  // so far away that its square overflows
        step = sample / std::numeric_limits<Scalar>::max() - state.mean / std::numeric_limits<Scalar>::max();
        step /= step.cwiseAbs().maxCoeff();
        squared = step.squaredNorm();
    }
    step *= limit / std::sqrt(squared);
}

/// The axes of C, and C in their reach. No variance falls below epsilon times the longest of before: an indefinite C keeps a scale.
template <typename Scalar>
void decompose(CmaState<Scalar>& state) {
    const Scalar before = state.axes.deviations(state.axes.deviations.size() - 1);
    state.axes = PrincipalAxes<Scalar>(state.covariance, Eigen::NumTraits<Scalar>::epsilon() * before * before);
    if (state.axes.lifted) state.covariance = state.axes.covariance();
}

/// Brings the axes up to date with C.
template <typename Scalar>
void refresh_axes(CmaState<Scalar>& state) {
    decompose(state);
    const Scalar longest = state.axes.deviations(state.axes.deviations.size() - 1);
    if (longest > Scalar(1e-6) && longest < Scalar(1e6)) return;
    // The same distribution, written with another sigma: nothing overflows, however long a search grows or shrinks.
    state.axes.deviations /= longest;
    state.covariance /= longest * longest;
    state.path /= longest;
    state.step_size *= longest;
}

}  // namespace detail

/// One generation of active CMA-ES on samples [N x M] and their returns [M], which are maximised [Hansen23, eqs. 41-47]: all but the
/// eigendecomposition. The report has no entropy and condition yet.
///
/// @param p  for M samples
template <std::floating_point Scalar>
UpdateReport<Scalar> cma_learn(CmaState<Scalar>& state, const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                               const Eigen::VectorX<Scalar>& returns) {
    const Eigen::Index size = state.mean.size(), better = p.parents, worse = samples.cols() - better;
    const auto n = static_cast<Scalar>(size);

    // F = [y of the better, y_w, y of the worse], best first; later p_c takes the place of y_w.
    Eigen::MatrixX<Scalar> factors(size, samples.cols() + 1);
    const Scalar limit = farthest_step<Scalar>(size) * state.axes.deviations(size - 1);
    const std::vector<Eigen::Index> order = detail::best_first(returns);
    for (Eigen::Index i = 0; i < samples.cols(); ++i) {
        detail::bounded_step(state, samples.col(order[static_cast<std::size_t>(i)]), limit, factors.col(i < better ? i : i + 1));
    }
    auto middle = factors.col(better);
    middle.noalias() = factors.leftCols(better) * p.weights.head(better);
    state.mean += state.step_size * middle;
    ++state.generation;

    // Whitened along the axes: y_w and the worse steps
    Eigen::MatrixX<Scalar> white(size, worse + 1);
    white.noalias() = state.axes.axes.transpose() * factors.rightCols(worse + 1);
    white.array().colwise() /= state.axes.deviations.array();

    // The path of the step size                                                                       [eqs. 43, 44]
    const Scalar rate = p.step_size_path_rate;
    state.step_size_path *= Scalar(1) - rate;
    state.step_size_path.noalias() += std::sqrt(rate * (Scalar(2) - rate) * p.effective_parents) * state.axes.axes * white.col(0);
    const Scalar length = state.step_size_path.norm();
    const Scalar start_up = std::sqrt(Scalar(1) - std::pow(Scalar(1) - rate, static_cast<Scalar>(2 * (state.generation + 1))));
    const bool stalled = !(length / start_up < (Scalar(1.4) + Scalar(2) / (n + Scalar(1))) * p.expected_norm);

    // The covariance                                                                                  [eqs. 45-47]
    state.path *= Scalar(1) - p.path_rate;
    if (!stalled) state.path += std::sqrt(p.path_rate * (Scalar(2) - p.path_rate) * p.effective_parents) * middle;
    middle = state.path;
    Eigen::VectorX<Scalar> weights(samples.cols() + 1);
    weights << p.rank_mu_rate * p.weights.head(better), p.rank_one_rate, p.rank_mu_rate * p.weights.tail(worse);
    for (Eigen::Index i = 1; i <= worse; ++i) {  // a worse sample counts as if it lay at the usual distance [eq. 46]
        weights(better + i) *= n / (white.col(i).squaredNorm() + Scalar(1e-8));
    }
    const Scalar held_back = stalled ? p.rank_one_rate * p.path_rate * (Scalar(2) - p.path_rate) : Scalar(0);
    detail::symmetric_update<Scalar>(state.covariance, Scalar(1) + held_back - p.rank_one_rate - p.rank_mu_rate * p.weights.sum(), factors,
                                     weights);

    // A return that improves for ever must not overflow the distribution: at most one e-fold per update, and an end.
    const Scalar widest = std::cbrt(std::numeric_limits<Scalar>::max());
    state.step_size *= std::exp(std::min(Scalar(1), rate / p.step_size_damping * (length / p.expected_norm - Scalar(1))));
    state.step_size = std::clamp(state.step_size, Scalar(1) / widest, widest);
    return {.kl_mean = white.col(0).squaredNorm() / Scalar(2), .stalled = stalled};
}

/// One generation of active CMA-ES with its eigendecomposition, if that is due: see cma_learn() and decomposition_interval().
template <std::floating_point Scalar>
UpdateReport<Scalar> cma_update(CmaState<Scalar>& state, const CmaParameters<Scalar>& p, const Eigen::MatrixX<Scalar>& samples,
                                const Eigen::VectorX<Scalar>& returns) {
    const Scalar entropy_before = state.entropy();
    UpdateReport<Scalar> report = cma_learn(state, p, samples, returns);
    report.decomposed = state.generation % decomposition_interval(p, state.mean.size()) == 0;
    if (*report.decomposed) detail::refresh_axes(state);
    report.entropy = state.entropy();
    report.entropy_change = report.entropy - entropy_before;
    report.condition = state.axes.condition();
    return report;
}

}  // namespace primore
