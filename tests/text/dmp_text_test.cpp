// SPDX-License-Identifier: MIT
#include <primore/text/dmp_text.hpp>

#include <stdexcept>
#include <string>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <primore/text/primitive_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"

namespace {

using primore::Dmp;
using primore::DmpOptions;

/// Saves a DMP with parameters and reads it back: the same text again, and the same motion, bit for bit.
template <typename Primitive>
void check_dmp_text(const Primitive& primitive) {
    using Scalar = typename primore::TextForm<Primitive>::Scalar;
    Eigen::VectorX<Scalar> parameters = primore_test::numbers<Scalar>(primitive.parameter_count(), 1.0 / 3);
    parameters.head(primitive.learned().count()) = parameters.head(primitive.learned().count()).cwiseAbs();
    const std::string text = primore::text_of(primore::SavedPrimitive<Primitive>{primitive, parameters});
    INFO(text);
    const auto loaded = primore::saved_primitive<Primitive>(text);
    CHECK(primore::text_of(loaded) == text);
    CHECK(loaded.parameters == parameters);
    const auto a = primitive.trajectory(parameters, {}), b = loaded.primitive.trajectory(parameters, {});
    for (int i = 0; i < 20; ++i) {
        const auto before = a.at(Scalar(i) / 9), after = b.at(Scalar(i) / 9);
        CHECK(before.position == after.position);
        CHECK(before.velocity == after.velocity);
        CHECK(before.acceleration == after.acceleration);
    }
}

/// The same for the weights and the steps of a DMP on a group.
template <typename Space>
void check_group_dmp_text(const primore::DmpOn<Space>& primitive, const typename Space::Point& start, const typename Space::Point& goal) {
    const std::string text = primore::text_of(primitive);
    INFO(text);
    const auto loaded = primore::saved_primitive<primore::DmpOn<Space>>(text).primitive;
    CHECK(primore::text_of(loaded) == text);
    auto a = primitive.begin(start, goal), b = loaded.begin(start, goal);
    for (int i = 0; i < 20; ++i) {
        primitive.step(a, typename Space::Scalar(0.05));
        loaded.step(b, typename Space::Scalar(0.05));
        CHECK(a.velocity == b.velocity);
        CHECK(a.acceleration == b.acceleration);
    }
}

}  // namespace

TEMPLATE_TEST_CASE("every named DMP comes back from its text bit for bit", "", float, double) {
    using Scalar = TestType;
    using Options = DmpOptions<Scalar>;
    for (Options options : {Options{}, Options::ijspeert(), Options::hoffmann(), Options::kulvicius(), Options::countdown(),
                            Options::sigmoid_goal(), Options::striking()}) {
        options.duration = Scalar(1.1);
        options.basis_count = 5;
        check_dmp_text(Dmp<Scalar, 2>(options));
    }
}

TEST_CASE("a DMP with every option changed comes back bit for bit") {
    using namespace primore;
    DmpOptions<double> options{.dofs = 2, .duration = 1.3, .delay = 0.1, .basis_count = 6, .bandwidth_factor = 2.2, .basis_outside = 1};
    options.alpha = 21;
    options.beta = 5.1;
    options.damping = ExponentialGating<double>{.rate = 2, .start = 1, .end = 0.9};
    options.alpha_phase = 2.7;
    options.fading = DmpNeverFades{};
    options.goal_path = DmpQuinticGoal{};
    options.smooth_scaling = true;
    options.amplitude = Eigen::Vector2d(0.3, 0.7);
    options.weights_scale = Eigen::VectorXd::LinSpaced(6, 0.1, 1);
    options.goal_scale = 1.1;
    options.start_acceleration = Eigen::Vector2d(0.1, 0.2);
    options.goal_velocity = Eigen::Vector2d(-0.1, 0.3);
    options.goal_acceleration = Eigen::Vector2d(0.4, 0.1);
    options.learn_duration = options.learn_delay = options.learn_alpha_phase = true;
    options.longest_panel = 0.01;
    check_dmp_text(Dmp<double, 2>(options));
    options.integrator = DmpIntegrator::mp_pytorch;
    options.time_step = 0.02;
    const Dmp<double, 2> euler(options);
    check_dmp_text(euler);
    check_dmp_text(euler.with_clock({.duration = 0.7, .delay = 0.2, .decay = 2.9}));  // the functions stay where they are
    check_dmp_text(Dmp<double, 2, VonMises<double>>(DmpOptions<double>::rhythmic(0.3), VonMises<double>({5, 2.8})));
}

