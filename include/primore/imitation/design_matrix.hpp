// SPDX-License-Identifier: MIT
#pragma once

// Demonstrations as a linear regression: the rows of the basis table of a primitive, and what the weights have to explain of each sample.

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/imitation/demonstration.hpp>
#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// By which clock a demonstration is read.
enum class DemonstrationTiming {
    as_recorded,  ///< the configured clock of the primitive
    scaled,       ///< a clock that begins with the first sample and ends with the last: its delay is the first time
};

/// Where the motion that is to explain a demonstration starts.
enum class DemonstrationStart {
    demonstrated,  ///< at the first sample, with the velocity of the first few (initial_velocity), if the primitive starts where it is told
    given,         ///< in a state that is given
    none,          ///< nowhere in particular, or, if the primitive must start somewhere, at rest at zero
};

/// How demonstrations are read.
template <std::floating_point Scalar>
struct DemonstrationReading {
    DemonstrationTiming timing = DemonstrationTiming::as_recorded;
    DemonstrationStart from = DemonstrationStart::demonstrated;
    StartState<Scalar> start = {};      ///< for DemonstrationStart::given
    Eigen::Index velocity_samples = 5;  ///< see initial_velocity(), at least 2; 2 is the first difference of MP_PyTorch
};

/// The velocity [D] with which a demonstration begins: of the parabola through the first sample that is nearest to the next few, in the
/// time steps of the demonstration. Of two samples it is the difference quotient; of three, second order accurate.
///
/// @param samples  how many samples are looked at, at least 2; fewer if the demonstration has not as many
template <std::floating_point Scalar>
[[nodiscard]] Eigen::VectorX<Scalar> initial_velocity(const Demonstration<Scalar>& demonstration, Eigen::Index samples) {
    const Eigen::Index count = std::min(samples, demonstration.times.size()) - 1;
    const Scalar length = demonstration.times(count) - demonstration.times(0);
    const Eigen::VectorX<Scalar> elapsed = (demonstration.times.segment(1, count).array() - demonstration.times(0)) / length;
    // the curvature by what of the squares is orthogonal to the elapsed times: nothing, if there is only one
    const Scalar energy = elapsed.squaredNorm();
    const Eigen::VectorX<Scalar> squares = elapsed.cwiseAbs2();
    const Eigen::VectorX<Scalar> bend = squares - squares.dot(elapsed) / energy * elapsed;
    const Scalar bend_energy = bend.squaredNorm();
    Eigen::VectorX<Scalar> velocity(demonstration.positions.cols());
    for (Eigen::Index dof = 0; dof < velocity.size(); ++dof) {
        const auto positions = demonstration.positions.col(dof);
        Eigen::VectorX<Scalar> moved = positions.segment(1, count).array() - positions(0);
        if (bend_energy > 0) moved -= bend.dot(moved) / bend_energy * squares;
        velocity(dof) = elapsed.dot(moved) / (energy * length);
    }
    return velocity;
}

/// The regression of demonstrations that were sampled at the same times: targets = functions * weights + noise.
template <std::floating_point Scalar>
struct DesignMatrix {
    Eigen::VectorX<Scalar> clock_numbers;    ///< [learned().count()] what stands in front of the weights in the parameters
    Eigen::MatrixX<Scalar> functions;        ///< [T x P] the same for every degree of freedom
    Eigen::MatrixX<Scalar> targets;          ///< [T x D n] what the start leaves to the weights, demonstration by demonstration
    std::vector<Eigen::Index> members;       ///< [n] which demonstrations
    std::vector<StartState<Scalar>> starts;  ///< [n] where the motion of each starts
};

namespace detail {

/// The learned numbers of a clock, in the order in which LearnedPhase::read takes them.
template <std::floating_point Scalar, typename Clock>
[[nodiscard]] Eigen::VectorX<Scalar> learned_numbers(const LearnedPhase& learned, const Clock& clock) {
    Eigen::VectorX<Scalar> numbers(learned.count());
    Eigen::Index next = 0;
    if (learned.duration) numbers(next++) = clock.duration;
    if (learned.delay) numbers(next++) = clock.delay;
    if constexpr (requires { clock.decay; }) {
        if (learned.decay) numbers(next++) = clock.decay;
    }
    return numbers;
}

/// How much of a start state a primitive meets: 0 nothing, 1 the position, 2 the velocity, too.
template <typename Primitive>
[[nodiscard]] Eigen::Index start_order(const Primitive& primitive) {
    if constexpr (requires { primitive.options().zero_start; }) {
        const auto& options = primitive.options();
        using Padding = std::remove_cvref_t<decltype(options.start_padding)>;
        return std::min<Eigen::Index>(options.zero_start, options.start_padding == Padding::solved ? 2 : 1);
    } else {
        return 2;
    }
}

template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] Primitive timed(std::string_view where, const Primitive& primitive, const Demonstration<Scalar>& demonstration,
                              const std::string& name, DemonstrationTiming timing) {
    if (timing == DemonstrationTiming::as_recorded) return primitive;
    require_not_negative(where, name + ".times[0]", demonstration.times(0));
    auto clock = primitive.clock();
    clock.delay = demonstration.times(0);
    clock.duration = demonstration.times(demonstration.times.size() - 1) - clock.delay;
    return primitive.with_clock(clock);
}

