// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hole_reacher.hpp"

namespace hole_reacher {

enum class PrimitiveKind { promp, prodmp };
enum class SearchKind { cas_more, cma_es };

/// What the user asks of the program.
struct Options {
    PrimitiveKind primitive = PrimitiveKind::prodmp;
    SearchKind search = SearchKind::cas_more;
    Reward reward = Reward::unbounded;
    double hole_x = 2.0;      ///< [m]
    double hole_width = 0.5;  ///< [m]
    std::uint64_t episodes = 5000;
    std::uint64_t seed = 1;
    std::uint64_t threads = std::max(1u, std::thread::hardware_concurrency());
    std::string out = "hole_reacher_out";
    bool help = false;
};

/// One sentence about a wrong option or value.
struct OptionError : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// One line of --help, and how its value gets into the options.
struct Option {
    std::string name;                                       ///< --seed
    std::string placeholder;                                ///< N
    std::string meaning;                                    ///< what it chooses
    std::string allowed;                                    ///< which values
    std::string standard;                                   ///< the value without it
    std::function<bool(Options&, const std::string&)> set;  ///< false if the value is not allowed
};

template <typename Number>
[[nodiscard]] std::string text_of(Number number) {
    std::ostringstream text;
    text << number;
    return text.str();
}

/// An option whose value is one of a few names.
template <typename Enum>
[[nodiscard]] Option choice(std::string name, std::string meaning, Enum Options::*member,
                            std::vector<std::pair<std::string, Enum>> values) {
    Option option{std::move(name), "NAME", std::move(meaning), values.front().first, "", {}};
    for (std::size_t i = 1; i < values.size(); ++i) option.allowed += (i + 1 < values.size() ? ", " : " or ") + values[i].first;
    for (const auto& [word, value] : values) {
        if (value == Options{}.*member) option.standard = word;
    }
    option.set = [member, values = std::move(values)](Options& options, const std::string& text) {
        const auto found = std::find_if(values.begin(), values.end(), [&](const auto& entry) { return entry.first == text; });
        if (found != values.end()) options.*member = found->second;
        return found != values.end();
    };
    return option;
}

/// An option whose value is a decimal number in [least, most].
[[nodiscard]] inline Option number(std::string name, std::string placeholder, std::string meaning, double Options::*member, double least,
                                   double most) {
    const auto set = [=](Options& options, const std::string& text) {
        if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos) return false;
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        if (*end != '\0' || !(value >= least && value <= most)) return false;
        options.*member = value;
        return true;
    };
    return {std::move(name),
            std::move(placeholder),
            std::move(meaning),
            "a number from " + text_of(least) + " to " + text_of(most),
            text_of(Options{}.*member),
            set};
}

/// An option whose value is a whole number in [least, most].
[[nodiscard]] inline Option whole_number(std::string name, std::string meaning, std::uint64_t Options::*member, std::uint64_t least,
                                         std::uint64_t most) {
    const auto set = [=](Options& options, const std::string& text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return false;
        options.*member = value;
        return true;
    };
    return {std::move(name),
            "N",
            std::move(meaning),
            "a whole number from " + text_of(least) + " to " + text_of(most),
            text_of(Options{}.*member),
            set};
}

/// An option whose value is a directory. Names with control characters are refused: they fit into no plot script.
[[nodiscard]] inline Option directory(std::string name, std::string meaning, std::string Options::*member) {
    const auto set = [=](Options& options, const std::string& text) {
        const auto is_control = [](char character) { return (character >= 0 && character < ' ') || character == 127; };
        if (text.empty() || std::any_of(text.begin(), text.end(), is_control)) return false;
        options.*member = text;
        return true;
    };
    return {std::move(name), "DIR", std::move(meaning), "the name of a directory without control characters", Options{}.*member, set};
}

