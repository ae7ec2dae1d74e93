// SPDX-License-Identifier: MIT
#pragma once

// Pictures of a run, drawn by gnuplot where it is installed.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <sstream>
#include <string>

#include <Eigen/Geometry>

#include "../gnuplot.hpp"
#include "motion_record.hpp"

namespace hole_reacher {

/// Best and median return, and the entropy of the search distribution, over the episodes of progress.csv.
[[nodiscard]] inline std::string learning_curve_script(const std::filesystem::path& directory) {
    std::ostringstream script;
    script << gnuplot::picture(directory / "learning_curve.svg", 760, 460)
           << "progress = " << gnuplot::file_name(directory / "progress.csv") << R"(
set border 11
set xlabel 'episodes'
set ylabel 'return'
set y2label 'entropy of the search distribution [nats]' textcolor rgb '#999999'
set y2tics textcolor rgb '#999999'
set key horizontal maxrows 1 width -2
set xrange [0:*]
set autoscale xfixmax
set offsets graph 0, 0, graph 0.05, graph 0.05
plot progress using 'episodes':'best_return_so_far' with lines linewidth 2.5 linecolor rgb '#08519c' title 'best', \
     progress using 'episodes':'median_return' with lines linewidth 1.5 linecolor rgb '#6baed6' title 'median of generation', \
     progress using 'episodes':'entropy' axes x1y2 with lines linewidth 1.5 linecolor rgb '#bbbbbb' title 'entropy (right)'
)";
    return script.str();
}

/// The smallest box around the whole motion and the hole, with a margin.
template <int Links>
[[nodiscard]] Eigen::AlignedBox2d view_of(const MotionRecord<Links>& motion, const Hole& hole) {
    constexpr double margin = 0.35;
    Eigen::AlignedBox2d box(Eigen::Vector2d(hole.left(), -hole.depth));
    box.extend(Eigen::Vector2d(hole.right(), 0.0));
    for (const auto& row : motion.rows()) {
        for (const auto joint : row.joints.colwise()) box.extend(Eigen::Vector2d(joint));
    }
    return {box.min().array() - margin, box.max().array() + margin};
}

/// The arm at ten moments as a data block of gnuplot: x, y, time; an empty line between two arms.
template <int Links>
[[nodiscard]] std::string arms_at_ten_moments(const MotionRecord<Links>& motion) {
    constexpr std::size_t moments = 10;
    std::ostringstream block;
    for (std::size_t moment = 0; moment < moments; ++moment) {
        const auto& row = motion.rows()[moment * (motion.rows().size() - 1) / (moments - 1)];
        for (const auto joint : row.joints.colwise()) block << joint.x() << ',' << joint.y() << ',' << row.time << '\n';
        block << '\n';
    }
    return block.str();
}

/// The arm at ten moments from light to dark, the ground with the hole, and the path of the end effector.
template <int Links>
[[nodiscard]] std::string motion_script(const std::filesystem::path& directory, const MotionRecord<Links>& motion, const Hole& hole) {
    constexpr double pixels_per_metre = 80.0;
    const Eigen::AlignedBox2d view = view_of(motion, hole);
    const Eigen::Vector2d size = view.sizes() * pixels_per_metre + Eigen::Vector2d(155, 100);  // room for axes and keys
    std::ostringstream script;
    script << gnuplot::picture(directory / "motion.svg", static_cast<int>(size.x()), static_cast<int>(size.y()))
           << "motion = " << gnuplot::file_name(directory / "motion.csv") << "\nwidth = " << size.x() << "\nheight = " << size.y()
           << "\nleft = " << view.min().x() << "\nright = " << view.max().x() << "\nbottom = " << view.min().y()
           << "\ntop = " << view.max().y() << "\nhole_left = " << hole.left() << "\nhole_right = " << hole.right()
           << "\nhole_bottom = " << -hole.depth << "\nduration = " << motion.rows().back().time << "\n$arms << end_of_arms\n"
           << arms_at_ten_moments(motion) << R"(end_of_arms
set lmargin at screen 70.0 / width
set rmargin at screen 1 - 85.0 / width
set bmargin at screen 60.0 / height
set tmargin at screen 1 - 40.0 / height
set size ratio -1
set xrange [left:right]
set yrange [bottom:top]
set xlabel 'x [m]'
set ylabel 'y [m]'
set xtics 1
set ytics 1
set object polygon from left,0 to hole_left,0 to hole_left,hole_bottom to hole_right,hole_bottom to hole_right,0 \
    to right,0 to right,bottom to left,bottom to left,0 fillcolor rgb '#d9cfc1' fillstyle solid border linecolor rgb '#8c7b66' back
set object circle at 0,0 size 0.14 arc [0:180] fillcolor rgb '#333333' fillstyle solid noborder front
set palette maxcolors 10 defined (0 '#c6dbef', 0.5 '#4292c6', 1 '#08306b')
set cbrange [0:duration]
set cbtics duration / 4.0
set colorbox user origin graph 1.05, 0.3 size graph 0.035, 0.4 noborder
set label 'time [s]' at graph 1.04, 0.735
plot motion using 'x':'y' with lines dashtype 2 linewidth 1.5 linecolor rgb '#d94801' title 'path of the end effector', \
     $arms using 1:2:3 with lines linewidth 4 linecolor palette notitle, \
     $arms using 1:2:3 with points pointtype 7 pointsize 0.45 linecolor palette notitle
)";
    return script.str();
}

/// Draws learning_curve.svg and motion.svg from the files in a directory. @return whether both were drawn
template <int Links>
bool draw_pictures(const std::filesystem::path& directory, const MotionRecord<Links>& motion, const Hole& hole) {
    const bool curve_drawn = gnuplot::run(learning_curve_script(directory));
    return gnuplot::run(motion_script(directory, motion, hole)) && curve_drawn;
}

}  // namespace hole_reacher
