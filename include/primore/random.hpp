// SPDX-License-Identifier: MIT
#pragma once

// Counter-based random numbers, the same bits everywhere.

#include <primore/random/normal.hpp>
#include <primore/random/philox.hpp>
#include <primore/random/stream.hpp>
