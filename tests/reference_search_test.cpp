// SPDX-License-Identifier: MIT
// Steps of MORE and CAS-MORE, constants and generations of CMA-ES, values of BBOB, computed with public reference implementations.

#include <primore/search/cas_more_step.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/more_step.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/whitened_model.hpp>

#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include <Eigen/Core>

#include "reference_search/bbob_checks.hpp"
#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/reference.hpp"

namespace {

namespace pm = primore;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore_test::ReferenceCase;

constexpr double exact = 1e-9, solver = 1e-6, cma = 1e-12;

void check_model(const pm::QuadraticModel<double>& model, const ReferenceCase& reference) {
    CHECK_THAT(model.curvature, near(reference.matrix("A"), exact));
    CHECK_THAT(model.slope, near(reference.vector("a"), exact));
    CHECK_THAT(model.offset, near(reference.number("a0"), exact));
}

/// The reference names stages shortly: lin, diag, full.
pm::SurrogateStage stage_named(const std::string& name) {
    return name == "lin" ? pm::SurrogateStage::linear : name == "diag" ? pm::SurrogateStage::diagonal : pm::SurrogateStage::full;
}

void check_cas_more_step(const ReferenceCase& reference) {
    const MatrixXd samples = reference.matrix("samples").transpose();
    const auto option = [&](const std::string& name) { return reference.number("options." + name); };
    const auto stage = pm::affordable_stage(samples.cols(), samples.rows(), option("min_data_frac"));
    CHECK(stage == stage_named(reference.text("stage")));

    const VectorXd returns =
        pm::robustly_standardized<double>(reference.vector("returns"), {option("robust_clip"), option("kurtosis_threshold")});
    CHECK_THAT(returns, near(reference.vector("normalised_returns"), exact));
    const auto model = pm::fit_quadratic<double>(samples, returns, stage, option("ridge"));
    check_model(model, reference);

    pm::Gaussian<double> distribution(reference.vector("mean"), reference.matrix("cov"));
    pm::EvolutionPath<double> evolution{reference.vector("p_sigma"), reference.number("desired_length")};
    const double mean_bound = option("epsilon_mean");
    const auto local = pm::whitened(model, distribution);
    const auto report = pm::cas_more_step<double>(distribution, evolution, local.curvature, local.slope, stage,
                                                  {.mean_bound = mean_bound,
                                                   .covariance_bound = option("epsilon_cov"),
                                                   .path_rate = option("c_sigma"),
                                                   .path_correlation = option("corr_coeff"),
                                                   .path_gain = option("controller_gain"),
                                                   .most_entropy_loss = option("max_entropy_loss"),
                                                   .most_entropy_gain = option("max_entropy_loss"),
                                                   .path_step = 2 * mean_bound});
    CHECK_THAT(report.mean_multiplier.value(), near(reference.number("exact.lambda"), exact));
    CHECK_THAT(report.covariance_multiplier.value(), near(reference.number("exact.nu"), exact));
    CHECK_THAT(report.kl_mean.value(), near(reference.number("exact.kl_mean"), exact));
    CHECK_THAT(report.kl_covariance.value(), near(reference.number("exact.kl_cov"), exact));
    CHECK_THAT(report.entropy_loss.value(), near(reference.number("exact.beta"), exact));
    CHECK_THAT(evolution.path, near(reference.vector("exact.new_p_sigma"), exact));
    CHECK_THAT(evolution.desired_length, near(reference.number("new_desired_length"), exact));
    CHECK_THAT(distribution.mean(), near(reference.vector("exact.new_mean"), exact));
    CHECK_THAT(distribution.covariance(), near(reference.matrix("exact.new_cov"), exact));
    if (reference.number("reference_solver.mean_ok") > 0) {
        CHECK_THAT(distribution.mean(), near(reference.vector("reference_solver.new_mean"), solver));
    }
    if (reference.number("reference_solver.cov_ok") > 0) {
        CHECK_THAT(distribution.covariance(), near(reference.matrix("reference_solver.new_cov"), solver));
    }
}

void check_more_step(const ReferenceCase& reference) {
    const MatrixXd samples = reference.matrix("samples").transpose();
    const auto model = pm::fit_quadratic<double>(samples, pm::standardized<double>(reference.vector("returns")), pm::SurrogateStage::full,
                                                 reference.number("options.ridge"));
    check_model(model, reference);

    pm::Gaussian<double> distribution(reference.vector("mean"), reference.matrix("cov"));
    const auto local = pm::whitened(model, distribution);
    const double entropy_loss = distribution.entropy() - reference.number("beta");
    const auto report = pm::more_step<double>(distribution, local.curvature, local.slope,
                                              {.kl_bound = reference.number("options.epsilon"), .entropy_loss = entropy_loss})
                            .report;
    CHECK_THAT(report.kl_multiplier.value(), near(reference.number("exact.eta"), exact));
    CHECK_THAT(report.entropy_multiplier.value(), near(reference.number("exact.omega"), exact));
    CHECK_THAT(distribution.mean(), near(reference.vector("exact.new_mean"), exact));
    CHECK_THAT(distribution.covariance(), near(reference.matrix("exact.new_cov"), exact));
    CHECK_THAT(distribution.mean(), near(reference.vector("reference_solver.new_mean"), solver));
    CHECK_THAT(distribution.covariance(), near(reference.matrix("reference_solver.new_cov"), solver));
}

Eigen::Index whole(const ReferenceCase& reference, const std::string& key) { return static_cast<Eigen::Index>(reference.number(key)); }

void check_cma_parameters(const ReferenceCase& reference) {
    for (const auto& [set, name] : {std::pair{pm::CmaConstants::tutorial, "tutorial."}, {pm::CmaConstants::pycma, "pycma."}}) {
        const std::string prefix = name;
        const auto number = [&](const std::string& key) { return reference.number(prefix + key); };
        const auto p = pm::cma_parameters<double>(whole(reference, "dim"), whole(reference, "popsize"), set);
        CHECK_THAT(p.weights, near(reference.vector(prefix + "weights"), cma));
        CHECK(p.parents == static_cast<Eigen::Index>(number("mu")));
        CHECK_THAT(p.effective_parents, near(number("mueff"), cma));
        CHECK_THAT(p.path_rate, near(number("cc"), cma));
        CHECK_THAT(p.rank_one_rate, near(number("c1"), cma));
        CHECK_THAT(p.rank_mu_rate, near(number("cmu"), cma));
        CHECK_THAT(p.step_size_path_rate, near(number("cs"), cma));
        CHECK_THAT(p.step_size_damping, near(number("damps"), cma));
        CHECK_THAT(p.expected_norm, near(number("chiN"), cma));
    }
}

void check_cma_update(const ReferenceCase& reference) {
    const auto p = pm::cma_parameters<double>(whole(reference, "dim"), whole(reference, "popsize"));
    pm::CmaState<double> state{.mean = reference.vector("mean"),
                               .step_size = reference.number("sigma"),
                               .covariance = reference.matrix("C"),
                               .axes = pm::PrincipalAxes<double>(reference.matrix("C")),
                               .step_size_path = reference.vector("p_sigma"),
                               .path = reference.vector("p_c"),
                               .generation = static_cast<std::uint32_t>(reference.number("generation"))};
    const auto report = pm::cma_update<double>(state, p, reference.matrix("x").transpose(), -reference.vector("f"));
    CHECK(report.stalled == (reference.number("h_sigma") < 0.5));
    CHECK_THAT(state.mean, near(reference.vector("next.mean"), cma));
    CHECK_THAT(state.step_size, near(reference.number("next.sigma"), cma));
    CHECK_THAT(state.covariance, near(reference.matrix("next.C"), cma));
    CHECK_THAT(state.step_size_path, near(reference.vector("next.p_sigma"), cma));
    CHECK_THAT(state.path, near(reference.vector("next.p_c"), cma));
}

}  // namespace

TEST_CASE("the searches agree with public reference implementations", "[reference]") {
    const std::map<std::string, std::function<void(const ReferenceCase&)>> checks{{"cas_more_step", check_cas_more_step},
                                                                                  {"more_step", check_more_step},
                                                                                  {"cma_parameters", check_cma_parameters},
                                                                                  {"cma_update", check_cma_update},
                                                                                  {"bbob_values", primore_test::check_bbob_values}};
    std::map<std::string, int> checked;
    for (const auto& reference : primore_test::reference_cases("search")) {
        INFO(reference.origin << ": " << reference.name);
        const std::string kind = reference.text("file");
        const auto check = checks.find(kind);
        if (check == checks.end()) {
            FAIL_CHECK("unknown kind '" << kind << "' of the case " << reference.name);
            continue;
        }
        check->second(reference);
        ++checked[kind];
    }
    for (const auto& [kind, count] : checked) std::cout << "search: " << count << " cases of " << kind << '\n';
}
