// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/best_first.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/search/whitened_model.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Samples with their returns, oldest first, the quadratic features of each in a frame, and the weight of each in a fit.
///
/// Features of u = F^-1 (w - c) in a frame (c, F): 1, sqrt(1000) u_i, u_i^2 / sqrt 2 and u_i u_j (j < i), so that coefficients of equal
/// prior variance are a prior that does not depend on the axes and hardly holds back the slope. The squares are reflected such that the
/// first of them becomes |u|^2 / sqrt(2 N): one coefficient is the mean curvature. P = 1 + N + N (N + 1) / 2.
template <std::floating_point Scalar>
class FeaturePool {
public:
    explicit FeaturePool(const Gaussian<Scalar>& frame)
        : n_(frame.size()), p_(primore::coefficient_count(SurrogateStage::full, n_)), frame_(frame), to_frame_(inverse_root(frame)) {
        samples_.resize(n_, 0);
        features_.resize(p_, 0);
    }

    [[nodiscard]] Eigen::Index size() const noexcept { return n_; }                                ///< N
    [[nodiscard]] Eigen::Index coefficient_count() const noexcept { return p_; }                   ///< P
    [[nodiscard]] Eigen::Index count() const noexcept { return count_; }                           ///< M, samples
    [[nodiscard]] Eigen::Index newest() const noexcept { return newest_; }                         ///< K, samples of the last append()
    [[nodiscard]] auto samples() const noexcept { return samples_.middleCols(begin_, count_); }    ///< [N x M]
    [[nodiscard]] auto features() const noexcept { return features_.middleCols(begin_, count_); }  ///< [P x M]
    [[nodiscard]] auto returns() const noexcept { return returns_.segment(begin_, count_); }       ///< [M]
    [[nodiscard]] auto weights() const noexcept { return weights_.segment(begin_, count_); }       ///< omega [M]
    [[nodiscard]] auto weights() noexcept { return weights_.segment(begin_, count_); }
    [[nodiscard]] const std::vector<Eigen::Index>& best_first() const noexcept { return order_; }  ///< indices by return [M]
    [[nodiscard]] const Gaussian<Scalar>& frame() const noexcept { return frame_; }

    [[nodiscard]] Eigen::Index mean_square() const noexcept { return 1 + n_; }  ///< the feature |u|^2 / sqrt(2 N)

    /// Takes in samples [N x K], without weight.
    void append(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        newest_ = samples.cols();
        const Eigen::Index end = begin_ + count_;
        if (end + newest_ > samples_.cols()) make_room(2 * (count_ + newest_));
        samples_.middleCols(end, newest_) = samples;
        returns_.segment(end, newest_) = returns;
        weights_.segment(end, newest_).setZero();
        count_ += newest_;
        set_features(end, newest_);
        const auto is_better = [this](Eigen::Index i, Eigen::Index j) { return this->returns()(i) > this->returns()(j); };
        for (Eigen::Index i = count_ - newest_; i < count_; ++i) {
            order_.insert(std::upper_bound(order_.begin(), order_.end(), i, is_better), i);
        }
    }

    /// Lets the oldest samples go.
    void drop(Eigen::Index oldest) {
        begin_ += oldest;
        count_ -= oldest;
        std::erase_if(order_, [&](Eigen::Index i) { return i < oldest; });
        for (Eigen::Index& i : order_) i -= oldest;
        if (begin_ >= count_) move_to_front();
    }

    /// Whether a distribution is off by 1.5 deviations along every axis on average or by a factor of 3 in size along one.
    [[nodiscard]] bool is_left_by(const Gaussian<Scalar>& distribution) const {
        const Eigen::MatrixX<Scalar> axes = to_frame_ * distribution.axes().axes;
        const Eigen::VectorX<Scalar> sizes =
            axes.colwise().squaredNorm().transpose().cwiseProduct(distribution.axes().deviations.cwiseAbs2());
        const Scalar shift = (to_frame_ * (distribution.mean() - frame_.mean())).squaredNorm();
        return !(shift <= Scalar(2.25) * static_cast<Scalar>(n_) && sizes.maxCoeff() <= 9 && sizes.minCoeff() >= Scalar(1) / 9);
    }

    void set_frame(const Gaussian<Scalar>& distribution) {
        frame_ = distribution;
        to_frame_ = inverse_root(distribution);
        set_features(begin_, count_);
    }

