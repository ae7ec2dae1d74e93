// SPDX-License-Identifier: MIT
#pragma once

// Runs of a search on functions whose optimum is known, as in the published comparisons.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <Eigen/Core>

namespace primore_test {

inline double sphere(const Eigen::VectorXd& x) { return -x.squaredNorm(); }

/// Condition number 1e6 along the axes.
inline double ellipsoid(const Eigen::VectorXd& x) {
    const auto axes = Eigen::ArrayXd::LinSpaced(x.size(), 0.0, 6.0);
    return -(Eigen::ArrayXd(axes * std::log(10.0)).exp() * x.array().square()).sum();
}

inline double rosenbrock(const Eigen::VectorXd& x) {
    const Eigen::Index n = x.size() - 1;
    return -(100.0 * (x.tail(n).array() - x.head(n).array().square()).square() + (1.0 - x.head(n).array()).square()).sum();
}

/// Episodes until one returns at least -1e-8, infinity if that takes more than `budget`.
template <typename Search, typename Function>
double episodes_to_target(Search search, Function&& function, double budget = 20'000) {
    for (double episodes = 0; episodes < budget;) {
        const Eigen::MatrixXd samples = search.ask();
        Eigen::VectorXd returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            ++episodes;
            returns(i) = function(samples.col(i));
            if (returns(i) >= -1e-8) return episodes;
        }
        search.tell(samples, returns);
    }
    return std::numeric_limits<double>::infinity();
}

/// The median over the seeds 1 to `runs`, an odd number, of searches from `start(seed)`.
template <typename Start, typename Function>
double median_episodes(Start&& start, Function&& function, std::uint64_t runs = 15) {
    std::vector<double> episodes;
    for (std::uint64_t seed = 1; seed <= runs; ++seed) episodes.push_back(episodes_to_target(start(seed), function));
    const auto middle = episodes.begin() + static_cast<std::ptrdiff_t>(runs / 2);
    std::nth_element(episodes.begin(), middle, episodes.end());
    return *middle;
}

}  // namespace primore_test
