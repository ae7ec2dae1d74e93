// SPDX-License-Identifier: MIT
#pragma once

// Numbers that carry derivatives, and reading the derivatives of what was computed with them.

#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

namespace primore_test {

using Dual = Eigen::AutoDiffScalar<Eigen::VectorXd>;

/// Numbers `values` that are the variables first .. first + size - 1 of `count`.
inline Eigen::VectorX<Dual> variables(const Eigen::VectorXd& values, Eigen::Index first, Eigen::Index count) {
    Eigen::VectorX<Dual> result(values.size());
    for (Eigen::Index i = 0; i < values.size(); ++i) result(i) = Dual(values(i), Eigen::VectorXd::Unit(count, first + i));
    return result;
}

template <typename Derived>
Eigen::VectorXd values_of(const Eigen::MatrixBase<Derived>& numbers) {
    Eigen::VectorXd result(numbers.size());
    for (Eigen::Index i = 0; i < numbers.size(); ++i) result(i) = numbers(i).value();
    return result;
}

/// The Jacobian [size x count]; a number that does not depend on anything has an empty row of derivatives.
template <typename Derived>
Eigen::MatrixXd jacobian_of(const Eigen::MatrixBase<Derived>& numbers, Eigen::Index count) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(numbers.size(), count);
    for (Eigen::Index i = 0; i < numbers.size(); ++i) {
        if (numbers(i).derivatives().size() > 0) result.row(i) = numbers(i).derivatives().transpose();
    }
    return result;
}

}  // namespace primore_test
