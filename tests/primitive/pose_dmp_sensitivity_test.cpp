// SPDX-License-Identifier: MIT
#include <primore/primitive/pose_dmp_sensitivity.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/primitive/pose_dmp.hpp>

#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::DmpOn;
using primore::DualPoseSpace;
using primore::MotionJacobian;
using primore::OrientationSpace;
using primore::PoseDmpIntegrator;
using primore::PoseDmpOptions;
using primore::PoseSpace;
using primore::Tangent;
using primore_test::Dual;

namespace {

using Eigen::Index;

/// A space over another kind of number.
template <typename Space, typename Number>
struct Over;
template <typename Scalar, typename Number>
struct Over<OrientationSpace<Scalar>, Number> {
    using Space = OrientationSpace<Number>;
    static auto point(const Eigen::Quaternion<Scalar>& q) { return Eigen::Quaternion<Number>(q.coeffs().template cast<Number>().eval()); }
};
template <typename Scalar, typename Number>
struct Over<PoseSpace<Scalar>, Number> {
    using Space = PoseSpace<Number>;
    static primore::Pose<Number> point(const primore::Pose<Scalar>& pose) {
        return {pose.position.template cast<Number>(), Over<OrientationSpace<Scalar>, Number>::point(pose.orientation)};
    }
};
template <typename First, typename Second, typename Number>
struct Over<primore::PairSpace<First, Second>, Number> {
    using Space = primore::PairSpace<typename Over<First, Number>::Space, typename Over<Second, Number>::Space>;
    static typename Space::Point point(const typename primore::PairSpace<First, Second>::Point& both) {
        return {Over<First, Number>::point(both.first), Over<Second, Number>::point(both.second)};
    }
};

/// A movement, and how all that it is made of is moved: the columns of MotionJacobian.
template <typename Space>
struct Case {
    PoseDmpOptions<double> options;
    typename DmpOn<Space>::Weights weights;
    typename Space::Point start, goal;
    Tangent<Space> velocity;
    double start_time;

    [[nodiscard]] Index count() const { return Space::axes * (weights.cols() + 1) + 2 + 2 * Space::axes; }

    /// Calls `use(dmp, state)` when `moves` [count()] are added: numbers that carry derivatives, or small ones.
    template <typename Number, typename Use>
    auto moved(const Eigen::VectorX<Number>& moves, Use&& use) const {
        using Other = Over<Space, Number>;
        using To = typename Other::Space;
        const Index functions = weights.cols(), parameters = Space::axes * (functions + 1);
        PoseDmpOptions<Number> numbers{.basis_count = options.basis_count,
                                       .bandwidth_factor = options.bandwidth_factor,
                                       .alpha = options.alpha,
                                       .beta = options.beta,
                                       .alpha_phase = options.alpha_phase,
                                       .smooth_scaling = options.smooth_scaling,
                                       .integrator = options.integrator,
                                       .longest_step = options.longest_step};
        numbers.duration = options.duration + moves(parameters);
        numbers.delay = options.delay + moves(parameters + 1);
        DmpOn<To> dmp(numbers);
        typename DmpOn<To>::Weights w = weights.template cast<Number>();
        Tangent<To> goal_move;
        for (Index axis = 0; axis < Space::axes; ++axis) {
            for (Index k = 0; k < functions; ++k) w(axis, k) += moves(axis * (functions + 1) + k);
            goal_move(axis) = moves(axis * (functions + 1) + functions);
        }
        dmp.set_weights(w);
        const Tangent<To> start_move = moves.template segment<Space::axes>(parameters + 2), faster = moves.template tail<Space::axes>();
        auto state = dmp.begin(Other::point(start), To::moved(Other::point(goal), goal_move), Tangent<To>(velocity.template cast<Number>()),
                               Number(start_time));
        state.start = state.point = To::moved(state.point, start_move);
        state.velocity += faster;
        return use(dmp, state);
    }
};

/// Random, with angles to the goal from none to nearly the furthest.
template <typename Space>
Case<Space> some_case(std::uint32_t seed) {
    const Eigen::VectorXd draw = primore_test::normal_matrix(8 + 5 * Space::axes, 1, seed);
    Case<Space> result;
    const bool is_euler = seed % 3 == 2, has_begun = seed % 2 == 1;
    result.options = {.duration = std::exp(0.3 * draw(0)),
                      .delay = 0.1 + 0.2 * std::abs(draw(1)),
                      .basis_count = 1 + Index(seed % 3),
                      .alpha = 15 + 10 * std::abs(draw(2)),
                      .alpha_phase = 2 + std::abs(draw(3)),
                      .smooth_scaling = seed % 4 > 1};
    if (seed % 5 == 0) result.options.beta = result.options.alpha * (0.15 + 0.05 * std::abs(draw(4)));
    if (is_euler) result.options.integrator = PoseDmpIntegrator::euler;
    result.options.longest_step = (is_euler ? 0.0137 : 0.03) * result.options.duration;
    result.weights = 100 * primore_test::normal_matrix(Space::axes, result.options.basis_count, seed + 1000);
    const double angles[] = {0, 1e-9, 1e-3, 0.01, 0.7, 2, 3, std::numbers::pi - 1e-3};
    result.start = Space::moved({}, Tangent<Space>(draw.segment(8, Space::axes)));
    Tangent<Space> way = draw.segment(8 + Space::axes, Space::axes);
    for (const int axis : Space::rotations)
        way.template segment<3>(axis) *= angles[(3 * seed + seed / 8) % 8] / way.template segment<3>(axis).norm();
    result.goal = Space::moved(result.start, way);
    result.velocity = has_begun ? Tangent<Space>(2 * draw.tail(Space::axes)) : Tangent<Space>(Tangent<Space>::Zero());
    result.start_time = has_begun ? result.options.delay + 0.05 : 0;
    return result;
}

}  // namespace

