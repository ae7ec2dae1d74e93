// SPDX-License-Identifier: MIT
#pragma once

// The text of ProMp and ProDmp, of the clocks and of the basis functions.

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/basis/bernstein.hpp>
#include <primore/basis/canonical_phase.hpp>
#include <primore/basis/fourier.hpp>
#include <primore/basis/gaussian_rbf.hpp>
#include <primore/basis/local_lines.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/smooth_phase.hpp>
#include <primore/basis/von_mises.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

template <std::floating_point Scalar>
struct TextForm<LinearPhase<Scalar>> {
    static constexpr std::string_view name = "LinearPhase";
    static auto fields(auto& clock) {
        auto& [duration, delay, is_clipped] = clock;
        return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("is_clipped", is_clipped));
    }
};

template <std::floating_point Scalar>
struct TextForm<ExponentialPhase<Scalar>> {
    static constexpr std::string_view name = "ExponentialPhase";
    static auto fields(auto& clock) {
        auto& [duration, delay, decay] = clock;
        return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("decay", decay));
    }
};

template <std::floating_point Scalar>
struct TextForm<CanonicalPhase<Scalar>> {
    static constexpr std::string_view name = "CanonicalPhase";
    static auto fields(auto& clock) {
        auto& [duration, delay, alpha] = clock;
        return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("alpha", alpha));
    }
};

template <std::floating_point Scalar>
struct TextForm<SmoothPhase<Scalar>> {
    static constexpr std::string_view name = "SmoothPhase";
    static auto fields(auto& clock) {
        auto& [duration, delay] = clock;
        return std::tuple(text_field("duration", duration), text_field("delay", delay));
    }
};

template <std::floating_point Scalar>
struct TextForm<RhythmicPhase<Scalar>> {
    static constexpr std::string_view name = "RhythmicPhase";
    static auto fields(auto& clock) {
        auto& [duration, delay] = clock;
        return std::tuple(text_field("duration", duration), text_field("delay", delay));
    }
};

template <std::floating_point Scalar>
struct TextForm<NormalizedRbf<Scalar>> {
    static constexpr std::string_view name = "NormalizedRbf";
    struct Parts {
        Eigen::VectorX<Scalar> centres, widths;
        NormalizedRbfDenominator<Scalar> denominator;
    };
    static Parts parts(const NormalizedRbf<Scalar>& basis) { return {basis.centres(), basis.widths(), basis.denominator()}; }
    static NormalizedRbf<Scalar> make(const Parts& parts) {
        return NormalizedRbf<Scalar>::from_centres(parts.centres, parts.widths, parts.denominator);
    }
    static auto fields(auto& parts) {
        auto& [centres, widths, denominator] = parts;
        auto& [share, floor] = denominator;
        return std::tuple(text_field("centres", centres), text_field("widths", widths), text_field("share", share),
                          text_field("floor", floor));
    }
};

template <std::floating_point Scalar>
struct TextForm<GaussianRbf<Scalar>> {
    static constexpr std::string_view name = "GaussianRbf";
    struct Parts {
        Eigen::VectorX<Scalar> centres, widths;
    };
    static Parts parts(const GaussianRbf<Scalar>& basis) { return {basis.centres(), basis.widths()}; }
    static GaussianRbf<Scalar> make(const Parts& parts) { return {parts.centres, parts.widths}; }
    static auto fields(auto& parts) {
        auto& [centres, widths] = parts;
        return std::tuple(text_field("centres", centres), text_field("widths", widths));
    }
};

template <std::floating_point Scalar>
struct TextForm<VonMises<Scalar>> {
    static constexpr std::string_view name = "VonMises";
    using Parts = VonMisesOptions<Scalar>;
    static Parts parts(const VonMises<Scalar>& basis) { return basis.options(); }
    static VonMises<Scalar> make(const Parts& parts) { return VonMises<Scalar>(parts); }
    static auto fields(auto& parts) {
        auto& [count, bandwidth_factor] = parts;
        return std::tuple(text_field("count", count), text_field("bandwidth_factor", bandwidth_factor));
    }
};

template <>
struct TextForm<Fourier> {
    static constexpr std::string_view name = "Fourier";
    struct Parts {
        Eigen::Index harmonics;
    };
    static Parts parts(const Fourier& basis) { return {basis.harmonics()}; }
    static Fourier make(const Parts& parts) { return Fourier(parts.harmonics); }
    static auto fields(auto& parts) { return std::tuple(text_field("harmonics", parts.harmonics)); }
};

template <>
struct TextForm<Bernstein> {
    static constexpr std::string_view name = "Bernstein";
    struct Parts {
        Eigen::Index count;
    };
    static Parts parts(const Bernstein& basis) { return {basis.count()}; }
    static Bernstein make(const Parts& parts) { return Bernstein(parts.count); }
    static auto fields(auto& parts) { return std::tuple(text_field("count", parts.count)); }
};

