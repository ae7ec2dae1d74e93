// SPDX-License-Identifier: MIT
#include <primore/primitive/trajectory.hpp>

#include <cmath>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

/// Falls from rest at time 1 with acceleration 2.
struct Fall {
    void evaluate(double time, primore::Setpoint<double, 1>& setpoint) const noexcept {
        setpoint.position(0) = (time - 1) * (time - 1);
        setpoint.velocity(0) = 2 * (time - 1);
        setpoint.acceleration(0) = 2;
    }
    double start_time() const noexcept { return 1; }
    Eigen::Index dofs() const noexcept { return 1; }
};

}  // namespace

TEST_CASE("a table has a row per time and a column per degree of freedom") {
    const primore::Trajectory<double, 1> table = primore::tabulate<double, 1>("Fall", Fall{}, Eigen::Vector3d(1, 2, 4));
    CHECK(table.times == Eigen::Vector3d(1, 2, 4));
    CHECK_THAT(table.positions, near(Eigen::Vector3d(0, 1, 9), 0));
    CHECK_THAT(table.velocities, near(Eigen::Vector3d(0, 2, 6), 0));
    CHECK_THAT(table.accelerations, near(Eigen::Vector3d(2, 2, 2), 0));
    CHECK(primore::tabulate<double, 1>("Fall", Fall{}, Eigen::VectorXd()).positions.rows() == 0);
}

TEST_CASE("a table refuses times before the start, but not for rounding") {
    const auto tabulate = [](double time) { return primore::tabulate<double, 1>("Fall", Fall{}, Eigen::Vector2d(1, time)); };
    CHECK_THROWS_MATCHES(tabulate(0.5), std::invalid_argument,
                         Message("Fall: times[1] is 0.5, expected a finite time from the start at 1 on"));
    CHECK_THROWS_MATCHES(tabulate(std::nan("")), std::invalid_argument,
                         Message("Fall: times[1] is nan, expected a finite time from the start at 1 on"));
    CHECK_THROWS_MATCHES(tabulate(INFINITY), std::invalid_argument,
                         Message("Fall: times[1] is inf, expected a finite time from the start at 1 on"));
    CHECK_NOTHROW(tabulate(1 - 1e-15));
    struct Early : Fall {  // a movement that waits since long before time zero
        double start_time() const noexcept { return -7; }
    };
    CHECK(primore::tabulate<double, 1>("Fall", Early{}, Eigen::Vector2d(-7, -6)).positions == Eigen::Vector2d(64, 49));
}
