// SPDX-License-Identifier: MIT
#pragma once

// The whole library, in the order in which data flows.

#include <primore/basis.hpp>
#include <primore/primitive.hpp>
#include <primore/distribution.hpp>
#include <primore/imitation.hpp>
#include <primore/motion.hpp>
#include <primore/text.hpp>
#include <primore/control.hpp>
#include <primore/episode.hpp>
#include <primore/search.hpp>
#include <primore/learn.hpp>
#include <primore/random.hpp>
#include <primore/version.hpp>
