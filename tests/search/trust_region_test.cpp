// SPDX-License-Identifier: MIT
#include <primore/search/trust_region.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <primore/random/stream.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::Index;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

struct Spectrum {
    VectorXd curvature, gradient;
};

/// Random spectra of size 1 to 200, definite, indefinite, singular, with and without a gradient along the weakest axis, of sizes 1e-200
/// to 1e200.
template <typename Check>
void for_many_spectra(Check&& check) {
    for (std::uint32_t sample = 0; sample < 3000; ++sample) {
        pm::Stream stream(23, pm::Purpose{18}, 0, sample);
        const Index n = sample % 3 == 0 ? 1 + static_cast<Index>(200 * stream.uniform()) : 1 + static_cast<Index>(8 * stream.uniform());
        Spectrum s{stream.normal_vector(n), stream.normal_vector(n)};
        if (sample % 5 == 0) s.curvature = s.curvature.cwiseAbs();
        if (sample % 7 == 0) s.curvature(0) = 0.0;
        if (sample % 11 == 0) s.curvature.setZero();
        if (sample % 13 == 0) s.curvature *= 1e8;
        Index weakest = 0;
        s.curvature.minCoeff(&weakest);
        if (sample % 4 == 0) s.gradient(weakest) = 0.0;
        if (sample % 8 == 0) s.gradient(weakest) = 1e-14;
        if (sample % 17 == 0) s.gradient.setZero();
        const double unit = std::pow(10.0, 400.0 * (sample % 19 == 0 ? stream.uniform() - 0.5 : 0.0));
        s.curvature *= unit;
        s.gradient *= unit;
        const double bound = std::pow(10.0, 3.0 * stream.uniform() - 2.5);
        INFO("sample " << sample << ", n " << n << ", bound " << bound);
        check(s, bound);
    }
}

double model(const Spectrum& s, const VectorXd& u) { return s.gradient.dot(u) - 0.5 * u.dot(s.curvature.cwiseProduct(u)); }

}  // namespace

TEST_CASE("the mean step of a concave model with its maximum inside goes there", "[formula]") {
    const auto step = pm::mean_step<double>(Vector2d(2, 4), Vector2d(1, -2), 0.5);
    CHECK_THAT(step.shift, near(Vector2d(0.5, -0.5), 1e-15));
    CHECK(step.multiplier == 0.0);
    CHECK_THAT(step.kl, near(0.25, 1e-15));
}

TEST_CASE("the mean step on a plane goes uphill to the bound", "[formula]") {
    // |u| = sqrt(2 * 0.5) = 1 along (3, 4) / 5, lambda = |h| / 1.
    const auto step = pm::mean_step<double>(Vector2d(0, 0), Vector2d(3, 4), 0.5);
    CHECK_THAT(step.shift, near(Vector2d(0.6, 0.8), 1e-14));
    CHECK_THAT(step.multiplier, near(5.0, 1e-14));
}

TEST_CASE("the hard case is filled up along the weakest axis", "[formula]") {
    // h has nothing along b = -1: lambda = 1, u_2 = 1 / (1 + 1), and u_1 fills |u|^2 = 1.
    const auto step = pm::mean_step<double>(Vector2d(-1, 1), Vector2d(0, 1), 0.5);
    CHECK_THAT(step.multiplier, near(1.0, 1e-15));
    CHECK_THAT(step.shift, near(Vector2d(std::sqrt(0.75), 0.5), 1e-14));
    CHECK_THAT(step.kl, near(0.5, 1e-14));
}

TEST_CASE("mean steps meet the bound and the conditions of an optimum", "[property]") {
    for_many_spectra([](const Spectrum& s, double bound) {
        const auto step = pm::mean_step<double>(s.curvature, s.gradient, bound);
        REQUIRE(step.shift.allFinite());
        REQUIRE(step.multiplier >= 0.0);
        REQUIRE(step.kl <= bound * (1 + 1e-10));
        if (step.multiplier > 0) REQUIRE_THAT(step.kl / bound, WithinAbs(1.0, 1e-10));
        // (B + lambda) u = h with B + lambda positive semidefinite: no other step within the bound is better.
        const double unit = std::max({s.curvature.cwiseAbs().maxCoeff(), s.gradient.cwiseAbs().maxCoeff(), step.multiplier, 1e-300});
        const VectorXd residual = (s.curvature.array() + step.multiplier).matrix().cwiseProduct(step.shift) - s.gradient;
        REQUIRE(residual.cwiseAbs().maxCoeff() / unit <= 1e-10);
        REQUIRE(s.curvature.minCoeff() + step.multiplier >= -1e-12 * unit);
        REQUIRE(model(s, step.shift) >= 0.0);
    });
}

