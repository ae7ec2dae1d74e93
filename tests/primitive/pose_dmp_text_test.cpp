// SPDX-License-Identifier: MIT
#include <primore/primitive/pose_dmp_text.hpp>

#include <concepts>
#include <stdexcept>
#include <string>

#include <Eigen/Core>

#include <primore/primitive/primitive_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"

using primore::DmpOn;
using primore::DualPoseSpace;
using primore::OrientationSpace;
using primore::PoseSpace;
using primore::saved_primitive;
using primore::text_of;

TEMPLATE_TEST_CASE("a pose DMP comes back from its text bit for bit", "", PoseSpace<double>, DualPoseSpace<double>,
                   OrientationSpace<float>) {
    using Space = TestType;
    using Scalar = typename Space::Scalar;
    DmpOn<Space> dmp({.duration = Scalar(1.1),
                      .delay = Scalar(0.3),
                      .basis_count = 3,
                      .alpha = Scalar(17.3),
                      .beta = Scalar(4.1),
                      .smooth_scaling = true,
                      .integrator = primore::PoseDmpIntegrator::euler,
                      .longest_step = Scalar(0.003)});
    dmp.set_weights((100 * primore_test::normal_matrix(Space::axes, 3, 5)).template cast<Scalar>());
    const std::string text = text_of(dmp);
    const DmpOn<Space> same = saved_primitive<DmpOn<Space>>(text).primitive;
    CHECK(text_of(same) == text);
    CHECK(same.weights() == dmp.weights());
    CHECK(same.basis().centres() == dmp.basis().centres());
    CHECK(same.options().beta == dmp.options().beta);
    typename Space::Point start{}, goal{};
    if constexpr (std::same_as<Space, OrientationSpace<Scalar>>) {
        start.setIdentity();
        goal.setIdentity();
    }
    const auto times = Eigen::VectorX<Scalar>::LinSpaced(5, 0, 2).eval();
    CHECK(same.table(times, same.begin(start, goal)).velocities == dmp.table(times, dmp.begin(start, goal)).velocities);
}

TEST_CASE("the text of a pose DMP says what is wrong with it") {
    const primore::PoseDmp<double> dmp({.basis_count = 2});
    std::string text = text_of(dmp);
    text.erase(text.find("checksum"), text.find("end\n") - text.find("checksum"));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string other = text;
        return other.replace(other.find(from), from.size(), to);
    };
    using primore::PoseDmp;
    CHECK_THROWS_MATCHES(saved_primitive<primore::OrientationDmp<double>>(text), std::runtime_error,
                         MessageMatches(ContainsSubstring("PoseDmp") && ContainsSubstring("OrientationDmp")));
    CHECK_THROWS_MATCHES(saved_primitive<PoseDmp<double>>(with("alpha 25", "alpha -25")), std::runtime_error,
                         Message("text: DmpOn: alpha is -25, expected a positive finite number"));
    CHECK_THROWS_MATCHES(saved_primitive<PoseDmp<double>>(with("weights 6 2", "weights 4 3")), std::runtime_error,
                         Message("text: DmpOn: weights.rows() has size 4, expected 6 (the number of axes)"));
    CHECK_THROWS_MATCHES(saved_primitive<PoseDmp<double>>(with("weights 6 2", "weights 12 1")), std::runtime_error,
                         Message("text: DmpOn: weights.rows() has size 12, expected 6 (the number of axes)"));
}
