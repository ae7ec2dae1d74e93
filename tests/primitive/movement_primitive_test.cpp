// SPDX-License-Identifier: MIT
#include <primore/primitive/movement_primitive.hpp>

#include <Eigen/Core>

#include <primore/motion/interpolated_motion.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/motion/rest_at_end.hpp>
#include <primore/motion/time_scaling.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/obstacle_avoidance.hpp>
#include <primore/primitive/point_coupling.hpp>
#include <primore/primitive/pose_dmp.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/primitive/spring_coupling.hpp>

#include "support/allocation_counter.hpp"
#include "support/catch.hpp"
#include "support/numbers.hpp"

namespace {

using primore::Setpoint;
using primore::StartState;
using primore::Trajectory;

/// The smallest movement primitive: it stays where it is. The comment of the concept shows it.
struct Rest {
    struct Motion {
        Setpoint<double, 2> here;
        double since;
        void evaluate(double, Setpoint<double, 2>& setpoint) const noexcept { setpoint = here; }
        Setpoint<double, 2> at(double) const noexcept { return here; }
        Trajectory<double, 2> table(const Eigen::VectorXd& times) const { return primore::tabulate<double, 2>("Rest", *this, times); }
        double start_time() const noexcept { return since; }
        double end_time() const noexcept { return since; }
        double duration() const noexcept { return 0; }
        Eigen::Index dofs() const noexcept { return 2; }
    };
    Motion trajectory(const Eigen::VectorXd&, const StartState<double, 2>& start) const {
        return {{start.position, Eigen::Vector2d::Zero(), Eigen::Vector2d::Zero()}, start.time};
    }
    Eigen::Index parameter_count() const noexcept { return 0; }
    Eigen::Index dofs() const noexcept { return 2; }
};

/// A near miss: its motion may throw in the control loop.
struct Careless : Rest {
    struct Motion : Rest::Motion {
        void evaluate(double, Setpoint<double, 2>& setpoint) const { setpoint = here; }
    };
    Motion trajectory(const Eigen::VectorXd& parameters, const StartState<double, 2>& start) const {
        return {Rest::trajectory(parameters, start)};
    }
};

using primore::MovementPrimitive;
using primore::ProDmp;
using primore::ProMp;

static_assert(MovementPrimitive<Rest, double, 2>);
static_assert(!MovementPrimitive<Careless, double, 2>);
static_assert(!MovementPrimitive<Rest, double, 3>);
static_assert(!MovementPrimitive<Rest, float, 2>);
static_assert(MovementPrimitive<ProMp<double, 2>, double, 2>);
static_assert(MovementPrimitive<ProMp<float>, float>);
static_assert(MovementPrimitive<ProDmp<double, 2>, double, 2>);
static_assert(MovementPrimitive<ProDmp<float>, float>);
static_assert(noexcept(std::declval<const ProMp<double, 2>::Motion<>&>().at(0.0)));
static_assert(noexcept(std::declval<const ProDmp<double, 2>::Motion<>&>().at(0.0)));

template <primore::AnyMotion Motion>
void check_no_memory(const Motion& motion) {
    using Scalar = primore::MotionScalar<Motion>;
    auto setpoint = motion.at(motion.start_time());
    Scalar sum = 0;
    const long calls = primore_test::memory_calls_of([&] {
        for (int step = -10; step < 3000; ++step) {  // through the movement, and far beyond any table
            motion.evaluate(static_cast<Scalar>(step) * Scalar(0.01), setpoint);
            sum += setpoint.position.sum() + setpoint.velocity.sum() + setpoint.acceleration.sum();
            if constexpr (decltype(setpoint.position)::SizeAtCompileTime != Eigen::Dynamic) {
                sum += motion.at(static_cast<Scalar>(step) * Scalar(0.01)).position.sum();
            }
        }
    });
    CHECK(calls == 0);
    CHECK(primore::detail::is_finite(sum));
}

template <typename Primitive, typename Start>
void check_no_memory(const Primitive& primitive, const Start& start) {
    using Scalar = decltype(start.time);
    check_no_memory(primitive.trajectory(Eigen::VectorX<Scalar>::Ones(primitive.parameter_count()), start));
}

/// Motions that are made of other motions.
template <typename Scalar, int Dofs>
void check_adaptors() {
    const ProMp<Scalar, Dofs> primitive({.dofs = 2, .duration = 2, .basis_count = 4});
    const auto motion = primitive.trajectory(Eigen::VectorX<Scalar>::Ones(primitive.parameter_count()));
    check_no_memory(primore::InterpolatedMotion<Scalar, Dofs>(motion.table(Eigen::VectorX<Scalar>::LinSpaced(20, 0, 2))));
    check_no_memory(primore::RestAtEndMotion(primore::TimeScaledMotion(motion, Scalar(1.5)), {}));
}

template <typename Scalar, int Dofs>
void check_both() {
    StartState<Scalar, Dofs> start;
    start.position = Eigen::Vector2<Scalar>::Ones();
    check_no_memory(ProMp<Scalar, Dofs>({.dofs = 2, .duration = 2, .basis_count = 40, .zero_start = 2}), start);
    primore::ProDmpOptions<Scalar> options{.dofs = 2, .duration = 2, .basis_count = 40};
    check_no_memory(ProDmp<Scalar, Dofs>(options), start);
    options.discretization = primore::ProDmpDiscretization::mp_pytorch;
    check_no_memory(ProDmp<Scalar, Dofs>(options), start);
    auto dmp = primore::DmpOptions<Scalar>::kulvicius();
    dmp.dofs = 2;
    check_no_memory(primore::Dmp<Scalar, Dofs>(dmp), start);
    dmp.damping = {.rate = 4, .start = Scalar(0.1), .end = 1};
    check_no_memory(primore::Dmp<Scalar, Dofs>(dmp), start);
    dmp.integrator = primore::DmpIntegrator::mp_pytorch;
    check_no_memory(primore::Dmp<Scalar, Dofs>(dmp), start);
}

/// Every function of a running DMP that a control loop calls.
template <int Dofs>
void check_running_dmp(const primore::SpringCoupling<double, Dofs>& spring) {
    auto options = primore::DmpOptions<double>::sigmoid_goal();
    options.dofs = 2;
    const primore::Dmp<double, Dofs> primitive(options);
    const auto movement = primitive.movement(Eigen::VectorXd::Ones(primitive.parameter_count()), {});
    auto state = movement.initial_state();
    auto setpoint = Setpoint<double, Dofs>::zero(2);
    const primore::DofVector<double, Dofs> measured = state.position;
    const long calls = primore_test::memory_calls_of([&] {
        for (int i = 0; i < 200; ++i) {
            movement.step(state, 0.01, movement.follow(state, measured, 0.01, {.gain = 1, .stopping = 1}), spring);
            movement.step(state, 0.01);
            movement.setpoint(state, setpoint);
            state.goal.position(0) += 0.01;
        }
    });
    CHECK(calls == 0);
    CHECK(setpoint.position.allFinite());
}

}  // namespace

