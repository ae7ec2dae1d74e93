// SPDX-License-Identifier: MIT
#pragma once

// What a dynamic movement primitive is made of, and the combinations that have a name.

#include <concepts>
#include <numbers>
#include <optional>
#include <variant>

#include <Eigen/Core>

#include <primore/basis/gating.hpp>

namespace primore {

/// Of what the basis functions of a DMP are functions; z is the scaled time.
enum class DmpPhase {
    exponential,  ///< exp(-alpha_phase z)
    time,         ///< z, held at 1 after the end
    countdown,    ///< 1 - z, held at 0 after the end
    rhythmic,     ///< z modulo 1: the duration is the period
};

/// The forcing term fades with the exponential phase x, as a factor.
struct DmpFadesWithPhase {};
/// The forcing term does not fade: rhythmic movements.
struct DmpNeverFades {};

/// How the forcing term fades.
template <std::floating_point Scalar>
using DmpFading = std::variant<DmpFadesWithPhase, DmpNeverFades, ExponentialGating<Scalar>, SigmoidGating<Scalar>, RichardsGating<Scalar>>;

/// The attractor pulls to the goal from the beginning. A goal that is moved at run time is followed with its velocity and acceleration.
struct DmpFixedGoal {};
/// The attractor follows the polynomial of degree five that leads, while z runs from 0 to 1, from the state at the start to the goal with
/// its velocity and acceleration. After the end it stays at the goal.
struct DmpQuinticGoal {};

/// Where the attractor pulls to; a gating is the part of the way from the start to the goal, so it begins at 0 and ends at 1.
template <std::floating_point Scalar>
using DmpGoalPath = std::variant<DmpFixedGoal, DmpQuinticGoal, ExponentialGating<Scalar>, RichardsGating<Scalar>>;

/// What multiplies the forcing term, besides the option `amplitude`.
enum class DmpScaling {
    none,           ///< nothing
    goal_distance,  ///< goal - start: a movement scales with its size, but hardly moves if it ends where it started [Ijspeert13, eq. 2.3]
};

enum class DmpIntegrator {
    exact,  ///< exact in the linear part and of high order in the forcing term, for a step of any length
    /// The steps of MP_PyTorch, semi-implicit Euler with the forcing term at the old time, so that a policy trained there moves the same
    /// way here: `table` steps through the times that it is given; `evaluate` steps by `time_step`.
    mp_pytorch,
};

/// The defaults are the DMP of MP_PyTorch, integrated exactly.
template <std::floating_point Scalar>
struct DmpOptions {
    Eigen::Index dofs = 0;            ///< D, to be given if it is no template argument
    Scalar duration = 1;              ///< tau [s], positive
    Scalar delay = 0;                 ///< [s] to wait before the movement begins, not negative
    Eigen::Index basis_count = 10;    ///< K, number of weights per degree of freedom [MP_PyTorch: 10]
    Scalar bandwidth_factor = 3;      ///< larger is narrower, positive [MP_PyTorch: 3]
    Eigen::Index basis_outside = 0;   ///< how many functions have their centre before the start, and as many after the end
    Scalar alpha = 25;                ///< damping of the attractor, positive [Ijspeert13: 25]
    std::optional<Scalar> beta = {};  ///< its stiffness over alpha, positive; alpha/4 if not given: critically damped
    /// The damping at z as a part of alpha, if it changes; from start to end, both positive.
    std::optional<ExponentialGating<Scalar>> damping = {};
    Scalar alpha_phase = 3;  ///< how fast the exponential phase fades, positive [MP_PyTorch: 3]
    DmpPhase phase = DmpPhase::exponential;
    DmpFading<Scalar> fading = DmpFadesWithPhase{};
    DmpGoalPath<Scalar> goal_path = DmpFixedGoal{};
    DmpScaling scaling = DmpScaling::none;
    bool smooth_scaling = false;  ///< the attractor begins softly: minus alpha beta (goal - start) x [Pastor09; Hoffmann09]
    Eigen::VectorX<Scalar> amplitude = Eigen::VectorX<Scalar>::Ones(1);      ///< r, of the forcing term: [D], or [1] for all
    Eigen::VectorX<Scalar> weights_scale = Eigen::VectorX<Scalar>::Ones(1);  ///< of the weights: [K], or [1] for all
    Scalar goal_scale = 1;                                                   ///< of the goal
    Eigen::VectorX<Scalar> start_acceleration = {};                          ///< of DmpQuinticGoal, [D] per second squared; empty is zero
    Eigen::VectorX<Scalar> goal_velocity = {};                               ///< of DmpQuinticGoal, [D] per second; empty is zero
    Eigen::VectorX<Scalar> goal_acceleration = {};                           ///< of DmpQuinticGoal, [D] per second squared; empty is zero
    bool learn_duration = false;                                             ///< the duration is the first parameter
    bool learn_delay = false;                                                ///< the delay is the next parameter
    bool learn_alpha_phase = false;  ///< alpha_phase is the next parameter; the functions stay where they are [MP_PyTorch]
    DmpIntegrator integrator = DmpIntegrator::exact;
    Scalar time_step = Scalar(0.01);           ///< of DmpIntegrator::mp_pytorch [s], positive
    std::optional<Scalar> longest_panel = {};  ///< of the quadrature in scaled time [-]; found from the other options if not given

