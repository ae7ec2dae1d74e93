// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/multiply.hpp>
#include <primore/detail/qr_factorization.hpp>
#include <primore/detail/require.hpp>
#include <primore/distribution/block_covariance.hpp>
#include <primore/distribution/gaussian_update.hpp>
#include <primore/distribution/weight_distribution.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// Which covariance of a trajectory: that of two of its time derivatives (0 position, 1 velocity, 2 acceleration).
template <std::floating_point Scalar>
struct CovarianceOptions {
    int row_order = 0;
    int column_order = 0;
    Scalar regularization = 0;  ///< this times the largest variance is added to the diagonal, where both orders agree [MP_PyTorch: 1e-4]
};

/// A normal distribution of the motion at one time: position, velocity and acceleration of all degrees of freedom, in this order.
template <std::floating_point Scalar>
struct StateDistribution {
    Eigen::VectorX<Scalar> mean;        ///< [3 D]
    Eigen::MatrixX<Scalar> covariance;  ///< [3 D x 3 D]

    /// The part without accelerations, [2 D].
    [[nodiscard]] StateDistribution without_acceleration() const {
        const Eigen::Index n = mean.size() / 3 * 2;
        return {mean.head(n), covariance.topLeftCorner(n, n)};
    }
};

namespace detail {  // what is the same for all primitives, compiled once

/// From a table of one time.
template <std::floating_point Scalar>
[[nodiscard]] StateDistribution<Scalar> state_distribution(const BasisTable<Scalar>& row, const Eigen::MatrixX<Scalar>& coefficients,
                                                           const Eigen::MatrixX<Scalar>& covariance) {
    const Eigen::Index dofs = coefficients.cols();
    Eigen::MatrixX<Scalar> orders(3, row.position.cols());
    orders << row.position, row.velocity, row.acceleration;
    const Eigen::MatrixX<Scalar> mean = (orders * coefficients).transpose();
    const Eigen::MatrixX<Scalar> by_dof = block_covariance<Scalar>(orders.rightCols(orders.cols() - 2), covariance);  // index 3 dof + order
    Eigen::VectorXi order_major(3 * dofs);
    for (Eigen::Index i = 0; i < 3 * dofs; ++i) order_major(i) = static_cast<int>(3 * (i % dofs) + i / dofs);
    return {mean.reshaped(), by_dof(order_major, order_major)};
}

/// @param phi     [T x P]
/// @param errors  [T x D] of the mean movement
template <std::floating_point Scalar>
[[nodiscard]] Scalar positions_log_density(const Eigen::MatrixX<Scalar>& phi, const Eigen::MatrixX<Scalar>& errors,
                                           const WeightDistribution<Scalar>& weights, const Eigen::VectorX<Scalar>& noise_variances) {
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;
    const Eigen::Index dofs = errors.cols(), count = phi.cols(), steps = phi.rows(), kept = std::min(steps, count);
    const Vector deviations = noise_variances.cwiseSqrt().replicate(dofs / noise_variances.size(), 1);
    const Matrix residuals = errors * deviations.cwiseInverse().asDiagonal();

    // Phi = Q R: only R and the part of the residuals within the range of Q meet u.
    Matrix root = weights.root().matrix();
    if (root.cols() == 0) root = Matrix::Zero(weights.size(), 1);  // weights without variance: a direction of length zero
    const QrFactorization<Scalar> basis(phi);
    const Matrix triangle = basis.triangle(kept), rotated = basis.adjoint_times(residuals);
    Matrix stacked(dofs * kept + root.cols(), root.cols()), target = Matrix::Zero(stacked.rows(), 1);
    for (Eigen::Index dof = 0; dof < dofs; ++dof) {
        multiply<Scalar>(triangle / deviations(dof), root.middleRows(dof * count, count), stacked.middleRows(dof * kept, kept));
        target.middleRows(dof * kept, kept) = rotated.col(dof).head(kept);
    }
    stacked.bottomRows(root.cols()).setIdentity();
    const QrFactorization<Scalar> whole(stacked);
    const Matrix u = whole.solve(target);
    target -= stacked * u;
    const Scalar distance = target.squaredNorm() + rotated.bottomRows(steps - kept).squaredNorm();
    const Scalar log_determinant =
        2 * whole.pivots().array().abs().log().sum() + 2 * static_cast<Scalar>(steps) * deviations.array().log().sum();
    const auto numbers = static_cast<Scalar>(errors.size());
    return Scalar(-0.5) * (distance + log_determinant + numbers * std::log(2 * std::numbers::pi_v<Scalar>));
}

}  // namespace detail

