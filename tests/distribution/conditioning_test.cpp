// SPDX-License-Identifier: MIT
#include <cmath>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>

#include "support/catch.hpp"
#include "support/linear_algebra.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/polynomial_primitive.hpp"

using Eigen::Index;
using primore::condition;
using primore::Observation;
using primore_test::numbers;
using primore_test::one;
using primore_test::PolynomialPrimitive;
using primore_test::Polynomials;
using primore_test::polynomials;

namespace {

/// What a distribution says of an observation: mean and variances of the observed numbers.
template <typename Distribution>
auto prediction(const Distribution& distribution, const Observation<double>& observation) {
    const auto linear = primore::linear_observations("test", distribution, {observation});
    return std::pair<Eigen::VectorXd, Eigen::MatrixXd>(observation.value - linear.residuals,
                                                       linear.map.times(linear.map.covariance_with(distribution.weights().covariance)));
}

double least_eigenvalue(const Eigen::MatrixXd& covariance) {
    const Eigen::VectorXd eigenvalues = primore_test::eigenvalues(covariance);
    return eigenvalues.minCoeff() / eigenvalues.cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("conditioning on one number") {
    // y(0) = w_1 ~ N(1, 4), observed as 4 with variance 2: K = 4 / 6, mean 1 + 2/3 * 3 = 3, variance 4 - 2/3 * 4 = 4/3.
    // w_2 ~ N(0, 9) covaries by 3: K = 3 / 6, mean 1.5, variance 9 - 3 * 3 / 6 = 7.5, covariance 3 - 3 * 4 / 6 = 1.
    const PolynomialPrimitive<double, Eigen::Dynamic> primitive(1);
    const Polynomials<double, Eigen::Dynamic> prior(primitive, {Eigen::Vector3d(1, 0, 7), Eigen::Matrix3d{{4, 3, 0}, {3, 9, 0}, {0, 0, 5}}});
    const auto posterior = condition(prior, {{.time = 0, .value = one(4.0), .noise = one(2.0)}});
    CHECK_THAT(posterior.weights().mean, near(Eigen::Vector3d(3, 1.5, 7), 1e-15));
    CHECK_THAT(posterior.weights().covariance, near(Eigen::Matrix3d{{4.0 / 3, 1, 0}, {1, 7.5, 0}, {0, 0, 5}}, 1e-15));
}

TEMPLATE_TEST_CASE("conditioning is the linear Gaussian update with all observations at once", "", float, double) {
    using Scalar = TestType;
    const auto prior = polynomials<Scalar>();
    const Eigen::Matrix2<Scalar> noise{{Scalar(0.5), Scalar(0.2)}, {Scalar(0.2), Scalar(0.3)}};
    const std::vector<Observation<Scalar>> observations{
        {.time = Scalar(0.4), .value = numbers<Scalar>(2), .noise = noise},
        {.time = Scalar(1.3), .order = 1, .dofs = {1}, .value = one<Scalar>(3), .noise = one<Scalar>(Scalar(0.1))},
        {.time = Scalar(0.4), .order = 2, .dofs = {1, 0}, .value = numbers<Scalar>(2), .noise = one<Scalar>(Scalar(0.7))}};
    // the same in double, with H written out: z = 0.2 and 0.65
    Eigen::MatrixXd h = Eigen::MatrixXd::Zero(5, 6), r = Eigen::MatrixXd::Zero(5, 5);
    h.block(0, 0, 1, 3) = h.block(1, 3, 1, 3) = Eigen::RowVector3d(1, 0.2, 0.04);
    h.block(2, 3, 1, 3) = Eigen::RowVector3d(0, 0.5, 0.65);
    h.block(3, 3, 1, 3) = h.block(4, 0, 1, 3) = Eigen::RowVector3d(0, 0, 0.5);
    r.topLeftCorner(2, 2) = noise.template cast<double>();
    r.diagonal().tail(3) << 0.1, 0.7, 0.7;
    Eigen::VectorXd x(5);
    x << numbers<double>(2), 3, numbers<double>(2);
    const Eigen::VectorXd m = prior.weights().mean.template cast<double>();
    const Eigen::MatrixXd s = prior.weights().covariance.template cast<double>();
    const Eigen::MatrixXd back = h.transpose(), cross = s * back, observed = r + h * cross, gain = cross * primore_test::inverse(observed);
    const auto posterior = condition(prior, observations);
    const double tolerance = std::is_same_v<Scalar, float> ? 2e-5 : 1e-13;
    CHECK_THAT(posterior.weights().mean, near((m + gain * (x - h * m)).eval(), tolerance));
    CHECK_THAT(posterior.weights().covariance, near(s - gain * Eigen::MatrixXd(h * s), tolerance));
    const primore::WeightDistribution<double> marginal{h * m, observed};
    CHECK_THAT(log_density(prior, observations), near(marginal.log_density(x), tolerance));
}

TEST_CASE("observations together are observations one after another") {
    for (const Index rank : {2, 4, 9}) {
        const auto prior = polynomials<double, Eigen::Dynamic>(rank, 3);
        const std::vector<Observation<double>> observations{
            {.time = 0.1, .value = numbers<double>(3), .noise = one(0.01)},
            {.time = 0.9, .order = 1, .dofs = {0, 2}, .value = numbers<double>(2), .noise = one(0.1)},
            {.time = 1.7, .order = 2, .dofs = {1}, .value = one(2.0), .noise = one(0.3)}};
        auto sequential = prior;
        for (const auto& observation : observations) sequential = condition(sequential, {observation});
        const auto joint = condition(prior, observations);
        CHECK_THAT(joint.weights().mean, near(sequential.weights().mean, 1e-11));
        CHECK_THAT(joint.weights().covariance, near(sequential.weights().covariance, 1e-11));
    }
}

TEST_CASE("conditioned movements meet their points within the noise and stay a distribution") {
    for (std::uint32_t which = 0; which < 300; ++which) {
        CAPTURE(which);
        const auto random = [&](std::uint32_t k, std::uint32_t modulo) {
            return static_cast<Index>((which * 7919 + k * 104729) / 13 % modulo);
        };
        const auto prior = polynomials(1 + random(1, 6), 2, which);
        std::vector<Observation<double>> observations;
        for (std::uint32_t k = 0; k <= which % 3; ++k) {
            const double deviation = std::pow(10.0, -static_cast<double>(random(k, 9)));  // down to 1e-8
            const auto [mean, covariance] = prediction(prior, {.time = 0.5 * k + 0.01, .order = int(k), .value = Eigen::Vector2d::Zero()});
            const Eigen::MatrixXd root = primore::SemidefiniteRoot<double>("test", "covariance", covariance).matrix();
            observations.push_back({.time = 0.5 * k + 0.01,  // a value that the prior can reach
                                    .order = int(k),
                                    .value = mean + root * numbers<double>(root.cols(), 0.5),
                                    .noise = one(deviation * deviation)});
        }
        const auto posterior = condition(prior, observations);
        CHECK(posterior.weights().covariance == posterior.weights().covariance.transpose());
        CHECK(least_eigenvalue(posterior.weights().covariance) > -1e-12);
        CHECK_NOTHROW(posterior.weights().root());
        for (const auto& observation : observations) {
            const auto [mean, covariance] = prediction(posterior, observation);
            const double variance = observation.noise(0, 0), rounding = 1e-13 * prior.weights().covariance.trace();
            CHECK(covariance.diagonal().maxCoeff() <= variance * (1 + 1e-6) + rounding);
            if (observations.size() > 1) continue;  // several may contradict each other
            CHECK((mean - observation.value).norm() <= std::sqrt(variance) + 1e-7);
        }
    }
}

TEMPLATE_TEST_CASE("an exact observation is met to rounding", "", float, double) {
    const double epsilon = std::is_same_v<TestType, float> ? 1e-6 : 1e-14;
    const auto prior = polynomials<TestType>();
    const Eigen::Vector2<TestType> target(5, -7), velocity(1, 2);
    const auto posterior =
        condition(prior, {{.time = TestType(1.2), .value = target}, {.time = TestType(1.2), .order = 1, .value = velocity}});
    const auto state = posterior.at(TestType(1.2));
    CHECK_THAT(state.mean.template head<2>(), near(target, 10 * epsilon));
    CHECK_THAT(state.mean.template segment<2>(2), near(velocity, 10 * epsilon));
    CHECK_THAT(state.covariance.topLeftCorner(4, 4), near(Eigen::Matrix4d::Zero(), 50 * epsilon));
}

TEST_CASE("points that say the same twice, or contradict each other, do no harm") {
    const auto prior = polynomials();
    const Observation<double> point{.time = 1, .value = Eigen::Vector2d(1, 2)}, other{.time = 1, .value = Eigen::Vector2d(3, 6)};
    const auto once = condition(prior, {point}), twice = condition(prior, {point, point});
    CHECK_THAT(twice.weights().mean, near(once.weights().mean, 1e-13));
    CHECK_THAT(twice.weights().covariance, near(once.weights().covariance, 1e-13));
    // two exact values for the same number: their average; after one of them, the other comes too late
    CHECK_THAT(condition(prior, {point, other}).at(1).mean.head(2), near(Eigen::Vector2d(2, 4), 1e-13));
    CHECK_THAT(condition(once, {other}).at(1).mean.head(2), near(Eigen::Vector2d(1, 2), 1e-13));
    // four exact positions, three weights: the parabola of least squares
    std::vector<Observation<double>> many;
    for (const double t : {0.0, 0.5, 1.0, 2.0}) many.push_back({.time = t, .value = Eigen::Vector2d(t * t, t == 1.0)});
    const auto certain = condition(prior, many);
    CHECK(certain.weights().covariance.cwiseAbs().maxCoeff() < 1e-12);
    CHECK_THAT(certain.mean(Eigen::Vector2d(1.5, 3)).positions.col(0), near(Eigen::Vector2d(2.25, 9), 1e-12));
    CHECK(certain.weights().mean.allFinite());
}

TEST_CASE("exact points close in time keep half of the digits") {
    // Positions 1e-5 s apart are a velocity: 0.001 / 1e-5 = 100.
    const auto prior = polynomials();
    const auto posterior =
        condition(prior, {{.time = 1, .value = Eigen::Vector2d(0, 0)}, {.time = 1 + 1e-5, .value = Eigen::Vector2d(1e-3, 0)}});
    CHECK_THAT(posterior.at(1).mean.segment(2, 2), near(Eigen::Vector2d(100, 0), 1e-4));
    CHECK(least_eigenvalue(posterior.weights().covariance) > -1e-13);
}

TEST_CASE("what the start state fixes stays fixed") {
    const auto free = polynomials();
    const primore::StartState<double, 2> start{.time = 0.5, .position = {1, 2}, .velocity = {-1, 3}};
    const Polynomials<> prior(free.primitive(), free.weights(), start);
    const auto posterior = condition(prior, {{.time = 1.5, .value = Eigen::Vector2d(4, 5)}, {.time = 0.5, .value = Eigen::Vector2d(9, 9)}});
    const auto at_start = posterior.at(0.5);
    CHECK(at_start.mean.head(4) == Eigen::Vector4d(1, 2, -1, 3));
    CHECK(at_start.covariance.topLeftCorner(4, 4).isZero(0));
    CHECK_THAT(posterior.at(1.5).mean.head(2), near(Eigen::Vector2d(4, 5), 1e-13));
}

TEST_CASE("no observation changes nothing, and without variance none does") {
    const auto prior = polynomials();
    CHECK(condition(prior, {}).weights().covariance == prior.weights().covariance);
    const auto certain = prior.with_weights({prior.weights().mean, Eigen::MatrixXd::Zero(6, 6)});
    for (const auto& noise : {Eigen::MatrixXd(), Eigen::MatrixXd(one(0.1))}) {
        const auto posterior = condition(certain, {{.time = 1, .value = Eigen::Vector2d(4, 5), .noise = noise}});
        CHECK(posterior.weights().mean == prior.weights().mean);
        CHECK(posterior.weights().covariance.isZero(0));
    }
}

TEST_CASE("conditioning refuses observations that do not fit") {
    const auto prior = polynomials();
    const Eigen::Vector2d value(1, 2);
    const auto refused = [&](const Observation<double>& observation, const std::string& sentence) {
        CHECK_THROWS_MATCHES(condition(prior, {{.value = value}, observation}), std::invalid_argument, Message(sentence));
    };
    refused({.order = 3, .value = value}, "condition: observations[1].order is 3, expected 0 (position), 1 (velocity) or 2 (acceleration)");
    refused({.dofs = {0, 2}, .value = value}, "condition: observations[1].dofs is 2, expected one of 0 to 1");
    refused({.value = one(1.0)}, "condition: observations[1].value has size 1, expected 2 (dofs)");
    refused({.dofs = {1}, .value = value}, "condition: observations[1].value has size 2, expected 1 (the size of its dofs)");
    refused({.value = Eigen::Vector2d(1, NAN)}, "condition: observations[1].value[1] is nan, expected a finite number");
    refused({.value = value, .noise = Eigen::Matrix3d::Ones()},
            "condition: observations[1].noise.rows() has size 3, expected 2 (the size of its value)");
    refused({.value = value, .noise = one(-1.0)}, "condition: observations[1].noise is -1, expected a covariance: no negative variance");
    refused({.value = value, .noise = Eigen::Matrix2d{{1, 0.2}, {0, 1}}},
            "condition: observations[1].noise(1, 0) is 0, expected that of (0, 1), 0.2");
    refused({.value = value, .noise = Eigen::Matrix2d{{1, 2}, {2, 1}}},
            "condition: observations[1].noise is indefinite, expected positive semi-definite");
    CHECK_THROWS_MATCHES(
        log_density(prior, {{.value = value}, {.value = value}}), std::invalid_argument,
        Message("log_density: covariance is singular, expected positive definite: a density needs every direction to vary"));
}
