// SPDX-License-Identifier: MIT
#include <primore/search/initial_deviation.hpp>

#include <limits>
#include <stdexcept>

#include "support/catch.hpp"

using Eigen::VectorXd;
using primore::InitialDeviation;

TEST_CASE("an initial deviation is one number for all or one for each", "[formula]") {
    CHECK(InitialDeviation<double>(0.5).for_each_of(3, "CmaEs") == VectorXd::Constant(3, 0.5));
    CHECK(InitialDeviation<double>(Eigen::Vector2d(1, 2)).for_each_of(2, "CmaEs") == Eigen::Vector2d(1, 2));
}

TEST_CASE("an initial deviation that cannot be used is refused", "[errors]") {
    CHECK_THROWS_MATCHES(InitialDeviation<double>(0.0).for_each_of(3, "CmaEs"), std::invalid_argument,
                         Message("CmaEs: standard_deviation is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(InitialDeviation<double>(std::numeric_limits<double>::quiet_NaN()).for_each_of(3, "CmaEs"), std::invalid_argument,
                         Message("CmaEs: standard_deviation is nan, expected a positive finite number"));
    CHECK_THROWS_MATCHES(InitialDeviation<double>(Eigen::Vector2d(1, -2)).for_each_of(2, "CasMore"), std::invalid_argument,
                         Message("CasMore: standard_deviation[1] is -2, expected a positive finite number"));
    CHECK_THROWS_MATCHES(InitialDeviation<double>(VectorXd::Ones(7)).for_each_of(3, "CmaEs"), std::invalid_argument,
                         Message("CmaEs: mean has size 3, expected 7 (the size of standard_deviation)"));
}
