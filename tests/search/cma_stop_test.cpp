// SPDX-License-Identifier: MIT
#include <primore/search/cma_stop.hpp>

#include <limits>
#include <optional>
#include <set>
#include <string_view>

#include "support/catch.hpp"

namespace pm = primore;
using Eigen::VectorXd;
using pm::SearchStop;

namespace {

/// N(mean, diag(deviations^2)) as the state of CMA-ES.
pm::CmaState<double> diagonal_state(const VectorXd& mean, const VectorXd& deviations) {
    pm::CmaState<double> s{.mean = mean, .covariance = deviations.cwiseAbs2().asDiagonal()};
    s.axes = pm::PrincipalAxes<double>(s.covariance);
    s.step_size_path = s.path = VectorXd::Zero(mean.size());
    return s;
}

const VectorXd first_deviations = Eigen::Vector2d(1, 2);

std::optional<SearchStop> stop_of(const pm::CmaState<double>& s, const pm::CmaStopOptions<double>& options = {}) {
    return pm::cma_stop(s, options, first_deviations);
}

}  // namespace

TEST_CASE("the criteria on the distribution, each with a near miss, and switched off", "[formula]") {
    const auto off = pm::CmaStopOptions<double>::none();
    const Eigen::Vector2d origin(0, 0);
    CHECK(stop_of(diagonal_state(origin, first_deviations)) == std::nullopt);

    CHECK(stop_of(diagonal_state(origin, 0.99e-12 * first_deviations)) == SearchStop::tol_x);
    CHECK(stop_of(diagonal_state(origin, 1.01e-12 * first_deviations)) == std::nullopt);
    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(0.99e-12, 2.2e-12))) == std::nullopt);  // each against its own start
    auto moving = diagonal_state(origin, 0.99e-12 * first_deviations);
    moving.path(0) = 2e-12;
    CHECK(stop_of(moving) == std::nullopt);
    CHECK(stop_of(diagonal_state(origin, 0.99e-12 * first_deviations), off) == std::nullopt);

    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(1, 2.01e4))) == SearchStop::tol_x_up);
    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(1, 1.99e4))) == std::nullopt);
    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(1, 2.01e4)), off) == std::nullopt);

    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(4e-8, 1))) ==
          SearchStop::condition);                                                      // 6.25e14; the limit is 0.1 / epsilon = 4.5e14
    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(5e-8, 1))) == std::nullopt);  // 4e14
    CHECK(stop_of(diagonal_state(origin, Eigen::Vector2d(4e-8, 1)), off) == std::nullopt);

    // A fifth of the deviation must change the mean: half a unit in the last place of 1 is 1.1e-16.
    CHECK(stop_of(diagonal_state(Eigen::Vector2d(1, 0), Eigen::Vector2d(5e-16, 1e-10))) == SearchStop::no_effect_coordinate);
    CHECK(stop_of(diagonal_state(Eigen::Vector2d(1, 0), Eigen::Vector2d(6e-16, 1e-10))) == std::nullopt);
    CHECK(stop_of(diagonal_state(Eigen::Vector2d(1, 0), Eigen::Vector2d(5e-16, 1e-10)), off) == std::nullopt);

    // A tenth of the deviation along the axis whose turn it is: axis 0, the shortest, at generation 0.
    auto short_axis = diagonal_state(Eigen::Vector2d(1, 0), Eigen::Vector2d(1e-15, 1e-10));
    CHECK(stop_of(short_axis, {.no_effect_axis = true}) == SearchStop::no_effect_axis);
    CHECK(stop_of(short_axis) == std::nullopt);
    short_axis.generation = 1;
    CHECK(stop_of(short_axis, {.no_effect_axis = true}) == std::nullopt);

    auto late = diagonal_state(origin, first_deviations);
    late.generation = 7;
    CHECK(stop_of(late, {.max_generations = 7}) == SearchStop::max_generations);
    CHECK(stop_of(late, {.max_generations = 8}) == std::nullopt);
}

TEST_CASE("every criterion has a sentence of its own", "[property]") {
    std::set<std::string_view> sentences;
    for (int i = 0; i <= static_cast<int>(SearchStop::outdone); ++i) sentences.insert(pm::to_string(static_cast<SearchStop>(i)));
    CHECK(sentences.size() == static_cast<std::size_t>(SearchStop::outdone) + 1);
    CHECK(sentences.count("unknown") == 0);
}
