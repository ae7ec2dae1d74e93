// SPDX-License-Identifier: MIT
#pragma once

// The functions on which the benchmarks of searches agree with those of the public implementations, as returns to be maximised.

#include <cstdint>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <Eigen/QR>

#include <primore/random/stream.hpp>

namespace primore_benchmark {

using ReturnFunction = std::function<double(const Eigen::VectorXd&)>;

inline Eigen::MatrixXd random_rotation(Eigen::Index n) {
    primore::Stream stream(7, primore::Purpose::episode, 0, static_cast<std::uint32_t>(n));
    Eigen::MatrixXd columns(n, n);
    for (Eigen::Index i = 0; i < n; ++i) columns.col(i) = stream.normal_vector(n);
    return Eigen::HouseholderQR<Eigen::MatrixXd>(columns).householderQ();
}

/// The return of a named function in N parameters; 0 is the best. The ellipsoid has condition number 1e6 and a random rotation.
///
/// @throws std::invalid_argument if there is no function of this name
inline ReturnFunction test_function(const std::string& name, Eigen::Index n) {
    using Eigen::VectorXd;
    if (name == "sphere") return [](const VectorXd& x) { return -x.squaredNorm(); };
    if (name == "ellipsoid") {
        const VectorXd weights = Eigen::pow(10.0, Eigen::ArrayXd::LinSpaced(n, 0.0, 6.0));
        return [weights, rotation = random_rotation(n)](const VectorXd& x) { return -weights.dot((rotation * x).cwiseAbs2()); };
    }
    if (name == "rosenbrock") {
        return [](const VectorXd& x) {
            const auto low = x.head(x.size() - 1).array(), high = x.tail(x.size() - 1).array();
            return -(100 * (high - low.square()).square() + (1 - low).square()).sum();
        };
    }
    throw std::invalid_argument("no function '" + name + "': sphere, ellipsoid, rosenbrock");
}

/// The words of a list like "5,10,20".
inline std::vector<std::string> words(const std::string& list) {
    std::istringstream stream(list);
    std::vector<std::string> found;
    for (std::string word; std::getline(stream, word, ',');) found.push_back(word);
    return found;
}

}  // namespace primore_benchmark
