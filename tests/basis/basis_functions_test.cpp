// SPDX-License-Identifier: MIT
#include <primore/basis/basis_functions.hpp>

#include <cmath>

#include <Eigen/Core>

#include <primore/basis/bernstein.hpp>
#include <primore/basis/canonical_phase.hpp>
#include <primore/basis/fourier.hpp>
#include <primore/basis/gating.hpp>
#include <primore/basis/gaussian_rbf.hpp>
#include <primore/basis/local_lines.hpp>
#include <primore/basis/movement_clock.hpp>
#include <primore/basis/normalized_rbf.hpp>
#include <primore/basis/phase.hpp>
#include <primore/basis/rhythmic_phase.hpp>
#include <primore/basis/smooth_phase.hpp>
#include <primore/basis/von_mises.hpp>

#include "support/allocation_counter.hpp"
#include "support/basis_properties.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"

using primore::BasisFunctions;
using primore::Derivatives;
using primore_test::Dual;

namespace {

/// The smallest model, as in the comment of the concept.
struct Line {
    Eigen::Index count() const noexcept { return 2; }
    template <primore::Real Number>
    Derivatives<Number> fold(const Number& p, auto&& visit) const noexcept {
        visit(0, Derivatives<Number>{Number(1), Number(0), Number(0), Number(0)});
        visit(1, Derivatives<Number>{p, Number(1), Number(0), Number(0)});
        return {Number(1), Number(0), Number(0), Number(0)};
    }
};

/// Rational functions of a quadratic divisor: (1, p) / (1 + p^2).
struct Rational {
    Eigen::Index count() const noexcept { return 2; }
    template <primore::Real Number>
    Derivatives<Number> fold(const Number& p, auto&& visit) const noexcept {
        Line().fold(p, visit);
        return {1 + p * p, 2 * p, Number(2), Number(0)};
    }
};

struct MayThrow : Line {
    template <primore::Real Number>
    Derivatives<Number> fold(const Number& p, auto&& visit) const {
        return Line::fold(p, visit);
    }
};

struct WithoutDerivatives : Line {
    template <primore::Real Number>
    Number fold(const Number&, auto&&) const noexcept {
        return Number(1);
    }
};

template <typename Basis>
concept BasisOfEveryNumber = BasisFunctions<Basis, float> && BasisFunctions<Basis, double> && BasisFunctions<Basis, Dual>;

static_assert(BasisOfEveryNumber<Line>);
static_assert(BasisOfEveryNumber<Rational>);
static_assert(BasisOfEveryNumber<primore::Bernstein>);
static_assert(BasisOfEveryNumber<primore::Fourier>);
static_assert(BasisOfEveryNumber<primore::LocalLines<primore::Bernstein>>);
static_assert(BasisFunctions<primore::VonMises<float>, float>);
static_assert(BasisFunctions<primore::VonMises<double>, Dual>);
static_assert(BasisFunctions<primore::GaussianRbf<double>, double>);
static_assert(BasisFunctions<primore::GaussianRbf<double>, Dual>);
static_assert(BasisFunctions<primore::LocalLines<primore::NormalizedRbf<double>>, double>);
static_assert(BasisFunctions<primore::NormalizedRbf<double>, Dual>);
static_assert(!BasisFunctions<MayThrow, double>);
static_assert(!BasisFunctions<WithoutDerivatives, double>);
static_assert(!BasisFunctions<Line, int>);

/// `weighted_sum` is noexcept, allocates nothing and gives what the functions give.
template <typename Scalar, typename Basis>
void check_weighted_sum(const Basis& basis, Scalar phase) {
    const Eigen::Matrix<Scalar, 2, Eigen::Dynamic> weights = Eigen::Matrix<Scalar, 2, Eigen::Dynamic>::NullaryExpr(
        2, basis.count(), [](Eigen::Index i, Eigen::Index j) { return Scalar(std::sin(7.3 * double(2 * j + i) + 0.4)); });
    Eigen::Matrix<Scalar, 2, 1> value, first, second;
    static_assert(noexcept(primore::weighted_sum(basis, phase, weights, value, first, second)));
    CHECK(primore_test::memory_calls_of([&] { primore::weighted_sum(basis, phase, weights, value, first, second); }) == 0);
    const auto phi = primore::functions(basis, phase);
    const double tolerance = sizeof(Scalar) == 4 ? 1e-4 : 1e-12;
    CHECK_THAT(value, near((weights * phi.value).eval(), tolerance));
    CHECK_THAT(first, near((weights * phi.first).eval(), tolerance));
    CHECK_THAT(second, near((weights * phi.second).eval(), tolerance));
}

}  // namespace

