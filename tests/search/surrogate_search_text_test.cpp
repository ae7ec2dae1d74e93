// SPDX-License-Identifier: MIT
#include <primore/search/surrogate_search_text.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <primore/search/bounded.hpp>
#include <primore/search/restarts.hpp>
#include <primore/search/restarts_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"
#include "support/saved_search.hpp"

namespace {

namespace surrogate_text {

using primore_test::check_continues;
using primore_test::RoughReturns;

/// A bowl, of which a quadratic knows everything.
struct BowlReturns {
    template <typename Scalar>
    Eigen::VectorX<Scalar> operator()(const Eigen::MatrixX<Scalar>& samples, std::uint32_t) const {
        return -samples.colwise().squaredNorm().transpose();
    }
};

/// Rosenbrock's valley, through which the frame of a regression has to follow.
struct ValleyReturns {
    template <typename Scalar>
    Eigen::VectorX<Scalar> operator()(const Eigen::MatrixX<Scalar>& samples, std::uint32_t) const {
        Eigen::VectorX<Scalar> returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            const Eigen::ArrayX<Scalar> x = samples.col(i).array();
            const Eigen::Index n = x.size() - 1;
            returns(i) = -(Scalar(100) * (x.tail(n) - x.head(n).square()).square() + (Scalar(1) - x.head(n)).square()).sum();
            if (n == 0) returns(i) = -std::abs(x(0) - Scalar(1));
        }
        return returns;
    }
};

/// A bowl under noise in which it drowns: the mean, executed twice, returns two numbers.
struct NoisyReturns {
    template <typename Scalar>
    Eigen::VectorX<Scalar> operator()(const Eigen::MatrixX<Scalar>& samples, std::uint32_t generation) const {
        const Eigen::VectorXd noise = primore_test::normal_matrix(samples.cols(), 1, 1000 + generation);
        return BowlReturns{}(samples, generation) + Scalar(100) * noise.cast<Scalar>();
    }
};

/// What a text says of a key.
std::string value_in(const std::string& text, const std::string& key) {
    const auto begin = text.find("\n" + key + " ");
    if (begin == std::string::npos) throw std::logic_error("no " + key + " in the text of a search");
    const auto value = begin + key.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
}

/// The state that a search was saved in: how often each of what may be on the way was.
struct Occasions {
    int by_ranks = 0, in_doubt = 0, noisy = 0, changes_pending = 0, frames = 0, pool_within_storage = 0, by_sample = 0;
    std::string frame = {};

    void add(const std::string& text) {
        const std::string pool = "surrogate.regression.pool.", columns = value_in(text, "surrogate.factor.cholesky.columns");
        by_ranks += value_in(text, "surrogate.uses_ranks") == "true";
        in_doubt += value_in(text, "surrogate.in_doubt") == "true";
        noisy += value_in(text, "surrogate.noise_size") != "0";
        by_sample += value_in(text, "surrogate.regression.gram") == "0 0";
        changes_pending += columns.substr(columns.find(' ') + 1) != "0";
        pool_within_storage += value_in(text, pool + "begin") != "0";
        const std::string other = value_in(text, pool + "frame.mean");
        frames += !frame.empty() && frame != other;
        frame = other;
    }
};

/// A search that is saved and loaded after every generation goes on like one that is not.
template <typename Search, typename Returns>
void check_every_generation(Search search, int generations, Returns returns_of, Occasions* occasions = nullptr) {
    Search loaded = search;
    int alike = 0;
    for (; alike < generations; ++alike) {
        const std::string text = primore::text_of(loaded);
        if (occasions != nullptr) occasions->add(text);
        loaded = primore::saved_search<Search>(text);
        if (primore::text_of(search) != text || primore_test::generations_alike(search, loaded, 1, returns_of) == 0) break;
    }
    CHECK(alike == generations);
}

template <typename Search>
typename Search::options_type options_of(Eigen::Index n) {
    using Scalar = typename Search::scalar_type;
    const Eigen::VectorX<Scalar> mean = Eigen::VectorX<Scalar>::LinSpaced(n, Scalar(-1), Scalar(2));
    return {.mean = mean, .standard_deviation = Scalar(0.7), .seed = 12345678901234567890u};
}

}  // namespace surrogate_text

}  // namespace

