// SPDX-License-Identifier: MIT

// Phases and the normalised radial basis expansion against the numbers of mp_lib.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Core>

#include <primore/basis/basis_functions.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/smooth_phase.hpp>

#include "reference_mp/checks.hpp"

namespace primore_test {

namespace {

using Eigen::Index;
using Eigen::VectorX;

/// The points on the circle [2 x T]: phases just below 1 and just above 0 are neighbours.
template <typename Scalar>
Eigen::MatrixXd on_circle(const VectorX<Scalar>& phases) {
    const Eigen::ArrayXd angles = 2 * std::numbers::pi * phases.template cast<double>().array();
    Eigen::MatrixXd points(2, phases.size());
    points << angles.cos().transpose().matrix(), angles.sin().transpose().matrix();
    return points;
}

template <typename Scalar>
void check_phases(const ReferenceCase& c, double tolerance) {
    const VectorX<Scalar> times = vector<Scalar>(c, "inputs.times"), inside = vector<Scalar>(c, "inputs.times_inside");

    const primore::SmoothPhase<Scalar> smooth{.duration = number<Scalar>(c, "config.smooth.duration")};
    CHECK_THAT(each(inside, [&](Scalar t) { return smooth.at(t); }), near(c.vector("expected.smooth_inside"), tolerance));
    CHECK_THAT(each(times, [&](Scalar t) { return smooth.unbounded(t); }), near(c.vector("expected.smooth_all"), tolerance));

    const primore::RhythmicPhase<Scalar> rhythmic{.duration = number<Scalar>(c, "config.rhythmic.phase_period")};
    CHECK_THAT(each(times, [&](Scalar t) { return rhythmic.unbounded(t); }), near(c.vector("expected.rhythmic_plain"), tolerance));
    // The library wraps times before the start, too, where ours waits: the same phase as some turns later.
    const Scalar later = rhythmic.duration * std::ceil(std::max(Scalar(0), -times.minCoeff()) / rhythmic.duration);
    const VectorX<Scalar> wrapped = each(times, [&](Scalar t) { return rhythmic.at(t + later); });
    CHECK(wrapped.minCoeff() >= 0);
    CHECK(wrapped.maxCoeff() < 1);
    CHECK_THAT(on_circle(wrapped), near(on_circle(c.vector("expected.rhythmic_modulo")), tolerance));

    const primore::ExponentialPhase<Scalar> fading{.duration = number<Scalar>(c, "config.exp_decay.duration"),
                                                   .decay = number<Scalar>(c, "config.exp_decay.alpha_phase")};
    CHECK_THAT(each(times, [&](Scalar t) { return fading.unbounded(t); }), near(c.vector("expected.exp_decay"), tolerance));
}

/// Centres equally spaced in a linear phase, widths given as variances; weights of zero for what is added at start and goal.
template <typename Scalar>
void check_det_promp(const ReferenceCase& c, double tolerance) {
    const Index added = count(c, "config.n_zero_bases"), start = flag(c, "config.zero_start") ? added : 0,
                goal = flag(c, "config.zero_goal") ? added : 0, functions = count(c, "config.num_basis") + start + goal;
    const VectorX<Scalar> centres = vector<Scalar>(c, "expected.centers"), variances = vector<Scalar>(c, "expected.widths");
    const Scalar off = number<Scalar>(c, "config.off");
    CHECK_THAT(centres, near(VectorX<Scalar>::LinSpaced(functions, off, 1 + off), tolerance));
    const auto basis = primore::NormalizedRbf<Scalar>::from_centres(centres, variances.cwiseInverse());
    const primore::LinearPhase<Scalar> clock{.duration = number<Scalar>(c, "config.scale"), .delay = 0, .is_clipped = false};

    const Eigen::MatrixX<Scalar> weights = matrix<Scalar>(c, "inputs.weights").transpose();  // [D x N]
    CHECK(weights.rows() == count(c, "config.num_dof"));
    CHECK(weights.leftCols(start).isZero(0));
    CHECK(weights.rightCols(goal).isZero(0));
    const VectorX<Scalar> times = vector<Scalar>(c, "expected.times");
    Eigen::MatrixX<Scalar> position(times.size(), weights.rows()), velocity = position, acceleration = position;
    VectorX<Scalar> value(weights.rows()), first(weights.rows()), second(weights.rows());
    for (Index row = 0; row < times.size(); ++row) {
        const auto phase = clock.derivatives(times(row));
        primore::weighted_sum(basis, phase.value, weights, value, first, second);
        position.row(row) = value.transpose();
        velocity.row(row) = (first * phase.first).transpose();
        acceleration.row(row) = (second * (phase.first * phase.first) + first * phase.second).transpose();
    }
    CHECK_THAT(position, near(c.matrix("expected.pos"), tolerance));
    CHECK_THAT(velocity, near(c.matrix("expected.vel"), tolerance));
    CHECK_THAT(acceleration, near(c.matrix("expected.acc"), tolerance));
}

}  // namespace

void add_mp_lib_checks(Checks& checks) {
    checks["mplib_phases"] = {check_phases<double>, check_phases<float>, 1e-5};
    checks["mplib_det_promp"] = {check_det_promp<double>, check_det_promp<float>, 1e-4};
}

}  // namespace primore_test
