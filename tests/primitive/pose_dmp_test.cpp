// SPDX-License-Identifier: MIT
#include <primore/primitive/pose_dmp.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/primitive/pro_dmp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::OrientationDmp;
using primore::Pose;
using primore::PoseDmp;
using primore::PoseDmpIntegrator;
using primore::PoseDmpOptions;
using primore::PoseSpace;
using primore::rotation;
using primore::rotation_between;

namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;

/// Weights [6 x count] with which a body moves by metres and radians.
template <typename Scalar = double>
Eigen::Matrix<Scalar, 6, Eigen::Dynamic> pose_weights(Eigen::Index count, double size = 100) {
    return (size * primore_test::normal_matrix(6, count, 3)).template cast<Scalar>();
}

template <typename Scalar = double>
Pose<Scalar> pose_at(Scalar x, Scalar y, Scalar z, Scalar rx, Scalar ry, Scalar rz) {
    return {{x, y, z}, rotation(Eigen::Vector3<Scalar>(rx, ry, rz))};
}

double distance(const Pose<double>& a, const Pose<double>& b) { return PoseSpace<double>::between(a, b).norm(); }

/// q as a matrix row [w x y z], its sign that of `like`.
Eigen::Vector4d coefficients(const Eigen::Quaterniond& q, const Eigen::Quaterniond& like) {
    return q.dot(like) < 0 ? Eigen::Vector4d(-q.coeffs()) : Eigen::Vector4d(q.coeffs());
}

/// The differential equation once more, written for quaternions as vectors of four numbers, in real time: (p, q, v, omega).
struct PoseEquation {
    const PoseDmp<double>& dmp;
    Pose<double> start, goal;
    using State = Eigen::Matrix<double, 13, 1>;

    State operator()(double time, const State& state) const {
        const auto& options = dmp.options();
        const double tau = options.duration, x = std::exp(-options.alpha_phase * time / tau),
                     beta = options.beta.value_or(options.alpha / 4);
        const Eigen::Quaterniond q(state(3), state(4), state(5), state(6)), omega(0, state(10), state(11), state(12));
        const auto error = [&](const Eigen::Vector3d& position, const Eigen::Quaterniond& orientation) {
            const Eigen::AngleAxisd turn(goal.orientation * orientation.conjugate());
            Vector6 result;
            result << goal.position - position, turn.angle() * turn.axis();
            return result;
        };
        Vector6 pull = error(state.head(3), q);
        if (options.smooth_scaling) pull -= x * error(start.position, start.orientation);
        const Eigen::Vector4d turning = (omega * q).coeffs() / 2;  // x, y, z, w
        const Vector6 forcing = x * (dmp.weights() * functions(dmp.basis(), x).value);
        State rate;
        rate << state.segment(7, 3), turning(3), turning.head(3),
            (options.alpha * (beta * pull - tau * state.tail(6)) + forcing) / (tau * tau);
        return rate;
    }

