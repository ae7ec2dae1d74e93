// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/spring_damper.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/given.hpp>
#include <primore/primitive/motion_jacobian.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/point_coupling.hpp>
#include <primore/primitive/pose_dmp_options.hpp>
#include <primore/primitive/pose_dmp_sensitivity.hpp>

namespace primore {

/// Where a movement is, and where it is going. All of it may be changed between two steps: with another goal the movement goes there, with
/// the measured pose and velocity it goes on from there, with a lower time it lags. Quaternions need not have length one exactly.
template <MotionSpace Space>
struct DmpStateOn {
    typename Space::Scalar time;  ///< [s]
    typename Space::Point point;  ///< now
    Tangent<Space> velocity;      ///< per second
    Tangent<Space> acceleration;  ///< per second squared, of the differential equation at this state
    typename Space::Point start;  ///< where the movement began, for smooth_scaling
    typename Space::Point goal;   ///< where it ends
};

/// A dynamic movement primitive for orientations or poses: all axes on one phase x and in one integration.
///
///     tau^2 omega' = alpha (beta (e - (e_0 x if smooth_scaling)) - tau omega) + x Phi(x) w + tau^2 coupling,     q' = omega q / 2
///
/// e = rotation vector of g conj(q), the shortest way from now to the goal, e_0 that from the start; omega is the angular velocity in the
/// base frame [Ude14; movement_primitives]. The position of a pose has e = g - y. At an angle of pi to the goal e jumps to
/// the other side, which is in the nature of the shortest way.
///
/// Integration: within a sub-step the body is at moved(origin, r), and the differential equation of r is the linear attractor up to what
/// is small when the body turns little, and nothing when it turns about one axis. The attractor is solved exactly (its exponential is
/// taken out of the equation [Lawson67]), the rest by the classical Runge-Kutta scheme of order four in r [MuntheKaas99]. A sub-step is
/// at most 0.0025, 0.06 / alpha and 0.025 / K of the duration, and turns the body by 0.25 rad at most. For weights that move a body by
/// radians and metres that leaves errors of 1e-10 to 1e-8 (tests/primitive/pose_dmp_test.cpp).
///
/// The space may be over numbers that carry derivatives, such as Eigen::AutoDiffScalar: then weights, clock and state carry them.
template <MotionSpace Space>
class DmpOn {
public:
    using Scalar = typename Space::Scalar;
    using Plain = detail::Base<Scalar>;
    using Point = typename Space::Point;
    using Vector = Tangent<Space>;
    using State = DmpStateOn<Space>;
    using Weights = Eigen::Matrix<Scalar, Space::axes, Eigen::Dynamic>;

    /// Functions as in NormalizedRbf, weights zero.
    /// @throws std::invalid_argument if an option is out of range
    explicit DmpOn(const PoseDmpOptions<Scalar>& options = {})
        : DmpOn(options,
                NormalizedRbf<Plain>(plain_clock(options), {.count = options.basis_count, .bandwidth_factor = options.bandwidth_factor})) {}

    /// With other functions of the exponential phase; basis_count and bandwidth_factor do not matter.
    /// @throws std::invalid_argument if an option is out of range
    DmpOn(const PoseDmpOptions<Scalar>& options, NormalizedRbf<Plain> basis)
        : options_(options),
          clock_(clock(options)),
          attractor_{options.alpha, options.alpha * options.beta.value_or(options.alpha / 4)},
          basis_(std::move(basis)),
          weights_(Weights::Constant(Space::axes, basis_.count(), Scalar(0))) {
        detail::require_positive(where, "alpha", options.alpha);
        if (options.beta) detail::require_positive(where, "beta", *options.beta);
        if (options.longest_step) detail::require_positive(where, "longest_step", *options.longest_step);
        longest_step_ = Scalar(options.longest_step.value_or(Plain(0.001))) / options.duration;
        if (is_accurate() && !options.longest_step) longest_step_ = Scalar(usual_step());
    }

