// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <limits>

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool is_near(double actual, double expected, double tolerance) { return near(expected, tolerance).match(actual); }

TEST_CASE("near: the tolerance is relative to one plus the expected magnitude", "[support]") {
    CHECK(is_near(0.01, 0.0, 0.01));  // 0.01 / (1 + 0)
    CHECK_FALSE(is_near(0.011, 0.0, 0.01));
    CHECK(is_near(-103.0, -99.0, 0.04));  // 4 / (1 + 99)
    CHECK_FALSE(is_near(-103.1, -99.0, 0.04));
}

TEST_CASE("near: NaN is near NaN only, an infinity only near itself", "[support]") {
    CHECK(is_near(not_a_number, not_a_number, 1e-10));
    CHECK(is_near(-infinity, -infinity, 1e-10));
    CHECK_FALSE(is_near(not_a_number, 1.0, 1e10));
    CHECK_FALSE(is_near(1.0, not_a_number, 1e10));
    CHECK_FALSE(is_near(infinity, -infinity, 1e10));
    CHECK_FALSE(is_near(1.0, infinity, 1e10));
    CHECK_FALSE(is_near(infinity, 1.0, 1e10));
}

TEST_CASE("near: any Eigen expression, of either scalar, against any other", "[support]") {
    const Eigen::MatrixXd expected = Eigen::MatrixXd::Ones(3, 2);
    CHECK_THAT(Eigen::MatrixXf::Ones(3, 2), near(expected, 1e-6));
    CHECK_THAT(expected * Eigen::Matrix2d::Identity(), near(expected.array() + 1e-9, 1e-8));
    CHECK_THAT(expected.col(0).head<2>(), near(Eigen::Vector2d(1, 1), 0.0));
    CHECK_THAT(Eigen::VectorXd(), near(Eigen::VectorXd(), 0.0));
    CHECK_THAT(2.0f, near(2.0f, 0.0));
}

TEST_CASE("near: sizes must agree, and the description says what is wrong", "[support]") {
    const Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(2, 3);
    const auto matcher = near(expected, 0.5);
    CHECK_FALSE(matcher.match(expected.transpose()));
    CHECK_THAT(matcher.describe(), ContainsSubstring("expected [2 x 3] within 0.5") && ContainsSubstring("it is [3 x 2]"));

    Eigen::MatrixXd actual = expected;
    actual(0, 1) = 0.75;
    actual(1, 2) = -2;
    CHECK_FALSE(matcher.match(actual));
    CHECK_THAT(matcher.describe(), ContainsSubstring("worst entry (1, 2) is -2, expected 0, error 2"));
}

}  // namespace
