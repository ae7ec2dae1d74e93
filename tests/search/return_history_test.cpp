// SPDX-License-Identifier: MIT
#include <primore/search/return_history.hpp>

#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "support/catch.hpp"

namespace pm = primore;
using Eigen::VectorXd;
using pm::SearchStop;

namespace {

/// 5 parameters, population 10: 10 + 15 recent generations, 120 + 15 of the shortest history, flat over 5.
pm::ReturnHistory<double> history_of_ten(const pm::ReturnStopOptions<double>& options) { return {5, 10, options}; }

/// Generations until a history stops, at most 2000; `returns(k)` [M] are those of generation k.
template <typename Returns>
int generations_to_stop(pm::ReturnHistory<double> history, Returns&& returns) {
    for (int k = 0; k < 2000; ++k) {
        if (history.stop()) return k;
        history.add(returns(k));
    }
    return 2000;
}

VectorXd evenly(double best, double range) { return VectorXd::LinSpaced(10, best - range, best); }

}  // namespace

TEST_CASE("returns within a tolerance for 10 + 30 N / lambda generations stop a search", "[formula]") {
    const auto options = [](double tolerance) {
        return pm::ReturnStopOptions<double>{tolerance, std::nullopt, std::nullopt, std::nullopt};
    };
    const auto still = [](int) { return evenly(1, 1e-3); };
    CHECK(generations_to_stop(history_of_ten(options(1.1e-3)), still) == 25);
    CHECK(generations_to_stop(history_of_ten(options(0.9e-3)), still) == 2000);  // the newest generation has a wider range
    // Best returns that still climb by 1e-4 a generation span 24e-4 in 25 generations.
    const auto climb = [](int k) { return evenly(1e-4 * k, 0); };
    CHECK(generations_to_stop(history_of_ten(options(25e-4)), climb) == 25);
    CHECK(generations_to_stop(history_of_ten(options(23e-4)), climb) == 2000);
}

TEST_CASE("a population of two or three is flat when its best two returns are equal", "[formula]") {
    const pm::ReturnStopOptions<double> options{std::nullopt, std::nullopt, 1.0 / 3, std::nullopt};
    for (const Eigen::Index count : {2, 3}) {
        const pm::ReturnHistory<double> history(5, count, options);
        CHECK(generations_to_stop(history, [&](int) { return VectorXd::LinSpaced(count, 1, 2); }) == 2000);
        CHECK(generations_to_stop(history, [&](int) { return VectorXd::Ones(count); }) == 5);
    }
}

TEST_CASE("the same best return for 10 + 30 N / lambda generations stops a search", "[formula]") {
    const pm::ReturnStopOptions<double> options{std::nullopt, 0.0, std::nullopt, std::nullopt};
    CHECK(generations_to_stop(history_of_ten(options), [](int k) { return evenly(k < 7 ? k : 7, 1); }) == 32);
    CHECK(generations_to_stop(history_of_ten(options), [](int k) { return evenly(k % 2, 1); }) == 2000);
}

TEST_CASE("equal returns up to rank 1 + lambda / 4 in a third of N generations stop a search", "[formula]") {
    // Of 10 samples, the best against the third.
    const pm::ReturnStopOptions<double> options{std::nullopt, std::nullopt, 1.0 / 3, std::nullopt};
    const auto equal = [](int count) {
        VectorXd returns = VectorXd::LinSpaced(10, 1, 10);
        returns.tail(count).setConstant(10);
        return returns;
    };
    CHECK(generations_to_stop(history_of_ten(options), [&](int) { return equal(3); }) == 5);
    CHECK(generations_to_stop(history_of_ten(options), [&](int) { return equal(2); }) == 2000);
    CHECK(generations_to_stop(history_of_ten(options), [&](int k) { return equal(k % 5 == 0 ? 10 : 1); }) == 2000);  // a fifth
    CHECK(generations_to_stop(history_of_ten(options), [&](int k) { return equal(k % 5 < 2 ? 10 : 1); }) == 5);      // two fifths
}

TEST_CASE("returns that do not become better stop a search", "[formula]") {
    auto options = pm::ReturnStopOptions<double>{std::nullopt, std::nullopt, std::nullopt, 120};
    const auto noisy = [](int k) { return evenly(std::sin(12.9898 * k), 1); };
    CHECK(generations_to_stop(history_of_ten(options), noisy) >= 135);
    CHECK(generations_to_stop(history_of_ten(options), noisy) < 400);
    CHECK(generations_to_stop(history_of_ten(options), [&](int k) { return VectorXd(noisy(k).array() + 0.1 * k); }) == 2000);
    // It takes both: a best that stands still with a median that climbs goes on.
    CHECK(generations_to_stop(history_of_ten(options), [](int k) { return evenly(1, 1.0 / (1 + k)); }) == 2000);
    // Returns that stand still stop it after the shortest look back: the number and 30 N / lambda generations.
    for (const std::uint32_t shortest : {120u, 20u, 4u}) {
        options.stagnation = shortest;
        CHECK(generations_to_stop(history_of_ten(options), [](int) { return evenly(1, 1); }) == static_cast<int>(shortest) + 15);
    }
    const pm::ReturnHistory<double> of_many(5, 1000, options);  // 5 generations: the newest against the oldest
    CHECK(generations_to_stop(of_many, [](int k) { return evenly(k, 1); }) == 2000);
    CHECK(generations_to_stop(of_many, [](int) { return evenly(1, 1); }) == 5);
    options.stagnation = 3;
    CHECK_THROWS_MATCHES(history_of_ten(options), std::invalid_argument,
                         Message("ReturnStopOptions: stagnation is 3, expected at least 4"));
}

TEST_CASE("a history names its criterion, forgets what is old and ignores generations without returns", "[property]") {
    auto past = history_of_ten({});
    past.add(VectorXd());
    for (int k = 0; k < 5000; ++k) past.add(evenly(1e-3 * k, 1));
    CHECK_FALSE(past.stop().has_value());
    for (int k = 0; k < 25; ++k) past.add(evenly(9, 1));
    CHECK(past.stop() == SearchStop::tol_return_history);
    CHECK(pm::to_string(*past.stop()) == "the best return no longer changes");
}
