// SPDX-License-Identifier: MIT
#include <primore/imitation/pose_imitation.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::differentiated;
using primore::imitation;
using primore::Pose;
using primore::PoseDmp;
using primore::PoseSpace;
using primore::rotation;

namespace {

/// A reach with a turn, both at rest at 0 and 1 s, in unequal steps; some of the quaternions with the other sign.
template <typename Scalar>
primore::TrajectoryOn<PoseSpace<Scalar>> recorded_reach(Eigen::Index count) {
    Eigen::VectorX<Scalar> times(count);
    std::vector<Pose<Scalar>> poses;
    for (Eigen::Index i = 0; i < count; ++i) {
        const double u = double(i) / double(count - 1), t = u + 0.05 * std::sin(6.283185307179586 * u),
                     s = t * t * t * (10 + t * (6 * t - 15));
        Eigen::Quaterniond q = rotation<double>(Eigen::Vector3d(s, -0.5 * s * s, 0)) * rotation<double>(Eigen::Vector3d(0, 0.3, 1.2 * s));
        if (i % 7 == 3) q.coeffs() *= -1;
        times(i) = Scalar(t);
        poses.push_back({Eigen::Vector3d(s, std::sin(2 * s), -s * s).template cast<Scalar>(), q.cast<Scalar>()});
    }
    return differentiated<PoseSpace<Scalar>>(times, poses);
}

}  // namespace

TEST_CASE("a recorded motion is differentiated through three samples") {
    // y = t^2 and a turn by t^2 about x at unequal times: exact in the middle, 2 t and 2; and so at the ends of a parabola
    const Eigen::Vector4d times(0, 0.1, 0.3, 0.35);
    std::vector<Pose<double>> poses;
    for (const double t : times) poses.push_back({{t * t, 0, 0}, rotation(Eigen::Vector3d(t * t, 0, 0))});
    const auto motion = differentiated<PoseSpace<double>>(times, poses);
    Eigen::MatrixXd velocities = Eigen::MatrixXd::Zero(4, 6), accelerations = velocities;
    velocities.col(0) = velocities.col(3) = 2 * times;
    accelerations.col(0) = accelerations.col(3) = Eigen::Vector4d::Constant(2);
    CHECK_THAT(motion.velocities, near(velocities, 1e-13));
    CHECK_THAT(motion.accelerations, near(accelerations, 1e-12));
}

TEST_CASE("velocities and accelerations of a recorded motion have errors of second order") {
    PoseDmp<double> dmp({.basis_count = 5});
    dmp.set_weights(100 * primore_test::normal_matrix(6, 5, 3));
    const auto start = dmp.begin({}, {Eigen::Vector3d(1, 0, 0), rotation(Eigen::Vector3d(0, 1, 1))}, Eigen::Matrix<double, 6, 1>::Ones());
    double last = 0;
    for (const Eigen::Index count : {200, 400, 800}) {
        const auto exact = dmp.table(Eigen::VectorXd::LinSpaced(count + 1, 0.1, 1.1), start);
        const auto found = differentiated<PoseSpace<double>>(exact.times, exact.points);
        const double error = (found.velocities - exact.velocities).cwiseAbs().maxCoeff() +
                             (found.accelerations - exact.accelerations).middleRows(1, count - 1).cwiseAbs().maxCoeff();
        if (count > 200) CHECK(last / error > 3.5);
        last = error;
    }
}

TEST_CASE("imitation finds the weights of a pose DMP in its own motion") {
    for (const bool smooth : {false, true}) {
        const primore::PoseDmpOptions<double> options{
            .duration = 1.5, .delay = 0.3, .basis_count = 6, .alpha = 15, .beta = 3, .alpha_phase = 2, .smooth_scaling = smooth};
        PoseDmp<double> dmp(options);
        dmp.set_weights(50 * primore_test::normal_matrix(6, 6, 3));
        const auto start = dmp.begin({}, {Eigen::Vector3d(1, 2, 3), rotation(Eigen::Vector3d(0, 1, 1))});
        auto motion = dmp.table(Eigen::VectorXd::LinSpaced(100, 0.3, 30), start);  // to where it rests at its goal
        CHECK_THAT(imitation(dmp, motion), near(dmp.weights(), 1e-7));
        motion.times.array() += 10;  // the clock of the recording does not matter
        CHECK_THAT(imitation(dmp, motion), near(dmp.weights(), 1e-7));
        CHECK(imitation(dmp, motion, 1e6).norm() < 0.1 * dmp.weights().norm());
    }
}

TEMPLATE_TEST_CASE("a recorded reach is repeated, and led to another goal", "", double, float) {
    using Scalar = TestType;
    const auto recording = recorded_reach<Scalar>(200);
    PoseDmp<Scalar> dmp({.basis_count = 25});
    dmp.set_weights(imitation(dmp, recording, Scalar(1e-6)));
    const auto state = dmp.begin(recording.points.front(), recording.points.back(), recording.velocities.row(0).transpose());
    const auto repeated = dmp.table(recording.times, state);
    double worst = 0;
    for (std::size_t i = 0; i < recording.points.size(); ++i) {
        worst = std::max(worst, double(PoseSpace<Scalar>::between(repeated.points[i], recording.points[i]).norm()));
    }
    CHECK(worst < 4e-3);
    const Pose<Scalar> goal{{2, 1, 0}, rotation(Eigen::Vector3<Scalar>(1, -1, 0))};
    const auto other = dmp.table(Eigen::VectorX<Scalar>::Constant(1, 3), dmp.begin(recording.points.front(), goal));
    CHECK_THAT(PoseSpace<Scalar>::between(other.points.back(), goal), near(Eigen::MatrixXd::Zero(6, 1).eval(), 2e-3));
}

TEST_CASE("imitation says what it cannot use") {
    const PoseDmp<double> dmp({.basis_count = 4});
    const auto reach = recorded_reach<double>(10);
    auto broken = reach;
    broken.velocities.conservativeResize(9, 6);
    CHECK_THROWS_MATCHES(imitation(dmp, broken), std::invalid_argument,
                         Message("imitation: velocities.rows() has size 9, expected 10 (the size of times)"));
    broken = reach;
    broken.points[4].orientation.coeffs() *= 2;
    CHECK_THROWS_MATCHES(imitation(dmp, broken), std::invalid_argument,
                         Message("imitation: points[4].orientation.norm() is 2, expected 1, within 0.01"));
    CHECK_THROWS_MATCHES(imitation(dmp, recorded_reach<double>(3)), std::invalid_argument,
                         Message("imitation: regularization is 0, expected more, because the samples do not determine all weights"));
    CHECK_THROWS_MATCHES(imitation(dmp, reach, -1.0), std::invalid_argument,
                         Message("imitation: regularization is -1, expected a finite number that is not negative"));
    const std::vector<Pose<double>> poses(3);
    CHECK_THROWS_MATCHES(differentiated<PoseSpace<double>>(Eigen::Vector3d(0, 1, 1), poses), std::invalid_argument,
                         Message("differentiated: times[2] is 1, expected more than 1, the time before"));
    CHECK_THROWS_MATCHES(differentiated<PoseSpace<double>>(Eigen::Vector4d(0, 1, 2, 3), poses), std::invalid_argument,
                         Message("differentiated: points has size 3, expected 4 (the size of times)"));
    CHECK_THROWS_MATCHES(differentiated<PoseSpace<double>>(Eigen::Vector2d(0, 1), poses), std::invalid_argument,
                         Message("differentiated: the size of times is 2, expected at least 3"));
}
