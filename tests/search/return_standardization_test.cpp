// SPDX-License-Identifier: MIT
#include <primore/search/return_standardization.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::VectorXd;

TEST_CASE("standardized has mean 0 and standard deviation 1", "[formula]") {
    // Mean 3, deviation sqrt((4 + 1 + 0 + 1 + 4) / 4) = sqrt(2.5).
    CHECK_THAT(pm::standardized<double>((VectorXd(5) << 1, 2, 3, 4, 5).finished()),
               near(((VectorXd(5) << -2, -1, 0, 1, 2).finished() / std::sqrt(2.5)).eval(), 1e-15));
    CHECK(pm::standardized<double>(VectorXd::Constant(4, 7.0)) == VectorXd::Zero(4));
    CHECK(pm::standardized<double>(VectorXd::Zero(4)) == VectorXd::Zero(4));
}

TEST_CASE("returns of any size are standardised", "[property]") {
    const VectorXd returns = pm::Stream(1, pm::Purpose::search, 0, 0).normal_vector(20);
    const VectorXd expected = pm::robustly_standardized(returns);
    for (const double unit : {1e-300, 1e-10, 1e10, 1e300}) {
        CHECK_THAT(pm::robustly_standardized<double>(unit * returns), near(expected, 1e-13));
    }
    CHECK_THAT(pm::robustly_standardized<double>((returns.array() + 100).matrix()), near(expected, 1e-12));
}

TEST_CASE("one crashed episode does not flatten the others", "[property]") {
    VectorXd returns = pm::Stream(2, pm::Purpose::search, 0, 0).normal_vector(30);
    returns(7) = -1e6;
    const VectorXd robust = pm::standardized(pm::robustly_standardized(returns));
    CHECK(robust(7) == robust.minCoeff());
    CHECK(robust(7) > -5.0);
    CHECK(robust.maxCoeff() > 1.0);                     // the others are still apart
    CHECK(pm::standardized(returns).maxCoeff() < 0.2);  // plainly standardised, they are one
}

TEST_CASE("robust standardisation refuses what it cannot use", "[errors]") {
    CHECK_THROWS_MATCHES(pm::robustly_standardized<double>(VectorXd::Zero(1)), std::invalid_argument,
                         Message("robustly_standardized: the number of returns is 1, expected at least 2"));
    CHECK_THROWS_MATCHES(pm::robustly_standardized<double>(Eigen::Vector2d(1, std::numeric_limits<double>::infinity())),
                         std::invalid_argument, Message("robustly_standardized: returns[1] is inf, expected a finite number"));
}
