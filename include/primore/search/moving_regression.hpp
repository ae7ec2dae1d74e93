// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/detail/sample_factor.hpp>
#include <primore/detail/updated_cholesky.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/whitened_model.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// What a MovingRegression found for one set of targets.
template <std::floating_point Scalar>
struct RegressionFit {
    Eigen::VectorX<Scalar> coefficients;     ///< theta [P], of the features
    Eigen::VectorX<Scalar> left_out_errors;  ///< [J] of the newest samples: the target less what all others predict for it
};

/// What a MovingRegression expects of its coefficients before it has seen a sample.
template <std::floating_point Scalar>
struct RegressionPrior {
    Scalar noise;          ///< per unit of weight and of the prior variance of a coefficient
    Scalar isotropic = 1;  ///< prior variance of the mean curvature of all directions, in units of that of other coefficients; positive

    bool operator==(const RegressionPrior&) const = default;
};

/// The normal equations of a MovingRegression, factorised for one prior.
template <std::floating_point Scalar>
struct RegressionFactor {
    detail::UpdatedCholesky<Scalar> cholesky;  ///< of H [P x P]; empty where there are few samples
    detail::SampleFactor<Scalar> by_sample;    ///< instead, there
    Eigen::VectorX<Scalar> freedoms;           ///< [J] of the newest samples: how much of its own prediction is not each one's doing
    Scalar noise = 0;                          ///< in H, in the unit of its weights
    RegressionPrior<Scalar> prior{-1};         ///< as asked for
    std::uint64_t version = 0;                 ///< of the normal equations
};

/// Bayesian quadratic regression on a pool of samples, whose normal equations follow a search distribution.
///
/// Features of u = F^-1 (w - c) in a frame (c, F) that is the distribution of some generations ago: 1, sqrt(1000) u_i, u_i^2 / sqrt 2 and
/// u_i u_j (j < i), so that coefficients of equal prior variance are a prior that does not depend on the axes; the constant is free. The
/// squares are reflected such that the first of them becomes |u|^2 / sqrt(2 N): one coefficient is the mean curvature, and may have another
/// prior variance. Weights preference^-q / max(1, |S^-1/2 (w - m)|^2 / N)^2: a sample counts less the further away the present distribution
/// would rarely put it and, with a preference above 1, the worse its return, q from 0 for the best of the pool to 1 for the worst.
///
///   H = sum_i omega_i phi_i phi_i' + noise diag(0, 1, .., 1 / isotropic, .., 1),   theta = H^-1 sum_i omega_i phi_i y_i
///
/// Only ratios of weights matter, so they may be in use in any common unit. H is kept and updated with the samples that come, go, or whose
/// weight should be 1.5 times as large or as small, when the unit follows the others, in O(P^2) each; so is its factor, while they are few.
/// H is built anew when the distribution has left the frame, by 1.5 deviations along every axis on average or by a factor of 3 in size
/// along one, or after twice as many changes as there are samples. The solution is that of the direct fit with the same weights and noise.
/// P = 1 + N + N (N + 1) / 2; one factorisation costs O(P^3).
///
/// While there are fewer samples than coefficients, and more than a hundred of these, there is no H: the same solution then comes from the
/// M x M products of their features without the constant, 1000 u_i'u_j + (u_i'u_j)^2 / 2 + (isotropic - 1) |u_i|^2 |u_j|^2 / (2 N), in
/// O(M^3).
template <std::floating_point Scalar>
class MovingRegression {
public:
    explicit MovingRegression(const Gaussian<Scalar>& frame)
        : n_(frame.size()), p_(1 + n_ + n_ * (n_ + 1) / 2), frame_(frame), to_frame_(inverse_root(frame)) {
        gram_ = Eigen::MatrixX<Scalar>::Zero(p_, p_);
        samples_.resize(n_, 0);
        features_.resize(p_, 0);
    }

