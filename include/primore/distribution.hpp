// SPDX-License-Identifier: MIT
#pragma once

// Distributions of movements: covariances, sampling, conditioning, blending.

#include <primore/distribution/blending.hpp>
#include <primore/distribution/block_covariance.hpp>
#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/gaussian_update.hpp>
#include <primore/distribution/observation.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/task_conditioning.hpp>
#include <primore/distribution/trajectory_distribution.hpp>
#include <primore/distribution/weight_distribution.hpp>
