// SPDX-License-Identifier: MIT
#include <primore/learn/maximize.hpp>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"

namespace pm = primore;
using Eigen::VectorXd;

namespace {

/// The smallest model of a SearchDistribution: samples 0 .. M - 1, remembers what it is told.
struct FourNumbers {
    using scalar_type = double;
    Eigen::MatrixXd ask() const { return Eigen::RowVector4d(0, 1, 2, 3); }
    pm::UpdateReport<double> tell(const Eigen::MatrixXd& samples, const VectorXd& returns) {
        told_samples = samples;
        told_returns = returns;
        ++told;
        return {.r_squared = 0.25};
    }
    VectorXd mean() const { return VectorXd::Constant(1, told); }
    Eigen::MatrixXd covariance() const { return Eigen::MatrixXd::Identity(1, 1); }
    double entropy() const { return 1.0; }
    double condition() const { return condition_number; }
    std::uint32_t generation() const { return told; }
    std::uint64_t seed() const { return 77; }

    Eigen::MatrixXd told_samples;
    VectorXd told_returns;
    std::uint32_t told = 0;
    double condition_number = 1.0;
};

struct ReportsNothing : FourNumbers {
    void tell(const Eigen::MatrixXd& samples, const VectorXd& returns);
};
struct HidesItsCovariance : FourNumbers {
    Eigen::MatrixXd covariance() const = delete;
};
struct ChangesWhenAsked : FourNumbers {
    Eigen::MatrixXd ask();
};

const auto identity = [](const VectorXd& w) { return w(0); };

pm::CmaEs<double> cma(std::uint64_t seed) {
    return pm::CmaEs<double>({.mean = VectorXd::Constant(4, 2.0), .standard_deviation = 1.0, .seed = seed});
}

/// A noisy function that throws for some samples and gives NaN for others.
double rough(const VectorXd& w, const pm::Episode& episode) {
    auto stream = episode.stream();
    if (episode.index % 7 == 3) throw std::runtime_error("the arm was stopped");
    if (episode.index % 11 == 5) return std::numeric_limits<double>::quiet_NaN();
    return -w.squaredNorm() + 0.1 * stream.normal();
}

}  // namespace

static_assert(pm::SearchDistribution<FourNumbers>);
static_assert(!pm::SearchDistribution<ReportsNothing>);
static_assert(!pm::SearchDistribution<HidesItsCovariance>);
static_assert(!pm::SearchDistribution<ChangesWhenAsked>);

TEST_CASE("maximize asks, evaluates and tells", "[formula]") {
    FourNumbers search;
    const auto result = pm::maximize(search, identity, {.max_episodes = 11});
    CHECK(search.told == 2);  // a third population would not fit into 11 episodes
    CHECK(search.told_returns == Eigen::Vector4d(0, 1, 2, 3));
    CHECK(result.episodes == 8);
    CHECK(result.generations == 2);
    CHECK(result.stop_reason == pm::StopReason::budget);
    CHECK(result.best_return == 3.0);
    CHECK(result.best_parameters == VectorXd::Constant(1, 3.0));
    CHECK(result.mean(0) == 2.0);
    CHECK(result.failed_episodes == 0);
    CHECK(result.last_failure.empty());
}

TEST_CASE("an episode knows who it is", "[formula]") {
    FourNumbers search;
    std::vector<pm::Episode> seen;
    (void)pm::maximize(search,
                       [&](const VectorXd&, const pm::Episode& episode) {
                           seen.push_back(episode);
                           return 0.0;
                       },
                       {.max_episodes = 8});
    REQUIRE(seen.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(seen[i].seed == 77);
        CHECK(seen[i].index == i);
        CHECK(seen[i].generation == i / 4);
        CHECK(seen[i].sample == i % 4);
    }
}

TEST_CASE("observers see every generation", "[formula]") {
    FourNumbers search;
    std::vector<pm::Generation<double>> seen;
    (void)pm::maximize(search, identity, {.max_episodes = 8, .observer = [&](const pm::Generation<double>& now) { seen.push_back(now); }});
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].generation == 1);
    CHECK(seen[0].episodes == 4);
    CHECK(seen[0].max_episodes == 8);
    CHECK(seen[0].best_return == 3.0);
    CHECK(seen[0].median_return == 1.5);
    CHECK(seen[0].best_return_so_far == 3.0);
    CHECK(seen[0].entropy == 1.0);
    CHECK(seen[0].update->r_squared == 0.25);
    CHECK_FALSE(seen[0].stop_reason.has_value());
    CHECK(seen[1].stop_reason == pm::StopReason::budget);
    CHECK(seen[1].seconds >= seen[0].seconds);
}

