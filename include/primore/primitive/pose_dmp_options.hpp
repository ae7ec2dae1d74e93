// SPDX-License-Identifier: MIT
#pragma once

// What a DmpOn is made of.

#include <optional>

#include <Eigen/Core>

#include <primore/detail/real.hpp>

namespace primore {

enum class PoseDmpIntegrator {
    accurate,  ///< order four on the group, exact in the attractor where the body turns about one axis
    euler,     ///< semi-implicit Euler with the forcing term at the end of every sub-step, as movement_primitives turns a body
};

template <Real Scalar>
struct PoseDmpOptions {
    using Plain = detail::Base<Scalar>;

    Scalar duration = 1;             ///< tau [s], positive
    Scalar delay = 0;                ///< [s] to wait before the movement begins, not negative
    Eigen::Index basis_count = 10;   ///< K, number of weights per axis, at least 1
    Plain bandwidth_factor = 3;      ///< larger is narrower, positive [MP_PyTorch: 3]
    Plain alpha = 25;                ///< damping of the attractor, positive [Ijspeert13: 25]
    std::optional<Plain> beta = {};  ///< its stiffness over alpha, positive; alpha/4 if not given: critically damped
    Plain alpha_phase = 3;           ///< how fast the forcing term fades, positive
    bool smooth_scaling = false;     ///< the attractor begins softly: minus alpha beta (goal - start) x [Pastor09]
    PoseDmpIntegrator integrator = PoseDmpIntegrator::accurate;
    /// Of one sub-step [s], positive. If not given: see DmpOn; with `euler` 0.001 [movement_primitives].
    std::optional<Plain> longest_step = {};
};

}  // namespace primore
