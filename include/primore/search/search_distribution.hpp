// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>

#include <Eigen/Core>

#include <primore/search/update_report.hpp>

namespace primore {

/// A SearchDistribution proposes parameters and learns from their returns. It maximises.
///
/// ask() is a pure function of the state, tell() changes the state. A smallest model:
///
///     struct RandomSearch {
///         using scalar_type = double;
///         Eigen::MatrixXd ask() const;                                        // [N x M], one sample per column
///         UpdateReport<double> tell(const Eigen::MatrixXd& samples, const Eigen::VectorXd& returns);   // [N x M] and [M], all finite
///         Eigen::VectorXd mean() const;                                       // [N], what to use after learning
///         Eigen::MatrixXd covariance() const;                                 // [N x N] of the distribution that is sampled from
///         double entropy() const;                                             // of the distribution that is sampled from
///         double condition() const;                                           // of that covariance
///         std::uint32_t generation() const;                                   // number of tell() so far
///         std::uint64_t seed() const;                                         // of all randomness of the run
///     };
template <typename S>
concept SearchDistribution = requires(S& search, const S& constant, const Eigen::MatrixX<typename S::scalar_type>& samples,
                                      const Eigen::VectorX<typename S::scalar_type>& returns) {
    requires std::floating_point<typename S::scalar_type>;
    { constant.ask() } -> std::convertible_to<Eigen::MatrixX<typename S::scalar_type>>;
    { search.tell(samples, returns) } -> std::convertible_to<UpdateReport<typename S::scalar_type>>;
    { constant.mean() } -> std::convertible_to<Eigen::VectorX<typename S::scalar_type>>;
    { constant.covariance() } -> std::convertible_to<Eigen::MatrixX<typename S::scalar_type>>;
    { constant.entropy() } -> std::convertible_to<typename S::scalar_type>;
    { constant.condition() } -> std::convertible_to<typename S::scalar_type>;
    { constant.generation() } -> std::convertible_to<std::uint32_t>;
    { constant.seed() } -> std::convertible_to<std::uint64_t>;
};

}  // namespace primore
