// SPDX-License-Identifier: MIT
#include <primore/primitive/basis_table.hpp>

#include <cmath>
#include <optional>
#include <stdexcept>

#include <Eigen/Core>

#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/von_mises.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::BasisTable;
using primore::LinearPrimitive;
using primore::ProDmp;
using primore::ProMp;
using primore::StartState;
using primore_test::numbers;
using primore_test::Types;

static_assert(LinearPrimitive<ProMp<double, 2>, double>);
static_assert(LinearPrimitive<ProMp<float>, float>);
static_assert(LinearPrimitive<ProMp<double, 2, primore::VonMises<double>, primore::RhythmicPhase<double>>, double>);
static_assert(LinearPrimitive<ProDmp<double, 2>, double>);
static_assert(LinearPrimitive<ProDmp<float>, float>);

namespace {

struct WithoutClock {
    Eigen::Index dofs() const noexcept { return 1; }
    Eigen::Index parameter_count() const noexcept { return 1; }
    Eigen::Index weight_count() const noexcept { return 1; }
    BasisTable<double> basis_table(const Eigen::VectorXd&, std::optional<double>) const { return {}; }
};
static_assert(!LinearPrimitive<WithoutClock, double>);

/// The table times the coefficients is the motion, at every time.
template <typename Scalar, int Dofs, typename Primitive, typename Motion>
void check_against_motion(const Primitive& primitive, const Eigen::VectorX<Scalar>& weights, const Motion& motion,
                          const StartState<Scalar, Dofs>& start, bool has_start) {
    const Eigen::VectorX<Scalar> times = Eigen::VectorX<Scalar>::LinSpaced(23, start.time, 3);
    const auto table = primitive.basis_table(times, has_start ? std::optional<Scalar>(start.time) : std::nullopt);
    const auto found = tabulate(table, primore::coefficients(start, weights));
    const auto expected = motion.table(times);
    const double tolerance = sizeof(Scalar) == 4 ? 2e-5 : 1e-12;
    CHECK_THAT(found.positions, near(expected.positions, tolerance));
    CHECK_THAT(found.velocities, near(expected.velocities, 10 * tolerance));
    CHECK_THAT(found.accelerations, near(expected.accelerations, 100 * tolerance));
}

}  // namespace

TEMPLATE_TEST_CASE("a basis table times coefficients is the motion", "", (Types<double, 2>), (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    constexpr int dofs = TestType::dofs;
    StartState<Scalar, dofs> start;
    start.time = Scalar(0.3);
    start.position = Eigen::Vector2<Scalar>(1, -2);
    start.velocity = Eigen::Vector2<Scalar>(-1, 2);
    const ProMp<Scalar, dofs> promp({.dofs = 2,
                                     .duration = Scalar(1.7),
                                     .delay = Scalar(0.1),
                                     .basis_count = 5,
                                     .zero_start = 2,
                                     .zero_goal = 1,
                                     .weights_scale = Eigen::VectorX<Scalar>::Constant(1, Scalar(0.6))});
    check_against_motion(promp, numbers<Scalar>(10), promp.trajectory(numbers<Scalar>(10), start), start, true);
    const auto still = StartState<Scalar, dofs>{}.completed("test", 2);
    check_against_motion(promp, numbers<Scalar>(10), promp.trajectory(numbers<Scalar>(10)), still, false);
    for (const bool is_relative : {false, true}) {
        for (const auto discretization : {primore::ProDmpDiscretization::accurate, primore::ProDmpDiscretization::mp_pytorch}) {
            const ProDmp<Scalar, dofs> prodmp({.dofs = 2,
                                               .duration = Scalar(1.7),
                                               .delay = Scalar(0.1),
                                               .basis_count = 4,
                                               .auto_scale = true,
                                               .relative_goal = is_relative,
                                               .discretization = discretization});
            check_against_motion(prodmp, numbers<Scalar>(10), prodmp.trajectory(numbers<Scalar>(10), start), start, true);
            check_against_motion(prodmp, numbers<Scalar>(10), prodmp.trajectory(numbers<Scalar>(10), still), still, false);
        }
    }
}

TEST_CASE("many movements are one product") {
    const ProDmp<double, 2> primitive({.basis_count = 4});
    const Eigen::MatrixXd population = primore_test::normal_matrix(10, 5, 0);
    const StartState<double, 2> start{.position = {1, 2}, .velocity = {0, -1}};
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(11, 0, 1);
    const auto all = tabulate(primitive.basis_table(times), primore::coefficients(start, population));
    CHECK(all.positions.cols() == 10);
    for (Eigen::Index m = 0; m < 5; ++m) {
        const auto one = primitive.trajectory(population.col(m), start).table(times);
        CHECK_THAT(all.positions.middleCols(2 * m, 2), near(one.positions, 1e-13));
        CHECK_THAT(all.velocities.middleCols(2 * m, 2), near(one.velocities, 1e-12));
    }
}

TEST_CASE("the same movement by another clock: faster, later") {
    const ProDmp<double, 1> primitive({.duration = 2, .basis_count = 4});
    const auto faster = primitive.with_clock({.duration = 0.5, .delay = 0.25, .decay = 3});
    CHECK(faster.options().duration == 0.5);
    const auto slow = primitive.trajectory(numbers<double>(5), {}), fast = faster.trajectory(numbers<double>(5), {});
    CHECK_THAT(fast.at(0.5).position, near(slow.at(1.0).position, 1e-14));
    CHECK_THAT(fast.at(0.5).velocity, near((4 * slow.at(1.0).velocity).eval(), 1e-13));
    CHECK_THROWS_MATCHES(primitive.with_clock({.duration = 1, .decay = 2}), std::invalid_argument,
                         Message("ProDmp: decay is 2, expected that of the primitive, alpha_phase"));
    const ProMp<double, 1> promp({.duration = 2, .basis_count = 4});
    CHECK_THAT(promp.with_clock({.duration = 1}).trajectory(numbers<double>(4)).at(0.3).position,
               near(promp.trajectory(numbers<double>(4)).at(0.6).position, 1e-14));
}

TEST_CASE("a table needs finite times, and a start where the primitive has one") {
    const ProMp<double, 1> primitive({.basis_count = 4});
    CHECK_THROWS_MATCHES(primitive.basis_table(Eigen::VectorXd::Constant(1, NAN)), std::invalid_argument,
                         Message("ProMp: times[0] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(primitive.basis_table(Eigen::VectorXd::Zero(1), 0.0), std::invalid_argument,
                         Message("ProMp: zero_start is 0, expected at least 1 for a motion with a start state (2 if it has a velocity)"));
}

TEST_CASE("no number of a table is subnormal: many processors take a hundred cycles for each", "[property]") {
    const auto count = [](const auto& primitive) {
        const auto table = primitive.basis_table(Eigen::VectorXd::LinSpaced(200, 0, 2), 0.0);
        Eigen::Index subnormal = 0;
        for (int order = 0; order < 3; ++order) {
            for (const double number : table.of_order(order).reshaped()) subnormal += std::fpclassify(number) == FP_SUBNORMAL;
        }
        return subnormal;
    };
    CHECK(count(ProDmp<double, 2>({.duration = 2, .basis_count = 10})) == 0);
    CHECK(count(primore::Dmp<double, 2>({.duration = 2, .basis_count = 10})) == 0);
}
