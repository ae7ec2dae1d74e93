// SPDX-License-Identifier: MIT

// No returns break a search: PRIMORE_PROPERTY_RUNS updates of every kind of search (default 3000), with adversarial returns and parameters
// of all scales, populations from the smallest up and sizes from 1 to 100 (with a surrogate to 12 by default). Failed episodes go through
// the policies of episode/failure_policy.hpp as in maximize().

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <primore/episode/failure_policy.hpp>
#include <primore/search/bounded.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more.hpp>
#include <primore/search/restarts.hpp>
#include <primore/search/sep_cma_es.hpp>
#include <primore/search/weighted_search.hpp>

#include "support/catch.hpp"
#include "support/published_more.hpp"

namespace pm = primore;
using Eigen::Index;

namespace {

namespace torture {

int update_count() {
    const char* chosen = std::getenv("PRIMORE_PROPERTY_RUNS");
    return chosen != nullptr && *chosen != '\0' ? std::atoi(chosen) : 3000;
}

/// CMA-ES with adapted learning rates, as a type of its own.
template <std::floating_point Scalar>
struct AdaptedCmaEs : pm::CmaEs<Scalar> {
    using typename pm::CmaEs<Scalar>::options_type;
    explicit AdaptedCmaEs(const options_type& options) : pm::CmaEs<Scalar>(adapted(options)) {}
    static options_type adapted(options_type options) {
        options.learning_rates = pm::LearningRateAdaptation<Scalar>{};
        return options;
    }
};

enum class Returns {
    slope,
    there_and_back,
    sphere,
    valley,
    ties,
    constant,
    noise,
    huge,
    tiny,
    one_good,
    alternating,
    failing,
};
constexpr int kinds_of_returns = 12;

/// One search and what happens to it.
struct Trial {
    std::uint64_t seed = 1;
    Index n = 1, population = 4;
    int updates = 1;
    double place = 0, width = 1;  // of the parameters: means and standard deviations at the start
    double unit = 1;              // of the returns
    std::size_t policy = 0;       // on failures
    bool has_strangers = false;   // now and then a sample comes from elsewhere
    std::optional<Returns> always = {};
};

/// The return of sample i, finite or not.
template <typename Scalar>
Scalar adversarial(Returns kind, int update, const Eigen::VectorX<Scalar>& w, Index i, Scalar unit, pm::Stream& stream) {
    const Scalar most = std::numeric_limits<Scalar>::max(), least = std::numeric_limits<Scalar>::min();
    switch (kind) {
        case Returns::slope: return unit * w(0);
        case Returns::there_and_back: return update % 2 == 0 ? unit * w(0) : -unit * w(0);
        case Returns::sphere: return -unit * w.stableNorm();
        case Returns::valley: return -unit * std::abs(w(0));
        case Returns::ties: return unit * Scalar(i % 2);
        case Returns::constant: return unit;
        case Returns::noise: return unit * stream.normal<Scalar>();
        case Returns::huge: return stream.uniform<Scalar>() * (i % 2 == 0 ? most : -most);
        case Returns::tiny: return stream.uniform<Scalar>() * least;
        case Returns::one_good: return i == 0 ? Scalar(1) : -most;
        case Returns::alternating: return i % 2 == 0 ? most : -least;
        case Returns::failing: break;
    }
    const auto draw = stream() % 4;
    return draw == 0   ? std::numeric_limits<Scalar>::quiet_NaN()
           : draw == 1 ? std::numeric_limits<Scalar>::infinity()
           : draw == 2 ? -std::numeric_limits<Scalar>::infinity()
                       : unit * stream.uniform<Scalar>();
}

template <typename Options>
constexpr bool has_box = requires(Options& options) {
    options.box;
};
template <typename Options>
constexpr bool has_search = requires(Options& options) {
    options.search;
};

/// The options of the search within all wrappers.
template <typename Options>
struct Innermost {
    using type = Options;
    static constexpr bool is_bounded = false;
};
template <typename Options>
requires has_search<Options>
struct Innermost<Options> {
    using Within = Innermost<decltype(Options::search)>;
    using type = typename Within::type;
    static constexpr bool is_bounded = has_box<Options> || Within::is_bounded;
};

template <typename Search>
using InnermostOptions = typename Innermost<typename Search::options_type>::type;
template <typename Search>
constexpr bool is_bounded = Innermost<typename Search::options_type>::is_bounded;
template <typename Search>
constexpr bool is_cma_es = requires(InnermostOptions<Search>& options) {
    options.sampling;
};
template <typename Search>
constexpr bool has_surrogate = requires(InnermostOptions<Search>& options) {
    options.surrogate;
};
template <typename Search>
constexpr bool is_diagonal = requires(const Search& search) {
    search.deviations();
};
template <typename Search>
constexpr Index least_population = is_cma_es<Search> ? 4 : 2;

/// The options of a search as a trial has them.
template <typename Options, typename Scalar>
Options start(const Trial& trial) {
    const Eigen::VectorX<Scalar> mean = Eigen::VectorX<Scalar>::Constant(trial.n, static_cast<Scalar>(trial.place));
    if constexpr (has_box<Options>) {
        const auto reach = static_cast<Scalar>(2 * trial.width + trial.place / 4);
        pm::Box<Scalar> box{mean.array() - reach, mean.array() + reach};
        if (trial.seed % 2 == 0) box.upper(0) = std::numeric_limits<Scalar>::infinity();
        return {.search = start<decltype(Options::search), Scalar>(trial), .box = box};
    } else if constexpr (has_search<Options>) {
        return {.search = start<decltype(Options::search), Scalar>(trial), .growth = Scalar(1.3), .most_restarts = 20};
    } else {
        Options options{.mean = mean, .standard_deviation = static_cast<Scalar>(trial.width)};
        options.seed = trial.seed;
        options.population = trial.population;
        if constexpr (requires { options.sampling; }) options.sampling = static_cast<pm::Sampling>(trial.seed % 2);
        if constexpr (requires { options.least_deviation; }) {
            if (trial.seed % 4 == 0) options.least_deviation = Scalar(1e-6);
        }
        if constexpr (requires { options.constants; }) options.constants = static_cast<pm::CmaConstants>(trial.seed % 3);
        return options;
    }
}

/// Whether no eigenvalue is negative but for rounding.
template <typename Scalar>
bool is_definite(const Eigen::MatrixX<Scalar>& covariance) {
    const Scalar largest = covariance.diagonal().maxCoeff();
    if (!(largest > 0)) return covariance.isZero(0);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixX<Scalar>> eigen(covariance / largest, Eigen::EigenvaluesOnly);
    return eigen.eigenvalues()(0) > -static_cast<Scalar>(covariance.rows()) * Eigen::NumTraits<Scalar>::epsilon();
}

/// What must hold of a search whatever happened to it. Says what does not.
template <typename Search>
std::string broken(const Search& search, const pm::UpdateReport<typename Search::scalar_type>& report) {
    using Scalar = typename Search::scalar_type;
    constexpr bool may_be_flat = is_bounded<Search>;  // across a bound
    const Eigen::MatrixX<Scalar> covariance = search.covariance();
    if (!pm::detail::all_finite(Eigen::VectorX<Scalar>(search.mean()))) return "the mean is not finite";
    if (!pm::detail::all_finite(covariance)) return "the covariance is not finite";
    if (!(covariance == covariance.transpose())) return "the covariance is not symmetric";
    const Scalar least = covariance.diagonal().minCoeff();
    if (!(least > 0 || (may_be_flat && least == 0))) return "a variance is not positive";
    if (!(search.condition() >= Scalar(0.999)) || !pm::detail::is_finite(search.condition())) return "the condition is no number";
    if (!is_diagonal<Search> && search.condition() > Scalar(1.01) / Eigen::NumTraits<Scalar>::epsilon())
        return "the condition is too large";
    if (!pm::detail::is_finite(search.entropy())) return "the entropy is not finite";
    if (!pm::detail::is_finite(report.entropy) || !pm::detail::is_finite(report.condition)) return "the report is not finite";
    if constexpr (requires { search.stop(); }) {
        if (const auto reason = search.stop(); reason && to_string(*reason) == "unknown") return "the reason to stop has no name";
    }
    return {};
}

template <typename Search>
Search run(const Trial& trial) {
    using Scalar = typename Search::scalar_type;
    const std::vector<pm::FailurePolicy<Scalar>> policies{pm::CountAsWorst{}, pm::Discard{}, pm::Penalty<Scalar>{Scalar(-10)}};
    pm::Stream stream(trial.seed, pm::Purpose{40}, 0, 0);
    Search search(start<typename Search::options_type, Scalar>(trial));
    auto kind = trial.always.value_or(Returns::slope);
    for (int update = 0; update < trial.updates; ++update) {
        if (!trial.always && update % 20 == 0) kind = static_cast<Returns>(stream() % kinds_of_returns);
        Eigen::MatrixX<Scalar> samples = search.ask();
        std::string finding = pm::detail::all_finite(samples) ? "" : "a sample is not finite";
        if (!is_bounded<Search> && trial.has_strangers && stream() % 50 == 0) {
            samples.col(0).setConstant(std::numeric_limits<Scalar>::max() / 4);
        }
        std::vector<pm::Outcome<Scalar>> outcomes;
        for (Index i = 0; i < samples.cols(); ++i) {
            outcomes.emplace_back(adversarial<Scalar>(kind, update, samples.col(i), i, static_cast<Scalar>(trial.unit), stream));
        }
        const auto usable = pm::usable_returns<Scalar>(outcomes, policies[trial.policy]);
        try {
            pm::UpdateReport<Scalar> report{};
            if (!usable.samples.empty()) report = search.tell(samples(Eigen::all, usable.samples), usable.returns);
            if (finding.empty()) finding = broken(search, report);
            if (finding.empty() && update % 20 == 19 && !is_definite<Scalar>(search.covariance())) finding = "a direction has no variance";
        } catch (const std::exception& error) {
            finding = error.what();
        }
        if (finding.empty()) continue;
        FAIL(finding << " (N = " << trial.n << ", population " << trial.population << ", seed " << trial.seed << ", place " << trial.place
                     << ", width " << trial.width << ", unit " << trial.unit << ", policy " << trial.policy << ", strangers "
                     << trial.has_strangers << ", update " << update << ", returns " << static_cast<int>(kind) << ", condition "
                     << search.condition() << ", entropy " << search.entropy() << ")");
    }
    return search;
}

}  // namespace torture

}  // namespace

