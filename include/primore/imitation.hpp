// SPDX-License-Identifier: MIT
#pragma once

// Learning from demonstrations.

#include <primore/imitation/basis_count.hpp>
#include <primore/imitation/demonstration.hpp>
#include <primore/imitation/design_matrix.hpp>
#include <primore/imitation/dmp_imitation.hpp>
#include <primore/imitation/expectation_maximization.hpp>
#include <primore/imitation/normal_inverse_wishart.hpp>
#include <primore/imitation/pose_imitation.hpp>
#include <primore/imitation/prediction.hpp>
#include <primore/imitation/ridge_regression.hpp>
#include <primore/imitation/weight_expectation.hpp>
#include <primore/imitation/weight_learning.hpp>
