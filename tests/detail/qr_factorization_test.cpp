// SPDX-License-Identifier: MIT
#include <primore/detail/qr_factorization.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

using Eigen::Index;
using primore::detail::QrFactorization;
using primore::detail::QrOrder;
using primore_test::normal_matrix;

TEST_CASE("the QR factorisation of two columns") {
    // (3, 4) is 5 times (0.6, 0.8), which has 0.6 + 0.8 in common with (1, 1); the first reflection turns it to the other side
    const Eigen::MatrixXd a{{3, 1}, {4, 1}};
    const QrFactorization<double> qr(a);
    CHECK_THAT(qr.orthonormal(1), near(Eigen::Vector2d(-0.6, -0.8), 1e-15));
    CHECK_THAT(qr.triangle(1), near(Eigen::RowVector2d(-5, -1.4), 1e-15));
    CHECK_THAT(qr.pivots().cwiseAbs(), near(Eigen::Vector2d(5, 0.2), 1e-15));
    CHECK_THAT(qr.solve(Eigen::Vector2d(5, 6)), near(Eigen::Vector2d(1, 2), 1e-14));
}

TEMPLATE_TEST_CASE("Q is orthogonal, T triangular, and A = Q T", "", double, float) {
    using Matrix = Eigen::MatrixX<TestType>;
    const double tolerance = sizeof(TestType) == 4 ? 2e-6 : 1e-14;
    for (const auto order : {QrOrder::as_they_stand, QrOrder::longest_first}) {
        for (const auto& [rows, cols] : {std::pair<Index, Index>{9, 4}, {4, 4}, {3, 7}, {1, 1}, {5, 0}}) {
            CAPTURE(rows, cols);
            const Matrix a = normal_matrix(rows, cols, 3).template cast<TestType>();
            const QrFactorization<TestType> qr(a, order);
            const Index count = std::min(rows, cols);
            const Matrix q = qr.orthonormal(count), whole = qr.orthonormal(rows), t = qr.triangle(count);
            const Matrix product = q * t, square = whole.transpose() * whole, below = t.template triangularView<Eigen::StrictlyLower>();
            CHECK_THAT(product, near(a, tolerance));
            CHECK_THAT(square, near(Eigen::MatrixXd::Identity(rows, rows), tolerance));
            CHECK_THAT(qr.adjoint_times(whole), near(Eigen::MatrixXd::Identity(rows, rows), tolerance));
            if (order == QrOrder::as_they_stand) CHECK(below.isZero(0));
            CHECK(qr.rank(TestType(1e-3)) == count);
        }
    }
}

TEST_CASE("the solution leaves residuals that are orthogonal to all columns") {
    Eigen::MatrixXd a = normal_matrix(8, 3, 1);
    a.col(1).setZero();
    a(1, 1) = -2;  // nothing below, nothing to reflect
    const Eigen::MatrixXd b = normal_matrix(8, 2, 2), x = QrFactorization<double>(a).solve(b), left = a.transpose() * (a * x - b);
    CHECK_THAT(left, near(Eigen::MatrixXd::Zero(3, 2), 1e-14));
}

TEST_CASE("the longest columns first show the rank") {
    for (const Index rank : {0, 1, 3, 5}) {
        const Eigen::MatrixXd a = normal_matrix(9, rank, 3) * normal_matrix(rank, 5, 4);
        const QrFactorization<double> qr(a, QrOrder::longest_first);
        CHECK(qr.rank(1e-12) == rank);
        const Eigen::VectorXd pivots = qr.pivots().cwiseAbs();
        CHECK(std::is_sorted(pivots.data(), pivots.data() + rank, std::greater<>()));
        CHECK_THAT((qr.orthonormal(rank) * qr.triangle(rank)).eval(), near(a, 1e-13));
    }
}
