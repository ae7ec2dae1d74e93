// SPDX-License-Identifier: MIT
#include <primore/primitive/dof_count.hpp>

#include <stdexcept>

#include "support/catch.hpp"

TEST_CASE("the number of degrees of freedom comes from the template or from the option") {
    CHECK(primore::dof_count<7>("ProMp", 0) == 7);
    CHECK(primore::dof_count<7>("ProMp", 7) == 7);
    CHECK(primore::dof_count<Eigen::Dynamic>("ProMp", 3) == 3);
    CHECK_THROWS_MATCHES(primore::dof_count<Eigen::Dynamic>("ProMp", 0), std::invalid_argument,
                         Message("ProMp: dofs is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(primore::dof_count<7>("ProMp", 6), std::invalid_argument,
                         Message("ProMp: dofs is 6, expected the number of the template, 7"));
}