    [[nodiscard]] const PoseDmpOptions<Scalar>& options() const noexcept { return options_; }
    [[nodiscard]] const NormalizedRbf<Plain>& basis() const noexcept { return basis_; }
    [[nodiscard]] const ExponentialPhase<Scalar>& clock() const noexcept { return clock_; }
    [[nodiscard]] const SpringDamper<Plain>& attractor() const noexcept { return attractor_; }  ///< in scaled time: alpha, alpha beta
    [[nodiscard]] const Weights& weights() const noexcept { return weights_; }                  ///< [axes x K] of the forcing term
    [[nodiscard]] bool is_accurate() const noexcept { return options_.integrator == PoseDmpIntegrator::accurate; }
    [[nodiscard]] const Scalar& longest_step() const noexcept { return longest_step_; }  ///< of one sub-step, in scaled time

    /// @throws std::invalid_argument if weights is not [axes x K] or has an entry that is not finite
    void set_weights(const Eigen::Ref<const Eigen::MatrixX<Scalar>>& weights) {
        detail::require_size(where, "weights.rows()", weights.rows(), Space::axes, "the number of axes");
        detail::require_size(where, "weights.cols()", weights.cols(), basis_.count(), "the number of basis functions");
        detail::require_finite(where, "weights", weights);
        weights_ = weights;
    }

    /// The state from which a movement starts.
    /// @throws std::invalid_argument if a number is not finite, a quaternion has not length one, the velocity has another size or there
    ///         is one before the delay has ended
    [[nodiscard]] State begin(const Point& start, const Point& goal, const Given<Vector>& velocity = {}, Scalar time = 0) const {
        detail::require_finite(where, "time", time);
        detail::require_finite(where, "velocity", velocity);
        for (Eigen::Index i = 0; i < velocity.size(); ++i) {
            if (!(time < clock_.delay) || velocity(i) == Scalar(0)) continue;
            detail::refuse(where, "velocity[" + std::to_string(i) + "]", detail::value_of(velocity(i)), "zero before the delay has ended");
        }
        const Point from = Space::checked(where, "start", start);
        State state{time, from, velocity, Vector::Zero(), from, Space::checked(where, "goal", goal)};
        step_to(state, time);
        return state;
    }

    /// The forcing term x Phi(x) w at a time, without smooth_scaling. No allocation. O(axes K).
    [[nodiscard]] Vector forcing(Scalar time) const noexcept { return drive(clock_.elapsed(time), Vector::Zero()); }

    /// Moves the state on to a time, in sub-steps. A time before that of the state, or NaN, counts as the time of the state, and one that
    /// is further than 64 durations from it as 64 durations; a sub-step whose result is not finite is not done, nor those that follow.
    /// No allocation. O(axes K) for each sub-step; there are at most 65536.
    template <PointCoupling<Space> Coupling = PointUncoupled>
    void step_to(State& state, Scalar time, const Coupling& coupling = {}) const noexcept {
        advance(state, time, coupling, [](const auto&...) noexcept {});
    }

    /// Moves the state on by a control step [s], see `step_to`.
    template <PointCoupling<Space> Coupling = PointUncoupled>
    void step(State& state, Scalar time_step, const Coupling& coupling = {}) const noexcept {
        step_to(state, state.time + time_step, coupling);
    }

    /// The motion from a state at times [T] that do not fall. Allocates.
    /// @throws std::invalid_argument for a time that is not finite or before the one before, or that of the state
    template <PointCoupling<Space> Coupling = PointUncoupled>
    [[nodiscard]] TrajectoryOn<Space> table(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times, State state,
                                            const Coupling& coupling = {}) const {
        using Table = typename TrajectoryOn<Space>::Table;
        TrajectoryOn<Space> result{times, {}, Table(times.size(), Space::axes), Table(times.size(), Space::axes)};
        result.points.reserve(static_cast<std::size_t>(times.size()));
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            require_next(times, row, state);
            step_to(state, times(row), coupling);
            result.points.push_back(state.point);
            result.velocities.row(row) = state.velocity.transpose();
            result.accelerations.row(row) = state.acceleration.transpose();
        }
        return result;
    }

