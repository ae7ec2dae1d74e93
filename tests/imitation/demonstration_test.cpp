// SPDX-License-Identifier: MIT

#include <limits>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/demonstration.hpp>

#include "support/catch.hpp"

namespace {

primore::Demonstration<double> shown() { return {Eigen::Vector3d(0, 0.1, 0.3), Eigen::MatrixXd::Ones(3, 2)}; }

void check_sentence(const primore::Demonstration<double>& demonstration, const std::string& sentence) {
    const std::vector<primore::Demonstration<double>> all{shown(), demonstration};
    CHECK_THROWS_MATCHES(primore::validate("learn", all, 2), std::invalid_argument, Message(sentence));
}

}  // namespace

TEST_CASE("a demonstration with uneven steps is valid", "[demonstration]") {
    CHECK_NOTHROW(primore::validate("learn", std::vector<primore::Demonstration<double>>{shown(), shown()}, 2));
}

TEST_CASE("a broken demonstration is refused by its number and row", "[demonstration]") {
    auto broken = shown();
    broken.times(2) = 0.1;
    check_sentence(broken, "learn: demonstrations[1].times[2] is 0.1, expected more than 0.1, the time before");
    broken = shown();
    broken.times(1) = std::numeric_limits<double>::quiet_NaN();
    check_sentence(broken, "learn: demonstrations[1].times[1] is nan, expected a finite number");
    broken = shown();
    broken.positions(2, 1) = std::numeric_limits<double>::infinity();
    check_sentence(broken, "learn: demonstrations[1].positions(2, 1) is inf, expected a finite number");
    broken = shown();
    broken.positions.resize(2, 2);
    check_sentence(broken, "learn: demonstrations[1].positions.rows() has size 2, expected 3 (the size of times)");
    broken = shown();
    broken.positions.resize(3, 1);
    check_sentence(broken, "learn: demonstrations[1].positions.cols() has size 1, expected 2 (dofs)");
    check_sentence({Eigen::VectorXd::Zero(1), Eigen::MatrixXd::Zero(1, 2)},
                   "learn: the size of demonstrations[1].times is 1, expected at least 2");
    CHECK_THROWS_MATCHES(primore::validate("learn", std::vector<primore::Demonstration<double>>{}, 2), std::invalid_argument,
                         Message("learn: the size of demonstrations is 0, expected at least 1"));
}
