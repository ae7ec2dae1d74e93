// SPDX-License-Identifier: MIT
#include <primore/search/run_comparison.hpp>

#include "support/catch.hpp"

namespace pm = primore;
using Eigen::Vector2d;

namespace {

/// A run of 2 parameters and population 18, so 3 + 1 generations count, whose returns are (low, high) throughout.
void compare_run(pm::RunComparison<double>& comparison, double low, double high, int generations = 4) {
    comparison.begin(2, 18);
    for (int i = 0; i < generations; ++i) comparison.add(Vector2d(low, high));
}

}  // namespace

TEST_CASE("a run is outdone by the second best run before it", "[formula]") {
    pm::RunComparison<double> comparison;
    compare_run(comparison, -1, 10);
    CHECK(comparison.highest() == 10);
    CHECK_FALSE(comparison.is_outdone(1e9));  // there was none before
    compare_run(comparison, 0, 1);
    CHECK_FALSE(comparison.is_outdone(1e9));  // only one
    compare_run(comparison, 0, 0);
    CHECK(comparison.is_outdone(0.1));  // 0 of 1 to the second best
    compare_run(comparison, 5, 5);
    CHECK_FALSE(comparison.is_outdone(1e9));  // better than the second best
    compare_run(comparison, 2.75, 3);
    CHECK(comparison.is_outdone(0.13));  // 0.25 of 5 - 3: the runs with 10 and 5 are the best two
    CHECK_FALSE(comparison.is_outdone(0.12));
}

TEST_CASE("a run is not outdone before 3 + 9 N / lambda generations, or while its best returns still climb", "[formula]") {
    pm::RunComparison<double> comparison;
    compare_run(comparison, 10, 10);
    compare_run(comparison, 9, 9);
    compare_run(comparison, 1, 1, 3);
    CHECK_FALSE(comparison.is_outdone(0.1));
    comparison.add(Vector2d(1, 1));
    CHECK(comparison.is_outdone(0.1));
    comparison.add(Vector2d(2, 2));
    CHECK_FALSE(comparison.is_outdone(0.1));  // 1 of 9 - 2
    for (int i = 0; i < 3; ++i) comparison.add(Vector2d(2, 2));
    CHECK(comparison.is_outdone(0.1));  // the climb lies 4 generations back
}