template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] StartState<Scalar> start_of(const Demonstration<Scalar>& demonstration, const DemonstrationReading<Scalar>& reading,
                                          const Primitive& timed) {
    const Eigen::Index dofs = demonstration.positions.cols();
    if (reading.from == DemonstrationStart::given) return reading.start;
    StartState<Scalar> start{.time = 0, .position = Eigen::VectorX<Scalar>::Zero(dofs), .velocity = Eigen::VectorX<Scalar>::Zero(dofs)};
    if (reading.from == DemonstrationStart::none) return start;
    start.time = demonstration.times(0);
    start.position = demonstration.positions.row(0).transpose();
    if (start_order(timed) < 2 || timed.clock().scaled_time(start.time) < Scalar(0)) return start;  // nothing moves during the delay
    start.velocity = initial_velocity(demonstration, reading.velocity_samples);
    return start;
}

/// All but the members, by a primitive that runs by the clock of the demonstrations.
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
void fill(DesignMatrix<Scalar>& design, const Primitive& timed, const std::vector<Demonstration<Scalar>>& demonstrations,
          const DemonstrationReading<Scalar>& reading) {
    const auto demonstration = [&](std::size_t i) -> const auto& { return demonstrations[static_cast<std::size_t>(design.members[i])]; };
    for (std::size_t i = 0; i < design.members.size(); ++i) design.starts.push_back(start_of(demonstration(i), reading, timed));
    std::optional<Scalar> start_time;
    if (reading.from != DemonstrationStart::none) start_time = design.starts.front().time;
    const BasisTable<Scalar> table = timed.basis_table(demonstration(0).times, start_time);
    design.clock_numbers = learned_numbers<Scalar>(timed.learned(), timed.clock());
    design.functions = table.weights_of_order(0);
    const Eigen::Index dofs = timed.dofs();
    design.targets.resize(table.times.size(), dofs * static_cast<Eigen::Index>(design.members.size()));
    Eigen::MatrixX<Scalar> state(2, dofs);
    for (std::size_t i = 0; i < design.members.size(); ++i) {
        state << design.starts[i].position.transpose(), design.starts[i].velocity.transpose();
        auto target = design.targets.middleCols(static_cast<Eigen::Index>(i) * dofs, dofs);
        target = demonstration(i).positions;
        target.noalias() -= table.position.template leftCols<2>() * state;
    }
}

}  // namespace detail

/// The regressions of demonstrations on the weights of a primitive, one for all demonstrations that have the same times.
///
/// @param where  the function that was called
/// @throws std::invalid_argument if a demonstration or the given start does not suit the primitive
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] std::vector<DesignMatrix<Scalar>> design_matrices(std::string_view where, const Primitive& primitive,
                                                                const std::vector<Demonstration<Scalar>>& demonstrations,
                                                                DemonstrationReading<Scalar> reading) {
    const Eigen::Index dofs = primitive.dofs();
    validate(where, demonstrations, dofs);
    detail::require_at_least(where, "velocity_samples", reading.velocity_samples, 2);
    if (reading.from == DemonstrationStart::given) reading.start = reading.start.completed(where, dofs);
    if (reading.from == DemonstrationStart::demonstrated && detail::start_order(primitive) == 0) reading.from = DemonstrationStart::none;
    std::vector<DesignMatrix<Scalar>> result;
    std::vector<bool> is_taken(demonstrations.size(), false);
    for (std::size_t first = 0; first < demonstrations.size(); ++first) {
        if (is_taken[first]) continue;
        const auto& times = demonstrations[first].times;
        DesignMatrix<Scalar>& design = result.emplace_back();
        for (std::size_t i = first; i < demonstrations.size(); ++i) {
            if (is_taken[i] || demonstrations[i].times.size() != times.size() || demonstrations[i].times != times) continue;
            is_taken[i] = true;
            design.members.push_back(static_cast<Eigen::Index>(i));
        }
        const auto name = "demonstrations[" + std::to_string(first) + "]";
        detail::fill(design, detail::timed(where, primitive, demonstrations[first], name, reading.timing), demonstrations, reading);
    }
    return result;
}

}  // namespace primore
