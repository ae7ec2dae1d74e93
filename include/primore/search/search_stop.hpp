// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace primore {

/// Why a search says that nothing more is to be gained from going on.
enum class SearchStop {
    max_generations,       ///< as many generations as it was given
    tol_returns,           ///< returns have stayed within a tolerance for many generations
    tol_return_history,    ///< the best return of a generation has stayed within a tolerance for many generations
    flat_returns,          ///< too many returns of a generation are equal, too often
    stagnation,            ///< neither the best nor the median return has become better for long
    tol_x,                 ///< the distribution has shrunk to a point
    tol_x_up,              ///< the distribution has grown far beyond its start
    condition,             ///< the covariance is as ill-conditioned as numbers can hold
    no_effect_axis,        ///< a tenth of a standard deviation along an axis does not change the mean
    no_effect_coordinate,  ///< a fifth of a standard deviation in a coordinate does not change the mean
    outdone,               ///< it has settled far below what earlier runs reached
};

[[nodiscard]] constexpr std::string_view to_string(SearchStop reason) noexcept {
    switch (reason) {
        case SearchStop::max_generations: return "all generations are used up";
        case SearchStop::tol_returns: return "the returns no longer differ";
        case SearchStop::tol_return_history: return "the best return no longer changes";
        case SearchStop::flat_returns: return "too many returns are equal";
        case SearchStop::stagnation: return "the returns no longer become better";
        case SearchStop::tol_x: return "the search distribution has shrunk to a point";
        case SearchStop::tol_x_up: return "the search distribution has grown far beyond its start";
        case SearchStop::condition: return "the covariance is too ill-conditioned";
        case SearchStop::no_effect_axis: return "a step along an axis is lost in rounding";
        case SearchStop::no_effect_coordinate: return "a step in a coordinate is lost in rounding";
        case SearchStop::outdone: return "it has settled far below earlier runs";
    }
    return "unknown";
}

}  // namespace primore
