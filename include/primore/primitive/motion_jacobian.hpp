// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>

#include <primore/basis/learned_phase.hpp>
#include <primore/detail/real.hpp>
#include <primore/primitive/basis_table.hpp>

namespace primore {

/// The derivatives of one set point with respect to all that a motion was made of.
///
/// Each is [D x N + 2 + 2 D]; the columns are the parameters [N] (the learned duration and delay among them), the duration, the delay (so
/// also where they are not learned), the start position [D] and the start velocity [D]. The start time does not move along. Of a DmpOn D
/// are the axes of its space, and positions are the tangents by which points move: see DmpOn::jacobians.
template <Real Scalar>
struct MotionJacobian {
    Eigen::MatrixX<Scalar> position;
    Eigen::MatrixX<Scalar> velocity;
    Eigen::MatrixX<Scalar> acceleration;

    [[nodiscard]] static MotionJacobian zero(Eigen::Index dofs, Eigen::Index parameters) {
        const Eigen::MatrixX<Scalar> none = Eigen::MatrixX<Scalar>::Zero(dofs, parameters + 2 + 2 * dofs);
        return {none, none, none};
    }

    /// That of a linear primitive at the first time of a table, the columns of the clock still zero.
    [[nodiscard]] static MotionJacobian of_weights(const BasisTable<Scalar>& table, const LearnedPhase& learned, Eigen::Index dofs) {
        const Eigen::Index count = table.position.cols() - 2, parameters = learned.count() + dofs * count;
        MotionJacobian result = zero(dofs, parameters);
        const auto fill = [&](Eigen::MatrixX<Scalar>& out, const Eigen::MatrixX<Scalar>& rows) {
            for (Eigen::Index dof = 0; dof < dofs; ++dof) {
                out.row(dof).segment(learned.count() + dof * count, count) = rows.row(0).tail(count);
                out(dof, parameters + 2 + dof) = rows(0, 0);
                out(dof, parameters + 2 + dofs + dof) = rows(0, 1);
            }
        };
        fill(result.position, table.position);
        fill(result.velocity, table.velocity);
        fill(result.acceleration, table.acceleration);
        return result;
    }

    /// Sets the column of the duration, or else of the delay, also where it stands among the parameters; each argument is [D].
    template <typename Derived>
    void set_clock_column(const LearnedPhase& learned, bool is_duration, const Eigen::MatrixBase<Derived>& of_position,
                          const Eigen::MatrixBase<Derived>& of_velocity, const Eigen::MatrixBase<Derived>& of_acceleration) {
        const auto set = [&](Eigen::Index column) {
            position.col(column) = of_position;
            velocity.col(column) = of_velocity;
            acceleration.col(column) = of_acceleration;
        };
        set(position.cols() - 2 * position.rows() - (is_duration ? 2 : 1));
        if (is_duration ? learned.duration : learned.delay) set(is_duration || !learned.duration ? 0 : 1);
    }
};

}  // namespace primore