/// The movements that a linear primitive makes of normally distributed weights [Paraschos18, sec. 2]: again normally distributed, at all
/// times and in all derivatives together.
///
///     y(t) = Phi(t) w + (what comes from the start state),     w ~ N(m, S),     cov(y_i(t), y_j(t')) = Phi(t) S_ij Phi(t')'
///
/// A value: conditioning, blending and changes of speed make new ones. The clock is that of the primitive; numbers of it that are learned
/// are not random. Tables and covariances are in the order index = dof * T + time. Every function of times allocates and throws
/// std::invalid_argument for times at which the primitive has no motion.
template <typename Primitive>
class TrajectoryDistribution {
public:
    using Vector = typename Primitive::Vector;
    using Scalar = typename Vector::Scalar;
    using Matrix = Eigen::MatrixX<Scalar>;
    using Motion = typename Primitive::template Motion<>;
    static constexpr int Dofs = Motion::Vector::RowsAtCompileTime;
    using Start = StartState<Scalar, Dofs>;

    /// @param start  where every movement starts, for a primitive that has a start; without it, as in LinearPrimitive
    /// @throws std::invalid_argument if the weights or the start have a wrong size or are not finite
    TrajectoryDistribution(Primitive primitive, WeightDistribution<Scalar> weights, std::optional<Start> start = std::nullopt)
        : primitive_(std::move(primitive)), weights_(std::move(weights)), start_(std::move(start)) {
        weights_.validate(self, primitive_.dofs() * primitive_.weight_count(), "dofs() * weight_count()");
        if (start_) start_ = start_->completed(self, dofs());
    }

    [[nodiscard]] const Primitive& primitive() const noexcept { return primitive_; }
    [[nodiscard]] const WeightDistribution<Scalar>& weights() const noexcept { return weights_; }
    [[nodiscard]] const std::optional<Start>& start() const noexcept { return start_; }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return primitive_.dofs(); }

    /// The same movements, faster, slower or later.
    [[nodiscard]] TrajectoryDistribution with_clock(const auto& clock) const { return {primitive_.with_clock(clock), weights_, start_}; }

    /// The same primitive and start with other weights.
    [[nodiscard]] TrajectoryDistribution with_weights(WeightDistribution<Scalar> weights) const {
        return {primitive_, std::move(weights), start_};
    }

    /// The same movements after observations of their weights.
    /// @throws std::invalid_argument if a number of the result is not finite
    [[nodiscard]] TrajectoryDistribution updated(const GaussianUpdate<Scalar>& update, const Vector& residuals) const {
        TrajectoryDistribution result(primitive_, start_);
        result.weights_ = update.posterior(weights_, residuals);
        detail::require_finite(self, "weights.mean", result.weights_.mean);
        detail::require_finite(self, "weights.covariance", result.weights_.covariance.diagonal());  // no covariance exceeds its variances
        return result;
    }

    [[nodiscard]] BasisTable<Scalar> table(const Eigen::Ref<const Vector>& times) const {
        return primitive_.basis_table(times, start_ ? std::optional<Scalar>(start_->time) : std::nullopt);
    }

    /// What the rows of the table are multiplied by for the movement with certain weights [P D].
    [[nodiscard]] Eigen::Matrix<Scalar, Eigen::Dynamic, Dofs> coefficients_of(const Eigen::Ref<const Vector>& weights) const {
        return coefficients<Scalar, Dofs>(start_ ? *start_ : Start{}.completed(self, dofs()), weights);
    }

    /// The movement with certain weights [P D], at times [T].
    [[nodiscard]] Trajectory<Scalar, Dofs> trajectory(const Eigen::Ref<const Vector>& times,
                                                      const Eigen::Ref<const Vector>& weights) const {
        detail::require_size(self, "weights", weights.size(), weights_.size(), "dofs() * weight_count()");
        const BasisTable<Scalar> rows = table(times);
        const auto columns = coefficients_of(weights);
        return {times, rows.position * columns, rows.velocity * columns, rows.acceleration * columns};
    }

    /// The mean movement: the one with the mean weights.
    [[nodiscard]] Trajectory<Scalar, Dofs> mean(const Eigen::Ref<const Vector>& times) const { return trajectory(times, weights_.mean); }

    /// The movement with certain weights [P D], to be executed.
    [[nodiscard]] Motion motion(const Eigen::Ref<const Vector>& weights) const {
        const Vector all = parameters(weights);
        if constexpr (requires { primitive_.trajectory(all); }) {
            if (!start_) return primitive_.trajectory(all);
        }
        return primitive_.trajectory(all, start_ ? *start_ : Start{});
    }

    /// The parameters of the primitive: the learned numbers of its clock, then the weights.
    [[nodiscard]] Vector parameters(const Eigen::Ref<const Vector>& weights) const {
        const LearnedPhase learned = primitive_.learned();
        const auto clock = primitive_.clock();
        Vector result(learned.count() + weights.size());
        Eigen::Index next = 0;
        if (learned.duration) result(next++) = clock.duration;
        if (learned.delay) result(next++) = clock.delay;
        if constexpr (requires { clock.decay; }) {
            if (learned.decay) result(next++) = clock.decay;
        }
        result.tail(weights.size()) = weights;
        return result;
    }

    /// The covariance [T D x T D] of two time derivatives; symmetric where they are the same.
    /// @throws std::invalid_argument if an order is none of 0, 1, 2, or cross-covariances shall be regularised
    [[nodiscard]] Matrix covariance(const Eigen::Ref<const Vector>& times, const CovarianceOptions<Scalar>& options = {}) const {
        require_order("row_order", options.row_order);
        require_order("column_order", options.column_order);
        detail::require_not_negative(self, "regularization", options.regularization);
        const BasisTable<Scalar> rows = table(times);
        if (options.row_order != options.column_order) {
            if (options.regularization > 0) detail::refuse(self, "regularization", options.regularization, "0 for a cross-covariance");
            return block_covariance<Scalar>(rows.weights_of_order(options.row_order), rows.weights_of_order(options.column_order),
                                            weights_.covariance);
        }
        Matrix result = block_covariance<Scalar>(rows.weights_of_order(options.row_order), weights_.covariance);
        if (options.regularization > 0) result.diagonal().array() += options.regularization * result.diagonal().maxCoeff();
        return result;
    }

    /// The standard deviations [T x D] of a time derivative, with the regularisation of covariance().
    /// @throws std::invalid_argument if the order is none of 0, 1, 2
    [[nodiscard]] Matrix standard_deviations(const Eigen::Ref<const Vector>& times, int order = 0, Scalar regularization = 0) const {
        require_order("order", order);
        detail::require_not_negative(self, "regularization", regularization);
        Matrix variances = block_variances<Scalar>(table(times).weights_of_order(order), weights_.covariance);
        if (regularization > 0) variances.array() += regularization * variances.maxCoeff();
        return variances.cwiseSqrt();
    }

    /// Position, velocity and acceleration at one time, together.
    [[nodiscard]] StateDistribution<Scalar> at(Scalar time) const {
        return detail::state_distribution<Scalar>(table(Vector::Constant(1, time)), coefficients_of(weights_.mean), weights_.covariance);
    }

    /// ln of the density of observed positions [T x D], each with independent noise of the given variances ([D], or [1] for all).
    ///
    /// In the space of the weights, O((P D)^3) whatever T: with residuals r, whitened rows Z and C = I + Z Z', r' C^-1 r is the least
    /// |r - Z u|^2 + |u|^2 and ln |C| = ln |I + Z' Z|.
    /// @throws std::invalid_argument if a size is wrong, a number is not finite or a variance is not positive
    [[nodiscard]] Scalar log_density(const Eigen::Ref<const Vector>& times, const Eigen::Ref<const Matrix>& positions,
                                     const Eigen::Ref<const Vector>& noise_variances) const;

