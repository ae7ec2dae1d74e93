// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/observation.hpp>
#include <primore/imitation/demonstration.hpp>

#include "../gnuplot.hpp"
#include "fan.hpp"

namespace demonstrations {

/// A primitive before and after it was told where to begin, to pass and to end.
struct Comparison {
    std::string name;  ///< ProMP
    Fan learned, conditioned;
    std::vector<primore::Observation<double>> wishes;  ///< [3] new start, via point, goal
};

/// Demonstrations as a data block of gnuplot: time, scaled to the duration, positions; an empty line between two of them.
[[nodiscard]] inline std::string block_of(const std::vector<primore::Demonstration<double>>& shown, double duration) {
    constexpr Eigen::Index points = 16;
    std::ostringstream block;
    block.precision(5);
    for (const auto& [times, positions] : shown) {
        const Eigen::Index last = times.size() - 1, count = std::min(points, last);
        for (Eigen::Index point = 0; point <= count; ++point) {
            const Eigen::Index row = point * last / count;
            block << (times(row) - times(0)) / (times(last) - times(0)) * duration;
            for (const double position : positions.row(row)) block << ',' << position;
            block << '\n';
        }
        block << '\n';
    }
    return block.str();
}

/// The smallest and largest number that is drawn of a degree of freedom, with a margin.
[[nodiscard]] inline std::pair<double, double> range_of(const Comparison& comparison,
                                                        const std::vector<primore::Demonstration<double>>& shown, Eigen::Index dof) {
    double low = comparison.wishes.front().value(dof), high = low;
    const auto include = [&](const Eigen::VectorXd& numbers) {
        low = std::min(low, numbers.minCoeff());
        high = std::max(high, numbers.maxCoeff());
    };
    for (const Fan* fan : {&comparison.learned, &comparison.conditioned}) {
        include(fan->mean.col(dof) - 2 * fan->deviations.col(dof));
        include(fan->mean.col(dof) + 2 * fan->deviations.col(dof));
        for (const Eigen::MatrixXd& sample : fan->samples) include(sample.col(dof));
    }
    for (const auto& wish : comparison.wishes) include(wish.value.segment(dof, 1));
    for (const auto& demonstration : shown) include(demonstration.positions.col(dof));
    const double margin = high > low ? 0.04 * (high - low) : 1;
    return {low - margin, high + margin};
}

/// How each thing is drawn, in both panels and in the key.
namespace style {
constexpr auto fan = " with filledcurves fillcolor rgb '#706baed6'", demonstration = " with lines linewidth 0.6 linecolor rgb '#b4b4b4'",
               sample = " with lines linewidth 1 linecolor rgb '#2171b5'", mean = " with lines linewidth 2.5 linecolor rgb '#08306b'";
constexpr const char *rim[] = {" with points pointtype 7 pointsize 1.15 linecolor rgb 'white'",
                               " with points pointtype 13 pointsize 1.45 linecolor rgb 'white'",
                               " with points pointtype 5 pointsize 1.15 linecolor rgb 'white'"},
                     *wish[] = {" with points pointtype 7 pointsize 0.8 linecolor rgb '#d94801'",
                                " with points pointtype 13 pointsize 1.1 linecolor rgb '#d94801'",
                                " with points pointtype 5 pointsize 0.8 linecolor rgb '#d94801'"};
}  // namespace style

/// One panel: the demonstrations, over them a fan of mean +- 2 standard deviations with its samples, and the three wishes.
[[nodiscard]] inline std::string panel(const std::string& fan, Eigen::Index dof, std::size_t sample_count) {
    const Eigen::Index mean = 2 + dof * static_cast<Eigen::Index>(2 + sample_count), deviation = mean + 1;
    std::ostringstream script;
    script << "plot $demonstrations using 1:" << 2 + dof << style::demonstration << ", " << fan << " using 1:($" << mean << "-2*$"
           << deviation << "):($" << mean << "+2*$" << deviation << ") skip 1" << style::fan;
    for (std::size_t i = 1; i <= sample_count; ++i) {
        script << ", " << fan << " using 1:" << deviation + static_cast<Eigen::Index>(i) << " skip 1" << style::sample;
    }
    script << ", " << fan << " using 1:" << mean << " skip 1" << style::mean;
    for (int i = 0; i < 3; ++i) {
        for (const char* look : {style::rim[i], style::wish[i]}) {
            script << ", $wishes using 1:" << 2 + dof << " every ::" << i << "::" << i << look;
        }
    }
    return script.str() + '\n';
}

/// What the picture shows, at its top: a plot of nothing, as wide as the picture.
[[nodiscard]] inline std::string key() {
    std::ostringstream script;
    script << "unset border\nunset tics\nunset grid\nset lmargin at screen 0\nset rmargin at screen 1\n"
              "set key at screen 0.5, screen 0.995 center top horizontal maxrows 2 samplen 1.5 width 1\nset yrange [0:1]\nplot NaN"
           << style::fan << " title 'mean ± 2 std', NaN" << style::mean << " title 'mean', NaN" << style::sample << " title 'samples', NaN"
           << style::demonstration << " title 'demonstrations'";
    const char* const names[] = {"new start", "via point", "goal"};
    for (int i = 0; i < 3; ++i) script << ", NaN" << style::wish[i] << " title '" << names[i] << '\'';
    script << "\nunset key\n" << gnuplot::axes;
    return script.str();
}

/// Where things stand in a picture of `dofs` rows [pixels].
struct Layout {
    int dofs;

