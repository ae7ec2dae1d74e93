// SPDX-License-Identifier: MIT
#pragma once

// Phase clocks and basis functions of the phase.

#include <primore/basis/attractor.hpp>
#include <primore/basis/basis_functions.hpp>
#include <primore/basis/bernstein.hpp>
#include <primore/basis/canonical_phase.hpp>
#include <primore/basis/derivatives.hpp>
#include <primore/basis/forced_motions.hpp>
#include <primore/basis/fourier.hpp>
#include <primore/basis/gating.hpp>
#include <primore/basis/gaussian_rbf.hpp>
#include <primore/basis/hermite_stencil.hpp>
#include <primore/basis/learned_phase.hpp>
#include <primore/basis/local_lines.hpp>
#include <primore/basis/movement_clock.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/prodmp_basis.hpp>
#include <primore/basis/prodmp_table.hpp>
#include <primore/basis/quintic_ends.hpp>
#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/smooth_phase.hpp>
#include <primore/basis/spring_damper.hpp>
#include <primore/basis/von_mises.hpp>
