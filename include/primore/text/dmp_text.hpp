// SPDX-License-Identifier: MIT
#pragma once

// The text of Dmp in all its variants, and of DMPs for orientations and poses.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>

#include <primore/basis/gating.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/dmp_options.hpp>
#include <primore/primitive/pose_dmp.hpp>
#include <primore/text/linear_primitive_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <std::floating_point Scalar>
struct TextForm<ExponentialGating<Scalar>> {
    static constexpr std::string_view name = "ExponentialGating";
    static auto fields(auto& gating) {
        auto& [rate, start, end] = gating;
        return std::tuple(text_field("rate", rate), text_field("start", start), text_field("end", end));
    }
};

template <std::floating_point Scalar>
struct TextForm<SigmoidGating<Scalar>> {
    static constexpr std::string_view name = "SigmoidGating";
    static auto fields(auto& gating) {
        auto& [rate, inflection, start] = gating;
        return std::tuple(text_field("rate", rate), text_field("inflection", inflection), text_field("start", start));
    }
};

template <std::floating_point Scalar>
struct TextForm<RichardsGating<Scalar>> {
    static constexpr std::string_view name = "RichardsGating";
    static auto fields(auto& gating) {
        auto& [rate, asymmetry, inflection, start, end] = gating;
        return std::tuple(text_field("rate", rate), text_field("asymmetry", asymmetry), text_field("inflection", inflection),
                          text_field("start", start), text_field("end", end));
    }
};

template <>
struct TextForm<DmpFadesWithPhase> {
    static constexpr std::string_view name = "DmpFadesWithPhase";
    static auto fields(auto&) { return std::tuple(); }
};

template <>
struct TextForm<DmpNeverFades> {
    static constexpr std::string_view name = "DmpNeverFades";
    static auto fields(auto&) { return std::tuple(); }
};

template <>
struct TextForm<DmpFixedGoal> {
    static constexpr std::string_view name = "DmpFixedGoal";
    static auto fields(auto&) { return std::tuple(); }
};

template <>
struct TextForm<DmpQuinticGoal> {
    static constexpr std::string_view name = "DmpQuinticGoal";
    static auto fields(auto&) { return std::tuple(); }
};

template <>
struct TextForm<DmpPhase> {
    static constexpr std::array<std::string_view, 4> names{"exponential", "time", "countdown", "rhythmic"};
};

template <>
struct TextForm<DmpScaling> {
    static constexpr std::array<std::string_view, 2> names{"none", "goal_distance"};
};

template <>
struct TextForm<DmpIntegrator> {
    static constexpr std::array<std::string_view, 2> names{"exact", "mp_pytorch"};
};

template <std::floating_point Scalar>
struct TextForm<DmpOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [dofs, duration, delay, basis_count, bandwidth_factor, basis_outside, alpha, beta, damping, alpha_phase, phase, fading,
               goal_path, scaling, smooth_scaling, amplitude, weights_scale, goal_scale, start_acceleration, goal_velocity,
               goal_acceleration, learn_duration, learn_delay, learn_alpha_phase, integrator, time_step, longest_panel] = options;
        return std::tuple(
            text_field("dofs", dofs), text_field("duration", duration), text_field("delay", delay), text_field("basis_count", basis_count),
            text_field("bandwidth_factor", bandwidth_factor), text_field("basis_outside", basis_outside), text_field("alpha", alpha),
            text_field("beta", beta), text_field("damping", damping), text_field("alpha_phase", alpha_phase), text_field("phase", phase),
            text_field("fading", fading), text_field("goal_path", goal_path), text_field("scaling", scaling),
            text_field("smooth_scaling", smooth_scaling), text_field("amplitude", amplitude), text_field("weights_scale", weights_scale),
            text_field("goal_scale", goal_scale), text_field("start_acceleration", start_acceleration),
            text_field("goal_velocity", goal_velocity), text_field("goal_acceleration", goal_acceleration),
            text_field("learn_duration", learn_duration), text_field("learn_delay", learn_delay),
            text_field("learn_alpha_phase", learn_alpha_phase), text_field("integrator", integrator), text_field("time_step", time_step),
            text_field("longest_panel", longest_panel));
    }
};

