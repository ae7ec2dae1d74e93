// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

#include "functions_15_to_24.hpp"
#include "functions_1_to_14.hpp"
#include "landscape.hpp"
#include "legacy_random.hpp"

namespace primore_benchmark {

/// The name of a function and how it is made from what an instance draws.
struct BbobFunction {
    const char* name;
    Landscape (*landscape)(const Draw&);
};

/// f1 .. f24, at index 0 .. 23.
inline constexpr std::array<BbobFunction, 24> bbob_functions{{{"sphere", bbob::sphere},
                                                              {"ellipsoid, separable", bbob::ellipsoid_separable},
                                                              {"Rastrigin, separable", bbob::rastrigin_separable},
                                                              {"Bueche-Rastrigin", bbob::bueche_rastrigin},
                                                              {"linear slope", bbob::linear_slope},
                                                              {"attractive sector", bbob::attractive_sector},
                                                              {"step ellipsoid", bbob::step_ellipsoid},
                                                              {"Rosenbrock", bbob::rosenbrock},
                                                              {"Rosenbrock, rotated", bbob::rosenbrock_rotated},
                                                              {"ellipsoid", bbob::ellipsoid},
                                                              {"discus", bbob::discus},
                                                              {"bent cigar", bbob::bent_cigar},
                                                              {"sharp ridge", bbob::sharp_ridge},
                                                              {"different powers", bbob::different_powers},
                                                              {"Rastrigin", bbob::rastrigin},
                                                              {"Weierstrass", bbob::weierstrass},
                                                              {"Schaffer F7", bbob::schaffer},
                                                              {"Schaffer F7, ill-conditioned", bbob::schaffer_ill_conditioned},
                                                              {"Griewank-Rosenbrock", bbob::griewank_rosenbrock},
                                                              {"Schwefel", bbob::schwefel},
                                                              {"Gallagher, 101 peaks", bbob::gallagher_101},
                                                              {"Gallagher, 21 peaks", bbob::gallagher_21},
                                                              {"Katsuura", bbob::katsuura},
                                                              {"Lunacek bi-Rastrigin", bbob::lunacek_bi_rastrigin}}};

/// Which function, which instance of it, in how many dimensions.
struct BbobId {
    int function;    ///< 1 to 24
    int instance;    ///< 1 or more
    Eigen::Index n;  ///< N, at least 2

    /// f4 and f18 are instances of f3 and f17.
    [[nodiscard]] std::int64_t seed() const {
        return (function == 4 ? 3 : function == 18 ? 17 : function) + std::int64_t{10000} * instance;
    }
};

/// @throws std::invalid_argument if there is no such problem
inline void require_problem(const BbobId& id) {
    constexpr auto where = "BbobProblem";
    if (id.function < 1 || id.function > 24) primore::detail::refuse(where, "function", id.function, "1 to 24");
    primore::detail::require_at_least(where, "instance", id.instance, 1);
    primore::detail::require_at_least(where, "n", id.n, 2);
}

/// One problem of BBOB: a value, safe to evaluate from several threads. To be minimised.
class BbobProblem {
public:
    /// @throws std::invalid_argument if there is no such problem
    explicit BbobProblem(const BbobId& id) : landscape_(landscape_of(id)), optimal_value_(legacy_optimal_value(id.seed())) {}

    [[nodiscard]] const Eigen::VectorXd& optimum() const { return landscape_.optimum; }  ///< x_opt [N]
    [[nodiscard]] double optimal_value() const { return optimal_value_; }                ///< f_opt = f(x_opt)

    /// f(x) - f_opt for x [N].
    [[nodiscard]] double excess(const Eigen::VectorXd& x) const { return landscape_.excess(x, x - landscape_.optimum); }

    /// f(x) for x [N].
    [[nodiscard]] double operator()(const Eigen::VectorXd& x) const { return excess(x) + optimal_value_; }

private:
    static Landscape landscape_of(const BbobId& id) {
        require_problem(id);
        return bbob_functions[static_cast<std::size_t>(id.function - 1)].landscape({id.n, id.seed()});
    }

    Landscape landscape_;
    double optimal_value_;
};

}  // namespace primore_benchmark