static_assert(primore_test::lists_all_members<primore::CasMore<double>>);
static_assert(primore_test::lists_all_members<primore::More<double>>);
static_assert(primore_test::lists_all_members<primore::CasMoreRule<double>>);
static_assert(primore_test::lists_all_members<primore::MoreRule<double>>);
static_assert(primore_test::lists_all_members<primore::PooledSurrogate<double>>);
static_assert(primore_test::lists_all_members<primore::SamplePool<double>>);
static_assert(primore_test::lists_all_members<primore::AverageDoubt<double>>);
static_assert(primore_test::lists_all_members<primore::CasMoreOptions<double>>);
static_assert(primore_test::lists_all_members<primore::MoreOptions<double>>);
static_assert(primore_test::lists_all_members<primore::LocalSurrogateOptions<double>>);
static_assert(primore_test::lists_all_members<primore::PooledSurrogateOptions<double>>);
static_assert(primore_test::lists_all_members<primore::detail::UpdatedCholesky<double>>);

TEMPLATE_TEST_CASE("CAS-MORE and MORE continue bit for bit from wherever they were saved", "[property]", primore::CasMore<double>,
                   primore::CasMore<float>, primore::More<double>, primore::More<float>) {
    using Search = TestType;
    using namespace surrogate_text;
    for (const Eigen::Index n : {1, 3, 10}) {
        CAPTURE(n);
        const auto options = options_of<Search>(n);
        for (const int before : {0, 1, 2, 7, 40}) {
            check_continues(Search(options), before);
            check_continues(Search(options), before, ValleyReturns{});
        }
        check_continues(Search(options), 3, BowlReturns{});
        check_continues(Search(options), 30, NoisyReturns{});
        const auto published = Search::options_type::published(options);
        for (const int before : {0, 1, 2, 7, 40}) check_continues(Search(published), before);
        check_continues(Search(published), 30, NoisyReturns{});
    }
    auto options = options_of<Search>(3);  // between two trials of another noise, at one, and after it
    options.surrogate = primore::LocalSurrogateOptions<typename Search::scalar_type>{.trial_interval = 4};
    for (const int before : {10, 11, 12, 13}) check_continues(Search(options), before);
}

TEMPLATE_TEST_CASE("CAS-MORE and MORE continue bit for bit if saved after every generation", "[property]", primore::CasMore<double>,
                   primore::CasMore<float>, primore::More<double>, primore::More<float>) {
    using Search = TestType;
    using namespace surrogate_text;
    Occasions rough, valley, noisy, small;
    for (const Eigen::Index n : {1, 3, 10}) {
        CAPTURE(n);
        const auto options = options_of<Search>(n);
        check_every_generation(Search(options), 60, RoughReturns{}, &rough);
        check_every_generation(Search(options), 60, ValleyReturns{}, &valley);
        check_every_generation(Search(options), 60, NoisyReturns{}, &noisy);
        check_every_generation(Search(Search::options_type::published(options)), 30, ValleyReturns{});
    }
    auto options = options_of<Search>(13);
    options.population = 4;  // few changes from one generation to the next
    check_every_generation(Search(options), 90, NoisyReturns{}, &small);
    CAPTURE(small.by_sample, rough.by_ranks, valley.frames, valley.pool_within_storage, noisy.in_doubt, noisy.noisy, small.changes_pending);
    CHECK(rough.by_ranks > 10);  // observed, in this order: 50 to 60, 67 to 83, 136 to 137, 176, 165, 16 to 44, 23
    CHECK(valley.frames > 20);
    CHECK(valley.pool_within_storage > 60);
    CHECK(noisy.in_doubt > 60);
    CHECK(noisy.noisy > 60);
    CHECK(small.changes_pending > 10);
    CHECK(small.by_sample > 20);
}

