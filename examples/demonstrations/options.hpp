// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace demonstrations {

constexpr auto help_text =
    R"(Learns a ProMP and a ProDMP from demonstrations and lets them begin, pass and end somewhere else.

usage: 01_learn_from_demonstrations [FOLDER] [--out DIR]

  FOLDER
      demonstrations, one in each file *.csv: a header time,name1,name2,... and rows of numbers, times in seconds;
      without it 40 are made and written into DIR/demonstrations
  --out DIR
      where the results are written (default 01_learn_from_demonstrations_out)
  --help
      print this text

DIR then holds, of each primitive, NAME_learned.csv and NAME_conditioned.csv: mean, standard deviation and five samples of each
degree of freedom over time; and, where gnuplot is installed, both as a picture NAME.svg. The exit code is 2 if something is wrong.
)";

/// What the user asks of the lesson.
struct Options {
    std::optional<std::filesystem::path> folder = {};
    std::filesystem::path out = "01_learn_from_demonstrations_out";
    bool help = false;
};

/// Reads the arguments after the program's name; --help beats everything else.
/// @throws std::invalid_argument with one sentence that says what is wrong
[[nodiscard]] inline Options parse_options(std::span<const std::string> arguments) {
    Options options;
    options.help = std::find(arguments.begin(), arguments.end(), "--help") != arguments.end();
    for (std::size_t i = 0; i < arguments.size() && !options.help; ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--out") {
            if (++i == arguments.size()) throw std::invalid_argument("--out has no value, expected the name of a directory");
            options.out = arguments[i];
        } else if (argument.starts_with("-")) {
            throw std::invalid_argument("unknown option '" + argument + "'; --help explains all options");
        } else if (options.folder) {
            throw std::invalid_argument("unexpected argument '" + argument + "', there is a folder already: " + options.folder->string());
        } else {
            options.folder = argument;
        }
    }
    const std::string out = options.out.string();
    const auto is_control = [](char character) { return (character >= 0 && character < ' ') || character == 127; };
    if (out.empty() || std::any_of(out.begin(), out.end(), is_control)) {
        throw std::invalid_argument("--out is '" + out + "', expected the name of a directory without control characters");
    }
    return options;
}

/// Makes a directory, if need be.
/// @throws std::invalid_argument if it cannot be made
inline void make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw std::invalid_argument("--out is '" + directory.string() + "', but this cannot be made: " + error.message());
}

}  // namespace demonstrations