TEST_CASE("no curvature leaves the covariance as it is", "[formula]") {
    const auto step = pm::covariance_step<double>(Vector2d(0, 0), 0.1);
    CHECK(step.scale == Vector2d(1, 1));
    CHECK(step.multiplier == 0.0);
    CHECK(step.kl == 0.0);
}

TEST_CASE("the covariance step shrinks along curvature and grows against it", "[formula]") {
    // nu = 2 for b = (2, -1): s = (1/2, 2) and KL = 1/2 (1/2 - 1 + ln 2 + 2 - 1 - ln 2) = 1/4.
    const auto step = pm::covariance_step<double>(Vector2d(2, -1), 0.25);
    CHECK_THAT(step.multiplier, near(2.0, 1e-13));
    CHECK_THAT(step.scale, near(Vector2d(0.5, 2.0), 1e-13));
}

TEST_CASE("covariance steps meet the bound", "[property]") {
    for_many_spectra([](const Spectrum& s, double bound) {
        const auto step = pm::covariance_step<double>(s.curvature, bound);
        REQUIRE(step.scale.allFinite());
        REQUIRE(step.scale.minCoeff() > 0.0);
        if (s.curvature.isZero(0.0)) return;
        REQUIRE_THAT(step.kl / bound, WithinAbs(1.0, 1e-10));
        const double kl = 0.5 * (step.scale.array() - 1.0 - step.scale.array().log()).sum();
        REQUIRE_THAT(kl / bound, WithinAbs(1.0, 1e-8));
        // s (nu + b) = nu
        const double unit = std::max(step.multiplier, s.curvature.cwiseAbs().maxCoeff());
        const VectorXd residual = step.scale.cwiseProduct((s.curvature.array() + step.multiplier).matrix()).array() - step.multiplier;
        REQUIRE((residual.array() / (1 + step.scale.array())).abs().maxCoeff() / unit <= 1e-10);
    });
}

TEST_CASE("joint steps meet both bounds", "[property]") {
    for_many_spectra([](const Spectrum& s, double bound) {
        const double least = -0.2 * bound;
        const auto step = pm::joint_step<double>(s.curvature, s.gradient, bound, least);
        REQUIRE(step.shift.allFinite());
        REQUIRE(step.scale.minCoeff() > 0.0);
        REQUIRE(step.kl_multiplier >= 0.0);
        REQUIRE(step.entropy_multiplier >= 0.0);
        REQUIRE(step.kl <= bound * (1 + 1e-10));
        REQUIRE(step.entropy_change >= least - 1e-10);
        if (step.kl_multiplier > 0) REQUIRE_THAT(step.kl / bound, WithinAbs(1.0, 1e-10));
        if (step.entropy_multiplier > 0) REQUIRE_THAT(step.entropy_change, WithinAbs(least, 1e-10));
    });
}

TEST_CASE("float steps meet their bounds", "[property]") {
    for_many_spectra([](const Spectrum& s, double bound) {
        const double largest = std::max(s.curvature.cwiseAbs().maxCoeff(), s.gradient.cwiseAbs().maxCoeff());
        if (largest > 1e20 || largest < 1e-20) return;  // out of the range of float
        const Eigen::VectorXf b = s.curvature.cast<float>(), h = s.gradient.cast<float>();
        const auto limit = static_cast<float>(bound);
        const auto mean = pm::mean_step<float>(b, h, limit);
        const auto covariance = pm::covariance_step<float>(b, limit);
        REQUIRE(mean.kl <= limit * 1.0001F);
        if (mean.multiplier > 0) REQUIRE(mean.kl >= limit * 0.9999F);
        REQUIRE(covariance.scale.minCoeff() > 0.0F);
        if (!b.isZero(0.0F)) REQUIRE_THAT(covariance.kl / limit, WithinAbs(1.0, 1e-3));
    });
}

TEST_CASE("the steps refuse what they cannot use", "[errors]") {
    const double not_finite = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_MATCHES(pm::mean_step<double>(VectorXd::Zero(2), VectorXd::Zero(3), 0.5), std::invalid_argument,
                         Message("mean_step: gradient has size 3, expected 2 (the size of curvature)"));
    CHECK_THROWS_MATCHES(pm::mean_step<double>(VectorXd::Zero(2), VectorXd::Zero(2), 0.0), std::invalid_argument,
                         Message("mean_step: bound is 0, expected a positive finite number"));
    CHECK_THROWS_MATCHES(pm::covariance_step<double>(Vector2d(1, not_finite), 0.5), std::invalid_argument,
                         Message("covariance_step: curvature[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(pm::joint_step<double>(VectorXd::Zero(2), VectorXd::Zero(2), 0.5, 0.1), std::invalid_argument,
                         Message("joint_step: -least_entropy_change is -0.1, expected a finite number that is not negative"));
}
