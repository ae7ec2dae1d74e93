// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <primore/detail/mirror.hpp>
#include <primore/detail/require.hpp>
#include <primore/distribution/trajectory_distribution.hpp>

namespace primore {

/// The product of normal distributions, each to the power of an exponent: N(m, S) ~ prod_i N(m_i, S_i)^a_i      [Paraschos13, eq. 8]
///
///     S^-1 = sum_i a_i S_i^-1,     m = S sum_i a_i S_i^-1 m_i
///
/// computed without the inverses, two at a time, so that the S_i may be singular: what one distribution is certain of stays, and if two
/// are certain of different things, the exponents weigh them. One alone with exponent 1 is returned as it is.
///
/// @param exponents  a_i, not negative; a distribution with exponent 0 takes no part
/// @throws std::invalid_argument if sizes disagree, an exponent is negative or all are zero
template <std::floating_point Scalar>
[[nodiscard]] StateDistribution<Scalar> product(const std::vector<StateDistribution<Scalar>>& factors,
                                                const Eigen::Ref<const Eigen::VectorX<Scalar>>& exponents) {
    constexpr auto where = "product";
    using Matrix = Eigen::MatrixX<Scalar>;
    detail::require_size(where, "exponents", exponents.size(), static_cast<Eigen::Index>(factors.size()), "the size of factors");
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const std::string name = "factors[" + std::to_string(i) + "]";
        detail::require_not_negative(where, "exponents[" + std::to_string(i) + "]", exponents(static_cast<Eigen::Index>(i)));
        detail::require_size(where, name + ".mean", factors[i].mean.size(), factors[0].mean.size(), "that of the first");
        detail::require_size(where, name + ".covariance.rows()", factors[i].covariance.rows(), factors[i].mean.size(), "that of its mean");
        detail::require_size(where, name + ".covariance.cols()", factors[i].covariance.cols(), factors[i].mean.size(), "that of its mean");
    }
    const Scalar largest = factors.empty() ? Scalar(0) : exponents.maxCoeff(), epsilon = Eigen::NumTraits<Scalar>::epsilon();
    if (!(largest > 0)) detail::refuse(where, "every exponent", 0, "one of them at least positive");
    const Eigen::Index n = factors[0].mean.size();
    const Scalar rounding = 8 * static_cast<Scalar>(n) * epsilon;  // of what varies most
    std::vector<std::size_t> active;
    Eigen::VectorX<Scalar> variances = Eigen::VectorX<Scalar>::Constant(n, epsilon);  // the largest; if nothing varies at all
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const Scalar exponent = exponents(static_cast<Eigen::Index>(i));
        if (!(exponent > rounding * epsilon * largest)) continue;  // it would change no digit, however certain it is
        active.push_back(i);
        variances = variances.cwiseMax(factors[i].covariance.diagonal());
    }
    if (active.size() == 1) return {factors[active[0]].mean, factors[active[0]].covariance / largest};
    std::vector<StateDistribution<Scalar>> widened;
    for (const std::size_t i : active) {
        const Scalar part = exponents(static_cast<Eigen::Index>(i)) / largest;
        widened.push_back({factors[i].mean, (factors[i].covariance + Matrix((rounding * variances).asDiagonal())) / part});
    }
    // From the narrowest on: what is left of a wide one beside it would be lost in the rounding of the wide one.
    std::ranges::stable_sort(widened, {}, [](const auto& factor) { return factor.covariance.trace(); });
    StateDistribution<Scalar> result = widened[0];
    for (std::size_t k = 1; k < widened.size(); ++k) {
        const Eigen::LLT<Matrix> sum(result.covariance + widened[k].covariance);
        Matrix half = result.covariance, step = widened[k].mean - result.mean;
        sum.matrixL().solveInPlace(half);
        sum.matrixL().solveInPlace(step);
        half.transposeInPlace();
        result.mean += half * step;
        result.covariance.template selfadjointView<Eigen::Lower>().rankUpdate(half, Scalar(-1));
        detail::mirror_lower(result.covariance);
    }
    result.covariance /= largest;
    return result;
}

/// Several movements at once, each as far as it is active.
template <std::floating_point Scalar>
struct Blend {
    Eigen::VectorX<Scalar> times;                                                               ///< [T] [s]
    Eigen::MatrixX<Scalar> positions;                                                           ///< [T x D] the means
    Eigen::MatrixX<Scalar> velocities;                                                          ///< [T x D] the means, per second
    std::vector<StateDistribution<Scalar>> states = std::vector<StateDistribution<Scalar>>(0);  ///< [T] of positions and velocities, [2 D]
};

/// Blends or co-activates distributions of movements, of any primitives, by activations that change with time [Paraschos13, sec. 2.3]:
/// at each time the product of their states (position and velocity), each to the power of its activation.
///
/// @param activations  [T x number of distributions], not negative, at no time all zero. Going from 1 to 0 for one and from 0 to 1 for the
///                     other, they blend; both at 1, the movements happen at once, as far as each is sure.
/// @throws std::invalid_argument if a size is wrong or an activation is not allowed
template <typename... Primitives, typename Scalar = std::common_type_t<typename TrajectoryDistribution<Primitives>::Scalar...>>
[[nodiscard]] Blend<Scalar> blend(const Eigen::Ref<const Eigen::VectorX<std::type_identity_t<Scalar>>>& times,
                                  const Eigen::Ref<const Eigen::MatrixX<std::type_identity_t<Scalar>>>& activations,
                                  const TrajectoryDistribution<Primitives>&... distributions) {
    constexpr auto where = "blend";
    detail::require_size(where, "activations.rows()", activations.rows(), times.size(), "the size of times");
    detail::require_size(where, "activations.cols()", activations.cols(), sizeof...(Primitives), "the number of distributions");
    const Eigen::Index dofs = std::get<0>(std::tie(distributions...)).dofs();
    (detail::require_size(where, "a distribution", distributions.dofs(), dofs, "dofs() of the first"), ...);
    const Eigen::MatrixX<Scalar> empty(times.size(), dofs);
    Blend<Scalar> result{times, empty, empty};
    for (Eigen::Index row = 0; row < times.size(); ++row) {
        const std::vector<StateDistribution<Scalar>> states{distributions.at(times(row)).without_acceleration()...};
        result.states.push_back(product<Scalar>(states, activations.row(row).transpose()));
        result.positions.row(row) = result.states.back().mean.head(dofs).transpose();
        result.velocities.row(row) = result.states.back().mean.tail(dofs).transpose();
    }
    return result;
}

}  // namespace primore
