// SPDX-License-Identifier: MIT
#include <primore/primitive/unit_quaternion.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::rotation;
using primore::rotation_between;
using primore::rotation_vector;
using primore::rotation_vector_rate;

TEST_CASE("a rotation vector is axis times angle") {
    // 90 degrees about z: (cos 45, 0, 0, sin 45)
    const Eigen::Quaterniond q = rotation(Eigen::Vector3d(0, 0, std::numbers::pi / 2));
    CHECK_THAT(q.coeffs(), near(Eigen::Vector4d(0, 0, std::sqrt(0.5), std::sqrt(0.5)), 1e-15));
    CHECK_THAT((q * Eigen::Vector3d::UnitX()).eval(), near(Eigen::Vector3d::UnitY().eval(), 1e-15));
    CHECK_THAT(rotation_vector(q), near(Eigen::Vector3d(0, 0, std::numbers::pi / 2), 1e-15));
    // from 60 to 90 degrees about z
    const Eigen::Quaterniond from = rotation(Eigen::Vector3d(0, 0, std::numbers::pi / 3));
    CHECK_THAT(rotation_between(from, q), near(Eigen::Vector3d(0, 0, std::numbers::pi / 6), 1e-15));
}

TEMPLATE_TEST_CASE("rotation vectors survive the way to quaternions and back, from the smallest to pi", "", double, float) {
    using Scalar = TestType;
    const double tolerance = 8 * double(std::numeric_limits<Scalar>::epsilon()), pi = std::numbers::pi;
    for (const double angle : {0.0, 1e-38, 1e-30, 1e-20, 1e-10, 1e-4, 0.1, 1.0, 3.0, pi - 1e-3, pi - 1e-6}) {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const Eigen::Vector3d axis = primore_test::normal_matrix(3, 1, seed).normalized();
            const Eigen::Vector3<Scalar> vector = (angle * axis).template cast<Scalar>();
            const Eigen::Quaternion<Scalar> q = rotation(vector), minus(-q.w(), -q.x(), -q.y(), -q.z());
            CAPTURE(angle, seed);
            CHECK_THAT(q.norm(), near(Scalar(1), tolerance));
            const Eigen::Vector3<Scalar> back = rotation_vector(q);
            const Scalar scale = angle > 0 ? Scalar(angle) : Scalar(1);
            if (angle > 1e-37) CHECK_THAT((back / scale).eval(), near((vector / scale).eval(), tolerance));
            CHECK(std::abs(double(back.stableNorm()) - angle) <= tolerance * angle + 1e-44);  // one step of the smallest floats
            if (angle < 3.1415) CHECK(rotation_vector(minus) == back);  // float does not tell the last one from pi
        }
    }
}

TEST_CASE("beyond pi the way round the other side is shorter") {
    const Eigen::Vector3d axis = Eigen::Vector3d(1, -2, 2) / 3;
    CHECK_THAT(rotation_vector(rotation<double>(4 * axis)), near(((4 - 2 * std::numbers::pi) * axis).eval(), 1e-14));
    CHECK_THAT(rotation_vector(rotation<double>(std::numbers::pi * axis)).norm(), near(std::numbers::pi, 1e-15));
    CHECK_THAT(rotation_vector(rotation<double>(100 * std::numbers::pi * axis)), near(Eigen::Vector3d::Zero().eval(), 1e-13));
}

TEST_CASE("the rate of a rotation vector is its derivative along a rotation") {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        const Eigen::MatrixXd draw = primore_test::normal_matrix(3, 2, seed);
        const Eigen::Vector3d r = 0.3 * draw.col(0).normalized(), omega = draw.col(1);
        const double h = 1e-4;
        const auto at = [&](double time) { return rotation_vector<double>(rotation<double>(omega * time) * rotation(r)); };
        const Eigen::Vector3d difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        CHECK_THAT(rotation_vector_rate(r, omega), near(difference, 1e-7));
        const Eigen::Vector3d parallel = 3 * r;
        CHECK_THAT(rotation_vector_rate(r, parallel), near(parallel, 1e-15));
    }
    CHECK_THAT(rotation_vector_rate<double>(Eigen::Vector3d(0, 0, 0.1), Eigen::Vector3d(1, 0, 0)),  // -r x omega / 2, and -|r|^2 / 12
               near(Eigen::Vector3d(1 - 0.01 / 12 - 1e-4 / 720, -0.05, 0), 1e-15));
}
