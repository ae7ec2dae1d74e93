// SPDX-License-Identifier: MIT
#include <primore/search/search_text.hpp>

#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include <Eigen/Core>

#include <primore/search/cma_text.hpp>
#include <primore/search/restarts_text.hpp>
#include <primore/search/weighted_search_text.hpp>

#include "support/catch.hpp"
#include "support/saved_search.hpp"

static_assert(primore_test::lists_all_members<primore::CmaEs<double>>);
static_assert(primore_test::lists_all_members<primore::CmaState<double>>);
static_assert(primore_test::lists_all_members<primore::SepCmaEs<double>>);
static_assert(primore_test::lists_all_members<primore::EpisodicReps<double>>);
static_assert(primore_test::lists_all_members<primore::Gaussian<double>>);
static_assert(primore_test::lists_all_members<primore::ReturnHistory<double>>);
static_assert(primore_test::lists_all_members<primore::RestartSchedule>);
static_assert(primore_test::lists_all_members<primore::Restarts<primore::Bounded<primore::CmaEs<double>>>>);
static_assert(primore_test::lists_all_members<primore::Bounded<primore::CmaEs<double>>>);

TEMPLATE_TEST_CASE("a saved search continues bit for bit", "", float, double) {
    using Scalar = TestType;
    using Vector = Eigen::VectorX<Scalar>;
    using primore_test::check_continues;
    const Vector mean = Vector::LinSpaced(4, Scalar(-1), Scalar(2));
    const auto deviation = Scalar(0.7);

    using SavedCma = primore::CmaEs<Scalar>;
    for (const int before : {0, 1, 30}) check_continues(SavedCma({.mean = mean, .standard_deviation = deviation}), before);
    check_continues(SavedCma({.mean = mean,
                              .standard_deviation = deviation,
                              .population = 9,
                              .seed = 12345678901234567890u,
                              .constants = primore::CmaConstants::pycma,
                              .sampling = primore::Sampling::independent,
                              .learning_rates = primore::LearningRateAdaptation<Scalar>{}}),
                    40);
    using Sep = primore::SepCmaEs<Scalar>;
    check_continues(Sep({.mean = mean, .standard_deviation = Vector(mean.array() + Scalar(2))}), 30);

    check_continues(primore::EpisodicReps<Scalar>({.mean = mean, .standard_deviation = deviation}), 20);
    check_continues(primore::CrossEntropyMethod<Scalar>({.mean = mean,
                                                         .standard_deviation = deviation,
                                                         .weights = {.elite_share = Scalar(0.4)},
                                                         .spread = primore::SpreadAround::new_mean,
                                                         .mean_rate = Scalar(0.8)}),
                    20);
    check_continues(primore::PiBb<Scalar>({.mean = mean, .standard_deviation = deviation, .covariance_rate = Scalar(0.2)}), 20);
}

TEMPLATE_TEST_CASE("a search is saved with the candidates that it has yet to try", "", float, double) {
    using SavedCma = primore::CmaEs<TestType>;
    const Eigen::Matrix2<TestType> candidates{{3, 4}, {5, 6}};
    SavedCma search({.mean = Eigen::Vector2<TestType>(1, 2), .standard_deviation = TestType(0.5)});
    search.inject(candidates);
    CHECK(primore::saved_search<SavedCma>(primore::text_of(search)).ask().leftCols(2) == candidates);
    primore_test::check_continues(search, 0);
}

TEMPLATE_TEST_CASE("restarts continue in the middle of a small run of BIPOP, within bounds that may be infinite", "", float, double) {
    using Scalar = TestType;
    using Search = primore::Restarts<primore::Bounded<primore::CmaEs<Scalar>>>;
    const Eigen::VectorX<Scalar> mean = Eigen::VectorX<Scalar>::LinSpaced(3, -1, 2), low = Eigen::VectorX<Scalar>::Constant(3, -3);
    const Eigen::VectorX<Scalar> high = Eigen::Vector3<Scalar>(4, 4, std::numeric_limits<Scalar>::infinity());
    const primore::CmaEsOptions<Scalar> within{.mean = mean, .standard_deviation = Scalar(0.7), .stop = {.tol_x = Scalar(1e-2)}};
    primore::BoundedOptions<primore::CmaEsOptions<Scalar>, Scalar> first{.search = within, .box = {low, high}}, later = first;
    first.search.least_deviation = Scalar(0.5);
    Search search({.search = first, .later = later, .start = primore::Box<Scalar>{low, low.array() + 5}});
    primore_test::check_continues(search, 0);
    while (!search.launch().is_small) primore_test::run(search, 1);
    primore_test::run(search, 5);
    REQUIRE(search.launch().is_small);
    const auto restarts_before = search.restarts();
    primore_test::check_continues(search, 0);
    for (int i = 0; i < 500 && search.restarts() == restarts_before; ++i) primore_test::run(search, 1);
    CHECK(search.restarts() > restarts_before);
}

TEST_CASE("every reason to stop has its own name in a text") {
    const auto& names = primore::TextForm<primore::SearchStop>::names;
    for (std::size_t i = 0; i < names.size(); ++i) CHECK(to_string(static_cast<primore::SearchStop>(i)) != "unknown");
    CHECK(to_string(static_cast<primore::SearchStop>(names.size())) == "unknown");
    CHECK(names[static_cast<std::size_t>(primore::SearchStop::outdone)] == "outdone");
    CHECK(names[static_cast<std::size_t>(primore::SearchStop::tol_x)] == "tol_x");
}

