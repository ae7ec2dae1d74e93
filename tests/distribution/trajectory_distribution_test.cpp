// SPDX-License-Identifier: MIT
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <type_traits>

#include <Eigen/Core>

#include <primore/distribution/trajectory_distribution.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/polynomial_primitive.hpp"

using Eigen::Index;
using primore::WeightDistribution;
using primore_test::numbers;
using primore_test::PolynomialPrimitive;
using primore_test::Polynomials;
using primore_test::polynomials;

static_assert(primore::LinearPrimitive<PolynomialPrimitive<double, 2>, double>);

TEST_CASE("mean and covariance of a parabola with random coefficients") {
    // At 1 s of 2 s, z = 1/2: y = w_1 + w_2 / 2 + w_3 / 4, v = (w_2 + w_3) / 2, a = w_3 / 2.
    const PolynomialPrimitive<double, Eigen::Dynamic> primitive(1, {.duration = 2});
    const WeightDistribution<double> weights{Eigen::Vector3d(1, 2, 4), Eigen::Vector3d(1, 4, 16).asDiagonal()};
    const Polynomials<double, Eigen::Dynamic> distribution(primitive, weights);
    const Eigen::VectorXd at_1 = Eigen::VectorXd::Ones(1);
    const auto mean = distribution.mean(at_1);
    CHECK_THAT(mean.positions, near(Eigen::VectorXd::Constant(1, 3), 1e-15));
    CHECK_THAT(mean.velocities, near(Eigen::VectorXd::Constant(1, 3), 1e-15));
    CHECK_THAT(mean.accelerations, near(Eigen::VectorXd::Constant(1, 2), 1e-15));
    const auto state = distribution.at(1);
    CHECK_THAT(state.mean, near(Eigen::Vector3d(3, 3, 2), 1e-15));
    CHECK_THAT(state.covariance, near(Eigen::Matrix3d{{3, 3, 2}, {3, 5, 4}, {2, 4, 4}}, 1e-15));
    CHECK_THAT(state.without_acceleration().covariance, near(Eigen::Matrix2d{{3, 3}, {3, 5}}, 1e-15));
    CHECK_THAT(distribution.standard_deviations(at_1), near(Eigen::VectorXd::Constant(1, std::sqrt(3.0)), 1e-15));
    CHECK_THAT(distribution.standard_deviations(at_1, 1, 0.25), near(Eigen::VectorXd::Constant(1, 2.5), 1e-15));
}

TEMPLATE_TEST_CASE("the covariance between degrees of freedom, times and derivatives is that of the weights", "", float, double) {
    using Scalar = TestType;
    using Matrix = Eigen::MatrixX<Scalar>;
    const double tolerance = std::is_same_v<Scalar, float> ? 2e-6 : 1e-14;
    const auto distribution = polynomials<Scalar>();
    const Eigen::VectorX<Scalar> times = Eigen::VectorX<Scalar>::LinSpaced(70, 0, 3);
    const auto table = distribution.table(times);
    const auto whole = [&](int order) {  // [T D x P D]
        Matrix rows = Matrix::Zero(140, 6);
        rows.topLeftCorner(70, 3) = rows.bottomRightCorner(70, 3) = table.weights_of_order(order);
        return rows;
    };
    for (const int row_order : {0, 1, 2}) {
        for (const int column_order : {0, 1, 2}) {
            const Matrix covariance = distribution.covariance(times, {.row_order = row_order, .column_order = column_order});
            CHECK_THAT(covariance,
                       near((whole(row_order) * distribution.weights().covariance * whole(column_order).transpose()).eval(), tolerance));
        }
        const Matrix covariance = distribution.covariance(times, {.row_order = row_order, .column_order = row_order});
        CHECK_THAT(distribution.standard_deviations(times, row_order).reshaped().eval(),
                   near(covariance.diagonal().cwiseSqrt().eval(), tolerance));
    }
}

TEST_CASE("the state at one time has the covariances of the tables") {
    const auto distribution = polynomials();
    const Eigen::VectorXd time = Eigen::VectorXd::Constant(1, 0.7);
    const auto state = distribution.at(0.7);
    const auto mean = distribution.mean(time);
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            CHECK_THAT(state.covariance.block(2 * i, 2 * j, 2, 2),
                       near(distribution.covariance(time, {.row_order = i, .column_order = j}), 1e-15));
        }
    }
    CHECK_THAT(
        state.mean,
        near((Eigen::VectorXd(6) << mean.positions.transpose(), mean.velocities.transpose(), mean.accelerations.transpose()).finished(),
             1e-15));
}

