// SPDX-License-Identifier: MIT
#include <primore/detail/best_first.hpp>

#include "support/catch.hpp"

TEST_CASE("best_first orders returns, and equal ones as they stand", "[formula]") {
    Eigen::VectorXd returns(6);
    returns << 1, 3, -2, 3, 7, 3;
    CHECK(primore::detail::best_first(returns) == std::vector<Eigen::Index>{4, 1, 3, 5, 0, 2});
    CHECK(primore::detail::best_first(Eigen::VectorXd()).empty());
}