    /// The derivatives of point, velocity and acceleration at times [T] that do not fall, each [axes x N + 2 + 2 axes] as MotionJacobian
    /// says; the N = axes (K + 1) parameters are, for each axis, w_1 .. w_K and the goal. Points move by tangents of the space, so along
    /// the axes of the base frame: a row is that of the tangent with which the point moves, `Space::moved(point, ...)`, a column that of
    /// the tangent which moves the goal, or the start: the state's start and its point alike.
    ///
    /// Of the very numbers that `table` gives, with as many sub-steps: up to rounding. Allocates, O(axes^2 K) for each sub-step.
    /// @throws std::invalid_argument as `table`
    [[nodiscard]] std::vector<MotionJacobian<Scalar>> jacobians(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times, State state) const {
        PoseDmpSensitivity<Space, DmpOn> sensitivity(*this, state);
        std::vector<MotionJacobian<Scalar>> result;
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            require_next(times, row, state);
            sensitivity.depart(state.time, times(row));
            advance(state, times(row), PointUncoupled{}, sensitivity);
            result.push_back(sensitivity.jacobian(state));
        }
        return result;
    }

    /// Those at one time.
    [[nodiscard]] MotionJacobian<Scalar> jacobian(Scalar time, const State& state) const {
        return jacobians(Eigen::VectorX<Scalar>::Constant(1, time), state).front();
    }