    /// Runge-Kutta of order four from a state to a time in small steps.
    primore::DmpStateOn<PoseSpace<double>> solution(primore::DmpStateOn<PoseSpace<double>> from, double time, int steps) const {
        State state;
        const Eigen::Quaterniond q = from.point.orientation;
        state << from.point.position, q.w(), q.vec(), from.velocity;
        const double h = (time - from.time) / steps;
        for (int i = 0; i < steps; ++i) {
            const double t = from.time + i * h;
            const State k1 = (*this)(t, state), k2 = (*this)(t + h / 2, state + h / 2 * k1), k3 = (*this)(t + h / 2, state + h / 2 * k2);
            state += h / 6 * (k1 + 2 * k2 + 2 * k3 + (*this)(t + h, state + h * k3));
        }
        from.point = {state.head(3), Eigen::Quaterniond(state(3), state(4), state(5), state(6))};
        from.velocity = state.tail(6);
        from.acceleration = (*this)(time, state).tail(6);
        return from;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("about one axis an orientation DMP without forcing is a spring, exactly, in a step of any length", "", double, float) {
    // tau = 2, alpha = 4, from rest at the angle 1 to 3: at t = 1 alpha z / 2 = 1, the angle 3 - 2 * 2 exp(-1), tau times its rate 4
    // exp(-1)
    using Scalar = TestType;
    const double e = std::exp(-1.0), tolerance = 8 * double(std::numeric_limits<Scalar>::epsilon());
    const Eigen::Vector3<Scalar> axis = Eigen::Vector3<Scalar>(2, -1, 2) / Scalar(3);
    const OrientationDmp<Scalar> dmp({.duration = 2, .alpha = 4, .longest_step = Scalar(10)});
    auto state = dmp.begin(rotation<Scalar>(axis), rotation<Scalar>(3 * axis));
    dmp.step(state, 1);
    CHECK(state.time == 1);
    CHECK_THAT(primore::rotation_vector(state.point), near(((3 - 4 * e) * axis.template cast<double>()).eval(), tolerance));
    CHECK_THAT(state.velocity, near((2 * e * axis.template cast<double>()).eval(), tolerance));
    CHECK_THAT(state.acceleration, near(Eigen::Vector3d::Zero().eval(), 4 * tolerance));  // 4 (4 e - 4 e) / 4: the turning point

    const PoseDmp<Scalar> overdamped({.duration = 2, .alpha = 4, .beta = Scalar(0.75), .longest_step = Scalar(10)});
    const auto to = pose_at<Scalar>(1, 0, 0, 0, 0, 1);  // s = -1 and -3: 1 - (3 exp(-z) - exp(-3 z)) / 2
    const auto moved = overdamped.table(Eigen::VectorX<Scalar>::Constant(1, 6), overdamped.begin({}, to));
    const double way = 1 - (3 * std::exp(-3.0) - std::exp(-9.0)) / 2;
    CHECK_THAT(moved.points[0].position, near(Eigen::Vector3d(way, 0, 0), tolerance));
    CHECK_THAT(rotation_between({1, 0, 0, 0}, moved.points[0].orientation), near(Eigen::Vector3d(0, 0, way), tolerance));
}

TEST_CASE("the Euler steps of an orientation DMP: forcing at the end, then velocity, then the turn") {
    // tau = 1/2, one function, weight 3: two sub-steps of 0.01 s and one of 0.005 s for 0.025 s, about the x axis
    OrientationDmp<double> dmp({.duration = 0.5,
                                .basis_count = 1,
                                .alpha = 20,
                                .alpha_phase = 2,
                                .smooth_scaling = true,
                                .integrator = PoseDmpIntegrator::euler,
                                .longest_step = 0.01},
                               primore::NormalizedRbf<double>::from_centres(Eigen::VectorXd::Ones(1), Eigen::VectorXd::Ones(1)));
    dmp.set_weights(Eigen::Vector3d(3, 0, 0));
    auto state = dmp.begin(rotation(Eigen::Vector3d(0.2, 0, 0)), rotation(Eigen::Vector3d(0.9, 0, 0)), {0.4, 0, 0});
    CHECK_THAT(state.acceleration, near(Eigen::Vector3d((20 * (5 * (0.7 - 0.7) - 0.5 * 0.4) + 3) / 0.25, 0, 0), 1e-13));
    dmp.step(state, 0.025);
    double angle = 0.2, omega = 0.4, time = 0;
    for (const double h : {0.01, 0.01, 0.005}) {
        time += h;
        const double x = std::exp(-2 * time / 0.5);
        omega += h * (20 * (5 * (0.9 - angle - 0.7 * x) - 0.5 * omega) + 3 * x) / 0.25;
        angle += h * omega;
    }
    CHECK_THAT(primore::rotation_vector(state.point), near(Eigen::Vector3d(angle, 0, 0), 1e-14));
    CHECK_THAT(state.velocity, near(Eigen::Vector3d(omega, 0, 0), 1e-13));
    CHECK_THAT(dmp.forcing(time), near(Eigen::Vector3d(3 * std::exp(-0.1), 0, 0), 1e-14));
}

TEST_CASE("a pose DMP agrees with a fine integration of its differential equation, and its error falls with the fourth power") {
    for (const bool smooth : {false, true}) {
        PoseDmpOptions<double> options{.duration = 1.5, .basis_count = 8, .alpha = 20, .smooth_scaling = smooth};
        if (smooth) options.beta = 4;
        PoseDmp<double> usual(options);
        usual.set_weights(pose_weights(8));
        const auto from = pose_at(0.5, 0.0, -1.0, 0.3, 0.1, -0.7), to = pose_at(1.0, -1.0, 0.5, 1.0, -1.2, 0.7);
        const auto begin = usual.begin(from, to, Vector6(0.5, -1, 0, 2, 1, -3));
        const PoseEquation equation{usual, from, to};
        const Pose<double> exact_point = equation.solution(begin, 0.6, 4000).point;
        std::vector<double> errors;
        for (const double step : {0.06, 0.03, 0.015, 0.0075}) {
            options.longest_step = step;
            PoseDmp<double> coarse(options);
            coarse.set_weights(usual.weights());
            auto state = begin;
            coarse.step_to(state, 0.6);
            errors.push_back(distance(state.point, exact_point));
        }
        CAPTURE(smooth, errors);
        for (std::size_t i = 1; i < errors.size(); ++i) CHECK(errors[i - 1] / errors[i] > 10);
        CHECK(errors[2] / errors[3] > 13);  // 16 in the limit
        auto state = begin, exact = begin;
        for (const double time : {0.2, 0.6, 1.5, 2.5}) {
            usual.step_to(state, time);
            exact = equation.solution(exact, time, 3000);
            exact.time = time;
            CAPTURE(time);
            CHECK_THAT(state.point.position, near(exact.point.position, 3e-9));
            CHECK_THAT(state.point.orientation.coeffs(), near(coefficients(exact.point.orientation, state.point.orientation), 3e-9));
            CHECK_THAT(state.velocity, near(exact.velocity, 2e-8));
            CHECK_THAT(state.acceleration, near(exact.acceleration, 2e-7));
        }
    }
}

TEST_CASE("the position of a pose DMP is that of a ProDMP with the same weights") {
    PoseDmp<double> dmp({.duration = 1.3, .delay = 0.2, .basis_count = 6});
    const primore::ProDmp<double> exact({.dofs = 3, .duration = 1.3, .delay = 0.2, .basis_count = 6});
    dmp.set_weights(pose_weights(6));
    const auto to = pose_at(1.0, 2.0, 3.0, 0.0, 1.0, 0.0);
    Eigen::Matrix<double, 7, 3> parameters;
    parameters << dmp.weights().topRows(3).transpose(), to.position.transpose();
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(40, 0, 3);
    const auto table = dmp.table(times, dmp.begin({}, to));
    const auto expected = exact.trajectory(parameters.reshaped(), {}).table(times);
    CHECK_THAT(table.velocities.leftCols(3), near(expected.velocities, 1e-7));
    CHECK_THAT(table.accelerations.leftCols(3), near(expected.accelerations, 1e-6));
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        CHECK_THAT(table.points[std::size_t(row)].position, near(expected.positions.row(row).transpose(), 1e-8));
    }
}

TEMPLATE_TEST_CASE("a movement does not depend on the base frame, nor on the sign of a quaternion", "", double, float) {
    using Scalar = TestType;
    const double tolerance = std::same_as<Scalar, float> ? 3e-5 : 1e-12;
    OrientationDmp<Scalar> dmp({.basis_count = 6, .smooth_scaling = true}), turned(dmp);
    dmp.set_weights(pose_weights<Scalar>(6).bottomRows(3));
    const Eigen::Quaternion<Scalar> r = rotation(Eigen::Vector3<Scalar>(1, Scalar(-0.5), 2)),
                                    from = rotation(Eigen::Vector3<Scalar>(0, 1, 0)),
                                    to = rotation(Eigen::Vector3<Scalar>(Scalar(0.4), 0, -1));
    turned.set_weights(r.toRotationMatrix() * dmp.weights());
    const Eigen::Vector3<Scalar> omega(1, 2, -1);
    const Eigen::Quaternion<Scalar> minus_to(-to.w(), -to.x(), -to.y(), -to.z()), minus_from(-from.w(), -from.x(), -from.y(), -from.z());
    auto a = dmp.begin(from, to, omega), b = turned.begin(r * from, r * to, r * omega), c = dmp.begin(from, minus_to, omega),
         d = dmp.begin(minus_from, to, omega);
    for (int i = 0; i < 150; ++i) {
        dmp.step(a, Scalar(0.01));
        turned.step(b, Scalar(0.01));
        dmp.step(c, Scalar(0.01));
        dmp.step(d, Scalar(0.01));
        CHECK_THAT(rotation_between<Scalar>(r * a.point, b.point), near(Eigen::Vector3d::Zero().eval(), tolerance));
        CHECK_THAT(b.velocity, near((r * a.velocity).eval(), 10 * tolerance));
        CHECK_THAT(b.acceleration, near((r * a.acceleration).eval(), 100 * tolerance));
        CHECK(c.point.coeffs() == a.point.coeffs());
        CHECK(d.point.coeffs() == -a.point.coeffs());
        CHECK(d.velocity == a.velocity);
    }
}

TEMPLATE_TEST_CASE("a quaternion keeps length one, and the movement ends at the goal, in a million steps", "", double, float) {
    using Scalar = TestType;
    OrientationDmp<Scalar> dmp({.duration = 100, .basis_count = 2});
    dmp.set_weights(pose_weights<Scalar>(2, 300).topRows(3));
    auto state = dmp.begin({1, 0, 0, 0}, rotation(Eigen::Vector3<Scalar>(1, 1, 1)), {3, 2, 1});
    Scalar worst = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        dmp.step(state, Scalar(0.001));
        worst = std::max(worst, std::abs(state.point.norm() - 1));
    }
    CHECK(worst <= 2 * std::numeric_limits<Scalar>::epsilon());
    dmp.step_to(state, 2000);
    const double tolerance = std::same_as<Scalar, float> ? 1e-5 : 1e-9;  // float turns no more when a sub-step turns less than 1e-7
    CHECK_THAT(rotation_between<Scalar>(state.point, state.goal), near(Eigen::Vector3d::Zero().eval(), tolerance));
    CHECK_THAT(state.velocity, near(Eigen::Vector3d::Zero().eval(), tolerance));
}

