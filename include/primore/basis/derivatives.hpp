// SPDX-License-Identifier: MIT
#pragma once

namespace primore {

/// A number, vector or matrix together with its derivatives; with respect to what is said where it is returned.
template <typename Value>
struct Derivatives {
    Value value;
    Value first;
    Value second;
    Value third{};  ///< empty or zero where no third derivative is promised
};

}  // namespace primore
