// SPDX-License-Identifier: MIT

#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/expectation_maximization.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/textbook_em.hpp"

namespace {

/// Movements with weights N(1, C), C_jk = 0.6^|j - k|, shown with noise; equal lengths and rates, or different ones.
std::vector<primore::Demonstration<double>> noisy(const primore::ProMp<double>& primitive, Eigen::Index count, Eigen::Index samples,
                                                  double variance, std::uint32_t seed, bool are_alike = true) {
    primore::Stream stream(seed, primore::Purpose{9}, 0, 0);
    std::vector<primore::Demonstration<double>> result;
    for (Eigen::Index i = 0; i < count; ++i) {
        Eigen::VectorXd weights = stream.normal_vector(primitive.parameter_count());
        for (Eigen::Index k = 1; k < weights.size(); ++k) weights(k) = 0.6 * weights(k - 1) + 0.8 * weights(k);
        const Eigen::VectorXd times =
            Eigen::VectorXd::LinSpaced(are_alike ? samples : samples + i % 3, 0, are_alike ? 1.0 : 1.0 - 0.1 * static_cast<double>(i % 2));
        Eigen::MatrixXd positions = primitive.trajectory((weights.array() + 1).matrix()).table(times).positions;
        positions += std::sqrt(variance) * stream.normal_vector(positions.size()).reshaped(positions.rows(), positions.cols());
        result.push_back({times, positions});
    }
    return result;
}

primore::WeightModel<double> standard(Eigen::Index size, Eigen::Index dofs) {
    return {{Eigen::VectorXd::Zero(size), Eigen::MatrixXd::Identity(size, size)}, Eigen::VectorXd::Ones(dofs)};
}

}  // namespace

TEST_CASE("expectation maximisation does what the textbook does, step by step", "[expectation_maximization]") {
    const primore::ProMp<double> primitive({.dofs = 2, .basis_count = 4});
    auto demonstrations = noisy(primitive, 6, 15, 0.01, 1, false);
    demonstrations.push_back({demonstrations[0].times.head(3), demonstrations[0].positions.topRows(3)});  // less samples than weights
    const double correlation = GENERATE(0.0, 0.4);
    const bool noise_is_shared = GENERATE(true, false);
    std::vector<Eigen::MatrixXd> functions, positions;
    for (const auto& demonstration : demonstrations) {
        functions.push_back(primitive.basis_table(demonstration.times).weights_of_order(0));
        positions.push_back(demonstration.positions);
    }
    primore_test::TextbookEm textbook(functions, positions, correlation);
    const auto ours = primore::expectation_maximization<double>(primitive, demonstrations,
                                                                {.max_iterations = 6,
                                                                 .tolerance = 0,
                                                                 .noise_is_shared = noise_is_shared,
                                                                 .noise_correlation = correlation,
                                                                 .initial = standard(8, 2)});
    REQUIRE(ours.log_likelihood.size() == 7);
    for (Eigen::Index i = 0; i < 6; ++i) {
        CHECK_THAT(ours.log_likelihood(i), near(textbook.log_likelihood(), 1e-10));
        textbook.iterate(noise_is_shared);
    }
    CHECK_THAT(ours.log_likelihood(6), near(textbook.log_likelihood(), 1e-10));
    CHECK_THAT(ours.model.weights.mean, near(textbook.mean, 1e-10));
    CHECK_THAT(ours.model.weights.covariance, near(textbook.covariance, 1e-10));
    CHECK_THAT(ours.model.noise_variance, near(textbook.variances, 1e-10));
    CHECK_FALSE(ours.converged);
}

TEST_CASE("the noise is recovered, whatever the number of demonstrations", "[expectation_maximization]") {
    constexpr double variance = 0.04;
    constexpr int seeds = 20;
    const primore::ProMp<double> primitive({.dofs = 1, .basis_count = 6});
    // measured over 40 seeds: ratios 0.958, 1.006, 1.005 with deviations 0.091, 0.047, 0.027; the variance of the variance is 2 / samples
    for (const Eigen::Index count : {5, 20, 80}) {
        double sum = 0;
        for (std::uint32_t seed = 0; seed < seeds; ++seed) {
            const auto learned = primore::expectation_maximization(primitive, noisy(primitive, count, 50, variance, seed));
            CHECK(learned.converged);
            sum += learned.model.noise_variance(0) / variance;
        }
        const double deviation = std::sqrt(2.0 / (50.0 * static_cast<double>(count) * seeds));
        const double absorbed = count == 5 ? 0.06 : 0;  // fewer demonstrations than weights: some noise passes for variety
        CHECK_THAT(sum / seeds, WithinAbs(1 - absorbed / 2, 4 * deviation + absorbed / 2));
    }
}

TEST_CASE("mean and covariance are recovered from demonstrations that are sparse and all different", "[expectation_maximization]") {
    const primore::ProMp<double> primitive({.dofs = 2, .basis_count = 3});
    const auto demonstrations = noisy(primitive, 600, 8, 0.01, 3, false);
    const auto learned = primore::expectation_maximization(primitive, demonstrations);
    const Eigen::MatrixXd truth =
        Eigen::MatrixXd::NullaryExpr(6, 6, [](Eigen::Index i, Eigen::Index k) { return std::pow(0.6, std::abs(i - k)); });
    CHECK(learned.converged);
    CHECK_THAT(learned.model.weights.mean, near(Eigen::VectorXd::Ones(6), 0.1));
    CHECK_THAT(learned.model.weights.covariance, near(truth, 0.1));
    CHECK_THAT(learned.model.noise_variance, near(Eigen::Vector2d(0.01, 0.01), 1e-3));
}

