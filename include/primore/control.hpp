// SPDX-License-Identifier: MIT
#pragma once

// From set points to commands.

#include <primore/control/controller.hpp>
#include <primore/control/pd_controller.hpp>
#include <primore/control/velocity_controller.hpp>
