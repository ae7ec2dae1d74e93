// SPDX-License-Identifier: MIT
#pragma once

// Processor times of short functions, taken in turns with what they are compared to, so that both see the same machine.

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <utility>
#include <vector>

namespace primore_benchmark {

/// The compiler may not delete what leads to a value.
template <typename Value>
void keep(const Value& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

/// Microseconds per call; the ratio is the median of the ratios of neighbouring measurements.
struct Comparison {
    double microseconds = 0, of_limit = 0, ratio = 0;
};

/// The processor time of `calls` calls, in microseconds for each.
template <typename Function>
double time_calls(Function& function, std::size_t calls) {
    const std::clock_t begin = std::clock();
    for (std::size_t call = 0; call < calls; ++call) function();
    return 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / static_cast<double>(calls);
}

/// How many calls take a few milliseconds.
template <typename Function>
std::size_t calls_of(Function& function) {
    for (std::size_t calls = 1;; calls *= 2) {
        if (time_calls(function, calls) * static_cast<double>(calls) > 4000) return calls;
    }
}

inline double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// A function against the one that does only what cannot be avoided.
template <typename Function, typename Limit>
Comparison compare(Function&& function, Limit&& limit, int repetitions = 31) {
    const std::size_t calls = calls_of(function), limit_calls = calls_of(limit);
    std::vector<double> times, limits, ratios;
    for (int i = 0; i < repetitions; ++i) {
        times.push_back(time_calls(function, calls));
        limits.push_back(time_calls(limit, limit_calls));
        ratios.push_back(times.back() / limits.back());
    }
    return {median(times), median(limits), median(ratios)};
}

}  // namespace primore_benchmark