TEMPLATE_TEST_CASE("about one axis the Jacobians of an orientation DMP are those of a spring", "", double, float) {
    // Critically damped, tau = 2, alpha = 4, from angle 1 with velocity v to 3: with z = (t - delay) / 2, s = 2 z and e = exp(-s)
    //     angle = 3 - 2 (1 + s) e + tau v z e,  d angle / d z = 4 * 2 z e + tau v (1 - s) e
    using Scalar = TestType;
    const double tolerance = 100 * double(std::numeric_limits<Scalar>::epsilon());
    const primore::OrientationDmp<Scalar> dmp({.duration = 2, .delay = 1, .basis_count = 1, .alpha = 4, .longest_step = Scalar(10)});
    const Eigen::Vector3<Scalar> x = Eigen::Vector3<Scalar>::UnitX();
    auto state = dmp.begin(primore::rotation<Scalar>(x), primore::rotation<Scalar>(3 * x));
    state.velocity = Scalar(0.5) * x;
    const MotionJacobian<Scalar> jacobian = dmp.jacobian(Scalar(2.4), state);
    const double v = 0.5, z = 0.7, s = 2 * z, e = std::exp(-s), rate = 8 * z * e + 2 * v * (1 - s) * e,
                 second = 8 * (1 - s) * e + 2 * v * (2 * s - 4) * e;
    REQUIRE(jacobian.position.cols() == 6 + 2 + 6);
    CHECK_THAT(jacobian.position(0, 1), near(1 - (1 + s) * e, tolerance));           // goal
    CHECK_THAT(jacobian.position(0, 6), near(v * z * e - rate * z / 2, tolerance));  // duration
    CHECK_THAT(jacobian.position(0, 7), near(-rate / 2, tolerance));                 // delay
    CHECK_THAT(jacobian.position(0, 8), near((1 + s) * e, tolerance));               // start
    CHECK_THAT(jacobian.position(0, 11), near(2 * z * e, tolerance));                // its velocity
    CHECK_THAT(jacobian.velocity(0, 7), near(-second / 4, tolerance));
    CHECK_THAT(jacobian.velocity(0, 8), near(-2 * s * e / 2, tolerance));
    CHECK_THAT(jacobian.acceleration(0, 8), near(-4 * (1 - s) * e / 4, tolerance));
    CHECK_THAT(jacobian.acceleration(0, 11), near((2 * s - 4) * e / 2, tolerance));
    const MotionJacobian<Scalar> waiting = dmp.jacobian(Scalar(0.9), state);
    CHECK(waiting.position.middleCols(8, 3).isIdentity(0));
    CHECK(waiting.velocity.rightCols(3).isIdentity(Scalar(1e-6)));
    CHECK((waiting.position.leftCols(8).isZero(0) && waiting.velocity.leftCols(11).isZero(Scalar(1e-7)) && waiting.acceleration.isZero(0)));
}

TEMPLATE_TEST_CASE("the Jacobians of pose DMPs agree with automatic differentiation of the same map", "", PoseSpace<double>,
                   DualPoseSpace<double>) {
    using Space = TestType;
    using Other = Over<Space, Dual>;
    for (std::uint32_t seed = 0; seed < (Space::axes == 12 ? 8 : 24); ++seed) {
        const Case<Space> that = some_case<Space>(seed);
        const Index count = that.count();
        const double from = that.start_time, end = that.options.delay + that.options.duration;
        const Eigen::VectorXd times = Eigen::Vector4d(from + 0.01, from + 0.4 * (end - from), end, end + 0.3);
        const Eigen::VectorXd none = Eigen::VectorXd::Zero(count);
        const auto analytic = that.moved(none, [&](const auto& dmp, const auto& state) { return dmp.jacobians(times, state); });
        const auto table = that.moved(none, [&](const auto& dmp, const auto& state) { return dmp.table(times, state); });
        that.moved(primore_test::variables(none, 0, count), [&](const auto& dmp, auto state) {
            for (Index row = 0; row < times.size(); ++row) {
                CAPTURE(seed, row);
                dmp.step_to(state, Dual(times(row)));
                const auto& jacobian = analytic[std::size_t(row)];
                const auto point = Other::point(table.points[std::size_t(row)]);
                const auto check = [&](const Eigen::MatrixXd& found, const auto& expected) {
                    CHECK_THAT(found, near(primore_test::jacobian_of(expected, count), 1e-10));
                };
                const auto move = Other::Space::between(point, state.point);
                check(jacobian.position, move);
                check(jacobian.velocity, state.velocity);
                check(jacobian.acceleration, state.acceleration);
                CHECK_THAT(primore_test::values_of(move), near(none.head(Space::axes).eval(), 1e-12));
                CHECK_THAT(primore_test::values_of(state.velocity), near(table.velocities.row(row).transpose(), 1e-11));
            }
        });
    }
}

