// SPDX-License-Identifier: MIT
#include <primore/primitive/given.hpp>

#include <stdexcept>
#include <string>

#include <Eigen/Core>

#include "support/catch.hpp"

using primore::Given;

TEST_CASE("what is given is taken if it fits, from numbers, vectors or expressions") {
    CHECK(Given<Eigen::Vector2d>() == Eigen::Vector2d::Zero());
    CHECK(Given<Eigen::VectorXd>().size() == 0);
    CHECK(Given<Eigen::Vector2d>{1.0, 2.0} == Eigen::Vector2d(1, 2));
    CHECK(Given<Eigen::VectorXd>{1, 2, 3} == Eigen::Vector3d(1, 2, 3));
    const Eigen::VectorXd two = Eigen::Vector2d(1, 2);
    Given<Eigen::Vector2d> given = two;
    given = 2 * two;
    CHECK(given == Eigen::Vector2d(2, 4));
}

TEST_CASE("what does not fit into a fixed size is refused, with and without assertions") {
    const Eigen::VectorXd three = Eigen::Vector3d(1, 2, 3);
    const std::string sentence = "vector of fixed size: what is given for it has size 3, expected 2 (the degrees of freedom of the type)";
    CHECK_THROWS_MATCHES(Given<Eigen::Vector2d>(three), std::invalid_argument, Message(sentence));
    CHECK_THROWS_MATCHES((Given<Eigen::Vector2d>{1, 2, 3}), std::invalid_argument, Message(sentence));
    CHECK_THROWS_MATCHES((Given<Eigen::Matrix2Xd>(Eigen::MatrixXd::Ones(3, 4))), std::invalid_argument, Message(sentence));
    Given<Eigen::Vector2d> given{1, 2};
    CHECK_THROWS_MATCHES(given = three, std::invalid_argument, Message(sentence));
    CHECK(given == Eigen::Vector2d(1, 2));
}
