// SPDX-License-Identifier: MIT
#pragma once

// What tests compare with: simple rather than fast, and for one type, which compiles in a tenth of the time of what Eigen has for all.

#include <cmath>
#include <limits>
#include <utility>

#include <Eigen/Core>

namespace primore_test {

/// By elimination with the largest pivots.
inline Eigen::MatrixXd inverse(Eigen::MatrixXd matrix) {
    const Eigen::Index n = matrix.rows();
    Eigen::MatrixXd result = Eigen::MatrixXd::Identity(n, n);
    const auto for_both = [&](const auto& action) {
        for (Eigen::Index k = 0; k < n; ++k) action(matrix, k), action(result, k);
    };
    for (Eigen::Index i = 0; i < n; ++i) {
        Eigen::Index pivot = i;
        for (Eigen::Index row = i + 1; row < n; ++row) {
            if (std::abs(matrix(row, i)) > std::abs(matrix(pivot, i))) pivot = row;
        }
        for_both([&](Eigen::MatrixXd& m, Eigen::Index k) { std::swap(m(i, k), m(pivot, k)); });
        const double scale = 1 / matrix(i, i);
        for_both([&](Eigen::MatrixXd& m, Eigen::Index k) { m(i, k) *= scale; });
        for (Eigen::Index row = 0; row < n; ++row) {
            const double factor = row == i ? 0 : matrix(row, i);
            for_both([&](Eigen::MatrixXd& m, Eigen::Index k) { m(row, k) -= factor * m(i, k); });
        }
    }
    return result;
}

/// The rotation (cosine, sine) that makes two directions orthogonal, from their squared lengths and their product.
inline std::pair<double, double> jacobi_rotation(double first, double second, double product) {
    const double cotangent = (second - first) / (2 * product);
    const double tangent = std::copysign(1 / (std::abs(cotangent) + std::hypot(cotangent, 1)), cotangent),
                 cosine = 1 / std::hypot(tangent, 1);
    return {cosine, tangent * cosine};
}

inline void rotate(const std::pair<double, double>& rotation, double& x, double& y) {
    const auto [cosine, sine] = rotation;
    const double before = x;
    x = cosine * before - sine * y;
    y = sine * before + cosine * y;
}

/// Of a symmetric matrix, in no order: by rotations until nothing is left beside the diagonal.
inline Eigen::VectorXd eigenvalues(Eigen::MatrixXd matrix) {
    const Eigen::Index n = matrix.rows();
    const double least = std::numeric_limits<double>::epsilon() * matrix.norm() / static_cast<double>(n);
    for (bool is_diagonal = false; !is_diagonal;) {
        is_diagonal = true;
        for (Eigen::Index p = 0; p < n; ++p) {
            for (Eigen::Index q = p + 1; q < n; ++q) {
                if (!(std::abs(matrix(p, q)) > least)) continue;
                is_diagonal = false;
                const auto rotation = jacobi_rotation(matrix(p, p), matrix(q, q), matrix(p, q));
                for (Eigen::Index k = 0; k < n; ++k) rotate(rotation, matrix(k, p), matrix(k, q));
                for (Eigen::Index k = 0; k < n; ++k) rotate(rotation, matrix(p, k), matrix(q, k));
            }
        }
    }
    return matrix.diagonal();
}

/// Of a matrix, in no order: the lengths of its columns after rotations that make them orthogonal.
inline Eigen::VectorXd singular_values(Eigen::MatrixXd matrix) {
    for (bool is_orthogonal = false; !is_orthogonal;) {
        is_orthogonal = true;
        for (Eigen::Index p = 0; p < matrix.cols(); ++p) {
            for (Eigen::Index q = p + 1; q < matrix.cols(); ++q) {
                const double first = matrix.col(p).squaredNorm(), second = matrix.col(q).squaredNorm();
                const double product = matrix.col(p).dot(matrix.col(q));
                if (!(std::abs(product) > 1e-14 * std::sqrt(first * second))) continue;
                is_orthogonal = false;
                const auto rotation = jacobi_rotation(first, second, product);
                for (Eigen::Index k = 0; k < matrix.rows(); ++k) rotate(rotation, matrix(k, p), matrix(k, q));
            }
        }
    }
    return matrix.colwise().norm();
}

}  // namespace primore_test
