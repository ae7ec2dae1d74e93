// SPDX-License-Identifier: MIT
// The main example: a planar arm of 5 links learns to put its end effector into a hole in the ground without touching anything.
//
//   primitive (movement.hpp)    parameters w -> desired motion of the joints
//   controller (movement.hpp)   desired motion -> velocities
//   task (hole_reacher.hpp)     velocities -> rewards, collisions
//   search (here)               a distribution of w that learns from the return of every episode
//
// `hole_reacher --help` explains the options.

#include <cerrno>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include <Eigen/Core>

#include <primore/primore.hpp>

#include "hole_reacher.hpp"
#include "motion_record.hpp"
#include "movement.hpp"
#include "options.hpp"
#include "plot.hpp"

namespace hole_reacher {

/// Makes the directory, removes the files of an earlier run from it, and sees whether new ones can be written.
/// @throws OptionError if not
void prepare(const std::filesystem::path& directory) {
    const auto refuse = [&](const std::string& what, const std::string& why) {
        throw OptionError("--out is '" + directory.string() + "', " + what + ": " + why);
    };
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) refuse("but this directory cannot be made", error.message());
    for (const auto* name : {"motion.csv", "motion.svg", "learning_curve.svg", "progress.csv"}) {
        std::filesystem::remove(directory / name, error);
        if (error) refuse(std::string("but the old ") + name + " in it cannot be replaced", error.message());
    }
    if (!std::ofstream(directory / "progress.csv")) refuse("but no file can be written there", std::generic_category().message(errno));
}

/// What was achieved, in one sentence.
std::string summary(const Arm& arm, double episode_return, const primore::MaximizeResult<double>& result) {
    std::ostringstream sentence;
    sentence << std::fixed << std::setprecision(2);
    if (arm.in_the_hole()) {
        sentence << "In the hole: the arm reaches " << -arm.end_effector().y() << " m below the ground and stays " << arm.clearance()
                 << " m clear of the walls";
    } else if (arm.collided()) {
        sentence << "Not in the hole: the arm collides after " << arm.step_count() * arm.time_step() << " s, " << arm.distance_to_goal()
                 << " m from the bottom of the hole";
    } else {
        sentence << "Not in the hole: the arm ends " << arm.distance_to_goal() << " m from the bottom of the hole";
    }
    sentence << "; return " << std::setprecision(3) << episode_return << " after " << result.episodes << " episodes in "
             << std::setprecision(1) << result.seconds << " s.";
    return sentence.str();
}

/// Learns, then executes the mean of what was learned once more and leaves files, pictures and a sentence.
template <typename Primitive, primore::SearchDistribution Search>
void run(const Options& options, const Primitive& primitive, Search search) {
    const std::filesystem::path directory = options.out;
    prepare(directory);

    const Arm start({.hole = {.x = options.hole_x, .width = options.hole_width}, .reward = options.reward});
    const primore::CsvRecord record(directory / "progress.csv");
    const bool in_place = isatty(STDERR_FILENO) == 1;
    primore::ProgressLine progress(std::cerr, {.in_place = in_place, .seconds_between = in_place ? 0.1 : 1.0});
    const auto episode = [&](const Eigen::VectorXd& parameters) {
        Arm arm = start;
        return execute(arm, primitive, parameters);
    };
    const auto observe = [&](const primore::Generation<double>& generation) {
        record(generation);
        progress(generation);
    };
    const primore::Threads threads(static_cast<int>(options.threads));
    const auto result = primore::maximize(search, episode, {.max_episodes = options.episodes, .evaluator = threads, .observer = observe});

    Arm arm = start;
    MotionRecord<5> motion(arm);
    const auto outcome = execute(arm, primitive, result.mean, motion);
    motion.write_csv(directory / "motion.csv");
    if (!gnuplot::is_installed()) {
        std::cout << gnuplot::not_installed;
    } else if (!draw_pictures(directory, motion, arm.hole())) {
        std::cout << "No pictures: gnuplot could not draw them.\n";
    }
    std::cout << "Results are in " << directory.string() << ".\n" << summary(arm, outcome.episode_return, result) << '\n';
}

/// Chooses the search distribution.
template <typename Primitive>
void run(const Options& options, const Primitive& primitive) {
    const Eigen::VectorXd rest = Eigen::VectorXd::Zero(primitive.parameter_count());
    const auto run_with = [&](const auto& search) {
        if (options.episodes < static_cast<std::uint64_t>(search.population())) {
            throw OptionError("--episodes is '" + text_of(options.episodes) + "', expected at least " + text_of(search.population()) +
                              " with this search, one generation");
        }
        run(options, primitive, search);
    };
    if (options.search == SearchKind::cas_more) {
        run_with(primore::CasMore<double>({.mean = rest, .standard_deviation = initial_deviation, .seed = options.seed}));
    } else {
        run_with(primore::CmaEs<double>({.mean = rest, .standard_deviation = initial_deviation, .seed = options.seed}));
    }
}

/// Chooses the primitive.
void run(const Options& options) {
    if (options.primitive == PrimitiveKind::promp) {
        run(options, promp());
    } else {
        run(options, prodmp());
    }
}

}  // namespace hole_reacher

int main(int argument_count, char** arguments) {
    try {
        const std::vector<std::string> words(arguments + 1, arguments + argument_count);
        const auto options = hole_reacher::parse_options(words);
        if (options.help) {
            std::cout << hole_reacher::help_text();
        } else {
            hole_reacher::run(options);
        }
        return 0;
    } catch (const hole_reacher::OptionError& error) {
        std::cerr << "hole_reacher: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "hole_reacher: " << error.what() << '\n';
        return 1;
    }
}
