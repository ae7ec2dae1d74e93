// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <concepts>
#include <iomanip>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include <Eigen/Core>

#include "support/catch.hpp"

namespace primore_test {

inline std::string matrix_text(const Eigen::MatrixXd& matrix) {
    std::ostringstream text;
    text << matrix;
    return text.str();
}

}  // namespace primore_test

/// Matrices and expressions of all types are written by one function that is compiled once.
template <typename Matrix>
requires requires { typename Matrix::PlainMatrix; }
struct Catch::StringMaker<Matrix> {
    static std::string convert(const Matrix& matrix) {
        return primore_test::matrix_text(matrix.derived().matrix().template cast<double>());
    }
};

namespace primore_test {

/// Matches numbers, vectors, matrices and Eigen expressions: same size, and |a - b| <= tolerance (1 + |b|) in every entry.
/// NaN is near NaN only, an infinity only near itself. Remembers the worst entry for the description.
class Near : public Catch::Matchers::MatcherGenericBase {
public:
    Near(Eigen::MatrixXd expected, double tolerance) : expected_(std::move(expected)), tolerance_(tolerance) {}

    template <typename Derived>
    bool match(const Eigen::DenseBase<Derived>& values) const {
        return match_matrix(values.derived().matrix().template cast<double>());
    }

    bool match(double actual) const { return match_matrix(Eigen::MatrixXd::Constant(1, 1, actual)); }

    std::string describe() const override {
        std::ostringstream sentence;
        sentence << "is near the expected [" << expected_.rows() << " x " << expected_.cols() << "] within " << tolerance_
                 << " (1 + |expected|); " << finding_;
        return sentence.str();
    }

private:
    bool match_matrix(const Eigen::MatrixXd& actual) const {
        std::ostringstream finding;
        finding << std::setprecision(std::numeric_limits<double>::digits10);
        const bool same_size = actual.rows() == expected_.rows() && actual.cols() == expected_.cols();
        const double worst = same_size ? worst_error(actual, finding) : std::numeric_limits<double>::infinity();
        if (!same_size) finding << "it is [" << actual.rows() << " x " << actual.cols() << ']';
        finding_ = finding.str();
        return worst <= tolerance_;
    }

    /// |a - b| / (1 + |b|), infinite where only one of the two is a finite number.
    static double error(double actual, double expected) {
        if (actual == expected || (std::isnan(actual) && std::isnan(expected))) return 0;
        const double difference = std::abs(actual - expected) / (1 + std::abs(expected));
        return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
    }

    double worst_error(const Eigen::MatrixXd& actual, std::ostream& finding) const {
        if (actual.size() == 0) return 0;
        Eigen::Index row = 0, column = 0;
        const double worst = actual.binaryExpr(expected_, &Near::error).maxCoeff(&row, &column);
        finding << "worst entry (" << row << ", " << column << ") is " << actual(row, column) << ", expected " << expected_(row, column)
                << ", error " << worst;
        return worst;
    }

    Eigen::MatrixXd expected_;
    double tolerance_;
    mutable std::string finding_;  // what the last match found
};

/// `CHECK_THAT(motion.at(t).position, near(expected, 1e-10))`
template <typename Derived>
Near near(const Eigen::DenseBase<Derived>& expected, double tolerance) {
    return {expected.derived().matrix().template cast<double>(), tolerance};
}

template <std::floating_point Scalar>
Near near(Scalar expected, double tolerance) {
    return {Eigen::MatrixXd::Constant(1, 1, static_cast<double>(expected)), tolerance};
}

}  // namespace primore_test

using primore_test::near;
