// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include <primore/primitive/movement_primitive.hpp>

namespace primore {

/// The number type of a motion.
template <typename M>
using MotionScalar = decltype(std::declval<const M&>().start_time());

/// How many degrees of freedom a motion has when it is compiled, or `Eigen::Dynamic`.
template <typename M>
inline constexpr int motion_dofs = decltype(std::declval<const M&>().at(MotionScalar<M>()).position)::RowsAtCompileTime;

/// A Motion of whatever number type and degrees of freedom: what tools that take any motion ask for.
template <typename M>
concept AnyMotion = requires(const M& motion) {
    motion.start_time();
    motion.at(motion.start_time()).position;
}
&&Motion<M, MotionScalar<M>, motion_dofs<M>>;

}  // namespace primore