template <typename Basis>
struct TextForm<LocalLines<Basis>> {
    static constexpr std::string_view name = "LocalLines";
    struct Parts {
        detail::TextPart<Basis> basis;
    };
    static Parts parts(const LocalLines<Basis>& lines) { return {{lines.basis()}}; }
    static LocalLines<Basis> make(const Parts& parts) { return LocalLines<Basis>(*parts.basis.value); }
    static auto fields(auto& parts) { return std::tuple(text_field("over", parts.basis)); }
};

namespace detail {

/// An option that stands in the text of a primitive for its reader says what a part of it says.
/// @throws std::invalid_argument if it does not
template <typename T>
void require_agreement(std::string_view where, std::string_view option, const T& got, std::string expected, const T& value) {
    if (got == value) return;
    write_text(expected, value);
    refuse(where, option, got, expected);
}

}  // namespace detail

template <>
struct TextForm<StartPadding> {
    static constexpr std::array<std::string_view, 2> names{"solved", "zero"};
};

template <std::floating_point Scalar>
struct TextForm<ProMpOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [dofs, duration, delay, basis_count, bandwidth_factor, basis_outside, zero_start, zero_goal, start_padding, weights_scale,
               learn_duration, learn_delay] = options;
        return std::tuple(text_field("dofs", dofs), text_field("duration", duration), text_field("delay", delay),
                          text_field("basis_count", basis_count), text_field("bandwidth_factor", bandwidth_factor),
                          text_field("basis_outside", basis_outside), text_field("zero_start", zero_start),
                          text_field("zero_goal", zero_goal), text_field("start_padding", start_padding),
                          text_field("weights_scale", weights_scale), text_field("learn_duration", learn_duration),
                          text_field("learn_delay", learn_delay));
    }
};

template <std::floating_point Number, int Dofs, typename Basis, typename Clock>
struct TextForm<ProMp<Number, Dofs, Basis, Clock>> {
    using Primitive = ProMp<Number, Dofs, Basis, Clock>;
    using Scalar = Number;
    static constexpr std::string_view name = "ProMp";
    struct Parts {
        ProMpOptions<Scalar> options;
        Clock clock;
        detail::TextPart<Basis> basis;
    };
    static Parts parts(const Primitive& primitive) {
        Parts parts{primitive.options(), primitive.clock(), {primitive.basis()}};
        parts.options.dofs = primitive.dofs();
        return parts;
    }
    static Primitive make(const Parts& parts) {
        const Primitive primitive(parts.options, *parts.basis.value);
        detail::require_agreement(name, "duration", parts.options.duration, "that of the clock,", parts.clock.duration);
        detail::require_agreement(name, "delay", parts.options.delay, "that of the clock,", parts.clock.delay);
        detail::require_agreement(name, "basis_count", parts.options.basis_count, "that of the basis without padding,",
                                  primitive.options().basis_count);
        return primitive.with_clock(parts.clock);
    }
    static auto fields(auto& parts) {
        return std::tuple_cat(TextForm<ProMpOptions<Scalar>>::fields(parts.options),
                              std::tuple(text_field("clock", parts.clock), text_field("basis", parts.basis)));
    }
};

template <>
struct TextForm<ProDmpDiscretization> {
    static constexpr std::array<std::string_view, 2> names{"accurate", "mp_pytorch"};
};

/// A ProDmp that `with_clock` has given another duration comes back bit for bit, too, but for ProDmpDiscretization::mp_pytorch: its time
/// grid is made anew from the time step over the duration, which may be rounded otherwise (some 1e-15 of the motion).
template <std::floating_point Number, int Dofs>
struct TextForm<ProDmp<Number, Dofs>> {
    using Scalar = Number;
    using Parts = ProDmpOptions<Scalar>;
    static constexpr std::string_view name = "ProDmp";
    static Parts parts(const ProDmp<Scalar, Dofs>& primitive) {
        Parts parts = primitive.options();
        parts.dofs = primitive.dofs();
        return parts;
    }
    static ProDmp<Scalar, Dofs> make(const Parts& parts) { return ProDmp<Scalar, Dofs>(parts); }
    static auto fields(auto& options) {
        auto& [dofs, duration, delay, basis_count, bandwidth_factor, basis_outside, alpha, alpha_phase, weights_scale, goal_scale,
               auto_scale, relative_goal, learn_weights, learn_goal, learn_duration, learn_delay, discretization, time_step, table_length] =
            options;
        return std::tuple(
            text_field("dofs", dofs), text_field("duration", duration), text_field("delay", delay), text_field("basis_count", basis_count),
            text_field("bandwidth_factor", bandwidth_factor), text_field("basis_outside", basis_outside), text_field("alpha", alpha),
            text_field("alpha_phase", alpha_phase), text_field("weights_scale", weights_scale), text_field("goal_scale", goal_scale),
            text_field("auto_scale", auto_scale), text_field("relative_goal", relative_goal), text_field("learn_weights", learn_weights),
            text_field("learn_goal", learn_goal), text_field("learn_duration", learn_duration), text_field("learn_delay", learn_delay),
            text_field("discretization", discretization), text_field("time_step", time_step), text_field("table_length", table_length));
    }
};

}  // namespace primore
