// SPDX-License-Identifier: MIT
#pragma once

namespace primore {

/// A number, vector or matrix together with its first and second derivative; with respect to what is said where it is returned.
template <typename Value>
struct Derivatives {
    Value value;
    Value first;
    Value second;
};

}  // namespace primore
