// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// All that a primitive which is linear in its parameters needs to know of some times: its basis, the same for every degree of freedom.
///
/// At time t the motion of one degree of freedom and its time derivatives are the products of a row [2 + P] with the coefficients
/// (start position, start velocity, its P parameters). A primitive that takes no start state has zeros in the first two columns.
template <Real Scalar>
struct BasisTable {
    Eigen::VectorX<Scalar> times;         ///< [T] [s]
    Eigen::MatrixX<Scalar> position;      ///< [T x 2 + P]
    Eigen::MatrixX<Scalar> velocity;      ///< [T x 2 + P] per second
    Eigen::MatrixX<Scalar> acceleration;  ///< [T x 2 + P] per second squared

    /// The table of a time derivative: 0 position, 1 velocity, 2 acceleration.
    [[nodiscard]] const Eigen::MatrixX<Scalar>& of_order(int order) const noexcept {
        return order == 0 ? position : order == 1 ? velocity : acceleration;
    }

    /// The part that is multiplied by the parameters, [T x P].
    [[nodiscard]] auto weights_of_order(int order) const noexcept { return of_order(order).rightCols(position.cols() - 2); }
};

/// The coefficients of movements, a column for every degree of freedom: start position, start velocity, parameters.
///
/// @param start    of all the movements; completed, see StartState
/// @param weights  [P D], the parameters of a movement without the learned numbers of the clock; or [P D x M] for M movements
/// @return  [2 + P x D M], movement after movement
template <Real Scalar, int Dofs, typename Derived>
[[nodiscard]] auto coefficients(const StartState<Scalar, Dofs>& start, const Eigen::MatrixBase<Derived>& weights) {
    constexpr int columns = Derived::ColsAtCompileTime == 1 ? Dofs : Eigen::Dynamic;
    const Eigen::Index dofs = start.position.size(), count = weights.rows() / dofs, movements = weights.cols();
    Eigen::Matrix<Scalar, Eigen::Dynamic, columns> result(2 + count, dofs * movements);
    result.row(0) = start.position.transpose().replicate(1, movements);
    result.row(1) = start.velocity.transpose().replicate(1, movements);
    for (Eigen::Index m = 0; m < movements; ++m) {
        result.bottomRows(count).middleCols(m * dofs, dofs) = weights.col(m).reshaped(count, dofs);
    }
    return result;
}

/// The movements of some coefficients at the times of a table: three matrix products, however many movements there are.
///
/// @param coefficients  [2 + P x C], see coefficients()
/// @return  tables [T x C]
template <Real Scalar, int Columns>
[[nodiscard]] Trajectory<Scalar, Columns> tabulate(const BasisTable<Scalar>& table,
                                                   const Eigen::Matrix<Scalar, Eigen::Dynamic, Columns>& coefficients) {
    return {table.times, table.position * coefficients, table.velocity * coefficients, table.acceleration * coefficients};
}

/// A LinearPrimitive is a MovementPrimitive whose motion is linear in start state and parameters as long as its clock does not change:
/// the ground for covariances, conditioning, blending and regression. Models: ProMp, ProDmp.
///
/// The parameters of a movement are [learned().count() numbers of the clock], then for each degree of freedom `weight_count()` = P.
/// `clock()` is the configured one; `clock(parameters)` that of one movement; `with_clock(clock)` the same primitive, faster, slower or
/// later. `basis_table(times, start_time)` is that of the configured clock; without a start time the motion is that of
/// `trajectory(parameters)`, if the primitive has one, or starts at time 0.
template <typename P, typename Scalar>
concept LinearPrimitive = std::floating_point<Scalar> &&
    requires(const P& primitive, const Eigen::VectorX<Scalar>& vector, std::optional<Scalar> start_time) {
    { primitive.dofs() } noexcept -> std::same_as<Eigen::Index>;
    { primitive.parameter_count() } noexcept -> std::same_as<Eigen::Index>;
    { primitive.weight_count() } noexcept -> std::same_as<Eigen::Index>;
    { primitive.learned() } noexcept -> std::same_as<LearnedPhase>;
    { primitive.with_clock(primitive.clock()) } -> std::same_as<P>;
    { primitive.with_clock(primitive.clock(vector)) } -> std::same_as<P>;
    { primitive.basis_table(vector, start_time) } -> std::same_as<BasisTable<Scalar>>;
};

}  // namespace primore
