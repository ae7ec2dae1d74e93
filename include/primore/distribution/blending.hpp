// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
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
    std::vector<Eigen::Index> active;
    for (Eigen::Index i = 0; i < exponents.size(); ++i) {
        detail::require_not_negative(where, "exponents[" + std::to_string(i) + "]", exponents(i));
        if (exponents(i) > 0) active.push_back(i);
    }
    if (active.empty()) detail::refuse(where, "every exponent", 0, "one of them at least positive");
    const auto factor = [&](std::size_t k) -> const StateDistribution<Scalar>& { return factors[static_cast<std::size_t>(active[k])]; };
    StateDistribution<Scalar> result = factor(0);
    const Eigen::Index n = result.mean.size();
    Eigen::VectorX<Scalar> floor = Eigen::VectorX<Scalar>::Constant(n, Eigen::NumTraits<Scalar>::epsilon());  // if nothing varies at all
    for (std::size_t k = 0; k < active.size(); ++k) {
        detail::require_size(where, "the mean of a factor", factor(k).mean.size(), n, "that of the first");
        floor = floor.cwiseMax(factor(k).covariance.diagonal());
    }
    floor *= 8 * static_cast<Scalar>(n) * Eigen::NumTraits<Scalar>::epsilon();  // the rounding of what varies most
    const auto widened = [&](std::size_t k) -> Matrix {
        return (factor(k).covariance + Matrix(floor.asDiagonal())) / exponents(active[k]);
    };
    if (active.size() == 1) {
        result.covariance /= exponents(active[0]);
    } else {
        result.covariance = widened(0);
    }
    for (std::size_t k = 1; k < active.size(); ++k) {
        const Eigen::LLT<Matrix> sum(result.covariance + widened(k));
        Matrix half = result.covariance, step = factor(k).mean - result.mean;
        sum.matrixL().solveInPlace(half);
        sum.matrixL().solveInPlace(step);
        half.transposeInPlace();
        result.mean += half * step;
        result.covariance.template selfadjointView<Eigen::Lower>().rankUpdate(half, Scalar(-1));
        detail::mirror_lower(result.covariance);
    }
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
