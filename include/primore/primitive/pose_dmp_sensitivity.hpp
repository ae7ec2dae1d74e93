// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/basis/derivatives.hpp>
#include <primore/primitive/motion_jacobian.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/rotation_jacobian.hpp>
#include <primore/primitive/unit_quaternion.hpp>

namespace primore {

/// How a movement of a DmpOn changes with all that it was made of: its sub-steps, linearised. Derivatives go through each of them beside
/// the numbers, by the closed forms of how bodies turn (rotation_jacobian.hpp) and of the linear attractor. How many sub-steps there are
/// is no matter of derivatives: one is a part of what is left of the way, or with the fixed step of Euler a time.
///
/// @tparam Dmp  DmpOn<Space>
template <MotionSpace Space, typename Dmp>
requires std::floating_point<typename Space::Scalar>
class PoseDmpSensitivity {
public:
    using Scalar = typename Space::Scalar;
    using Vector = Tangent<Space>;
    using State = typename Dmp::State;

    /// @param dmp  outlives this
    PoseDmpSensitivity(const Dmp& dmp, const State& state)
        : dmp_(dmp), tau_(dmp.clock().duration), clock_(1 + Space::axes * (dmp.basis().count() + 1)), point_{state.point, none()} {
        const Eigen::Index start = clock_ + 2, count = dmp.basis().count();
        point_.moves.template middleCols<Space::axes>(start).setIdentity();
        goal_ = {state.goal, none()};
        for (Eigen::Index axis = 0; axis < Space::axes; ++axis) goal_.moves(axis, (axis + 1) * (count + 1)) = 1;
        way_ = between({state.start, point_.moves}, goal_);
        rate_ = none();
        rate_.col(0) = tau_ * state.velocity;
        rate_.col(clock_) = state.velocity;
        rate_.template rightCols<Space::axes>().diagonal().setConstant(tau_);
    }

    /// Before the sub-steps from one time to another.
    void depart(Scalar from, Scalar to) {
        const auto shift = [&](Scalar time) -> Shift {  // of the scaled time, which stands during the delay
            const Scalar z = dmp_.clock().scaled_time(time);
            return z < 0 ? Shift(0, 0) : Shift(-z / tau_, -1 / tau_);
        };
        z_ = dmp_.clock().elapsed(from);
        z_shift_ = shift(from);
        left_shift_ = shift(to) - z_shift_;
        if (dmp_.clock().elapsed(to) - z_ > 64) left_shift_.setZero();
    }

    /// One sub-step of length h from `now`, where `left` is left, all in scaled time.
    void operator()(const auto& now, Scalar h, Scalar left) {
        point_.point = now.point;
        rate_.col(0) = now.rate;
        const bool is_time = !dmp_.is_accurate() && h < left && h == dmp_.longest_step();
        const Step step{h, is_time ? Shift(-h / tau_, 0) : Shift(h / left * left_shift_)};
        dmp_.is_accurate() ? lawson_step(step) : euler_step(step);
        z_ += h;
        z_shift_ += step.shift;
        left_shift_ -= step.shift;
    }

    /// At the state to which the sub-steps led.
    [[nodiscard]] MotionJacobian<Scalar> jacobian(const State& state) {
        point_.point = state.point;
        rate_.col(0) = tau_ * state.velocity;
        Jet velocity = rate_ / tau_, acceleration = none();
        velocity.col(clock_) -= velocity.col(0) / tau_;
        if (!(state.time < dmp_.clock().delay)) {
            acceleration = (push(point_, drive(z_, z_shift_)) - dmp_.attractor().damping * rate_) / (tau_ * tau_);
            acceleration.col(clock_) -= 2 / tau_ * acceleration.col(0);
        }
        const Eigen::Index count = rate_.cols() - 1;
        return {point_.moves.rightCols(count), velocity.rightCols(count), acceleration.rightCols(count)};
    }

private:
    /// A tangent of the space, and in the columns after it its derivatives: [axes x 1 + C]. What is linear needs no word about them.
    using Jet = Eigen::Matrix<Scalar, Space::axes, Eigen::Dynamic>;
    using Shift = Eigen::RowVector2<Scalar>;  // the derivatives of a time, with respect to duration and delay
    /// A point and, after a column of zeros, the tangents by which it moves.
    struct Placed {
        typename Space::Point point;
        Jet moves;
    };
    /// A way to the goal, or what is left of it, and its rate.
    struct Motion {
        Jet way, rate;
    };
    struct Step {
        Scalar length;
        Shift shift;
    };

    [[nodiscard]] Jet none() const { return Jet::Zero(Space::axes, clock_ + 2 + 2 * Space::axes); }

    [[nodiscard]] Jet times(const Step& step, const Jet& jet) const {
        Jet result = step.length * jet;
        result.template middleCols<2>(clock_) += jet.col(0) * step.shift;
        return result;
    }

    /// Calls `turn(axes, r)` for each rotation vector r in a tangent; `axes` takes its three rows from a jet.
    template <typename Turn>
    static void for_rotations(const Vector& way, Turn&& turn) {
        for (const int first : Space::rotations) {
            turn([first](auto& jet) { return jet.template middleRows<3>(first); }, Eigen::Vector3<Scalar>(way.template segment<3>(first)));
        }
    }

