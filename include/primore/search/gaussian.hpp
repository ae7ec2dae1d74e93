// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <numbers>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/detail/mirror.hpp>
#include <primore/detail/require.hpp>
#include <primore/random/stream.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// m + F z for a standard normal z: a sample of N(m, S) from any square-root factor, F F' = S.
///
/// All factors of a covariance give the same distribution, each a different sample for the same random numbers.
///
/// @param factor  F [N x K]: a symmetric root, a Cholesky factor (as matrix or triangular view), F V for an orthonormal V, a diagonal
template <std::floating_point Scalar, typename Factor>
[[nodiscard]] Eigen::VectorX<Scalar> normal_sample(const Eigen::VectorX<Scalar>& mean, const Factor& factor, Stream& stream) {
    const Eigen::VectorX<Scalar> standard = stream.normal_vector<Scalar>(factor.cols());
    return mean + factor * standard;
}

/// The exponential family's parameters of N(m, S), ln N(x) = const + q'x - 1/2 x'Qx.
template <std::floating_point Scalar, typename Precision = Eigen::MatrixX<Scalar>>
struct NaturalParameters {
    Eigen::VectorX<Scalar> slope;  ///< q = S^-1 m [N]
    Precision precision;           ///< Q = S^-1 [N x N]; of a diagonal covariance its diagonal [N]
};

/// A multivariate normal distribution N(m, S) over parameters [N]: what every search here improves.
template <std::floating_point Scalar>
class Gaussian {
public:
    Gaussian() = default;

    /// @param mean        m [N]
    /// @param covariance  S [N x N], symmetric positive definite; its lower triangle is read
    /// @throws std::invalid_argument if sizes disagree or a number is not finite
    Gaussian(Eigen::VectorX<Scalar> mean, Eigen::MatrixX<Scalar> covariance) : mean_(std::move(mean)), covariance_(std::move(covariance)) {
        constexpr auto where = "Gaussian";
        detail::require_at_least(where, "the size of mean", mean_.size(), 1);
        detail::require_size(where, "covariance.rows()", covariance_.rows(), mean_.size(), "the size of mean");
        detail::require_size(where, "covariance.cols()", covariance_.cols(), mean_.size(), "the size of mean");
        detail::require_finite(where, "mean", mean_);
        detail::require_finite(where, "covariance", covariance_);
        axes_ = PrincipalAxes<Scalar>(covariance_);
        if (axes_.lifted) covariance_ = axes_.covariance();
        detail::mirror_lower(covariance_);
        root_ = axes_.root();
    }

    /// The distribution with these natural parameters. One eigendecomposition, of the precision.
    /// @throws std::invalid_argument if sizes disagree, a number is not finite, or the precision is not positive definite
    explicit Gaussian(const NaturalParameters<Scalar>& natural) {
        constexpr auto where = "Gaussian";
        detail::require_at_least(where, "the size of slope", natural.slope.size(), 1);
        detail::require_size(where, "precision.rows()", natural.precision.rows(), natural.slope.size(), "the size of slope");
        detail::require_size(where, "precision.cols()", natural.precision.cols(), natural.slope.size(), "the size of slope");
        detail::require_finite(where, "slope", natural.slope);
        detail::require_finite(where, "precision", natural.precision);
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(natural.precision);
        detail::require_positive(where, "the least eigenvalue of precision", eigen.eigenvalues()(0));
        axes_ = PrincipalAxes<Scalar>(eigen.eigenvectors().rowwise().reverse(), eigen.eigenvalues().reverse().cwiseSqrt().cwiseInverse());
        covariance_ = axes_.covariance();
        root_ = axes_.root();
        mean_ = root_ * (root_ * natural.slope);
    }

    [[nodiscard]] Eigen::Index size() const noexcept { return mean_.size(); }
    [[nodiscard]] const Eigen::VectorX<Scalar>& mean() const noexcept { return mean_; }
    [[nodiscard]] const Eigen::MatrixX<Scalar>& covariance() const noexcept { return covariance_; }
    [[nodiscard]] const PrincipalAxes<Scalar>& axes() const noexcept { return axes_; }   ///< of S
    [[nodiscard]] const Eigen::MatrixX<Scalar>& root() const noexcept { return root_; }  ///< S^1/2 [N x N], symmetric

