// SPDX-License-Identifier: MIT
#pragma once

// Numbers without a pattern, and the types that typed tests run over.

#include <cmath>
#include <concepts>
#include <cstdint>

#include <Eigen/Core>

#include <primore/random/stream.hpp>

namespace primore_test {

/// A scalar type and a number of degrees of freedom, for TEMPLATE_TEST_CASE.
template <std::floating_point Scalar, int Dofs>
struct Types {
    using Number = Scalar;
    static constexpr int dofs = Dofs;
};

/// Two degrees of freedom that the compiler knows in double and does not know in float: what is tested with both numbers is tested with
/// both sizes, and not every number with every size, which would take twice as long to compile.
template <std::floating_point Scalar>
inline constexpr int two_dofs = std::same_as<Scalar, double> ? 2 : Eigen::Dynamic;

/// Numbers of size one without a pattern [count].
template <std::floating_point Scalar>
Eigen::VectorX<Scalar> numbers(Eigen::Index count, double scale = 1) {
    return Eigen::VectorX<Scalar>::NullaryExpr(count, [=](Eigen::Index i) { return Scalar(scale * std::sin(7.3 * double(i) + 0.4)); });
}

/// A matrix of standard normal numbers, another one for every `which`.
inline Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t which) {
    primore::Stream stream(17, primore::Purpose{17}, which, 0);
    return stream.normal_vector(rows * columns).reshaped(rows, columns);
}

/// What a model predicts for samples in columns.
template <typename Model>
Eigen::VectorXd predictions(const Model& model, const Eigen::MatrixXd& samples) {
    Eigen::VectorXd values(samples.cols());
    for (Eigen::Index i = 0; i < samples.cols(); ++i) values(i) = model(samples.col(i));
    return values;
}

}  // namespace primore_test
