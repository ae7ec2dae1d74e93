// SPDX-License-Identifier: MIT

// Learning from demonstrations against the numbers of MP_PyTorch, mp_lib and movement_primitives.

#include <cmath>
#include <vector>

#include <Eigen/Core>

#include <primore/imitation/expectation_maximization.hpp>
#include <primore/imitation/ridge_regression.hpp>
#include <primore/imitation/weight_learning.hpp>
#include <primore/primitive/pro_dmp.hpp>
#include <primore/primitive/pro_mp.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/mp_pytorch.hpp"
#include "support/textbook_em.hpp"

namespace primore_test {

namespace {

using Eigen::Index;

/// Weights are compared in double only: they are so ill-conditioned that float numbers agree on nothing but the motion.
template <typename Scalar>
constexpr bool weights_are_comparable = sizeof(Scalar) == 8;

template <typename Scalar>
std::vector<primore::Demonstration<Scalar>> demonstrations(const ReferenceCase& c) {
    std::vector<primore::Demonstration<Scalar>> result;
    for (Index i = 0; i < batch_count(c, "inputs.demos", 2); ++i) {
        result.push_back({member<Scalar>(c, "inputs.times", 1, i), member_matrix<Scalar>(c, "inputs.demos", i)});
    }
    return result;
}

template <typename Scalar>
void check_promp_learn(const ReferenceCase& c, double tolerance) {
    const primore::ProMp<Scalar> primitive(promp_options<Scalar>(c));
    for (Index batch = 0; batch < batch_count(c, "inputs.trajs", 2); ++batch) {
        const auto times = member<Scalar>(c, "inputs.times", 1, batch);
        const auto fit = primore::ridge_regression<Scalar>(primitive, {times, member_matrix<Scalar>(c, "inputs.trajs", batch)},
                                                           {.regularization = number<Scalar>(c, "inputs.reg")});
        if (weights_are_comparable<Scalar>) CHECK_THAT(fit.parameters, near(member(c, "expected.params", 1, batch), tolerance));
        const Eigen::MatrixX<Scalar> positions = evaluated(primitive.trajectory(fit.parameters), times).positions;
        CHECK_THAT(positions, near(member_matrix(c, "expected.reconstructed_pos", batch), tolerance));
        const double rate = sizeof(Scalar) == 4 ? 1 / static_cast<double>((times(1) - times(0))) : 1;
        CHECK_THAT(forward_differences(positions, times), near(member_matrix(c, "expected.reconstructed_vel", batch), tolerance * rate));
    }
}

/// The library divides the first difference by the time step of its table instead of that of the demonstration (the quirk, where they
/// differ). From the start that it takes, everything agrees; our own start has the velocity of the demonstration.
template <typename Scalar>
void check_prodmp_learn(const ReferenceCase& c, double tolerance) {
    const primore::ProDmp<Scalar> primitive(prodmp_options<Scalar>(c));
    primore::RidgeOptions<Scalar> options{.regularization = number<Scalar>(c, "inputs.reg")};
    for (Index batch = 0; batch < batch_count(c, "inputs.trajs", 2); ++batch) {
        const primore::Demonstration<Scalar> demonstration{member<Scalar>(c, "inputs.times", 1, batch),
                                                           member_matrix<Scalar>(c, "inputs.trajs", batch)};
        options.reading = {.from = primore::DemonstrationStart::given,
                           .start = {.time = member<Scalar>(c, "expected.init_time", 0, batch)(0),
                                     .position = member<Scalar>(c, "expected.init_pos", 1, batch),
                                     .velocity = member<Scalar>(c, "expected.init_vel", 1, batch)}};
        const auto fit = primore::ridge_regression(primitive, demonstration, options);
        if (weights_are_comparable<Scalar>) CHECK_THAT(fit.parameters, near(member(c, "expected.params", 1, batch), tolerance));
        const auto table = evaluated(primitive.trajectory(fit.parameters, fit.start), demonstration.times);
        CHECK_THAT(table.positions, near(member_matrix(c, "expected.reconstructed_pos", batch), tolerance));
        CHECK_THAT(table.velocities, near(member_matrix(c, "expected.reconstructed_vel", batch), tolerance));
        if (c.has("inputs.init_vel")) continue;

        options.reading = {.velocity_samples = 2};
        const auto own = primore::ridge_regression(primitive, demonstration, options);
        const Scalar step = demonstration.times(1) - demonstration.times(0), table_step = number<Scalar>(c, "config.mp_args.dt");
        CHECK(own.start.time == demonstration.times(0));
        CHECK(own.start.position == demonstration.positions.row(0).transpose());
        CHECK_THAT(own.start.velocity * (step / table_step), near(member(c, "expected.init_vel", 1, batch), tolerance));
        if (!c.has("quirk")) continue;
        const auto reproduced = evaluated(primitive.trajectory(own.parameters, own.start), demonstration.times);
        CHECK((reproduced.positions - demonstration.positions).norm() < (table.positions - demonstration.positions).norm() / 4);
    }
}

/// The library weighs the sample covariance of M demonstrations by M instead of M - 1.
template <typename Scalar>
void check_map_learn(const ReferenceCase& c, double tolerance) {
    const primore::ProMp<Scalar> primitive({.dofs = count(c, "config.num_dof", 1),
                                            .duration = number<Scalar>(c, "config.duration"),
                                            .basis_count = count(c, "config.num_basis"),
                                            .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor"),
                                            .basis_outside = count(c, "config.num_basis_outside")});
    const auto shown = demonstrations<Scalar>(c);
    const auto number_shown = static_cast<Scalar>(shown.size());
    const Scalar prior_count = number<Scalar>(c, "config.prior_covariance") * (number_shown - 1) / number_shown;
    const Index size = primitive.parameter_count();
    const auto prior = primore::NormalInverseWishart<Scalar>::with_expected(
        {Eigen::VectorX<Scalar>::Zero(size), Eigen::MatrixX<Scalar>::Identity(size, size)}, 0, prior_count);
    const auto learned =
        primore::learn_weights<Scalar>(primitive, shown, {.regularization = number<Scalar>(c, "config.regularization_coeff")}, prior);
    const auto weights = learned.expected();
    CHECK_THAT(weights.mean, near(c.vector("expected.mu"), tolerance));
    CHECK_THAT(weights.covariance, near(c.matrix("expected.cov"), tolerance));
}

template <typename Scalar>
primore::ProMp<Scalar> mprim_promp(const ReferenceCase& c, Scalar duration) {
    const Index n = count(c, "config.n_weights_per_dim");
    const auto squared = static_cast<Scalar>(n * n);
    const Scalar width = -8 * squared * std::log(number<Scalar>(c, "config.overlap"));
    const Eigen::VectorX<Scalar> centres = Eigen::VectorX<Scalar>::LinSpaced(n, 0, 1);
    return {{.dofs = count(c, "config.n_dims"), .duration = duration},
            primore::NormalizedRbf<Scalar>::from_centres(centres, Eigen::VectorX<Scalar>::Constant(n, width))};
}

/// The numbers of the library, with its noise update: the sum of squared errors of N sampled numbers in M demonstrations is divided by
/// |means|_F M N + 2 instead of N.
template <typename Scalar>
void check_library_em(const ReferenceCase& c, const primore::WeightModel<Scalar>& initial,
                      const std::vector<primore::CompressedDemonstrations<Scalar>>& compressed, double tolerance) {
    const auto flat = primore::NormalInverseWishart<Scalar>::flat_mode(initial.weights.mean.size());
    primore::WeightModel<Scalar> model = initial;
    for (Index iteration = 0; iteration < count(c, "config.n_iter"); ++iteration) {
        const primore::WeightExpectation<Scalar> expectation(model, compressed);
        const Eigen::VectorX<Scalar> before = model.weights.mean;
        model = primore::maximization(expectation, flat, true, Scalar(0));
        const auto divisor = static_cast<Scalar>(expectation.sample_count * model.noise_variance.size() * expectation.means.cols());
        model.noise_variance.setConstant(expectation.squared_errors.sum() / (expectation.means.norm() * divisor + 2));
        if ((model.weights.mean - before).norm() < number<Scalar>(c, "config.min_delta")) break;
    }
    CHECK_THAT(model.weights.mean, near(c.vector("expected.weight_mean"), tolerance));
    CHECK_THAT(model.weights.covariance, near(c.matrix("expected.weight_cov"), tolerance));
    CHECK_THAT(model.noise_variance(0), near(c.number("expected.noise_variance"), tolerance));
}

/// The truth that the quirk names: with the right noise update we do what the textbook does.
template <typename Scalar>
void check_textbook_em(const ReferenceCase& c, const primore::ProMp<Scalar>& primitive, const primore::WeightModel<Scalar>& initial,
                       double tolerance) {
    std::vector<Eigen::MatrixXd> functions, positions;
    for (const auto& demonstration : demonstrations<Scalar>(c)) {
        functions.push_back(primitive.basis_table(demonstration.times).weights_of_order(0).template cast<double>());
        positions.push_back(demonstration.positions.template cast<double>());
    }
    TextbookEm textbook(functions, positions, c.number("config.gamma"));
    constexpr Index iterations = 8;
    for (Index i = 0; i < iterations; ++i) textbook.iterate(true);
    const auto ours = primore::expectation_maximization<Scalar>(primitive, demonstrations<Scalar>(c),
                                                                {.max_iterations = iterations,
                                                                 .tolerance = 0,
                                                                 .noise_is_shared = true,
                                                                 .noise_correlation = number<Scalar>(c, "config.gamma"),
                                                                 .initial = initial});
    CHECK(ours.iterations == iterations);
    CHECK_THAT(ours.model.weights.mean, near(textbook.mean, tolerance));
    CHECK_THAT(ours.model.weights.covariance, near(textbook.covariance, tolerance));
    CHECK_THAT(ours.model.noise_variance / Scalar(textbook.variances(0)), near(textbook.variances / textbook.variances(0), tolerance));
    CHECK_THAT(ours.log_likelihood(iterations) / Scalar(textbook.log_likelihood()), near(1.0, tolerance));
}

template <typename Scalar>
void check_mprim_promp(const ReferenceCase& c, double tolerance) {
    const auto shown = demonstrations<Scalar>(c);
    const primore::ProMp<Scalar> primitive = mprim_promp<Scalar>(c, shown.front().times(shown.front().times.size() - 1));
    const auto fits = primore::ridge_regression<Scalar>(primitive, shown, {.regularization = number<Scalar>(c, "config.ridge_lambda")});
    const auto weights = primore::weight_columns(primitive, fits);
    if (weights_are_comparable<Scalar>) CHECK_THAT(weights.transpose(), near(c.matrix("expected.ridge_weights"), tolerance));

    const Index size = primitive.parameter_count();
    const primore::WeightModel<Scalar> initial{{Eigen::VectorX<Scalar>::Zero(size), Eigen::MatrixX<Scalar>::Identity(size, size)},
                                               Eigen::VectorX<Scalar>::Ones(primitive.dofs())};
    std::vector<primore::CompressedDemonstrations<Scalar>> compressed;
    for (const auto& design : primore::design_matrices<Scalar>("mprim_promp_imitate", primitive, shown, {})) {
        compressed.push_back(primore::compress(design, number<Scalar>(c, "config.gamma")));
    }
    check_library_em(c, initial, compressed, tolerance);
    check_textbook_em(c, primitive, initial, tolerance);
}

}  // namespace

void add_learning_checks(Checks& checks) {
    checks["promp_learn"] = {check_promp_learn<double>, check_promp_learn<float>, 1e-5};
    checks["prodmp_learn"] = {check_prodmp_learn<double>, check_prodmp_learn<float>, 1e-5};
    checks["mplib_map_learn"] = {check_map_learn<double>, check_map_learn<float>, 1e-5};
    checks["mprim_promp_imitate"] = {check_mprim_promp<double>, check_mprim_promp<float>, 1e-5};
}

}  // namespace primore_test
