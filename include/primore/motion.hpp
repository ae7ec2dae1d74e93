// SPDX-License-Identifier: MIT
#pragma once

// What can be done with any motion: resampling, peaks, limits, speed, rest, sequences.

#include <primore/motion/arc_length.hpp>
#include <primore/motion/cubic_spline.hpp>
#include <primore/motion/interpolated_motion.hpp>
#include <primore/motion/motion_jet.hpp>
#include <primore/motion/motion_peaks.hpp>
#include <primore/motion/motion_types.hpp>
#include <primore/motion/rest_at_end.hpp>
#include <primore/motion/sequence.hpp>
#include <primore/motion/speed_scaling.hpp>
#include <primore/motion/time_scaling.hpp>
