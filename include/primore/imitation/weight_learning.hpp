// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/distribution/weight_distribution.hpp>
#include <primore/imitation/normal_inverse_wishart.hpp>
#include <primore/imitation/ridge_regression.hpp>

namespace primore {

/// What demonstrations tell about the distribution of the weights of a primitive, each by the weights that fit it best. To learn from one
/// more demonstration later, call it again with the result as the prior: `learn_weights(primitive, std::vector{one}, {}, learned)`.
///
/// @param prior  what is known before; by default nothing, and `expected()` of the result is mean and unbiased covariance
/// @throws std::invalid_argument as ridge_regression does, or if the prior has another size
template <std::floating_point Scalar, LinearPrimitive<Scalar> Primitive>
[[nodiscard]] NormalInverseWishart<Scalar> learn_weights(const Primitive& primitive,
                                                         const std::vector<Demonstration<Scalar>>& demonstrations,
                                                         const RidgeOptions<Scalar>& options = {},
                                                         std::type_identity_t<std::optional<NormalInverseWishart<Scalar>>> prior = {}) {
    const Eigen::Index size = primitive.weight_count() * primitive.dofs();
    if (prior) prior->validate("learn_weights", size);
    NormalInverseWishart<Scalar> posterior = prior ? std::move(*prior) : NormalInverseWishart<Scalar>::flat(size);
    posterior.include(weight_columns(primitive, ridge_regression(primitive, demonstrations, options)));
    return posterior;
}

}  // namespace primore
