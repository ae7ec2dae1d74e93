// SPDX-License-Identifier: MIT

#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/design_matrix.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore::DemonstrationStart;
using primore::DemonstrationTiming;
using Demonstrations = std::vector<primore::Demonstration<double>>;

/// y = 1 + 2 t - 3 t^2 and its opposite.
primore::Demonstration<double> parabola(const Eigen::VectorXd& times) {
    const Eigen::VectorXd y = 1 + 2 * times.array() - 3 * times.array().square();
    Eigen::MatrixXd positions(times.size(), 2);
    positions << y, -y;
    return {times, positions};
}

}  // namespace

TEMPLATE_TEST_CASE("the initial velocity of a parabola is exact at uneven steps", "[design_matrix]", double, float) {
    Eigen::VectorXd times(6);
    times << 0, 0.01, 0.03, 0.04, 0.07, 0.1;
    const auto exact = parabola(times);
    const primore::Demonstration<TestType> demonstration{exact.times.cast<TestType>(), exact.positions.cast<TestType>()};
    for (const Eigen::Index samples : {3, 5, 100}) {
        CHECK_THAT(primore::initial_velocity(demonstration, samples), near(Eigen::Vector2d(2, -2), sizeof(TestType) == 4 ? 1e-4 : 1e-12));
    }
    CHECK_THAT(primore::initial_velocity(demonstration, 2), near(Eigen::Vector2d(1.97, -1.97), sizeof(TestType) == 4 ? 1e-4 : 1e-12));
}

TEST_CASE("more samples make the initial velocity less sensitive to noise", "[design_matrix]") {
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(20, 0, 0.19);
    const Eigen::MatrixXd noise = primore_test::normal_matrix(20, 2000, 1) * 1e-3;
    const Eigen::MatrixXd positions = (2 * times).replicate(1, 2000) + noise;
    double previous = 1e9;
    for (const Eigen::Index samples : {3, 5, 9, 17}) {
        const Eigen::VectorXd velocities = primore::initial_velocity<double>({times, positions}, samples);
        CHECK_THAT(velocities.mean(), WithinAbs(2, 0.02));
        const double spread = (velocities.array() - 2).matrix().norm();
        CHECK(spread < previous / 1.4);
        previous = spread;
    }
}

TEST_CASE("demonstrations at the same times share a design matrix", "[design_matrix]") {
    const primore::ProDmp<double, 2> primitive({.basis_count = 4});
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(11, 0, 1);
    const Demonstrations demonstrations{parabola(times), parabola(0.5 * times), parabola(times)};
    const auto designs = primore::design_matrices("test", primitive, demonstrations, {});
    REQUIRE(designs.size() == 2);
    CHECK(designs[0].members == std::vector<Eigen::Index>{0, 2});
    CHECK(designs[1].members == std::vector<Eigen::Index>{1});
    CHECK(designs[0].targets.cols() == 4);
    CHECK_THAT(designs[0].functions, near(primitive.basis_table(times, 0.0).weights_of_order(0), 0));
    CHECK_THAT(designs[0].targets.leftCols(2), near(designs[0].targets.rightCols(2), 0));
    CHECK_THAT(designs[0].targets.row(0), near(Eigen::RowVector4d::Zero(), 1e-15));  // the start leaves nothing to the weights
    CHECK_THAT(designs[0].starts[1].velocity, near(Eigen::Vector2d(2, -2), 1e-12));
}

TEST_CASE("the clock of a demonstration is the configured one, or its own", "[design_matrix]") {
    const primore::ProMp<double, 2> primitive({.duration = 3, .delay = 0.5, .basis_count = 4, .learn_duration = true, .learn_delay = true});
    const Demonstrations demonstrations{parabola(Eigen::VectorXd::LinSpaced(11, 0.25, 1.5))};
    const auto recorded = primore::design_matrices("test", primitive, demonstrations, {});
    CHECK_THAT(recorded[0].clock_numbers, near(Eigen::Vector2d(3, 0.5), 0));
    const auto scaled = primore::design_matrices("test", primitive, demonstrations, {.timing = DemonstrationTiming::scaled});
    CHECK_THAT(scaled[0].clock_numbers, near(Eigen::Vector2d(1.25, 0.25), 0));
    const Eigen::VectorXd slowed = (demonstrations[0].times.array() - 0.25) / 1.25 * 3 + 0.5;
    CHECK_THAT(scaled[0].functions, near(primitive.basis_table(slowed).weights_of_order(0), 1e-12));
}

TEST_CASE("a motion starts as far as its primitive starts where it is told", "[design_matrix]") {
    const Demonstrations demonstrations{parabola(Eigen::VectorXd::LinSpaced(11, 0, 1))};
    const auto start = [&](const auto& primitive, const primore::DemonstrationReading<double>& reading) {
        return primore::design_matrices("test", primitive, demonstrations, reading)[0].starts[0];
    };
    const Eigen::Vector2d position(1, -1), velocity(2, -2), zero = Eigen::Vector2d::Zero();
    const primore::ProMp<double, 2> free({}), padded({.zero_start = 1}), smooth({.zero_start = 2});
    CHECK_THAT(start(free, {}).position, near(zero, 0));
    CHECK_THAT(start(padded, {}).position, near(position, 0));
    CHECK_THAT(start(padded, {}).velocity, near(zero, 0));
    CHECK_THAT(start(smooth, {}).velocity, near(velocity, 1e-12));
    CHECK_THAT(start(smooth, {.from = DemonstrationStart::none}).position, near(zero, 0));
    const auto given = start(smooth, {.from = DemonstrationStart::given, .start = {.time = 0.1, .position = velocity}});
    CHECK(given.time == 0.1);
    CHECK_THAT(given.position, near(velocity, 0));
    CHECK_THAT(given.velocity, near(zero, 0));
    const primore::ProDmp<double, 2> waiting({.delay = 0.2});
    CHECK_THAT(start(waiting, {}).velocity, near(zero, 0));  // nothing moves during the delay
}

TEST_CASE("readings that do not suit are refused", "[design_matrix]") {
    const primore::ProDmp<double, 2> primitive({});
    const auto read = [&](const Eigen::VectorXd& times, const primore::DemonstrationReading<double>& reading) {
        return primore::design_matrices("learn", primitive, Demonstrations{parabola(times)}, reading);
    };
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(11, 0, 1);
    CHECK_THROWS_MATCHES(read(times, {.velocity_samples = 1}), std::invalid_argument,
                         Message("learn: velocity_samples is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(read(times.array() - 1, {.timing = DemonstrationTiming::scaled}), std::invalid_argument,
                         Message("learn: demonstrations[0].times[0] is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(read(times, {.from = DemonstrationStart::given, .start = {.position = Eigen::Vector3d::Zero()}}),
                         std::invalid_argument, Message("learn: start.position has size 3, expected 2 (dofs)"));
}
