// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/distribution/semidefinite_root.hpp>
#include <primore/distribution/trajectory_distribution.hpp>

namespace primore {

/// Something that is known of a movement at one time: a via point, a measurement, a goal.
template <std::floating_point Scalar>
struct Observation {
    Scalar time = 0;                                                ///< [s]
    int order = 0;                                                  ///< of the position (0), velocity (1) or acceleration (2)
    std::vector<Eigen::Index> dofs = std::vector<Eigen::Index>(0);  ///< of these degrees of freedom; empty: of all
    Eigen::VectorX<Scalar> value = Eigen::VectorX<Scalar>(0);       ///< [dofs]
    Eigen::MatrixX<Scalar> noise = Eigen::MatrixX<Scalar>(0, 0);    ///< covariance [dofs x dofs], [1 x 1]: a variance for all; empty: exact
};

/// H for values of single degrees of freedom: each row has the P functions of one time and order at the place of one degree of freedom.
template <std::floating_point Scalar>
struct ObservationMap {
    using Vector = Eigen::VectorX<Scalar>;
    using Matrix = Eigen::MatrixX<Scalar>;

    Matrix functions;                                               ///< [P x M]
    std::vector<Eigen::Index> dofs = std::vector<Eigen::Index>(0);  ///< [M]

    [[nodiscard]] Eigen::Index size() const noexcept { return functions.cols(); }

    /// S H' [N x M], from the columns of the symmetric S that meet H.
    [[nodiscard]] Matrix covariance_with(const Matrix& covariance) const {
        Matrix result(covariance.rows(), size());
        for (Eigen::Index i = 0; i < size(); ++i) {
            result.col(i).noalias() = covariance.middleCols(first(i), functions.rows()) * functions.col(i);
        }
        return result;
    }

    /// H X [M x k].
    [[nodiscard]] Matrix times(const Matrix& x) const {
        Matrix result(size(), x.cols());
        if (x.cols() == 0) return result;  // it has no memory to point into
        for (Eigen::Index i = 0; i < size(); ++i) {
            result.row(i).noalias() = functions.col(i).transpose() * x.middleRows(first(i), functions.rows());
        }
        return result;
    }

    /// |H| d [M].
    [[nodiscard]] Vector magnitudes(const Vector& deviations) const {
        Vector result(size());
        for (Eigen::Index i = 0; i < size(); ++i) {
            result(i) = functions.col(i).cwiseAbs().dot(deviations.segment(first(i), functions.rows()));
        }
        return result;
    }

private:
    [[nodiscard]] Eigen::Index first(Eigen::Index i) const { return dofs[static_cast<std::size_t>(i)] * functions.rows(); }
};

/// Observations of a distribution as x = H w + noise.
template <std::floating_point Scalar>
struct LinearObservations {
    ObservationMap<Scalar> map;                                   ///< H [M x N]
    Eigen::VectorX<Scalar> residuals;                             ///< x - H m [M]
    Eigen::MatrixX<Scalar> noise = Eigen::MatrixX<Scalar>(0, 0);  ///< R [M x M], blocks on the diagonal
};

namespace detail {

template <std::floating_point Scalar>
void require_observation(std::string_view where, const std::string& name, const Observation<Scalar>& observation, Eigen::Index dofs) {
    if (observation.order < 0 || observation.order > 2) {
        refuse(where, name + ".order", observation.order, "0 (position), 1 (velocity) or 2 (acceleration)");
    }
    for (const Eigen::Index dof : observation.dofs) {
        if (dof < 0 || dof >= dofs) refuse(where, name + ".dofs", dof, "one of 0 to " + std::to_string(dofs - 1));
    }
    const bool has_all = observation.dofs.empty();
    const Eigen::Index size = has_all ? dofs : static_cast<Eigen::Index>(observation.dofs.size());
    require_size(where, name + ".value", observation.value.size(), size, has_all ? "dofs" : "the size of its dofs");
    require_finite(where, name + ".value", observation.value);
    const auto& noise = observation.noise;
    if (noise.size() > 1) {
        require_size(where, name + ".noise.rows()", noise.rows(), size, "the size of its value");
        require_size(where, name + ".noise.cols()", noise.cols(), size, "the size of its value");
    }
    require_finite(where, name + ".noise", noise);
    require_covariance(where, name + ".noise", noise);
    if (noise.size() > 1) SemidefiniteRoot<Scalar>(where, name + ".noise", noise);
}

}  // namespace detail

/// @throws std::invalid_argument, in the name of `where`, if an observation does not fit the primitive
template <typename Primitive, typename Scalar = typename TrajectoryDistribution<Primitive>::Scalar>
[[nodiscard]] LinearObservations<Scalar> linear_observations(std::string_view where, const TrajectoryDistribution<Primitive>& distribution,
                                                             const std::vector<Observation<Scalar>>& observations) {
    const Eigen::Index dofs = distribution.dofs();
    Eigen::VectorX<Scalar> times(static_cast<Eigen::Index>(observations.size()));
    Eigen::Index count = 0;
    for (std::size_t i = 0; i < observations.size(); ++i) {
        detail::require_observation(where, "observations[" + std::to_string(i) + "]", observations[i], dofs);
        times(static_cast<Eigen::Index>(i)) = observations[i].time;
        count += observations[i].value.size();
    }
    const BasisTable<Scalar> table = distribution.table(times);
    const auto mean = distribution.coefficients_of(distribution.weights().mean);
    LinearObservations<Scalar> result{
        {{distribution.primitive().weight_count(), count}, {}}, Eigen::VectorX<Scalar>(count), Eigen::MatrixX<Scalar>::Zero(count, count)};
    result.map.dofs.reserve(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < observations.size(); ++i) {
        const Observation<Scalar>& observation = observations[i];
        const Eigen::RowVectorX<Scalar> row = table.of_order(observation.order).row(static_cast<Eigen::Index>(i));
        const Eigen::Index first = static_cast<Eigen::Index>(result.map.dofs.size()), size = observation.value.size();
        for (Eigen::Index k = 0; k < size; ++k) {
            const Eigen::Index dof = observation.dofs.empty() ? k : observation.dofs[static_cast<std::size_t>(k)];
            result.map.dofs.push_back(dof);
            result.map.functions.col(first + k) = row.tail(result.map.functions.rows()).transpose();
            result.residuals(first + k) = observation.value(k) - row.dot(mean.col(dof));
        }
        auto noise = result.noise.block(first, first, size, size);
        if (observation.noise.size() == 1) noise.diagonal().setConstant(observation.noise(0, 0));
        if (observation.noise.size() > 1) noise = (observation.noise + observation.noise.transpose()) / 2;  // rounding aside, itself
    }
    return result;
}

}  // namespace primore