    [[nodiscard]] Eigen::Index count() const noexcept { return count_; }                           ///< M, samples in the pool
    [[nodiscard]] Eigen::Index newest() const noexcept { return newest_; }                         ///< K, samples of the last append()
    [[nodiscard]] Eigen::Index coefficient_count() const noexcept { return p_; }                   ///< P
    [[nodiscard]] auto returns() const noexcept { return returns_.segment(begin_, count_); }       ///< [M], oldest first
    [[nodiscard]] auto weights() const noexcept { return weights_.segment(begin_, count_); }       ///< omega [M], in use
    [[nodiscard]] auto samples() const noexcept { return samples_.middleCols(begin_, count_); }    ///< [N x M]
    [[nodiscard]] auto features() const noexcept { return features_.middleCols(begin_, count_); }  ///< [P x M]

    /// Takes in samples [N x K]; they count from the next follow() on.
    void append(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        newest_ = samples.cols();
        begin_record();
        const Eigen::Index end = begin_ + count_;
        if (end + newest_ > samples_.cols()) make_room(2 * (count_ + newest_));
        samples_.middleCols(end, newest_) = samples;
        returns_.segment(end, newest_) = returns;
        weights_.segment(end, newest_).setZero();
        count_ += newest_;
        set_features(end, newest_);
    }

    /// Lets the oldest samples go until `most` are left.
    void keep(Eigen::Index most) {
        const Eigen::Index gone = std::max<Eigen::Index>(0, count_ - most);
        if (gone == 0) return;
        add_to_gram(features_.middleCols(begin_, gone) * weights_.segment(begin_, gone).cwiseSqrt().asDiagonal(), Scalar(-1));
        begin_ += gone;
        count_ -= gone;
        changes_ += gone;
        if (begin_ >= count_) move_to_front();
    }

    /// Brings the weights, and if need be the frame, to a distribution.
    ///
    /// @param preference  for better samples: how much more the best one counts than the worst, at least 1
    void follow(const Gaussian<Scalar>& distribution, Scalar preference = 1) {
        Eigen::VectorX<Scalar> wanted = weights_under(distribution);
        if (preference > 1) wanted.array() *= preferences(preference).array();
        const Eigen::MatrixX<Scalar> axes = to_frame_ * distribution.axes().axes;
        const Eigen::VectorX<Scalar> sizes =
            axes.colwise().squaredNorm().transpose().cwiseProduct(distribution.axes().deviations.cwiseAbs2());
        const Scalar shift = (to_frame_ * (distribution.mean() - frame_.mean())).squaredNorm();
        const bool left = !(shift <= Scalar(2.25) * static_cast<Scalar>(n_) && sizes.maxCoeff() <= 9 && sizes.minCoeff() >= Scalar(1) / 9);
        if (left) {
            frame_ = distribution;
            to_frame_ = inverse_root(distribution);
            set_features(begin_, count_);
        }
        if (left || changes_ > 2 * count_ || has_few_samples() || gram_.size() == 0) {
            weights_.segment(begin_, count_) = wanted;
            build_gram();
            return;
        }
        const Eigen::VectorX<Scalar> in_use = wanted / common_ratio(wanted);
        reweight(in_use, Scalar(1));
        reweight(in_use, Scalar(-1));
    }

    /// Brings a factor of H, new or of this regression before, up to date, with this prior, or a larger noise if rounding asks for it.
    ///
    /// A factor of the generation before with the same prior takes in what has changed since, where that is cheaper than a new one and
    /// loses no digits; the unit is then the weight that there was when it was last made from H.
    ///
    /// @param judged  J, how many of the newest samples will be asked for what the others predict; O(J P^2)
    void factorize(const RegressionPrior<Scalar>& prior, Eigen::Index judged, RegressionFactor<Scalar>& factor) const {
        if (gram_.size() == 0) return factorize_by_sample(prior, std::min(judged, count_), factor);
        const bool updated = factor.cholesky.size() == p_ && factor.version == recorded_from_ && factor.prior == prior &&
                             factor.cholesky.update(gained_, 1) && factor.cholesky.update(lost_, -1);
        if (!updated) factorize_anew(prior, factor);
        factor.version = version_;
        const Eigen::VectorX<Scalar> norms = factor.cholesky.inverse_norms(features().rightCols(std::min(judged, count_)));
        factor.freedoms = Scalar(1) - norms.array() * weights().tail(norms.size()).array();
    }

