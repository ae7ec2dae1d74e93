// SPDX-License-Identifier: MIT
#include <primore/motion/motion_jet.hpp>

#include <cmath>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/harmonic_motion.hpp"
#include "support/near.hpp"

TEMPLATE_TEST_CASE("the derivatives of sines and cosines, from border to border", "", float, double) {
    using Scalar = TestType;
    using Motion = primore_test::HarmonicMotion<Scalar>;
    const Motion motion{.rate = 1, .drift = 5, .to = 3};
    primore::MotionJet<Motion> jet(motion, 1, 2);
    auto now = jet.empty();
    for (int i = 0; i <= 20; ++i) {
        const Scalar t = 1 + Scalar(i) / 20, s = std::sin(t), c = std::cos(t);
        jet.evaluate(t, jet.step(1), now);
        const Eigen::Matrix<Scalar, 2, 5> expected{{2 * s + 5 * t, 2 * c + 5, -2 * s, -2 * c, 2 * s}, {c, -s, -c, s, c}};
        CHECK_THAT(now.leftCols(3), near(expected.leftCols(3), 0));
        CHECK_THAT(now.col(3), near(expected.col(3), sizeof(Scalar) == 4 ? 2e-5 : 3e-12));
        CHECK_THAT(now.col(4), near(expected.col(4), sizeof(Scalar) == 4 ? 2e-3 : 2e-8));
    }
}

TEST_CASE("a jet does not look outside its interval") {
    struct Kinked : primore_test::HarmonicMotion<double> {  // something else happens outside of [1, 2]
        void evaluate(double t, primore::Setpoint<double, 2>& setpoint) const noexcept {
            HarmonicMotion::evaluate(t, setpoint);
            if (t < 1 - 1e-15 || t > 2 + 1e-15) setpoint.acceleration.setConstant(NAN);
        }
    };
    primore::MotionJet<Kinked> jet(Kinked{}, 1, 2);
    auto now = jet.empty();
    for (const double t : {1.0, 1.0001, 1.5, 1.9999, 2.0}) {
        for (const double step : {1e-3, 10.0}) {  // however long the step that was asked for
            jet.evaluate(t, step, now);
            CHECK(now.allFinite());
        }
    }
}

TEST_CASE("an interval without length has no jerk") {
    const primore_test::HarmonicMotion<double> motion;
    primore::MotionJet jet(motion, 0.5, 0.5);
    auto now = jet.empty();
    jet.evaluate(0.5, 1e-3, now);
    CHECK(now.col(3).isZero());
    CHECK_THAT(now(1, 0), near(std::cos(0.5), 1e-15));
}
