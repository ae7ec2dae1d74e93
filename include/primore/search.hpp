// SPDX-License-Identifier: MIT
#pragma once

// Search distributions: the surrogate, trust-region steps, MORE, CAS-MORE, CMA-ES and thin relatives.

#include <primore/search/bounded.hpp>
#include <primore/search/box.hpp>
#include <primore/search/cas_more.hpp>
#include <primore/search/cas_more_step.hpp>
#include <primore/search/cma_es.hpp>
#include <primore/search/cma_learning_rates.hpp>
#include <primore/search/cma_parameters.hpp>
#include <primore/search/cma_stop.hpp>
#include <primore/search/cma_text.hpp>
#include <primore/search/cma_update.hpp>
#include <primore/search/diagonal_gaussian.hpp>
#include <primore/search/entropy_schedule.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/injection.hpp>
#include <primore/search/local_surrogate.hpp>
#include <primore/search/more.hpp>
#include <primore/search/more_step.hpp>
#include <primore/search/moving_regression.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/pooled_surrogate.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/quadratic_surrogate.hpp>
#include <primore/search/rank_utilities.hpp>
#include <primore/search/restart_schedule.hpp>
#include <primore/search/restarts.hpp>
#include <primore/search/restarts_text.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/return_standardization.hpp>
#include <primore/search/return_weights.hpp>
#include <primore/search/sample_pool.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/search/search_text.hpp>
#include <primore/search/sep_cma_es.hpp>
#include <primore/search/surrogate_search.hpp>
#include <primore/search/surrogate_stage.hpp>
#include <primore/search/trust_region.hpp>
#include <primore/search/update_report.hpp>
#include <primore/search/warm_start.hpp>
#include <primore/search/weighted_search.hpp>
#include <primore/search/weighted_search_text.hpp>
#include <primore/search/whitened_model.hpp>
