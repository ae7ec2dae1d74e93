// SPDX-License-Identifier: MIT
#include <primore/primitive/rotation_jacobian.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/primitive/unit_quaternion.hpp>

#include "support/auto_diff.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::rotation_jacobian;
using primore::rotation_vector_jacobian;
using primore::RotationVectorRateJacobian;
using primore_test::Dual;

TEST_CASE("the Jacobian of a rotation by 90 degrees about z, and its inverse") {
    // J = I + 1 / a^2 [r] + (a - 1) / a^3 [r]^2 with r = (0, 0, a), a = pi / 2: in x and y 1 - (a - 1) / a = 1 / a beside -+ 1 / a
    const double a = std::numbers::pi / 2;
    Eigen::Matrix3d expected, inverse;
    expected << 1 / a, -1 / a, 0, 1 / a, 1 / a, 0, 0, 0, 1;
    inverse << a / 2, a / 2, 0, -a / 2, a / 2, 0, 0, 0, 1;
    CHECK_THAT(rotation_jacobian(Eigen::Vector3d(0, 0, a)), near(expected, 1e-15));
    CHECK_THAT(rotation_vector_jacobian(Eigen::Vector3d(0, 0, a)), near(inverse, 1e-15));
}

TEMPLATE_TEST_CASE("the Jacobians of rotations are inverse to each other, and those of the opposite are transposed", "", double, float) {
    using Scalar = TestType;
    const double tolerance = 8 * double(std::numeric_limits<Scalar>::epsilon());
    for (const double angle : {0.0, 1e-30, 1e-4, 0.0999, 0.1001, 1.0, 3.0, std::numbers::pi}) {
        const Eigen::Vector3<Scalar> r = (angle * primore_test::normal_matrix(3, 1, 1).normalized()).template cast<Scalar>();
        const Eigen::Matrix3<Scalar> jacobian = rotation_jacobian(r), inverse = rotation_vector_jacobian(r);
        CAPTURE(angle);
        CHECK_THAT(jacobian * inverse, near(Eigen::Matrix3d::Identity().eval(), tolerance));
        CHECK_THAT(rotation_jacobian<Scalar>(-r), near(jacobian.transpose(), tolerance));
        CHECK_THAT(jacobian, near((primore::rotation(r).toRotationMatrix() * jacobian.transpose()).eval(), tolerance));
    }
}

TEST_CASE("the Jacobians of rotations agree with automatic differentiation") {
    for (const double angle : {0.0, 1e-9, 1e-4, 0.009, 0.011, 0.0999, 0.1001, 1.0, 3.0, std::numbers::pi - 1e-6}) {
        const Eigen::MatrixXd draw = primore_test::normal_matrix(3, 2, std::uint32_t(1000 * angle));
        const Eigen::Vector3d r = angle * draw.col(0).normalized(), omega = draw.col(1);
        const Eigen::Vector3<Dual> of_r = primore_test::variables(r, 0, 6), of_omega = primore_test::variables(omega, 3, 6);
        const Eigen::Quaternion<Dual> back(Eigen::Vector4<Dual>(primore::rotation(r).conjugate().coeffs().cast<Dual>()));
        const Eigen::Quaternion<Dual> there(Eigen::Vector4<Dual>(primore::rotation(r).coeffs().cast<Dual>()));
        const Eigen::Vector3<Dual> little = of_omega - omega.cast<Dual>();
        CAPTURE(angle);
        CHECK_THAT(rotation_jacobian(r),
                   near(primore_test::jacobian_of(primore::rotation_vector<Dual>(primore::rotation(of_r) * back), 6).leftCols(3), 1e-12));
        CHECK_THAT(
            rotation_vector_jacobian(r),
            near(primore_test::jacobian_of(primore::rotation_vector<Dual>(primore::rotation(little) * there), 6).rightCols(3), 1e-12));
        const auto rate = RotationVectorRateJacobian<double>::at(r, omega);
        const Eigen::MatrixXd expected = primore_test::jacobian_of(primore::rotation_vector_rate(of_r, of_omega), 6);
        CHECK_THAT(rate.of_vector, near(expected.leftCols(3), 1e-14));
        CHECK_THAT(rate.of_velocity, near(expected.rightCols(3), 1e-14));
    }
}
