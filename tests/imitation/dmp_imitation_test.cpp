// SPDX-License-Identifier: MIT
#include <primore/imitation/dmp_imitation.hpp>

#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/dmp_variants.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::Demonstration;
using primore::Dmp;
using primore::DmpImitationTarget;
using primore::DmpOptions;
using primore_test::dmp_parameters;
using primore_test::dmp_start;
using primore_test::dmp_variants;

TEST_CASE("a DMP finds itself in its own motion: by positions, and by forces") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const Dmp<double> primitive(options);
        const Eigen::VectorXd parameters = dmp_parameters(options), times = Eigen::VectorXd::LinSpaced(201, 0.3, 1.45);
        const auto shown = primitive.trajectory(parameters, dmp_start<double>()).table(times);
        const Eigen::VectorXd goal = Eigen::Vector2d(1, -0.6);
        for (const auto target : {DmpImitationTarget::forces, DmpImitationTarget::bare_forces, DmpImitationTarget::positions}) {
            const auto found = imitate(primitive, shown, target, {.goal = goal, .regularization = 0});
            CHECK_THAT(found.parameters, near(parameters, 1e-6));
            CHECK_THAT(primitive.trajectory(found.parameters, found.start).table(times).positions, near(shown.positions, 1e-8));
        }
    }
}

TEST_CASE("the forces that inverse dynamics asks for are those of the movement") {
    for (const auto& [name, options] : dmp_variants<double>()) {
        CAPTURE(name);
        const Dmp<double> primitive(options);
        const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(5, 0.3, 1.4);
        const auto motion = primitive.trajectory(dmp_parameters(options), dmp_start<double>());
        const Eigen::MatrixXd forces =
            forcing_targets<double>(primitive, motion.table(times), dmp_start<double>(), Eigen::Vector2d(1, -0.6));
        for (Eigen::Index row = 0; row < times.size(); ++row) {
            const double z = primitive.clock().scaled_time(times(row)), decay = primitive.clock().decay;
            Eigen::VectorXd force(2);
            primitive.terms().drive(z, primitive.terms().exponential(z, decay), decay, motion.movement().weights(), force);
            if (options.scaling == primore::DmpScaling::goal_distance) force.array() *= Eigen::Array2d(1 - 0.3, -0.6 + 0.5);
            CHECK_THAT(forces.row(row).transpose(), near(force, 1e-9));
        }
    }
}

TEMPLATE_TEST_CASE("an imitation by positions does not amplify noise", "", double, float) {
    using Scalar = TestType;
    const Dmp<Scalar> primitive({.dofs = 1});
    Demonstration<Scalar> clean{Eigen::VectorX<Scalar>::LinSpaced(200, 0, 1), Eigen::MatrixX<Scalar>(200, 1)};
    for (Eigen::Index row = 0; row < 200; ++row) {
        const Scalar t = clean.times(row);
        clean.positions(row, 0) = t * t * t * (10 - 15 * t + 6 * t * t);
    }
    Demonstration<Scalar> noisy = clean;
    noisy.positions += Scalar(0.005) * primore_test::normal_matrix(200, 1, 3).template cast<Scalar>();
    const auto found = imitate(primitive, noisy, {.goal = Eigen::VectorX<Scalar>::Ones(1)});
    const auto repeated = primitive.trajectory(found.parameters, found.start).table(clean.times);
    const double rms = static_cast<double>((repeated.positions - clean.positions).norm()) / std::sqrt(200.0);
    CHECK(rms < 0.003);
    const auto exact = imitate(primitive, clean);
    const auto smooth = primitive.trajectory(exact.parameters, exact.start).table(clean.times);
    CHECK_THAT(smooth.positions, near(clean.positions.template cast<double>(), 3e-3));
}

TEST_CASE("the steps of MP_PyTorch are imitated as they will be executed") {
    DmpOptions<double> options = dmp_variants<double>().front().second;
    options.integrator = primore::DmpIntegrator::mp_pytorch;
    const Dmp<double> primitive(options);
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(60, 0.2, 1.5);
    const auto shown = primitive.trajectory(dmp_parameters(options), {.time = 0.2}).table(times);
    const auto found = imitate(primitive, shown, DmpImitationTarget::positions, {.goal = Eigen::Vector2d(1, -0.6)});
    const auto again = primitive.trajectory(found.parameters, found.start).table(times);
    CHECK_THAT(again.positions, near(shown.positions, 1e-6));
}

TEST_CASE("an imitation refuses what it cannot use") {
    const Dmp<double> primitive(dmp_variants<double>().front().second);
    const Demonstration<double> demonstration{Eigen::Vector3d(0, 1, 2), Eigen::MatrixXd::Random(3, 2)};
    CHECK_THROWS_WITH(imitate(primitive, demonstration, {.goal = Eigen::Vector3d(1, 2, 3)}), "imitate: goal has size 3, expected 2 (dofs)");
    CHECK_THROWS_WITH(imitate(primitive, demonstration, {.regularization = -1}),
                      "imitate: regularization is -1, expected a finite number that is not negative");
    CHECK_THROWS_WITH(imitate(primitive, demonstration, {.velocity_samples = 1}), "imitate: velocity_samples is 1, expected at least 2");
    CHECK_THROWS_WITH(imitate(primitive, {demonstration.times, demonstration.positions, {}, {}}, DmpImitationTarget::forces),
                      "imitate: demonstration.velocities.rows() has size 0, expected 3 (the size of times)");
    DmpOptions<double> options = DmpOptions<double>::ijspeert();
    options.dofs = 2;
    CHECK_THROWS_WITH(imitate(Dmp<double>(options), demonstration, {.goal = demonstration.positions.row(0).transpose()}),
                      ContainsSubstring("expected not the start: the weights scale with it"));
}