private:
    static constexpr auto self = "TrajectoryDistribution";

    TrajectoryDistribution(const Primitive& primitive, const std::optional<Start>& start) : primitive_(primitive), start_(start) {}

    static void require_order(const char* name, int order) {
        if (order < 0 || order > 2) detail::refuse(self, name, order, "0 (position), 1 (velocity) or 2 (acceleration)");
    }

    Primitive primitive_;
    WeightDistribution<Scalar> weights_;
    std::optional<Start> start_;
};

template <typename Primitive>
auto TrajectoryDistribution<Primitive>::log_density(const Eigen::Ref<const Vector>& times, const Eigen::Ref<const Matrix>& positions,
                                                    const Eigen::Ref<const Vector>& noise_variances) const -> Scalar {
    detail::require_size(self, "positions.rows()", positions.rows(), times.size(), "the size of times");
    detail::require_size(self, "positions.cols()", positions.cols(), dofs(), "dofs()");
    detail::require_finite(self, "positions", positions);
    if (noise_variances.size() != 1) detail::require_size(self, "noise_variances", noise_variances.size(), dofs(), "dofs(); or 1 for all");
    for (Eigen::Index i = 0; i < noise_variances.size(); ++i) detail::require_positive(self, "noise_variances", noise_variances(i));
    const BasisTable<Scalar> rows = table(times);
    return detail::positions_log_density<Scalar>(rows.weights_of_order(0), positions - rows.position * coefficients_of(weights_.mean),
                                                 weights_, noise_variances);
}

}  // namespace primore
