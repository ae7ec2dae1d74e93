// SPDX-License-Identifier: MIT
#include <primore/search/bounded.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using BoundedCma = pm::Bounded<pm::CmaEs<double>>;

static_assert(pm::SearchDistribution<BoundedCma>);

namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

BoundedCma bounded_cma(const VectorXd& mean, double deviation, const pm::Box<double>& box, std::uint64_t seed = 1) {
    return BoundedCma({.search = {.mean = mean, .standard_deviation = deviation, .seed = seed}, .box = box});
}

/// Where the optimum of x -> f(x - centre) lies in the box [0, 4]^N: inside, on an edge, in a corner, beyond it.
VectorXd optimum_of(const std::string& where, Eigen::Index n) {
    VectorXd point = VectorXd::Constant(n, 2.5);
    if (where == "on an edge") point(0) = 0;
    if (where == "in a corner") point.setConstant(4);
    return point;
}

}  // namespace

TEST_CASE("Bounded never proposes a sample outside, however wide the distribution", "[property]") {
    pm::Box<double> box{Eigen::Vector4d(-1, -endless, 2, -endless), Eigen::Vector4d(1, 0.5, endless, endless)};
    for (const double deviation : {1e-3, 1.0, 1e3}) {
        BoundedCma search = bounded_cma(Eigen::Vector4d(-1, 0.5, 2, 7), deviation, box);  // starts in a corner
        pm::Stream noise(3, pm::Purpose::episode, 0, 0);
        for (int generation = 0; generation < 300; ++generation) {
            const MatrixXd samples = search.ask();
            for (Eigen::Index i = 0; i < samples.cols(); ++i) REQUIRE(box.contains(samples.col(i)));
            REQUIRE(box.contains(search.mean()));
            REQUIRE(search.covariance().allFinite());
            search.tell(samples, noise.normal_vector(samples.cols()));
        }
    }
}

TEST_CASE("far from the bounds Bounded is the search within", "[property]") {
    const pm::Box<double> box{VectorXd::Constant(3, -1e3), VectorXd::Constant(3, 1e3)};
    BoundedCma search = bounded_cma(Eigen::Vector3d(1, 2, 3), 1.0, box);
    pm::CmaEs<double> free({.mean = Eigen::Vector3d(1, 2, 3), .standard_deviation = 1.0});
    for (int generation = 0; generation < 30; ++generation) {
        const MatrixXd samples = free.ask();
        CHECK(search.ask() == samples);
        const VectorXd returns = -samples.colwise().squaredNorm().transpose();
        free.tell(samples, returns);
        search.tell(samples.leftCols(samples.cols()), returns);
    }
    CHECK(search.mean() == free.mean());
    CHECK(search.covariance() == free.covariance());
    CHECK(search.entropy() == free.entropy());
}

TEST_CASE("Bounded knows its samples again, in any order and number", "[property]") {
    const pm::Box<double> box{VectorXd::Zero(2), VectorXd::Ones(2)};
    BoundedCma search = bounded_cma(Eigen::Vector2d(0, 1), 0.3, box);
    const MatrixXd samples = search.ask(), free = search.search().ask();
    pm::CmaEs<double> within = search.search();
    const std::vector<Eigen::Index> some{4, 0, 5, 2};
    search.tell(samples(Eigen::all, some), Eigen::Vector4d(1, 2, 3, 4));
    within.tell(free(Eigen::all, some), Eigen::Vector4d(1, 2, 3, 4));
    CHECK(search.search().mean() == within.mean());
    // A point from elsewhere counts where the map puts it.
    MatrixXd foreign = search.ask();
    foreign.col(1) = Eigen::Vector2d(0.5, 0.5);
    CHECK_NOTHROW(search.tell(foreign, VectorXd::LinSpaced(foreign.cols(), 0, 1)));
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
        BoundedCma search = bounded_cma(VectorXd::Constant(n, 2.0), 1.0, box);
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
    BoundedCma search = bounded_cma(Eigen::Vector2d(0.5, 0.5), 1.0, box);
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Constant(2, 1, 3.0), VectorXd::Zero(1)), std::invalid_argument,
                         Message("Bounded::tell: sample 0 is 3 3, expected a point in the box"));
    CHECK_THROWS_MATCHES(search.tell(MatrixXd::Zero(3, 1), VectorXd::Zero(1)), std::invalid_argument,
                         Message("Bounded::tell: the number of parameters of samples has size 3, expected 2 (the size of mean)"));
}