TEST_CASE("a run ends for a reason", "[formula]") {
    FourNumbers search;
    CHECK(pm::maximize(search, identity, {.max_episodes = 100, .target_return = 2.5}).stop_reason == pm::StopReason::target);
    CHECK(pm::maximize(search, identity, {.max_episodes = 100, .target_return = 3.5}).stop_reason == pm::StopReason::budget);

    const auto after_three = [](const pm::Generation<double>& now) { return now.generation < 3; };
    const auto stopped = pm::maximize(search, identity, {.max_episodes = 100, .observer = after_three});
    CHECK(stopped.stop_reason == pm::StopReason::observer);
    CHECK(stopped.generations == 3);

    FourNumbers narrow{.told_samples = {}, .told_returns = {}, .told = 0, .condition_number = 1e17};
    CHECK(pm::maximize(narrow, identity, {.max_episodes = 100}).stop_reason == pm::StopReason::degenerate);
}

TEST_CASE("a run ends when the search says so", "[formula]") {
    auto search = cma(1);
    const auto flat = pm::maximize(search, [](const VectorXd&) { return 0.0; }, {.max_episodes = 100'000});
    CHECK(flat.stop_reason == pm::StopReason::search);
    CHECK(flat.search_stop == pm::SearchStop::flat_returns);
    CHECK(flat.generations == 4);  // N of them
    FourNumbers silent;
    const auto budget = pm::maximize(silent, [](const VectorXd& x) { return x(0); }, {.max_episodes = 400});
    CHECK(budget.stop_reason == pm::StopReason::budget);
    CHECK_FALSE(budget.search_stop.has_value());
}

TEST_CASE("a generation without a finite return ends the run", "[property]") {
    FourNumbers search;
    const auto result = pm::maximize(search, [](const VectorXd&) -> double { throw std::runtime_error("no connection to the robot"); },
                                     {.max_episodes = 100});
    CHECK(result.stop_reason == pm::StopReason::no_finite_return);
    CHECK(result.generations == 1);
    CHECK(result.failed_episodes == 4);
    CHECK(result.last_failure == "no connection to the robot");
    CHECK(search.told == 0);
    CHECK(result.best_parameters.size() == 0);
    CHECK(std::isnan(result.best_return));
}

TEST_CASE("failed episodes enter the update by the policy", "[formula]") {
    const auto second_fails = [](const VectorXd& w) { return w(0) == 1.0 ? std::numeric_limits<double>::infinity() : w(0); };
    FourNumbers search;
    const auto result = pm::maximize(search, second_fails, {.max_episodes = 4});
    CHECK(search.told_returns == Eigen::Vector4d(0, 0, 2, 3));
    CHECK(result.failed_episodes == 1);
    CHECK(result.last_failure == "not finite");
    (void)pm::maximize(search, second_fails, {.max_episodes = 4, .failures = pm::Discard{}});
    CHECK(search.told_samples == Eigen::RowVector3d(0, 2, 3));
    CHECK(search.told_returns == Eigen::Vector3d(0, 2, 3));
    (void)pm::maximize(search, second_fails, {.max_episodes = 4, .failures = pm::Penalty<double>{-5.0}});
    CHECK(search.told_returns == Eigen::Vector4d(0, -5, 2, 3));
}

TEST_CASE("the same bits for any number of threads", "[property]") {
    const auto run = [](auto search, pm::Evaluator evaluator) {
        return pm::maximize(search, rough, {.max_episodes = 400, .evaluator = std::move(evaluator)});
    };
    const auto compare = [&](const auto& search) {
        const auto serial = run(search, pm::Serial{});
        CHECK(serial.failed_episodes > 50);
        for (const int threads : {1, 2, 5}) {
            const auto parallel = run(search, pm::Threads{threads});
            CHECK(parallel.mean == serial.mean);
            CHECK(parallel.best_parameters == serial.best_parameters);
            CHECK(parallel.best_return == serial.best_return);
            CHECK(parallel.failed_episodes == serial.failed_episodes);
        }
    };
    compare(cma(3));
    compare(pm::CasMore<double>({.mean = VectorXd::Constant(4, 2.0), .standard_deviation = 1.0, .seed = 3}));
}

TEST_CASE("a run goes on over failures and learns", "[end to end]") {
    pm::CmaEs<double> search({.mean = VectorXd::Constant(4, 2.0),
                              .standard_deviation = 1.0,
                              .seed = 2,
                              .stop = {.returns = {.stagnation = {}}}});  // noise looks like it
    const auto result = pm::maximize(search, rough, {.max_episodes = 3000, .failures = pm::Discard{}});
    CHECK(result.failed_episodes > 500);
    CHECK(result.mean.norm() < 0.5);  // 10 seeds: 0.09 to 0.44
}

TEST_CASE("maximize refuses a budget below one population", "[errors]") {
    FourNumbers search;
    CHECK_THROWS_MATCHES(pm::maximize(search, identity, {.max_episodes = 3}), std::invalid_argument,
                         Message("maximize: max_episodes is 3, expected at least 4 (one population)"));
    const pm::Penalty<double> penalty{std::numeric_limits<double>::quiet_NaN()};
    CHECK_THROWS_MATCHES(pm::maximize(search, identity, {.max_episodes = 8, .failures = penalty}), std::invalid_argument,
                         Message("maximize: failures.episode_return is nan, expected a finite number"));
}
