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

#include <primore/detail/lower_update.hpp>
#include <primore/detail/sample_factor.hpp>
#include <primore/detail/updated_cholesky.hpp>
#include <primore/search/feature_pool.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// What a MovingRegression found for one set of targets.
template <std::floating_point Scalar>
struct RegressionFit {
    Eigen::VectorX<Scalar> solution;         ///< [P], of which coefficients() makes theta
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
    Eigen::MatrixX<Scalar> newest;             ///< cholesky.halves() of the features of the newest samples [P x J]; empty by sample
    Eigen::VectorX<Scalar> freedoms;           ///< [J] of the newest samples: how much of its own prediction is not each one's doing
    Scalar noise = 0;                          ///< in H, in the unit of its weights
    RegressionPrior<Scalar> prior{-1};         ///< as asked for
    std::uint64_t version = 0;                 ///< of the normal equations
};

/// Bayesian quadratic regression on a FeaturePool, whose normal equations follow a search distribution.
///
///   H = sum_i omega_i phi_i phi_i' + noise diag(0, 1, .., 1 / isotropic, .., 1),   theta = H^-1 sum_i omega_i phi_i y_i
///
/// The constant is free, and the mean curvature may have another prior variance than other coefficients. Only ratios of weights matter, so
/// they may be in use in any common unit. H is kept and updated with the samples that come, go, or whose weight should be 1.5 times as
/// large or as small, when the unit follows the others, in O(P^2) each; so is its factor, while they are few. H is built anew when the
/// distribution has left the frame of the features, or after twice as many changes as there are samples. The solution is that of the direct
/// fit with the same weights and noise; one factorisation costs O(P^3).
///
/// While there are fewer samples than coefficients, and more than a hundred of these, there is no H: the same solution then comes from the
/// M x M products of their features, in O(M^3).
template <std::floating_point Scalar>
class MovingRegression {
public:
    explicit MovingRegression(const Gaussian<Scalar>& frame) : pool_(frame) {
        gram_ = Eigen::MatrixX<Scalar>::Zero(pool_.coefficient_count(), pool_.coefficient_count());
    }

    [[nodiscard]] const FeaturePool<Scalar>& pool() const noexcept { return pool_; }

    /// Takes in samples [N x K]; they count from the next follow() on.
    void append(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        pool_.append(samples, returns);
        begin_record();
    }

    /// Lets the oldest samples go until `most` are left.
    void keep(Eigen::Index most) {
        const Eigen::Index gone = std::max<Eigen::Index>(0, pool_.count() - most);
        if (gone == 0) return;
        add_to_gram(pool_.features().leftCols(gone) * pool_.weights().head(gone).cwiseSqrt().asDiagonal(), Scalar(-1));
        pool_.drop(gone);
        changes_ += gone;
    }

