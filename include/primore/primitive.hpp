// SPDX-License-Identifier: MIT
#pragma once

// Movement primitives: from parameters to a motion.

#include <primore/primitive/basis_table.hpp>
#include <primore/primitive/dmp.hpp>
#include <primore/primitive/dmp_motion.hpp>
#include <primore/primitive/dmp_movement.hpp>
#include <primore/primitive/dmp_options.hpp>
#include <primore/primitive/dmp_propagation.hpp>
#include <primore/primitive/dmp_response.hpp>
#include <primore/primitive/dmp_sensitivity.hpp>
#include <primore/primitive/dmp_terms.hpp>
#include <primore/primitive/dof_count.hpp>
#include <primore/primitive/dual_pose_spring.hpp>
#include <primore/primitive/given.hpp>
#include <primore/primitive/motion_jacobian.hpp>
#include <primore/primitive/motion_space.hpp>
#include <primore/primitive/movement_primitive.hpp>
#include <primore/primitive/obstacle_avoidance.hpp>
#include <primore/primitive/packed_columns.hpp>
#include <primore/primitive/point_coupling.hpp>
#include <primore/primitive/pose_dmp.hpp>
#include <primore/primitive/pose_dmp_options.hpp>
#include <primore/primitive/pose_dmp_sensitivity.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_dmp_motion.hpp>
#include <primore/primitive/pro_mp.hpp>
#include <primore/primitive/pro_mp_motion.hpp>
#include <primore/primitive/rotation_jacobian.hpp>
#include <primore/primitive/setpoint.hpp>
#include <primore/primitive/spring_coupling.hpp>
#include <primore/primitive/trajectory.hpp>
#include <primore/primitive/unit_quaternion.hpp>
