// SPDX-License-Identifier: MIT
#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>
#include <Eigen/QR>

#include <primore/imitation/normal_inverse_wishart.hpp>
#include <primore/imitation/prediction.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/polynomial_primitive.hpp"

using Eigen::Index;
using primore::Observation;
using primore_test::normal_matrix;
using primore_test::one;
using primore_test::PolynomialPrimitive;
using primore_test::Polynomials;
using primore_test::Types;

namespace {

/// What movements with weights in columns teach.
template <typename Scalar, int D>
Polynomials<Scalar, D> movements_like(const Eigen::MatrixX<Scalar>& weights) {
    auto known = primore::NormalInverseWishart<Scalar>::flat(weights.rows());
    known.include(weights);
    return {PolynomialPrimitive<Scalar, D>(weights.rows() / 3), known.expected()};
}

}  // namespace

TEST_CASE("without observations the mean is uncertain by one part in n") {
    // The weights of y(0) are 1, 2, 3, 6: mean 3, variance (4 + 1 + 0 + 9) / 3; times 1 + 1/4, with 3 degrees of freedom.
    const Eigen::MatrixXd weights{{1, 2, 3, 6}, {0, 1, 0, 1}, {2, 2, 0, 1}};
    const auto next = primore::prediction(movements_like<double, 2>(weights.replicate(2, 1)), 4);
    CHECK(next.degrees_of_freedom == 3);
    CHECK_THAT(next.movements.mean(one(0.0)).positions(0, 0), WithinAbs(3, 1e-14));
    CHECK_THAT(next.movements.standard_deviations(one(0.0))(0, 0), WithinAbs(std::sqrt(14.0 / 3 * 5 / 4), 1e-14));
}

TEMPLATE_TEST_CASE("a prediction is that of the linear regression over the demonstrations", "", (Types<float, Eigen::Dynamic>),
                   (Types<double, 2>)) {
    using Scalar = typename TestType::Number;
    using Vector = Eigen::VectorX<Scalar>;
    const double tolerance = sizeof(Scalar) == 4 ? 2e-4 : 1e-11;
    constexpr Index count = 9;
    const Eigen::MatrixX<Scalar> weights = normal_matrix(6, count, 3).template cast<Scalar>();
    const auto movements = movements_like<Scalar, TestType::dofs>(weights);
    const Vector times{{0, Scalar(0.4), 1}};

    // regressors: a one, both degrees of freedom at 0, and the first at 1; to be explained: the second at 0.4
    Eigen::MatrixXd regressors(count, 4), explained(count, 1);
    for (Index i = 0; i < count; ++i) {
        const Eigen::MatrixXd positions = movements.trajectory(times, weights.col(i)).positions.template cast<double>();
        regressors.row(i) << 1, positions(0, 0), positions(0, 1), positions(2, 0);
        explained(i) = positions(1, 1);
    }
    const Vector observed{{1, Scalar(0.5), Scalar(-0.3), Scalar(2)}};
    const Eigen::MatrixXd row = observed.transpose().template cast<double>();
    const Eigen::MatrixXd inverse = regressors.householderQr().solve(Eigen::MatrixXd::Identity(count, count));  // (X'X)^-1 X'
    const Eigen::MatrixXd coefficients = inverse * explained;
    const double variance = (explained - regressors * coefficients).squaredNorm() / (count - 4);
    const double leverage = (row * inverse).squaredNorm(), expected = (row * coefficients)(0, 0);

    const auto next = primore::prediction(
        movements, count, {{.time = 0, .value = observed.segment(1, 2)}, {.time = 1, .dofs = {0}, .value = observed.tail(1)}});
    CHECK(next.degrees_of_freedom == count - 4);
    CHECK_THAT(next.movements.mean(times.segment(1, 1)).positions(0, 1), WithinAbs(expected, tolerance));
    CHECK_THAT(next.movements.standard_deviations(times.segment(1, 1))(0, 1), WithinAbs(std::sqrt(variance * (1 + leverage)), tolerance));

    // what is observed twice counts once
    const Observation<Scalar> begin{.time = 0, .value = observed.segment(1, 2)};
    const auto twice = primore::prediction(movements, count, {begin, begin}), once = primore::prediction(movements, count, {begin});
    CHECK(twice.degrees_of_freedom == count - 3);
    CHECK_THAT(twice.movements.covariance(times), near(once.movements.covariance(times), tolerance));
}

TEST_CASE("with fewer demonstrations than are needed nothing is predicted") {
    const auto movements = movements_like<double, 2>(normal_matrix(6, 8, 3));
    const std::vector<Observation<double>> begin{{.time = 0, .value = Eigen::Vector2d(0, 0)}};
    CHECK(primore::prediction(movements, 4, begin).degrees_of_freedom == 1);
    CHECK_THROWS_MATCHES(primore::prediction(movements, 3, begin), std::invalid_argument,
                         Message("prediction: count is 3, expected at least 4, two more than the numbers observed"));
    CHECK_THROWS_MATCHES(primore::prediction(movements, 1), std::invalid_argument,
                         Message("prediction: count is 1, expected at least 2, two more than the numbers observed"));
}
