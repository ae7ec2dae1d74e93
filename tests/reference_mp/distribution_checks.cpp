// SPDX-License-Identifier: MIT

// Distributions of ProMPs and ProDMPs against the numbers of MP_PyTorch, movement_primitives and mp_lib.

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/conditioning.hpp>
#include <primore/distribution/trajectory_distribution.hpp>

#include "reference_mp/checks.hpp"
#include "reference_mp/mp_pytorch.hpp"

namespace primore_test {

namespace {

using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

template <typename Scalar>
using ProMpDistribution = primore::TrajectoryDistribution<primore::ProMp<Scalar>>;

/// The distribution of one batch member: its clock from `params`, its covariance from the Cholesky factor `params_L`.
template <typename Scalar, typename Primitive>
primore::TrajectoryDistribution<Primitive> distribution_of(const ReferenceCase& c, const Primitive& primitive, Index batch) {
    const VectorX<Scalar> parameters = member<Scalar>(c, "inputs.params", 1, batch);
    const MatrixX<Scalar> factor = member_matrix<Scalar>(c, "inputs.params_L", batch);
    std::optional<primore::StartState<Scalar>> start;
    if (c.has("inputs.init_pos")) {
        start.emplace();
        if (c.has("inputs.init_time")) start->time = member<Scalar>(c, "inputs.init_time", 0, batch)(0);
        start->position = member<Scalar>(c, "inputs.init_pos", 1, batch);
        if (c.has("inputs.init_vel")) start->velocity = member<Scalar>(c, "inputs.init_vel", 1, batch);
    }
    return {primitive.with_clock(primitive.clock(parameters)), {parameters.tail(factor.rows()), factor * factor.transpose()}, start};
}

/// Regularisations by which the distributions get what the library adds to each: a share of the largest variance of the whole batch.
/// Velocities are regularised in scaled time, with the durations `taus`.
template <typename Scalar>
VectorX<Scalar> regularizations(const std::vector<MatrixX<Scalar>>& covariances, const std::vector<Scalar>& taus, Scalar share) {
    VectorX<Scalar> largest(static_cast<Index>(covariances.size()));
    for (Index i = 0; i < largest.size(); ++i) {
        const auto k = static_cast<std::size_t>(i);
        largest(i) = covariances[k].diagonal().maxCoeff() * taus[k] * taus[k];
    }
    return share * largest.maxCoeff() * largest.cwiseInverse();
}

/// Covariances and standard deviations of a time derivative; returns the variances that were added, one for each batch member.
template <typename Scalar, typename Distribution>
VectorX<Scalar> check_order(const ReferenceCase& c, double tolerance, const std::vector<Distribution>& batch, int order) {
    const std::string name = order == 0 ? "expected.pos_" : "expected.vel_";
    std::vector<MatrixX<Scalar>> covariances;
    std::vector<Scalar> taus;
    const auto times_of = [&](std::size_t k) { return member<Scalar>(c, "inputs.times", 1, static_cast<Index>(k)); };
    for (std::size_t k = 0; k < batch.size(); ++k) {
        covariances.push_back(batch[k].covariance(times_of(k), {.row_order = order, .column_order = order}));
        taus.push_back(order == 0 ? Scalar(1) : batch[k].primitive().clock().duration);
    }
    const VectorX<Scalar> shares = regularizations(covariances, taus, number<Scalar>(c, "inputs.cov_reg"));
    VectorX<Scalar> added(shares.size());
    for (std::size_t k = 0; k < batch.size(); ++k) {
        const auto i = static_cast<Index>(k);
        added(i) = shares(i) * covariances[k].diagonal().maxCoeff();
        if (!c.has(name + "cov")) continue;
        CHECK_THAT(batch[k].covariance(times_of(k), {.row_order = order, .column_order = order, .regularization = shares(i)}),
                   near(member_matrix(c, name + "cov", i), tolerance));
        CHECK_THAT(batch[k].standard_deviations(times_of(k), order, shares(i)), near(member_matrix(c, name + "std", i), tolerance));
    }
    return added;
}

template <typename Scalar, typename Primitive>
void check_covariance(const ReferenceCase& c, double tolerance, const Primitive& primitive, bool has_velocity) {
    std::vector<primore::TrajectoryDistribution<Primitive>> batch;
    for (Index k = 0; k < batch_count(c, "inputs.params", 1); ++k) batch.push_back(distribution_of<Scalar>(c, primitive, k));
    const VectorX<Scalar> noise = check_order<Scalar>(c, tolerance, batch, 0);
    if (has_velocity) check_order<Scalar>(c, tolerance, batch, 1);
    for (std::size_t k = 0; k < batch.size(); ++k) {
        const auto i = static_cast<Index>(k);
        const VectorX<Scalar> times = member<Scalar>(c, "inputs.times", 1, i);
        const auto mean = batch[k].mean(times);
        const MatrixX<Scalar> positions = mean.positions;
        const double rate = sizeof(Scalar) == 4 && times.size() > 1 ? 1 / static_cast<double>(times(1) - times(0)) : 1;
        CHECK_THAT(positions, near(member_matrix(c, "expected.pos", i), tolerance));
        CHECK_THAT(has_velocity ? MatrixX<Scalar>(mean.velocities) : forward_differences(positions, times),
                   near(member_matrix(c, "expected.vel", i), has_velocity ? tolerance : tolerance * rate));
        if (!c.has("expected.log_prob_query_pos_flat")) continue;
        const MatrixX<Scalar> query = member<Scalar>(c, "inputs.query_pos_flat", 1, i).reshaped(times.size(), batch[k].dofs());
        CHECK_THAT(batch[k].log_density(times, query, noise.segment(i, 1)),
                   near(member(c, "expected.log_prob_query_pos_flat", 0, i)(0), tolerance));
    }
}

template <typename Scalar, typename Primitive>
void check_samples(const ReferenceCase& c, double tolerance, const Primitive& primitive, bool has_velocity) {
    for (Index batch = 0; batch < batch_count(c, "inputs.params", 1); ++batch) {
        const auto distribution = distribution_of<Scalar>(c, primitive, batch);
        const VectorX<Scalar> times = member<Scalar>(c, "inputs.times", 1, batch);
        const MatrixX<Scalar> weights =
            distribution.weights().samples(member_matrix<Scalar>(c, "inputs.standard_normal_draws", batch).transpose());
        const Eigen::MatrixXd expected = member_matrix(c, "expected.sample_params", batch);
        const Index dofs = distribution.dofs(), size = times.size() * dofs;
        const auto expected_table = [&](const std::string& key, Index sample) -> Eigen::MatrixXd {
            return member(c, key, 3, batch).segment(sample * size, size).reshaped(dofs, times.size()).transpose();
        };
        for (Index sample = 0; sample < weights.cols(); ++sample) {
            const VectorX<Scalar> w = weights.col(sample);
            CHECK_THAT(expected.cols() == w.size() ? w : distribution.parameters(w), near(expected.row(sample).transpose(), tolerance));
            const auto trajectory = distribution.trajectory(times, w);
            const MatrixX<Scalar> positions = trajectory.positions;
            const double rate = sizeof(Scalar) == 4 && times.size() > 1 ? 1 / static_cast<double>(times(1) - times(0)) : 1;
            CHECK_THAT(positions, near(expected_table("expected.pos_samples", sample), tolerance));
            CHECK_THAT(has_velocity ? MatrixX<Scalar>(trajectory.velocities) : forward_differences(positions, times),
                       near(expected_table("expected.vel_samples", sample), has_velocity ? tolerance : tolerance * rate));
        }
    }
}

template <typename Scalar>
void check_promp_covariance(const ReferenceCase& c, double tolerance) {
    check_covariance<Scalar>(c, tolerance, primore::ProMp<Scalar>(promp_options<Scalar>(c)), false);
}

template <typename Scalar>
void check_prodmp_covariance(const ReferenceCase& c, double tolerance) {
    check_covariance<Scalar>(c, tolerance, primore::ProDmp<Scalar>(prodmp_options<Scalar>(c)), true);
}

template <typename Scalar>
void check_promp_samples(const ReferenceCase& c, double tolerance) {
    check_samples<Scalar>(c, tolerance, primore::ProMp<Scalar>(promp_options<Scalar>(c)), false);
}

template <typename Scalar>
void check_prodmp_samples(const ReferenceCase& c, double tolerance) {
    check_samples<Scalar>(c, tolerance, primore::ProDmp<Scalar>(prodmp_options<Scalar>(c)), true);
}

/// The ProMP of movement_primitives: centres from 0 to 1, widths from the overlap, time as a share of the last time that is asked for, and
/// velocities with respect to that share.
template <typename Scalar>
void check_mprim(const ReferenceCase& c, double tolerance) {
    const Index functions = count(c, "config.n_weights_per_dim");
    VectorX<Scalar> centres = VectorX<Scalar>::LinSpaced(functions, 0, 1);
    centres(0) = 0;  // also of a single one
    const Scalar width = -8 * static_cast<Scalar>(functions * functions) * std::log(number<Scalar>(c, "config.overlap"));
    const auto basis = primore::NormalizedRbf<Scalar>::from_centres(centres, VectorX<Scalar>::Constant(functions, width));
    const VectorX<Scalar> times = vector<Scalar>(c, "inputs.times"), few = vector<Scalar>(c, "inputs.cov_times");
    const auto last = [](const VectorX<Scalar>& all) { return all(all.size() - 1); };
    const primore::ProMp<Scalar> primitive({.dofs = count(c, "config.n_dims"), .duration = last(times)}, basis);
    const ProMpDistribution<Scalar> prior(primitive, {vector<Scalar>(c, "inputs.weight_mean"), matrix<Scalar>(c, "inputs.weight_cov")});
    const Scalar tau = last(times);
    const auto check = [&](const ProMpDistribution<Scalar>& distribution, const std::string& mean, const std::string& var,
                           const std::string& cov) {
        CHECK_THAT(distribution.mean(times).positions, near(c.matrix(mean), tolerance));
        CHECK_THAT(distribution.standard_deviations(times).cwiseAbs2().eval(), near(c.matrix(var), tolerance));
        const auto clock = primore::LinearPhase<Scalar>{.duration = last(few)};
        CHECK_THAT(distribution.with_clock(clock).covariance(few), near(c.matrix(cov), tolerance));
    };
    check(prior, "expected.mean", "expected.var", "expected.cov");
    CHECK_THAT((tau * prior.mean(times).velocities).eval(), near(c.matrix("expected.mean_velocities"), tolerance));
    CHECK_THAT((tau * prior.standard_deviations(times, 1)).cwiseAbs2().eval(), near(c.matrix("expected.var_velocities"), tolerance));
    const auto table = prior.table(times);
    CHECK_THAT(table.weights_of_order(0), near(c.matrix("expected.basis"), tolerance));
    CHECK_THAT((tau * table.weights_of_order(1)).eval(), near(c.matrix("expected.basis_derivative"), tolerance));

    std::vector<primore::Observation<Scalar>> observations;
    for (Index i = 0; i < count(c, "inputs.conditions.count"); ++i) {
        const std::string key = "inputs.conditions." + std::to_string(i) + '.';
        observations.push_back({.time = number<Scalar>(c, key + "t") * (tau / number<Scalar>(c, key + "t_max")),
                                .value = vector<Scalar>(c, key + "y"),
                                .noise = matrix<Scalar>(c, key + "y_cov")});
    }
    if (!c.has("expected.cond_weight_mean")) return;
    const auto posterior = primore::condition(prior, observations);
    CHECK_THAT(posterior.weights().mean, near(c.vector("expected.cond_weight_mean"), tolerance));
    CHECK_THAT(posterior.weights().covariance, near(c.matrix("expected.cond_weight_cov"), tolerance));
    check(posterior, "expected.cond_mean", "expected.cond_var", "expected.cond_cov");
}

/// The ProMP of mp_lib: a linear phase that runs on; observations may have a noise that they share.
template <typename Scalar>
void check_mp_lib(const ReferenceCase& c, double tolerance) {
    CHECK(c.text("config.phase") == "linear");
    const primore::LinearPhase<Scalar> clock{.duration = number<Scalar>(c, "config.duration"), .delay = 0, .is_clipped = false};
    const primore::NormalizedRbf<Scalar> basis(clock, {.count = count(c, "config.num_basis"),
                                                       .outside = count(c, "config.num_basis_outside"),
                                                       .bandwidth_factor = number<Scalar>(c, "config.basis_bandwidth_factor")});
    const auto primitive = primore::ProMp<Scalar>({.dofs = count(c, "config.num_dof")}, basis).with_clock(clock);
    const Index dofs = primitive.dofs();
    const VectorX<Scalar> times = vector<Scalar>(c, "inputs.times");
    const ProMpDistribution<Scalar> prior(primitive, {vector<Scalar>(c, "inputs.mu"), matrix<Scalar>(c, "inputs.cov_mat")});
    CHECK_THAT(basis.centres(), near(c.vector("expected.centers"), tolerance));
    CHECK_THAT(basis.widths(), near(c.vector("expected.bandwidth"), tolerance));
    CHECK_THAT(prior.table(times).weights_of_order(0), near(c.matrix("expected.basis"), tolerance));
    CHECK_THAT(prior.mean(times).positions, near(c.matrix("expected.mean"), tolerance));
    CHECK_THAT(prior.standard_deviations(times), near(c.matrix("expected.std"), tolerance));
    for (Index row = 0; row < times.size(); ++row) {
        const Eigen::MatrixXd expected =
            c.vector("expected.covariance_per_time").segment(row * dofs * dofs, dofs * dofs).reshaped(dofs, dofs);
        CHECK_THAT(prior.at(times(row)).covariance.topLeftCorner(dofs, dofs), near(expected, tolerance));
    }
    CHECK_THAT(prior.weights().log_density(vector<Scalar>(c, "inputs.weights_query")),
               near(c.number("expected.weights_log_likelihood"), tolerance));

    const VectorX<Scalar> points = vector<Scalar>(c, "inputs.condition_times"), desired = vector<Scalar>(c, "inputs.desired_theta");
    const MatrixX<Scalar> variances = matrix<Scalar>(c, "inputs.desired_var");
    std::vector<primore::Observation<Scalar>> observations;
    std::vector<Index> dof_major;  // where the numbers of the observations, one after the other, stand in the library's order
    for (Index i = 0; i < points.size(); ++i) {
        for (Index dof = 0; dof < dofs; ++dof) dof_major.push_back(dof * points.size() + i);
        observations.push_back({.time = points(i), .value = desired(Eigen::seqN(i, dofs, points.size()))});
    }
    const auto linear = primore::linear_observations("reference", prior, observations);
    const primore::GaussianUpdate<Scalar> update("reference", linear.map, prior.weights(), variances(dof_major, dof_major));
    const auto posterior = prior.updated(update, linear.residuals);
    CHECK_THAT(posterior.weights().mean, near(c.vector("expected.conditioned_mu"), tolerance));
    CHECK_THAT(posterior.weights().covariance, near(c.matrix("expected.conditioned_cov_mat"), tolerance));
    CHECK_THAT(posterior.mean(times).positions, near(c.matrix("expected.conditioned_mean"), tolerance));
    CHECK_THAT(posterior.standard_deviations(times), near(c.matrix("expected.conditioned_std"), tolerance));
}

}  // namespace

void add_distribution_checks(Checks& checks) {
    checks["promp_covariance"] = {check_promp_covariance<double>, check_promp_covariance<float>, 1e-3};
    checks["prodmp_covariance"] = {check_prodmp_covariance<double>, check_prodmp_covariance<float>, 1e-3};
    checks["promp_samples"] = {check_promp_samples<double>, check_promp_samples<float>, 1e-5};
    checks["prodmp_samples"] = {check_prodmp_samples<double>, check_prodmp_samples<float>, 1e-4};
    checks["mprim_promp"] = {check_mprim<double>, check_mprim<float>, 1e-3};
    checks["mplib_promp"] = {check_mp_lib<double>, check_mp_lib<float>, 1e-3};
}

}  // namespace primore_test