TEMPLATE_TEST_CASE("restarts of CAS-MORE and MORE within bounds continue bit for bit", "[property]", primore::CasMore<double>,
                   primore::More<float>) {
    using namespace surrogate_text;
    using Scalar = typename TestType::scalar_type;
    using Search = primore::Restarts<primore::Bounded<TestType>>;
    const Eigen::VectorX<Scalar> low = Eigen::VectorX<Scalar>::Constant(3, -3), high = low.array() + Scalar(6);
    auto options = options_of<TestType>(3);
    check_continues(primore::Bounded<TestType>({.search = options, .box = {low, high}}), 20);
    options.stop.tol_returns = Scalar(1e-3);
    Search search({.search = {.search = options, .box = {low, high}}, .start = primore::Box<Scalar>{low, high}});
    check_continues(search, 0, BowlReturns{});
    while (search.restarts() < 2) primore_test::run(search, 1, BowlReturns{});
    check_continues(search, 5, BowlReturns{});
    const auto restarts_before = search.restarts();
    primore_test::run(search, 50, BowlReturns{});
    CHECK(search.restarts() > restarts_before);  // one of those that continued has
}

namespace {

namespace surrogate_text {

using SmallCas = primore::CasMore<double>;
using SmallMore = primore::More<double>;

/// The text of a search of one parameter after five generations, without its checksum.
template <typename Search>
std::string text_to_edit(bool published = false) {
    auto options = options_of<Search>(1);
    Search search(published ? Search::options_type::published(options) : options);
    primore_test::run(search, 5);
    return primore_test::without_checksum(primore::text_of(search));
}

template <typename Search>
std::string complaint(const std::string& part, const std::string& other, bool published = false) {
    const std::string said = primore_test::complaint<Search>(text_to_edit<Search>(published), part, other);
    return said.substr(said.find(": ") == std::string::npos ? 0 : said.find(": ") + 2);
}

/// What is said about another value of a key, with the line left out.
template <typename Search>
std::string complaint_of(const std::string& key, const std::string& value, bool published = false) {
    const std::string was = value_in(text_to_edit<Search>(published), key);
    return complaint<Search>(key + ' ' + was, key + ' ' + value, published);
}

}  // namespace surrogate_text

}  // namespace

