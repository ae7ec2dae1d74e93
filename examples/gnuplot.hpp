// SPDX-License-Identifier: MIT
#pragma once

// Pictures of the examples, drawn by gnuplot where it is installed. The scripts go to gnuplot through a pipe: no file name ever meets a
// shell.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>

namespace gnuplot {

constexpr auto not_installed = "No pictures: gnuplot is not installed (Debian, Ubuntu: apt-get install gnuplot-nox).\n";

/// Whether a program gnuplot is on the PATH.
[[nodiscard]] inline bool is_installed() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

/// Lets gnuplot execute a script, without a word. @return whether it said that it succeeded
inline bool run(const std::string& script) {
    std::signal(SIGPIPE, SIG_IGN);  // a gnuplot that ends early must not end us
    std::FILE* pipe = popen("gnuplot >/dev/null 2>&1", "w");
    if (pipe == nullptr) return false;
    std::fputs(script.c_str(), pipe);
    return pclose(pipe) == 0;
}

/// A text of one line as a string of gnuplot.
[[nodiscard]] inline std::string text(std::string_view line) {
    std::string quoted = "'";
    for (const char character : line) quoted += character == '\'' ? "''" : std::string(1, character);
    return quoted + "'";
}

/// A file name as a string of gnuplot: absolute, because gnuplot takes names that begin with | or < for commands.
[[nodiscard]] inline std::string file_name(const std::filesystem::path& path) { return text(std::filesystem::absolute(path).string()); }

/// Thin grey axes on two sides, with a grid.
constexpr auto axes = R"(set border 3 linecolor rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#333333'
set xtics nomirror offset 0, 0.3
set ytics nomirror
set xlabel offset 0, 0.6
set grid linetype 1 linewidth 1 linecolor rgb '#e4e4e4'
)";

/// The beginning of every script, which fixes the look: the file, its size in pixels, fonts, axes, key.
[[nodiscard]] inline std::string picture(const std::filesystem::path& path, int width, int height) {
    std::ostringstream script;
    script << "set output " << file_name(path) << "\nset terminal svg size " << width << ',' << height
           << " font 'Helvetica,Arial,sans-serif,15' background rgb 'white'\nset encoding utf8\nset datafile separator comma\n"
           << axes << "set key above left Left reverse samplen 2\n";
    return script.str();
}

}  // namespace gnuplot
