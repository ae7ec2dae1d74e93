// SPDX-License-Identifier: MIT
#include <primore/learn/stop_reason.hpp>

#include <set>
#include <string>

#include "support/catch.hpp"

TEST_CASE("every stop reason has a sentence of its own", "[formula]") {
    using primore::StopReason;
    std::set<std::string> sentences{"unknown"};
    for (const auto reason : {StopReason::budget, StopReason::target, StopReason::observer, StopReason::no_finite_return,
                              StopReason::degenerate, StopReason::search}) {
        CHECK(sentences.insert(std::string(to_string(reason))).second);
    }
}