private:
    static constexpr auto where = "DmpOn";

    /// Within a step; `rate` and `drive` are per scaled time.
    struct Progress {
        Scalar z;
        Point point;
        Vector rate;
        Vector drive;  // at z
    };

    static void require_next(const Eigen::Ref<const Eigen::VectorX<Scalar>>& times, Eigen::Index row, const State& state) {
        if (detail::is_finite(times(row)) && !(times(row) < state.time)) return;
        std::ostringstream expected;
        expected << "a finite time from " << detail::value_of(state.time) << " on";
        detail::refuse(where, "times[" + std::to_string(row) + "]", detail::value_of(times(row)), expected.str());
    }

    static ExponentialPhase<Scalar> clock(const PoseDmpOptions<Scalar>& options) {
        const ExponentialPhase<Scalar> result{options.duration, options.delay, Scalar(options.alpha_phase)};
        result.validate(where);
        return result;
    }
    /// That of the functions, which stand in phase.
    static ExponentialPhase<Plain> plain_clock(const PoseDmpOptions<Scalar>& options) {
        clock(options);
        return {1, 0, options.alpha_phase};
    }

    [[nodiscard]] Plain usual_step() const noexcept {
        return std::min({Plain(0.0025), Plain(0.06) / options_.alpha, Plain(0.025) / static_cast<Plain>(basis_.count())});
    }

    /// Equal parts of what is left, in which the body does not turn far; or the fixed step of Euler.
    [[nodiscard]] Scalar step_length(const Vector& rate, const Scalar& left) const noexcept {
        if (!is_accurate()) return longest_step_;
        const Plain turn = detail::value_of(Space::turn(rate)), usual = detail::value_of(longest_step_);
        const Plain longest = turn * usual > furthest_turn ? furthest_turn / turn : usual;
        return left / std::ceil(detail::value_of(left) / longest);
    }

    /// See step_to. `visit(now, h, left)` is called with each sub-step that is done: from where, how long, and how long all that is left.
    template <typename Coupling, typename Visit>
    void advance(State& state, const Scalar& time, const Coupling& coupling, Visit&& visit) const
        noexcept(noexcept(visit(std::declval<const Progress&>(), time, time))) {
        const Scalar tau = clock_.duration, z = clock_.elapsed(state.time);
        if (time > state.time) state.time = time;
        const Vector way = Space::between(state.start, state.goal);
        Progress now{z, state.point, tau * state.velocity, drive(z, way)};
        Scalar left = clock_.elapsed(state.time) - z;
        if (left > Scalar(64)) left = Scalar(64);
        const Scalar shortest = left / 65536;
        while (left > Scalar(0)) {
            const Scalar h = std::min(left, std::max(shortest, step_length(now.rate, left)));
            const Progress next =
                is_accurate() ? lawson_step(now, state.goal, way, h, coupling) : euler_step(now, state.goal, way, h, coupling);
            if (!detail::all_finite(next.rate) || !detail::all_finite(Space::between(next.point, state.goal))) break;
            visit(now, h, left);
            now = next;
            left -= h;
        }
        state.point = now.point;
        state.velocity = now.rate / tau;
        state.acceleration.setZero();
        if (state.time < clock_.delay) return;
        const Scalar tau2 = tau * tau;
        const Vector acceleration = (push(now.point, now.rate, state.goal, now.drive, coupling) - attractor_.damping * now.rate) / tau2;
        if (detail::all_finite(acceleration)) state.acceleration = acceleration;
    }

    /// All that drives the movement but does not depend on where it is: the forcing term and what smooth_scaling subtracts.
    [[nodiscard]] Vector drive(const Scalar& z, const Vector& way) const noexcept {
        const Scalar x = clock_.of_scaled_time(z);
        Vector result = Vector::Zero();
        const auto by = basis_.fold(x, [&](Eigen::Index k, const Derivatives<Scalar>& b) { result += b.value * weights_.col(k); });
        result *= Scalar(x / by.value);
        if (options_.smooth_scaling) result -= Scalar(attractor_.stiffness * x) * way;
        return result;
    }

    /// The rate of the rate, without the damping.
    template <typename Coupling>
    [[nodiscard]] Vector push(const Point& point, const Vector& rate, const Point& goal, const Vector& drive,
                              const Coupling& coupling) const noexcept {
        Vector coupled = Vector::Zero();
        coupling(point, Vector(rate / clock_.duration), coupled);
        const Scalar tau2 = clock_.duration * clock_.duration;
        return drive + attractor_.stiffness * Space::between(point, goal) + tau2 * coupled;
    }

    /// The state has two rows, r - r_goal and its rate, where r is the way from the point at which the sub-step begins.
    template <typename Coupling>
    [[nodiscard]] Progress lawson_step(const Progress& now, const Point& goal, const Vector& way, const Scalar& h,
                                       const Coupling& coupling) const noexcept {
        using Rows = Eigen::Matrix<Scalar, 2, Space::axes>;
        const Scalar h2 = h / 2, h3 = h / 3, h6 = h / 6;
        const Eigen::Matrix2<Scalar> half = attractor_.transition(h2), whole = attractor_.transition(h);
        const Vector aim = Space::between(now.point, goal), middle = drive(now.z + h2, way), end = drive(now.z + h, way);
        const auto rest = [&](const Rows& state, const Vector& drive) {  // all but the linear attractor
            const Vector left = state.row(0).transpose(), r = left + aim, rate = state.row(1).transpose();
            Rows result;
            result.row(0) = (Space::way_rate(r, rate) - rate).transpose();
            result.row(1) = (push(Space::moved(now.point, r), rate, goal, drive, coupling) + attractor_.stiffness * left).transpose();
            return result;
        };
        Rows start;
        start.row(0) = -aim.transpose();
        start.row(1) = now.rate.transpose();
        const Rows k1 = rest(start, now.drive);
        const Rows k2 = rest(half * (start + h2 * k1), middle);
        const Rows k3 = rest(half * start + h2 * k2, middle);
        const Rows k4 = rest(whole * start + half * (h * k3), end);
        const Rows last = whole * (start + h6 * k1) + half * (h3 * (k2 + k3)) + h6 * k4;
        return {now.z + h, Space::moved(now.point, last.row(0).transpose() + aim), last.row(1).transpose(), end};
    }

    template <typename Coupling>
    [[nodiscard]] Progress euler_step(const Progress& now, const Point& goal, const Vector& way, const Scalar& h,
                                      const Coupling& coupling) const noexcept {
        const Vector end = drive(now.z + h, way);
        const Vector rate = now.rate + h * (push(now.point, now.rate, goal, end, coupling) - attractor_.damping * now.rate);
        return {now.z + h, Space::moved(now.point, h * rate), rate, end};
    }

    static constexpr Plain furthest_turn = Plain(0.25);  // in a sub-step [rad]

    PoseDmpOptions<Scalar> options_;
    ExponentialPhase<Scalar> clock_;
    SpringDamper<Plain> attractor_;  // in scaled time
    NormalizedRbf<Plain> basis_;
    Weights weights_;
    Scalar longest_step_ = 0;  // in scaled time
};

/// A dynamic movement primitive for orientations only.
template <Real Scalar>
using OrientationDmp = DmpOn<OrientationSpace<Scalar>>;

/// A dynamic movement primitive for poses.
template <Real Scalar>
using PoseDmp = DmpOn<PoseSpace<Scalar>>;

/// A dynamic movement primitive for the poses of two arms. They can be tied by a DualPoseSpring or a DistanceSpring.
template <Real Scalar>
using DualPoseDmp = DmpOn<DualPoseSpace<Scalar>>;

}  // namespace primore