    /// preference^-q / max(1, |S^-1/2 (w - m)|^2 / N)^2 [M]: a sample counts less the further away a distribution would rarely put it and,
    /// with a preference above 1, the worse its return, q from 0 for the best to 1 for the worst; equal returns are preferred alike.
    [[nodiscard]] Eigen::VectorX<Scalar> weights_under(const Gaussian<Scalar>& distribution, Scalar preference) const {
        Eigen::VectorX<Scalar> weights = distribution.squared_distances(samples()) / static_cast<Scalar>(n_);
        for (Scalar& weight : weights) {
            const Scalar distance = weight;
            weight = distance < furthest() ? Scalar(1) / std::max(Scalar(1), distance * distance) : Scalar(0);
        }
        if (weights.isZero(0)) weights.setOnes();  // all are too far away
        if (preference > 1) prefer(preference, weights);
        return weights;
    }

    /// Products of the features of any two samples, without the constant, those of the mean curvature multiplied: 1000 u_i'u_j +
    /// (u_i'u_j)^2 / 2 + (isotropic - 1) |u_i|^2 |u_j|^2 / (2 N), lower triangle [M x M], the rest 0.
    [[nodiscard]] Eigen::MatrixX<Scalar> products(Scalar isotropic) const {
        const Eigen::MatrixX<Scalar> linear = features().middleRows(1, n_);
        const Eigen::VectorX<Scalar> squares = features().row(mean_square());
        Eigen::MatrixX<Scalar> products = Eigen::MatrixX<Scalar>::Zero(count_, count_);
        products.template selfadjointView<Eigen::Lower>().rankUpdate(linear.transpose());
        const Scalar quadratic = Scalar(0.5) / (linear_scale() * linear_scale() * linear_scale() * linear_scale());
        for (Eigen::Index i = 0; i < count_; ++i) {
            auto column = products.col(i).tail(count_ - i).array();
            column += quadratic * column.square() + (isotropic - Scalar(1)) * squares(i) * squares.tail(count_ - i).array();
        }
        return products;
    }

    /// What coefficients [P] predict for so many of the newest samples.
    [[nodiscard]] Eigen::VectorX<Scalar> predictions(Eigen::Index newest, const Eigen::VectorX<Scalar>& coefficients) const {
        return features().rightCols(newest).transpose() * coefficients;
    }

    /// The model with these coefficients [P] in the coordinates of a distribution.
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
    friend struct TextForm<FeaturePool>;

    [[nodiscard]] static Eigen::MatrixX<Scalar> inverse_root(const Gaussian<Scalar>& distribution) {
        const auto& axes = distribution.axes();
        const Eigen::MatrixX<Scalar> scaled = axes.axes * axes.deviations.cwiseInverse().asDiagonal();
        return scaled * axes.axes.transpose();
    }

    [[nodiscard]] static Scalar linear_scale() { return std::sqrt(Scalar(1000)); }

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
            Scalar* product = feature.data() + 1 + 2 * n_;
            for (Eigen::Index i = 1; i < n_; ++i) {
                for (Eigen::Index j = 0; j < i; ++j) *product++ = u(i) * u(j);
            }
        }
    }

    /// Reflects numbers [N] such that (1, .., 1) / sqrt N becomes the first unit vector: the first is then their sum / sqrt N. Undoes
    /// itself.
    void reflect(Eigen::VectorX<Scalar>& numbers) const {
        if (n_ == 1) return;
        const Scalar root = std::sqrt(static_cast<Scalar>(n_)), along = numbers.sum() / root;
        numbers.tail(n_ - 1).array() -= (along - numbers(0)) / (root - Scalar(1));
        numbers(0) = along;
    }

    /// Multiplies weights [M] by preference^-q.
    void prefer(Scalar preference, Eigen::VectorX<Scalar>& weights) const {
        const Scalar per_place = -std::log(preference) / static_cast<Scalar>(std::max<Eigen::Index>(1, count_ - 1));
        const Eigen::ArrayX<Scalar> by_place =
            (per_place * Eigen::ArrayX<Scalar>::LinSpaced(count_, Scalar(0), static_cast<Scalar>(count_ - 1))).exp();
        detail::for_each_tie(order_, returns(), [&](Eigen::Index begin, Eigen::Index end) {
            const Scalar share = std::sqrt(by_place(begin) * by_place(end - 1));  // that of the place in the middle
            for (Eigen::Index i = begin; i < end; ++i) weights(order_[static_cast<std::size_t>(i)]) *= share;
        });
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
    Eigen::MatrixX<Scalar> samples_, features_;  // storage; the pool is the columns from begin_ on
    Eigen::VectorX<Scalar> returns_, weights_;
    std::vector<Eigen::Index> order_;
    Eigen::Index begin_ = 0, count_ = 0, newest_ = 0;  // begin_ < count_, or 0
};

}  // namespace primore