TEST_CASE("functions are activations over their divisor, by the quotient rule") {
    // f = 1 / (1 + p^2): f' = -2p f^2, f'' = (6p^2 - 2) f^3, f''' = 24 (p - p^3) f^4;  g = p f: g' = f + p f', ...
    const double p = 0.7, f = 1 / (1 + p * p), f1 = -2 * p * f * f, f2 = (6 * p * p - 2) * f * f * f,
                 f3 = 24 * (p - p * p * p) * f * f * f * f;
    const auto phi = primore::functions(Rational(), p);
    CHECK_THAT(phi.value, near(Eigen::Vector2d(f, p * f), 1e-15));
    CHECK_THAT(phi.first, near(Eigen::Vector2d(f1, f + p * f1), 1e-15));
    CHECK_THAT(phi.second, near(Eigen::Vector2d(f2, 2 * f1 + p * f2), 1e-14));
    CHECK_THAT(phi.third, near(Eigen::Vector2d(f3, 3 * f2 + p * f3), 1e-14));
    primore_test::check_basis_derivatives(Rational(), p, 1e-2, 1e-6);
    check_weighted_sum(Rational(), p);
}

TEMPLATE_TEST_CASE("a weighted sum of functions of every basis, without allocation", "", float, double) {
    using Vector = Eigen::VectorX<TestType>;
    const Vector centres = Vector::LinSpaced(5, 0, 1), widths = Vector::Constant(5, 40);
    const primore::NormalizedRbf<TestType> normalized(primore::LinearPhase<TestType>{}, {.count = 6});
    for (const double where : {0.0, 0.31, 0.5, 0.77, 1.0}) {
        const auto phase = TestType(where);
        check_weighted_sum(Line(), phase);
        check_weighted_sum(primore::Bernstein(6), phase);
        check_weighted_sum(primore::Fourier(3), phase);
        check_weighted_sum(primore::VonMises<TestType>({.count = 6}), phase);
        check_weighted_sum(primore::GaussianRbf<TestType>(centres, widths), phase);
        check_weighted_sum(normalized, phase);
        check_weighted_sum(primore::LocalLines(normalized), phase);
    }
}

TEST_CASE("the derivatives of a normalised radial basis") {
    const primore::NormalizedRbf<double> basis(primore::LinearPhase<double>{}, {.count = 6, .outside = 1});
    for (const double phase : {0.02, 0.31, 0.5, 0.99}) primore_test::check_basis_derivatives(basis, phase, 1e-3, 1e-5);
}

TEMPLATE_TEST_CASE("clocks and gatings allocate nothing", "", float, double) {
    primore::MovementClock<TestType> clock;
    const auto derivatives = [](const auto& of, TestType x) { return of.derivatives(x).third; };
    TestType sum = 0;
    CHECK(primore_test::memory_calls_of([&] {
              for (int i = 0; i < 100; ++i) {
                  clock.advance(TestType(0.01), TestType(i % 3) / 2);
                  const TestType t = clock.time();
                  sum += derivatives(primore::LinearPhase<TestType>{}, t) + derivatives(primore::ExponentialPhase<TestType>{}, t) +
                         derivatives(primore::SmoothPhase<TestType>{}, t) + derivatives(primore::RhythmicPhase<TestType>{}, t) +
                         derivatives(primore::CanonicalPhase<TestType>{}, t) + derivatives(primore::ExponentialGating<TestType>{}, t) +
                         derivatives(primore::SigmoidGating<TestType>{}, t) + derivatives(primore::RichardsGating<TestType>{}, t);
              }
          }) == 0);
    CHECK(std::isfinite(sum));
}
