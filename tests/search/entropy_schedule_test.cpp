// SPDX-License-Identifier: MIT
#include <primore/search/entropy_schedule.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Outlook = pm::EntropyOutlook<double>;

TEST_CASE("an earned loss follows growth, confidence and path", "[formula]") {
    const pm::EarnedLoss<double> loss;
    // 10 * 0.4 for a model that is sure and predicts nothing, sqrt(9) times as much for R^2 = 8/9, at most 10 times
    CHECK_THAT(loss(Outlook{.size = 10}), near(4.0, 1e-15));
    CHECK_THAT(loss(Outlook{.size = 10, .growth = 9}), near(12.0, 1e-14));
    CHECK_THAT(loss(Outlook{.size = 10, .growth = 1000}), near(40.0, 1e-14));
    CHECK_THAT(loss(Outlook{.size = 10, .confidence = 0.25}), near(1.0, 1e-15));
    CHECK(loss(Outlook{.size = 10, .confidence = 0}) == 0);
    CHECK_THAT(loss(Outlook{.size = 10, .path_length = 1}), near(1.6, 1e-15));
    CHECK(loss(Outlook{.size = 10, .path_length = 2}) == 0);
}

TEST_CASE("a constant loss ends at the floor", "[formula]") {
    const pm::ConstantLoss<double> loss;
    CHECK(loss(Outlook{.size = 4, .entropy = 3}) == 0.1);
    CHECK_THAT(loss(Outlook{.size = 4, .entropy = -99.95}), near(0.05, 1e-12));
    CHECK(loss(Outlook{.size = 4, .entropy = -101}) == 0);
}

TEST_CASE("a geometric loss takes a share of what is above the floor", "[formula]") {
    const pm::GeometricLoss<double> loss;
    CHECK_THAT(loss(Outlook{.size = 4, .entropy = 20}), near(1.2, 1e-12));
    CHECK(loss(Outlook{.size = 4, .entropy = -101}) == 0);
}
