// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <string_view>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// A square root A of a covariance that may be singular, S = A A': what samples are made with.
///
/// It is the lower Cholesky factor where there is one. Otherwise it is made column by column, each for the coordinate that varies most
/// given those before, until only rounding is left, which makes a column for each direction that varies. O(N^2 r).
template <std::floating_point Scalar>
class SemidefiniteRoot {
public:
    using Matrix = Eigen::MatrixX<Scalar>;

    SemidefiniteRoot() = default;  ///< of no numbers

    /// @param covariance  S [N x N], symmetric
    /// @throws std::invalid_argument, in the name of `where`, if the covariance has a negative direction, by more than rounding
    SemidefiniteRoot(std::string_view where, std::string_view name, const Eigen::Ref<const Matrix>& covariance) {
        const Eigen::Index n = covariance.rows();
        if (n == 0) return;
        const Scalar rounding = 4 * static_cast<Scalar>(n) * Eigen::NumTraits<Scalar>::epsilon();
        const Eigen::LLT<Matrix> cholesky(covariance);
        if (cholesky.info() == Eigen::Success) {
            matrix_ = cholesky.matrixL();
            is_definite_ = (matrix_.diagonal().array().square() > rounding * covariance.diagonal().array()).all();
            return;
        }
        is_definite_ = false;
        const Scalar least = rounding * covariance.diagonal().cwiseAbs().maxCoeff();
        pivot(covariance, least);
        // What is left has no diagonal; if it has anything else, a direction without a pattern finds it.
        const Eigen::VectorX<Scalar> probe = Eigen::VectorX<Scalar>::LinSpaced(n, 1, static_cast<Scalar>(n)).array().sin();
        const Scalar missed = (covariance * probe - matrix_ * (matrix_.transpose() * probe)).cwiseAbs().maxCoeff();
        if (!(missed <= 16 * least)) detail::refuse(where, name, "indefinite", "positive semi-definite");
    }

    [[nodiscard]] const Matrix& matrix() const noexcept { return matrix_; }  ///< A [N x r], r the rank

    /// Whether there is a density, that is: whether every direction varies, by more than rounding. Then the root is triangular.
    [[nodiscard]] bool is_definite() const noexcept { return is_definite_; }

    /// ln |S| of a definite covariance.
    [[nodiscard]] Scalar log_determinant() const { return 2 * matrix_.diagonal().array().log().sum(); }

    /// A^-1 x for a definite covariance.
    [[nodiscard]] Eigen::VectorX<Scalar> whiten(const Eigen::Ref<const Eigen::VectorX<Scalar>>& x) const {
        return matrix_.template triangularView<Eigen::Lower>().solve(x);
    }

private:
    void pivot(const Eigen::Ref<const Matrix>& covariance, Scalar least) {
        const Eigen::Index n = covariance.rows();
        matrix_.resize(n, n);
        Eigen::VectorX<Scalar> variances = covariance.diagonal();  // of the coordinates, given those of the columns so far
        Eigen::Index k = 0, next = 0;
        for (; k < n && variances.maxCoeff(&next) > least; ++k) {
            auto column = matrix_.col(k);
            column = covariance.col(next) - matrix_.leftCols(k) * matrix_.row(next).head(k).transpose();
            column /= std::sqrt(variances(next));
            variances -= column.cwiseAbs2();
            variances(next) = 0;
        }
        matrix_.conservativeResize(Eigen::NoChange, k);
    }

    Matrix matrix_;
    bool is_definite_ = true;
};

}  // namespace primore
