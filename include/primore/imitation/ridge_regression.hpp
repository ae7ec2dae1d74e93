// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/qr_factorization.hpp>
#include <primore/detail/require.hpp>
#include <primore/imitation/design_matrix.hpp>

namespace primore {

/// The least squares problem min |A x - b|^2 + r |x|^2 for any number of right-hand sides b, factorised once.
///
/// An orthogonal factorisation of [A; sqrt(r) 1] sees the condition number of A, where normal equations see its square: that is what
/// the weights of many narrow functions, or of float numbers, need.
template <std::floating_point Scalar>
class RidgeFactorization {
public:
    /// O(T P^2).
    /// @param matrix          A [T x P]
    /// @param regularization  r, not negative
    RidgeFactorization(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& matrix, Scalar regularization)
        : rows_(matrix.rows()), columns_(matrix.cols()), qr_(augmented(matrix, std::sqrt(regularization))) {}

    /// x [P x n] of right-hand sides b [T x n].
    [[nodiscard]] Eigen::MatrixX<Scalar> solve(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& right_hand_sides) const {
        if (right_hand_sides.cols() < columns_) {
            Eigen::MatrixX<Scalar> rotated = Eigen::MatrixX<Scalar>::Zero(rows_ + columns_, right_hand_sides.cols());
            rotated.topRows(rows_) = right_hand_sides;
            return qr_.solve(std::move(rotated));
        }
        Eigen::MatrixX<Scalar> result = orthonormal().transpose() * right_hand_sides;  // one product is faster than many reflections
        root().template triangularView<Eigen::Upper>().solveInPlace(result);
        return result;
    }

    /// R [P x P], upper triangular: R'R = A'A + r.
    [[nodiscard]] Eigen::MatrixX<Scalar> root() const { return qr_.triangle(columns_); }

    /// How much each sample decides about its own prediction [T], from 0 to 1: the diagonal of A (A'A + r)^-1 A'.
    [[nodiscard]] Eigen::VectorX<Scalar> leverages() const { return orthonormal().rowwise().squaredNorm(); }

    /// ln |A'A + r|.
    [[nodiscard]] Scalar log_determinant() const { return 2 * qr_.pivots().array().abs().log().sum(); }

    /// Whether x is determined, beyond rounding.
    [[nodiscard]] bool is_determined() const {
        const Eigen::VectorX<Scalar> pivots = qr_.pivots().cwiseAbs();
        return pivots.minCoeff() > Eigen::NumTraits<Scalar>::epsilon() * pivots.maxCoeff();
    }

private:
    [[nodiscard]] static Eigen::MatrixX<Scalar> augmented(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& matrix, Scalar diagonal) {
        Eigen::MatrixX<Scalar> result = Eigen::MatrixX<Scalar>::Zero(matrix.rows() + matrix.cols(), matrix.cols());
        result.topRows(matrix.rows()) = matrix;
        result.bottomRows(matrix.cols()).diagonal().setConstant(diagonal);
        return result;
    }

    /// [T x P] the part of Q that belongs to A.
    [[nodiscard]] Eigen::MatrixX<Scalar> orthonormal() const { return qr_.orthonormal(columns_).topRows(rows_); }

    Eigen::Index rows_, columns_;
    detail::QrFactorization<Scalar> qr_;  // of [A; sqrt(r) 1]
};

template <std::floating_point Scalar>
struct RidgeOptions {
    Scalar regularization = Scalar(1e-9);  ///< of the squared weights, not negative [MP_PyTorch: 1e-9]
    DemonstrationReading<Scalar> reading = {};
};

/// The movement of a primitive that is nearest to a demonstration: `primitive.trajectory(parameters, start)`.
template <std::floating_point Scalar>
struct RidgeFit {
    Eigen::VectorX<Scalar> parameters;  ///< [parameter_count()]
    StartState<Scalar> start;           ///< as it was read, see DemonstrationStart
};

/// The parameters of a primitive that reproduce each demonstration best.
///
///     min_w |Phi w - (y - start)|^2 + regularization |w|^2   for each degree of freedom      [Paraschos18]
///
/// Demonstrations that were sampled at the same times share one factorisation. O(T P^2) for each of those, and O(T P D) for each one.
/// @throws std::invalid_argument if an option is out of range, a demonstration or start does not suit the primitive, or the samples do
///         not determine all weights and nothing regularises them
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] std::vector<RidgeFit<Scalar>> ridge_regression(const Primitive& primitive,
                                                             const std::vector<Demonstration<Scalar>>& demonstrations,
                                                             const RidgeOptions<Scalar>& options = {}) {
    constexpr auto where = "ridge_regression";
    detail::require_not_negative(where, "regularization", options.regularization);
    std::vector<RidgeFit<Scalar>> fits(demonstrations.size());
    for (const DesignMatrix<Scalar>& design : design_matrices(where, primitive, demonstrations, options.reading)) {
        const RidgeFactorization<Scalar> factorization(design.functions, options.regularization);
        if (!factorization.is_determined()) {
            detail::refuse(where, "regularization", options.regularization, "more, because the samples do not determine all weights");
        }
        const Eigen::MatrixX<Scalar> weights = factorization.solve(design.targets);
        const Eigen::Index dofs = primitive.dofs();
        for (std::size_t i = 0; i < design.members.size(); ++i) {
            RidgeFit<Scalar>& fit = fits[static_cast<std::size_t>(design.members[i])];
            fit.parameters.resize(primitive.parameter_count());
            fit.parameters << design.clock_numbers, weights.middleCols(static_cast<Eigen::Index>(i) * dofs, dofs).reshaped();
            fit.start = design.starts[i];
        }
    }
    return fits;
}

/// The parameters of a primitive that reproduce one demonstration best.
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] RidgeFit<Scalar> ridge_regression(const Primitive& primitive, const Demonstration<Scalar>& demonstration,
                                                const RidgeOptions<Scalar>& options = {}) {
    return ridge_regression(primitive, std::vector<Demonstration<Scalar>>{demonstration}, options).front();
}

/// The weights of fits, one column for each [P D x n], without the learned numbers of the clock.
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] Eigen::MatrixX<Scalar> weight_columns(const Primitive& primitive, const std::vector<RidgeFit<Scalar>>& fits) {
    const Eigen::Index count = primitive.weight_count() * primitive.dofs();
    Eigen::MatrixX<Scalar> columns(count, static_cast<Eigen::Index>(fits.size()));
    for (std::size_t i = 0; i < fits.size(); ++i) columns.col(static_cast<Eigen::Index>(i)) = fits[i].parameters.tail(count);
    return columns;
}

}  // namespace primore