TEST_CASE("DMPs for poses, and for orientations, come back bit for bit") {
    using namespace primore;
    OrientationDmp<double> orientation({.duration = 1.3, .basis_count = 4, .beta = 6});
    orientation.set_weights(primore_test::normal_matrix(3, 4, 1));
    check_group_dmp_text(orientation, Eigen::Quaterniond::Identity(), {0.6, 0.8, 0, 0});
    PoseDmp<float> pose({.delay = 0.1f,
                         .basis_count = 3,
                         .bandwidth_factor = 2,
                         .alpha = 20,
                         .alpha_phase = 4,
                         .smooth_scaling = true,
                         .integrator = PoseDmpIntegrator::euler,
                         .longest_step = 0.003f});
    pose.set_weights(primore_test::normal_matrix(6, 3, 2).cast<float>());
    check_group_dmp_text(pose, {{0, 0, 0}, {1, 0, 0, 0}}, {{1, 2, 3}, {0.6f, 0.8f, 0, 0}});
}

TEST_CASE("what is wrong in the text of a DMP is named") {
    const std::string whole = primore::text_of(Dmp<double, 2>({.basis_count = 2})),
                      text = whole.substr(0, whole.find("checksum")) + "end\n";
    const auto edit = [&](const std::string& part, const std::string& other, const std::string& message) {
        REQUIRE(text.find(part) != std::string::npos);
        CHECK_THROWS_MATCHES(
            (primore::saved_primitive<Dmp<double, 2>>(std::string(text).replace(text.find(part), part.size(), other), "a.txt")),
            std::runtime_error, Message("a.txt:" + message));
    };
    edit("beta none", "beta never", "10: beta is \"never\", expected a finite number");
    edit("damping none", "damping SigmoidGating", "11: damping is \"SigmoidGating\", expected ExponentialGating");
    edit("phase exponential", "phase linear", "13: phase is \"linear\", expected exponential or time or countdown or rhythmic");
    edit("DmpFixedGoal", "DmpGoal",
         "15: goal_path is \"DmpGoal\", expected DmpFixedGoal or DmpQuinticGoal or ExponentialGating or RichardsGating");
    edit("DmpFixedGoal", "ExponentialGating rate 3 start 0", "15: goal_path ends, expected end");
    edit("alpha 25", "alpha -25", " Dmp: alpha is -25, expected a positive finite number");
    edit("duration 1", "duration 2", " Dmp: duration is 2, expected that of the clock, 1");
    edit("delay 0", "delay 0.5", " Dmp: delay is 0.5, expected that of the clock, 0");
    edit("basis_count 2", "basis_count 3", " Dmp: basis_count is 3, expected that of the basis, 2");
}

TEST_CASE("weights of a pose DMP that do not fit are refused") {
    using primore::PoseDmp;
    const PoseDmp<double> pose({.basis_count = 2});
    CHECK_THROWS_MATCHES(primore::text_of(primore::SavedPrimitive<PoseDmp<double>>{pose, Eigen::VectorXd::Zero(3)}), std::invalid_argument,
                         Message("text_of: parameters or weights is given, expected none: this primitive has no parameter vector"));
    const std::string whole = primore::text_of(pose), text = whole.substr(0, whole.find("checksum"));
    CHECK_THROWS_MATCHES(primore::saved_primitive<PoseDmp<double>>(text + "parameters 1 0\nend\n", "a.txt"), std::runtime_error,
                         Message("a.txt: parameters or weights are given, expected none: this primitive has no parameter vector"));
    const std::string few = text.substr(0, text.find("weights ")) + "weights 1 2 0 0\nend\n";
    CHECK_THROWS_MATCHES(primore::saved_primitive<PoseDmp<double>>(few, "a.txt"), std::runtime_error,
                         Message("a.txt: PoseDmp: weights.rows() has size 1, expected 6 (the number of axes)"));
}
