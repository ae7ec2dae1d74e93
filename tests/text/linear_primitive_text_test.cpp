// SPDX-License-Identifier: MIT
#include <primore/text/linear_primitive_text.hpp>

#include <string>

#include <Eigen/Core>

#include <primore/text/primitive_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"

namespace {

using primore::SavedPrimitive;
using primore_test::Types;

/// Saves a primitive with parameters and weights and reads it back: the same text again, and the same motion, bit for bit.
template <typename Primitive>
Primitive check_linear_text(const Primitive& primitive) {
    using Scalar = typename primore::TextForm<Primitive>::Scalar;
    const Eigen::Index clock_numbers = primitive.learned().count(), count = primitive.parameter_count();
    Eigen::VectorX<Scalar> parameters = primore_test::numbers<Scalar>(count, 1.0 / 3);
    parameters.head(clock_numbers) = parameters.head(clock_numbers).cwiseAbs();
    const Eigen::MatrixX<Scalar> root = primore_test::normal_matrix(count - clock_numbers, 3, 5).template cast<Scalar>();
    const SavedPrimitive<Primitive> saved{
        primitive, parameters, primore::WeightDistribution<Scalar>{parameters.tail(count - clock_numbers), root * root.transpose()}};
    const std::string text = primore::text_of(saved);
    const auto loaded = primore::saved_primitive<Primitive>(text);
    CHECK(primore::text_of(loaded) == text);
    CHECK(loaded.parameters == parameters);
    CHECK(loaded.weights->mean == saved.weights->mean);
    CHECK(loaded.weights->covariance == saved.weights->covariance);
    const auto a = primitive.trajectory(parameters, {}), b = loaded.primitive.trajectory(parameters, {});
    for (int i = 0; i < 40; ++i) {
        const auto before = a.at(Scalar(i) / 7), after = b.at(Scalar(i) / 7);
        CHECK(before.position == after.position);
        CHECK(before.velocity == after.velocity);
        CHECK(before.acceleration == after.acceleration);
    }
    return loaded.primitive;
}

primore::ProMpOptions<double> a_third() { return {.duration = 4.0 / 3, .delay = 0.1, .zero_start = 1}; }

}  // namespace

TEMPLATE_TEST_CASE("a ProMp comes back from its text bit for bit", "", (Types<double, 2>), (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    using Primitive = primore::ProMp<Scalar, TestType::dofs>;
    check_linear_text(Primitive({.dofs = 2, .duration = Scalar(4) / 3, .delay = Scalar(0.1), .zero_start = 1}));
    check_linear_text(Primitive({.dofs = 2,
                                 .duration = Scalar(0.7),
                                 .basis_count = 5,
                                 .bandwidth_factor = Scalar(2.1),
                                 .basis_outside = 1,
                                 .zero_start = 2,
                                 .zero_goal = 1,
                                 .start_padding = primore::StartPadding::zero,
                                 .weights_scale = Eigen::VectorX<Scalar>::LinSpaced(5, Scalar(0.1), 1),
                                 .learn_duration = true,
                                 .learn_delay = true}));
}

TEST_CASE("a ProMp over any clock and basis comes back bit for bit") {
    using namespace primore;
    using Vector = Eigen::VectorXd;
    const ProMp<double, 1, NormalizedRbf<double>, ExponentialPhase<double>> fading(a_third());
    check_linear_text(fading);
    auto clock = fading.clock();
    clock.decay = 2.2;  // the functions stay where they are
    CHECK(check_linear_text(fading.with_clock(clock)).clock().decay == 2.2);
    check_linear_text(ProMp<double, 2, VonMises<double>, RhythmicPhase<double>>(a_third(), VonMises<double>({6, 2.9})));
    check_linear_text(ProMp<double, 2, Fourier, RhythmicPhase<double>>(a_third(), Fourier(2)));
    check_linear_text(ProMp<double, 1, Bernstein, SmoothPhase<double>>(a_third(), Bernstein(4)));
    check_linear_text(
        ProMp<double, 1, GaussianRbf<double>, CanonicalPhase<double>>(a_third(), GaussianRbf<double>::evenly_spaced(5, 0, 1)));
    check_linear_text(ProMp<double, 1, LocalLines<NormalizedRbf<double>>>(
        a_third(), LocalLines(NormalizedRbf<double>::from_centres(Vector::LinSpaced(3, 0.1, 1), Vector::Constant(3, 7.7)))));
    // a single function, which is not normalised, and a denominator with a floor
    check_linear_text(ProMp<double, 2>({.basis_count = 1, .zero_start = 0, .start_padding = StartPadding::zero}));
    check_linear_text(
        ProMp<double, 2>(a_third(), NormalizedRbf<double>(LinearPhase<double>{}, {.count = 4, .denominator_floor = 1e-3})));
    check_linear_text(ProMp<double, 2>(a_third()).with_clock({.duration = 3, .delay = 0.3, .is_clipped = false}));
}

TEMPLATE_TEST_CASE("a ProDmp comes back from its text bit for bit", "", (Types<double, 2>), (Types<float, Eigen::Dynamic>)) {
    using Scalar = typename TestType::Number;
    using Primitive = primore::ProDmp<Scalar, TestType::dofs>;
    check_linear_text(Primitive({.dofs = 2, .duration = Scalar(1.1)}));
    check_linear_text(Primitive({.dofs = 2,
                                 .duration = Scalar(1.5),
                                 .delay = Scalar(0.25),
                                 .basis_count = 4,
                                 .bandwidth_factor = Scalar(2.5),
                                 .basis_outside = 1,
                                 .alpha = 20,
                                 .alpha_phase = Scalar(2.7),
                                 .weights_scale = Eigen::Vector4<Scalar>(1, 2, 3, Scalar(0.3)),
                                 .goal_scale = Scalar(0.1),
                                 .auto_scale = true,
                                 .relative_goal = true,
                                 .learn_duration = true,
                                 .discretization = primore::ProDmpDiscretization::mp_pytorch,
                                 .time_step = Scalar(0.05),
                                 .table_length = 5}));
    check_linear_text(Primitive({.dofs = 2, .learn_weights = false, .learn_delay = true}));
    const Primitive primitive({.dofs = 2, .duration = Scalar(1.5)});
    auto clock = primitive.clock();
    clock.duration = Scalar(0.7);
    CHECK(check_linear_text(primitive.with_clock(clock)).options().duration == Scalar(0.7));
}

TEST_CASE("a primitive of fixed size can be read as one of dynamic size") {
    const primore::ProMp<double, 2> fixed({.basis_count = 4});
    CHECK(primore::saved_primitive<primore::ProMp<double>>(primore::text_of(fixed)).primitive.dofs() == 2);
}
