// SPDX-License-Identifier: MIT
#include "reference_search/bbob_checks.hpp"

#include <string>

#include <Eigen/Core>

#include "bbob/problem.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

namespace primore_test {

void check_bbob_values(const ReferenceCase& reference) {
    constexpr double tolerance = 1e-8;
    const auto n = static_cast<Eigen::Index>(reference.number("dim"));
    const primore_benchmark::BbobProblem problem(
        {.function = static_cast<int>(reference.number("f")), .instance = static_cast<int>(reference.number("instance")), .n = n});
    CHECK(problem.optimal_value() == reference.number("f_opt"));
    const Eigen::MatrixXd points = reference.matrix("file.points." + std::to_string(n)).transpose();
    const Eigen::VectorXd values = reference.vector("values");
    REQUIRE(points.cols() == values.size());
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        INFO("f" << reference.number("f") << " at point " << i);
        CHECK_THAT(problem(points.col(i)), Catch::Matchers::WithinRel(values(i), tolerance));
    }
}

}  // namespace primore_test
