// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// A motion at several times. Time runs down the rows.
template <Real Scalar, int Dofs = Eigen::Dynamic>
struct Trajectory {
    using Table = Eigen::Matrix<Scalar, Eigen::Dynamic, Dofs>;

    Eigen::VectorX<Scalar> times;  ///< [T] [s]
    Table positions;               ///< [T x D]
    Table velocities;              ///< [T x D] per second
    Table accelerations;           ///< [T x D] per second squared
};

/// The set points of a motion at the given times [T].
///
/// @throws std::invalid_argument, in the name of `where`, if a time is not finite or, by more than rounding, before the start
template <Real Scalar, int Dofs, typename Motion>
[[nodiscard]] Trajectory<Scalar, Dofs> tabulate(std::string_view where, const Motion& motion,
                                                const Eigen::Ref<const Eigen::VectorX<Scalar>>& times) {
    using Table = typename Trajectory<Scalar, Dofs>::Table;
    const Scalar start = motion.start_time();
    const auto rounding = 16 * std::numeric_limits<detail::Base<Scalar>>::epsilon() * (1 + std::abs(detail::value_of(start)));
    const Table empty(times.size(), motion.dofs());
    Trajectory<Scalar, Dofs> result{times, empty, empty, empty};
    auto setpoint = Setpoint<Scalar, Dofs>::zero(motion.dofs());
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        if (!detail::is_finite(times(row)) || times(row) < start - rounding) {
            std::ostringstream expected;
            expected << "a finite time from the start at " << start << " on";
            detail::refuse(where, "times[" + std::to_string(row) + "]", times(row), expected.str());
        }
        motion.evaluate(times(row), setpoint);
        result.positions.row(row) = setpoint.position.transpose();
        result.velocities.row(row) = setpoint.velocity.transpose();
        result.accelerations.row(row) = setpoint.acceleration.transpose();
    }
    return result;
}

}  // namespace primore
