// SPDX-License-Identifier: MIT
#include <primore/learn/demonstration_csv.hpp>

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/scratch_folder.hpp"

namespace {

using Names = std::vector<std::string>;
using primore::Demonstration;
using primore::demonstration_csv;

primore::NamedDemonstration<double> read(const std::string& text) {
    std::istringstream stream(text);
    return primore::read_demonstration_csv<double>(stream, "a.csv");
}

const std::string good = "time,x,y\n0,1,2\n0.5,3,-4e-1\n";

}  // namespace

TEST_CASE("a demonstration is read") {
    const auto [names, shown] = read(good);
    CHECK(names == Names{"x", "y"});
    CHECK(shown.times == Eigen::Vector2d(0, 0.5));
    CHECK(shown.positions == Eigen::MatrixXd{{1, 2}, {3, -0.4}});
}

TEST_CASE("what is harmless in a table is accepted") {
    for (const std::string text : {"time,x,y\n0,1,2\n0.5,3,-0.4", "time,x,y\r\n0,1,2\r\n0.5,3,-0.4\r\n",
                                   "\xEF\xBB\xBFtime,x,y\n0,1,2\n0.5,3,-0.4\n", "time , x,\ty\n 0, 1 ,2\n0.5 ,3, -0.40\t\n",
                                   "time,x,y\n0,1,2\n0.5,3,-0.4\n\n \r\n\n", "\"time\",\"x\", \"y\" \n\"0\",1,2\n+0.5,3,-.4\n"}) {
        INFO(text);
        const auto [names, shown] = read(text);
        CHECK(names == Names{"x", "y"});
        CHECK(shown.times == Eigen::Vector2d(0, 0.5));
        CHECK(shown.positions == Eigen::MatrixXd{{1, 2}, {3, -0.4}});
    }
    CHECK(read("time,\"a,\"\"b\"\"\",\" c \"\n0,1,2\n1,3,4\n").names == Names{"a,\"b\"", " c "});
}

TEST_CASE("what is wrong in a table is named with file, line and cell") {
    const auto check = [](const std::string& text, const std::string& message) {
        CHECK_THROWS_MATCHES(read(text), std::runtime_error, Message("a.csv:" + message));
    };
    check("", "1:1: nothing, expected the header time,name1,name2,...");
    check("\n\n", "1:1: nothing, expected the header time,name1,name2,...");
    check("0,1,2\n1,2,3\n", "1:1: the first column is \"0\", expected the header time,name1,name2,...");
    check("time;x;y\n0;1;2\n", "1:1: the first column is \"time;x;y\", expected the header time,name1,name2,...");
    check("t,x\n0,1\n", "1:1: the first column is \"t\", expected the header time,name1,name2,...");
    check("time\n0\n1\n", "1:2: nothing after time, expected the header time,name1,name2,...");
    check("time,x,\n0,1,2\n", "1:3: the name of the column is empty");
    check("time,x,y,x\n", "1:4: \"x\" is the name of column 2, too");
    check("time,x,\"y\n0,1,2\n", "1:3: a quote is not closed");
    check("time,\"x\"y,z\n0,1,2\n", "1:2: text follows a closed quote");
    check("time,x,y\n", "2:1: 0 rows of numbers, expected at least 2");
    check("time,x,y\n0,1,2\n\n", "3:1: 1 row of numbers, expected at least 2");
    check(good + "1,2\n", "4:3: 2 cells, expected 3 as in the header");
    check(good + "1,2,3,4\n", "4:4: 4 cells, expected 3 as in the header");
    check(good + "1,2,3,\n", "4:4: 4 cells, expected 3 as in the header");
    check(good + "1\n", "4:2: 1 cell, expected 3 as in the header");
    check(good + "1,,3\n", "4:2: x is missing");
    check(good + ",2,3\n", "4:1: time is missing");
    check(good + "1,2, \n", "4:3: y is missing");
    check(good + "1,nan,3\n", "4:2: x is \"nan\", expected a finite number");
    check(good + "1,2,-inf\n", "4:3: y is \"-inf\", expected a finite number");
    check(good + "inf,2,3\n", "4:1: time is \"inf\", expected a finite number");
    check(good + "1,2,1e999\n", "4:3: y is \"1e999\", expected a finite number");
    check(good + "1,2 m,3\n", "4:2: x is \"2 m\", expected a finite number");
    check(good + "1,0x10,3\n", "4:2: x is \"0x10\", expected a finite number");
    check(good + "1,\"2,5\",3\n", "4:2: x is \"2,5\", expected a finite number");
    check(good + "0.5,2,3\n", "4:1: time is 0.5, expected more than 0.5, the time before");
    check(good + "0.4,2,3\n", "4:1: time is 0.4, expected more than 0.5, the time before");
    check("time,x,y\n0,1,2\n\n1,2,3\n", "3:1: an empty line, expected none before the last row");
    check("\ntime,x,y\n0,1,2\n1,2,3\n", "1:1: an empty line, expected none before the last row");
    check("time,x\r0,1\r1,2\r", "1:1: a carriage return within the line");
}

