// SPDX-License-Identifier: MIT
#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/task_conditioning.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"
#include "support/polynomial_primitive.hpp"

using primore::condition_on_task;
using primore::TaskObservation;
using primore::TaskPoint;
using primore_test::one;
using primore_test::polynomials;

namespace {

/// The tip of a planar arm whose links are 1 m long; each joint turns against the link before it.
template <typename Scalar>
TaskPoint<Scalar> planar_tip(const Eigen::VectorX<Scalar>& q) {
    TaskPoint<Scalar> tip{Eigen::VectorX<Scalar>::Zero(2), Eigen::MatrixX<Scalar>::Zero(2, q.size())};
    Scalar angle = 0;
    for (Eigen::Index link = 0; link < q.size(); ++link) {
        angle += q(link);
        tip.value += Eigen::Vector2<Scalar>(std::cos(angle), std::sin(angle));
        tip.jacobian.leftCols(link + 1).colwise() += Eigen::Vector2<Scalar>(-std::sin(angle), std::cos(angle));
    }
    return tip;
}

const auto tip_of = [](const Eigen::VectorXd& q) { return planar_tip<double>(q); };
static_assert(primore::TaskFunction<decltype(tip_of), double>);
static_assert(!primore::TaskFunction<decltype([](const Eigen::VectorXd& q) { return q; }), double>);

/// ln of the density of weights and of the noise that they need, up to a constant: what the new mean maximises.
template <typename Distribution>
double log_posterior(const Distribution& prior, const Eigen::VectorXd& weights, const std::vector<TaskObservation<double>>& observations) {
    double result = prior.weights().log_density(weights);
    for (const auto& observation : observations) {
        const Eigen::VectorXd q = prior.trajectory(one(observation.time), weights).positions.row(0).transpose();
        result -= 0.5 * (tip_of(q).value - observation.value).squaredNorm() / observation.noise(0, 0);
    }
    return result;
}

}  // namespace

TEST_CASE("conditioning on no task changes nothing") {
    const auto prior = polynomials();
    const auto result = condition_on_task(prior, {}, tip_of);
    CHECK(result.converged);
    CHECK(result.distances.size() == 0);
    CHECK(result.distribution.weights().covariance == prior.weights().covariance);
}

TEST_CASE("conditioning on a linear task is conditioning on its joints") {
    const Eigen::Matrix2d a{{1, 2}, {-1, 3}};
    const auto task = [&](const Eigen::VectorXd& q) { return TaskPoint<double>{a * q, a}; };
    const auto prior = polynomials();
    const Eigen::Vector2d q(4, -2);
    // a q observed with noise a R a' is q observed with noise R
    const Eigen::Matrix2d noise{{0.2, 0.1}, {0.1, 0.4}};
    const auto in_task = condition_on_task(prior, {{.time = 0.8, .value = a * q, .noise = a * noise * a.transpose()}}, task);
    const auto in_joints = condition(prior, {{.time = 0.8, .value = q, .noise = noise}});
    CHECK(in_task.converged);
    CHECK(in_task.iterations < 10);
    CHECK_THAT(in_task.distribution.weights().mean, near(in_joints.weights().mean, 1e-12));
    CHECK_THAT(in_task.distribution.weights().covariance, near(in_joints.weights().covariance, 1e-12));
}

TEMPLATE_TEST_CASE("the tip of a planar arm reaches its points", "", float, double) {
    const bool is_float = std::is_same_v<TestType, float>;
    const TestType variance = is_float ? TestType(1e-4) : TestType(1e-12);
    for (const Eigen::Index dofs : {3, 6}) {
        const auto prior = polynomials<TestType, Eigen::Dynamic>(3 * dofs, dofs);
        const std::vector<TaskObservation<TestType>> observations{
            {.time = TestType(0.5), .value = Eigen::Vector2<TestType>(1, TestType(1.5)), .noise = one(variance)},
            {.time = TestType(1.6), .value = Eigen::Vector2<TestType>(-1, TestType(0.5)), .noise = one(variance)}};
        const auto result = condition_on_task(prior, observations, planar_tip<TestType>);
        CHECK(result.converged);
        CHECK(result.iterations < 200);
        CHECK(result.distances.maxCoeff() < 3 * std::sqrt(variance));
        for (const auto& observation : observations) {  // the new mean is there, and the tip varies by no more than the noise
            const auto state = result.distribution.at(observation.time);
            const auto tip = planar_tip<TestType>(state.mean.head(dofs));
            CHECK((tip.value - observation.value).norm() < 5 * std::sqrt(variance));
            const Eigen::MatrixX<TestType> covariance =
                tip.jacobian * state.covariance.topLeftCorner(dofs, dofs) * tip.jacobian.transpose();
            CHECK(covariance.diagonal().maxCoeff() < 2 * variance);
        }
        // a redundant arm stays free in what the task does not see
        CHECK(result.distribution.at(TestType(0.5)).covariance.topLeftCorner(dofs, dofs).trace() > TestType(0.1));
    }
}

