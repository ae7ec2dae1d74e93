// SPDX-License-Identifier: MIT
#include <primore/search/bounded.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
template <typename Scalar>
using BoundedCma = pm::Bounded<pm::CmaEs<Scalar>>;

static_assert(pm::SearchDistribution<BoundedCma<double>>);

namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

template <typename Scalar = double>
BoundedCma<Scalar> bounded_cma(const std::type_identity_t<Eigen::VectorX<Scalar>>& mean, std::type_identity_t<Scalar> deviation,
                               const pm::Box<Scalar>& box, std::uint64_t seed = 1) {
    return BoundedCma<Scalar>({.search = {.mean = mean, .standard_deviation = deviation, .seed = seed}, .box = box});
}

/// Where the optimum of x -> f(x - centre) lies in the box [0, 4]^N: inside, on an edge, in a corner, beyond it.
VectorXd optimum_of(const std::string& where, Eigen::Index n) {
    VectorXd point = VectorXd::Constant(n, 2.5);
    if (where == "on an edge") point(0) = 0;
    if (where == "in a corner") point.setConstant(4);
    return point;
}

}  // namespace

TEMPLATE_TEST_CASE("Bounded never proposes a sample outside, however wide the distribution", "[property]", float, double) {
    using Scalar = TestType;
    using Vector4 = Eigen::Vector4<Scalar>;
    constexpr Scalar none = std::numeric_limits<Scalar>::infinity();
    const pm::Box<Scalar> box{Vector4(-1, -none, 2, -none), Vector4(1, Scalar(0.5), none, none)};
    for (const double deviation : {1e-3, 1.0, 1e3}) {
        auto search = bounded_cma(Vector4(-1, Scalar(0.5), 2, 7), static_cast<Scalar>(deviation), box);  // starts in a corner
        pm::Stream noise(3, pm::Purpose::episode, 0, 0);
        for (int generation = 0; generation < 300; ++generation) {
            const Eigen::MatrixX<Scalar> samples = search.ask(), covariance = search.covariance();
            for (Eigen::Index i = 0; i < samples.cols(); ++i) REQUIRE(box.contains(samples.col(i)));
            REQUIRE(box.contains(search.mean()));
            REQUIRE(covariance.allFinite());
            REQUIRE(covariance == covariance.transpose());
            search.tell(samples, noise.normal_vector<Scalar>(samples.cols()));
        }
    }
}

TEMPLATE_TEST_CASE("far from the bounds Bounded is the search within", "[property]", float, double) {
    using Vector = Eigen::VectorX<TestType>;
    const pm::Box<TestType> box{Vector::Constant(3, -1000), Vector::Constant(3, 1000)};
    const Vector start = Vector::LinSpaced(3, 1, 3);
    auto search = bounded_cma(start, 1, box);
    pm::CmaEs<TestType> free({.mean = start, .standard_deviation = TestType(1)});
    for (int generation = 0; generation < 30; ++generation) {
        const Eigen::MatrixX<TestType> samples = free.ask();
        CHECK(search.ask() == samples);
        const Vector returns = -samples.colwise().squaredNorm().transpose();
        free.tell(samples, returns);
        search.tell(samples.leftCols(samples.cols()), returns);
    }
    CHECK(search.mean() == free.mean());
    CHECK(search.covariance() == free.covariance());
    CHECK(search.entropy() == free.entropy());
}

