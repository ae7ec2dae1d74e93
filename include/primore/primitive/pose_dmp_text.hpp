// SPDX-License-Identifier: MIT
#pragma once

// The text of OrientationDmp, PoseDmp and DualPoseDmp, with their weights.

#include <array>
#include <concepts>
#include <string_view>
#include <tuple>

#include <Eigen/Core>

#include <primore/basis/normalized_rbf.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/linear_primitive_text.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/pose_dmp.hpp>
#include <primore/primitive/text_form.hpp>

namespace primore {

template <>
struct TextForm<PoseDmpIntegrator> {
    static constexpr std::array<std::string_view, 2> names{"accurate", "euler"};
};

namespace detail {

template <typename Space>
struct PoseDmpName;
template <std::floating_point Scalar>
struct PoseDmpName<OrientationSpace<Scalar>> {
    static constexpr std::string_view name = "OrientationDmp";
};
template <std::floating_point Scalar>
struct PoseDmpName<PoseSpace<Scalar>> {
    static constexpr std::string_view name = "PoseDmp";
};
template <std::floating_point Scalar>
struct PoseDmpName<DualPoseSpace<Scalar>> {
    static constexpr std::string_view name = "DualPoseDmp";
};

}  // namespace detail

template <MotionSpace Space>
struct TextForm<DmpOn<Space>> : detail::PoseDmpName<Space> {
    using Scalar = typename Space::Scalar;
    struct Parts {
        PoseDmpOptions<Scalar> options;
        detail::TextPart<NormalizedRbf<Scalar>> basis;
        Eigen::MatrixX<Scalar> weights;
    };
    static Parts parts(const DmpOn<Space>& dmp) { return {dmp.options(), {dmp.basis()}, dmp.weights()}; }
    static DmpOn<Space> make(const Parts& parts) {
        DmpOn<Space> dmp(parts.options, *parts.basis.value);
        detail::require_size("DmpOn", "weights.rows()", parts.weights.rows(), Space::axes, "the number of axes");
        dmp.set_weights(parts.weights);
        return dmp;
    }
    static auto fields(auto& parts) {
        auto& [options, basis, weights] = parts;
        auto& [duration, delay, basis_count, bandwidth_factor, alpha, beta, alpha_phase, smooth_scaling, integrator, longest_step] =
            options;
        return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("basis_count", basis_count),
                          text_field("bandwidth_factor", bandwidth_factor), text_field("alpha", alpha), text_field("beta", beta),
                          text_field("alpha_phase", alpha_phase), text_field("smooth_scaling", smooth_scaling),
                          text_field("integrator", integrator), text_field("longest_step", longest_step), text_field("basis", basis),
                          text_field("weights", weights));
    }
};

}  // namespace primore