    /// The forcing term scales with the way to the goal [Ijspeert13, eq. 2.1 to 2.3].
    [[nodiscard]] static DmpOptions ijspeert() {
        DmpOptions options;
        options.scaling = DmpScaling::goal_distance;
        return options;
    }

    /// A limit cycle around the goal, `duration` per turn, of the given amplitude; wants a periodic basis [Ijspeert13].
    /// Their time scale is duration / (2 pi), so that alpha and the forcing term carry 2 pi and its square here.
    [[nodiscard]] static DmpOptions rhythmic(Scalar amplitude = 1) {
        constexpr Scalar turn = 2 * std::numbers::pi_v<Scalar>;
        DmpOptions options;
        options.phase = DmpPhase::rhythmic;
        options.fading = DmpNeverFades{};
        options.alpha = 25 * turn;
        options.amplitude.setConstant(amplitude * turn * turn);
        return options;
    }

    /// The forcing term is independent of the goal, which pulls softly at first: no jump if start and goal are near [Hoffmann09].
    /// Weights are lengths: the forcing term carries the stiffness.
    [[nodiscard]] static DmpOptions hoffmann() {
        DmpOptions options;
        options.smooth_scaling = true;
        options.amplitude.setConstant(options.alpha * options.alpha / 4);
        return options;
    }

    /// The goal comes with a delay, functions of time that fade late in a sigmoid: accurate up to the end [Kulvicius12].
    [[nodiscard]] static DmpOptions kulvicius() {
        DmpOptions options;
        options.alpha = 20;
        options.phase = DmpPhase::time;
        options.fading = SigmoidGating<Scalar>::falling();
        options.goal_path = ExponentialGating<Scalar>{.rate = 15, .start = 0, .end = 1};
        return options;
    }

    /// The same with the time that is left as phase [dmpbbo: COUNTDOWN_2013].
    [[nodiscard]] static DmpOptions countdown() {
        DmpOptions options = kulvicius();
        options.phase = DmpPhase::countdown;
        return options;
    }

    /// Goal and fading are Richards' growth curves [dmpbbo: SCT23].
    [[nodiscard]] static DmpOptions sigmoid_goal() {
        DmpOptions options = countdown();
        options.fading = RichardsGating<Scalar>{.rate = 10, .asymmetry = 10, .inflection = 1, .start = 1, .end = 0};
        options.goal_path = RichardsGating<Scalar>{.rate = 10, .asymmetry = 1, .inflection = Scalar(0.3), .start = 0, .end = 1};
        return options;
    }

    /// Arrives with a velocity, for striking movements: the goal moves along a polynomial of degree five [Muelling13].
    [[nodiscard]] static DmpOptions striking() {
        DmpOptions options;
        options.goal_path = DmpQuinticGoal{};
        return options;
    }
};

}  // namespace primore
