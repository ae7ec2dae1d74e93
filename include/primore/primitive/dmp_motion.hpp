// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/real.hpp>
#include <primore/primitive/dmp_movement.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/trajectory.hpp>

namespace primore {

/// One planned movement of a DMP. Made by Dmp::trajectory.
///
/// A set point is one step from the node before it. A movement that is tabulated needs no node but its start. Another one is integrated
/// once, to nodes that are `terms().panel()` durations apart, one duration beyond the end or until a rhythmic movement has become periodic,
/// and from there in growing distances until it rests.
template <Real Number, int Dofs, typename Basis>
class DmpMotion {
public:
    using Scalar = detail::Base<Number>;
    using Movement = DmpMovement<Number, Dofs, Basis>;
    using Vector = DofVector<Number, Dofs>;

    explicit DmpMotion(Movement movement)
        : movement_(std::move(movement)),
          goal_(movement_.initial_state().goal),
          turns_(terms().is_rhythmic() ? std::floor(detail::value_of(elapsed(movement_.start().time))) : Scalar(0)),
          origin_(elapsed(movement_.start().time) - turns_) {
        const Scalar begin = detail::value_of(origin_), tau = detail::value_of(movement_.clock().duration);
        Scalar length = terms().is_rhythmic() ? terms().memory() + 1 : std::max(begin, Scalar(1)) + 1 - begin;
        if (is_euler()) length = std::max(detail::value_of(Number(end_time() - start_time())) + tau, Scalar(0));
        if (movement_.is_tabulated()) length = 0;
        const auto count = static_cast<Eigen::Index>(std::ceil(length / step())) + 1;
        add_late_nodes(detail::value_of(node_position(count - 1)));
        positions_ = slopes_ = Nodes::Constant(dofs(), count + static_cast<Eigen::Index>(late_.size()), Number(0));
        Vector position = movement_.start().position, slope = movement_.start().velocity * movement_.clock().duration, scratch = slope;
        for (Eigen::Index node = 0; node < positions_.cols(); ++node) {
            if (node > 0 && node < count) go(node_position(node - 1), node_position(node), position, slope, scratch);
            if (node >= count) movement_.advance(node_position(node - 1), node_position(node), goal_, position, slope, scratch);
            positions_.col(node) = position;
            slopes_.col(node) = slope;
        }
    }

    /// Writes the set point at a time into vectors that have size D. A time before the start, or NaN, counts as the start.
    /// No allocation. O(D K), and no longer as time goes by.
    void evaluate(Number time, Setpoint<Number, Dofs>& setpoint) const noexcept {
        const Number now = time > start_time() ? time : start_time();
        const Number z = position_in_plan(now);
        const Eigen::Index node = node_before(now, z);
        setpoint.position = positions_.col(node);
        setpoint.velocity = slopes_.col(node);
        if (is_euler() && node + 1 < even_count()) {
            euler_step(node_position(node), z, setpoint.position, setpoint.velocity, setpoint.acceleration);
        } else {
            movement_.advance(node_position(node), z, goal_, setpoint.position, setpoint.velocity, setpoint.acceleration);
        }
        finish(now, z, setpoint);
    }

    /// The set point at a time; allocates if `Dofs` is `Eigen::Dynamic`.
    [[nodiscard]] Setpoint<Number, Dofs> at(Number time) const noexcept(Dofs != Eigen::Dynamic) {
        auto setpoint = Setpoint<Number, Dofs>::zero(dofs());
        evaluate(time, setpoint);
        return setpoint;
    }

    /// The set points at times [T]. With DmpIntegrator::mp_pytorch the times are the steps; a time that falls begins again at the start.
    /// @throws std::invalid_argument for a time before the start, or one that is not finite
    [[nodiscard]] Trajectory<Number, Dofs> table(const Eigen::Ref<const Eigen::VectorX<Number>>& times) const {
        if (!is_euler()) return tabulate<Number, Dofs>("Dmp", *this, times);
        return tabulate<Number, Dofs>("Dmp", Walk{*this}, times);
    }

    [[nodiscard]] Number start_time() const noexcept { return movement_.start().time; }
    [[nodiscard]] Number duration() const noexcept { return movement_.clock().duration; }
    [[nodiscard]] Number end_time() const noexcept { return movement_.clock().delay + movement_.clock().duration; }
    [[nodiscard]] Eigen::Index dofs() const noexcept { return movement_.dofs(); }
    [[nodiscard]] const Vector& goal() const noexcept { return goal_.position; }   ///< [D]
    [[nodiscard]] const Movement& movement() const noexcept { return movement_; }  ///< to be run step by step
    [[nodiscard]] Eigen::Index node_count() const noexcept { return positions_.cols(); }

private:
    using Nodes = Eigen::Matrix<Number, Dofs, Eigen::Dynamic>;