TEST_CASE("velocity and acceleration are the derivatives of the pose, through a change of the goal") {
    PoseDmp<double> dmp({.basis_count = 5});
    dmp.set_weights(pose_weights(5));
    auto state = dmp.begin({}, pose_at(1.0, 1.0, 1.0, 0.0, 1.0, 0.0), Vector6::Constant(0.3));
    const double h = 1e-4;
    for (int i = 0; i < 10000; ++i) {
        const auto before = state;
        if (i == 4000) {
            state.goal = pose_at(-1.0, 2.0, 0.0, 1.0, 0.0, 1.0);
            dmp.step(state, 0);  // no time passes: pose and velocity stay, the acceleration is the new one
            CHECK(PoseSpace<double>::between(before.point, state.point).isZero());
            CHECK_THAT(state.velocity, near(before.velocity, 1e-15));
            CHECK((state.acceleration - before.acceleration).norm() > 100);
        }
        const Vector6 acceleration = state.acceleration, velocity = state.velocity;
        dmp.step(state, h);
        const Vector6 moved = PoseSpace<double>::between(before.point, state.point) / h;
        CHECK((moved - (state.velocity + velocity) / 2).norm() < 1e-5);
        CHECK(((state.velocity - velocity) / h - (state.acceleration + acceleration) / 2).norm() < 1e-3);
    }
    dmp.step(state, 3);
    CHECK(distance(state.point, pose_at(-1.0, 2.0, 0.0, 1.0, 0.0, 1.0)) < 1e-4);
}

