// SPDX-License-Identifier: MIT
#include <primore/primitive/motion_jacobian.hpp>

#include <Eigen/Core>

#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::MotionJacobian;
using primore::ProDmp;
using primore::ProDmpDiscretization;
using primore::ProMp;
using primore::StartState;
using primore_test::Dual;
using primore_test::numbers;

namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr Index dofs = 2;

/// Duration and delay, then weights.
VectorXd parameters_of(Index count, double duration, double delay) {
    VectorXd parameters = numbers<double>(count, 2);
    parameters.head<2>() << duration, delay;
    return parameters;
}

StartState<double> start_at(double time, const Eigen::Vector2d& velocity) {
    return {.time = time, .position = Eigen::Vector2d(0.3, -1.2), .velocity = velocity};
}

/// The same map, run with numbers that carry derivatives: the analytic Jacobian without its columns of the clock, which are also those of
/// the first two parameters.
template <typename Primitive>
void check_against_automatic(const Primitive& primitive, const VectorXd& parameters, double time, const StartState<double>* start,
                             double tolerance) {
    const Index n = parameters.size(), count = n + 2 * dofs;
    const auto numbers_with_derivatives = primore_test::variables(parameters, 0, count);
    const auto setpoint = [&] {
        if constexpr (requires { primitive.trajectory(numbers_with_derivatives); }) {
            if (start == nullptr) return primitive.trajectory(numbers_with_derivatives).at(Dual(time));
        }
        StartState<Dual> from;
        from.time = start->time;
        from.position = primore_test::variables(start->position, n, count);
        from.velocity = primore_test::variables(start->velocity, n + dofs, count);
        return primitive.trajectory(numbers_with_derivatives, from).at(Dual(time));
    }();
    const MotionJacobian<double> jacobian = [&] {
        if constexpr (requires { primitive.jacobian(parameters, time); }) {
            if (start == nullptr) return primitive.jacobian(parameters, time);
        }
        return primitive.jacobian(parameters, time, *start);
    }();
    const auto check = [&](const Eigen::MatrixXd& analytic, const Eigen::VectorX<Dual>& automatic) {
        Eigen::MatrixXd plain(dofs, count);
        plain << analytic.leftCols(n), analytic.rightCols(2 * dofs);
        CHECK_THAT(plain, near(primore_test::jacobian_of(automatic, count), tolerance));
        CHECK_THAT(analytic.middleCols(n, 2), near(analytic.leftCols(2).eval(), 0));
    };
    CHECK(jacobian.position.cwiseAbs().maxCoeff() > 0);
    check(jacobian.position, setpoint.position);
    check(jacobian.velocity, setpoint.velocity);
    check(jacobian.acceleration, setpoint.acceleration);
}

/// A central difference in one number: the parameters, then start position and velocity.
template <typename Primitive>
void check_against_differences(const Primitive& primitive, const VectorXd& parameters, double time, const StartState<double>& start) {
    const Index n = parameters.size();
    const auto jacobian = primitive.jacobian(parameters, time, start);
    for (Index i = 0; i < n + 2 * dofs; ++i) {
        const double h = 1e-5;
        const auto moved = [&](double step) {
            VectorXd p = parameters;
            StartState<double> s = start;
            double& number = i < n ? p(i) : i < n + dofs ? s.position(i - n) : s.velocity(i - n - dofs);
            number += step;
            return primitive.trajectory(p, s).at(time);
        };
        const auto before = moved(-h), after = moved(h);
        const Index column = i < n ? i : i + 2;
        CAPTURE(i, time);
        CHECK_THAT(jacobian.position.col(column), near(((after.position - before.position) / (2 * h)).eval(), 1e-7));
        CHECK_THAT(jacobian.velocity.col(column), near(((after.velocity - before.velocity) / (2 * h)).eval(), 1e-6));
        CHECK_THAT(jacobian.acceleration.col(column), near(((after.acceleration - before.acceleration) / (2 * h)).eval(), 1e-5));
    }
}

}  // namespace

