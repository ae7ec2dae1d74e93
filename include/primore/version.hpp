// SPDX-License-Identifier: MIT
#pragma once

/// The version of the library; CMake reads it from here.
#define PRIMORE_VERSION_MAJOR 0
#define PRIMORE_VERSION_MINOR 1
#define PRIMORE_VERSION_PATCH 0