TEST_CASE("cross-covariances are the time derivatives of covariances") {
    const auto distribution = polynomials(4);
    const double h = 1e-5;
    const Eigen::Vector3d around(0.8 - h, 0.8, 0.8 + h);
    const Eigen::MatrixXd position = distribution.covariance(around), velocity_position = distribution.covariance(around, {.row_order = 1});
    const Eigen::MatrixXd acceleration_position = distribution.covariance(around, {.row_order = 2});
    for (const Index column : {0, 1, 2, 3, 4, 5}) {
        CHECK_THAT(velocity_position(1, column), near((position(2, column) - position(0, column)) / (2 * h), 1e-9));
        CHECK_THAT(acceleration_position(4, column), near((velocity_position(5, column) - velocity_position(3, column)) / (2 * h), 1e-9));
    }
}

TEST_CASE("a covariance is exactly symmetric and has no negative direction, whatever the rank of the weights") {
    for (const Index rank : {0, 1, 2, 6}) {
        const Eigen::MatrixXd covariance = polynomials(rank).covariance(Eigen::VectorXd::LinSpaced(20, -1, 4));
        CHECK(covariance == covariance.transpose());
        const Eigen::VectorXd eigenvalues = primore_test::eigenvalues(covariance);
        CHECK(eigenvalues.minCoeff() >= -1e-13 * eigenvalues.cwiseAbs().maxCoeff());
    }
}

TEST_CASE("regularisation is that share of the largest variance of the trajectory") {
    const auto distribution = polynomials();
    const Eigen::Vector2d times(0.2, 1.9);
    const Eigen::MatrixXd plain = distribution.covariance(times);
    const Eigen::MatrixXd lifted = distribution.covariance(times, {.regularization = 0.1});
    CHECK_THAT(lifted, near((plain + 0.1 * plain.diagonal().maxCoeff() * Eigen::Matrix4d::Identity()).eval(), 1e-15));
    CHECK_THAT(distribution.standard_deviations(times, 0, 0.1).reshaped().eval(), near(lifted.diagonal().cwiseSqrt().eval(), 1e-14));
}

TEST_CASE("samples of the weights are movements with the covariance") {
    const auto distribution = polynomials(3);
    primore::Stream stream(5, primore::Purpose{18}, 0, 0);
    const Eigen::MatrixXd weights = distribution.weights().samples(stream, 4000);
    const Eigen::Vector2d times(0.3, 1.5);
    Eigen::MatrixXd positions(4, 4000);
    for (Index i = 0; i < 4000; ++i) positions.col(i) = distribution.trajectory(times, weights.col(i)).positions.reshaped();
    positions.colwise() -= distribution.mean(times).positions.reshaped().eval();
    // the standard error is 0.022 of the variances, up to 20 of these numbers; the bound is five of them
    CHECK_THAT((positions * positions.transpose() / 4000).eval(), near(distribution.covariance(times), 0.11));
}

TEST_CASE("a motion of the distribution is the trajectory of its weights") {
    const auto distribution = polynomials();
    const primore::StartState<double, 2> start{.time = 0.5, .position = {1, 2}, .velocity = {-1, 3}};
    const Polynomials<> started(distribution.primitive(), distribution.weights(), start);
    const Eigen::Vector2d times(0.5, 1.5);
    const Eigen::VectorXd weights = numbers<double>(6, 2);
    CHECK_THAT(distribution.motion(weights).table(times).velocities, near(distribution.trajectory(times, weights).velocities, 1e-14));
    CHECK_THAT(started.motion(weights).table(times).accelerations, near(started.trajectory(times, weights).accelerations, 1e-14));
    // every movement starts where it was told to
    CHECK_THAT(started.mean(times).positions.row(0), near(Eigen::RowVector2d(1, 2), 0));
    CHECK(started.covariance(times.head(1)).isZero(0));
    CHECK(started.covariance(times.head(1), {.row_order = 1, .column_order = 1}).isZero(0));
}

