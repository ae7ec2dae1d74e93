// SPDX-License-Identifier: MIT

// What no search may see: affine transforms of the returns, rotation and scaling of the parameters with the matching start, and, where
// a search depends on the order of returns alone, every increasing transform of them.

#include <cmath>
#include <cstdint>
#include <functional>

#include <Eigen/QR>

#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>
#include <primore/search/sep_cma_es.hpp>
#include <primore/search/weighted_search.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"
#include "support/published_more.hpp"

namespace pm = primore;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr Index size = 4;
constexpr int compared_generations = 30;

/// Curved, not symmetric; its optimum at 1 is a cusp: no model is exact, and no search ends before rounding can be told from a mistake.
double cusp(const VectorXd& w) {
    const VectorXd x = w.array() - 1.0;
    return -(x.norm() + 0.5 * std::abs(x(0)) * x(1) * x(1) + 0.3 * x.prod() + 3 * std::pow(x(2), 4));
}

/// What a search is told of a population.
using ReturnsOf = VectorXd (*)(const MatrixXd& samples, int generation);

VectorXd cusps(const MatrixXd& samples, int) {
    VectorXd returns(samples.cols());
    for (Index i = 0; i < samples.cols(); ++i) returns(i) = cusp(samples.col(i));
    return returns;
}

VectorXd noise(const MatrixXd& samples, int generation) {
    return primore_test::normal_matrix(samples.cols(), 1, static_cast<std::uint32_t>(generation));
}

template <typename Search>
Search started(const VectorXd& mean, double deviation) {
    typename Search::options_type options{.mean = mean, .standard_deviation = deviation};
    options.seed = 3;
    return Search(options);
}

/// Two searches see the same samples; the other is told transformed returns.
template <typename Search>
void check_returns(const std::function<VectorXd(const VectorXd&)>& transform, double tolerance, ReturnsOf returns_of = cusps) {
    Search search = started<Search>(VectorXd::Constant(size, 3.0), 1.0), other = search;
    for (int generation = 0; generation < compared_generations; ++generation) {
        const MatrixXd samples = search.ask();
        const VectorXd returns = returns_of(samples, generation);
        search.tell(samples, returns);
        other.tell(samples, transform(returns));
    }
    if (tolerance == 0) {
        CHECK(other.mean() == search.mean());
        CHECK(other.covariance() == search.covariance());
        return;
    }
    const VectorXd deviations = search.covariance().diagonal().cwiseSqrt();
    CHECK_THAT((other.mean() - search.mean()).cwiseQuotient(deviations), near(VectorXd::Zero(size), tolerance));
    CHECK_THAT(other.covariance() / search.covariance().norm(), near(search.covariance() / search.covariance().norm(), tolerance));
}

/// The other search lives in v = scale Q (w - centre): it is told the images of the samples.
template <typename Search>
void check_parameters(double scale, double tolerance, ReturnsOf returns_of = cusps) {
    const Eigen::HouseholderQR<MatrixXd> qr(primore_test::normal_matrix(size, size, 5));
    const MatrixXd rotation = qr.householderQ();
    const VectorXd start = VectorXd::Constant(size, 3.0), centre = VectorXd::LinSpaced(size, -1.0, 2.0);
    Search search = started<Search>(start, 1.0), other = started<Search>(scale * rotation * (start - centre), scale);
    for (int generation = 0; generation < compared_generations; ++generation) {
        const MatrixXd samples = search.ask();
        const VectorXd returns = returns_of(samples, generation);
        search.tell(samples, returns);
        other.tell(scale * rotation * (samples.colwise() - centre), returns);
    }
    const VectorXd back = rotation.transpose() * other.mean() / scale + centre;
    const VectorXd deviations = search.covariance().diagonal().cwiseSqrt();
    CHECK_THAT((back - search.mean()).cwiseQuotient(deviations), near(VectorXd::Zero(size), tolerance));
    const MatrixXd covariance = rotation.transpose() * (other.covariance() / (scale * scale)) * rotation;
    CHECK_THAT(covariance / search.covariance().norm(), near(search.covariance() / search.covariance().norm(), tolerance));
    CHECK_THAT(other.entropy() - size * std::log(scale), near(search.entropy(), tolerance));
    CHECK_THAT(other.condition(), near(search.condition(), tolerance));
}

}  // namespace

TEMPLATE_TEST_CASE("searches by rank do not see increasing transforms of the returns", "[property]", pm::CmaEs<double>,
                   pm::SepCmaEs<double>, pm::CrossEntropyMethod<double>) {
    check_returns<TestType>([](const VectorXd& r) -> VectorXd { return (1e-3 * r).array().exp(); }, 0);
    check_returns<TestType>([](const VectorXd& r) -> VectorXd { return r.array().cube() * 1e100; }, 0);
    check_returns<TestType>([](const VectorXd& r) -> VectorXd { return r * 1e200; }, 0);
}

TEMPLATE_TEST_CASE("no search sees affine transforms of the returns", "[property]", pm::CmaEs<double>, pm::SepCmaEs<double>,
                   pm::CrossEntropyMethod<double>, pm::EpisodicReps<double>, pm::PiBb<double>, pm::More<double>,
                   primore_test::PublishedMore<double>, pm::CasMore<double>) {
    for (const double scale : {1e-200, 1e-9, 7.0, 1e200}) {
        check_returns<TestType>([scale](const VectorXd& r) -> VectorXd { return scale * r; }, 1e-6);
        check_returns<TestType>([scale](const VectorXd& r) -> VectorXd { return scale * (r.array() + 50.0); }, 1e-6);
    }
}

TEMPLATE_TEST_CASE("no search sees rotation and scaling of the parameters", "[property]", pm::CmaEs<double>, pm::CrossEntropyMethod<double>,
                   pm::EpisodicReps<double>, pm::PiBb<double>, pm::More<double>, primore_test::PublishedMore<double>, pm::CasMore<double>) {
    for (const double scale : {1e-9, 1.0, 1e9}) check_parameters<TestType>(scale, 1e-6);
    check_parameters<TestType>(1e9, 1e-6, noise);
}
