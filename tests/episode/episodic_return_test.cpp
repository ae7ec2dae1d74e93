// SPDX-License-Identifier: MIT
#include <primore/episode/episodic_return.hpp>

#include <limits>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"

namespace pm = primore;
using Vector = Eigen::VectorXd;

namespace {
auto to_number = [](const Vector& w) { return w.sum(); };
auto to_outcome = [](const Vector& w) { return pm::Outcome<double>(w.sum(), pm::EpisodeStatus::failed, "stopped"); };
auto with_episode = [](const Vector&, const pm::Episode& episode) { return static_cast<double>(episode.index); };
auto of_anything = [](const auto& w) { return w.squaredNorm(); };
}  // namespace

static_assert(pm::EpisodicReturn<decltype(to_number), double>);
static_assert(pm::EpisodicReturn<decltype(to_outcome), double>);
static_assert(pm::EpisodicReturn<decltype(with_episode), double>);
static_assert(pm::EpisodicReturn<decltype(of_anything), double>);
static_assert(!pm::EpisodicReturn<decltype([](double) { return 0.0; }), double>);                   // no vector
static_assert(!pm::EpisodicReturn<decltype([](const Vector&) {}), double>);                         // no return
static_assert(!pm::EpisodicReturn<decltype([](const Vector&) { return std::string(); }), double>);  // no number

TEST_CASE("every form of an episode runs", "[formula]") {
    const Vector w = Eigen::Vector3d(1, 2, 3);
    CHECK(pm::run_episode<double>(to_number, w, {}).episode_return == 6.0);
    CHECK(pm::run_episode<double>(to_outcome, w, {}).info == "stopped");
    CHECK(pm::run_episode<double>(with_episode, w, {.seed = 1, .index = 42, .generation = 0, .sample = 0}).episode_return == 42.0);
    CHECK(pm::run_episode<double>(of_anything, w, {}).episode_return == 14.0);
}

TEST_CASE("an exception becomes an outcome with its text", "[errors]") {
    auto throws = [](const Vector&) -> double { throw std::runtime_error("the gripper is open"); };
    const auto outcome = pm::run_episode<double>(throws, Vector::Zero(1), {});
    CHECK(outcome.status == pm::EpisodeStatus::threw);
    CHECK(outcome.failed());
    CHECK(outcome.info == "the gripper is open");

    auto throws_a_number = [](const Vector&) -> double { throw 42; };
    CHECK(pm::run_episode<double>(throws_a_number, Vector::Zero(1), {}).info == "an exception that is not a std::exception");
}

TEST_CASE("the stream of an episode depends on seed, generation and sample alone", "[property]") {
    const auto first = [](pm::Episode episode) { return episode.stream()(); };
    const pm::Episode episode{.seed = 1, .index = 30, .generation = 2, .sample = 3};
    CHECK(first(episode) == first({.seed = 1, .index = 31, .generation = 2, .sample = 3}));
    CHECK(first(episode) != first({.seed = 2, .index = 30, .generation = 2, .sample = 3}));
    CHECK(first(episode) != first({.seed = 1, .index = 30, .generation = 3, .sample = 3}));
    CHECK(first(episode) != first({.seed = 1, .index = 30, .generation = 2, .sample = 4}));
    CHECK(first(episode) != pm::Stream(1, pm::Purpose::search, 2, 3)());
}