TEST_CASE("another clock stretches the movements and keeps their shape") {
    const auto distribution = polynomials();
    const auto slower = distribution.with_clock(primore::LinearPhase<double>{.duration = 6, .delay = 1});
    const Eigen::Vector2d times(0.4, 1.4), later(3 * 0.4 + 1, 3 * 1.4 + 1);
    CHECK_THAT(slower.mean(later).positions, near(distribution.mean(times).positions, 1e-14));
    CHECK_THAT(slower.covariance(later), near(distribution.covariance(times), 1e-14));
    CHECK_THAT((9 * slower.covariance(later, {.row_order = 1, .column_order = 1})).eval(),
               near(distribution.covariance(times, {.row_order = 1, .column_order = 1}), 1e-14));
}

TEMPLATE_TEST_CASE("the log density of positions is that of their covariance with noise", "", float, double) {
    using Matrix = Eigen::MatrixX<TestType>;
    const double tolerance = std::is_same_v<TestType, float> ? 2e-4 : 1e-11;
    for (const Index steps : {1, 2, 9}) {
        for (const Index rank : {0, 3, 6}) {
            CAPTURE(steps, rank);
            const auto distribution = polynomials<TestType>(rank);
            const Eigen::VectorX<TestType> times = Eigen::VectorX<TestType>::LinSpaced(steps, TestType(0.1), 2);
            const Matrix positions = numbers<TestType>(2 * steps, 2).reshaped(steps, 2);
            const Eigen::Vector2<TestType> variances(TestType(0.1), TestType(0.5));
            Eigen::MatrixXd covariance = distribution.covariance(times).template cast<double>();
            for (Index i = 0; i < 2 * steps; ++i) covariance(i, i) += double(variances(i / steps));
            const Eigen::VectorXd residual = (positions - distribution.mean(times).positions).reshaped().template cast<double>();
            const WeightDistribution<double> marginal{Eigen::VectorXd::Zero(2 * steps), covariance};
            CHECK_THAT(distribution.log_density(times, positions, variances), near(marginal.log_density(residual), tolerance));
        }
    }
}

TEST_CASE("a distribution of trajectories refuses what it cannot use") {
    const auto distribution = polynomials();
    const Eigen::Vector2d times(0, 1);
    CHECK_THROWS_MATCHES(Polynomials<>(PolynomialPrimitive<double, 2>(), {numbers<double>(5), Eigen::MatrixXd::Identity(5, 5)}),
                         std::invalid_argument,
                         Message("TrajectoryDistribution: weights.mean has size 5, expected 6 (dofs() * weight_count())"));
    CHECK_THROWS_MATCHES(distribution.covariance(times, {.row_order = 3}), std::invalid_argument,
                         Message("TrajectoryDistribution: row_order is 3, expected 0 (position), 1 (velocity) or 2 (acceleration)"));
    CHECK_THROWS_MATCHES(distribution.covariance(times, {.row_order = 1, .regularization = 1}), std::invalid_argument,
                         Message("TrajectoryDistribution: regularization is 1, expected 0 for a cross-covariance"));
    CHECK_THROWS_MATCHES(distribution.standard_deviations(times, 0, -1), std::invalid_argument,
                         Message("TrajectoryDistribution: regularization is -1, expected a finite number that is not negative"));
    CHECK_THROWS_MATCHES(distribution.trajectory(times, times), std::invalid_argument,
                         Message("TrajectoryDistribution: weights has size 2, expected 6 (dofs() * weight_count())"));
    CHECK_THROWS_MATCHES(distribution.log_density(times, Eigen::Matrix2d::Zero(), Eigen::VectorXd::Zero(1)), std::invalid_argument,
                         Message("TrajectoryDistribution: noise_variances is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(distribution.log_density(times, Eigen::Matrix2d::Zero(), Eigen::Vector3d::Ones()), std::invalid_argument,
                         Message("TrajectoryDistribution: noise_variances has size 3, expected 2 (dofs(); or 1 for all)"));
    CHECK_THROWS_MATCHES(distribution.log_density(times, Eigen::MatrixXd(2, 3), Eigen::VectorXd::Ones(1)), std::invalid_argument,
                         Message("TrajectoryDistribution: positions.cols() has size 3, expected 2 (dofs())"));
}
