// SPDX-License-Identifier: MIT
#pragma once

// What an episode is: outcome, random stream, roll-out.

#include <primore/episode/episode.hpp>
#include <primore/episode/episodic_return.hpp>
#include <primore/episode/failure_policy.hpp>
#include <primore/episode/outcome.hpp>
#include <primore/episode/roll_out.hpp>
