// SPDX-License-Identifier: MIT
#include <primore/learn/progress_line.hpp>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "support/catch.hpp"

namespace pm = primore;

namespace {
pm::Generation<double> at(double seconds, std::uint64_t episodes) {
    return {.generation = 1,
            .episodes = episodes,
            .max_episodes = 1000,
            .failed_episodes = 0,
            .best_return = 1.0,
            .median_return = 0.5,
            .best_return_so_far = 1.25,
            .entropy = -3.14,
            .condition = 1.0,
            .seconds = seconds};
}
}  // namespace

TEST_CASE("a progress line tells what a user wants to know", "[formula]") {
    // 250 episodes in 0.5 s: 500 per second, the other 750 take 1.5 s.
    CHECK(pm::progress_text(at(0.5, 250)) ==
          "episodes 250/1000 | best 1.2500 | median 0.5000 | entropy -3.1 | 500 episodes/s | 1.5 s left");
    auto failing = at(0.5, 250);
    failing.failed_episodes = 3;
    CHECK_THAT(pm::progress_text(failing), ContainsSubstring("s left | 3 failed"));
    CHECK_THAT(pm::progress_text(at(0.0, 250)), ContainsSubstring("| 0 episodes/s | 0.0 s left"));
}

TEST_CASE("plain lines come at intervals, and at the end", "[formula]") {
    std::ostringstream out;
    pm::ProgressLine line(out, {.in_place = false, .seconds_between = 1.0});
    for (const double seconds : {0.1, 0.2, 0.9, 1.2, 1.3}) line(at(seconds, 100));
    auto last = at(1.4, 1000);
    last.stop_reason = pm::StopReason::budget;
    line(last);
    const std::string text = out.str();
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);  // at 0.1, 1.2 and the end
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("in a terminal one line is rewritten and ended once, however the run ends", "[formula]") {
    std::ostringstream out;
    pm::ProgressLine line(out, {.in_place = true, .seconds_between = 0.0});
    line(at(0.1, 100));
    auto last = at(0.2, 200);
    last.stop_reason = pm::StopReason::target;
    line(last);
    const std::string text = out.str();
    CHECK(std::count(text.begin(), text.end(), '\r') == 2);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.back() == '\n');
}
