// SPDX-License-Identifier: MIT
#include "support/reference.hpp"

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "support/near.hpp"

namespace {

using primore_test::reference_cases;
using primore_test::ReferenceCase;

std::vector<ReferenceCase> parse(const std::string& content) {
    std::istringstream input(content);
    return primore_test::ReferenceParser(input, "some.ref").cases();
}

TEST_CASE("reference: texts, and numbers of every rank", "[support]") {
    const auto cases = parse(
        "# a comment\n"
        "case first\ntext kind a kind of text\ntext empty\ntext goal null\nreal tau 0 3.5\nreal none 1 0\nreal row 1 2 -inf nan\n"
        "real table 2 2 3 1 2 3  4 5 6\nreal cube 3 1 2 2 1 2 3 4\nend\n"
        "\ncase second\r\nreal tau 0 1e-3\r\nend\r\n");
    REQUIRE(cases.size() == 2);
    const ReferenceCase& first = cases[0];
    CHECK(first.name == "first");
    CHECK(first.origin == "some.ref:2");
    CHECK(first.text("kind") == "a kind of text");
    CHECK(first.text("empty").empty());
    CHECK(first.has("tau"));
    CHECK(first.has("kind"));
    CHECK_FALSE(first.has("goal"));
    CHECK_FALSE(first.has("delay"));
    CHECK(first.number("tau") == 3.5);
    CHECK(first.number_or("delay", 0.25) == 0.25);
    CHECK_THAT(first.vector("tau"), near(Eigen::VectorXd::Constant(1, 3.5), 0.0));
    CHECK(first.vector("none").size() == 0);
    CHECK_THAT(first.vector("row"), near(Eigen::Vector2d(-INFINITY, NAN), 0.0));
    CHECK_THAT(first.matrix("table"), near((Eigen::MatrixXd(2, 3) << 1, 2, 3, 4, 5, 6).finished(), 0.0));
    CHECK(first.shape("cube") == std::vector<Eigen::Index>{1, 2, 2});
    CHECK_THAT(first.vector("cube"), near(Eigen::Vector4d(1, 2, 3, 4), 0.0));
    CHECK(cases[1].number("tau") == 1e-3);
}

TEST_CASE("reference: what a case does not have is said with its name", "[support]") {
    const ReferenceCase only = parse("case one\nreal row 1 2 1 2\nend\n").front();
    CHECK_THROWS_WITH(only.text("kind"), "reference case one (some.ref:1): has no text 'kind'");
    CHECK_THROWS_WITH(only.vector("kind"), "reference case one (some.ref:1): has no numbers 'kind'");
    CHECK_THROWS_WITH(only.number("row"), "reference case one (some.ref:1): 'row' is an array, expected a single number");
    CHECK_THROWS_WITH(only.matrix("row"), "reference case one (some.ref:1): 'row' has rank 1, expected a matrix");
}

TEST_CASE("reference: a broken file is refused with file and line", "[support]") {
    CHECK_THROWS_WITH(parse("real a 0 1\n"), "some.ref:1: 'real' outside a case");
    CHECK_THROWS_WITH(parse("end\n"), "some.ref:1: 'end' outside a case");
    CHECK_THROWS_WITH(parse("case a\n"), "some.ref:1: the file ends inside case 'a'");
    CHECK_THROWS_WITH(parse("case a\ncase b\n"), "some.ref:2: case 'b' begins inside case 'a'");
    CHECK_THROWS_WITH(parse("case a\nreel b 0 1\n"), "some.ref:2: unknown word 'reel'");
    CHECK_THROWS_WITH(parse("case a\ntext b x\ntext b x\n"), "some.ref:3: text 'b' is given twice");
    CHECK_THROWS_WITH(parse("case a\nreal b 1 3 1 2\n"), "some.ref:2: real 'b' has 2 values, its shape asks for 3");
    CHECK_THROWS_WITH(parse("case a\nreal b 0 1 2\n"), "some.ref:2: real 'b' has 2 values, its shape asks for 1");
    CHECK_THROWS_WITH(parse("case a\nreal b 1 1.5 2\n"), "some.ref:2: real 'b': sizes must be whole numbers");
    CHECK_THROWS_WITH(parse("case a\nreal b 3 1\n"), "some.ref:2: real 'b': the rank and as many sizes must come first");
    CHECK_THROWS_WITH(parse("case a\nreal b 1 2 1 2x\n"), "some.ref:2: real 'b': '2x' is not a number");
}

TEST_CASE("reference: a missing directory and a directory without cases are errors", "[support]") {
    CHECK_THROWS_WITH(reference_cases("mp", "nowhere"), ContainsSubstring("mp is not a directory (PRIMORE_REFERENCE_DIR chooses another)"));
    CHECK_THROWS_WITH(reference_cases("support", PRIMORE_DEFAULT_REFERENCE_DIR "/.."), ContainsSubstring("no case in any .ref file"));
}

TEST_CASE("reference: every file of the project can be read", "[support]") {
    for (const auto* topic : {"mp", "search", "tasks"}) {
        CHECK_NOTHROW(reference_cases(topic, PRIMORE_DEFAULT_REFERENCE_DIR));
    }
}

}  // namespace
