// SPDX-License-Identifier: MIT
#include <primore/search/box.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::VectorXd;

namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();

VectorXd vector_of(double x) { return VectorXd::Constant(1, x); }

pm::BoxTransform<double> map_onto(double lower, double upper, double margin) {
    return {{vector_of(lower), vector_of(upper)}, vector_of(margin)};
}

}  // namespace

TEST_CASE("the map onto a box is the identity in the middle and quadratic along the bounds", "[formula]") {
    // [0, 10], margin 1: x = (y + 1)^2 / 4 below 1, mirrored at -1; x = 10 - (11 - y)^2 / 4 above 9, mirrored at 11.
    const auto map = map_onto(0, 10, 1);
    const auto inside = [&](double y) { return map.inside(vector_of(y))(0); };
    CHECK(inside(5) == 5);
    CHECK(inside(1) == 1);
    CHECK(inside(0) == 0.25);
    CHECK(inside(-1) == 0);
    CHECK(inside(-2) == 0.25);
    CHECK(inside(9) == 9);
    CHECK(inside(10) == 9.75);
    CHECK(inside(11) == 10);
    CHECK(inside(13) == 9);
    CHECK(inside(5 + 24) == 5);  // the period is 2 (10 + 2)
    CHECK(inside(5 - 240) == 5);
    CHECK(map.outside(vector_of(0))(0) == -1);
    CHECK(map.outside(vector_of(10))(0) == 11);
    CHECK(map.slope(vector_of(5))(0) == 1);
    CHECK(map.slope(vector_of(0))(0) == 0.5);
    CHECK(map.slope(vector_of(11))(0) == 0);
}

TEST_CASE("the map onto a box meets no bound where there is none", "[formula]") {
    CHECK(map_onto(-no_bound, no_bound, 1).inside(vector_of(-1e9))(0) == -1e9);
    CHECK(map_onto(0, no_bound, 1).inside(vector_of(1e9))(0) == 1e9);
    CHECK(map_onto(0, no_bound, 1).inside(vector_of(-3))(0) == 1);
    CHECK(map_onto(-no_bound, 0, 1).inside(vector_of(3))(0) == -1);
    CHECK(map_onto(0, 1, 8).inside(vector_of(0.5))(0) == 0.5);  // no margin is wider than half of the box
    CHECK(map_onto(0, 1, 8).inside(vector_of(-0.5))(0) == 0);
}

TEMPLATE_TEST_CASE("the map onto a box is smooth, stays inside and has an inverse", "[property]", float, double) {
    using Vector = Eigen::VectorX<TestType>;
    const Vector lower = Vector::Constant(1, TestType(-2)), upper = Vector::Constant(1, TestType(1)),
                 margin = Vector::Constant(1, TestType(0.7));
    const pm::BoxTransform<TestType> map({lower, upper}, margin);
    const double step = sizeof(TestType) == 4 ? 1e-3 : 1e-6;
    for (double y = -12; y < 12; y += 0.0137) {
        const auto at = [&](double z) { return map.inside(Vector::Constant(1, static_cast<TestType>(z))); };
        CHECK(map.box().contains(at(y)));
        const double slope = static_cast<double>(at(y + step)(0) - at(y - step)(0)) / (2 * step);
        CHECK_THAT(std::abs(slope), near(static_cast<double>(map.slope(Vector::Constant(1, static_cast<TestType>(y)))(0)), 2e-3));
        CHECK_THAT(map.inside(map.outside(at(y)))(0), near(at(y)(0), 1e-6));
    }
}

TEST_CASE("BoxTransform refuses boxes without room", "[errors]") {
    CHECK_THROWS_MATCHES(map_onto(1, 1, 1), std::invalid_argument,
                         Message("BoxTransform: box.lower[0] is 1, expected a number below box.upper[0]"));
    CHECK_THROWS_MATCHES(map_onto(0, 1, 0), std::invalid_argument,
                         Message("BoxTransform: margin[0] is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(pm::BoxTransform<double>({vector_of(0), Eigen::Vector2d(1, 1)}, vector_of(1)), std::invalid_argument,
                         Message("BoxTransform: box.upper has size 2, expected 1 (the size of box.lower)"));
}
