// SPDX-License-Identifier: MIT

#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/ridge_regression.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore_test::Types;

/// What a motion shows at some times.
template <typename Scalar>
primore::Demonstration<Scalar> shown(const auto& motion, const Eigen::VectorX<Scalar>& times) {
    return {times, motion.table(times).positions};
}

template <typename Scalar>
Eigen::VectorX<Scalar> uneven(Eigen::Index count, double from, double to) {
    const Eigen::ArrayXd u = Eigen::ArrayXd::LinSpaced(count, 0, 1);
    return (from + (to - from) * (0.7 * u + 0.3 * u.square())).matrix().cast<Scalar>();
}

}  // namespace

TEMPLATE_TEST_CASE("a ridge factorisation solves its normal equations", "[ridge_regression]", double, float) {
    const Eigen::MatrixXd matrix = primore_test::normal_matrix(9, 4, 1), targets = primore_test::normal_matrix(9, 7, 2);
    const double regularization = 0.3, tolerance = sizeof(TestType) == 4 ? 1e-5 : 1e-13;
    Eigen::MatrixXd normal = matrix.transpose() * matrix;
    normal.diagonal().array() += regularization;
    const primore::RidgeFactorization<TestType> ridge(matrix.cast<TestType>(), TestType(regularization));
    const Eigen::MatrixXd back = matrix.transpose(), inverse = primore_test::inverse(normal) * back, expected = inverse * targets;
    CHECK_THAT(ridge.solve(targets.cast<TestType>()), near(expected, tolerance));
    CHECK_THAT(ridge.solve(targets.col(3).cast<TestType>()), near(expected.col(3), tolerance));  // another way than for many
    const Eigen::MatrixX<TestType> root = ridge.root(), square = root.transpose() * root;
    CHECK_THAT(square, near(normal, 10 * tolerance));
    CHECK_THAT(ridge.leverages(), near(Eigen::MatrixXd(matrix * inverse).diagonal(), tolerance));
    CHECK_THAT(ridge.log_determinant(), near(primore_test::eigenvalues(normal).array().log().sum(), 10 * tolerance));
    CHECK(ridge.is_determined());
}

TEST_CASE("a ridge factorisation sees the condition number of the matrix, not its square", "[ridge_regression]") {
    Eigen::MatrixXd matrix = primore_test::normal_matrix(40, 3, 1);
    matrix.col(2) = matrix.col(1) + 1e-7 * matrix.col(2);  // condition number 1e7: its square is beyond double
    const Eigen::Vector3d weights(1, 2, 3);
    CHECK_THAT(primore::RidgeFactorization<double>(matrix, 0).solve(matrix * weights), near(weights, 1e-7));
}

