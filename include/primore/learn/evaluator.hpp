// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include <primore/detail/require.hpp>

namespace primore {

/// An Evaluator runs the tasks 0 .. count - 1 of a generation, each once, in any order and on any thread, and returns when all are
/// done. Tasks write to places of their own and do not throw, so the result does not depend on the evaluator.
using Evaluator = std::function<void(std::size_t count, const std::function<void(std::size_t)>& task)>;

/// Runs one task after another on the calling thread.
struct Serial {
    void operator()(std::size_t count, const std::function<void(std::size_t)>& task) const {
        for (std::size_t i = 0; i < count; ++i) task(i);
    }
};

/// Runs tasks on several threads, the calling one among them; whoever is free takes the next task.
class Threads {
public:
    /// @param count  threads; all that the machine has by default
    /// @throws std::invalid_argument if count < 1
    explicit Threads(int count = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))) : threads_(count) {
        detail::require_at_least("Threads", "count", count, 1);
    }

    void operator()(std::size_t count, const std::function<void(std::size_t)>& task) const {
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < count; i = next++) task(i);
        };
        std::vector<std::thread> others;
        const auto helpers = std::min(static_cast<std::size_t>(threads_), count);
        for (std::size_t i = 1; i < helpers; ++i) others.emplace_back(work);
        work();
        for (auto& thread : others) thread.join();
    }

private:
    int threads_;
};

}  // namespace primore