    /// m + S^1/2 z for a standard normal z [N].
    [[nodiscard]] Eigen::VectorX<Scalar> sample(Stream& stream) const { return normal_sample(mean_, root_, stream); }

    /// (x - m)' S^-1 (x - m) of each column x of samples [N x M]: [M].
    [[nodiscard]] Eigen::VectorX<Scalar> squared_distances(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& samples) const {
        const Eigen::MatrixX<Scalar> to_axes = axes_.axes * axes_.deviations.cwiseInverse().asDiagonal();
        const Eigen::MatrixX<Scalar> offsets = samples.transpose().rowwise() - mean_.transpose();  // by rows: their sums are vectors
        const Eigen::MatrixX<Scalar> along = offsets * to_axes;
        return along.rowwise().squaredNorm();
    }

    [[nodiscard]] Scalar entropy() const { return axes_.entropy(); }

    /// ln N(x; m, S).
    [[nodiscard]] Scalar log_density(const Eigen::Ref<const Eigen::VectorX<Scalar>>& x) const {
        const auto n = static_cast<Scalar>(size());
        const Scalar distance = axes_.whiten(x - mean_).squaredNorm();
        return Scalar(-0.5) * (distance + n * std::log(Scalar(2) * std::numbers::pi_v<Scalar>) + axes_.log_determinant());
    }

    [[nodiscard]] NaturalParameters<Scalar> natural_parameters() const {
        const Eigen::MatrixX<Scalar> inverse_factor = axes_.axes * axes_.deviations.cwiseInverse().asDiagonal();
        return {axes_.whiten(axes_.whiten(mean_)), inverse_factor * inverse_factor.transpose()};
    }

private:
    friend struct TextForm<Gaussian>;

    Eigen::VectorX<Scalar> mean_;
    Eigen::MatrixX<Scalar> covariance_;
    PrincipalAxes<Scalar> axes_;
    Eigen::MatrixX<Scalar> root_;
};

/// Whether all deviations lie between 1 / w and w and the mean within w^2, w = cbrt(max): products of a few of them neither overflow nor
/// vanish. A search does not step beyond.
template <std::floating_point Scalar>
[[nodiscard]] bool is_representable(const Gaussian<Scalar>& gaussian) {
    const Scalar widest = std::cbrt(std::numeric_limits<Scalar>::max());
    const auto& deviations = gaussian.axes().deviations;
    return deviations(0) > Scalar(1) / widest && deviations(deviations.size() - 1) < widest &&
           gaussian.mean().cwiseAbs().maxCoeff() < widest * widest;
}

/// The two parts of KL(p || q) between Gaussians.
template <std::floating_point Scalar>
struct KlParts {
    Scalar mean;        ///< 1/2 (m_p - m_q)' S_q^-1 (m_p - m_q)
    Scalar covariance;  ///< 1/2 (tr(S_q^-1 S_p) - N + ln |S_q| - ln |S_p|)

    [[nodiscard]] Scalar sum() const { return mean + covariance; }  ///< the divergence
};

template <std::floating_point Scalar>
[[nodiscard]] KlParts<Scalar> kl_divergence(const Gaussian<Scalar>& p, const Gaussian<Scalar>& q) {
    detail::require_size("kl_divergence", "p", p.size(), q.size(), "the size of q");
    const auto& axes = q.axes().axes;
    const Eigen::VectorX<Scalar> variances_along_q = (axes.transpose() * p.covariance() * axes).diagonal();
    const Scalar trace = variances_along_q.cwiseQuotient(q.axes().deviations.cwiseAbs2()).sum();
    return {Scalar(0.5) * q.axes().whiten(p.mean() - q.mean()).squaredNorm(),
            Scalar(0.5) * (trace - static_cast<Scalar>(p.size()) + q.axes().log_determinant() - p.axes().log_determinant())};
}

}  // namespace primore
