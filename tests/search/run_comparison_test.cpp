// SPDX-License-Identifier: MIT
#include <primore/search/run_comparison.hpp>

#include "support/catch.hpp"

namespace pm = primore;
using Eigen::Vector3d;

namespace {

/// A run of 3 parameters and population 27, so 3 + 1 generations count, whose returns are (low, middle, high) throughout.
void compare_run(pm::RunComparison<double>& comparison, double low, double middle, double high, int generations = 4) {
    comparison.begin(3, 27);
    for (int i = 0; i < generations; ++i) comparison.add(Vector3d(high, low, middle));
}

}  // namespace

TEST_CASE("a run is outdone by the best last median of the runs before it", "[formula]") {
    pm::RunComparison<double> comparison;
    compare_run(comparison, -1, 5, 1e9);
    CHECK(comparison.highest() == 1e9);
    CHECK_FALSE(comparison.is_outdone(1e9));  // there was none before
    CHECK(comparison.is_ahead());
    compare_run(comparison, 4, 4, 4);
    CHECK(comparison.is_outdone(0.1));  // 0 of 1, since the lucky return does not count
    CHECK_FALSE(comparison.is_ahead());
    compare_run(comparison, 0, 0, 6);
    CHECK_FALSE(comparison.is_outdone(1e9));  // its best is better, even if its median is not
    CHECK_FALSE(comparison.is_ahead());
    compare_run(comparison, 5, 5, 5);
    CHECK(comparison.is_ahead());  // no lower
    compare_run(comparison, 2.75, 2.75, 3);
    CHECK(comparison.is_outdone(0.13));  // 0.25 of 5 - 3
    CHECK_FALSE(comparison.is_outdone(0.12));
    comparison.add(Vector3d(1, 7, 8));
    compare_run(comparison, 6, 6, 6);
    CHECK(comparison.is_outdone(0.1));  // what counts of the run before are the returns of its last generation
}

TEST_CASE("a run is not outdone before 3 + 9 N / lambda generations, or while its best returns still climb", "[formula]") {
    pm::RunComparison<double> comparison;
    compare_run(comparison, 9, 9, 9);
    compare_run(comparison, 1, 1, 1, 3);
    CHECK_FALSE(comparison.is_outdone(0.1));
    comparison.add(Vector3d(1, 1, 1));
    CHECK(comparison.is_outdone(0.1));
    comparison.add(Vector3d(2, 2, 2));
    CHECK_FALSE(comparison.is_outdone(0.1));  // 1 of 9 - 2
    for (int i = 0; i < 3; ++i) comparison.add(Vector3d(2, 2, 2));
    CHECK(comparison.is_outdone(0.1));  // the climb lies 4 generations back
}
