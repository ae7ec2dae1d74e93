// SPDX-License-Identifier: MIT
#include <primore/search/rank_utilities.hpp>

#include <cmath>

#include <primore/detail/best_first.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

using Eigen::VectorXd;

VectorXd utilities_of(const VectorXd& returns) { return primore::rank_utilities(returns, primore::detail::best_first(returns)); }

}  // namespace

TEST_CASE("utilities are quantiles of the Laplace distribution", "[formula]") {
    // M = 4: q = 1/8, 3/8, 5/8, 7/8: ln 4, ln 4/3, -ln 4/3, -ln 4 from best to worst.
    const double far = std::log(4.0), near_by = std::log(4.0 / 3);
    const VectorXd even = (VectorXd(4) << -near_by, far, -far, near_by).finished();
    CHECK_THAT(utilities_of((VectorXd(4) << -5, 9, -80, 1).finished()), near(even, 1e-15));
    const VectorXd odd = (VectorXd(3) << 0, -std::log(3.0), std::log(3.0)).finished();
    CHECK_THAT(utilities_of((VectorXd(3) << 2, 1, 7).finished()), near(odd, 1e-15));
    CHECK(utilities_of(VectorXd::Zero(1)).isZero(0));
    CHECK(utilities_of(VectorXd()).size() == 0);
}

TEST_CASE("equal returns have equal utilities", "[formula]") {
    // The two best share (ln 4 + ln 4/3) / 2.
    const double shared = (std::log(4.0) + std::log(4.0 / 3)) / 2;
    const VectorXd utilities = utilities_of((VectorXd(4) << 3, 1, 3, 0).finished());
    CHECK_THAT(utilities, near((VectorXd(4) << shared, -std::log(4.0 / 3), shared, -std::log(4.0)).finished(), 1e-15));
    CHECK(utilities(0) == utilities(2));
    CHECK_THAT(utilities_of(VectorXd::Constant(5, 2.0)), near(VectorXd::Zero(5).eval(), 1e-15));
}

TEST_CASE("utilities do not change under increasing transforms", "[property]") {
    const VectorXd returns = (VectorXd(6) << 0.3, -2, 5, 1, -0.7, 2).finished();
    const VectorXd utilities = utilities_of(returns);
    const VectorXd curved = returns.array().exp(), stretched = 1e6 * returns.array() - 3.0;
    CHECK(utilities_of(curved) == utilities);
    CHECK(utilities_of(stretched) == utilities);
}
