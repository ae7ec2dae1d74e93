// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace primore {

/// Why a run ended.
enum class StopReason {
    budget,            ///< all episodes are used up
    target,            ///< an episode reached the target return
    observer,          ///< the observer asked for it
    no_finite_return,  ///< every episode of a generation failed: there is nothing to learn from
    degenerate,        ///< the distribution has become so narrow in some direction that numbers cannot hold it
    search,            ///< the search says that nothing more is to be gained; MaximizeResult::search_stop says why
};

[[nodiscard]] constexpr std::string_view to_string(StopReason reason) noexcept {
    switch (reason) {
        case StopReason::budget: return "all episodes are used up";
        case StopReason::target: return "the target return was reached";
        case StopReason::observer: return "the observer asked to stop";
        case StopReason::no_finite_return: return "every episode of a generation failed";
        case StopReason::degenerate: return "the search distribution has become degenerate";
        case StopReason::search: return "the search itself has stopped";
    }
    return "unknown";
}

}  // namespace primore