TEST_CASE("an orientation that is upside down turns to its goal on one of the two ways") {
    for (const Eigen::Quaterniond& goal :
         {Eigen::Quaterniond(0, 1, 0, 0), Eigen::Quaterniond(0, 0, -1, 0), Eigen::Quaterniond(-0.0, 0, 0.6, 0.8)}) {
        const OrientationDmp<double> dmp({.basis_count = 2});
        const auto motion = dmp.table(Eigen::Vector2d(0.1, 3), dmp.begin({1, 0, 0, 0}, goal));
        CHECK_THAT(motion.velocities.row(0).normalized().cwiseAbs(), near(goal.vec().cwiseAbs().transpose(), 1e-12));
        CHECK_THAT(rotation_between(motion.points[1], goal), near(Eigen::Vector3d::Zero().eval(), 1e-12));
    }
}

TEST_CASE("a pose waits for its delay, and with smooth scaling it begins without a jump") {
    const PoseDmp<double> dmp({.delay = 0.5, .smooth_scaling = true});
    const auto from = pose_at(1.0, 0.0, 0.0, 1.0, 0.0, 0.0), to = pose_at(0.0, 1.0, 0.0, 0.0, 2.0, 0.0);
    const auto table = dmp.table(Eigen::Vector4d(0, 0.4999, 0.5, 0.51), dmp.begin(from, to));
    CHECK(distance(table.points[1], from) == 0);
    CHECK_THAT(table.accelerations.topRows(2), near(Eigen::MatrixXd::Zero(2, 6).eval(), 0));
    CHECK_THAT(table.accelerations.row(2), near(Eigen::MatrixXd::Zero(1, 6).eval(), 1e-12));
    CHECK(distance(table.points[3], from) > 0);
    const PoseDmp<double> hard({.delay = 0.5});
    CHECK(hard.table(Eigen::Vector2d(0.4999, 0.5), hard.begin(from, to)).accelerations.row(1).norm() > 100);
}

