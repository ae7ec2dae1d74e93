// SPDX-License-Identifier: MIT
#include <primore/primitive/setpoint.hpp>

#include <cmath>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"

TEST_CASE("a set point of zeros") {
    CHECK(primore::Setpoint<double, 3>::zero().velocity == Eigen::Vector3d::Zero());
    CHECK(primore::Setpoint<float>::zero(2).acceleration == Eigen::Vector2f::Zero());
}

TEST_CASE("empty vectors of a start state stand for zeros") {
    const auto state = primore::StartState<double>{.time = 1, .position = Eigen::Vector2d(3, 4)}.completed("Test", 2);
    CHECK(state.time == 1);
    CHECK(state.position == Eigen::Vector2d(3, 4));
    CHECK(state.velocity == Eigen::Vector2d::Zero());
    CHECK(primore::StartState<float, 2>{}.position == Eigen::Vector2f::Zero());
}

TEST_CASE("a start state that cannot be used is refused") {
    using Start = primore::StartState<double>;
    CHECK_THROWS_MATCHES((Start{.position = Eigen::Vector3d::Zero()}.completed("ProDmp", 2)), std::invalid_argument,
                         Message("ProDmp: start.position has size 3, expected 2 (dofs)"));
    CHECK_THROWS_MATCHES((Start{.velocity = Eigen::Vector3d::Zero()}.completed("ProDmp", 2)), std::invalid_argument,
                         Message("ProDmp: start.velocity has size 3, expected 2 (dofs)"));
    CHECK_THROWS_MATCHES((Start{.time = std::nan("")}.completed("ProDmp", 2)), std::invalid_argument,
                         Message("ProDmp: start.time is nan, expected a finite number"));
    CHECK_THROWS_MATCHES((Start{.position = Eigen::Vector2d(0, std::nan(""))}.completed("ProDmp", 2)), std::invalid_argument,
                         Message("ProDmp: start.position[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES((Start{.velocity = Eigen::Vector2d(INFINITY, 0)}.completed("ProDmp", 2)), std::invalid_argument,
                         Message("ProDmp: start.velocity[0] is inf, expected a finite number"));
}