TEST_CASE("the Jacobian of a straight line between two functions") {
    // Phi_2 = L, the logistic function of 3 (p - 1/2), so dy/dw = (1 - L, L), dy/d duration = -z L'/tau (w_2 - w_1), dy/d delay = -L'/tau
    // ..
    const ProMp<double> primitive({.dofs = 1, .duration = 2, .basis_count = 2});
    const auto jacobian = primitive.jacobian(Eigen::Vector2d(1, 4), 0.6);
    const double logistic = 1 / (1 + std::exp(-3 * (0.3 - 0.5))), slope = 3 * logistic * (1 - logistic) * 3 / 2;
    CHECK_THAT(jacobian.position, near(Eigen::Matrix<double, 1, 6>(1 - logistic, logistic, -0.3 * slope, -slope, 0, 0), 1e-14));
}

TEST_CASE("the Jacobian of a ProMP agrees with automatic differentiation and with differences") {
    const auto options = [](Index zero_start) {
        return primore::ProMpOptions<double>{.dofs = dofs,
                                             .basis_count = 5,
                                             .zero_start = zero_start,
                                             .zero_goal = 1,
                                             .weights_scale = Eigen::VectorXd::Constant(1, 0.7),
                                             .learn_duration = true,
                                             .learn_delay = true};
    };
    const VectorXd parameters = parameters_of(12, 1.3, 0.2);
    const ProMp<double> free(options(0)), at_position(options(1)), at_velocity(options(2));
    const StartState<double> rest = start_at(0.1, {0, 0}), late = start_at(0.4, {0, 0}), moving = start_at(0.4, {-1, 2});
    for (const double time : {0.15, 0.41, 0.9, 1.45, 3.0}) {
        check_against_automatic(free, parameters, time, nullptr, 1e-10);
        check_against_automatic(at_position, parameters, time, &late, 1e-10);
        check_against_automatic(at_velocity, parameters, time, &moving, 1e-10);
        if (time > 0.3) check_against_automatic(at_velocity, parameters, time, &rest, 1e-10);
    }
    for (const double time : {0.4, 0.41, 0.9, 1.45, 3.0}) check_against_differences(at_velocity, parameters, time, moving);
}

TEST_CASE("the Jacobian of a ProDMP agrees with automatic differentiation and with differences") {
    for (const auto discretization : {ProDmpDiscretization::accurate, ProDmpDiscretization::mp_pytorch}) {
        for (const bool is_relative : {false, true}) {
            const ProDmp<double> primitive({.dofs = dofs,
                                            .basis_count = 4,
                                            .auto_scale = true,
                                            .relative_goal = is_relative,
                                            .learn_duration = true,
                                            .learn_delay = true,
                                            .discretization = discretization});
            const VectorXd parameters = parameters_of(12, 1.3, 0.2);
            const StartState<double> rest = start_at(0.1, {0, 0}), moving = start_at(0.4, {-1, 2});
            for (const double time : {0.4, 0.41, 0.905, 1.45, 3.0, 20.0}) {
                CAPTURE(is_relative, time);
                check_against_automatic(primitive, parameters, time, &rest, 1e-10);
                check_against_automatic(primitive, parameters, time, &moving, 1e-10);
            }
            if (discretization == ProDmpDiscretization::mp_pytorch) continue;
            for (const double time : {0.4, 0.41, 0.905, 1.45, 3.0}) check_against_differences(primitive, parameters, time, moving);
        }
    }
}

TEST_CASE("without learned numbers of the clock their columns stay") {
    const ProDmp<double> learned({.dofs = dofs, .basis_count = 3, .learn_duration = true, .learn_delay = true});
    const ProDmp<double> fixed({.dofs = dofs, .duration = 1.7, .delay = 0.3, .basis_count = 3});
    const VectorXd parameters = parameters_of(10, 1.7, 0.3);
    const StartState<double> start = start_at(0.5, {1, 0.5});
    const auto with = learned.jacobian(parameters, 1.1, start), without = fixed.jacobian(parameters.tail(8), 1.1, start);
    CHECK_THAT(without.position, near(with.position.rightCols(8 + 2 + 2 * dofs).eval(), 1e-12));
    CHECK_THAT(without.acceleration, near(with.acceleration.rightCols(8 + 2 + 2 * dofs).eval(), 1e-12));
}
