// SPDX-License-Identifier: MIT
#pragma once

// The sentences in which the library refuses an argument: "CmaEs: mean has size 3, expected 7 (the size of standard_deviation)".
// `where` is the function or type the user called, `name` the argument as the user wrote it.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/detail/real.hpp>

namespace primore::detail {

/// @throws std::invalid_argument "where: name is got, expected expected"
template <typename Value>
[[noreturn]] void refuse(std::string_view where, std::string_view name, const Value& got, std::string_view expected) {
    std::ostringstream message;
    message << where << ": " << name << " is " << got << ", expected " << expected;
    throw std::invalid_argument(message.str());
}

template <Real Number>
void require_finite(std::string_view where, std::string_view name, const Number& value) {
    if (!is_finite(value)) refuse(where, name, value_of(value), "a finite number");
}

template <typename Derived>
void require_finite(std::string_view where, std::string_view name, const Eigen::MatrixBase<Derived>& values) {
    if (all_finite(values)) return;
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        const auto value = value_of(values(i % values.rows(), i / values.rows()));
        if (is_finite(value)) continue;
        std::ostringstream entry;
        entry << name << '[' << i << ']';
        refuse(where, entry.str(), value, "a finite number");
    }
}

template <Real Number>
void require_positive(std::string_view where, std::string_view name, const Number& value) {
    if (!is_finite(value) || !(value_of(value) > 0)) refuse(where, name, value_of(value), "a positive finite number");
}

template <Real Number>
void require_not_negative(std::string_view where, std::string_view name, const Number& value) {
    if (!is_finite(value) || !(value_of(value) >= 0)) refuse(where, name, value_of(value), "a finite number that is not negative");
}

/// Counts: at least `least`.
inline void require_at_least(std::string_view where, std::string_view name, Eigen::Index value, Eigen::Index least) {
    if (value >= least) return;
    std::ostringstream expected;
    expected << "at least " << least;
    refuse(where, name, value, expected.str());
}

/// Sizes that must agree; `because` says what the expected size is the size of.
inline void require_size(std::string_view where, std::string_view name, Eigen::Index got, Eigen::Index expected, std::string_view because) {
    if (got == expected) return;
    std::ostringstream message;
    message << where << ": " << name << " has size " << got << ", expected " << expected << " (" << because << ")";
    throw std::invalid_argument(message.str());
}

/// A square matrix of finite numbers that can be a covariance, as far as a look can tell: but for rounding, it is symmetric and no variance
/// is negative.
template <typename Scalar>
void require_covariance(std::string_view where, std::string_view name, const Eigen::MatrixX<Scalar>& covariance) {
    constexpr Eigen::Index tile = 16;  // see mirror_lower
    const Eigen::Index n = covariance.rows();
    if (n == 0) return;
    const auto variances = covariance.diagonal();
    const Scalar rounding = std::sqrt(Eigen::NumTraits<Scalar>::epsilon()) * variances.cwiseAbs().maxCoeff();
    if (!(variances.minCoeff() >= -rounding)) refuse(where, name, variances.minCoeff(), "a covariance: no negative variance");
    for (Eigen::Index column = 0; column < n; column += tile) {
        for (Eigen::Index row = column; row < n; row += tile) {
            const Eigen::Index width = std::min(tile, n - column), height = std::min(tile, n - row);
            Eigen::Index i = 0, j = 0;
            const auto skew = covariance.block(row, column, height, width) - covariance.block(column, row, width, height).transpose();
            if (skew.cwiseAbs().maxCoeff(&i, &j) <= rounding) continue;
            std::ostringstream entry, expected;
            entry << name << '(' << row + i << ", " << column + j << ')';
            expected << "that of (" << column + j << ", " << row + i << "), " << covariance(column + j, row + i);
            refuse(where, entry.str(), covariance(row + i, column + j), expected.str());
        }
    }
}

/// Samples [N x M] and their returns [M], all finite.
template <typename Scalar>
void require_population(std::string_view where, const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
    require_size(where, "returns", returns.size(), samples.cols(), "the number of samples");
    require_finite(where, "samples", samples);
    require_finite(where, "returns", returns);
}

/// The same of a search over n parameters.
template <typename Scalar>
void require_population(std::string_view where, const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns,
                        Eigen::Index n) {
    require_size(where, "the number of parameters of samples", samples.rows(), n, "the size of mean");
    require_population(where, samples, returns);
}

}  // namespace primore::detail
