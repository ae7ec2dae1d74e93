// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/random/stream.hpp>

namespace primore {

/// ln N(x; m, A A') of a residual x - m.
///
/// @throws std::invalid_argument, in the name of `where`, if the covariance is singular: then there is no density
template <std::floating_point Scalar>
[[nodiscard]] Scalar normal_log_density(std::string_view where, const SemidefiniteRoot<Scalar>& root,
                                        const Eigen::Ref<const Eigen::VectorX<Scalar>>& residual) {
    if (!root.is_definite()) detail::refuse(where, "covariance", "singular", "positive definite: a density needs every direction to vary");
    const auto n = static_cast<Scalar>(residual.size());
    return Scalar(-0.5) * (root.whiten(residual).squaredNorm() + root.log_determinant() + n * std::log(2 * std::numbers::pi_v<Scalar>));
}

/// A normal distribution N(m, S) of the weights of a primitive, in the order of its parameters without the learned numbers of the clock.
template <std::floating_point Scalar>
struct WeightDistribution {
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    Vector mean;        ///< m [P D]
    Matrix covariance;  ///< S [P D x P D], symmetric positive semi-definite: it may be singular

    [[nodiscard]] Eigen::Index size() const noexcept { return mean.size(); }

    /// @throws std::invalid_argument, in the name of `where`, if sizes disagree, a number is not finite, or S is not symmetric or has a
    ///         negative variance
    void validate(std::string_view where, Eigen::Index count, std::string_view because) const {
        detail::require_size(where, "weights.mean", mean.size(), count, because);
        detail::require_size(where, "weights.covariance.rows()", covariance.rows(), count, because);
        detail::require_size(where, "weights.covariance.cols()", covariance.cols(), count, because);
        detail::require_finite(where, "weights.mean", mean);
        detail::require_finite(where, "weights.covariance", covariance);
        detail::require_covariance(where, "weights.covariance", covariance);
    }

    /// A with S = A A'. O((P D)^3 / 3).
    /// @throws std::invalid_argument if S has a negative direction
    [[nodiscard]] SemidefiniteRoot<Scalar> root() const { return {self, "covariance", covariance}; }

    /// m + A z for standard normal numbers z in columns [P D x M]; of a singular distribution the last rows are not used.
    [[nodiscard]] Matrix samples(const Eigen::Ref<const Matrix>& draws) const {
        detail::require_size(self, "draws.rows()", draws.rows(), size(), "the size of mean");
        const Matrix a = root().matrix();
        Matrix result = a * draws.topRows(a.cols());
        result.colwise() += mean;
        return result;
    }

    /// `count` samples in columns [P D x count], from the next numbers of a stream.
    [[nodiscard]] Matrix samples(Stream& stream, Eigen::Index count) const {
        detail::require_at_least(self, "count", count, 0);
        Matrix draws(size(), count);
        for (Eigen::Index i = 0; i < count; ++i) draws.col(i) = stream.normal_vector<Scalar>(size());
        return samples(draws);
    }

    /// ln N(w; m, S).
    /// @throws std::invalid_argument if w has another size, or S is singular
    [[nodiscard]] Scalar log_density(const Eigen::Ref<const Vector>& w) const {
        detail::require_size(self, "w", w.size(), size(), "the size of mean");
        return normal_log_density<Scalar>(self, root(), w - mean);
    }

private:
    static constexpr auto self = "WeightDistribution";
};

}  // namespace primore
