// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include <Eigen/Core>

#include <primore/basis/forced_motions.hpp>
#include <primore/basis/phase.hpp>
#include <primore/detail/finite.hpp>
#include <primore/detail/real.hpp>
#include <primore/primitive/dmp_propagation.hpp>
#include <primore/primitive/dmp_terms.hpp>
#include <primore/primitive/packed_columns.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// Where the attractor of a running DMP pulls to. It may be changed between two steps. With DmpFixedGoal a goal that moves is followed
/// with its velocity and acceleration; the other paths lead to where it is at the beginning of each step.
template <Real Number, int Dofs = Eigen::Dynamic>
struct DmpGoal {
    DofVector<Number, Dofs> position;      ///< [D]
    DofVector<Number, Dofs> velocity;      ///< [D] per second
    DofVector<Number, Dofs> acceleration;  ///< [D] per second squared
    bool is_moving = false;                ///< whether velocity and acceleration count
};

/// The state of a running DMP; a value: copy it to look ahead. All vectors have size D.
template <Real Number, int Dofs = Eigen::Dynamic>
struct DmpState {
    using Vector = DofVector<Number, Dofs>;

    Number scaled_time;  ///< z [-], negative during the delay; of a rhythmic movement within the current turn
    Vector position;     ///< [D]
    Vector velocity;     ///< [D] per second; what `slope` is at the current speed
    Vector slope;        ///< [D] per scaled time; this is what is integrated
    DmpGoal<Number, Dofs> goal;
    Number speed = Number(1);         ///< of the last step, as a part of the planned one
    Vector scratch, push, next_push;  ///< memory of a step
};

/// How a running DMP attends to the robot.
template <std::floating_point Scalar>
struct DmpFeedback {
    Scalar gain = 0;      ///< [1/s] at which the desired position is drawn to the measured one, not negative [Ijspeert02]
    Scalar stopping = 0;  ///< alpha_e: time runs 1 / (1 + alpha_e |error|^2) times as fast, not negative [Ijspeert02]
};

/// A DmpCoupling adds an acceleration [D] per second squared to that of a DMP, dependent on position and velocity (per second), such as
/// the avoidance of an obstacle. It is called in a control loop. The smallest one:
///
///     struct Gravity {
///         template <typename Vector>
///         void operator()(const Vector&, const Vector&, Vector& acceleration) const noexcept { acceleration(2) -= 9.81; }
///     };
template <typename C, typename Number, int Dofs = Eigen::Dynamic>
concept DmpCoupling = Real<Number> && requires(const C& coupling, const DofVector<Number, Dofs>& state, DofVector<Number, Dofs>& sum) {
    { coupling(state, state, sum) } noexcept -> std::same_as<void>;
};

/// The coupling that is none.
struct DmpUncoupled {
    template <typename Vector>
    void operator()(const Vector&, const Vector&, Vector&) const noexcept {}
};

/// One movement of a DMP, to be integrated step by step under the eyes of a controller. Made by Dmp::movement.
///
/// The movement does not change; what runs is the state. All functions for a control loop are `noexcept` and allocate nothing.
template <Real Number, int Dofs, typename Basis>
class DmpMovement {
public:
    using Scalar = detail::Base<Number>;
    using Terms = DmpTerms<Scalar, Basis>;
    using Vector = DofVector<Number, Dofs>;
    using State = DmpState<Number, Dofs>;
    using Clock = ExponentialPhase<Number>;
    using Weights = PackedColumns<Number, Dofs>;
    using Ends = Eigen::Matrix<Number, Dofs, 6>;

    /// @param weights  [D x K], scaled, amplitude included
    /// @param ends     [D x 6] start, goal, and their derivatives with respect to z: see DmpTerms
    DmpMovement(std::shared_ptr<const Terms> terms, const Clock& clock, const Eigen::Matrix<Number, Dofs, Eigen::Dynamic>& weights,
                Ends ends, StartState<Number, Dofs> start)
        : terms_(std::move(terms)), clock_(clock), weights_(weights), ends_(std::move(ends)), start_(std::move(start)) {
        if constexpr (std::same_as<Number, Scalar>) {
            if (!terms_->forced() || clock_.decay != terms_->options().alpha_phase) return;
            Eigen::MatrixX<Scalar> sums = Eigen::MatrixX<Scalar>::Zero(dofs() + 1, weights.cols() + 1);
            sums.topLeftCorner(dofs(), weights.cols()) = weights;
            sums(dofs(), weights.cols()) = 1;
            const Eigen::Index approach = terms_->has_approach() ? 1 : 0;
            const auto of_forces = sums.topLeftCorner(dofs() + approach, weights.cols() + approach);
            forced_ = std::make_shared<const ForcedMotions<Scalar>>(terms_->forced()->combined(of_forces));
        }
    }