TEST_CASE("a coupling moves a pose") {
    // A constant torque about z and force along x, 10 per second squared: at rest alpha^2 / 4 e = tau^2 10.
    const PoseDmp<double> dmp({.duration = 2, .alpha = 10});
    const auto push = [](const Pose<double>&, const Vector6&, Vector6& sum) noexcept { sum += Vector6(10, 0, 0, 0, 0, 10); };
    auto state = dmp.begin({}, {});
    dmp.step_to(state, 20, push);
    CHECK_THAT(state.point.position, near(Eigen::Vector3d(1.6, 0, 0), 1e-9));
    CHECK_THAT(primore::rotation_vector(state.point.orientation), near(Eigen::Vector3d(0, 0, 1.6), 1e-9));
}

TEMPLATE_TEST_CASE("a pose DMP gives finite numbers whatever it is asked", "", double, float) {
    using Scalar = TestType;
    using Vector = Eigen::Matrix<Scalar, 6, 1>;
    const Scalar infinity = std::numeric_limits<Scalar>::infinity(), nan = std::numeric_limits<Scalar>::quiet_NaN();
    const auto is_finite = [](const auto& state) {
        return state.point.position.allFinite() && state.point.orientation.coeffs().allFinite() && state.velocity.allFinite() &&
               state.acceleration.allFinite() && std::abs(state.point.orientation.norm() - 1) < Scalar(1e-5);
    };
    const auto to = pose_at<Scalar>(1, 2, 3, 2, 2, 0);
    for (const auto integrator : {PoseDmpIntegrator::accurate, PoseDmpIntegrator::euler}) {
        for (const double size : {1e2, 1e6, 1e12, 1e37}) {
            PoseDmp<Scalar> dmp({.basis_count = 4, .integrator = integrator});
            dmp.set_weights(pose_weights<Scalar>(4, size));
            for (const Scalar time : {Scalar(-5), nan, Scalar(1e-30), Scalar(0.1), Scalar(50), Scalar(1e30), infinity}) {
                auto state = dmp.begin({}, to, Vector::Constant(static_cast<Scalar>(size / 1e3)));
                dmp.step_to(state, time);
                CHECK(is_finite(state));
                dmp.step(state, Scalar(0.1));
                CHECK(is_finite(state));
            }
        }
    }
    PoseDmp<Scalar> dmp{};
    for (const Pose<Scalar>& goal : {Pose<Scalar>{{0, 0, 0}, {0, 0, 0, 0}}, Pose<Scalar>{{nan, 0, 0}, {1, 0, 0, 0}},
                                     Pose<Scalar>{{0, 0, 0}, {nan, 0, 0, infinity}}, Pose<Scalar>{{0, 0, 0}, {100, 0, 0, 0}}}) {
        auto state = dmp.begin({}, to);
        state.goal = goal;
        dmp.step(state, Scalar(0.3));
        CHECK(is_finite(state));
    }
    auto state = dmp.begin({}, to);
    dmp.step_to(state, infinity);
    CHECK_THAT(state.point.position, near(to.position, 1e-5));
    CHECK_THAT(rotation_between(state.point.orientation, to.orientation), near(Eigen::Vector3d::Zero().eval(), 1e-5));
}

