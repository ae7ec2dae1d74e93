// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numeric>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace primore::detail {

/// In which order the columns of a matrix are made orthogonal.
enum class QrOrder {
    as_they_stand,
    longest_first,  ///< what is left of the longest: what comes last shows the rank
};

/// A [M x N] = Q T by Householder reflections, Q orthogonal. O(M N^2).
///
/// The decompositions of Eigen work in blocks, which pays from about 100 columns on, and are most of what a compiler would have to do
/// here: this one is column by column, one for everything.
template <std::floating_point Scalar>
class QrFactorization {
public:
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    explicit QrFactorization(Matrix a, QrOrder order = QrOrder::as_they_stand)
        : a_(std::move(a)), order_(static_cast<std::size_t>(a_.cols())), factors_(std::min(a_.rows(), a_.cols())) {
        std::iota(order_.begin(), order_.end(), Eigen::Index(0));
        for (Eigen::Index k = 0; k < factors_.size(); ++k) {
            if (order == QrOrder::longest_first) choose_longest(k);
            make_reflection(k);
            for (Eigen::Index next = k + 1; next < a_.cols(); ++next) reflect(k, a_, column(next));
        }
    }

    /// The diagonal of T [min(M, N)], in the order in which the columns were taken.
    [[nodiscard]] Vector pivots() const {
        Vector result(factors_.size());
        for (Eigen::Index k = 0; k < result.size(); ++k) result(k) = a_(k, column(k));
        return result;
    }

    /// How many pivots are larger than this part of the largest.
    [[nodiscard]] Eigen::Index rank(Scalar tolerance) const {
        const Vector sizes = pivots().cwiseAbs();
        return sizes.size() == 0 ? 0 : (sizes.array() > tolerance * sizes.maxCoeff()).count();
    }

    /// The first rows of T [count x N]: upper triangular, but for the order of its columns.
    [[nodiscard]] Matrix triangle(Eigen::Index count) const {
        Matrix result = Matrix::Zero(count, a_.cols());
        for (Eigen::Index k = 0; k < a_.cols(); ++k) {
            for (Eigen::Index row = 0; row < std::min(k + 1, count); ++row) result(row, column(k)) = a_(row, column(k));
        }
        return result;
    }

    /// The first columns of Q [M x count].
    [[nodiscard]] Matrix orthonormal(Eigen::Index count) const {
        Matrix result = Matrix::Identity(a_.rows(), count);
        for (Eigen::Index k = factors_.size() - 1; k >= 0; --k) {
            for (Eigen::Index col = k; col < count; ++col) reflect(k, result, col);  // what is left of them has nothing here yet
        }
        return result;
    }

    /// Q' b [M x n].
    [[nodiscard]] Matrix adjoint_times(Matrix b) const {
        for (Eigen::Index col = 0; col < b.cols(); ++col) {
            for (Eigen::Index k = 0; k < factors_.size(); ++k) reflect(k, b, col);
        }
        return b;
    }

    /// The x [N x n] with the least |A x - b|. The columns of A are independent, and taken as they stand.
    [[nodiscard]] Matrix solve(Matrix b) const {
        Matrix x = adjoint_times(std::move(b)).topRows(a_.cols());
        triangle(a_.cols()).template triangularView<Eigen::Upper>().solveInPlace(x);
        return x;
    }

private:
    using Part = Eigen::Map<const Vector>;

    [[nodiscard]] Eigen::Index column(Eigen::Index k) const { return order_[static_cast<std::size_t>(k)]; }

    /// What is in column `col` of a matrix below row k.
    [[nodiscard]] static Part below(Eigen::Index k, const Matrix& matrix, Eigen::Index col) {
        return {matrix.data() + col * matrix.rows() + k + 1, matrix.rows() - k - 1};
    }

    void choose_longest(Eigen::Index k) {
        Eigen::Index longest = k;
        Scalar most = -1;
        for (Eigen::Index i = k; i < a_.cols(); ++i) {
            const Scalar top = a_(k, column(i)), square = top * top + below(k, a_, column(i)).squaredNorm();
            if (!(square > most)) continue;
            longest = i;
            most = square;
        }
        std::swap(order_[static_cast<std::size_t>(k)], order_[static_cast<std::size_t>(longest)]);
    }

    /// The reflection 1 - factor v v' with v_k = 1, nothing above, that leaves nothing of the column below row k; v is kept there.
    void make_reflection(Eigen::Index k) {
        Scalar& top = a_(k, column(k));
        Eigen::Map<Vector> rest(a_.data() + column(k) * a_.rows() + k + 1, a_.rows() - k - 1);
        const Scalar square = rest.squaredNorm();
        factors_(k) = 0;
        if (square == 0) return;
        const Scalar length = std::copysign(std::sqrt(top * top + square), -top);  // no cancellation in top - length
        rest /= top - length;
        factors_(k) = (length - top) / length;
        top = length;
    }

    /// Reflects a column of a matrix.
    void reflect(Eigen::Index k, Matrix& matrix, Eigen::Index col) const {
        if (factors_(k) == 0) return;
        const Part v = below(k, a_, column(k));
        Eigen::Map<Vector> rest(matrix.data() + col * matrix.rows() + k + 1, v.size());
        Scalar& top = matrix(k, col);
        const auto product = v.template cast<double>().dot(rest.template cast<double>());  // of float numbers, half of the error
        const auto share = static_cast<Scalar>(static_cast<double>(factors_(k)) * (static_cast<double>(top) + product));
        top -= share;
        rest -= share * v;
    }

    Matrix a_;                         // T, and below it the reflections
    std::vector<Eigen::Index> order_;  // [N] the columns as they were taken
    Vector factors_;                   // [min(M, N)] of the reflections
};

}  // namespace primore::detail