/// With the duration and delay of the clock, which may be others than those of the construction: see Dmp::with_clock. `alpha_phase` stays
/// that of the construction, by which the functions are placed.
template <std::floating_point Number, int Dofs, typename Basis>
struct TextForm<Dmp<Number, Dofs, Basis>> {
    using Primitive = Dmp<Number, Dofs, Basis>;
    using Scalar = Number;
    static constexpr std::string_view name = "Dmp";
    struct Parts {
        DmpOptions<Scalar> options;
        ExponentialPhase<Scalar> clock;
        detail::TextPart<Basis> basis;
    };
    static Parts parts(const Primitive& primitive) {
        Parts parts{primitive.options(), primitive.clock(), {primitive.basis()}};
        parts.options.dofs = primitive.dofs();
        parts.options.duration = parts.clock.duration;
        parts.options.delay = parts.clock.delay;
        parts.options.basis_count = primitive.basis().count();
        return parts;
    }
    static Primitive make(const Parts& parts) {
        detail::require_agreement(name, "duration", parts.options.duration, "that of the clock,", parts.clock.duration);
        detail::require_agreement(name, "delay", parts.options.delay, "that of the clock,", parts.clock.delay);
        detail::require_agreement(name, "basis_count", parts.options.basis_count, "that of the basis,", parts.basis.value->count());
        return Primitive(parts.options, *parts.basis.value).with_clock(parts.clock);
    }
    static auto fields(auto& parts) {
        return std::tuple_cat(TextForm<DmpOptions<Scalar>>::fields(parts.options),
                              std::tuple(text_field("clock", parts.clock), text_field("basis", parts.basis)));
    }
};

template <>
struct TextForm<PoseDmpIntegrator> {
    static constexpr std::array<std::string_view, 2> names{"accurate", "euler"};
};

template <std::floating_point Scalar>
struct TextForm<PoseDmpOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [duration, delay, basis_count, bandwidth_factor, alpha, beta, alpha_phase, smooth_scaling, integrator, longest_step] =
            options;
        return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("basis_count", basis_count),
                          text_field("bandwidth_factor", bandwidth_factor), text_field("alpha", alpha), text_field("beta", beta),
                          text_field("alpha_phase", alpha_phase), text_field("smooth_scaling", smooth_scaling),
                          text_field("integrator", integrator), text_field("longest_step", longest_step));
    }
};

/// With its weights, [axes x K].
template <MotionSpace Space>
struct TextForm<DmpOn<Space>> {
    using Scalar = typename Space::Scalar;
    static constexpr std::string_view name = Space::axes == 3 ? "OrientationDmp" : "PoseDmp";
    struct Parts {
        PoseDmpOptions<Scalar> options;
        detail::TextPart<NormalizedRbf<Scalar>> basis;
        Eigen::MatrixX<Scalar> weights;
    };
    static Parts parts(const DmpOn<Space>& primitive) {
        Parts parts{primitive.options(), {primitive.basis()}, primitive.weights()};
        parts.options.basis_count = primitive.basis().count();
        return parts;
    }
    static DmpOn<Space> make(const Parts& parts) {
        detail::require_agreement(name, "basis_count", parts.options.basis_count, "that of the basis,", parts.basis.value->count());
        DmpOn<Space> primitive(parts.options, *parts.basis.value);
        detail::require_size(name, "weights.rows()", parts.weights.rows(), Space::axes, "the number of axes");
        primitive.set_weights(parts.weights);
        return primitive;
    }
    static auto fields(auto& parts) {
        return std::tuple_cat(TextForm<PoseDmpOptions<Scalar>>::fields(parts.options),
                              std::tuple(text_field("basis", parts.basis), text_field("weights", parts.weights)));
    }
};

}  // namespace primore