TEST_CASE("the new mean is the most probable movement, the covariance the curvature there") {
    const auto prior = polynomials<double, Eigen::Dynamic>(9, 3);
    const std::vector<TaskObservation<double>> observations{{.time = 0.5, .value = Eigen::Vector2d(1, 1.5), .noise = one(0.01)},
                                                            {.time = 1.2, .value = Eigen::Vector2d(0, -2), .noise = one(0.04)}};
    const auto result = condition_on_task(prior, observations, tip_of);
    REQUIRE(result.converged);
    const Eigen::VectorXd mean = result.distribution.weights().mean;
    const double h = 1e-4, best = log_posterior(prior, mean, observations);
    for (Eigen::Index i = 0; i < 9; ++i) {
        const Eigen::VectorXd step = h * Eigen::VectorXd::Unit(9, i);
        const double before = log_posterior(prior, mean - step, observations), after = log_posterior(prior, mean + step, observations);
        CHECK_THAT((after - before) / (2 * h), WithinAbs(0, 1e-4 * std::abs(2 * best - before - after) / (h * h)));
    }
    // with H the linearised task there: S - S H' (R + H S H')^-1 H S
    Eigen::MatrixXd task = Eigen::MatrixXd::Zero(4, 9), noise = Eigen::Vector4d(0.01, 0.01, 0.04, 0.04).asDiagonal();
    for (Eigen::Index k = 0; k < 2; ++k) {
        const double z = observations[std::size_t(k)].time / 2;
        const Eigen::VectorXd q = result.distribution.at(2 * z).mean.head(3);
        for (Eigen::Index dof = 0; dof < 3; ++dof) {
            task.block(2 * k, 3 * dof, 2, 3) = tip_of(q).jacobian.col(dof) * Eigen::RowVector3d(1, z, z * z);
        }
    }
    const Eigen::MatrixXd s = prior.weights().covariance, cross = s * task.transpose(), back = cross.transpose();
    CHECK_THAT(result.distribution.weights().covariance,
               near(s - cross * Eigen::MatrixXd(primore_test::inverse(noise + task * cross) * back), 1e-8));
}

TEST_CASE("a point out of reach is approached, and reported") {
    const auto prior = polynomials<double, Eigen::Dynamic>(9, 3);
    for (const double variance : {1e-2, 1e-8}) {
        CAPTURE(variance);
        const auto result = condition_on_task(prior, {{.time = 0.5, .value = Eigen::Vector2d(3, 4), .noise = one(variance)}}, tip_of);
        const auto& weights = result.distribution.weights();
        CHECK(result.converged);
        CHECK(result.iterations < 30);  // measured: 9 and 13
        CHECK(weights.mean.allFinite());
        CHECK(weights.covariance.allFinite());
        CHECK(primore_test::eigenvalues(weights.covariance).minCoeff() > -1e-12);
        // the arm is 3 m long, the point 5 m away: 2 m are missing, and the arm points there
        CHECK_THAT(result.distances(0), WithinAbs(2, 1e-2));
        CHECK_THAT(tip_of(result.distribution.at(0.5).mean.head(3)).value, near(Eigen::Vector2d(1.8, 2.4), 3e-2));
    }
    const auto hasty =
        condition_on_task(prior, {{.time = 0.5, .value = Eigen::Vector2d(1, 1), .noise = one(1e-8)}}, tip_of, {.max_iterations = 1});
    CHECK_FALSE(hasty.converged);
    CHECK(hasty.iterations == 1);
    CHECK(hasty.distribution.weights().mean.allFinite());
}