    static constexpr int width = 900, panel_width = 385, panel_height = 200, left = 85, right = 18, top = 94, gap = 24, bottom = 58;

    [[nodiscard]] int height() const { return top + dofs * panel_height + (dofs - 1) * gap + bottom; }

    /// Sets the margins of a panel: row and column from the upper left.
    [[nodiscard]] std::string margins(int row, bool is_left) const {
        const int upper = top + row * (panel_height + gap), begin = is_left ? left : width - right - panel_width;
        const auto line = [](const char* side, double part) {
            std::ostringstream script;
            script << "set " << side << "margin at screen " << part << '\n';
            return script.str();
        };
        return line("l", static_cast<double>(begin) / width) + line("r", static_cast<double>(begin + panel_width) / width) +
               line("t", 1 - static_cast<double>(upper) / height()) + line("b", 1 - static_cast<double>(upper + panel_height) / height());
    }
};

/// A row for each degree of freedom, learned on the left, conditioned on the right.
///
/// @param names  [D] of the degrees of freedom, as they shall stand at the axes
[[nodiscard]] inline std::string script_of(const std::filesystem::path& picture, const std::filesystem::path& learned,
                                           const std::filesystem::path& conditioned, const Comparison& comparison,
                                           const std::vector<primore::Demonstration<double>>& shown,
                                           const std::vector<std::string>& names) {
    const Layout layout{static_cast<int>(names.size())};
    const double duration = comparison.learned.times.tail(1)(0);
    std::ostringstream script;
    script << gnuplot::picture(picture, Layout::width, layout.height()) << "learned = " << gnuplot::file_name(learned)
           << "\nconditioned = " << gnuplot::file_name(conditioned) << "\n$demonstrations << end\n"
           << block_of(shown, duration) << "end\n$wishes << end\n";
    for (const auto& wish : comparison.wishes) {
        script << wish.time;
        for (const double value : wish.value) script << ',' << value;
        script << '\n';
    }
    script << "end\nset multiplot\nset xrange [0:" << duration << "]\n" << key();
    for (int dof = 0; dof < layout.dofs; ++dof) {
        const auto [low, high] = range_of(comparison, shown, dof);
        const bool is_last = dof + 1 == layout.dofs;
        script << "set yrange [" << low << ':' << high << "]\nset format x '" << (is_last ? "%g" : "") << "'\n"
               << (is_last ? "set xlabel 'time [s]' offset 0, 1\n" : "");
        for (const bool is_left : {true, false}) {
            script << layout.margins(dof, is_left) << "set format y '" << (is_left ? "%g" : "") << "'\nset ylabel "
                   << (is_left ? gnuplot::text(names[static_cast<std::size_t>(dof)]) : "''") << " noenhanced offset 1, 0\n";
            if (dof == 0) {
                script << "set label 1 '" << comparison.name;
                if (is_left) script << " learned from " << shown.size() << " demonstrations";
                if (!is_left) script << " conditioned on new start, via point and goal";
                script << "' at graph 0.5, 1.09 center\n";
            }
            script << panel(is_left ? "learned" : "conditioned", dof, comparison.learned.samples.size()) << "unset label 1\n";
        }
    }
    script << "unset multiplot\n";
    return script.str();
}

}  // namespace demonstrations
