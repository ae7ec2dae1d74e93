// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

/// The derivatives of one set point with respect to all that a motion was made of.
///
/// Each is [D x N + 2 + 2 D]; the columns are the parameters [N] (the learned duration and delay among them), the duration, the delay (so
/// also where they are not learned), the start position [D] and the start velocity [D]. The start time does not move along.
template <Real Scalar>
struct MotionJacobian {
    Eigen::MatrixX<Scalar> position;
    Eigen::MatrixX<Scalar> velocity;
    Eigen::MatrixX<Scalar> acceleration;

    [[nodiscard]] static MotionJacobian zero(Eigen::Index dofs, Eigen::Index parameters) {
        const Eigen::MatrixX<Scalar> none = Eigen::MatrixX<Scalar>::Zero(dofs, parameters + 2 + 2 * dofs);
        return {none, none, none};
    }
};

}  // namespace primore