    /// @param targets  [M]
    [[nodiscard]] RegressionFit<Scalar> fit(const RegressionFactor<Scalar>& factor, const Eigen::VectorX<Scalar>& targets) const {
        RegressionFit<Scalar> result = factor.cholesky.size() > 0 ? fit_by_feature(factor, targets) : fit_by_sample(factor, targets);
        const Scalar least = Scalar(5000) * std::numeric_limits<Scalar>::epsilon();  // more, and a fit of too few samples seems exact
        result.left_out_errors.array() /= factor.freedoms.array().max(least);
        return result;
    }

    /// What coefficients of the present frame predict for the samples of the last append() [K].
    [[nodiscard]] Eigen::VectorX<Scalar> predictions_for_newest(const Eigen::VectorX<Scalar>& coefficients) const {
        return features().rightCols(newest_).transpose() * coefficients;
    }

    /// The model in the coordinates of a distribution.
    [[nodiscard]] WhitenedModel<Scalar> whitened(const Eigen::VectorX<Scalar>& coefficients, const Gaussian<Scalar>& distribution) const {
        Eigen::MatrixX<Scalar> curvature(n_, n_);
        for (Eigen::Index i = 0, k = 1 + 2 * n_; i < n_; ++i) {
            for (Eigen::Index j = 0; j < i; ++j) curvature(i, j) = curvature(j, i) = -coefficients(k++);
        }
        Eigen::VectorX<Scalar> squares = coefficients.segment(1 + n_, n_);
        reflect(squares);
        curvature.diagonal() = -std::sqrt(Scalar(2)) * squares;
        const Eigen::MatrixX<Scalar> map = to_frame_ * distribution.root();
        const Eigen::VectorX<Scalar> shift = to_frame_ * (distribution.mean() - frame_.mean());
        const Eigen::VectorX<Scalar> slope = linear_scale() * coefficients.segment(1, n_) - curvature * shift;
        const Eigen::MatrixX<Scalar> half = curvature * map;
        return {map.transpose() * half, map.transpose() * slope};
    }

private:
    friend struct TextForm<MovingRegression>;

    /// Whether there are too few samples for H to be worth its cost.
    [[nodiscard]] bool has_few_samples() const noexcept { return p_ > 100 && count_ < p_; }

    /// Fits leave in `left_out_errors` the targets less what all, each sample included, predict for it.
    [[nodiscard]] RegressionFit<Scalar> fit_by_feature(const RegressionFactor<Scalar>& factor,
                                                       const Eigen::VectorX<Scalar>& targets) const {
        const Eigen::VectorX<Scalar> weighted = weights().cwiseProduct(targets);
        const Eigen::VectorX<Scalar> right_side = features() * weighted;
        Eigen::VectorX<Scalar> coefficients = factor.cholesky.solve(right_side);
        const auto newest = features().rightCols(factor.freedoms.size());
        Eigen::VectorX<Scalar> errors = targets.tail(newest.cols()) - newest.transpose() * coefficients;
        return {std::move(coefficients), std::move(errors)};
    }