TEST_CASE("evaluating a motion neither allocates nor releases memory") {
    if (!primore_test::counts_memory_calls) {
        WARN("skipped: an address sanitizer owns malloc in this build");
        return;
    }
    CHECK(primore_test::memory_calls_of([] { Eigen::VectorXd::Ones(100).eval(); }) >= 2);  // the counter counts
    check_both<double, 2>();
    check_both<float, Eigen::Dynamic>();
    check_adaptors<double, 2>();
    check_adaptors<float, Eigen::Dynamic>();
}

TEST_CASE("stepping a pose DMP under couplings neither allocates nor releases memory") {
    if (!primore_test::counts_memory_calls) return;
    const Eigen::MatrixXd obstacles = primore_test::normal_matrix(3, 5, 0);
    const primore::SpringCoupling<double> spring({.first = 0, .second = 2}, 3);
    const primore::PositionCoupling<double, primore::ObstacleAvoidance<double, 3>> avoid{
        primore::ObstacleAvoidance<double, 3>({.obstacles = obstacles})};
    const primore::ObstacleAvoidance<double> avoid_in_any_space({.obstacles = obstacles});
    Eigen::VectorXd y = Eigen::VectorXd::Ones(3), v = Eigen::VectorXd::Ones(3), a = Eigen::VectorXd::Zero(3);
    for (const auto integrator : {primore::PoseDmpIntegrator::accurate, primore::PoseDmpIntegrator::euler}) {
        primore::PoseDmp<double> dmp({.basis_count = 40, .integrator = integrator});
        dmp.set_weights(Eigen::MatrixXd::Ones(6, 40));
        auto state = dmp.begin({}, {Eigen::Vector3d(1, 2, 3), Eigen::Quaterniond(0, 1, 0, 0)});
        const long calls = primore_test::memory_calls_of([&] {
            for (int step = 0; step < 300; ++step) {
                dmp.step(state, 0.01, avoid);
                avoid_in_any_space(y, v, a);
                spring(y, v, a);
                state.goal.position(0) += 0.01;
            }
        });
        CHECK(calls == 0);
        CHECK(state.point.position.norm() + a.norm() > 0);
    }
}

TEST_CASE("a running DMP neither allocates nor releases memory") {
    if (!primore_test::counts_memory_calls) return;
    check_running_dmp<2>(primore::SpringCoupling<double, 2>({.first = 0, .second = 1}, 2));
    check_running_dmp<Eigen::Dynamic>(primore::SpringCoupling<double>({.first = 0, .second = 1}, 2));
}

TEST_CASE("the smallest movement primitive") {
    const auto motion = Rest().trajectory({}, {.time = 1, .position = {2, 3}});
    CHECK(motion.table(Eigen::Vector2d(1, 2)).positions.row(1) == Eigen::RowVector2d(2, 3));
}