    /// Steps from one time to the next, as they are asked for.
    struct Walk {
        const DmpMotion& motion;
        mutable Number now = motion.start_time();
        mutable Vector position = motion.positions_.col(0), slope = motion.slopes_.col(0);

        [[nodiscard]] Number start_time() const noexcept { return motion.start_time(); }
        [[nodiscard]] Eigen::Index dofs() const noexcept { return motion.dofs(); }
        void evaluate(const Number& time, Setpoint<Number, Dofs>& setpoint) const noexcept {
            if (time < now) {
                position = motion.positions_.col(0);
                slope = motion.slopes_.col(0);
                now = motion.start_time();
            }
            const Number next = time > now ? time : now, z = motion.position_in_plan(next);
            motion.euler_step(motion.position_in_plan(now), z, position, slope, setpoint.acceleration);
            now = next;
            setpoint.position = position;
            setpoint.velocity = slope;
            motion.finish(now, z, setpoint);
        }
    };

    [[nodiscard]] const typename Movement::Terms& terms() const noexcept { return movement_.terms(); }
    [[nodiscard]] bool is_euler() const noexcept { return terms().options().integrator == DmpIntegrator::mp_pytorch; }
    [[nodiscard]] Scalar step() const noexcept { return is_euler() ? terms().options().time_step : terms().panel(); }  // of the nodes
    [[nodiscard]] Number elapsed(const Number& time) const noexcept { return terms().bounded(movement_.clock().scaled_time(time)); }

    /// z, without the turns before the start, or after a rhythmic movement has become periodic.
    [[nodiscard]] Number position_in_plan(const Number& time) const noexcept {
        const Number z = elapsed(time) - turns_;
        const Scalar beyond = terms().is_rhythmic() ? detail::value_of(Number(z - origin_)) - terms().memory() - 1 : Scalar(0);
        return beyond > 0 ? Number(z - std::ceil(beyond)) : z;
    }

    /// How many of the nodes are at even distances.
    [[nodiscard]] Eigen::Index even_count() const noexcept { return positions_.cols() - static_cast<Eigen::Index>(late_.size()); }

    /// From the last even node to where all rests, or, of forces that hardly fade, to where it may take a few more panels.
    void add_late_nodes(Scalar z) {
        constexpr std::size_t most = 512;
        if (terms().is_rhythmic() || movement_.is_tabulated()) return;
        for (z += terms().panel(z); z < terms().rest() && late_.size() < most; z += terms().panel(z)) late_.push_back(z);
    }

    [[nodiscard]] Eigen::Index node_before(const Number& now, const Number& z) const noexcept {
        const Scalar place = detail::value_of(z);
        if (!late_.empty() && !(place < late_.front())) {
            return even_count() - 1 + (std::upper_bound(late_.begin(), late_.end(), place) - late_.begin());
        }
        const Scalar steps = detail::value_of(is_euler() ? Number(now - start_time()) : Number(z - origin_)) / step();
        return static_cast<Eigen::Index>(std::clamp(std::floor(steps), Scalar(0), static_cast<Scalar>(even_count() - 1)));
    }

    [[nodiscard]] Number node_position(Eigen::Index node) const noexcept {
        if (positions_.cols() > 0 && node >= even_count()) return Number(late_[static_cast<std::size_t>(node - even_count())]);
        const Scalar steps = static_cast<Scalar>(node) * step();
        return is_euler() ? Number(elapsed(Number(start_time() + steps)) - turns_) : Number(origin_ + steps);
    }

    void go(const Number& from, const Number& to, Vector& position, Vector& slope, Vector& scratch) const noexcept {
        if (is_euler()) return euler_step(from, to, position, slope, scratch);
        movement_.advance(from, to, goal_, position, slope, scratch);
    }

    void euler_step(const Number& from, const Number& to, Vector& position, Vector& slope, Vector& scratch) const noexcept {
        movement_.second_derivative(from, goal_, position, slope, scratch);
        slope += Number(to - from) * scratch;
        position += Number(to - from) * slope;
    }

    /// Makes a set point of a state in scaled time.
    void finish(const Number& now, const Number& z, Setpoint<Number, Dofs>& setpoint) const noexcept {
        const Number rate = Number(1) / movement_.clock().duration;
        if (now < movement_.clock().delay) {
            setpoint.acceleration.setZero();
        } else {
            movement_.second_derivative(z, goal_, setpoint.position, setpoint.velocity, setpoint.acceleration);
            setpoint.acceleration *= Number(rate * rate);
        }
        setpoint.velocity *= rate;
        if (now == start_time()) setpoint.velocity = movement_.start().velocity;  // what it is anyway, without the rounding
    }

    Movement movement_;
    DmpGoal<Number, Dofs> goal_;
    Scalar turns_ = 0;
    Number origin_ = Number(0);  // z at the first node
    std::vector<Scalar> late_;   // z at the nodes after the even ones
    Nodes positions_, slopes_;   // [D x nodes]
};

}  // namespace primore