    [[nodiscard]] RegressionFit<Scalar> fit_by_sample(const RegressionFactor<Scalar>& factor, const Eigen::VectorX<Scalar>& targets) const {
        const Eigen::VectorX<Scalar> roots = weights().cwiseSqrt();
        const auto solution = factor.by_sample.solve(roots.cwiseProduct(targets));
        const Eigen::VectorX<Scalar> of_samples = roots.cwiseProduct(solution.alpha);
        Eigen::VectorX<Scalar> coefficients = features() * of_samples;
        coefficients(0) = solution.constant;
        coefficients(mean_square()) *= factor.prior.isotropic;
        const auto newest = features().rightCols(factor.freedoms.size());
        Eigen::VectorX<Scalar> errors = targets.tail(newest.cols()) - newest.transpose() * coefficients;
        for (Eigen::Index i = 0, k = count_ - errors.size(); k < count_; ++i, ++k) {
            if (roots(k) > 0) errors(i) = factor.noise * solution.alpha(k) / roots(k);  // the same, without the cancellation
        }
        return {std::move(coefficients), std::move(errors)};
    }

    void factorize_by_sample(const RegressionPrior<Scalar>& prior, Eigen::Index judged, RegressionFactor<Scalar>& factor) const {
        const Eigen::VectorX<Scalar> roots = weights().cwiseSqrt();
        const Eigen::MatrixX<Scalar> linear = features().middleRows(1, n_);
        const Eigen::VectorX<Scalar> squares = features().row(mean_square());
        Eigen::MatrixX<Scalar> kernel = Eigen::MatrixX<Scalar>::Zero(count_, count_);
        kernel.template selfadjointView<Eigen::Lower>().rankUpdate(linear.transpose());
        const Scalar quadratic = Scalar(0.5) / (linear_scale() * linear_scale() * linear_scale() * linear_scale());
        for (Eigen::Index i = 0; i < count_; ++i) {
            auto column = kernel.col(i).tail(count_ - i).array();
            column += quadratic * column.square() + (prior.isotropic - Scalar(1)) * squares(i) * squares.tail(count_ - i).array();
            column *= roots(i) * roots.tail(count_ - i).array();
        }
        start_noise(prior, (linear.cwiseAbs2() * weights()).maxCoeff(), factor);
        for (int attempt = 0; attempt < 12 && !factor.by_sample.factorize(kernel, roots, factor.noise); ++attempt) factor.noise *= 100;
        factor.cholesky = {};
        factor.freedoms = factor.by_sample.freedoms(judged);
        factor.version = version_;
    }

    void factorize_anew(const RegressionPrior<Scalar>& prior, RegressionFactor<Scalar>& factor) const {
        start_noise(prior, gram_.diagonal().tail(p_ - 1).maxCoeff(), factor);
        Eigen::VectorX<Scalar> diagonal = Eigen::VectorX<Scalar>::Constant(p_, factor.noise);
        diagonal(0) = 0;
        diagonal(mean_square()) /= prior.isotropic;
        for (int attempt = 0; attempt < 12 && !factor.cholesky.factorize(gram_, diagonal); ++attempt) {
            diagonal *= 100;
            factor.noise *= 100;
        }
    }

    /// @param largest  of the diagonal of H
    void start_noise(const RegressionPrior<Scalar>& prior, Scalar largest, RegressionFactor<Scalar>& factor) const {
        const Scalar rounding = Scalar(4) * std::numeric_limits<Scalar>::epsilon() * largest;
        factor.prior = prior;
        factor.noise = std::max({prior.noise * weights().sum(), rounding, std::numeric_limits<Scalar>::min()});
    }

    [[nodiscard]] static Scalar linear_scale() { return std::sqrt(Scalar(1000)); }  // next to no shrinkage of the slope

    [[nodiscard]] static Eigen::MatrixX<Scalar> inverse_root(const Gaussian<Scalar>& distribution) {
        const auto& axes = distribution.axes();
        const Eigen::MatrixX<Scalar> scaled = axes.axes * axes.deviations.cwiseInverse().asDiagonal();
        return scaled * axes.axes.transpose();
    }

    /// |u|^2 / N beyond which rounding would drown the near samples in the far one.
    [[nodiscard]] static Scalar furthest() { return Scalar(1) / std::sqrt(std::numeric_limits<Scalar>::epsilon()); }