TEST_CASE("any pose DMP starts where it is asked, stays a pose, and ends at its goal") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        const Eigen::VectorXd draw = primore_test::normal_matrix(30, 1, seed);
        const double duration = std::exp(draw(0)), alpha = 10 + 40 * std::abs(draw(1)), step = duration * std::exp(draw(2) - 3);
        PoseDmp<double> dmp({.duration = duration,
                             .basis_count = 1 + seed % 12,
                             .alpha = alpha,
                             .alpha_phase = 2 + std::abs(draw(3)),
                             .smooth_scaling = seed % 2 == 1});
        dmp.set_weights(pose_weights(dmp.basis().count(), 10 * draw(4) * alpha));
        const auto from = PoseSpace<double>::moved({}, 2 * draw.segment(5, 6)), to = PoseSpace<double>::moved({}, 2 * draw.segment(11, 6));
        auto state = dmp.begin(from, to, draw.segment(17, 6) / duration);
        CAPTURE(seed);
        bool is_fine = distance(state.point, from) < 1e-15 && state.velocity == draw.segment(17, 6) / duration;
        while (state.time < 2 * duration) {
            const Vector6 velocity = state.velocity;
            const Pose<double> before = state.point;
            dmp.step(state, step);
            const double length = state.point.orientation.norm();
            is_fine = is_fine && std::abs(length - 1) < 1e-15 && state.velocity.allFinite() && state.acceleration.allFinite();
            if (step < 0.01 * duration) {  // short enough to see that nothing jumps
                const Vector6 moved = PoseSpace<double>::between(before, state.point) / step;
                is_fine = is_fine && (moved - velocity).norm() < 0.1 * (1 + velocity.norm() + state.velocity.norm() + alpha * alpha);
            }
        }
        dmp.step_to(state, 12 * duration);
        CHECK(is_fine);
        CHECK(distance(state.point, to) < 1e-6);
        CHECK(state.velocity.norm() * duration < 1e-5);
    }
}

TEST_CASE("a pose DMP says what it cannot use") {
    using Dmp = PoseDmp<double>;
    Dmp dmp({.delay = 0.5, .basis_count = 3});
    CHECK_THROWS_MATCHES(Dmp({.duration = 0}), std::invalid_argument, Message("DmpOn: duration is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Dmp({.alpha = -1}), std::invalid_argument, Message("DmpOn: alpha is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Dmp({.beta = 0.0}), std::invalid_argument, Message("DmpOn: beta is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Dmp({.longest_step = 0.0}), std::invalid_argument,
                         Message("DmpOn: longest_step is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(Dmp({.basis_count = 0}), std::invalid_argument, Message("NormalizedRbf: count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(dmp.set_weights(pose_weights(4)), std::invalid_argument,
                         Message("DmpOn: weights.cols() has size 4, expected 3 (the number of basis functions)"));
    CHECK_THROWS_MATCHES(dmp.set_weights(pose_weights(3) / 0.0), std::invalid_argument,
                         MessageMatches(ContainsSubstring("DmpOn: weights[0] is") && ContainsSubstring("expected a finite number")));
    const Pose<double> none, long_one{{0, 0, 0}, {1, 0.5, 0, 0}}, lost{{0, std::nan(""), 0}, {1, 0, 0, 0}};
    CHECK_THROWS_MATCHES(dmp.begin(none, long_one), std::invalid_argument,
                         Message("DmpOn: goal.orientation.norm() is 1.11803, expected 1, within 0.01"));
    CHECK_THROWS_MATCHES(dmp.begin(lost, none), std::invalid_argument,
                         Message("DmpOn: start.position[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(dmp.begin(none, none, Vector6(0, 0, 0, 0, 2, 0)), std::invalid_argument,
                         Message("DmpOn: velocity[4] is 2, expected zero before the delay has ended"));
    CHECK_THROWS_MATCHES(dmp.table(Eigen::Vector2d(1, 0.5), dmp.begin(none, none)), std::invalid_argument,
                         Message("DmpOn: times[1] is 0.5, expected a finite time from 1 on"));
}
