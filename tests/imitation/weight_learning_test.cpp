// SPDX-License-Identifier: MIT

#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/weight_learning.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

TEMPLATE_TEST_CASE("mean and unbiased covariance of weights are those of the weights that were shown", "[weight_learning]", double, float) {
    const primore::ProMp<TestType, 2> primitive({.duration = 2, .basis_count = 4, .learn_duration = true});
    const Eigen::MatrixXd weights = primore_test::normal_matrix(8, 6, 1);
    std::vector<primore::Demonstration<TestType>> demonstrations;
    for (Eigen::Index i = 0; i < 6; ++i) {
        Eigen::VectorX<TestType> parameters(9);
        parameters << TestType(1 + i), weights.col(i).cast<TestType>();
        const auto times = Eigen::VectorX<TestType>::LinSpaced(20 + 3 * i, 0, TestType(1 + i)).eval();
        demonstrations.push_back({times, primitive.trajectory(parameters).table(times).positions});
    }
    const auto learned = primore::learn_weights(primitive, demonstrations, {.reading = {.timing = primore::DemonstrationTiming::scaled}});
    const Eigen::MatrixXd deviations = weights.colwise() - weights.rowwise().mean();
    const double tolerance = sizeof(TestType) == 4 ? 1e-4 : 1e-7;
    CHECK_THAT(learned.expected().mean, near(weights.rowwise().mean(), tolerance));
    CHECK_THAT(learned.expected().covariance, near(deviations * deviations.transpose() / 5, tolerance));
}

TEST_CASE("one more demonstration is as good as all of them at once", "[weight_learning]") {
    const primore::ProDmp<double, 2> primitive({.basis_count = 3});
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(40, 0, 1);
    std::vector<primore::Demonstration<double>> demonstrations;
    for (unsigned i = 0; i < 5; ++i) {
        Eigen::VectorXd parameters = primore_test::normal_matrix(8, 1, i);
        demonstrations.push_back({times, primitive.trajectory(parameters, {}).table(times).positions});
    }
    const auto prior =
        primore::NormalInverseWishart<double>::with_expected({Eigen::VectorXd::Ones(8), Eigen::MatrixXd::Identity(8, 8)}, 1, 3);
    const auto all = primore::learn_weights(primitive, demonstrations, {}, prior);
    auto step_by_step = prior;
    for (const auto& one : demonstrations) step_by_step = primore::learn_weights(primitive, std::vector{one}, {}, step_by_step);
    CHECK_THAT(step_by_step.expected().mean, near(all.expected().mean, 1e-12));
    CHECK_THAT(step_by_step.expected().covariance, near(all.expected().covariance, 1e-12));
    CHECK_THROWS_MATCHES(primore::learn_weights(primitive, demonstrations, {}, primore::NormalInverseWishart<double>::flat(3)),
                         std::invalid_argument, Message("learn_weights: prior.mean has size 3, expected 8 (the number of weights)"));
}