TEST_CASE("errors of reading CAS-MORE and MORE name part and what is wrong", "[errors]") {
    using namespace surrogate_text;
    const auto of = [](const std::string& key, const std::string& value) { return complaint_of<SmallCas>("surrogate." + key, value); };
    CHECK(complaint_of<SmallCas>("seed", "2") == "none");
    CHECK(complaint_of<SmallCas>("surrogate", "Oracle") == "surrogate is \"Oracle\", expected LocalSurrogate or PooledSurrogate");
    CHECK(complaint_of<SmallCas>("population", "1") == "population is not at least 2");
    CHECK(complaint_of<SmallCas>("rule.evolution.path", "2 0 0") == "rule is not of as many parameters as distribution");
    CHECK(complaint_of<SmallCas>("rule.evolution.path", "1 nan") == "rule.evolution.path is not finite");
    CHECK(complaint_of<SmallCas>("rule.step.mean_bound", "0") == "rule.step.mean_bound is not positive");
    CHECK(complaint_of<SmallCas>("rule.step.path_gain", "inf") == "rule.step.path_gain is not a finite number");
    CHECK(complaint_of<SmallCas>("rule.step.most_entropy_loss", "-1") == "rule.step.most_entropy_loss is not positive or 0");
    CHECK(of("options.most_growth", "0.5") == "LocalSurrogate: most_growth - 1 is -0.5, expected a finite number that is not negative");
    CHECK(of("regression.pool.frame.mean", "2 0 0") ==
          "surrogate.regression.pool.frame.covariance has size 1, expected 2 (the size of "
          "surrogate.regression.pool.frame.mean)");
    CHECK(of("regression.gram", "2 3 1 1 1 1 1 1 0 0 0 0 0 0 0 0 0") == "surrogate.regression.gram is \"0\", expected nothing more");
    CHECK(of("regression.pool.returns", "1 0") ==
          "surrogate.regression.pool.returns has size 1, expected 16 (the size of surrogate.regression.pool.samples)");
    CHECK(of("regression.pool.weights", "16 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -1") == "surrogate.regression.pool.weights is not positive or 0");
    CHECK(of("regression.pool.weights", "16 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 nan") == "surrogate.regression.pool.weights is not finite");
    CHECK(of("regression.pool.begin", "16") == "surrogate.regression.pool.begin is not below the number of samples");
    CHECK(of("regression.pool.begin", "-1") == "surrogate.regression.pool.begin is not below the number of samples");
    CHECK(of("regression.pool.newest", "17") == "surrogate.regression.pool.newest is not a number of samples");
    CHECK(of("regression.changes", "-1") == "surrogate.regression.changes is not a count");
    CHECK(of("size", "2") == "surrogate.size is not the size of regression.pool.frame.mean");
    CHECK(of("least_pool", "0") == "surrogate.least_pool is not at least 2");
    CHECK(of("usual_pool", "3") == "surrogate.usual_pool is not at least least_pool");
    CHECK(of("most_pool", "3") == "surrogate.most_pool is not at least usual_pool");
    CHECK(of("pool", "3") == "surrogate.pool is not from least_pool to most_pool");
    CHECK(of("pool", "100000") == "surrogate.pool is not from least_pool to most_pool");
    CHECK(of("trial_interval", "0") == "surrogate.trial_interval is not positive");
    CHECK(of("noise", "0") == "surrogate.noise is not a positive finite number");
    CHECK(of("value_doubt.average", "2") == "surrogate.value_doubt.average is not none or in (0, 1.5]");
    CHECK(of("foresight.coefficients", "2 0 0") ==
          "surrogate.foresight.coefficients has size 2, expected 3 (the size of surrogate.regression.gram)");
    CHECK(of("unexplained", "nan") == "surrogate.unexplained is not a finite number that is not negative");
    CHECK(of("factor.cholesky.signs", "1 1") ==
          "surrogate.factor.cholesky.signs has size 1, expected 0 (the size of surrogate.factor.cholesky.columns)");
    CHECK(of("factor.cholesky.columns", "2 0") == "surrogate.factor.cholesky.columns is not of as many rows as lower");

    const auto published = [](const std::string& key, const std::string& value) { return complaint_of<SmallMore>(key, value, true); };
    CHECK(published("rule.kl_bound", "0") == "rule.kl_bound is not a positive finite number");
    CHECK(published("rule.path", "0") == "rule.path is not at least one number");
    CHECK(published("rule.schedule.loss", "-1") == "rule.schedule.loss is not positive or 0");
    CHECK(published("surrogate.options.least_stage", "most") ==
          "surrogate.options.least_stage is \"most\", expected none or linear or diagonal or full");
    CHECK(published("surrogate.pool.capacity", "1") == "surrogate.pool.capacity is not at least 2");
    CHECK(published("surrogate.pool.returns", "1 0") ==
          "surrogate.pool.returns has size 1, expected 16 (the size of surrogate.pool.samples)");
    CHECK(complaint_of<SmallCas>("surrogate.options.robust.clip", "0.5", true) ==
          "PooledSurrogate: robust.clip - 1 is -0.5, expected a finite number that is not negative");

    for (const bool is_published : {false, true}) {
        CHECK(primore_test::every_end_is_missed<SmallCas>(text_to_edit<SmallCas>(is_published)));
        CHECK(primore_test::every_end_is_missed<SmallMore>(text_to_edit<SmallMore>(is_published)));
    }
}

TEMPLATE_TEST_CASE("a text with any word exchanged is refused, or gives a search that can be used", "[errors]", surrogate_text::SmallCas,
                   surrogate_text::SmallMore) {
    using namespace surrogate_text;
    for (const bool published : {false, true}) {
        const std::string text = text_to_edit<TestType>(published);
        int refused = 0, used = 0;
        for (auto begin = text.find(' '); begin != std::string::npos; begin = text.find(' ', begin + 1)) {
            const auto end = text.find_first_of(" \n", begin + 1);
            for (const char* other : {"nan", "inf", "-1", "0", "1", "1e30", "-1e-30", "9223372036854775807", "none", "true", ""}) {
                try {
                    std::string edited = text;
                    auto search = primore::saved_search<TestType>(edited.replace(begin + 1, end - begin - 1, other));
                    primore_test::run(search, 3);
                    ++used;
                } catch (const std::runtime_error&) {
                    ++refused;
                } catch (const std::bad_alloc&) {         // a population that is too large
                } catch (const std::invalid_argument&) {  // of a step that went where there are no numbers
                }
            }
        }
        CHECK(used > 300);  // observed: 420 to 900
        CHECK(refused > 300);
    }
}