    /// Brings the weights, and if need be the frame, to a distribution.
    ///
    /// @param preference  for better samples: how much more the best one counts than the worst, at least 1
    void follow(const Gaussian<Scalar>& distribution, Scalar preference = 1) {
        const Eigen::VectorX<Scalar> wanted = pool_.weights_under(distribution, preference);
        const bool left = pool_.is_left_by(distribution);
        if (left) pool_.set_frame(distribution);
        if (left || changes_ > 2 * pool_.count() || has_few_samples() || gram_.size() == 0) {
            pool_.weights() = wanted;
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
        if (gram_.size() == 0) return factorize_by_sample(prior, std::min(judged, pool_.count()), factor);
        const bool updated = factor.cholesky.size() == pool_.coefficient_count() && factor.version == recorded_from_ &&
                             factor.prior == prior && factor.cholesky.update(gained_, 1) && factor.cholesky.update(lost_, -1);
        if (!updated) factorize_anew(prior, factor);
        factor.version = version_;
        factor.newest = factor.cholesky.halves(pool_.features().rightCols(std::min(judged, pool_.count())));
        const Eigen::VectorX<Scalar> norms = factor.cholesky.inverse_norms(factor.newest);
        factor.freedoms = Scalar(1) - norms.array() * pool_.weights().tail(norms.size()).array();
    }

    /// @param targets  [M]
    [[nodiscard]] RegressionFit<Scalar> fit(const RegressionFactor<Scalar>& factor, const Eigen::VectorX<Scalar>& targets) const {
        RegressionFit<Scalar> result = factor.cholesky.size() > 0 ? fit_by_feature(factor, targets) : fit_by_sample(factor, targets);
        const Scalar least = Scalar(5000) * std::numeric_limits<Scalar>::epsilon();  // more, and a fit of too few samples seems exact
        result.left_out_errors.array() /= factor.freedoms.array().max(least);
        return result;
    }

    /// theta [P] of the features.
    [[nodiscard]] Eigen::VectorX<Scalar> coefficients(const RegressionFactor<Scalar>& factor, const RegressionFit<Scalar>& fit) const {
        return factor.cholesky.size() > 0 ? factor.cholesky.complete(fit.solution) : fit.solution;
    }

private:
    friend struct TextForm<MovingRegression>;

    /// Whether there are too few samples for H to be worth its cost.
    [[nodiscard]] bool has_few_samples() const noexcept {
        return pool_.coefficient_count() > 100 && pool_.count() < pool_.coefficient_count();
    }

    /// Fits leave in `left_out_errors` the targets less what all, each sample included, predict for it.
    [[nodiscard]] RegressionFit<Scalar> fit_by_feature(const RegressionFactor<Scalar>& factor,
                                                       const Eigen::VectorX<Scalar>& targets) const {
        const Eigen::VectorX<Scalar> weighted = pool_.weights().cwiseProduct(targets);
        Eigen::VectorX<Scalar> half = factor.cholesky.half_solve(pool_.features() * weighted);
        Eigen::VectorX<Scalar> errors = targets.tail(factor.freedoms.size());
        errors.noalias() -= factor.newest.transpose() * half;
        return {std::move(half), std::move(errors)};
    }

    [[nodiscard]] RegressionFit<Scalar> fit_by_sample(const RegressionFactor<Scalar>& factor, const Eigen::VectorX<Scalar>& targets) const {
        const Eigen::VectorX<Scalar> roots = pool_.weights().cwiseSqrt();
        const auto solution = factor.by_sample.solve(roots.cwiseProduct(targets));
        const Eigen::VectorX<Scalar> of_samples = roots.cwiseProduct(solution.alpha);
        Eigen::VectorX<Scalar> coefficients = pool_.features() * of_samples;
        coefficients(0) = solution.constant;
        coefficients(pool_.mean_square()) *= factor.prior.isotropic;
        Eigen::VectorX<Scalar> errors = targets.tail(factor.freedoms.size()) - pool_.predictions(factor.freedoms.size(), coefficients);
        for (Eigen::Index i = 0, k = pool_.count() - errors.size(); k < pool_.count(); ++i, ++k) {
            if (roots(k) > 0) errors(i) = factor.noise * solution.alpha(k) / roots(k);  // the same, without the cancellation
        }
        return {std::move(coefficients), std::move(errors)};
    }

    void factorize_by_sample(const RegressionPrior<Scalar>& prior, Eigen::Index judged, RegressionFactor<Scalar>& factor) const {
        const Eigen::VectorX<Scalar> roots = pool_.weights().cwiseSqrt();
        Eigen::MatrixX<Scalar> kernel = pool_.products(prior.isotropic);
        for (Eigen::Index i = 0; i < kernel.cols(); ++i)
            kernel.col(i).tail(kernel.cols() - i).array() *= roots(i) * roots.tail(kernel.cols() - i).array();
        start_noise(prior, (pool_.features().middleRows(1, pool_.size()).cwiseAbs2() * pool_.weights()).maxCoeff(), factor);
        for (int attempt = 0; attempt < 12 && !factor.by_sample.factorize(kernel, roots, factor.noise); ++attempt) factor.noise *= 100;
        factor.cholesky = {};
        factor.newest.resize(0, 0);
        factor.freedoms = factor.by_sample.freedoms(judged);
        factor.version = version_;
    }

    void factorize_anew(const RegressionPrior<Scalar>& prior, RegressionFactor<Scalar>& factor) const {
        start_noise(prior, gram_.diagonal().tail(pool_.coefficient_count() - 1).maxCoeff(), factor);
        Eigen::VectorX<Scalar> diagonal = Eigen::VectorX<Scalar>::Constant(pool_.coefficient_count(), factor.noise);
        diagonal(0) = 0;
        diagonal(pool_.mean_square()) /= prior.isotropic;
        for (int attempt = 0; attempt < 12 && !factor.cholesky.factorize(gram_, diagonal); ++attempt) {
            diagonal *= 100;
            factor.noise *= 100;
        }
    }

    /// @param largest  of the diagonal of H
    void start_noise(const RegressionPrior<Scalar>& prior, Scalar largest, RegressionFactor<Scalar>& factor) const {
        const Scalar rounding = Scalar(4) * std::numeric_limits<Scalar>::epsilon() * largest;
        factor.prior = prior;
        factor.noise = std::max({prior.noise * pool_.weights().sum(), rounding, std::numeric_limits<Scalar>::min()});
    }

    /// The median of the ratios of wanted weights to those in use.
    [[nodiscard]] Scalar common_ratio(const Eigen::VectorX<Scalar>& wanted) const {
        const auto weights = pool_.weights();
        std::vector<Scalar> ratios;
        ratios.reserve(static_cast<std::size_t>(pool_.count()));
        for (Eigen::Index i = 0; i < pool_.count(); ++i) {
            if (wanted(i) > 0 && weights(i) > 0) ratios.push_back(wanted(i) / weights(i));
        }
        if (ratios.empty()) return 1;
        const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
        std::nth_element(ratios.begin(), middle, ratios.end());
        return *middle;
    }

    /// Raises (sign 1) or lowers (sign -1) the weights that are too far from what is wanted.
    void reweight(const Eigen::VectorX<Scalar>& wanted, Scalar sign) {
        auto weights = pool_.weights();
        std::vector<Eigen::Index> which;
        which.reserve(static_cast<std::size_t>(pool_.count()));
        for (Eigen::Index i = 0; i < pool_.count(); ++i) {
            const Scalar less = sign > 0 ? weights(i) : wanted(i), more = sign > 0 ? wanted(i) : weights(i);
            if (more > Scalar(1.5) * less) which.push_back(i);
        }
        Eigen::MatrixX<Scalar> scaled(pool_.coefficient_count(), static_cast<Eigen::Index>(which.size()));
        for (Eigen::Index k = 0; k < scaled.cols(); ++k) {
            const Eigen::Index i = which[static_cast<std::size_t>(k)];
            scaled.col(k) = pool_.features().col(i) * std::sqrt(sign * (wanted(i) - weights(i)));
            weights(i) = wanted(i);
        }
        add_to_gram(scaled, sign);
        changes_ += scaled.cols();
    }

    /// @param scaled  features, each times the root of what its weight changes by
    void add_to_gram(const Eigen::MatrixX<Scalar>& scaled, Scalar sign) {
        if (scaled.cols() == 0 || gram_.size() == 0) return;
        detail::lower_update(gram_, scaled, sign);
        ++version_;
        if (gained_.cols() + lost_.cols() + scaled.cols() > pool_.coefficient_count() / 8)
            return begin_record();  // a new factor is as cheap
        auto& record = sign > 0 ? gained_ : lost_;
        record.conservativeResize(pool_.coefficient_count(), record.cols() + scaled.cols());
        record.rightCols(scaled.cols()) = scaled;
    }

    void build_gram() {
        constexpr Eigen::Index share = 64;  // samples at a time, to stay in the cache
        Eigen::MatrixX<Scalar> scaled;
        const Eigen::Index rows = has_few_samples() ? 0 : pool_.coefficient_count();
        gram_.setZero(rows, rows);
        for (Eigen::Index first = 0; first < pool_.count() && rows > 0; first += share) {
            const Eigen::Index last = std::min(first + share, pool_.count());
            scaled =
                pool_.features().middleCols(first, last - first) * pool_.weights().segment(first, last - first).cwiseSqrt().asDiagonal();
            detail::lower_update(gram_, scaled, Scalar(1));
        }
        changes_ = 0;
        ++version_;
        begin_record();
    }

    void begin_record() {
        gained_.resize(pool_.coefficient_count(), 0);
        lost_.resize(pool_.coefficient_count(), 0);
        recorded_from_ = version_;
    }

    FeaturePool<Scalar> pool_;
    Eigen::MatrixX<Scalar> gram_;                    // H without the noise, lower triangle [P x P]; empty where there are few samples
    Eigen::Index changes_ = 0;                       // of the gram since it was built
    std::uint64_t version_ = 0, recorded_from_ = 0;  // of the gram
    Eigen::MatrixX<Scalar> gained_, lost_;           // what it gained and lost from one version to the other, as V V'
};

}  // namespace primore
