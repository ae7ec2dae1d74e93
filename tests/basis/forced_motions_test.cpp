// SPDX-License-Identifier: MIT
#include <primore/basis/forced_motions.hpp>

#include <cmath>
#include <complex>
#include <numbers>

#include <Eigen/Core>

#include <primore/basis/attractor.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using primore::ForcedMotions;
using primore::SpringDamper;
using primore_test::near;

namespace {

/// What the forces make of rest at `from` until `to`: positions in the first column, slopes in the second.
template <typename Scalar>
Eigen::MatrixX2<Scalar> influence(const ForcedMotions<Scalar>& motions, const SpringDamper<Scalar>& attractor, Scalar from, Scalar to) {
    Eigen::MatrixX2<Scalar> result = Eigen::MatrixX2<Scalar>::Zero(24, 2);
    motions.influence(from, to, attractor.transition(Scalar(to - from)), [&](Eigen::Index c, const auto& positions, const auto& slopes) {
        result.col(0).template segment<8>(c) = positions;
        result.col(1).template segment<8>(c) = slopes;
    });
    return result;
}

}  // namespace

TEMPLATE_TEST_CASE("a force that fades exponentially leads along its closed form", "", float, double) {
    using Scalar = TestType;
    const double tolerance = sizeof(Scalar) == 4 ? 2e-7 : 1e-14;
    const SpringDamper<Scalar> attractor{20, 100};
    const ForcedMotions<Scalar> motions(
        attractor, 9, {.even = 10, .knots = {Scalar(1.1), Scalar(1.25), Scalar(1.45), Scalar(1.7), Scalar(2)}}, [](Scalar z, auto& out) {
            for (Eigen::Index c = 0; c < 9; ++c) out(c) = std::exp(-static_cast<Scalar>(c) * z);
        });
    CHECK(motions.end() == 2);
    CHECK(motions.contains(Scalar(2)));
    CHECK(!motions.contains(Scalar(2.01)));
    const primore::Attractor<Scalar> critical{20};
    for (const double z : {0.0, 0.003, 0.05, 0.1, 0.77, 1.0, 1.05, 1.29, 1.9, 2.0}) {
        const auto at_z = static_cast<Scalar>(z);
        const auto found = influence(motions, attractor, Scalar(0), at_z);
        for (Eigen::Index c = 0; c < 9; ++c) {
            CAPTURE(z, c);
            const Eigen::Vector2<Scalar> expected = critical.response_to_fading(static_cast<Scalar>(c), at_z);
            CHECK_THAT(found(c, 0), near(static_cast<double>(expected(0)), tolerance));
            CHECK_THAT(found(c, 1), near(static_cast<double>(expected(1)), tolerance));
        }
        CHECK(found.bottomRows(24 - 9).isZero(0));
    }
}

TEST_CASE("forces with the period 1 keep up the motions that have it, too") {
    // y'' = cos(w z) - K y - D y' has the steady solution Re exp(i w z) / (K - w^2 + i w D).
    const SpringDamper<double> attractor{6, 90};
    const ForcedMotions<double> motions(attractor, 3, {.even = 12, .is_periodic = true}, [](double z, auto& out) {
        for (Eigen::Index c = 0; c < 3; ++c) out(c) = std::cos(2 * std::numbers::pi * static_cast<double>(c) * z);
    });
    for (const auto& [from, to] : {std::pair{0.0, 0.4}, {0.3, 0.31}, {0.9, 1.05}, {0.2, 7.6}, {12.25, 12.5}}) {
        const auto found = influence(motions, attractor, from, to);
        const Eigen::Matrix2d flow = attractor.transition(to - from);
        for (Eigen::Index c = 0; c < 3; ++c) {
            CAPTURE(from, to, c);
            const double w = 2 * std::numbers::pi * static_cast<double>(c);
            const auto steady = [&](double z) -> Eigen::Vector2d {
                const auto y = std::polar(1.0, w * z) / std::complex<double>(90 - w * w, 6 * w);
                return {y.real(), (std::complex<double>(0, w) * y).real()};
            };
            CHECK_THAT(found.row(c).transpose().eval(), near((steady(to) - flow * steady(from)).eval(), 1e-12));  // measured: 2e-14
        }
    }
}

TEST_CASE("many short steps with their influences lead where one long step leads") {
    const SpringDamper<double> attractor{25, 100};
    const ForcedMotions<double> motions(attractor, 2, {.even = 20, .knots = {1.1, 1.3, 1.7, 2.5}},
                                        [](double z, auto& out) { out << std::sin(9 * z), std::exp(-8 * (z - 1) * (z - 1)); });
    Eigen::MatrixX2d state = Eigen::MatrixX2d::Zero(24, 2);
    double z = 0.1;
    for (int i = 0; i < 1000; ++i, z += 0.0023) {
        state = (state * attractor.transition(0.0023).transpose() + influence(motions, attractor, z, z + 0.0023)).eval();
    }
    CHECK_THAT(state, near(influence(motions, attractor, 0.1, z), 1e-14));
}

TEST_CASE("the error of the motions falls with the eleventh power of the length of a piece") {
    const SpringDamper<double> attractor{25, 156.25};
    const auto bell = [](double z, auto& out) { out << std::exp(-70 * (z - 0.5) * (z - 0.5)); };
    const ForcedMotions<double> coarse(attractor, 1, {.even = 3}, bell), finer(attractor, 1, {.even = 6}, bell),
        fine(attractor, 1, {.even = 60}, bell);
    double of_coarse = 0, of_finer = 0;
    for (double z = 0; z <= 1; z += 0.003) {
        const auto exact = influence(fine, attractor, 0.0, z);
        of_coarse = std::max(of_coarse, (influence(coarse, attractor, 0.0, z) - exact).cwiseAbs().maxCoeff());
        of_finer = std::max(of_finer, (influence(finer, attractor, 0.0, z) - exact).cwiseAbs().maxCoeff());
    }
    CAPTURE(of_coarse, of_finer);
    CHECK(of_finer < of_coarse / 500);
    CHECK(of_finer < 1e-6);
}

TEST_CASE("the motions under sums of the forces are the sums of the motions") {
    const SpringDamper<double> attractor{25, 100};
    const ForcedMotions<double> motions(attractor, 10, {.even = 10, .knots = {1.2, 1.5}}, [](double z, auto& out) {
        for (Eigen::Index c = 0; c < 10; ++c) out(c) = std::cos(static_cast<double>(c) * z);
    });
    for (const Eigen::Index rows : {1, 8, 13}) {
        const Eigen::MatrixXd weights = primore_test::numbers<double>(rows * 10, 3).reshaped(rows, 10);
        const auto sums = influence(motions.combined(weights), attractor, 0.13, 1.4);
        CHECK_THAT(sums.topRows(rows), near((weights * influence(motions, attractor, 0.13, 1.4).topRows(10)).eval(), 1e-14));
        CHECK(sums.bottomRows(24 - rows).isZero(0));
    }
}
