// SPDX-License-Identifier: MIT
#include <primore/learn/saved_run.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/search/cma_text.hpp>
#include <primore/search/surrogate_search_text.hpp>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

namespace {

using SavedSearch = primore::SepCmaEs<double>;

template <typename Search = SavedSearch>
Search search_to_save() {
    return Search({.mean = Eigen::VectorXd::Constant(4, 2.0), .standard_deviation = 1.0, .seed = 5});
}

/// Noisy; fails for some samples, and says so in words that a text has to quote.
double fallible(const Eigen::VectorXd& w, const primore::Episode& episode) {
    auto stream = episode.stream();
    if (episode.index % 7 == 3) throw std::runtime_error("100 % of\nepisode " + std::to_string(episode.index) + " failed");
    return -w.squaredNorm() + 0.1 * stream.normal();
}

struct Curve {
    std::vector<double> best, median, so_far, entropy;
    std::vector<std::uint64_t> generation, episodes, failed_episodes;

    void add(const primore::Generation<double>& now) {
        best.push_back(now.best_return);
        median.push_back(now.median_return);
        so_far.push_back(now.best_return_so_far);
        entropy.push_back(now.entropy);
        generation.push_back(now.generation);
        episodes.push_back(now.episodes);
        failed_episodes.push_back(now.failed_episodes);
    }
    bool operator==(const Curve&) const = default;
};

}  // namespace

TEMPLATE_TEST_CASE("an interrupted run continues from its file as if nothing had happened", "[property]", SavedSearch,
                   primore::CasMore<double>) {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "throw.run";
    Curve whole_curve;
    auto search = search_to_save<TestType>();
    const auto whole =
        primore::maximize(search, fallible, {.max_episodes = 320, .observer = [&](const auto& now) { whole_curve.add(now); }});
    REQUIRE(whole.generations >= 40);  // of 8 episodes or, from CasMore, now and then 4

    Curve curve;
    primore::SavedRun<TestType> run{search_to_save<TestType>()};
    for (const std::uint32_t until : {1u, 2u, 19u, whole.generations}) {  // a new process each
        const primore::Checkpoint save(path, run.search);
        const auto observer = [&](const primore::Generation<double>& now) {
            curve.add(now);
            save(now);
            return now.generation < until;
        };
        const auto part = primore::maximize(run.search, fallible, {.max_episodes = 320, .observer = observer, .earlier = run.so_far});
        run = primore::load_run<TestType>(path);
        CHECK(run.so_far.generations == until);
        CHECK(run.so_far.seconds == part.seconds);
        if (until < whole.generations) continue;
        CHECK(curve == whole_curve);
        CHECK(part.mean == whole.mean);
        CHECK(part.best_parameters == whole.best_parameters);
        CHECK(part.best_return == whole.best_return);
        CHECK(part.stop_reason == whole.stop_reason);
        CHECK(part.episodes == whole.episodes);
        CHECK(part.failed_episodes == whole.failed_episodes);
        CHECK(part.last_failure == whole.last_failure);
    }
    CHECK(run.search.ask() == search.ask());
    const auto longer = primore::maximize(run.search, fallible, {.max_episodes = 328, .earlier = run.so_far});
    CHECK(longer.generations == whole.generations + 1);
}

TEST_CASE("checkpoints are written every so many generations and at the end") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "throw.run";
    auto search = search_to_save();
    const primore::Checkpoint save(path, search, 10);
    std::vector<std::uint32_t> saved;
    const auto observer = [&](const primore::Generation<double>& now) {
        save(now);
        if (std::filesystem::remove(path)) saved.push_back(now.generation);
    };
    (void)primore::maximize(search, fallible, {.max_episodes = 200, .observer = observer});
    CHECK(saved == std::vector<std::uint32_t>{10, 20, 25});
}

TEST_CASE("a search is saved in a file and loaded from it") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "search.txt";
    primore::save_search(path, search_to_save());
    CHECK(primore::load_search<SavedSearch>(path).ask() == search_to_save().ask());
}

TEST_CASE("errors of saving and loading runs name the file") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "a.txt";
    primore::save_search(path, search_to_save());
    CHECK_THROWS_MATCHES(primore::load_run<SavedSearch>(path), std::runtime_error, Message(path.string() + ":32: run is missing"));
    CHECK_THROWS_MATCHES(primore::load_search<SavedSearch>("no/such.txt"), std::runtime_error,
                         Message("load_search: cannot read no/such.txt: No such file or directory"));
    CHECK_THROWS_MATCHES(primore::save_run("no/such.txt", primore::SavedRun<SavedSearch>{search_to_save()}), std::runtime_error,
                         Message("save_run: cannot write no/such.txt: No such file or directory"));
    CHECK_THROWS_MATCHES(primore::Checkpoint(path, search_to_save(), 0), std::invalid_argument,
                         Message("Checkpoint: interval is 0, expected at least 1"));
    auto search = search_to_save();
    CHECK_THROWS_MATCHES(primore::maximize(search, fallible, {.max_episodes = 20, .earlier = {.episodes = 16}}), std::invalid_argument,
                         Message("maximize: max_episodes is 20, expected at least 24 (earlier.episodes and one population)"));
}