TEST_CASE("numbers that are constants may meet those that carry derivatives") {
    primore::PoseDmp<Dual> dmp({.basis_count = 3, .smooth_scaling = true, .longest_step = 0.05});
    primore::PoseDmp<double> plain({.basis_count = 3, .smooth_scaling = true, .longest_step = 0.05});
    const Eigen::MatrixXd weights = 100 * primore_test::normal_matrix(6, 3, 7);
    plain.set_weights(weights);
    primore::PoseDmp<Dual>::Weights with_one = weights.cast<Dual>();
    with_one(4, 1) = Dual(weights(4, 1), 1, 0);
    dmp.set_weights(with_one);
    const primore::Pose<double> to = PoseSpace<double>::moved({}, Tangent<PoseSpace<double>>(1, 2, 3, 0.5, 0.2, -1));
    auto state = dmp.begin({}, Over<PoseSpace<double>, Dual>::point(to));
    dmp.step_to(state, Dual(0.7));
    const auto jacobian = plain.jacobian(0.7, plain.begin({}, to));
    CHECK_THAT(primore_test::jacobian_of(state.velocity, 1), near(jacobian.velocity.col(4 * 4 + 1), 1e-10));
}

TEST_CASE("the Jacobians of a pose DMP agree with differences") {
    using Space = PoseSpace<double>;
    for (std::uint32_t seed = 2; seed < 14; ++seed) {
        const Case<Space> that = some_case<Space>(seed);
        const double end = that.options.delay + that.options.duration, h = 1e-5;
        const Eigen::VectorXd times = Eigen::Vector3d(that.start_time + 0.01, 0.6 * end, end + 0.1);
        const auto table = [&](Index i, double move) {
            const Eigen::VectorXd moves = move * Eigen::VectorXd::Unit(that.count(), i);
            return that.moved(moves, [&](const auto& dmp, const auto& state) { return dmp.table(times, state); });
        };
        const auto jacobians = that.moved(Eigen::VectorXd::Zero(that.count()).eval(),
                                          [&](const auto& dmp, const auto& state) { return dmp.jacobians(times, state); });
        for (Index i = 0; i < that.count(); ++i) {
            const auto before = table(i, -h), after = table(i, h);
            for (Index row = 0; row < times.size(); ++row) {
                CAPTURE(seed, i, row);
                const auto& jacobian = jacobians[std::size_t(row)];
                const Tangent<Space> move = Space::between(before.points[std::size_t(row)], after.points[std::size_t(row)]);
                CHECK_THAT(jacobian.position.col(i), near((move / (2 * h)).eval(), 1e-7));
                CHECK_THAT(jacobian.velocity.col(i),
                           near(((after.velocities - before.velocities).row(row) / (2 * h)).transpose().eval(), 1e-6));
                CHECK_THAT(jacobian.acceleration.col(i),
                           near(((after.accelerations - before.accelerations).row(row) / (2 * h)).transpose().eval(), 1e-5));
            }
        }
    }
}

TEST_CASE("long after the end only the goal counts") {
    const Case<PoseSpace<double>> that = some_case<PoseSpace<double>>(6);
    const Index functions = that.weights.cols();
    that.moved(Eigen::VectorXd::Zero(that.count()).eval(), [&](const auto& dmp, const auto& state) {
        Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(6, that.count());
        for (Index axis = 0; axis < 6; ++axis) expected(axis, axis * (functions + 1) + functions) = 1;
        for (const double time : {20.0, 1000.0}) {  // the last one counts as 64 durations
            const auto jacobian = dmp.jacobian(time, state);
            CHECK_THAT(jacobian.position, near(expected, 1e-9));
            CHECK_THAT(jacobian.velocity, near((0 * expected).eval(), 1e-9));
        }
        CHECK_THROWS_MATCHES(dmp.jacobians(Eigen::Vector2d(1, 0.5), state), std::invalid_argument,
                             Message("DmpOn: times[1] is 0.5, expected a finite time from 1 on"));
    });
}
