// SPDX-License-Identifier: MIT
#include <primore/learn/evaluator.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace pm = primore;

TEST_CASE("every evaluator runs each task once", "[property]") {
    for (const pm::Evaluator& evaluator : {pm::Evaluator(pm::Serial{}), pm::Evaluator(pm::Threads{1}), pm::Evaluator(pm::Threads{3})}) {
        for (const std::size_t count : {0u, 1u, 2u, 100u}) {
            std::vector<std::atomic<int>> runs(count);
            evaluator(count, [&](std::size_t i) { ++runs[i]; });
            for (const auto& times : runs) CHECK(times == 1);
        }
    }
}

TEST_CASE("Threads runs tasks at the same time", "[property]") {
    // Each of two tasks waits for the other: only at the same time do both end.
    std::atomic<int> arrived = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    pm::Threads{2}(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    });
    CHECK(arrived == 2);
    CHECK(std::chrono::steady_clock::now() < deadline);
}

TEST_CASE("Threads refuses a count below one", "[errors]") {
    CHECK_THROWS_MATCHES(pm::Threads{0}, std::invalid_argument, Message("Threads: count is 0, expected at least 1"));
}