TEST_CASE("a stream that breaks off is no demonstration") {
    std::istringstream stream(good);
    stream.setstate(std::ios::badbit);
    CHECK_THROWS_MATCHES(primore::read_demonstration_csv<double>(stream, "pipe"), std::runtime_error, Message("pipe: cannot be read"));
}

TEMPLATE_TEST_CASE("a demonstration that was written reads back bit for bit", "", float, double) {
    using Scalar = TestType;
    const Names names{"shoulder", "el,bow", " \"wrist\" "};
    Demonstration<Scalar> shown{Eigen::VectorX<Scalar>::LinSpaced(200, Scalar(-0.1), Scalar(2) / 3),
                                primore_test::normal_matrix(200, 3, 4).cast<Scalar>() * Scalar(1e-3)};
    shown.positions(0, 0) = std::numeric_limits<Scalar>::max();
    shown.positions(1, 0) = std::numeric_limits<Scalar>::min();
    const primore_test::ScratchFolder folder;
    primore::write_demonstration_csv(folder.path() / "a.csv", names, shown);
    const auto back = primore::read_demonstration_csv<Scalar>(folder.path() / "a.csv");
    CHECK(back.names == names);
    CHECK(back.demonstration.times == shown.times);
    CHECK(back.demonstration.positions == shown.positions);
}

TEST_CASE("a demonstration is written in the fewest digits") {
    CHECK(demonstration_csv({"x", "y"}, Demonstration<double>{Eigen::Vector2d(0, 0.1), Eigen::MatrixXd{{1, 1.0 / 3}, {-2.5, 1e-7}}}) ==
          "time,x,y\n0,1,0.3333333333333333\n0.1,-2.5,1e-07\n");
}

TEST_CASE("a demonstration that could not be read is not written") {
    const Demonstration<double> shown{Eigen::Vector2d(0, 1), Eigen::MatrixXd::Zero(2, 2)};
    const auto check = [&](const Names& names, const std::string& message) {
        CHECK_THROWS_MATCHES(demonstration_csv(names, shown), std::invalid_argument, Message("demonstration_csv: " + message));
    };
    check({"x"}, "demonstration.positions.cols() has size 2, expected 1 (dofs)");
    check({"x", ""}, "names[1] is \"\", expected a name in one line, different from the others");
    check({"x", "x"}, "names[1] is \"x\", expected a name in one line, different from the others");
    check({"time", "x"}, "names[0] is \"time\", expected a name in one line, different from the others");
    check({"x", "a\nb"}, "names[1] is \"a?b\", expected a name in one line, different from the others");
    CHECK_THROWS_MATCHES(demonstration_csv({"x"}, Demonstration<double>{Eigen::Vector2d(0, 0), Eigen::MatrixXd::Zero(2, 1)}),
                         std::invalid_argument,
                         Message("demonstration_csv: demonstration.times[1] is 0, expected more than 0, the time before"));
}

TEST_CASE("a folder of demonstrations") {
    const primore_test::ScratchFolder folder;
    const auto read_folder = [&] { return primore::read_demonstration_folder<double>(folder.path()); };
    CHECK_THROWS_MATCHES(read_folder(), std::runtime_error,
                         Message("read_demonstration_folder: " + folder.path().string() + " holds no .csv file"));
    folder.write("b.csv", "time,x,y\n0,1,2\n1,3,4\n2,5,6\n");
    folder.write("a.CSV", good);
    folder.write("README.md", "not a table");
    const auto all = read_folder();
    CHECK(all.names == Names{"x", "y"});
    REQUIRE(all.demonstrations.size() == 2);
    CHECK(all.files[0].filename() == "a.CSV");
    CHECK(all.demonstrations[1].positions == Eigen::MatrixXd{{1, 2}, {3, 4}, {5, 6}});

    const auto check = [&](const std::string& text, const std::string& message) {
        folder.write("c.csv", text);
        CHECK_THROWS_MATCHES(read_folder(), std::runtime_error, Message((folder.path() / "c.csv").string() + message));
    };
    check("time,x,z\n0,1,2\n1,2,3\n", ":1:3: the column is \"z\", expected \"y\" as in a.CSV");
    check("time,x\n0,1\n1,2\n", ":1:3: the column is missing, expected \"y\" as in a.CSV");
    check("time,x,y,z\n0,1,2,3\n1,2,3,4\n", ":1:4: the column is \"z\", expected missing as in a.CSV");
    check("time,x,y\n0,1,2\n0,2,3\n", ":3:1: time is 0, expected more than 0, the time before");
    CHECK_THROWS_MATCHES(primore::read_demonstration_folder<double>("no/such"), std::runtime_error,
                         Message("read_demonstration_folder: no/such: No such file or directory"));
    CHECK_THROWS_MATCHES(primore::read_demonstration_csv<double>(std::filesystem::path("no/such.csv")), std::runtime_error,
                         Message("read_demonstration_csv: cannot read no/such.csv: No such file or directory"));
}
