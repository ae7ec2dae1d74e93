// SPDX-License-Identifier: MIT

// Pose DMPs and obstacle avoidance of movement_primitives

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/basis/normalized_rbf.hpp>
#include <primore/imitation/pose_imitation.hpp>
#include <primore/primitive/obstacle_avoidance.hpp>
#include <primore/primitive/pose_dmp.hpp>

#include "reference_mp/checks.hpp"

namespace primore_test {

namespace {

using Eigen::Index;
using primore::Pose;
using primore::PoseDmp;
using primore::PoseDmpIntegrator;
using primore::PoseSpace;

/// Functions of movement_primitives: no 1/2 in the exponent, and the last width is the one before.
template <typename Scalar>
primore::NormalizedRbf<Scalar> functions_of_mprim(Index count, double alpha_phase, double overlap) {
    const Eigen::ArrayXd scaled_times = Eigen::ArrayXd::LinSpaced(count, 0, 1);
    const Eigen::VectorXd centres = (-alpha_phase * scaled_times).exp();
    Eigen::VectorXd widths(count);
    widths.head(count - 1) = -2 * std::log(overlap) * (centres.tail(count - 1) - centres.head(count - 1)).array().square().inverse();
    widths(count - 1) = widths(count - 2);
    return primore::NormalizedRbf<Scalar>::from_centres(centres.template cast<Scalar>(), widths.template cast<Scalar>());
}

/// [T x D] positions by the Runge-Kutta scheme of order four, one step per time, from rest. `late`: the forcing term is taken one step
/// late, as movement_primitives takes it.
template <typename Acceleration>
Eigen::MatrixXd runge_kutta(const Eigen::VectorXd& times, const Eigen::VectorXd& start, bool late, Acceleration&& acceleration) {
    Eigen::MatrixXd positions(times.size(), start.size());
    Eigen::VectorXd y = start, v = Eigen::VectorXd::Zero(start.size());
    positions.row(0) = y.transpose();
    for (Index i = 1; i < times.size(); ++i) {
        const double h = times(i) - times(i - 1), t = late ? times(i) : times(i - 1);
        const Eigen::VectorXd a1 = acceleration(t, y, v), v2 = v + h / 2 * a1, a2 = acceleration(t + h / 2, y + h / 2 * v, v2);
        const Eigen::VectorXd v3 = v + h / 2 * a2, a3 = acceleration(t + h / 2, y + h / 2 * v2, v3), v4 = v + h * a3;
        const Eigen::VectorXd a4 = acceleration(t + h, y + h * v3, v4);
        y += h / 6 * (v + 2 * v2 + 2 * v3 + v4);
        v += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4);
        positions.row(i) = y.transpose();
    }
    return positions;
}

/// The differential equation of the position of a pose DMP, from start to goal [D], at a time of its forcing term.
auto position_equation(const PoseDmp<double>& dmp, const Eigen::VectorXd& start, const Eigen::VectorXd& goal) {
    return [&dmp, start, goal](double time, const Eigen::VectorXd& y, const Eigen::VectorXd& v) -> Eigen::VectorXd {
        const double tau = dmp.clock().duration, soft = dmp.options().smooth_scaling ? dmp.clock().at(time) : 0;
        return (dmp.attractor().stiffness * (goal - y - soft * (goal - start)) - dmp.attractor().damping * tau * v +
                dmp.forcing(time).head(y.size())) /
               (tau * tau);
    };
}

/// Every time, and so many equal parts in between.
Eigen::VectorXd refined(const Eigen::VectorXd& times, Index parts) {
    Eigen::VectorXd result((times.size() - 1) * parts + 1);
    for (Index i = 0; i + 1 < result.size(); ++i) {
        const double part = double(i % parts) / double(parts);
        result(i) = (1 - part) * times(i / parts) + part * times(i / parts + 1);
    }
    result(result.size() - 1) = times(times.size() - 1);
    return result;
}

template <typename Scalar, typename Row>
Pose<Scalar> pose(const Eigen::MatrixBase<Row>& row) {  // x, y, z, qw, qx, qy, qz
    const Eigen::Matrix<Scalar, 7, 1> p = row.template cast<Scalar>().reshaped();
    return {p.template head<3>(), Eigen::Quaternion<Scalar>(p(3), p(4), p(5), p(6))};
}

/// [T x 3] and [T x 4], the quaternions scalar first.
template <typename Scalar>
Eigen::MatrixX<Scalar> positions(const std::vector<Pose<Scalar>>& poses) {
    Eigen::MatrixX<Scalar> result(poses.size(), 3);
    for (std::size_t i = 0; i < poses.size(); ++i) result.row(Index(i)) = poses[i].position.transpose();
    return result;
}

template <typename Scalar>
Eigen::MatrixX<Scalar> orientations(const std::vector<Pose<Scalar>>& poses) {
    Eigen::MatrixX<Scalar> result(poses.size(), 4);
    for (std::size_t i = 0; i < poses.size(); ++i) {
        const Eigen::Quaternion<Scalar>& q = poses[i].orientation;
        result.row(Index(i)) << q.w(), q.x(), q.y(), q.z();
    }
    return result;
}

/// A recording with velocities and accelerations as the library takes them: central differences of the poses and again of the
/// velocities, one-sided at the ends; at rest at the end.
template <typename Scalar>
primore::TrajectoryOn<PoseSpace<Scalar>> recording(const ReferenceCase& c) {
    const Eigen::VectorXd times = c.vector("inputs.times");
    const Eigen::MatrixXd rows = c.matrix("inputs.pose");
    const Index last = times.size() - 1;
    std::vector<Pose<double>> poses;
    primore::TrajectoryOn<PoseSpace<Scalar>> result;
    for (Index i = 0; i <= last; ++i) {
        poses.push_back(pose<double>(rows.row(i)));
        result.points.push_back(pose<Scalar>(rows.row(i)));
    }
    Eigen::Matrix<double, Eigen::Dynamic, 6> velocities(times.size(), 6), accelerations(times.size(), 6);
    const auto before = [](Index i) { return std::max<Index>(i - 1, 0); };
    const auto after = [last](Index i) { return std::min(i + 1, last); };
    for (Index i = 0; i <= last; ++i) {
        const auto way = PoseSpace<double>::between(poses[std::size_t(before(i))], poses[std::size_t(after(i))]);
        velocities.row(i) = way.transpose() / (times(after(i)) - times(before(i)));
    }
    velocities.row(last).setZero();
    for (Index i = 0; i <= last; ++i) {
        accelerations.row(i) = (velocities.row(after(i)) - velocities.row(before(i))) / (times(after(i)) - times(before(i)));
    }
    accelerations.row(last).setZero();
    result.times = times.cast<Scalar>();
    result.velocities = velocities.cast<Scalar>();
    result.accelerations = accelerations.cast<Scalar>();
    return result;
}

template <typename Scalar>
PoseDmp<Scalar> pose_dmp(const ReferenceCase& c, PoseDmpIntegrator integrator) {
    primore::PoseDmpOptions<Scalar> options{.duration = number<Scalar>(c, "config.execution_time"),
                                            .alpha = number<Scalar>(c, "config.alpha_y"),
                                            .beta = number<Scalar>(c, "config.beta_y"),
                                            .alpha_phase = number<Scalar>(c, "config.alpha_z"),
                                            .smooth_scaling = flag(c, "config.smooth_scaling"),
                                            .integrator = integrator};
    if (integrator == PoseDmpIntegrator::euler) options.longest_step = number<Scalar>(c, "config.int_dt");
    PoseDmp<Scalar> dmp(
        options, functions_of_mprim<Scalar>(count(c, "config.n_weights_per_dim"), c.number("config.alpha_z"), c.number("config.overlap")));
    Eigen::MatrixXd weights(6, dmp.basis().count());
    weights << c.matrix("expected.weights_pos"), c.matrix("expected.weights_rot");
    dmp.set_weights(weights.cast<Scalar>());
    return dmp;
}

/// The motion to a goal against the columns of one expected table.
template <typename Scalar>
void check_poses(const ReferenceCase& c, const std::string& name, const Eigen::MatrixXd& ends, double tolerance) {
    const Eigen::VectorXd times = c.vector("expected." + name + "_times");
    const Eigen::MatrixXd expected = c.matrix("expected." + name + "_pose");
    const auto table = [&](const PoseDmp<Scalar>& dmp) {
        return dmp.table(times.cast<Scalar>(), dmp.begin(pose<Scalar>(ends.row(0)), pose<Scalar>(ends.row(1)))).points;
    };
    const auto poses = table(pose_dmp<Scalar>(c, PoseDmpIntegrator::euler));
    Eigen::MatrixX<Scalar> quaternions = orientations(poses);
    for (Index i = 0; i < quaternions.rows(); ++i) {
        if (quaternions.row(i).template cast<double>().dot(expected.row(i).tail(4)) < 0) quaternions.row(i) *= -1;
    }
    CHECK_THAT(quaternions, near(expected.rightCols(4), tolerance));
    if (c.text("config.step_function") == "euler") {
        CHECK_THAT(positions(poses), near(expected.leftCols(3), tolerance));
        return;
    }
    // The library's Runge-Kutta scheme takes the forcing term late: its numbers by the same scheme, and ours against one that does not.
    const PoseDmp<double> exact = pose_dmp<double>(c, PoseDmpIntegrator::accurate);
    const auto equation = position_equation(exact, ends.row(0).head(3).transpose(), ends.row(1).head(3).transpose());
    const Eigen::VectorXd start = ends.row(0).head(3).transpose();
    if constexpr (std::same_as<Scalar, double>)
        CHECK_THAT(runge_kutta(times, start, true, equation), near(expected.leftCols(3), tolerance));
    const Index parts = 40;
    const Eigen::MatrixXd truth = runge_kutta(refined(times, parts), start, false, equation)(Eigen::seq(0, Eigen::last, parts), Eigen::all);
    CHECK_THAT(positions(table(pose_dmp<Scalar>(c, PoseDmpIntegrator::accurate))), near(truth, tolerance));
}

template <typename Scalar>
void check_cartesian_dmp(const ReferenceCase& c, double tolerance) {
    const PoseDmp<Scalar> dmp = pose_dmp<Scalar>(c, PoseDmpIntegrator::euler);
    CHECK_THAT(imitation(dmp, recording<Scalar>(c)), near(dmp.weights(), std::same_as<Scalar, double> ? tolerance : 10 * tolerance));
    const Eigen::MatrixXd demonstration = c.matrix("inputs.pose");
    Eigen::MatrixXd ends(2, 7);
    ends << demonstration.row(0), demonstration.bottomRows(1);
    check_poses<Scalar>(c, "reproduced", ends, tolerance);
    ends.row(1) = c.vector("inputs.new_goal").transpose();
    check_poses<Scalar>(c, "new_goal", ends, tolerance);
}

template <typename Scalar>
primore::ObstacleAvoidance<Scalar> avoidance(const ReferenceCase& c, const std::string& obstacle, double part) {
    return primore::ObstacleAvoidance<Scalar>({.obstacles = vector<Scalar>(c, obstacle),
                                               .strength = static_cast<Scalar>(part * c.number("config.gamma")),
                                               .angular_decay = number<Scalar>(c, "config.beta"),
                                               .denominator_floor = Scalar(std::same_as<Scalar, double> ? 1e-10 : 0)});
}

/// The movement of positions [D], D <= 3, with the other axes of a pose at rest.
template <typename Scalar>
PoseDmp<Scalar> position_dmp(const ReferenceCase& c) {
    PoseDmp<Scalar> dmp({.duration = number<Scalar>(c, "config.dmp.execution_time"),
                         .alpha = number<Scalar>(c, "config.dmp.alpha_y"),
                         .beta = number<Scalar>(c, "config.dmp.beta_y"),
                         .alpha_phase = number<Scalar>(c, "config.dmp.forcing_term.alpha_z"),
                         .smooth_scaling = flag(c, "config.dmp.smooth_scaling"),
                         .integrator = PoseDmpIntegrator::euler,
                         .longest_step = number<Scalar>(c, "config.dmp.int_dt")},
                        primore::NormalizedRbf<Scalar>::from_centres(vector<Scalar>(c, "config.dmp.forcing_term.centers"),
                                                                     2 * vector<Scalar>(c, "config.dmp.forcing_term.widths")));
    Eigen::Matrix<Scalar, 6, Eigen::Dynamic> weights = Eigen::Matrix<Scalar, 6, Eigen::Dynamic>::Zero(6, dmp.basis().count());
    weights.topRows(count(c, "config.n_dims")) = matrix<Scalar>(c, "config.dmp.forcing_term.weights");
    dmp.set_weights(weights);
    return dmp;
}

template <typename Scalar>
void check_obstacle_avoidance(const ReferenceCase& c, double tolerance) {
    using Vector = Eigen::VectorX<Scalar>;
    const Eigen::MatrixX<Scalar> position = matrix<Scalar>(c, "inputs.query_pos"), velocity = matrix<Scalar>(c, "inputs.query_vel");
    const auto query = avoidance<Scalar>(c, "inputs.query_obstacle", 1);
    Eigen::MatrixX<Scalar> found = Eigen::MatrixX<Scalar>::Zero(position.rows(), position.cols());
    for (Index row = 0; row < position.rows(); ++row) {
        Vector acceleration = Vector::Zero(position.cols());
        query(position.row(row).transpose(), velocity.row(row).transpose(), acceleration);
        found.row(row) = acceleration.transpose();
    }
    CHECK_THAT(found, near(c.matrix("expected.query_acc"), tolerance));

    // The library adds the term to those that it divides by the square of the execution time.
    const Index dims = count(c, "config.n_dims");
    const double tau = c.number("config.dmp.execution_time");
    const auto avoid = avoidance<Scalar>(c, "inputs.dmp_obstacle", 1 / (tau * tau));
    const auto coupling = [&](const Pose<Scalar>& pose, const auto& rate, auto& sum) noexcept {
        Vector acceleration = Vector::Zero(dims);
        avoid(pose.position.head(dims), rate.head(dims), acceleration);
        sum.head(dims) += acceleration;
    };
    const PoseDmp<Scalar> dmp = position_dmp<Scalar>(c);
    Pose<Scalar> start, goal;
    start.position.head(dims) = vector<Scalar>(c, "inputs.dmp_start");
    goal.position.head(dims) = vector<Scalar>(c, "inputs.dmp_goal");
    const Eigen::VectorXd times = c.vector("expected.dmp_times");
    if (c.text("config.dmp.step_function") == "euler") {
        const auto poses = dmp.table(times.cast<Scalar>(), dmp.begin(start, goal), coupling).points;
        CHECK_THAT(positions(poses).leftCols(dims), near(c.matrix("expected.dmp_pos"), tolerance));
        return;
    }
    const PoseDmp<double> exact = position_dmp<double>(c);
    const auto around = avoidance<double>(c, "inputs.dmp_obstacle", 1 / (tau * tau));
    const auto equation = position_equation(exact, c.vector("inputs.dmp_start"), c.vector("inputs.dmp_goal"));
    const auto coupled = [&](double time, const Eigen::VectorXd& y, const Eigen::VectorXd& v) {
        Eigen::VectorXd acceleration = equation(time, y, v);
        around(y, v, acceleration);
        return acceleration;
    };
    CHECK_THAT(runge_kutta(times, c.vector("inputs.dmp_start"), true, coupled), near(c.matrix("expected.dmp_pos"), tolerance));
}

}  // namespace

void add_pose_checks(Checks& checks) {
    checks["mprim_cartesian_dmp"] = {check_cartesian_dmp<double>, check_cartesian_dmp<float>, 1e-4};
    checks["mprim_obstacle_avoidance"] = {check_obstacle_avoidance<double>, check_obstacle_avoidance<float>, 1e-4};
}

}  // namespace primore_test
