// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// The number of degrees of freedom of a primitive: `Dofs`, or the option `dofs` if that is `Eigen::Dynamic`.
///
/// @throws std::invalid_argument, in the name of `where`, if `dofs` is missing where it is needed, or contradicts `Dofs`
template <int Dofs>
[[nodiscard]] Eigen::Index dof_count(std::string_view where, Eigen::Index dofs) {
    if constexpr (Dofs == Eigen::Dynamic) {
        detail::require_at_least(where, "dofs", dofs, 1);
        return dofs;
    } else {
        static_assert(Dofs >= 1, "a movement has at least one degree of freedom");
        if (dofs != 0 && dofs != Dofs) detail::refuse(where, "dofs", dofs, "the number of the template, " + std::to_string(Dofs));
        return Dofs;
    }
}

}  // namespace primore
