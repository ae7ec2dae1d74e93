// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

#include <primore/learn/maximize.hpp>

namespace primore {

/// How a ProgressLine shows itself.
struct ProgressLineOptions {
    bool in_place = false;         ///< one line that is rewritten (for a terminal) instead of a new line every time
    double seconds_between = 0.2;  ///< [s] at least, from one line to the next
};

/// One line about a generation: "episodes 1300/5000 | best 1.81 | median 1.20 | entropy -31.4 | 4100 episodes/s | 0.9 s left".
template <std::floating_point Scalar>
[[nodiscard]] std::string progress_text(const Generation<Scalar>& now) {
    const double rate = now.seconds > 0 ? static_cast<double>(now.episodes) / now.seconds : 0.0;
    const double left = rate > 0 ? static_cast<double>(now.max_episodes - std::min(now.max_episodes, now.episodes)) / rate : 0.0;
    std::ostringstream text;
    text << std::fixed << "episodes " << now.episodes << '/' << now.max_episodes << " | best " << std::setprecision(4)
         << now.best_return_so_far << " | median " << now.median_return << std::setprecision(1) << " | entropy " << now.entropy << " | "
         << std::setprecision(0) << rate << " episodes/s | " << std::setprecision(1) << left << " s left";
    if (now.failed_episodes > 0) text << " | " << now.failed_episodes << " failed";
    return text.str();
}

/// An observer that shows how a run goes: rewriting its line in place, or as plain lines where the output is no terminal.
///
/// The stream is the caller's choice and must outlive the run; `ProgressLine(std::cerr)`.
class ProgressLine {
public:
    explicit ProgressLine(std::ostream& out, ProgressLineOptions options = {}) : out_(&out), options_(options) {}

    template <std::floating_point Scalar>
    void operator()(const Generation<Scalar>& now) {
        const bool last = now.stop_reason.has_value();
        if (!last && now.seconds < next_) return;
        next_ = now.seconds + options_.seconds_between;
        if (options_.in_place) {
            *out_ << '\r' << progress_text(now) << "\x1b[K" << (last ? "\n" : "") << std::flush;
        } else {
            *out_ << progress_text(now) << '\n' << std::flush;
        }
    }

private:
    std::ostream* out_;
    ProgressLineOptions options_;
    double next_ = 0;
};

}  // namespace primore
