// SPDX-License-Identifier: MIT
#pragma once

// One DMP of each kind, with parameters, for tests that hold for all of them.

#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/primitive/dmp_options.hpp>
#include <primore/primitive/setpoint.hpp>

#include "support/numbers.hpp"

namespace primore_test {

/// Two degrees of freedom, five functions, tau = 1.3, delay = 0.2.
template <typename Scalar>
std::vector<std::pair<std::string, primore::DmpOptions<Scalar>>> dmp_variants() {
    using Options = primore::DmpOptions<Scalar>;
    Options striking = Options::striking(), overdamped, damped = Options::sigmoid_goal(), both = Options::ijspeert();
    striking.goal_velocity = Eigen::Vector2<Scalar>(1, -2);
    striking.goal_acceleration = Eigen::Vector2<Scalar>(3, 1);
    striking.start_acceleration = Eigen::Vector2<Scalar>(-3, 2);
    overdamped.beta = Scalar(3);
    damped.damping = {.rate = 4, .start = Scalar(0.1), .end = 1};
    both.smooth_scaling = true;
    both.beta = Scalar(9);
    both.amplitude = Eigen::Vector2<Scalar>(2, Scalar(0.5));
    std::vector<std::pair<std::string, Options>> variants{{"plain", Options{}},
                                                          {"ijspeert", Options::ijspeert()},
                                                          {"hoffmann", Options::hoffmann()},
                                                          {"kulvicius", Options::kulvicius()},
                                                          {"countdown", Options::countdown()},
                                                          {"sigmoid goal", Options::sigmoid_goal()},
                                                          {"striking", striking},
                                                          {"overdamped", overdamped},
                                                          {"changing damping", damped},
                                                          {"underdamped, scaled in both ways", both}};
    for (auto& [name, options] : variants) {
        options.dofs = 2;
        options.basis_count = 5;
        options.duration = Scalar(1.3);
        options.delay = Scalar(0.2);
    }
    return variants;
}

/// Weights of a lively movement with the goal (1, -0.6).
template <typename Scalar>
Eigen::VectorX<Scalar> dmp_parameters(const primore::DmpOptions<Scalar>& options) {
    Eigen::MatrixX<Scalar> parameters = numbers<Scalar>(12, 30).reshaped(6, 2) / options.amplitude.maxCoeff();
    parameters.row(5) << 1, Scalar(-0.6);
    return parameters.reshaped();
}

/// Under way, after a part of the movement.
template <typename Scalar>
primore::StartState<Scalar> dmp_start() {
    return {.time = Scalar(0.3),
            .position = Eigen::Vector2<Scalar>(Scalar(0.3), Scalar(-0.5)),
            .velocity = Eigen::Vector2<Scalar>(Scalar(0.4), Scalar(0.7))};
}

}  // namespace primore_test
