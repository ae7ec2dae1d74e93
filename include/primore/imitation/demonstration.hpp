// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/detail/require.hpp>

namespace primore {

/// A movement that was shown: where each degree of freedom was at which time. Steps need not be equal, and demonstrations of the same
/// movement need not have the same length; samples that were lost are left out.
template <std::floating_point Scalar>
struct Demonstration {
    Eigen::VectorX<Scalar> times;      ///< [T] [s], strictly increasing, at least two
    Eigen::MatrixX<Scalar> positions;  ///< [T x D] [rad] or [m]

    /// @param where  the function that was called
    /// @param name   of the demonstration among its arguments
    /// @param dofs   D
    /// @throws std::invalid_argument naming demonstration and row if there are less than two samples, sizes disagree, a number is not
    ///         finite or a time is not later than the one before
    void validate(std::string_view where, const std::string& name, Eigen::Index dofs) const {
        detail::require_at_least(where, "the size of " + name + ".times", times.size(), 2);
        detail::require_size(where, name + ".positions.rows()", positions.rows(), times.size(), "the size of times");
        detail::require_size(where, name + ".positions.cols()", positions.cols(), dofs, "dofs");
        detail::require_finite(where, name + ".times", times);
        for (Eigen::Index row = 1; row < times.size(); ++row) {
            if (times(row) > times(row - 1)) continue;
            std::ostringstream expected;
            expected << "more than " << times(row - 1) << ", the time before";
            detail::refuse(where, name + ".times[" + std::to_string(row) + "]", times(row), expected.str());
        }
        if (detail::all_finite(positions)) return;
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            for (Eigen::Index dof = 0; dof < dofs; ++dof) {
                detail::require_finite(where, name + ".positions(" + std::to_string(row) + ", " + std::to_string(dof) + ")",
                                       positions(row, dof));
            }
        }
    }
};

/// Validates each of at least one demonstration, see Demonstration::validate.
template <std::floating_point Scalar>
void validate(std::string_view where, const std::vector<Demonstration<Scalar>>& demonstrations, Eigen::Index dofs) {
    detail::require_at_least(where, "the size of demonstrations", static_cast<Eigen::Index>(demonstrations.size()), 1);
    for (std::size_t i = 0; i < demonstrations.size(); ++i) {
        demonstrations[i].validate(where, "demonstrations[" + std::to_string(i) + "]", dofs);
    }
}

}  // namespace primore