/// All options, in the order of --help.
[[nodiscard]] inline std::vector<Option> all_options() {
    return {
        choice("--primitive", "movement primitive that turns parameters into a motion of the joints", &Options::primitive,
               {{"promp", PrimitiveKind::promp}, {"prodmp", PrimitiveKind::prodmp}}),
        choice("--search", "search distribution that learns the parameters", &Options::search,
               {{"cas-more", SearchKind::cas_more}, {"cma-es", SearchKind::cma_es}}),
        choice("--reward", "reward of the task; beware of vel_acc, to which, as in the original task, a collision costs nothing",
               &Options::reward, {{"simple", Reward::simple}, {"vel_acc", Reward::vel_acc}, {"unbounded", Reward::unbounded}}),
        number("--hole-x", "METRES", "centre of the hole; the base of the arm is at 0", &Options::hole_x, -4.0, 4.0),
        number("--hole-width", "METRES", "width of the hole, less than twice the distance to the base", &Options::hole_width, 0.01, 4.0),
        whole_number("--episodes", "how many movements are tried", &Options::episodes, 1, 1'000'000'000),
        whole_number("--seed", "seed of every random number; the same seed gives the same run", &Options::seed, 0, UINT64_MAX),
        whole_number("--threads", "threads that run episodes, one per core if not given; they change nothing but the time",
                     &Options::threads, 1, 1024),
        directory("--out", "where the results are written; it is made if need be, files of an earlier run are replaced", &Options::out),
    };
}

/// What --help prints.
[[nodiscard]] inline std::string help_text() {
    std::ostringstream help;
    help << "A planar arm of 5 links learns to put its end effector into a hole in the ground without touching anything.\n\n"
            "usage: hole_reacher [--option value | --option=value] ...\n";
    for (const Option& option : all_options()) {
        help << "\n  " << option.name << ' ' << option.placeholder << "\n      " << option.meaning << ";\n      " << option.allowed
             << " (default " << option.standard << ")\n";
    }
    help << "\n  --help\n      print this text\n\n"
            "The output directory then holds progress.csv (one row per generation) and motion.csv (the learned motion) and, where\n"
            "gnuplot is installed, learning_curve.svg and motion.svg. The exit code is 0 after a run, in the hole or not, and 2 if\n"
            "an option is wrong or the directory cannot be written.\n";
    return help.str();
}

/// Refuses a hole that the base of the arm would stand on.
inline void require_hole_beside_base(const Options& options) {
    if (std::abs(options.hole_x) > options.hole_width / 2.0) return;
    throw OptionError("--hole-x " + text_of(options.hole_x) + " with --hole-width " + text_of(options.hole_width) +
                      " puts the hole under the base of the arm, expected a hole-x below -" + text_of(options.hole_width / 2.0) +
                      " or above " + text_of(options.hole_width / 2.0));
}

/// Reads the arguments after the program's name. An option that is given twice counts the last time; --help beats everything else.
/// @throws OptionError with one sentence that says what is wrong and what is allowed
[[nodiscard]] inline Options parse_options(std::span<const std::string> arguments) {
    Options options;
    options.help = std::find(arguments.begin(), arguments.end(), "--help") != arguments.end();
    if (options.help) return options;

    const std::vector<Option> known = all_options();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (!argument.starts_with("--")) {
            throw OptionError("unexpected argument '" + argument + "', expected an option; --help explains all of them");
        }
        const auto equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const auto option = std::find_if(known.begin(), known.end(), [&](const Option& candidate) { return candidate.name == name; });
        if (option == known.end()) throw OptionError("unknown option '" + name + "'; --help explains all options");

        const bool follows = equals == std::string::npos;
        if (follows && (i + 1 == arguments.size() || arguments[i + 1].starts_with("--"))) {
            throw OptionError(name + " has no value, expected " + option->allowed);
        }
        const std::string value = follows ? arguments[++i] : argument.substr(equals + 1);
        if (!option->set(options, value)) throw OptionError(name + " is '" + value + "', expected " + option->allowed);
    }
    require_hole_beside_base(options);
    return options;
}

}  // namespace hole_reacher