TEST_CASE("points just out of reach, or at its very end, are conditioned on to convergence") {
    const auto prior = polynomials<double, Eigen::Dynamic>(9, 3);
    for (const double length : {3.0, 3.3, 9.0}) {
        for (const double variance : {1.0, 1e-2, 1e-4, 1e-6}) {
            CAPTURE(length, variance);
            const std::vector<TaskObservation<double>> observations{
                {.time = 0.6, .value = Eigen::Vector2d(length, 0.2), .noise = one(variance)},
                {.time = 0.2, .value = Eigen::Vector2d(length / 2, 0.1), .noise = one(variance)}};
            const auto result = condition_on_task(prior, observations, tip_of);
            CHECK(result.converged);
            CHECK(result.iterations < 60);  // measured: 8 to 49
            // no direction improves the density: central differences, relative to its size
            const Eigen::VectorXd mean = result.distribution.weights().mean;
            const Eigen::MatrixXd root = prior.weights().root().matrix();
            const double size = 1 + std::abs(log_posterior(prior, mean, observations)), h = 1e-6;
            for (Eigen::Index k = 0; k < root.cols(); ++k) {
                const double after = log_posterior(prior, mean + h * root.col(k), observations);
                const double before = log_posterior(prior, mean - h * root.col(k), observations);
                CHECK(std::abs(after - before) / (2 * h) < 1e-5 * size);
            }
        }
    }
}

TEST_CASE("a task conditions singular distributions where they are free") {
    const auto prior = polynomials<double, Eigen::Dynamic>(2, 3);  // two numbers decide the whole movement
    const Eigen::VectorXd possible = prior.weights().mean + 0.3 * primore_test::normal_matrix(9, 2, 5).col(0);
    const Eigen::VectorXd q = prior.trajectory(one(0.5), possible).positions.row(0).transpose();
    const auto result = condition_on_task(prior, {{.time = 0.5, .value = tip_of(q).value, .noise = one(1e-10)}}, tip_of);
    CHECK(result.converged);
    CHECK(result.distances(0) < 1e-4);
    CHECK(result.distribution.weights().covariance.trace() < 1e-6 * prior.weights().covariance.trace());
    CHECK_NOTHROW(result.distribution.weights().root());
}

TEST_CASE("conditioning on a task refuses what it cannot use") {
    const auto prior = polynomials<double, Eigen::Dynamic>(9, 3);
    const Eigen::Vector2d value(1, 2);
    const auto refused = [&](const TaskObservation<double>& observation, const std::string& sentence) {
        CHECK_THROWS_MATCHES(condition_on_task(prior, {observation}, tip_of), std::invalid_argument, Message(sentence));
    };
    refused({.value = value, .noise = one(0.0)},
            "condition_on_task: the noise is singular, expected positive definite: a small variance where the task is exact");
    refused({.value = value}, "condition_on_task: observations[0].noise.rows() has size 0, expected 2 (the size of its value; or 1)");
    refused({.value = Eigen::Vector3d(1, 2, 3), .noise = one(1.0)},
            "condition_on_task: observations[0].value has size 3, expected 2 (the size of what the function returns)");
    refused({.value = Eigen::Vector2d(1, NAN), .noise = one(1.0)},
            "condition_on_task: observations[0].value[1] is nan, expected a finite number");
    const auto broken = [](const Eigen::VectorXd&) { return TaskPoint<double>{Eigen::Vector2d(NAN, 0), Eigen::MatrixXd::Zero(2, 3)}; };
    CHECK_THROWS_MATCHES(condition_on_task(prior, {{.value = value, .noise = one(1.0)}}, broken), std::invalid_argument,
                         Message("condition_on_task: the function at the mean[0] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(condition_on_task(prior, {{.value = value, .noise = one(1.0)}}, tip_of, {.max_iterations = 0}),
                         std::invalid_argument, Message("condition_on_task: max_iterations is 0, expected at least 1"));
}
