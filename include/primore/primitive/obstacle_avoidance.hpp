// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/given.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
struct ObstacleAvoidanceOptions {
    Given<Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic>> obstacles;  ///< [D x M] positions of the obstacles, in columns
    Scalar strength = 1000;                                        ///< gamma [1/s], not negative [Hoffmann09: 1000]
    Scalar angular_decay = 20 / std::numbers::pi_v<Scalar>;        ///< b [1/rad], not negative [Hoffmann09: 20/pi]
    Scalar distance_decay = 0;     ///< k [1/m], not negative: how fast the term fades with distance [Rai14]; 0 as in [Hoffmann09]
    Scalar denominator_floor = 0;  ///< added to |o - y| |v| where it divides; 1e-10 [m^2/s] in movement_primitives, which turns theta
};

/// A coupling that steers a movement around points: it turns the velocity away from every obstacle o that lies ahead.
///
///     C = sum_o  gamma R v theta exp(-b theta) exp(-k |o - y|)          [Hoffmann09; Ijspeert13; with k, Rai14]
///
/// theta is the angle between o - y and v, and R turns by 90 degrees about (o - y) x v: R v = -|v| n, where n is the unit vector that is
/// perpendicular to v and points to the side of the obstacle, so the formula has a meaning for any number of dimensions. The term is
/// perpendicular to v: it does no work. It vanishes for a robot at rest, at the obstacle, or exactly on course to it or away from it.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class ObstacleAvoidance {
public:
    using Vector = DofVector<Scalar, Dofs>;
    using Points = Eigen::Matrix<Scalar, Dofs, Eigen::Dynamic>;

    /// @throws std::invalid_argument if a number is not finite or negative, or there are less than two dimensions
    explicit ObstacleAvoidance(ObstacleAvoidanceOptions<Scalar, Dofs> options) : options_(std::move(options)) {
        constexpr auto where = "ObstacleAvoidance";
        detail::require_at_least(where, "the number of rows of obstacles", options_.obstacles.rows(), 2);
        detail::require_finite(where, "obstacles", options_.obstacles);
        detail::require_not_negative(where, "strength", options_.strength);
        detail::require_not_negative(where, "angular_decay", options_.angular_decay);
        detail::require_not_negative(where, "distance_decay", options_.distance_decay);
        detail::require_not_negative(where, "denominator_floor", options_.denominator_floor);
    }

    /// [D x M]; may be moved while the robot does. An obstacle that is not finite is no obstacle.
    [[nodiscard]] Points& obstacles() noexcept { return options_.obstacles; }
    [[nodiscard]] const Points& obstacles() const noexcept { return options_.obstacles; }

    /// Adds the acceleration [m/s^2] at a position and velocity, all [D]. No allocation. O(D M).
    void operator()(const Vector& position, const Vector& velocity, Vector& acceleration) const noexcept {
        add<Scalar>(position, velocity, acceleration);
    }

    /// The same of numbers that carry derivatives.
    template <typename Number>
    requires(!std::same_as<Number, Scalar> && std::same_as<detail::Base<Number>, Scalar>)
    void operator()(const DofVector<Number, Dofs>& position, const DofVector<Number, Dofs>& velocity,
                    DofVector<Number, Dofs>& acceleration) const noexcept {
        add<Number>(position, velocity, acceleration);
    }

private:
    template <Real Number>
    void add(const DofVector<Number, Dofs>& position, const DofVector<Number, Dofs>& velocity,
             DofVector<Number, Dofs>& acceleration) const noexcept {
        using std::exp;
        const Number speed = velocity.norm();
        for (Eigen::Index i = 0; i < options_.obstacles.cols(); ++i) {
            const auto away = options_.obstacles.col(i).template cast<Number>() - position;  // expressions: a dynamic vector would allocate
            const Number distance = away.norm();
            if (!(speed > Number(0) && distance > Number(0)) || !detail::is_finite(speed) || !detail::is_finite(distance)) continue;
            const Number cosine = away.dot(velocity) / distance / speed, along = cosine / speed;
            const auto across = away / distance - velocity * along;  // n sin(theta)
            const Number sine = across.norm();
            if (!(sine > Number(0))) continue;
            const Number theta = angle(sine, cosine, Number(distance * speed));
            const Number turned = options_.angular_decay * theta, gone = options_.distance_decay * distance;  // named: see basis/phase.hpp
            Number turning = options_.strength * exp(Number(-(turned + gone)));
            turning *= speed;
            turning *= theta;
            turning /= sine;
            acceleration -= turning * across;
        }
    }

    /// theta, from both its sine and its cosine: it has all its digits also near 0 and pi.
    template <Real Number>
    [[nodiscard]] Number angle(const Number& sine, const Number& cosine, const Number& denominator) const noexcept {
        using std::acos;
        using std::atan2;
        if (options_.denominator_floor == 0) return atan2(sine, cosine);
        const Number floored = cosine * (denominator / (denominator + options_.denominator_floor));
        return acos(std::clamp<Number>(floored, Number(-1), Number(1)));
    }

    ObstacleAvoidanceOptions<Scalar, Dofs> options_;
};

}  // namespace primore
