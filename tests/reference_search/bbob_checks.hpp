// SPDX-License-Identifier: MIT
#pragma once

#include "support/reference.hpp"

namespace primore_test {

/// Values of one function of BBOB at points that the file shares between its cases.
void check_bbob_values(const ReferenceCase& reference);

}  // namespace primore_test