    [[nodiscard]] Eigen::Index dofs() const noexcept { return weights_.rows(); }
    [[nodiscard]] const Terms& terms() const noexcept { return *terms_; }
    [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
    [[nodiscard]] const StartState<Number, Dofs>& start() const noexcept { return start_; }
    [[nodiscard]] const Weights& weights() const noexcept { return weights_; }
    [[nodiscard]] const Ends& ends() const noexcept { return ends_; }
    /// Whether a step of any length is two looks into a table.
    [[nodiscard]] bool is_tabulated() const noexcept { return forced_ != nullptr; }

    /// The state from which the movement starts. Allocates if `Dofs` is `Eigen::Dynamic`.
    [[nodiscard]] State initial_state() const {
        const Vector none = Vector::Constant(dofs(), Number(0));
        const Number z = clock_.scaled_time(start_.time);
        return {.scaled_time = terms_->is_rhythmic() && z > Number(0) ? Number(z - Number(std::floor(detail::value_of(z)))) : z,
                .position = start_.position,
                .velocity = start_.velocity,
                .slope = start_.velocity * clock_.duration,
                .goal = {ends_.col(1), none, none},
                .scratch = none,
                .push = none,
                .next_push = none};
    }

    /// Lets a time dt [s] pass, however long. No allocation. O(D) if it is tabulated, O(D K) if not and dt is short.
    ///
    /// The linear part is exact. What the forcing term does is looked up in the table of the movement if is_tabulated() and there is no
    /// coupling: with an error below 1e-11 of the size of a movement in position, 1e-10 in velocity. Else the term is integrated by
    /// quadrature of order four if the step is shorter than an eighth of terms().panel() durations, of order ten otherwise, and the
    /// coupling to second order. A dt that is not positive does nothing.
    ///
    /// @param speed  how fast time runs, as a part of the planned speed, not negative; 0 pauses; with another number nothing is done
    template <DmpCoupling<Number, Dofs> Coupling = DmpUncoupled>
    void step(State& state, Number dt, const Number& speed = Number(1), const Coupling& coupling = {}) const noexcept {
        if (!(dt > Number(0)) || !(speed >= Number(0)) || !detail::is_finite(speed)) return;
        if (dt > Number(longest_step)) dt = Number(longest_step);
        state.speed = speed;
        const Number at_speed = dt * speed, passed = at_speed / clock_.duration, before = state.scaled_time, after = before + passed;
        if (after > Number(0) && speed > Number(0)) {
            Source<Coupling, true> source{*this, state.goal, &state, before, clock_.duration / speed, coupling};
            Number from = before > Number(0) ? before : Number(0), to = after;
            if (after > Number(terms_->rest())) [[unlikely]] {  // no matter when: no force changes
                const Number memory = Number(terms_->memory());
                to = terms_->bounded(after);
                from = to - (passed < memory ? passed : memory);
                source.origin = to - passed;
            }
            DmpPropagation<Scalar, Basis>{*terms_}.advance(from, to, source, state.position, state.slope, state.scratch);
        }
        state.scaled_time =
            terms_->is_rhythmic() && after > Number(1) ? Number(after - Number(std::floor(detail::value_of(after)))) : after;
        state.velocity = state.slope * Number(speed / clock_.duration);
        if (!state.goal.is_moving) return;
        state.goal.position += dt * state.goal.velocity + Number(dt * dt / 2) * state.goal.acceleration;
        state.goal.velocity += dt * state.goal.acceleration;
    }

    /// Draws the desired position to a measured one [D], and tells the speed for the step of dt [s] that follows. A measurement that is
    /// not finite is ignored. No allocation.
    [[nodiscard]] Number follow(State& state, const Vector& measured, const Number& dt,
                                const DmpFeedback<Scalar>& feedback) const noexcept {
        using std::exp;
        const Number error = (measured - state.position).squaredNorm(), drawn = feedback.gain * dt;
        if (!detail::is_finite(error)) return Number(1);
        if (drawn > Number(0)) state.position += Number(1 - exp(-drawn)) * (measured - state.position);
        return Number(1) / (1 + feedback.stopping * error);
    }

    /// The set point of a state, into vectors that have size D; its acceleration leaves out the coupling. No allocation.
    void setpoint(const State& state, Setpoint<Number, Dofs>& out) const noexcept {
        const Number z = terms_->bounded(state.scaled_time), rate = state.speed / clock_.duration;
        out.position = state.position;
        out.velocity = state.velocity;
        if (state.scaled_time < Number(0)) {
            out.acceleration.setZero();
            return;
        }
        second_derivative(z, state.goal, state.position, state.slope, out.acceleration);
        out.acceleration *= Number(rate * rate);
    }

    /// y'' of the differential equation at z >= 0 of a goal that rests, into a vector that has size D. No allocation.
    void second_derivative(const Number& z, const DmpGoal<Number, Dofs>& goal, const Vector& position, const Vector& slope,
                           Vector& out) const noexcept {
        const bool is_over = z > Number(1);
        const DmpUncoupled uncoupled;
        const Source<DmpUncoupled, false> source{*this, goal, nullptr, z, clock_.duration, uncoupled};
        const Number stiffness = Number(terms_->spring().stiffness), damping = terms_->damping(z).first;
        source.force(z, is_over, out);
        source.add_goal(z, is_over, {stiffness, damping, Number(1)}, out);
        out -= stiffness * position + damping * slope;
    }

    /// The state of the unhindered movement at z = `to`, from that at `from`; both bounded. No allocation.
    void advance(const Number& from, const Number& to, const DmpGoal<Number, Dofs>& goal, Vector& position, Vector& slope,
                 Vector& scratch) const noexcept {
        const DmpUncoupled uncoupled;
        Source<DmpUncoupled, false> source{*this, goal, nullptr, from, clock_.duration, uncoupled};
        DmpPropagation<Scalar, Basis>{*terms_}.advance(from, to, source, position, slope, scratch);
    }

private:
    static constexpr Scalar longest_step = Scalar(1e9);  // [s], so that its square is a number

    /// The forces of one step: see DmpPropagation.
    template <typename Coupling, bool quick>
    struct Source {
        static constexpr bool is_quick = quick;
        static constexpr bool may_be_tabulated = std::same_as<Number, Scalar> && std::same_as<Coupling, DmpUncoupled>;

        const DmpMovement& movement;
        const DmpGoal<Number, Dofs>& aim;
        State* state;   // memory of the coupling
        Number origin;  // z at which the goal was where it is said to be
        Number tau;     // seconds per scaled time, at the current speed
        const Coupling& coupling;

        [[nodiscard]] const ForcedMotions<Scalar>* forced() const noexcept { return movement.forced_.get(); }
        [[nodiscard]] const Terms& terms() const noexcept { return *movement.terms_; }
        [[nodiscard]] bool is_quintic() const noexcept { return std::holds_alternative<DmpQuinticGoal>(terms().options().goal_path); }
        [[nodiscard]] bool is_moving() const noexcept { return terms().follows_goal() && !is_quintic() && aim.is_moving; }
        [[nodiscard]] bool rests() const noexcept { return !is_quintic() && !is_moving(); }  ///< whether the goal does

        /// Adds factors(0) G + factors(1) G' + factors(2) G'' of what is followed: the path, or the goal.
        void add_goal(const Number& z, bool is_over, const Eigen::Matrix<Number, 3, 1>& factors, Vector& out) const noexcept {
            if (is_quintic()) {
                const Eigen::Matrix<Number, 6, 1> of_ends = terms().path(z, is_over).template leftCols<3>() * factors;
                out += of_ends(0) * movement.ends_.col(0) + of_ends(1) * aim.position;
                for (Eigen::Index i = 2; i < 6; ++i) out += of_ends(i) * movement.ends_.col(i);
                return;
            }
            out += factors(0) * aim.position;
            if (!is_moving()) return;
            const Number seconds = (z - origin) * tau, of_rate = factors(1) * tau, of_position = factors(0) * seconds;
            const Number tau2 = tau * tau, of_second = factors(2) * tau2, by_then = (of_position / 2 + of_rate) * seconds;
            out += Number(of_position + of_rate) * aim.velocity + Number(by_then + of_second) * aim.acceleration;
        }

        /// The same for a state: G and G', `sign` times.
        void add_goal(const Number& z, bool is_over, const Number& sign, Vector& position, Vector& slope) const noexcept {
            if (rests()) {
                position += sign * aim.position;
                return;
            }
            const Number none = Number(0);
            add_goal(z, is_over, {sign, none, none}, position);
            add_goal(z, is_over, {none, sign, none}, slope);
        }

        void force(const Number& z, bool is_over, Vector& out) const noexcept {
            const Number x = Terms::exponential(z, movement.clock_.decay);
            terms().drive(z, x, movement.clock_.decay, movement.weights_, out);
            if (is_scaled()) out = out.cwiseProduct(way());
            if (terms().has_approach()) out += terms().approach(z, x, is_over) * way();
        }

        /// Carries a state between two times in the table. Up to seven degrees of freedom, known when this is compiled, are computed at
        /// once: as blocks, because whole vectors would be copied in other portions than they were stored in, and wait for that.
        void leap(Scalar from, Scalar to, bool is_over, Vector& position, Vector& slope) const noexcept {
            using Packet = typename ForcedMotions<Scalar>::Packet;
            const Eigen::Matrix<Scalar, 2, 2> flow = terms().linear(from, to);
            const bool rests = this->rests(), is_scaled = this->is_scaled();
            if (!rests) add_goal(from, is_over, Scalar(-1), position, slope);
            forced()->influence(from, to, flow, [&](Eigen::Index k, const Packet& positions, const Packet& slopes) {
                const Eigen::Index count = std::min(position.size() - k, positions.size());
                if constexpr (Dofs != Eigen::Dynamic && Dofs < ForcedMotions<Scalar>::packet) {
                    const auto all = [](auto& of) { return of.template head<Dofs>(); };
                    Vector forward = all(positions), faster = all(slopes), goal = Vector::Zero();
                    if (is_scaled) {
                        forward = forward.cwiseProduct(way());
                        faster = faster.cwiseProduct(way());
                    }
                    if (rests) goal = all(aim.position);
                    const Vector before = all(position) - goal, rate = all(slope);
                    all(position) = flow(0, 0) * before + flow(0, 1) * rate + forward + goal;
                    all(slope) = flow(1, 0) * before + flow(1, 1) * rate + faster;
                } else {
                    for (Eigen::Index i = 0; i < count; ++i) {
                        const Scalar share = is_scaled ? way()(k + i) : Scalar(1), goal = rests ? aim.position(k + i) : Scalar(0);
                        const Scalar before = position(k + i) - goal, rate = slope(k + i);
                        position(k + i) = flow(0, 0) * before + flow(0, 1) * rate + share * positions(i) + goal;
                        slope(k + i) = flow(1, 0) * before + flow(1, 1) * rate + share * slopes(i);
                    }
                }
                if (count == positions.size() || !terms().has_approach()) return;
                position += positions(count) * way();  // what is after the last degree of freedom is the influence of the approach
                slope += slopes(count) * way();
            });
            if (!rests) add_goal(to, is_over, Scalar(1), position, slope);
        }

        [[nodiscard]] auto way() const noexcept { return aim.position - movement.ends_.col(0); }  ///< from the start to the goal
        [[nodiscard]] bool is_scaled() const noexcept { return terms().options().scaling == DmpScaling::goal_distance; }

        /// Before a panel: the acceleration of the coupling where the panel begins.
        void before(const Vector& position, const Vector& slope) noexcept {
            if constexpr (!std::same_as<Coupling, DmpUncoupled>) call(position, slope, state->push);
        }

        /// After a panel: the coupling as a force that runs linearly to where the panel ends without its change (second order).
        void after(const Eigen::Matrix<Number, 2, 1>& constant, const Eigen::Matrix<Number, 2, 1>& rising, Vector& position,
                   Vector& slope) noexcept {
            if constexpr (!std::same_as<Coupling, DmpUncoupled>) {
                position += constant(0) * state->push;
                slope += constant(1) * state->push;
                call(position, slope, state->next_push);
                state->next_push -= state->push;
                position += rising(0) * state->next_push;
                slope += rising(1) * state->next_push;
            }
        }

        void call(const Vector& position, const Vector& slope, Vector& push) noexcept {
            state->velocity = slope / tau;
            push.setZero();
            coupling(position, state->velocity, push);
            push *= Number(tau * tau);
        }
    };

    std::shared_ptr<const Terms> terms_;
    Clock clock_;
    Weights weights_;
    Ends ends_;
    StartState<Number, Dofs> start_;
    std::shared_ptr<const ForcedMotions<Scalar>> forced_;  // of the forcing terms [D], and of the approach if there is one
};

}  // namespace primore