TEMPLATE_TEST_CASE("Bounded knows its samples again, in any order and number", "[property]", float, double) {
    using Vector = Eigen::VectorX<TestType>;
    using Matrix = Eigen::MatrixX<TestType>;
    const pm::Box<TestType> box{Vector::Zero(2), Vector::Ones(2)};
    auto search = bounded_cma(Vector::Unit(2, 1), TestType(0.3), box);
    const Matrix samples = search.ask(), free = search.search().ask();
    auto within = search.search();
    const std::vector<Eigen::Index> some{4, 0, 5, 2};
    search.tell(samples(Eigen::all, some), Vector::LinSpaced(4, 1, 4));
    within.tell(free(Eigen::all, some), Vector::LinSpaced(4, 1, 4));
    CHECK(search.search().mean() == within.mean());
    // A point from elsewhere counts where the map puts it.
    Matrix foreign = search.ask();
    foreign.col(1).setConstant(TestType(0.5));
    CHECK_NOTHROW(search.tell(foreign, Vector::LinSpaced(foreign.cols(), 0, 1)));
}

TEST_CASE("Bounded finds optima inside, on an edge and in a corner", "[end to end]") {
    // Episodes to 1e-8, worst of seeds 1 to 3; without bounds the same functions need 234 to 2547 (sphere) and 442 to 10600 (ellipsoid).
    for (const Eigen::Index n : {2, 5, 20}) {
        const pm::Box<double> box{VectorXd::Zero(n), VectorXd::Constant(n, 4.0)};
        for (const std::string where : {"inside", "on an edge", "in a corner"}) {
            const VectorXd optimum = optimum_of(where, n);
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const auto start = [&] { return bounded_cma(VectorXd::Constant(n, 1.0), 1.0, box, seed); };
                const double budget = n == 20 ? 2.0 : 1.0;
                CAPTURE(n, where, seed);
                CHECK(primore_test::episodes_to_target(
                          start(), [&](const VectorXd& x) { return primore_test::sphere(x - optimum); }, 3000 * budget) < endless);
                CHECK(primore_test::episodes_to_target(
                          start(), [&](const VectorXd& x) { return primore_test::ellipsoid(x - optimum); }, 8000 * budget) < endless);
            }
        }
    }
}

TEST_CASE("Bounded finds the best point of the box when the slope leads out of it", "[end to end]") {
    for (const Eigen::Index n : {2, 10}) {
        const pm::Box<double> box{VectorXd::Zero(n), VectorXd::Constant(n, 4.0)};
        const auto slope = [&](const VectorXd& x) { return -x.sum() - (x(0) - 2) * (x(0) - 2); };  // best at x_0 = 1.5, the others 0
        auto search = bounded_cma(VectorXd::Constant(n, 2.0), 1.0, box);
        for (int generation = 0; generation < 300; ++generation) {
            const MatrixXd samples = search.ask();
            VectorXd returns(samples.cols());
            for (Eigen::Index i = 0; i < samples.cols(); ++i) returns(i) = slope(samples.col(i));
            search.tell(samples, returns);
        }
        CHECK_THAT(search.mean()(0), near(1.5, 1e-4));
        CHECK(search.mean().tail(n - 1).maxCoeff() < 1e-8);
    }
}

TEST_CASE("Bounded refuses what it cannot use", "[errors]") {
    const pm::Box<double> box{Eigen::Vector2d(0, 0), Eigen::Vector2d(1, 1)};
    CHECK_THROWS_MATCHES(bounded_cma(Eigen::Vector2d(0.5, 2), 1.0, box), std::invalid_argument,
                         Message("Bounded: search.mean is 0.5   2, expected a point in the box"));
    CHECK_THROWS_MATCHES(bounded_cma(Eigen::Vector2d(0.5, 0.5), 1.0, {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(1, 1, 1)}),
                         std::invalid_argument, Message("BoxTransform: margin has size 2, expected 3 (the size of box.lower)"));
    auto search = bounded_cma(Eigen::Vector2d(0.5, 0.5), 1.0, box);
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Constant(2, 1, 3.0), VectorXd::Zero(1)), std::invalid_argument,
                         Message("Bounded::tell: sample 0 is 3 3, expected a point in the box"));
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(3, 1), VectorXd::Zero(1)), std::invalid_argument,
                         Message("Bounded::tell: the number of parameters of samples has size 3, expected 2 (the size of mean)"));
}
