// SPDX-License-Identifier: MIT
#include <primore/episode/outcome.hpp>

#include <limits>

#include "support/catch.hpp"

using primore::EpisodeStatus;
using primore::Outcome;

TEMPLATE_TEST_CASE("a number is an outcome", "[formula]", float, double) {
    const Outcome<TestType> outcome = TestType(1.5);
    CHECK(outcome.episode_return == TestType(1.5));
    CHECK(outcome.status == EpisodeStatus::completed);
    CHECK_FALSE(outcome.failed());
}

TEMPLATE_TEST_CASE("a return that is not finite is a failure", "[formula]", float, double) {
    for (const auto bad : {std::numeric_limits<TestType>::quiet_NaN(), std::numeric_limits<TestType>::infinity(),
                           -std::numeric_limits<TestType>::infinity()}) {
        const Outcome<TestType> outcome = bad;
        CHECK(outcome.status == EpisodeStatus::not_finite);
        CHECK(outcome.failed());
        CHECK(Outcome<TestType>(bad, EpisodeStatus::completed).failed());
    }
    CHECK(Outcome<TestType>().failed());
}

TEST_CASE("an episode may say that it failed, and why", "[formula]") {
    const Outcome<double> outcome = {2.0, EpisodeStatus::failed, "the arm was stopped"};
    CHECK(outcome.failed());
    CHECK(outcome.episode_return == 2.0);
    CHECK(outcome.info == "the arm was stopped");
    CHECK(to_string(outcome.status) == "failed");
}

TEST_CASE("an outcome that was completed and then overwritten with NaN has failed", "[property]") {
    Outcome<double> outcome = 1.0;
    outcome.episode_return = std::numeric_limits<double>::quiet_NaN();
    CHECK(outcome.failed());
}
