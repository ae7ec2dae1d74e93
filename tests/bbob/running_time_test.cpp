// SPDX-License-Identifier: MIT
#include "bbob/running_time.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace {

namespace bm = primore_benchmark;

/// A run in two dimensions whose evaluations lie that far above f_opt.
bm::RunningTime run_through(const std::vector<double>& excesses) {
    bm::RunningTime run{.problem = {1, 1, 2}, .hits = {}};
    for (const double excess : excesses) run.count(excess);
    return run;
}

}  // namespace

// Formula -----------------------------------------------------------------------------------------------------------------------

TEST_CASE("a run remembers the first evaluation that reached a target", "[bbob]") {
    const auto run = run_through({50, 10, 200, 0.05, 0.5, 1e-9});
    CHECK(run.evaluations == 6);
    CHECK(run.hits[0] == 2u);  // 10 reaches 1e1
    CHECK(run.hits[1] == 4u);  // 0.05 reaches 1e0 and 1e-1
    CHECK(run.hits[2] == 4u);
    CHECK(run.hits[3] == 6u);
    CHECK(run.hits[9] == 6u);
    CHECK(run.is_solved());
    CHECK(!run_through({2e-8}).is_solved());
    CHECK(run_through({std::numeric_limits<double>::quiet_NaN()}).hits[0] == std::nullopt);
}

TEST_CASE("the expected running time is all evaluations up to the target per success", "[bbob]") {
    const std::vector runs{run_through({50, 5, 4, 3}), run_through({50, 40, 30}), run_through({1})};
    const auto easy = bm::expected_running_time(runs, 0);  // 2 + 3 (without success) + 1 over 2 successes
    CHECK(easy.evaluations == 3);
    CHECK(easy.successes == 2);
    CHECK(bm::solved_fraction(runs, 0) == 2.0 / 3);
    const auto hard = bm::expected_running_time(runs, 2);
    CHECK(hard.evaluations == std::numeric_limits<double>::infinity());
    CHECK(hard.successes == 0);
}

TEST_CASE("the distribution of running times counts the pairs of problems and targets", "[bbob]") {
    // 20 pairs; of the first run 1e1 after 1 and 1e0 after 1.5 evaluations / N, of the second 1e1 after 1/2
    const bm::RunningTimeDistribution distribution({run_through({50, 10, 1}), run_through({5})});
    CHECK(distribution.times() == std::vector{0.5, 1.0, 1.5});
    CHECK(distribution(0.4) == 0);
    CHECK(distribution(0.5) == 0.05);
    CHECK(distribution(1.4) == 0.1);
    CHECK(distribution.solved() == 0.15);
}

TEST_CASE("the deviation between seeds is that of what each seed solves on all problems", "[bbob]") {
    // Two problems, three seeds in turn: they solve 10 + 10, 3 + 1 and 2 + 0 of their 20 pairs: 1, 0.2 and 0.1.
    const std::vector runs{run_through({1e-9}), run_through({0.05}), run_through({0.5}),
                           run_through({1e-9}), run_through({5}),    run_through({50})};
    CHECK_THAT(bm::solved_deviation(runs, 3), primore_test::near(std::sqrt(0.73 / 3), 1e-15));
}