TEST_CASE("each degree of freedom has its noise", "[expectation_maximization]") {
    const primore::ProMp<double> primitive({.dofs = 2, .basis_count = 4});
    auto demonstrations = noisy(primitive, 30, 60, 0.01, 4);
    for (auto& demonstration : demonstrations) demonstration.positions.col(1) *= 10;
    const auto own = primore::expectation_maximization(primitive, demonstrations);
    CHECK_THAT(own.model.noise_variance.cwiseQuotient(Eigen::Vector2d(0.01, 1)), near(Eigen::Vector2d(1, 1), 0.05));
    const auto shared = primore::expectation_maximization<double>(primitive, demonstrations, {.noise_is_shared = true});
    CHECK(shared.model.noise_variance(0) == shared.model.noise_variance(1));
    CHECK(shared.log_likelihood.tail(1)(0) < own.log_likelihood.tail(1)(0));
}

TEMPLATE_TEST_CASE("the likelihood never falls, with a prior and without", "[expectation_maximization]", double, float) {
    const primore::ProMp<TestType, 2> primitive({.basis_count = 5});
    std::vector<primore::Demonstration<TestType>> demonstrations;
    for (const auto& one : noisy(primore::ProMp<double>({.dofs = 2, .basis_count = 5}), 4, 20, 0.02, 5, false)) {
        demonstrations.push_back({one.times.cast<TestType>(), one.positions.cast<TestType>()});
    }
    primore::ExpectationMaximizationOptions<TestType> options;
    if (GENERATE(true, false)) {
        options.prior = primore::NormalInverseWishart<TestType>::with_mode(Eigen::MatrixX<TestType>::Identity(10, 10), 30);
    }
    const auto learned = primore::expectation_maximization(primitive, demonstrations, options);
    CHECK(learned.converged);
    CHECK(learned.log_likelihood.size() == learned.iterations + 1);
    const TestType rounding = 64 * Eigen::NumTraits<TestType>::epsilon() * learned.log_likelihood.cwiseAbs().maxCoeff();
    for (Eigen::Index i = 0; i < learned.iterations; ++i) CHECK(learned.log_likelihood(i + 1) >= learned.log_likelihood(i) - rounding);
    CHECK(learned.log_likelihood(learned.iterations) > learned.log_likelihood(0));
}

TEST_CASE("a strong prior decides where a few demonstrations cannot", "[expectation_maximization]") {
    const primore::ProMp<double> primitive({.dofs = 1, .basis_count = 5});
    const auto demonstrations = noisy(primitive, 2, 30, 0.01, 6);
    const Eigen::MatrixXd guess = Eigen::MatrixXd::Identity(5, 5);
    const auto strong = primore::expectation_maximization<double>(primitive, demonstrations,
                                                                  {.prior = primore::NormalInverseWishart<double>::with_mode(guess, 1e6)});
    CHECK_THAT(strong.model.weights.covariance, near(guess, 1e-4));
    const auto weak = primore::expectation_maximization<double>(primitive, demonstrations,
                                                                {.prior = primore::NormalInverseWishart<double>::with_mode(guess, 1)});
    CHECK((weak.model.weights.covariance - guess).norm() > 0.1);
}

TEST_CASE("a ProDMP is learned by expectation maximisation, too, also without any noise", "[expectation_maximization]") {
    const primore::ProDmp<double, 2> primitive({.basis_count = 3, .auto_scale = true});
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(60, 0, 1);
    const Eigen::MatrixXd weights = primore_test::normal_matrix(8, 20, 7);
    std::vector<primore::Demonstration<double>> demonstrations;
    for (Eigen::Index i = 0; i < 20; ++i) {
        demonstrations.push_back({times, primitive.trajectory(weights.col(i), {}).table(times).positions});
    }
    const auto learned =
        primore::expectation_maximization<double>(primitive, demonstrations, {.reading = {.from = primore::DemonstrationStart::given}});
    const Eigen::MatrixXd deviations = weights.colwise() - weights.rowwise().mean();
    CHECK_THAT(learned.model.weights.mean, near(weights.rowwise().mean(), 1e-6));
    CHECK_THAT(learned.model.weights.covariance, near(deviations * deviations.transpose() / 20, 1e-6));
    CHECK(learned.model.noise_variance.maxCoeff() < 1e-12);
    CHECK(learned.model.noise_variance.minCoeff() > 0);
}

TEST_CASE("options of expectation maximisation out of range are refused", "[expectation_maximization]") {
    const primore::ProMp<double> primitive({.dofs = 1, .basis_count = 3});
    const auto demonstrations = noisy(primitive, 2, 5, 0.01, 8);
    const auto check = [&](const primore::ExpectationMaximizationOptions<double>& options, const std::string& sentence) {
        CHECK_THROWS_MATCHES(primore::expectation_maximization(primitive, demonstrations, options), std::invalid_argument,
                             Message("expectation_maximization: " + sentence));
    };
    check({.max_iterations = 0}, "max_iterations is 0, expected at least 1");
    check({.tolerance = -1}, "tolerance is -1, expected a finite number that is not negative");
    check({.noise_correlation = 1}, "noise_correlation is 1, expected less than 1");
    check({.prior = primore::NormalInverseWishart<double>::flat(4)}, "prior.mean has size 4, expected 3 (the number of weights)");
    check({.initial = standard(4, 1)}, "weights.mean has size 4, expected 3 (the number of weights)");
    check({.initial = standard(3, 2)}, "noise_variance has size 2, expected 1 (dofs)");
    auto silent = standard(3, 1);
    silent.noise_variance(0) = 0;
    check({.initial = silent}, "noise_variance[0] is 0, expected a positive finite number");
}