// clang-format off
#define PRIMORE_SEARCHES(Scalar)                                                                                                   \
    pm::CmaEs<Scalar>, torture::AdaptedCmaEs<Scalar>, pm::SepCmaEs<Scalar>, pm::CrossEntropyMethod<Scalar>,                        \
    pm::EpisodicReps<Scalar>, pm::PiBb<Scalar>, pm::More<Scalar>, primore_test::PublishedMore<Scalar>, pm::CasMore<Scalar>,        \
    primore_test::PublishedCasMore<Scalar>
// clang-format on

TEMPLATE_TEST_CASE("no returns break a search", "[property]", PRIMORE_SEARCHES(double), PRIMORE_SEARCHES(float),
                   pm::Bounded<pm::CasMore<float>>, pm::Restarts<pm::More<double>>, pm::Restarts<pm::Bounded<pm::CmaEs<float>>>) {
    using Scalar = typename TestType::scalar_type;
    const double scales[] = {1, 1e-9, 1e9};
    const Index least = torture::least_population<TestType>;
    int left = torture::update_count();
    const std::uint64_t largest = torture::has_surrogate<TestType> && left < 25'000 ? 12 : 100;
    for (std::uint64_t seed = 1; left > 0; ++seed) {
        pm::Stream stream(seed, pm::Purpose{41}, 0, 0);
        const bool is_large = seed % 100 == 5;  // a large one is as dear as hundreds of small ones
        const auto pick = [&stream](std::uint32_t choices) { return static_cast<int>(stream() % choices); };
        torture::Trial trial{.seed = seed, .n = 1 + pick(9), .population = least + pick(2) * pick(13)};
        if (is_large) trial.n = static_cast<Index>(largest - seed / 100 * 37 % (largest - 9));
        trial.updates = std::min(left, is_large ? 40 : 400);
        trial.width = scales[pick(3)];
        trial.place = pick(2) * scales[pick(3)];
        trial.unit = std::pow(10.0, 0.65 * std::numeric_limits<Scalar>::max_exponent10 * (2 * stream.uniform() - 1));
        trial.policy = static_cast<std::size_t>(pick(3));
        trial.has_strangers = pick(4) == 0;
        torture::run<TestType>(trial);
        left -= trial.updates;
    }
}

TEMPLATE_TEST_CASE("a search without an end stops at what numbers can hold", "[property]", PRIMORE_SEARCHES(double),
                   PRIMORE_SEARCHES(float)) {
    const Index population = 3 * torture::least_population<TestType>;
    for (const auto kind : {torture::Returns::slope, torture::Returns::sphere}) {  // upwards and downwards
        const auto search = torture::run<TestType>({.n = 2, .population = population, .updates = 2000, .always = kind});
        // CAS-MORE comes to the bound both ways, the others but the published MORE downwards: from there on every step is refused.
        if constexpr (requires { search.distribution(); }) CHECK(pm::is_representable(search.distribution()));
    }
}
