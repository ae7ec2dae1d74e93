// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <string_view>
#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/minus_squares.hpp>
#include <primore/detail/qr_factorization.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/weight_distribution.hpp>

namespace primore {

/// What linear observations x = H w + noise, noise ~ N(0, R), do to a normal distribution N(m, S) of w, all of them at once:
///
///     K = S H' (R + H S H')^-1,   m + K (x - H m),   S - K H S                                            [Paraschos18, eq. 5]
///
/// in the form S - G G', G = K (R + H S H')^1/2, exactly symmetric. R may be zero, R + H S H' singular: where the distribution is certain
/// already, observations change nothing, and of exact observations that contradict each other the least squares are kept.
///
/// `Map` stands for H [M x N]: `map.covariance_with(S)` is S H', `map.times(X)` is H X, and `map.magnitudes(d)` is |H| d.
template <std::floating_point Scalar>
class GaussianUpdate {
public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    /// @param noise  R [M x M]
    /// @throws std::invalid_argument, in the name of `where`, if R or S has a negative direction
    template <typename Map>
    GaussianUpdate(std::string_view where, const Map& map, const WeightDistribution<Scalar>& prior, const Matrix& noise) {
        Matrix cross = map.covariance_with(prior.covariance);
        const Matrix observed = map.times(cross) + noise;
        const Vector largest = map.magnitudes(prior.covariance.diagonal().cwiseMax(Scalar(0)).cwiseSqrt().eval());
        const Scalar epsilon = Eigen::NumTraits<Scalar>::epsilon();
        const Vector scale = observed.diagonal().binaryExpr(largest, [=](Scalar variance, Scalar deviation) {
            return variance > 16 * epsilon * deviation * deviation ? 1 / std::sqrt(variance) : Scalar(0);  // 0: it is certain already
        });
        const Eigen::LLT<Matrix> correlation(scale.asDiagonal() * observed * scale.asDiagonal());
        // Below this a Cholesky factor of R + H S H' has lost too many digits: roots have twice as many.
        if (correlation.info() == Eigen::Success && correlation.matrixLLT().diagonal().cwiseAbs2().minCoeff() > std::cbrt(epsilon)) {
            root_ = std::move(cross) * scale.asDiagonal();
            correlation.matrixU().template solveInPlace<Eigen::OnTheRight>(root_);
            whitener_ = scale.asDiagonal();
            correlation.matrixL().solveInPlace(whitener_);
        } else {
            update_roots(where, map, prior, noise, scale);
        }
    }

    /// N(m + K r, S - K H S), what becomes of the prior N(m, S), for the residuals r = x - H m [M].
    [[nodiscard]] WeightDistribution<Scalar> posterior(const WeightDistribution<Scalar>& prior, const Vector& residuals) const {
        return {prior.mean + shift(residuals), reduced(prior.covariance)};
    }

    /// K r for residuals r = x - H m in columns [M x k].
    [[nodiscard]] Matrix shift(const Eigen::Ref<const Matrix>& residuals) const { return root_ * (whitener_ * residuals); }

    /// S - K H S. Where almost nothing is left of S, its rounding is added, so that there are no negative directions.
    [[nodiscard]] Matrix reduced(const Matrix& covariance) const {
        Matrix result = detail::minus_squares(covariance, root_);
        if (root_.squaredNorm() > Scalar(0.99) * covariance.trace()) {
            const Scalar rounding = 4 * std::sqrt(static_cast<Scalar>(root_.size())) * Eigen::NumTraits<Scalar>::epsilon();
            result.diagonal() += rounding * covariance.diagonal();
        }
        return result;
    }

private:
    /// With S = A A', R = B B' and F = [A' H'; B'] = Q T, whose first r columns matter: R + H S H' = F' F and G = [A 0] Q.
    template <typename Map>
    void update_roots(std::string_view where, const Map& map, const WeightDistribution<Scalar>& prior, const Matrix& noise,
                      const Vector& scale) {
        const Matrix a = prior.root().matrix(), b = SemidefiniteRoot<Scalar>(where, "noise", noise).matrix();
        Matrix f(a.cols() + b.cols(), scale.size());
        f << map.times(a).transpose(), b.transpose();
        f *= scale.asDiagonal();
        const detail::QrFactorization<Scalar> qr(std::move(f), detail::QrOrder::longest_first);
        const Eigen::Index rank = qr.rank(16 * static_cast<Scalar>(scale.size()) * Eigen::NumTraits<Scalar>::epsilon());
        root_ = Matrix::Zero(a.rows(), rank);
        whitener_ = Matrix::Zero(rank, scale.size());
        if (rank == 0) return;
        root_.noalias() = a * qr.orthonormal(rank).topRows(a.cols());
        whitener_ = detail::QrFactorization<Scalar>(qr.triangle(rank).transpose()).solve(scale.asDiagonal());
    }

    Matrix root_;      // G [N x r]
    Matrix whitener_;  // [r x M], K = G whitener
};

}  // namespace primore
