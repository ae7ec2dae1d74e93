// SPDX-License-Identifier: MIT
#include <primore/search/update_report.hpp>

#include <primore/search/cas_more.hpp>
#include <primore/search/cma_es.hpp>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/search_runs.hpp"

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// What every report says of a search that goes down the sphere, checked against the distribution itself.
template <typename Search>
void check_reports(Search search) {
    bool fresh = true;  // whether covariance() is what was sampled from, not one whose decomposition is due
    for (int generation = 0; generation < 30; ++generation) {
        const double entropy_before = search.entropy();
        const pm::Gaussian<double> before(search.mean(), search.covariance());
        const MatrixXd samples = search.ask();
        const pm::UpdateReport<double> report = search.tell(samples, -samples.colwise().squaredNorm().transpose());
        CHECK(report.entropy == search.entropy());
        CHECK_THAT(report.entropy_change, near(search.entropy() - entropy_before, 1e-12));
        CHECK(report.condition == search.condition());
        const auto kl = pm::kl_divergence(pm::Gaussian<double>(search.mean(), search.covariance()), before);
        if (report.kl_mean && fresh) CHECK_THAT(*report.kl_mean, near(kl.mean, 1e-9));
        if (report.kl_covariance && !report.entropy_loss) CHECK_THAT(*report.kl_covariance, near(kl.covariance, 1e-9));
        fresh = report.decomposed.value_or(true);
    }
}

}  // namespace

TEST_CASE("reports say what an update did to the distribution", "[property]") {
    const VectorXd start = VectorXd::Constant(3, 3.0);
    check_reports(pm::CasMore<double>({.mean = start, .standard_deviation = 1.0}));
    check_reports(pm::CasMore<double>(pm::CasMoreOptions<double>::published({.mean = start, .standard_deviation = 1.0})));
    check_reports(pm::CmaEs<double>({.mean = start, .standard_deviation = 1.0}));
}

TEST_CASE("an update that teaches nothing reports the distribution as it is", "[property]") {
    pm::CasMore<double> cas_more({.mean = VectorXd::Zero(3), .standard_deviation = 2.0});
    pm::CmaEs<double> cma({.mean = VectorXd::Zero(3), .standard_deviation = 2.0});
    for (const auto& report :
         {cas_more.tell(cas_more.ask(), VectorXd::Zero(cas_more.population())), cma.tell(MatrixXd(3, 0), VectorXd())}) {
        CHECK(report.stage == pm::SurrogateStage::none);
        CHECK_THAT(report.entropy, near(cma.entropy(), 1e-14));
        CHECK(report.entropy_change == 0);
        CHECK_THAT(report.condition, near(1.0, 1e-14));
        CHECK(!report.kl_mean);
    }
}
