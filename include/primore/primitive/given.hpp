// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <initializer_list>

#include <Eigen/Core>

#include <primore/detail/require.hpp>

namespace primore {

/// A vector or matrix as a user gives it, in options and states: from any other, or from numbers in braces if it is a vector.
///
/// Where a size is fixed, Eigen only asserts that what is given has it. This one always refuses what has not.
template <typename Matrix>
struct Given : Matrix {
    using Scalar = typename Matrix::Scalar;

    Given() : Matrix(Matrix::Zero(least(Matrix::RowsAtCompileTime), least(Matrix::ColsAtCompileTime))) {}  ///< zeros, or nothing

    Given(std::initializer_list<Scalar> numbers) requires(bool(Matrix::IsVectorAtCompileTime)) {
        require_size(static_cast<Eigen::Index>(numbers.size()), Matrix::SizeAtCompileTime);
        this->resize(static_cast<Eigen::Index>(numbers.size()));
        std::copy_n(numbers.begin(), this->size(), this->data());
    }

    /// @throws std::invalid_argument if the sizes differ
    template <typename Other>
    Given(const Eigen::MatrixBase<Other>& other) : Matrix(checked(other.derived())) {}

private:
    static constexpr Eigen::Index least(int size) { return size == Eigen::Dynamic ? 0 : size; }

    static void require_size(Eigen::Index size, int expected) {
        if (expected == Eigen::Dynamic) return;
        detail::require_size("vector of fixed size", "what is given for it", size, expected, "the degrees of freedom of the type");
    }

    template <typename Other>
    static const Other& checked(const Other& other) {
        require_size(other.rows(), Matrix::RowsAtCompileTime);
        require_size(other.cols(), Matrix::ColsAtCompileTime);
        return other;
    }
};

}  // namespace primore