TEMPLATE_TEST_CASE("the weights of a ProMP are learned back from its motion", "[ridge_regression]", (Types<float, 2>),
                   (Types<double, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    const primore::ProMp<Scalar, TestType::dofs> primitive({.dofs = 2, .duration = Scalar(1.5), .basis_count = 6});
    const auto weights = primore_test::numbers<Scalar>(primitive.parameter_count());
    const double tolerance = sizeof(Scalar) == 4 ? 1e-3 : 1e-6;
    for (const Eigen::Index rate : {9, 50, 400}) {  // whatever the rate
        const auto demonstration = shown(primitive.trajectory(weights), uneven<Scalar>(rate, 0, 1.5));
        CHECK_THAT(primore::ridge_regression(primitive, demonstration).parameters, near(weights, tolerance));
    }
}

TEMPLATE_TEST_CASE("duration, delay and weights of a ProDMP are learned back from its motion", "[ridge_regression]", double, float) {
    const primore::ProDmp<TestType, 2> primitive({.duration = 1, .basis_count = 4, .learn_duration = true, .learn_delay = true});
    Eigen::VectorX<TestType> parameters(primitive.parameter_count());
    parameters << 2, TestType(0.5), primore_test::numbers<TestType>(10) * 100;
    parameters(6) /= 100;  // the goals
    parameters(11) /= 100;
    const primore::StartState<TestType> start{.time = TestType(0.5),
                                              .position = Eigen::Vector2<TestType>(TestType(0.3), TestType(-0.2)),
                                              .velocity = Eigen::Vector2<TestType>(1, 2)};
    const auto demonstration = shown(primitive.trajectory(parameters, start), uneven<TestType>(120, 0.5, 2.5));
    const primore::RidgeOptions<TestType> options{
        .regularization = TestType(1e-15),
        .reading = {.timing = primore::DemonstrationTiming::scaled, .from = primore::DemonstrationStart::given, .start = start}};
    const auto fit = primore::ridge_regression(primitive, demonstration, options);
    CHECK_THAT(fit.parameters.head(2), near(parameters.head(2), 0));
    if (sizeof(TestType) == 8) CHECK_THAT(fit.parameters, near(parameters, 1e-6));
    const auto reproduced = primitive.trajectory(fit.parameters, fit.start).table(demonstration.times);
    CHECK_THAT(reproduced.positions, near(demonstration.positions, sizeof(TestType) == 4 ? 1e-5 : 1e-9));
}

TEST_CASE("a ProDMP learned from its start as shown comes closer to the motion with every finer step", "[ridge_regression]") {
    const primore::ProDmp<double, 2> primitive({.duration = 2, .basis_count = 6});
    Eigen::VectorXd parameters = primore_test::numbers<double>(primitive.parameter_count(), 100);
    parameters(6) = 1;
    parameters(13) = -1;
    const Eigen::Vector2d velocity(0.5, -1);
    const auto motion = primitive.trajectory(parameters, {.velocity = velocity});
    const auto reference = motion.table(Eigen::VectorXd::LinSpaced(50, 0, 2));
    double previous = 1;
    for (const Eigen::Index rate : {100, 200, 400, 800}) {
        const auto fit = primore::ridge_regression(primitive, shown(motion, uneven<double>(rate, 0, 2)));
        const double error = (fit.start.velocity - velocity).norm();
        CHECK(error < previous / 3);  // second order in the step
        previous = error;
        const auto again = primitive.trajectory(fit.parameters, fit.start).table(reference.times);
        CHECK_THAT(again.positions, near(reference.positions, error / 20));
    }
}

TEST_CASE("many demonstrations are learned as each alone", "[ridge_regression]") {
    const primore::ProMp<double> primitive({.dofs = 2, .duration = 1, .basis_count = 5, .zero_start = 2});
    std::vector<primore::Demonstration<double>> demonstrations;
    for (Eigen::Index i = 0; i < 9; ++i) {
        const auto samples = i % 2 == 0 ? Eigen::Index(30) : 31 + i;
        demonstrations.push_back({Eigen::VectorXd::LinSpaced(samples, 0, 1), primore_test::normal_matrix(samples, 2, unsigned(i))});
    }
    const auto together = primore::ridge_regression(primitive, demonstrations, {.regularization = 1e-3});
    for (std::size_t i = 0; i < demonstrations.size(); ++i) {
        const auto alone = primore::ridge_regression(primitive, demonstrations[i], {.regularization = 1e-3});
        CHECK_THAT(together[i].parameters, near(alone.parameters, 1e-12));
        CHECK_THAT(together[i].start.velocity, near(alone.start.velocity, 0));
    }
    CHECK_THAT(primore::weight_columns(primitive, together).col(3), near(together[3].parameters, 0));
}

TEST_CASE("weights that nothing determines are refused", "[ridge_regression]") {
    const primore::ProMp<double> primitive({.dofs = 1, .basis_count = 8});
    const primore::Demonstration<double> sparse{Eigen::VectorXd::LinSpaced(5, 0, 1), Eigen::MatrixXd::Ones(5, 1)};
    CHECK_THROWS_MATCHES(primore::ridge_regression(primitive, sparse, {.regularization = 0}), std::invalid_argument,
                         Message("ridge_regression: regularization is 0, expected more, because the samples do not determine all weights"));
    CHECK_THROWS_MATCHES(primore::ridge_regression(primitive, sparse, {.regularization = -1}), std::invalid_argument,
                         Message("ridge_regression: regularization is -1, expected a finite number that is not negative"));
    CHECK(primore::ridge_regression(primitive, sparse).parameters.allFinite());
}
