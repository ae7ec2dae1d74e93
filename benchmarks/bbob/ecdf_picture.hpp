// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "running_time.hpp"

namespace primore_benchmark {

/// One curve of a picture.
struct EcdfCurve {
    std::string label;
    RunningTimeDistribution distribution;
};

/// A picture, as SVG, of the fraction of solved pairs over evaluations / N, from 1 to `budget`, on a logarithmic axis.
class EcdfPicture {
public:
    explicit EcdfPicture(double budget) : budget_(budget) {
        svg_ << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " << width << ' ' << height
             << "' font-family='sans-serif' font-size='13' fill='#333'>\n<rect width='" << width << "' height='" << height
             << "' fill='white'/>\n";
        for (int tenth = 0; tenth <= 10; tenth += 2) {
            line(left, y_of(0.1 * tenth), right, y_of(0.1 * tenth));
            text(left - 8, y_of(0.1 * tenth) + 4, "end", tenth == 10 ? "1" : tenth == 0 ? "0" : "0." + std::to_string(tenth));
        }
        double decade = 1;
        for (int power = 0; decade <= budget_; ++power, decade *= 10) {
            line(x_of(decade), top, x_of(decade), bottom);
            text(x_of(decade), bottom + 20, "middle", "10<tspan dy='-6' font-size='10'>" + std::to_string(power) + "</tspan>");
        }
        text((left + right) / 2, height - 12, "middle", "evaluations / N");
        svg_ << "<g transform='rotate(-90)'>";
        text(-(top + bottom) / 2, 18, "middle", "fraction of (problem, target) pairs");
        svg_ << "</g>\n";
    }

    void add(const EcdfCurve& curve) {
        static constexpr std::array colours{"#08519c", "#d94801", "#238b45", "#6a51a3", "#4292c6", "#fd8d3c", "#74c476", "#9e9ac8"};
        const char* colour = colours[curves_ % colours.size()];
        svg_ << "<path fill='none' stroke='" << colour << "' stroke-width='2' d='M" << left << ' ' << bottom;
        std::size_t solved = 0;
        for (const double time : curve.distribution.times()) {
            svg_ << 'H' << x_of(time) << 'V' << y_of(curve.distribution.fraction(++solved));
        }
        svg_ << 'H' << right << "'/>\n";
        const double y = top + 20 + 20 * static_cast<double>(curves_++);
        svg_ << "<path stroke='" << colour << "' stroke-width='2' d='M" << left + 12 << ' ' << y << "h24'/>\n";
        text(left + 44, y + 4, "start", curve.label);
    }

    [[nodiscard]] std::string svg() const { return svg_.str() + "</svg>\n"; }

private:
    static constexpr double width = 640, height = 420, left = 60, right = 620, top = 20, bottom = 360;

    [[nodiscard]] double x_of(double time) const { return left + (right - left) * std::log(std::max(1.0, time)) / std::log(budget_); }
    [[nodiscard]] static double y_of(double fraction) { return bottom + (top - bottom) * fraction; }

    void line(double x1, double y1, double x2, double y2) {
        svg_ << "<path stroke='#ddd' d='M" << x1 << ' ' << y1 << 'L' << x2 << ' ' << y2 << "'/>\n";
    }
    void text(double x, double y, const char* anchor, const std::string& words) {
        svg_ << "<text x='" << x << "' y='" << y << "' text-anchor='" << anchor << "'>" << words << "</text>\n";
    }

    double budget_;
    std::size_t curves_ = 0;
    std::ostringstream svg_;
};

}  // namespace primore_benchmark
