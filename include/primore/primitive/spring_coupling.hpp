// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdlib>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/real.hpp>
#include <primore/detail/require.hpp>
#include <primore/primitive/setpoint.hpp>

namespace primore {

/// Which of two coupled arms does not feel the spring between them.
enum class Leader { none, first, second };

template <std::floating_point Scalar>
struct SpringCouplingOptions {
    Eigen::Index first = 0;                                           ///< number of the first degree of freedom of the first arm
    Eigen::Index second = 1;                                          ///< number of the first degree of freedom of the second arm
    Eigen::VectorX<Scalar> offset = Eigen::VectorX<Scalar>::Zero(1);  ///< [n] where the first arm shall be, seen from the second
    Scalar stiffness = 100;                                           ///< k [1/s^2], not negative
    Scalar damping = 20;  ///< d [1/s], not negative; 2 sqrt(k) is critical for one follower, sqrt(2 k) for two
    Leader leader = Leader::none;
};

/// A spring and a damper between two arms, or two single joints, that move as one primitive with the degrees of freedom of both.
///
///     e = y_first - y_second - offset,     y_first'' += -(k e + d e'),     y_second'' += k e + d e'          [Gams14]
///
/// without the line of the leader, if there is one. With no leader the accelerations are opposite, so that the spring moves no common
/// centre and, by itself, never adds energy.
template <std::floating_point Scalar, int Dofs = Eigen::Dynamic>
class SpringCoupling {
public:
    using Vector = DofVector<Scalar, Dofs>;

    /// @param dofs  D, of both arms together, to be given if it is no template argument
    /// @throws std::invalid_argument if the arms overlap or do not fit into the degrees of freedom, or a number is out of its range
    explicit SpringCoupling(SpringCouplingOptions<Scalar> options, Eigen::Index dofs = Dofs) : options_(std::move(options)) {
        constexpr auto where = "SpringCoupling";
        const Eigen::Index count = options_.offset.size();
        detail::require_at_least(where, "the size of offset", count, 1);
        detail::require_at_least(where, "first", options_.first, 0);
        detail::require_at_least(where, "second", options_.second, 0);
        detail::require_at_least(where, "dofs", dofs, std::max(options_.first, options_.second) + count);
        detail::require_at_least(where, "the distance of first and second", std::abs(options_.first - options_.second), count);
        detail::require_finite(where, "offset", options_.offset);
        detail::require_not_negative(where, "stiffness", options_.stiffness);
        detail::require_not_negative(where, "damping", options_.damping);
    }

    [[nodiscard]] const SpringCouplingOptions<Scalar>& options() const noexcept { return options_; }

    /// Adds the accelerations at a position and velocity of both arms, all [D]. No allocation. O(n).
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
        for (Eigen::Index i = 0; i < options_.offset.size(); ++i) {
            const Eigen::Index first = options_.first + i, second = options_.second + i;
            const Number apart = position(first) - position(second) - options_.offset(i), parting = velocity(first) - velocity(second);
            const Number stretch = options_.stiffness * apart, friction = options_.damping * parting;  // named: see basis/phase.hpp
            const Number pull = stretch + friction;
            if (options_.leader != Leader::first) acceleration(first) -= pull;
            if (options_.leader != Leader::second) acceleration(second) += pull;
        }
    }

    SpringCouplingOptions<Scalar> options_;
};

}  // namespace primore
