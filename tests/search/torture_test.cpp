// SPDX-License-Identifier: MIT

// No returns break a search: PRIMORE_PROPERTY_RUNS updates of every kind of search (default 3000), with adversarial returns, sizes from
// 1 to 100 and populations from the smallest up. Failed episodes go through the policies of episode/failure_policy.hpp as in maximize().

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <primore/episode/failure_policy.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>
#include <primore/search/sep_cma_es.hpp>
#include <primore/search/weighted_search.hpp>

#include "support/catch.hpp"
#include "support/published_more.hpp"

namespace pm = primore;
using Eigen::Index;

namespace {

int update_count() {
    const char* chosen = std::getenv("PRIMORE_PROPERTY_RUNS");
    return chosen != nullptr && *chosen != '\0' ? std::atoi(chosen) : 3000;
}

enum class Returns { slope, sphere, ties, constant, huge, tiny, one_good, alternating, noise, failing };
constexpr int kinds_of_returns = 10;

template <typename Scalar>
Scalar adversarial(Returns kind, const Eigen::VectorX<Scalar>& w, Index i, pm::Stream& stream) {
    const Scalar most = std::numeric_limits<Scalar>::max(), least = std::numeric_limits<Scalar>::min();
    switch (kind) {
        case Returns::slope: return w(0);
        case Returns::sphere: return -w.cwiseMin(most / 1000).cwiseMax(-most / 1000).stableNorm();
        case Returns::ties: return Scalar(i % 2);
        case Returns::constant: return Scalar(7);
        case Returns::huge: return stream.uniform<Scalar>() * (i % 2 == 0 ? most : -most);
        case Returns::tiny: return stream.uniform<Scalar>() * least;
        case Returns::one_good: return i == 0 ? Scalar(1) : -most;
        case Returns::alternating: return i % 2 == 0 ? Scalar(1e30F) : Scalar(-1e-30F);
        case Returns::noise: return stream.normal<Scalar>();
        case Returns::failing: break;
    }
    const auto draw = stream() % 4;
    return draw == 0   ? std::numeric_limits<Scalar>::quiet_NaN()
           : draw == 1 ? std::numeric_limits<Scalar>::infinity()
           : draw == 2 ? -std::numeric_limits<Scalar>::infinity()
                       : stream.uniform<Scalar>();
}

/// What must hold of a distribution whatever happened to it. Says what does not.
template <typename Search>
std::string broken(const Search& search) {
    using Scalar = typename Search::scalar_type;
    const Eigen::MatrixX<Scalar> covariance = search.covariance();
    if (!pm::detail::is_finite(search.mean().cwiseAbs().maxCoeff())) return "the mean is not finite";
    if (!pm::detail::is_finite(covariance.cwiseAbs().maxCoeff())) return "the covariance is not finite";
    if (!(covariance == covariance.transpose())) return "the covariance is not symmetric";
    if (!(covariance.diagonal().minCoeff() > 0)) return "a variance is not positive";
    if (!(search.condition() >= Scalar(0.999)) || !pm::detail::is_finite(search.condition())) return "the condition is no number";
    if (!pm::detail::is_finite(search.entropy())) return "the entropy is not finite";
    return {};
}

template <typename Search>
Search torture(Index n, Index population, pm::FailurePolicy<typename Search::scalar_type> policy, std::uint64_t seed, int updates,
               std::optional<Returns> always = {}) {
    using Scalar = typename Search::scalar_type;
    pm::Stream stream(seed, pm::Purpose{40}, 0, 0);
    typename Search::options_type options{.mean = Eigen::VectorX<Scalar>::Zero(n), .standard_deviation = Scalar(1)};
    options.seed = seed;
    options.population = population;
    Search search(options);
    auto kind = always.value_or(Returns::slope);
    for (int update = 0; update < updates; ++update) {
        if (!always && update % 20 == 0) kind = static_cast<Returns>(stream() % kinds_of_returns);
        const Eigen::MatrixX<Scalar> samples = search.ask();
        std::vector<pm::Outcome<Scalar>> outcomes;
        for (Index i = 0; i < samples.cols(); ++i) outcomes.emplace_back(adversarial<Scalar>(kind, samples.col(i), i, stream));
        const auto usable = pm::usable_returns<Scalar>(outcomes, policy);
        std::string finding;
        try {
            if (!usable.samples.empty()) search.tell(samples(Eigen::all, usable.samples), usable.returns);
            finding = broken(search);
        } catch (const std::exception& error) {
            finding = error.what();
        }
        if (finding.empty()) continue;
        FAIL(finding << " (N = " << n << ", population " << population << ", seed " << seed << ", update " << update << ", returns "
                     << static_cast<int>(kind) << ", condition " << search.condition() << ", entropy " << search.entropy() << ")");
    }
    return search;
}

template <typename Search>
constexpr Index smallest_population = 2;
template <typename Scalar>
constexpr Index smallest_population<pm::CmaEs<Scalar>> = 4;
template <typename Scalar>
constexpr Index smallest_population<pm::SepCmaEs<Scalar>> = 4;

}  // namespace

TEMPLATE_TEST_CASE("no returns break a search", "[property]", pm::CmaEs<double>, pm::CmaEs<float>, pm::SepCmaEs<double>,
                   pm::SepCmaEs<float>, pm::CrossEntropyMethod<double>, pm::CrossEntropyMethod<float>, pm::EpisodicReps<double>,
                   pm::EpisodicReps<float>, pm::PiBb<double>, pm::PiBb<float>, pm::More<double>, pm::More<float>,
                   primore_test::PublishedMore<double>, primore_test::PublishedMore<float>, pm::CasMore<double>, pm::CasMore<float>) {
    using Scalar = typename TestType::scalar_type;
    const std::vector<pm::FailurePolicy<Scalar>> policies{pm::CountAsWorst{}, pm::Discard{}, pm::Penalty<Scalar>{Scalar(-10)}};
    const Index least = smallest_population<TestType>;
    int left = update_count();
    for (std::uint64_t seed = 1; left > 0; ++seed) {
        const bool large = seed % 25 == 0;  // a large one is as dear as thousands of small ones
        const Index n = large ? 30 + static_cast<Index>(seed % 71) : 1 + static_cast<Index>(seed % 9);
        const Index population = seed % 3 == 0 ? least : least + static_cast<Index>(seed % 13);
        const int updates = std::min(left, large ? 40 : 400);
        torture<TestType>(n, population, policies[seed % 3], seed, updates);
        left -= updates;
    }
}

TEMPLATE_TEST_CASE("a search without an end stops at what numbers can hold", "[property]", pm::CmaEs<double>, pm::CmaEs<float>,
                   pm::SepCmaEs<double>, pm::SepCmaEs<float>, pm::CrossEntropyMethod<double>, pm::CrossEntropyMethod<float>,
                   pm::EpisodicReps<double>, pm::EpisodicReps<float>, pm::PiBb<double>, pm::PiBb<float>, pm::More<double>, pm::More<float>,
                   primore_test::PublishedMore<double>, primore_test::PublishedMore<float>, pm::CasMore<double>, pm::CasMore<float>) {
    for (const Returns kind : {Returns::slope, Returns::sphere}) {  // upwards and downwards
        const auto search = torture<TestType>(2, 3 * smallest_population<TestType>, pm::CountAsWorst{}, 1, 2000, kind);
        // CAS-MORE comes to the bound both ways, the others but the published MORE downwards: from there on every step is refused.
        if constexpr (requires { search.distribution(); }) CHECK(pm::is_representable(search.distribution()));
    }
}
