// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <limits>
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

namespace detail {

/// Calls look(begin, end) for each part of [from, to] that lies before, in and after the movement: where it sets off and where it ends many
/// motions have a jump. The ends of the parts are just beside the jumps.
template <AnyMotion M>
void for_each_part(const M& motion, MotionScalar<M> from, MotionScalar<M> to, const auto& look) {
    using Scalar = MotionScalar<M>;
    Scalar begin = from;
    for (const Scalar border : {motion.end_time() - motion.duration(), motion.end_time()}) {
        const Scalar rounding = 8 * std::numeric_limits<Scalar>::epsilon() * std::abs(border);
        if (!(border - rounding > begin && border + rounding < to)) continue;
        look(begin, border - rounding);
        begin = border + rounding;
    }
    look(begin, to);
}

}  // namespace detail

}  // namespace primore
