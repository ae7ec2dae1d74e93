// SPDX-License-Identifier: MIT
#include <primore/search/rank_utilities.hpp>

#include <cmath>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::VectorXd;

TEST_CASE("utilities are quantiles of the Laplace distribution", "[formula]") {
    // M = 4: q = 1/8, 3/8, 5/8, 7/8: ln 4, ln 4/3, -ln 4/3, -ln 4 from best to worst, standardised.
    const double far = std::log(4.0), near_by = std::log(4.0 / 3);
    const VectorXd even = (VectorXd(4) << -near_by, far, -far, near_by).finished();
    CHECK_THAT(pm::rank_utilities<double>((VectorXd(4) << -5, 9, -80, 1).finished()), near(pm::standardized(even), 1e-15));
    const VectorXd odd = (VectorXd(3) << 0, -std::log(3.0), std::log(3.0)).finished();
    CHECK_THAT(pm::rank_utilities<double>((VectorXd(3) << 2, 1, 7).finished()), near(pm::standardized(odd), 1e-15));
}

TEST_CASE("equal returns have equal utilities", "[formula]") {
    // The two best share (ln 4 + ln 4/3) / 2.
    const double shared = (std::log(4.0) + std::log(4.0 / 3)) / 2;
    const VectorXd plain = (VectorXd(4) << shared, -std::log(4.0 / 3), shared, -std::log(4.0)).finished();
    CHECK_THAT(pm::rank_utilities<double>((VectorXd(4) << 3, 1, 3, 0).finished()), near(pm::standardized(plain), 1e-15));
    const VectorXd all_the_same = VectorXd::Constant(5, 2.0);
    CHECK(pm::rank_utilities(all_the_same).isZero(0.0));
}

TEST_CASE("utilities do not change under increasing transforms", "[property]") {
    const VectorXd returns = (VectorXd(6) << 0.3, -2, 5, 1, -0.7, 2).finished();
    const VectorXd utilities = pm::rank_utilities(returns);
    const VectorXd curved = returns.array().exp(), stretched = 1e6 * returns.array() - 3.0;
    CHECK(pm::rank_utilities(curved) == utilities);
    CHECK(pm::rank_utilities(stretched) == utilities);
}

TEST_CASE("rank_utilities refuses a single return", "[errors]") {
    CHECK_THROWS_MATCHES(pm::rank_utilities<double>(VectorXd::Zero(1)), std::invalid_argument,
                         Message("rank_utilities: the number of returns is 1, expected at least 2"));
}
