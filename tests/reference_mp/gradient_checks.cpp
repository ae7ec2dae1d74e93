// SPDX-License-Identifier: MIT

// Gradients of a functional of a trajectory, sum(G position) + sum(H velocity), against automatic differentiation through MP_PyTorch.

#include <Eigen/Core>

#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/mp_pytorch.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

/// The gradient with respect to parameters, start position and start velocity, [N + 2 D].
template <typename Scalar, typename Jacobian>
Eigen::VectorX<Scalar> gradient(const Eigen::VectorX<Scalar>& times, const Eigen::MatrixX<Scalar>& of_positions,
                                const Eigen::MatrixX<Scalar>& of_velocities, Index parameters, Jacobian&& jacobian_at) {
    const Index dofs = of_positions.cols();
    Eigen::VectorX<Scalar> sum = Eigen::VectorX<Scalar>::Zero(parameters + 2 + 2 * dofs);
    for (Index row = 0; row < times.size(); ++row) {
        const primore::MotionJacobian<Scalar> jacobian = jacobian_at(times(row));
        sum += jacobian.position.transpose() * of_positions.row(row).transpose();
        sum += jacobian.velocity.transpose() * of_velocities.row(row).transpose();
    }
    Eigen::VectorX<Scalar> result(parameters + 2 * dofs);
    result << sum.head(parameters), sum.tail(2 * dofs);
    return result;
}

/// The library's velocity is a difference of positions, so what multiplies velocities multiplies positions.
template <typename Scalar>
void check_promp_gradient(const ReferenceCase& c, double tolerance) {
    const primore::ProMp<Scalar> primitive(promp_options<Scalar>(c));
    const auto times = vector<Scalar>(c, "inputs.times"), parameters = vector<Scalar>(c, "inputs.params");
    const Index count = times.size();
    const Eigen::MatrixX<Scalar> differences = forward_differences<Scalar>(Eigen::MatrixX<Scalar>::Identity(count, count), times);
    const Eigen::MatrixX<Scalar> of_velocities = matrix<Scalar>(c, "inputs.H");
    const Eigen::MatrixX<Scalar> of_positions = matrix<Scalar>(c, "inputs.G") + differences.transpose() * of_velocities;
    const auto found = gradient<Scalar>(times, of_positions, Eigen::MatrixX<Scalar>::Zero(count, primitive.dofs()), parameters.size(),
                                        [&](Scalar time) { return primitive.jacobian(parameters, time); });
    CHECK_THAT(found.head(parameters.size()), near(c.vector("expected.grad_params"), tolerance));
    const Eigen::MatrixX<Scalar> positions = evaluated(primitive.trajectory(parameters), times).positions;
    CHECK_THAT(positions.cwiseProduct(of_positions).sum(), near(c.number("expected.loss"), tolerance));
}

template <typename Scalar>
void check_prodmp_gradient(const ReferenceCase& c, double tolerance) {
    const primore::ProDmp<Scalar> primitive(prodmp_options<Scalar>(c));
    const auto times = vector<Scalar>(c, "inputs.times"), parameters = vector<Scalar>(c, "inputs.params");
    const primore::StartState<Scalar> start{.time = number<Scalar>(c, "inputs.init_time"),
                                            .position = vector<Scalar>(c, "inputs.init_pos"),
                                            .velocity = vector<Scalar>(c, "inputs.init_vel")};
    const auto of_positions = matrix<Scalar>(c, "inputs.G"), of_velocities = matrix<Scalar>(c, "inputs.H");
    const auto found = gradient<Scalar>(times, of_positions, of_velocities, parameters.size(),
                                        [&](Scalar time) { return primitive.jacobian(parameters, time, start); });
    CHECK_THAT(found.head(parameters.size()), near(c.vector("expected.grad_params"), tolerance));
    if (c.has("expected.grad_init_pos")) {
        CHECK_THAT(found.segment(parameters.size(), primitive.dofs()), near(c.vector("expected.grad_init_pos"), tolerance));
        CHECK_THAT(found.tail(primitive.dofs()), near(c.vector("expected.grad_init_vel"), tolerance));
    }
    const auto table = evaluated(primitive.trajectory(parameters, start), times);
    CHECK_THAT(table.positions.cwiseProduct(of_positions).sum() + table.velocities.cwiseProduct(of_velocities).sum(),
               near(c.number("expected.loss"), tolerance));
}

}  // namespace

void add_gradient_checks(Checks& checks) {
    checks["promp_gradient"] = {check_promp_gradient<double>, check_promp_gradient<float>, 1e-4};
    checks["prodmp_gradient"] = {check_prodmp_gradient<double>, check_prodmp_gradient<float>, 1e-4};
}

}  // namespace primore_test
