// SPDX-License-Identifier: MIT
#include "bbob/number_list.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using primore_benchmark::number_list;

}  // namespace

TEST_CASE("a list of numbers has single numbers and ranges", "[bbob]") {
    CHECK(number_list("5") == std::vector{5});
    CHECK(number_list("1-3,7,10-11") == std::vector{1, 2, 3, 7, 10, 11});
    CHECK(primore_benchmark::word_list("cma_es,cas_more") == std::vector<std::string>{"cma_es", "cas_more"});
}

TEST_CASE("what is no list of numbers is refused", "[bbob]") {
    for (const std::string text : {"", "one", "1-", "1-3-5", "1 3", "3-1", "2x"}) {
        CHECK_THROWS_WITH(number_list(text), "'" + text + "' is no list like 1-3,7");
    }
}

TEST_CASE("a whole number may be written with an exponent; anything else is refused with what was expected", "[bbob]") {
    using primore_benchmark::whole_number;
    CHECK(whole_number("--budget", "20") == 20);
    CHECK(whole_number("--budget", "1e3") == 1000);
    CHECK(whole_number("--budget", "2.5e3") == 2500);
    for (const std::string text : {"", "many", "1e", "-5", "2.5", "1e99", "10 N"}) {
        CHECK_THROWS_WITH(whole_number("--budget", text), "--budget is '" + text + "', expected a whole number like 20 or 1e4");
    }
}
