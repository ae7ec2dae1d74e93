// SPDX-License-Identifier: MIT
#pragma once

// Movement primitives: from parameters to a motion.

#include <primore/primitive/arc_length.hpp>
#include <primore/primitive/basis_count.hpp>
#include <primore/primitive/block_covariance.hpp>
#include <primore/primitive/conditioning.hpp>
#include <primore/primitive/cubic_spline.hpp>
#include <primore/primitive/demonstration.hpp>
#include <primore/primitive/design_matrix.hpp>
#include <primore/primitive/dmp_text.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/dual_pose_spring.hpp>
#include <primore/primitive/expectation_maximization.hpp>
#include <primore/primitive/gaussian_update.hpp>
#include <primore/primitive/interpolated_motion.hpp>
#include <primore/primitive/linear_primitive_text.hpp>
#include <primore/primitive/motion_jet.hpp>
#include <primore/primitive/motion_peaks.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/motion_types.hpp>
#include <primore/primitive/movement_primitive.hpp>
#include <primore/primitive/normal_inverse_wishart.hpp>
#include <primore/primitive/observation.hpp>
#include <primore/primitive/obstacle_avoidance.hpp>
#include <primore/primitive/point_coupling.hpp>
#include <primore/primitive/pose_dmp.hpp>
#include <primore/primitive/pose_imitation.hpp>
#include <primore/primitive/prediction.hpp>
#include <primore/primitive/primitive_text.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/primitive/rest_at_end.hpp>
#include <primore/primitive/ridge_regression.hpp>
#include <primore/primitive/semidefinite_root.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/speed_scaling.hpp>
#include <primore/primitive/spring_coupling.hpp>
#include <primore/primitive/text_form.hpp>
#include <primore/primitive/time_scaling.hpp>
#include <primore/primitive/trajectory.hpp>
#include <primore/primitive/trajectory_distribution.hpp>
#include <primore/primitive/unit_quaternion.hpp>
#include <primore/primitive/weight_distribution.hpp>
#include <primore/primitive/weight_expectation.hpp>
#include <primore/primitive/weight_learning.hpp>
