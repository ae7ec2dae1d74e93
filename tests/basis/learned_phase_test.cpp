// SPDX-License-Identifier: MIT
#include <primore/basis/learned_phase.hpp>

#include <stdexcept>

#include <Eigen/Core>

#include <primore/basis/phase.hpp>

#include "support/catch.hpp"

using primore::LearnedPhase;

TEST_CASE("learned numbers of a clock are taken from the front of the parameters, in order") {
    const Eigen::Vector4d parameters(2, 0.3, 4, 8);
    const primore::ExponentialPhase<double> clock{.duration = 1, .delay = 0, .decay = 3};

    const auto all = LearnedPhase{.duration = true, .delay = true, .decay = true}.read("Test", clock, parameters);
    CHECK(all.duration == 2);
    CHECK(all.delay == 0.3);
    CHECK(all.decay == 4);
    CHECK(LearnedPhase{.duration = true, .delay = true, .decay = true}.count() == 3);

    const auto only_delay = LearnedPhase{.delay = true}.read("Test", clock, parameters);
    CHECK(only_delay.duration == 1);
    CHECK(only_delay.delay == 2);
    CHECK(only_delay.decay == 3);

    const auto none = LearnedPhase{}.read("Test", primore::LinearPhase<double>{.duration = 7}, Eigen::VectorXd());
    CHECK(none.duration == 7);
    CHECK(LearnedPhase{}.count() == 0);
}

TEST_CASE("a learned number that is not allowed is refused with its place") {
    const LearnedPhase learned{.duration = true, .delay = true};
    CHECK_THROWS_MATCHES(learned.read("ProMp", primore::LinearPhase<double>{}, Eigen::Vector2d(-1, 0)), std::invalid_argument,
                         Message("ProMp: parameters[0], the duration, is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(learned.read("ProMp", primore::LinearPhase<double>{}, Eigen::Vector2d(1, -2)), std::invalid_argument,
                         Message("ProMp: parameters[1], the delay, is -2, expected a finite number that is not negative"));
}