    /// Of `count` samples in storage, each by itself: its features must not depend on those it came with.
    void set_features(Eigen::Index first, Eigen::Index count) {
        Eigen::VectorX<Scalar> offset(n_), u(n_), squares(n_);
        for (Eigen::Index column = first; column < first + count; ++column) {
            offset = samples_.col(column) - frame_.mean();
            u.noalias() = to_frame_ * offset;
            auto feature = features_.col(column);
            if (!(u.squaredNorm() < Scalar(1000) * furthest() * static_cast<Scalar>(n_))) {  // without weight, and not to be multiplied
                feature.setZero();
                continue;
            }
            feature(0) = 1;
            feature.segment(1, n_) = linear_scale() * u;
            squares = u.cwiseAbs2() / std::sqrt(Scalar(2));
            reflect(squares);
            feature.segment(1 + n_, n_) = squares;
            for (Eigen::Index i = 0, k = 1 + 2 * n_; i < n_; k += i, ++i) feature.segment(k, i) = u(i) * u.head(i);
        }
    }

    [[nodiscard]] Eigen::Index mean_square() const noexcept { return 1 + n_; }  // the feature |u|^2 / sqrt(2 N)

    /// Reflects numbers [N] such that (1, .., 1) / sqrt N becomes the first unit vector: the first is then their sum / sqrt N. Undoes itself.
    void reflect(Eigen::VectorX<Scalar>& numbers) const {
        if (n_ == 1) return;
        const Scalar root = std::sqrt(static_cast<Scalar>(n_)), along = numbers.sum() / root;
        numbers.tail(n_ - 1).array() -= (along - numbers(0)) / (root - Scalar(1));
        numbers(0) = along;
    }

    /// All alike if all samples are too far away.
    [[nodiscard]] Eigen::VectorX<Scalar> weights_under(const Gaussian<Scalar>& distribution) const {
        Eigen::VectorX<Scalar> weights = distribution.squared_distances(samples()) / static_cast<Scalar>(n_);
        for (Scalar& weight : weights) {
            const Scalar distance = weight;
            weight = distance < furthest() ? Scalar(1) / std::max(Scalar(1), distance * distance) : Scalar(0);
        }
        if (weights.isZero(0)) weights.setOnes();
        return weights;
    }

    /// preference^-q [M]. Equal returns are preferred alike.
    [[nodiscard]] Eigen::VectorX<Scalar> preferences(Scalar preference) const {
        const Eigen::VectorX<Scalar> values = returns();
        const std::vector<Eigen::Index> order = detail::best_first(values);
        const Scalar per_place = -std::log(preference) / static_cast<Scalar>(std::max<Eigen::Index>(1, count_ - 1));
        Eigen::VectorX<Scalar> preferences(count_);
        detail::for_each_tie(order, values, [&](std::size_t begin, std::size_t end) {
            const Scalar share = std::exp(per_place * static_cast<Scalar>(begin + end - 1) / 2);
            for (std::size_t i = begin; i < end; ++i) preferences(order[i]) = share;
        });
        return preferences;
    }

    /// The median of the ratios of wanted weights to those in use.
    [[nodiscard]] Scalar common_ratio(const Eigen::VectorX<Scalar>& wanted) const {
        std::vector<Scalar> ratios;
        ratios.reserve(static_cast<std::size_t>(count_));
        for (Eigen::Index i = 0; i < count_; ++i) {
            if (wanted(i) > 0 && weights_(begin_ + i) > 0) ratios.push_back(wanted(i) / weights_(begin_ + i));
        }
        if (ratios.empty()) return 1;
        const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
        std::nth_element(ratios.begin(), middle, ratios.end());
        return *middle;
    }