namespace {

namespace saving {

using Small = primore::SepCmaEs<double>;
using SmallReps = primore::EpisodicReps<double>;

template <typename Search>
std::string text_to_edit() {
    return primore_test::without_checksum(
        primore::text_of(Search({.mean = Eigen::Vector2d(0.5, 1), .standard_deviation = 0.25, .population = 4})));
}

template <typename Search>
std::string complaint(const std::string& part, const std::string& other) {
    return primore_test::complaint<Search>(text_to_edit<Search>(), part, other);
}

}  // namespace saving

}  // namespace

TEST_CASE("a search as text") {
    const std::string text = saving::text_to_edit<saving::SmallReps>();
    CHECK(text == R"(primore 1
search WeightedSearch double
weights RepsWeights
weights.kl_bound 1
spread old_mean
mean_rate 1
covariance_rate none
population 4
distribution.mean 2 0.5 1
distribution.covariance 2 2
    0.0625 0
    0 0.0625
distribution.axes.axes 2 2
    1 0
    0 1
distribution.axes.deviations 2 0.25 0.25
distribution.axes.lifted false
distribution.root 2 2
    0.25 0
    0 0.25
seed 1
generation 0
end
)");
    CHECK(primore::saved_search<saving::SmallReps>(text).mean() == Eigen::Vector2d(0.5, 1));
}

TEST_CASE("errors of reading a search name line, part and what is wrong") {
    using saving::complaint, saving::Small, saving::SmallReps;
    CHECK(complaint<Small>("seed 1", "seed 2") == "none");
    CHECK(complaint<Small>("search SepCmaEs double", "search CmaEs double") == "run.txt:2: search is \"CmaEs\", expected SepCmaEs");
    CHECK(complaint<Small>("search SepCmaEs double", "search SepCmaEs float") == "run.txt:2: search is \"float\", expected double");
    CHECK(complaint<Small>("seed 1\n", "") == "run.txt:30: seed is missing");
    CHECK(complaint<Small>("seed 1", "seed -1") == "run.txt:28: seed is \"-1\", expected an integer");
    CHECK(complaint<Small>("seed 1", "seed 1\ntwins 2") == "run.txt:29: \"twins\" is not a key of this search");
    CHECK(complaint<Small>("seed 1", "seed 1\nseed 1") == "run.txt:29: \"seed\" comes twice, first in line 28");
    CHECK(complaint<Small>("sampling orthogonal", "sampling odd") == "run.txt:30: sampling is \"odd\", expected independent or orthogonal");
    CHECK(complaint<Small>("path 2 0 0", "path 3 0 0 0") == "run.txt:15: path has size 3, expected 2 (the size of mean)");
    CHECK(complaint<Small>("path 2 0 0", "path 3 0 0") == "run.txt:15: path has 2 numbers after its size, expected 3");
    CHECK(complaint<Small>("path 2 0 0", "path 2 0 nan") == "run.txt:15: path is not finite");
    CHECK(complaint<Small>("mean 2 0.5 1", "mean 0") == "run.txt:12: mean is not at least one number");
    CHECK(complaint<Small>("deviations 2 0.25 0.25", "deviations 2 0.25 0") == "run.txt:13: deviations is not positive");
    CHECK(complaint<Small>("parameters.parents 2", "parameters.parents 3") ==
          "run.txt:4: parameters.parents is not half the size of weights");
    CHECK(complaint<Small>("history.best 0", "history.best 1 2") == "run.txt:25: history.median is not as long as best");
    CHECK(complaint<Small>("history.flat 0", "history.flat 1 maybe") == "run.txt:26: history.flat is \"maybe\", expected true or false");
    CHECK(complaint<primore::CmaEs<double>>("least_entropy none", "least_entropy inf") ==
          "run.txt:59: least_entropy is not a finite number");
    CHECK(complaint<SmallReps>("weights RepsWeights", "weights EliteWeights") ==
          "run.txt:3: weights is \"EliteWeights\", expected RepsWeights");
    CHECK(complaint<SmallReps>("weights.kl_bound 1", "weights.kl_bound 0") ==
          "run.txt: RepsWeights: kl_bound is 0, expected a positive finite number");
    CHECK(complaint<SmallReps>("distribution.covariance 2 2\n    0.0625 0", "distribution.covariance 2 2\n    -0.0625 0") ==
          "run.txt:10: distribution.covariance is not positive definite, or not that of root");
    CHECK(complaint<SmallReps>("seed 1\ngeneration 0\nend", "seed 1") == "run.txt:21: the text ends without a line \"end\"");

    const std::string text = primore::text_of(Small({.mean = Eigen::Vector2d(0.5, 1), .standard_deviation = 0.25}));
    std::string other = text;
    other.replace(other.find("seed 1"), 6, "seed 2");
    CHECK_THROWS_AS(primore::saved_search<Small>(other), std::runtime_error);
    CHECK(primore_test::every_end_is_missed<Small>(text));
}
