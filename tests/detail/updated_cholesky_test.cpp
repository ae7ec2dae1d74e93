// SPDX-License-Identifier: MIT
#include <primore/detail/updated_cholesky.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "support/catch.hpp"
#include "support/near.hpp"
#include "support/numbers.hpp"

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using primore::detail::UpdatedCholesky;
using primore_test::normal_matrix;

VectorXd solve(const UpdatedCholesky<double>& factor, const VectorXd& b) { return factor.complete(factor.half_solve(b)); }

/// The largest error of a solution, of its products and of inverse norms against a factor of `h` made anew, relative to their size.
double error_of(const UpdatedCholesky<double>& factor, const MatrixXd& h, unsigned seed) {
    const Eigen::LLT<MatrixXd> direct(h);
    const MatrixXd v = normal_matrix(h.rows(), 3, seed), halves = factor.halves(v);
    const MatrixXd solutions = direct.solve(v);
    const VectorXd b = v.col(0), norms = v.cwiseProduct(solutions).colwise().sum(), products = v.transpose() * solutions.col(0);
    const double of_solution = (solve(factor, b) - solutions.col(0)).stableNorm() / solutions.col(0).stableNorm();
    const double of_products = (halves.transpose() * factor.half_solve(b) - products).norm() / products.norm();
    return std::max({of_solution, of_products, (factor.inverse_norms(halves) - norms).cwiseAbs().cwiseQuotient(norms).maxCoeff()});
}

}  // namespace

TEST_CASE("a changed factor of numbers is that of the changed numbers", "[formula]") {
    // H = diag(4, 4, 1) + diag(0, 0, 3) = 4 I; then + (2, 0, 0)(2, 0, 0)': 8, 4, 4. At most one column of three may be pending.
    UpdatedCholesky<double> factor;
    REQUIRE(factor.factorize(Eigen::Vector3d(4, 4, 1).asDiagonal(), Eigen::Vector3d(0, 0, 3)));
    CHECK_THAT(solve(factor, Eigen::Vector3d(4, 8, 12)), near(Eigen::Vector3d(1, 2, 3), 1e-15));
    REQUIRE(factor.update(Eigen::Vector3d(2, 0, 0), 1));
    CHECK(factor.pending() == 1);
    CHECK_THAT(solve(factor, Eigen::Vector3d(8, 8, 12)), near(Eigen::Vector3d(1, 2, 3), 1e-15));
    CHECK_THAT(factor.inverse_norms(factor.halves(MatrixXd::Identity(3, 3))), near(Eigen::Vector3d(0.125, 0.25, 0.25), 1e-15));
    CHECK(!factor.update(Eigen::Vector3d(1, 0, 0), -1));
    CHECK(factor.pending() == 1);
}

TEST_CASE("a factor with changes pending solves as one made anew, whatever came and went", "[property]") {
    for (const double scale : {1.0, 1e-140, 1e140}) {
        const Eigen::Index p = 60;
        MatrixXd h = normal_matrix(p, 3 * p, 1) * scale;
        h = (h * h.transpose()).eval();
        UpdatedCholesky<double> factor;
        REQUIRE(factor.factorize(h, VectorXd::Zero(p)));
        MatrixXd last = MatrixXd::Zero(p, 2);
        int updates = 0, refusals = 0;
        for (unsigned change = 0; change < 300; ++change) {
            // In turn: new columns come; the last ones go again; columns that are like each other come; ones much larger than all others.
            MatrixXd v = normal_matrix(p, 2, change + 10) * scale;
            const bool goes = change % 2 == 1;
            if (goes) v = last;
            if (change % 6 == 2) v.col(1) = v.col(0) * (1 + 1e-9);
            if (change % 10 == 4) v *= 100;
            last = v;
            h += (goes ? -1.0 : 1.0) * v * v.transpose();
            if (factor.update(v, goes ? -1 : 1)) {
                ++updates;
            } else {
                ++refusals;
                REQUIRE(factor.factorize(h, VectorXd::Zero(p)));
            }
            CHECK(error_of(factor, h, change) <= 1e-12);  // observed: 3e-15
        }
        CHECK(updates > 150);
        CHECK(refusals > 20);
    }
}

TEST_CASE("what would leave no digits is refused and changes nothing", "[property]") {
    const Eigen::Index p = 30;
    const MatrixXd h = MatrixXd::Identity(p, p);
    UpdatedCholesky<double> factor;
    REQUIRE(factor.factorize(h, VectorXd::Zero(p)));
    const VectorXd e = VectorXd::Unit(p, 3);
    CHECK(!factor.update(e, -1));                                // singular
    CHECK(!factor.update(1.5 * e, -1));                          // indefinite
    CHECK(!factor.update(std::sqrt(1 - 1e-6) * e, -1));          // six digits
    CHECK(!factor.update(1e3 * e, 1));                           // six digits, when it goes again
    CHECK(!factor.update(1e300 * e, 1));                         // overflows
    CHECK(factor.update(MatrixXd::Constant(p, 2, 1e-300), -1));  // nothing at all
    CHECK(!factor.update(VectorXd::Constant(p, std::numeric_limits<double>::quiet_NaN()), 1));
    CHECK(!factor.update(MatrixXd::Zero(p, 11), 1));  // too many
    CHECK(factor.pending() == 2);
    CHECK(error_of(factor, h, 1) <= 1e-14);
    CHECK(!factor.factorize(-h, VectorXd::Zero(p)));
}
