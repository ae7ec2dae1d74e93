// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gnuplot.hpp"
#include "hole_reacher/plot.hpp"
#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using hole_reacher::HoleReacher;
using hole_reacher::MotionRecord;

namespace {

/// A motion of 0.9 s: the first joint turns by 0.9 rad.
MotionRecord<5> turning() {
    HoleReacher<5> arm;
    MotionRecord<5> motion(arm);
    const Eigen::Matrix<double, 5, 1> velocity = -Eigen::Matrix<double, 5, 1>::Unit(0);
    const auto desired = primore::Setpoint<double, 5>::zero();
    for (int i = 0; i < 90; ++i) motion(primore::RollOutStep<double, 5>{i, 0.01 * (i + 1), desired, velocity, arm.step(velocity)});
    return motion;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the arm is drawn at ten moments from start to end") {
    const std::string block = hole_reacher::arms_at_ten_moments(turning());
    CHECK(std::count(block.begin(), block.end(), '\n') == 10 * (6 + 1));
    CHECK(block.starts_with("0,0,0\n"));
    CHECK_THAT(block, ContainsSubstring(",0.1\n"));
    CHECK_THAT(block, ContainsSubstring(",0.9\n\n"));
}

TEST_CASE("the view holds the whole motion and the hole") {
    const auto view = hole_reacher::view_of(turning(), hole_reacher::Hole{});
    CHECK_THAT(view.min().y(), WithinAbs(-1.35, 1e-12));
    CHECK_THAT(view.max().y(), WithinAbs(5.35, 1e-12));
    CHECK_THAT(view.max().x(), WithinAbs(5.0 * std::sin(0.9) + 0.35, 1e-9));
}

TEST_CASE("gnuplot draws both pictures, the same every time, into a directory of any name") {
    if (!gnuplot::is_installed()) return;
    const primore_test::ScratchFolder folder;
    const auto directory = folder.path() / "|it's `touch injected` \"$HOME\"; @a {b} %d";
    std::filesystem::create_directories(directory);
    const MotionRecord<5> motion = turning();
    motion.write_csv(directory / "motion.csv");
    std::ofstream(directory / "progress.csv") << "episodes,best_return_so_far,median_return,entropy\n10,1,0.5,-3\n20,1.5,0.9,-5\n";
    std::string curve, arm;
    for (int repetition = 0; repetition < 2; ++repetition) {
        REQUIRE(hole_reacher::draw_pictures(directory, motion, hole_reacher::Hole{}));
        const std::string new_curve = content_of(directory / "learning_curve.svg"), new_arm = content_of(directory / "motion.svg");
        CHECK((repetition == 0 || (curve == new_curve && arm == new_arm)));
        curve = new_curve;
        arm = new_arm;
    }
    CHECK_THAT(curve, ContainsSubstring("</svg>") && ContainsSubstring("median of generation"));
    CHECK_THAT(arm, ContainsSubstring("</svg>") && ContainsSubstring("time [s]"));
    CHECK(curve.size() < 100'000);
    CHECK(arm.size() < 100'000);
    CHECK_FALSE(std::filesystem::exists("injected"));
}
