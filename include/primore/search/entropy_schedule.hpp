// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <variant>

#include <Eigen/Core>

namespace primore {

/// What a schedule may look at before an update.
template <std::floating_point Scalar>
struct EntropyOutlook {
    Eigen::Index size = 0;   ///< N
    Scalar entropy = 0;      ///< H of the search distribution
    Scalar growth = 1;       ///< of the model: how well it predicts, see LocalModel
    Scalar confidence = 1;   ///< of the model: how little of it may be chance, see LocalModel
    Scalar path_length = 0;  ///< |p| of the mean's path: 1 if every step is as long as allowed and goes the same way
};

/// As fast as the model earns it, and not while the mean is on its way:
///
///     loss = N rate confidence min(sqrt(growth), most_haste) max(0, 1 - path_weight |p|)
///
/// A model that predicts well lets the entropy go quickly; one that may be chance, because returns are noise, holds it for ever. The
/// numbers are median episodes to 1e-8 on Rosenbrock from 3 with deviation 1 of 15 runs, N = 5, 10, 20: 361, 781, 3109 as it is.
template <std::floating_point Scalar>
struct EarnedLoss {
    Scalar rate = Scalar(0.4);         ///< per parameter and update. 0.2: 541, 866, 4069
    Scalar most_haste = 10;            ///< only matters where the model is exact: with 3 the ellipsoid needs 289 instead of 283, N = 20
    Scalar path_weight = Scalar(0.6);  ///< 0.3: 485, 986, 2335; 1: 569, 1111, 8137

    [[nodiscard]] Scalar operator()(const EntropyOutlook<Scalar>& now) const {
        return static_cast<Scalar>(now.size) * rate * now.confidence * std::min(std::sqrt(now.growth), most_haste) *
               std::max(Scalar(0), Scalar(1) - path_weight * now.path_length);
    }
};

/// The same loss in every update down to a floor: what the published code does.
template <std::floating_point Scalar>
struct ConstantLoss {
    Scalar loss = Scalar(0.1);                 ///< per update, whatever N
    Scalar least_entropy_per_parameter = -25;  ///< below N times this nothing is lost

    [[nodiscard]] Scalar operator()(const EntropyOutlook<Scalar>& now) const {
        return std::clamp(now.entropy - static_cast<Scalar>(now.size) * least_entropy_per_parameter, Scalar(0), loss);
    }
};

/// A share of what is left above a floor: H' - H_0 = gamma (H - H_0) [Abdolmaleki15, section 2.3].
template <std::floating_point Scalar>
struct GeometricLoss {
    Scalar gamma = Scalar(0.99);               ///< of the paper
    Scalar least_entropy_per_parameter = -25;  ///< H_0 / N; the paper leaves it to the task, this is that of ConstantLoss

    [[nodiscard]] Scalar operator()(const EntropyOutlook<Scalar>& now) const {
        const Scalar above = now.entropy - static_cast<Scalar>(now.size) * least_entropy_per_parameter;
        return std::max(Scalar(0), (Scalar(1) - gamma) * above);
    }
};

/// How far the entropy of the search distribution may fall in an update, not negative.
template <std::floating_point Scalar>
using EntropySchedule = std::variant<EarnedLoss<Scalar>, ConstantLoss<Scalar>, GeometricLoss<Scalar>>;

}  // namespace primore