    /// Raises (sign 1) or lowers (sign -1) the weights that are too far from what is wanted.
    void reweight(const Eigen::VectorX<Scalar>& wanted, Scalar sign) {
        std::vector<Eigen::Index> which;
        for (Eigen::Index i = 0; i < count_; ++i) {
            const Scalar less = sign > 0 ? weights_(begin_ + i) : wanted(i), more = sign > 0 ? wanted(i) : weights_(begin_ + i);
            if (more > Scalar(1.5) * less) which.push_back(i);
        }
        Eigen::MatrixX<Scalar> scaled(p_, static_cast<Eigen::Index>(which.size()));
        for (Eigen::Index k = 0; k < scaled.cols(); ++k) {
            const Eigen::Index i = which[static_cast<std::size_t>(k)];
            scaled.col(k) = features_.col(begin_ + i) * std::sqrt(sign * (wanted(i) - weights_(begin_ + i)));
            weights_(begin_ + i) = wanted(i);
        }
        add_to_gram(scaled, sign);
        changes_ += scaled.cols();
    }

    /// @param scaled  features, each times the root of what its weight changes by
    void add_to_gram(const Eigen::MatrixX<Scalar>& scaled, Scalar sign) {
        if (scaled.cols() == 0 || gram_.size() == 0) return;
        gram_.template selfadjointView<Eigen::Lower>().rankUpdate(scaled, sign);
        ++version_;
        if (gained_.cols() + lost_.cols() + scaled.cols() > p_ / 8) return begin_record();  // a new factor is as cheap
        auto& record = sign > 0 ? gained_ : lost_;
        record.conservativeResize(p_, record.cols() + scaled.cols());
        record.rightCols(scaled.cols()) = scaled;
    }

    void build_gram() {
        constexpr Eigen::Index share = 64;  // samples at a time, to stay in the cache
        Eigen::MatrixX<Scalar> scaled;
        const Eigen::Index rows = has_few_samples() ? 0 : p_;
        gram_.setZero(rows, rows);
        for (Eigen::Index first = 0; first < count_ && rows > 0; first += share) {
            const Eigen::Index last = std::min(first + share, count_);
            scaled = features().middleCols(first, last - first) * weights().segment(first, last - first).cwiseSqrt().asDiagonal();
            gram_.template selfadjointView<Eigen::Lower>().rankUpdate(scaled);
        }
        changes_ = 0;
        ++version_;
        begin_record();
    }

    void begin_record() {
        gained_.resize(p_, 0);
        lost_.resize(p_, 0);
        recorded_from_ = version_;
    }

    void make_room(Eigen::Index capacity) {
        samples_.conservativeResize(Eigen::NoChange, capacity);
        features_.conservativeResize(Eigen::NoChange, capacity);
        returns_.conservativeResize(capacity);
        weights_.conservativeResize(capacity);
    }

    /// Where the pool lies in its storage decides how sums over it are rounded: it must follow from `begin_`, whatever room there is.
    void move_to_front() {
        samples_.leftCols(count_) = samples();
        features_.leftCols(count_) = features();
        returns_.head(count_) = returns();
        weights_.head(count_) = weights();
        begin_ = 0;
    }

    Eigen::Index n_, p_;
    Gaussian<Scalar> frame_;
    Eigen::MatrixX<Scalar> to_frame_;            // F^-1 [N x N]
    Eigen::MatrixX<Scalar> gram_;                // H without the noise, lower triangle [P x P]; empty where there are few samples
    Eigen::MatrixX<Scalar> samples_, features_;  // storage; the pool is the columns from begin_ on
    Eigen::VectorX<Scalar> returns_, weights_;
    Eigen::Index begin_ = 0, count_ = 0, newest_ = 0;  // begin_ < count_, or 0
    Eigen::Index changes_ = 0;                         // of the gram since it was built
    std::uint64_t version_ = 0, recorded_from_ = 0;    // of the gram
    Eigen::MatrixX<Scalar> gained_, lost_;             // what it gained and lost from one version to the other, as V V'
};

}  // namespace primore
