// SPDX-License-Identifier: MIT
#include <primore/episode/failure_policy.hpp>

#include <limits>
#include <vector>

#include "support/catch.hpp"

namespace pm = primore;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const std::vector<pm::Outcome<double>> mixed{3.0, not_a_number, -1.0, {100.0, pm::EpisodeStatus::failed, "stopped"}, 2.0};

pm::UsableReturns<double> usable(const std::vector<pm::Outcome<double>>& outcomes, pm::FailurePolicy<double> policy) {
    return pm::usable_returns<double>(outcomes, policy);
}
}  // namespace

TEST_CASE("CountAsWorst gives failures the worst finite return", "[formula]") {
    const auto part = usable(mixed, pm::CountAsWorst{});
    CHECK(part.samples == std::vector<Eigen::Index>{0, 1, 2, 3, 4});
    CHECK(part.returns == (Eigen::VectorXd(5) << 3, -1, -1, -1, 2).finished());
}

TEST_CASE("Discard leaves failures out", "[formula]") {
    const auto part = usable(mixed, pm::Discard{});
    CHECK(part.samples == std::vector<Eigen::Index>{0, 2, 4});
    CHECK(part.returns == Eigen::Vector3d(3, -1, 2));
}

TEST_CASE("Penalty gives failures a return of their own", "[formula]") {
    const auto part = usable(mixed, pm::Penalty<double>{-7.0});
    CHECK(part.samples.size() == 5);
    CHECK(part.returns == (Eigen::VectorXd(5) << 3, -7, -1, -7, 2).finished());
}

TEST_CASE("without a finite return nothing is usable", "[property]") {
    const std::vector<pm::Outcome<double>> all_bad{not_a_number, {1.0, pm::EpisodeStatus::failed}};
    for (const pm::FailurePolicy<double>& policy : {pm::FailurePolicy<double>(pm::CountAsWorst{}), pm::FailurePolicy<double>(pm::Discard{}),
                                                    pm::FailurePolicy<double>(pm::Penalty<double>{-1.0})}) {
        CHECK(usable(all_bad, policy).samples.empty());
        CHECK(usable({}, policy).samples.empty());
    }
}
