// SPDX-License-Identifier: MIT
#include <primore/search/normal_population.hpp>

#include <cmath>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::MatrixXd;

TEST_CASE("the columns of a population have the numbers of their streams", "[formula]") {
    const auto z = pm::normal_population<double>(5, 3, 7, 9);
    for (Eigen::Index i = 0; i < 3; ++i) {
        pm::Stream stream(7, pm::Purpose::search, 9, static_cast<std::uint32_t>(i));
        for (Eigen::Index row = 0; row < 5; ++row) CHECK(z(row, i) == stream.normal());
    }
}

TEMPLATE_TEST_CASE("orthogonalize turns the columns of each group to right angles and keeps their lengths", "[property]", float, double) {
    const double tolerance = sizeof(TestType) == 4 ? 1e-4 : 1e-12;  // measured 1e-5 and 1.5e-14: square groups are ill-conditioned
    for (const Eigen::Index n : {2, 3, 10, 40}) {
        for (const Eigen::Index population : {2, 4, 9, 25}) {
            const auto independent = pm::normal_population<TestType>(n, population, 3, 1);
            auto z = independent;
            pm::orthogonalize(z);
            CHECK_THAT(z.colwise().norm(), near(independent.colwise().norm(), tolerance));
            for (Eigen::Index begin = 0; begin < population; begin += n) {
                CHECK_THAT(z.col(begin), near(independent.col(begin), tolerance));
                const auto group = z.middleCols(begin, std::min(n, population - begin));
                const Eigen::MatrixX<TestType> products = group.transpose() * group;
                CHECK_THAT(products, near(Eigen::MatrixX<TestType>(products.diagonal().asDiagonal()), tolerance));
            }
        }
    }
}

TEST_CASE("orthogonalize leaves dependent columns and single parameters as they are", "[property]") {
    MatrixXd same = MatrixXd::Ones(3, 2), single = MatrixXd::Ones(1, 4);
    pm::orthogonalize(same);
    pm::orthogonalize(single);
    CHECK(same == MatrixXd::Ones(3, 2));
    CHECK(single == MatrixXd::Ones(1, 4));
}

TEST_CASE("every orthogonal sample alone is standard normal", "[property]") {
    // 20000 populations of 4 in 3 parameters; standard error of a moment of one entry: 7e-3 (mean), 1e-2 (square); bounds are 4 of them.
    MatrixXd mean = MatrixXd::Zero(3, 4), square = mean;
    constexpr int populations = 20'000;
    for (std::uint32_t generation = 0; generation < populations; ++generation) {
        auto z = pm::normal_population<double>(3, 4, 5, generation);
        pm::orthogonalize(z);
        mean += z / populations;
        square += z.cwiseAbs2() / populations;
    }
    CHECK(mean.cwiseAbs().maxCoeff() < 0.028);
    CHECK((square.array() - 1).abs().maxCoeff() < 0.04);
}
