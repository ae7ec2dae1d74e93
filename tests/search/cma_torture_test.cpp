// SPDX-License-Identifier: MIT
// CMA-ES under returns that no sensible episode has: PRIMORE_PROPERTY_RUNS generations (default 20000).

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include <Eigen/Cholesky>

#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"

namespace pm = primore;

namespace {

int torture_generations() {
    const char* chosen = std::getenv("PRIMORE_PROPERTY_RUNS");
    return chosen != nullptr && *chosen != '\0' ? std::atoi(chosen) : 20'000;
}

/// Returns [M] of kind 0 to 9 for a population, in generation k.
template <typename Scalar>
Eigen::VectorX<Scalar> adversarial(int kind, std::uint32_t k, const Eigen::MatrixX<Scalar>& samples) {
    const Eigen::Index count = samples.cols();
    const Scalar huge = std::numeric_limits<Scalar>::max() / 2, tiny = std::numeric_limits<Scalar>::denorm_min();
    pm::Stream stream(17, pm::Purpose::episode, k, 0);
    Eigen::VectorX<Scalar> returns = stream.normal_vector<Scalar>(count);
    switch (kind) {
        case 0: break;                                                                     // noise
        case 1: returns.setZero(); break;                                                  // flat
        case 2: returns = samples.row(0).transpose(); break;                               // a slope without end
        case 3: returns *= huge / Scalar(10); break;                                       // as large as numbers are
        case 4: returns = tiny * returns.array().sign(); break;                            // as small
        case 5: returns = (k % 2 == 0 ? 1 : -1) * samples.row(0).transpose(); break;       // there and back
        case 6: returns.setConstant(-huge), returns(count - 1) = huge; break;              // one good among bad
        case 7: returns = returns.array().sign(); break;                                   // ties
        case 8: returns = samples.colwise().stableNorm().transpose(); break;               // away from the origin
        default: returns = -(samples.row(0).cwiseAbs().transpose() * Scalar(1e6)); break;  // a valley of one direction
    }
    return returns.unaryExpr([&](Scalar x) { return std::isfinite(x) ? x : huge; });
}

/// Generations of one search under changing kinds of returns, some samples discarded, some from far away.
template <typename Scalar>
void torture(Eigen::Index n, Eigen::Index population, Scalar scale, int count, const pm::CmaEsOptions<Scalar>& more) {
    auto options = more;
    options.mean = Eigen::VectorX<Scalar>::Constant(n, scale);
    options.standard_deviation = scale;
    options.population = population;
    pm::CmaEs<Scalar> search(options);
    pm::Stream stream(5, pm::Purpose::episode, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(population));
    int kind = 0;
    for (int i = 0; i < count; ++i) {
        if (i % 40 == 0) kind = static_cast<int>(stream() % 10);
        Eigen::MatrixX<Scalar> samples = search.ask();
        REQUIRE(samples.allFinite());
        if (stream() % 50 == 0) samples.col(0).setConstant(std::numeric_limits<Scalar>::max() / 4);  // from elsewhere
        const Eigen::Index kept =
            stream() % 10 == 0 ? static_cast<Eigen::Index>(stream() % static_cast<std::uint32_t>(population)) : population;
        const Eigen::MatrixX<Scalar> told = samples.leftCols(kept);
        if (kept > 0) search.tell(told, adversarial<Scalar>(kind, search.generation(), told));
        const auto& state = search.state();
        INFO("N " << n << ", population " << population << ", generation " << i << ", kind " << kind);
        REQUIRE(state.mean.allFinite());
        REQUIRE(state.covariance.allFinite());
        REQUIRE(state.covariance == state.covariance.transpose());
        REQUIRE(state.axes.deviations(0) > 0);
        REQUIRE(std::isfinite(search.entropy()));
        REQUIRE(search.condition() <= Scalar(1.01) / Eigen::NumTraits<Scalar>::epsilon());
    }
    const Eigen::MatrixX<Scalar> covariance = search.covariance();
    CHECK(covariance.allFinite());
    CHECK(covariance == covariance.transpose());
}

template <typename Scalar>
void torture_all(const pm::CmaEsOptions<Scalar>& options, int count) {
    for (const Eigen::Index n : {1, 2, 3, 5, 12, 30}) {
        for (const Eigen::Index population : {4, 5, 11, 40}) {
            for (const double scale : {1e-9, 1.0, 1e9}) torture<Scalar>(n, population, static_cast<Scalar>(scale), count, options);
        }
    }
}

}  // namespace

TEMPLATE_TEST_CASE("whatever the returns, the covariance stays finite, symmetric and positive definite", "[property]", float, double) {
    using Vector = Eigen::VectorX<TestType>;
    const int count = torture_generations() / 72;
    torture_all<TestType>({.mean = Vector(), .standard_deviation = TestType(1)}, count);
    torture_all<TestType>({.mean = Vector(), .standard_deviation = TestType(1), .constants = pm::CmaConstants::tutorial}, count / 4);
    torture_all<TestType>({.mean = Vector(), .standard_deviation = TestType(1), .learning_rates = pm::LearningRateAdaptation<TestType>{}},
                          count / 4);
}
