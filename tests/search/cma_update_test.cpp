// SPDX-License-Identifier: MIT
#include <primore/search/cma_update.hpp>

#include <cmath>
#include <limits>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// N(0, diag(deviations^2)) as the state of CMA-ES.
pm::CmaState<double> centred_state(const VectorXd& deviations) {
    pm::CmaState<double> s{.mean = VectorXd::Zero(deviations.size()), .covariance = deviations.cwiseAbs2().asDiagonal()};
    s.axes = pm::PrincipalAxes<double>(s.covariance);
    s.step_size_path = s.path = VectorXd::Zero(deviations.size());
    return s;
}

}  // namespace

TEST_CASE("eigendecompositions are as rare as the learning is slow", "[formula]") {
    const auto p = pm::cma_parameters<double>(40, 15, pm::CmaConstants::active);
    const double negative = -p.weights.cwiseMin(0.0).sum();
    CHECK(pm::decomposition_interval(p, 40) ==
          std::floor(std::min(3 / (40 * (p.rank_one_rate + p.rank_mu_rate)), 1 / (4 * p.rank_mu_rate * negative))));
    CHECK(pm::decomposition_interval(p, 40) == 16);
    CHECK(pm::decomposition_interval(pm::cma_parameters<double>(5, 8, pm::CmaConstants::active), 5) == 2);  // bound by what is lost
    CHECK(pm::decomposition_interval(pm::cma_parameters<double>(5, 200, pm::CmaConstants::active), 5) == 1);
}

TEST_CASE("a sample from far away counts as one at the edge of the distribution", "[formula]") {
    // The longest axis has deviation 3: a step of length 3 (sqrt(2) + 8) in the direction of the sample, alone in its half.
    CHECK_THAT(pm::farthest_step<double>(4), near(10.0, 1e-15));
    const auto p = pm::cma_parameters<double>(2, 2);
    for (const double far : {1e3, 1e200, std::numeric_limits<double>::max()}) {
        auto s = centred_state(Eigen::Vector2d(1, 3));
        const MatrixXd samples = (MatrixXd(2, 2) << far, 0, 0, 0.1).finished();
        pm::cma_update<double>(s, p, samples, Eigen::Vector2d(1, 0));
        CHECK_THAT(s.mean, near(Eigen::Vector2d(3 * (std::sqrt(2.0) + 8), 0), 1e-13));
        CHECK(s.covariance.allFinite());
    }
}

TEST_CASE("the same distribution with another step size moves alike", "[property]") {
    // (sigma, C) and (4 sigma, C / 16) describe one distribution; the path of C is in units of sigma.
    auto one = centred_state(Eigen::Vector3d(1, 2, 3)), other = one;
    other.step_size = 4;
    other.covariance /= 16;
    other.axes = pm::PrincipalAxes<double>(other.covariance);
    const auto p = pm::cma_parameters<double>(3, 7);
    for (std::uint32_t i = 0; i < 50; ++i) {
        pm::Stream stream(1, pm::Purpose::search, i, 0);
        const MatrixXd samples = one.mean.replicate(1, 7) + one.step_size * stream.normal_vector(21).reshaped(3, 7);
        const VectorXd returns = stream.normal_vector(7);
        pm::cma_update<double>(one, p, samples, returns);
        pm::cma_update<double>(other, p, samples, returns);
    }
    CHECK_THAT(other.mean, near(one.mean, 1e-9));
    CHECK_THAT(other.step_size, near(4 * one.step_size, 1e-9));
    CHECK_THAT(MatrixXd(16 * other.covariance), near(one.covariance, 1e-9));
}

TEST_CASE("an indefinite covariance is brought back, and a far too large one is written with another step size", "[property]") {
    auto s = centred_state(Eigen::Vector2d(1, 1));
    s.covariance(1, 1) = -1;
    pm::detail::refresh_axes(s);
    CHECK(s.axes.deviations(0) > 0);
    CHECK_THAT(s.covariance, near(s.axes.covariance(), 1e-15));

    s = centred_state(VectorXd::Constant(1, 3.0));  // nothing is left: a scale remains
    s.path(0) = 1;
    s.covariance(0, 0) = -1;
    pm::detail::refresh_axes(s);
    CHECK_THAT(s.step_size * s.axes.deviations(0), near(3 * std::sqrt(Eigen::NumTraits<double>::epsilon()), 1e-14));
    CHECK(std::abs(s.path(0)) < 1e8);

    s = centred_state(Eigen::Vector2d(1e8, 2e8));
    s.path = Eigen::Vector2d(2e8, 0);
    const double entropy = s.entropy();
    pm::detail::refresh_axes(s);
    CHECK_THAT(s.step_size, near(2e8, 1e-7));
    CHECK_THAT(s.covariance, near(MatrixXd(Eigen::Vector2d(0.25, 1).asDiagonal()), 1e-14));
    CHECK_THAT(s.path, near(Eigen::Vector2d(1, 0), 1e-14));
    CHECK_THAT(s.entropy(), near(entropy, 1e-13));
}
