// SPDX-License-Identifier: MIT

#include <cmath>
#include <stdexcept>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/basis_count.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using primore::BasisCountCriterion;

primore::ProMp<double, 2> promp(Eigen::Index count) { return primore::ProMp<double, 2>({.basis_count = count}); }

/// Movements of a ProMP of 6 functions with noise.
std::vector<primore::Demonstration<double>> noisy(double deviation, Eigen::Index samples) {
    std::vector<primore::Demonstration<double>> result;
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(samples, 0, 1);
    for (unsigned i = 0; i < 4; ++i) {
        const Eigen::VectorXd weights = primore_test::normal_matrix(12, 1, i);
        result.push_back(
            {times, promp(6).trajectory(weights).table(times).positions + deviation * primore_test::normal_matrix(samples, 2, 10 + i)});
    }
    return result;
}

}  // namespace

TEST_CASE("the number of functions that made the movements is suggested", "[basis_count]") {
    const auto demonstrations = noisy(0.02, 80);
    const std::vector<Eigen::Index> candidates{2, 3, 4, 5, 6, 7, 8, 10, 14};
    for (const auto criterion : {BasisCountCriterion::bayesian_information, BasisCountCriterion::leave_one_out}) {
        const auto suggestion = primore::suggest_basis_count(demonstrations, candidates, promp, criterion);
        CHECK(suggestion.best == 6);
        REQUIRE(suggestion.table.size() == candidates.size());
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            CHECK(suggestion.table[i].count == candidates[i]);
            CHECK(suggestion.table[i].score == primore::basis_count_score(promp(candidates[i]), demonstrations, criterion));
        }
    }
}

TEST_CASE("the closed form of leaving one out is what leaving out each sample gives", "[basis_count]") {
    const auto demonstrations = noisy(0.1, 12);
    const auto primitive = promp(4);
    const primore::RidgeOptions<double> options{.regularization = 1e-3};
    double sum = 0;
    for (const auto& demonstration : demonstrations) {
        for (Eigen::Index left_out = 0; left_out < 12; ++left_out) {
            std::vector<Eigen::Index> rows;
            for (Eigen::Index row = 0; row < 12; ++row) {
                if (row != left_out) rows.push_back(row);
            }
            const auto fit = primore::ridge_regression<double>(
                primitive, {demonstration.times(rows), demonstration.positions(rows, Eigen::all)}, options);
            const Eigen::VectorXd predicted = primitive.trajectory(fit.parameters).at(demonstration.times(left_out)).position;
            sum += (predicted - demonstration.positions.row(left_out).transpose()).squaredNorm();
        }
    }
    const double score = primore::basis_count_score(primitive, demonstrations, BasisCountCriterion::leave_one_out, options);
    CHECK_THAT(score, near(sum / (4 * 12 * 2), 1e-12));
}

TEST_CASE("the information criterion is its formula, and finite where nothing is left to explain", "[basis_count]") {
    auto demonstrations = noisy(0.1, 12);
    const auto primitive = promp(4);
    Eigen::Vector2d errors = Eigen::Vector2d::Zero();
    for (const auto& demonstration : demonstrations) {
        const auto fit = primore::ridge_regression(primitive, demonstration);
        errors += (primitive.trajectory(fit.parameters).table(demonstration.times).positions - demonstration.positions)
                      .colwise()
                      .squaredNorm()
                      .transpose();
    }
    const double expected = 48 * (std::log(errors(0) / 48) + std::log(errors(1) / 48)) + 32 * std::log(96.0);
    const auto criterion = BasisCountCriterion::bayesian_information;
    CHECK_THAT(primore::basis_count_score(primitive, demonstrations, criterion), near(expected, 1e-10));
    for (auto& demonstration : demonstrations) demonstration.positions.setZero();
    CHECK(std::isfinite(primore::basis_count_score(primitive, demonstrations, criterion)));
}

TEST_CASE("a suggestion needs a candidate", "[basis_count]") {
    CHECK_THROWS_MATCHES(primore::suggest_basis_count(noisy(0.1, 12), {}, promp), std::invalid_argument,
                         Message("suggest_basis_count: the size of candidates is 0, expected at least 1"));
}
