// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <Eigen/Core>

#include "legacy_random.hpp"
#include "transformations.hpp"

namespace primore_benchmark {

struct GallagherOptions {
    Eigen::Index peaks;
    double highest_condition;  ///< alpha of the highest peak; the others have 1000^(2 j / (peaks - 2)), j = 0 .. peaks - 2, shuffled
    double width;              ///< of the box in which the other peaks are; the highest lies within 0.8 of it
};

/// Gaussian peaks of random places, heights and shapes [HansenFinck09, f21 and f22].
///
///   g(x) = max_i w_i exp(-1/(2N) (x - y_i)' Q' C_i Q (x - y_i)),   w_1 = 10, the others rise from 1.1 to 9.1
///   C_i = Lambda^alpha_i / alpha_i^(1/4), the diagonal shuffled
class GallagherPeaks {
public:
    /// @param rotation  Q [N x N]
    GallagherPeaks(Eigen::MatrixXd rotation, std::int64_t seed, const GallagherOptions& options) : rotation_(std::move(rotation)) {
        const Eigen::Index n = rotation_.rows(), count = options.peaks;
        Eigen::MatrixXd places = options.width * (legacy_uniform(n * count, seed).array() - 0.5).reshaped(n, count);
        places.col(0) *= 0.8;
        highest_ = places.col(0);
        rotated_places_ = rotation_ * places;

        heights_ = Eigen::VectorXd(count);
        heights_ << 10, Eigen::VectorXd::LinSpaced(count - 1, 1.1, 9.1);
        log_heights_ = heights_.array().log();
        const Eigen::VectorXd conditions = powers(1e6, count - 1);
        const auto rank = legacy_permutation(count - 1, seed);
        shapes_ = Eigen::MatrixXd(n, count);
        for (Eigen::Index i = 0; i < count; ++i) {
            const double alpha = i == 0 ? options.highest_condition : conditions(rank[static_cast<std::size_t>(i - 1)]);
            const Eigen::VectorXd diagonal = powers(std::sqrt(alpha), n) / std::pow(alpha, 0.25);
            const auto shuffled = legacy_permutation(n, seed + 1000 * i);
            for (Eigen::Index j = 0; j < n; ++j) shapes_(j, i) = diagonal(shuffled[static_cast<std::size_t>(j)]);
        }
    }

    [[nodiscard]] const Eigen::VectorXd& highest() const { return highest_; }  ///< y_1

    /// g(x): of all peaks only the one that wins is exponentiated.
    [[nodiscard]] double height(const Eigen::VectorXd& x) const {
        const Eigen::VectorXd rotated = rotation_ * x;
        const double scale = -0.5 / static_cast<double>(x.size());
        Eigen::Index winner = 0;
        const Eigen::VectorXd exponents =
            scale * (shapes_.array() * (rotated_places_.colwise() - rotated).array().square()).colwise().sum();
        (log_heights_ + exponents).maxCoeff(&winner);
        return heights_(winner) * std::exp(exponents(winner));
    }

private:
    Eigen::MatrixXd rotation_, rotated_places_, shapes_;  // [N x N], Q y_i and the diagonals of C_i in columns
    Eigen::VectorXd heights_, log_heights_, highest_;
};

}  // namespace primore_benchmark
