// SPDX-License-Identifier: MIT
#include <primore/basis/prodmp_basis.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"

using primore::ProDmpBasis;
using primore::ProDmpBasisOptions;
using primore::ProDmpDiscretization;

namespace {

/// Psi_k and Psi_k' at one z by brute force: Gauss-Legendre of three points on many panels of the convolution integral, [K x 2].
Eigen::MatrixX2d convolution(const ProDmpBasisOptions<double>& options, double z) {
    const primore::ExponentialPhase<double> phase{.decay = options.decay};
    const primore::NormalizedRbf<double> rbf(
        phase, {.count = options.count, .outside = options.outside, .bandwidth_factor = options.bandwidth_factor});
    const primore::Attractor<double> attractor{options.alpha};
    const int panels = 1000;
    const double h = z / panels;
    const std::array<double, 3> place{0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, weight{5.0 / 18, 8.0 / 18, 5.0 / 18};
    Eigen::MatrixX2d result = Eigen::MatrixX2d::Zero(options.count, 2);
    for (int panel = 0; panel < panels; ++panel) {
        for (std::size_t i = 0; i < 3; ++i) {
            const double u = (panel + place[i]) * h, x = phase.of_scaled_time(u);
            result += functions(rbf, x).value * (weight[i] * h * x * attractor.transition(z - u).col(1)).transpose();
        }
    }
    return result;
}

/// The largest error of positions and of velocities at some times, each relative to the largest value of its column.
Eigen::Vector2d error_against_convolution(const ProDmpBasisOptions<double>& options) {
    const ProDmpBasis<double> basis(options);
    Eigen::MatrixX2d error = Eigen::MatrixX2d::Zero(options.count, 2), largest = error;
    for (const double z : {0.0123, 0.0771, 0.2003, 0.3517, 0.5049, 0.7411, 0.9107, 1.0333, 1.2, 1.61, 2.5, 7.3}) {
        const Eigen::MatrixX2d expected = convolution(options, z);
        Eigen::MatrixX2d found(options.count, 2);
        basis.fold_state(z, [&](Eigen::Index k, double value, double slope) { found.row(k) << value, slope; });
        error = error.cwiseMax((found - expected).cwiseAbs());
        largest = largest.cwiseMax(expected.cwiseAbs());
    }
    return error.cwiseQuotient(largest).colwise().maxCoeff();
}

}  // namespace

TEST_CASE("one column in closed form: the goal") {
    const ProDmpBasis<double> basis({.alpha = 4});
    const auto columns = basis.columns(Eigen::Vector2d(0, 0.5));
    CHECK(columns.position(0, 10) == 0);
    CHECK(columns.velocity(0, 10) == 0);
    CHECK_THAT(columns.position(1, 10), near(1 - 2 * std::exp(-1.0), 1e-15));  // alpha z / 2 = 1
    CHECK_THAT(columns.velocity(1, 10), near(2 * std::exp(-1.0), 1e-15));      // alpha^2 / 4 z exp(-1)
}

TEST_CASE("the accurate table agrees with quadrature of the convolution integral") {
    for (const double alpha : {5.0, 25.0, 100.0}) {
        for (const double decay : {1.0, 3.0, 7.0}) {
            for (const Eigen::Index count : {1, 2, 5, 30}) {
                for (const double bandwidth : {1.0, 3.0, 6.0}) {
                    if (count == 30 && (alpha != 25.0 || decay != 3.0)) continue;  // for the time it takes
                    const Eigen::Index outside = count == 5 ? 1 : 0;
                    const Eigen::Vector2d error = error_against_convolution(
                        {.count = count, .outside = outside, .bandwidth_factor = bandwidth, .alpha = alpha, .decay = decay});
                    CAPTURE(alpha, decay, count, bandwidth);
                    CHECK(error(0) < 1e-10);
                    CHECK(error(1) < 1e-9);
                }
            }
        }
    }
}

TEST_CASE("the table goes over into its continuation without a step") {
    for (const auto discretization : {ProDmpDiscretization::accurate, ProDmpDiscretization::mp_pytorch}) {
        const ProDmpBasis<double> basis({.count = 4, .decay = 0.5, .discretization = discretization});
        const double end = static_cast<double>(basis.table().node_count() - 1) * basis.table().spacing();
        const auto columns = basis.columns(Eigen::Vector3d(end * (1 - 1e-12), end, end * (1 + 1e-12)));
        CHECK_THAT(columns.position.row(0), near(columns.position.row(1), 1e-12));
        CHECK_THAT(columns.position.row(2), near(columns.position.row(1), 1e-12));
        CHECK_THAT(columns.velocity.row(2), near(columns.velocity.row(0), 1e-12));
    }
}

TEST_CASE("the continuation solves the differential equation") {
    const ProDmpBasis<double> basis(
        {.count = 3, .bandwidth_factor = 0.5, .alpha = 10, .decay = 0.3, .discretization = ProDmpDiscretization::mp_pytorch});
    const Eigen::Matrix<double, 1, 3> weights(1, -2, 3);
    const auto state = [&](double z) {
        Eigen::Vector2d result = Eigen::Vector2d::Zero();
        basis.fold_state(z, [&](Eigen::Index k, double value, double slope) { result += weights(k) * Eigen::Vector2d(value, slope); });
        return result;
    };
    const double h = 1e-4;
    for (const double z : {6.5, 9.0, 20.0}) {
        const Eigen::Vector2d rate = (state(z + h) - state(z - h)) / (2 * h);
        Eigen::Matrix<double, 1, 1> force;
        basis.force(z, weights, force);
        const double scale = std::abs(force(0));
        CHECK(scale > 1e-4);
        CHECK_THAT(rate(0) / scale, near(state(z)(1) / scale, 1e-7));
        CHECK_THAT(rate(1) / scale, near((force(0) - 10 * (2.5 * state(z)(0) + state(z)(1))) / scale, 1e-6));
    }
}

TEMPLATE_TEST_CASE("finite at every scaled time", "", float, double) {
    using Scalar = TestType;
    for (const auto discretization : {ProDmpDiscretization::accurate, ProDmpDiscretization::mp_pytorch}) {
        for (const Scalar alpha : {Scalar(2), Scalar(25), Scalar(300)}) {
            for (const Scalar decay : {Scalar(1e-3), Scalar(3), Scalar(12)}) {
                const ProDmpBasis<Scalar> basis(
                    {.count = 5, .alpha = alpha, .decay = decay, .discretization = discretization, .step = Scalar(0.02)});
                Eigen::VectorX<Scalar> force(1);
                for (const Scalar z : {Scalar(-1), Scalar(0), Scalar(0.5), Scalar(6), Scalar(39), Scalar(1e4), Scalar(1e30),
                                       std::numeric_limits<Scalar>::max(), std::numeric_limits<Scalar>::infinity(),
                                       std::numeric_limits<Scalar>::quiet_NaN()}) {
                    CAPTURE(alpha, decay, z);
                    const auto columns = basis.columns(Eigen::VectorX<Scalar>::Constant(1, z));
                    CHECK(columns.position.allFinite());
                    CHECK(columns.velocity.allFinite());
                    CHECK(basis.transition(Scalar(0.4), std::max(z, Scalar(0.4))).allFinite());
                    CHECK(basis.transition(z, z).allFinite());
                    basis.force(z, Eigen::MatrixX<Scalar>::Ones(1, 5), force);
                    CHECK(force.allFinite());
                }
            }
        }
    }
}

TEST_CASE("scale gives every column the maximum one, in both discretisations") {
    for (const auto discretization : {ProDmpDiscretization::accurate, ProDmpDiscretization::mp_pytorch}) {
        const ProDmpBasis<double> basis({.count = 6, .decay = 2, .discretization = discretization});
        const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(60001, 0, 6);
        const Eigen::MatrixXd scaled = basis.columns(times).position * basis.scale().asDiagonal();
        CHECK_THAT(scaled.colwise().maxCoeff().transpose(), near(Eigen::VectorXd::Ones(7).eval(), 1e-6));
    }
}

TEST_CASE("mp_pytorch converges to the accurate table with the square of its step") {
    const Eigen::VectorXd times = Eigen::VectorXd::LinSpaced(101, 0, 2);
    const auto exact = ProDmpBasis<double>({.count = 5}).columns(times);
    const auto error = [&](double step) {
        const ProDmpBasis<double> basis({.count = 5, .discretization = ProDmpDiscretization::mp_pytorch, .step = step});
        return (basis.columns(times).position - exact.position).cwiseAbs().maxCoeff();
    };
    CHECK_THAT(error(0.01) / error(0.005), WithinAbs(4, 0.5));
}

TEST_CASE("a grid that does not fit the duration stretches time, as in MP_PyTorch") {
    // step 0.03: 33 nodes per duration, read at 1 / 0.03 = 33.3 nodes per duration
    const ProDmpBasis<double> basis({.count = 4, .discretization = ProDmpDiscretization::mp_pytorch, .step = 0.03});
    CHECK(basis.table().node_count() == 6 * 33 + 1);
    CHECK_THAT(basis.columns(Eigen::VectorXd::Constant(1, 0.99)).position(0, 4),
               near(1 - primore::Attractor<double>{25}.transition(1.0)(0, 0), 1e-9));
}

TEST_CASE("a ProDMP basis refuses what it cannot be built from") {
    CHECK_THROWS_MATCHES(ProDmpBasis<double>({.count = 0}), std::invalid_argument, Message("ProDmpBasis: count is 0, expected at least 1"));
    CHECK_THROWS_MATCHES(ProDmpBasis<double>({.alpha = -1}), std::invalid_argument,
                         Message("ProDmpBasis: alpha is -1, expected a positive finite number"));
    CHECK_THROWS_MATCHES(ProDmpBasis<double>({.decay = 0}), std::invalid_argument,
                         Message("ProDmpBasis: decay is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(ProDmpBasis<double>({.step = 2}), std::invalid_argument,
                         Message("ProDmpBasis: step is 2, expected a number from 1e-06 to 1"));
    CHECK_THROWS_MATCHES(ProDmpBasis<double>({.table_length = 0}), std::invalid_argument,
                         Message("ProDmpBasis: table_length is 0, expected at least 1"));
}
