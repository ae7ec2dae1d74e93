// SPDX-License-Identifier: MIT
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/primitive/pro_mp.hpp>

#include "demonstrations/files.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/scratch_folder.hpp"

using demonstrations::parse_options;

namespace {

std::string complaint_about(const std::vector<std::string>& words) {
    try {
        static_cast<void>(parse_options(words));
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

/// Movements of one degree of freedom around a line from 0 to 1.
demonstrations::Fan line_fan() {
    const primore::ProMp<double> primitive({.dofs = 1, .basis_count = 2});
    return demonstrations::fan_of(primore::TrajectoryDistribution(primitive, {Eigen::Vector2d(0, 1), 0.01 * Eigen::Matrix2d::Identity()}));
}

}  // namespace

TEST_CASE("options of the lesson are read, or one sentence says what is wrong") {
    CHECK_FALSE(parse_options({}).folder);
    const std::vector<std::string> words{"there", "--out", "here"};
    CHECK(parse_options(words).folder == "there");
    CHECK(parse_options(words).out == "here");
    CHECK(parse_options(std::vector<std::string>{"--what", "--help"}).help);
    CHECK(complaint_about({"--what"}) == "unknown option '--what'; --help explains all options");
    CHECK(complaint_about({"--out"}) == "--out has no value, expected the name of a directory");
    CHECK(complaint_about({"--out", "a\nb"}) == "--out is 'a\nb', expected the name of a directory without control characters");
    CHECK(complaint_about({"a", "b"}) == "unexpected argument 'b', there is a folder already: a");
}

TEST_CASE("made reaches are forty different movements of 0.4 to 0.9 s, the same every time") {
    const auto reaches = demonstrations::reaches(), again = demonstrations::reaches();
    REQUIRE(reaches.size() == 40);
    for (std::size_t i = 0; i < reaches.size(); ++i) {
        reaches[i].validate("test", "reach", 2);
        CHECK(reaches[i].positions == again[i].positions);
        CHECK((reaches[i].times.tail(1)(0) > 0.39 && reaches[i].times.tail(1)(0) < 0.91));
        CHECK((i == 0 || reaches[i].positions(0, 0) != reaches[i - 1].positions(0, 0)));
    }
}

TEST_CASE("a fan becomes a table with a column for everything") {
    const demonstrations::Fan fan = line_fan();
    const std::string csv = csv_of(fan, {"x \"m\""});
    CHECK(csv.starts_with("time,\"x \"\"m\"\" mean\",\"x \"\"m\"\" deviation\",\"x \"\"m\"\" sample 1\","));
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + fan.times.size());
    CHECK(std::count(csv.begin(), csv.begin() + static_cast<std::ptrdiff_t>(csv.find('\n')), ',') == 7);
}

TEST_CASE("what is drawn lies within its range, demonstrations within the duration") {
    const demonstrations::Comparison comparison{"ProMP", line_fan(), line_fan(), {{.value = Eigen::VectorXd::Constant(1, 3.0)}}};
    const std::vector<primore::Demonstration<double>> shown{{Eigen::Vector3d(1, 2, 3), Eigen::Vector3d(-2, 0, 1)}};
    const auto [low, high] = range_of(comparison, shown, 0);
    CHECK_THAT(low, WithinAbs(-2.2, 1e-12));  // 4 % of 5 beyond -2 and 3
    CHECK_THAT(high, WithinAbs(3.2, 1e-12));
    CHECK(demonstrations::block_of(shown, 0.8) == "0,-2\n0.4,0\n0.8,1\n\n");
}

TEST_CASE("gnuplot draws the picture, whatever the names") {
    if (!gnuplot::is_installed()) return;
    const primore_test::ScratchFolder folder;
    const auto out = folder.path() / "|it's `touch injected` {a}";
    std::filesystem::create_directories(out);
    const Eigen::VectorXd point = Eigen::VectorXd::Constant(1, 0.5);
    const demonstrations::Comparison comparison{
        "ProMP", line_fan(), line_fan(), {{.value = point}, {.time = 0.5, .value = point}, {.time = 1, .value = point}}};
    write(out, comparison, {{Eigen::Vector3d(0, 1, 2), Eigen::Vector3d(0, 0.5, 1)}}, {"it's x_1 [m]"});
    const std::string svg = primore::read_text_file("test", out / "promp.svg");
    CHECK_THAT(svg, ContainsSubstring("it's x_1 [m]") && ContainsSubstring("via point") && ContainsSubstring("</svg>"));
    CHECK(svg.size() < 100'000);
    CHECK_FALSE(std::filesystem::exists("injected"));
}
