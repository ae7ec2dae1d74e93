// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/tiled_cholesky.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore::detail {

/// A Cholesky factor with changes of low rank pending: H = L L' + V1 V1' - V2 V2' + .. of a symmetric positive definite matrix.
///
/// With Y = (I - Q E Q') L^-1 V and C C' = I +- V' L^-T Y, each change appends Y C^-T to Q and its sign to the diagonal E, so that
///
///   H^-1 = L^-T (I - Q E Q') L^-1                                             (Woodbury's identity, one change after the other)
///
/// A change by K columns costs O(P^2 K) instead of the O(P^3) of a new factor, and R columns pending O(P R) more in each use. A change
/// that would be too large, in number or for the digits that would cancel, is refused: then H is to be factorised.
template <std::floating_point Scalar>
class UpdatedCholesky {
public:
    /// Starts anew from H = A + diag(d) [P x P]; reads the lower triangle of A. @return whether it is positive definite
    [[nodiscard]] bool factorize(const Eigen::MatrixX<Scalar>& a, const Eigen::VectorX<Scalar>& d) {
        columns_.resize(a.rows(), 0);
        signs_.resize(0);
        lower_ = a;  // all of it: one copy without a loop over columns
        lower_.diagonal() += d;
        return tiled_cholesky(lower_);
    }

    /// H += sign V V', V [P x K], sign 1 or -1. @return whether that was possible; if not, H is what it was
    [[nodiscard]] bool update(const Eigen::MatrixX<Scalar>& v, Scalar sign) {
        assert(v.rows() == size());
        const Eigen::Index k = v.cols();
        if (k == 0) return true;
        if (pending() + k > most_pending(size())) return false;
        Eigen::MatrixX<Scalar> y = halves(v);
        Eigen::MatrixX<Scalar> middle = y.transpose() * y;
        if (pending() > 0) {
            Eigen::MatrixX<Scalar> known = columns_.transpose() * y;
            const Eigen::MatrixX<Scalar> signed_known = signs_.asDiagonal() * known;
            middle.noalias() -= known.transpose() * signed_known;
            y.noalias() -= columns_ * signed_known;
        }
        middle *= sign;
        middle.diagonal().array() += Scalar(1);
        const Eigen::LLT<Eigen::Ref<Eigen::MatrixX<Scalar>>> factor(middle);
        const auto pivots = middle.diagonal().array();
        if (factor.info() != Eigen::Success || !(pivots.minCoeff() >= Scalar(1) / most_pivot && pivots.maxCoeff() <= most_pivot))
            return false;
        factor.matrixU().template solveInPlace<Eigen::OnTheRight>(y);
        columns_.conservativeResize(Eigen::NoChange, pending() + k);
        columns_.rightCols(k) = y;
        signs_.conservativeResize(pending());
        signs_.tail(k).setConstant(sign);
        return true;
    }

    /// Most columns that may be pending: with more, a new factor is cheaper.
    [[nodiscard]] static constexpr Eigen::Index most_pending(Eigen::Index size) noexcept { return size / 3; }

    [[nodiscard]] Eigen::Index size() const noexcept { return lower_.rows(); }       ///< P
    [[nodiscard]] Eigen::Index pending() const noexcept { return columns_.cols(); }  ///< R, columns of changes since factorize()

    /// L^-1 V [P x K], V [P x K]: with half_solve() what is needed to multiply V' H^-1 b.
    [[nodiscard]] Eigen::MatrixX<Scalar> halves(Eigen::MatrixX<Scalar> v) const {
        lower_.template triangularView<Eigen::Lower>().solveInPlace(v);
        return v;
    }

    /// (I - Q E Q') L^-1 b [P]: v' H^-1 b is its product with the half of v.
    [[nodiscard]] Eigen::VectorX<Scalar> half_solve(const Eigen::VectorX<Scalar>& b) const {
        Eigen::VectorX<Scalar> x = lower_.template triangularView<Eigen::Lower>().solve(b);
        if (pending() > 0) {
            const Eigen::VectorX<Scalar> known = signs_.cwiseProduct(columns_.transpose() * x);
            x.noalias() -= columns_ * known;
        }
        return x;
    }

    /// H^-1 b [P], from half_solve(b).
    [[nodiscard]] Eigen::VectorX<Scalar> complete(Eigen::VectorX<Scalar> half) const {
        lower_.template triangularView<Eigen::Lower>().transpose().solveInPlace(half);
        return half;
    }

    /// v' H^-1 v [K] of vectors with these halves [P x K].
    [[nodiscard]] Eigen::VectorX<Scalar> inverse_norms(const Eigen::MatrixX<Scalar>& halves) const {
        Eigen::VectorX<Scalar> norms = halves.colwise().squaredNorm();
        if (pending() > 0) {
            const Eigen::MatrixX<Scalar> known = columns_.transpose() * halves;
            norms.noalias() -= known.cwiseAbs2().transpose() * signs_;
        }
        return norms;
    }

private:
    friend struct TextForm<UpdatedCholesky>;

    static constexpr Scalar most_pivot = Scalar(30);  // of C: three digits may cancel

    Eigen::MatrixX<Scalar> lower_;    // L [P x P], and what A had above it
    Eigen::MatrixX<Scalar> columns_;  // Q [P x R]
    Eigen::VectorX<Scalar> signs_;    // the diagonal of E [R]
};

}  // namespace primore::detail