    [[nodiscard]] static Jet between(const Placed& from, const Placed& to) {
        Jet result = to.moves - from.moves;
        const Vector way = Space::between(from.point, to.point);
        for_rotations(way, [&](auto axes, const auto& r) {
            const Eigen::Matrix3<Scalar> jacobian = rotation_vector_jacobian<Scalar>(r);  // transposed it is that of -r
            axes(result) = jacobian * axes(to.moves) - jacobian.transpose() * axes(from.moves);
        });
        result.col(0) = way;
        return result;
    }

    [[nodiscard]] static Placed moved(const Placed& from, const Jet& way) {
        Placed result{Space::moved(from.point, way.col(0)), from.moves + way};
        for_rotations(way.col(0), [&](auto axes, const auto& r) {
            axes(result.moves) = rotation<Scalar>(r).toRotationMatrix() * axes(from.moves) + rotation_jacobian<Scalar>(r) * axes(way);
        });
        result.moves.col(0).setZero();
        return result;
    }

    [[nodiscard]] static Jet way_rate(const Jet& way, const Jet& velocity) {
        Jet result = velocity;
        for_rotations(way.col(0), [&](auto axes, const auto& r) {
            const auto jacobian = RotationVectorRateJacobian<Scalar>::at(r, axes(velocity).col(0));
            axes(result) = jacobian.of_vector * axes(way) + jacobian.of_velocity * axes(velocity);
        });
        result.col(0) = Space::way_rate(way.col(0), velocity.col(0));
        return result;
    }

    [[nodiscard]] Jet drive(Scalar z, const Shift& shift) const {
        const Scalar x = dmp_.clock().of_scaled_time(z), stiffness = dmp_.options().smooth_scaling ? dmp_.attractor().stiffness : Scalar(0);
        const Eigen::Index count = dmp_.basis().count();
        Jet result = none();
        Vector slope = Vector::Zero();
        const auto by = dmp_.basis().fold(x, [&](Eigen::Index k, const Derivatives<Scalar>& b) {
            result.col(0) += b.value * dmp_.weights().col(k);
            slope += b.first * dmp_.weights().col(k);
            for (Eigen::Index axis = 0; axis < Space::axes; ++axis) result(axis, 1 + axis * (count + 1) + k) = b.value;
        });
        slope = result.col(0) / by.value + x / by.value * (slope - by.first / by.value * result.col(0));
        result = x / by.value * result - stiffness * x * way_;
        slope -= stiffness * way_.col(0);
        result.template middleCols<2>(clock_) -= dmp_.clock().decay * x * slope * shift;
        return result;
    }

    /// The rate of the rate, without the damping.
    [[nodiscard]] Jet push(const Placed& point, const Jet& drive) const {
        return drive + dmp_.attractor().stiffness * between(point, goal_);
    }

    /// DmpOn's step with every product by h as a product of jets, the whole transition as two halves.
    void lawson_step(const Step& step) {
        const auto& attractor = dmp_.attractor();
        const Scalar h = step.length;
        const Eigen::Matrix2<Scalar> transition = attractor.transition(h / 2);
        const auto half = [&](const Motion& m) -> Motion {
            Motion result{transition(0, 0) * m.way + transition(0, 1) * m.rate, transition(1, 0) * m.way + transition(1, 1) * m.rate};
            const Vector way = result.way.col(0), rate = result.rate.col(0);
            result.way.template middleCols<2>(clock_) += rate * step.shift / 2;
            result.rate.template middleCols<2>(clock_) -= (attractor.stiffness * way + attractor.damping * rate) * step.shift / 2;
            return result;
        };
        const auto sum = [](const Motion& a, Scalar factor, const Motion& b) -> Motion {
            return {a.way + factor * b.way, a.rate + factor * b.rate};
        };
        const Jet aim = between(point_, goal_), middle = drive(z_ + h / 2, z_shift_ + step.shift / 2);
        const auto rest = [&](const Motion& state, const Jet& drive) -> Motion {
            const Jet r = state.way + aim;
            return {times(step, way_rate(r, state.rate) - state.rate),
                    times(step, push(moved(point_, r), drive) + attractor.stiffness * state.way)};
        };
        const Motion start{-aim, rate_}, from = half(start);
        const Motion k1 = rest(start, drive(z_, z_shift_)), k2 = rest(half(sum(start, Scalar(0.5), k1)), middle),
                     k3 = rest(sum(from, Scalar(0.5), k2), middle), k4 = rest(half(sum(from, 1, k3)), drive(z_ + h, z_shift_ + step.shift));
        const Scalar third = Scalar(1) / 3, sixth = Scalar(1) / 6;
        const Motion last = sum(half(sum(half(sum(start, sixth, k1)), third, sum(k2, 1, k3))), sixth, k4);
        point_ = moved(point_, last.way + aim);
        rate_ = last.rate;
    }

    void euler_step(const Step& step) {
        const Jet end = drive(z_ + step.length, z_shift_ + step.shift);
        rate_ += times(step, push(point_, end) - dmp_.attractor().damping * rate_);
        point_ = moved(point_, times(step, rate_));
    }

    const Dmp& dmp_;
    Scalar tau_;
    Eigen::Index clock_;  // the column of the duration; that of the delay follows
    Placed point_, goal_;
    Jet way_, rate_;
    Scalar z_ = 0;
    Shift z_shift_ = Shift::Zero(), left_shift_ = Shift::Zero();
};

}  // namespace primore
