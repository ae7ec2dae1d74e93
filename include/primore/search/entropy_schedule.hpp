// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <variant>

#include <Eigen/Core>

namespace primore {

/// What a schedule may look at before an update.
template <std::floating_point Scalar>
struct EntropyOutlook {
    Eigen::Index size = 0;                 ///< N
    Scalar entropy = 0;                    ///< H of the search distribution
    std::optional<Scalar> r_squared = {};  ///< of the model, leave-one-out
    Scalar path_length = 0;                ///< |p| of the mean's path: 1 if every step is as long as allowed and goes the same way
};

/// As fast as the model's signal-to-noise ratio earns it, and not while the mean is on its way:
///
///     loss = N rate min(R^2 / (1 - R^2), most_signal) max(0, 1 - path_weight |p|)
///
/// A model that predicts well lets the entropy go quickly; one that predicts nothing, because returns are noise, holds it for ever.
/// Without the path, 2 runs of 7 on Rosenbrock (N = 5) need more than 20000 episodes.
template <std::floating_point Scalar>
struct EarnedLoss {
    Scalar rate = Scalar(0.4);         ///< per parameter and update at R^2 = 1/2. Tuned: 0.2 and 0.4 differ by less than 25 %
    Scalar most_signal = 4;            ///< of the ratio: R^2 above 0.8 earns no more
    Scalar path_weight = Scalar(0.7);  ///< Tuned: 0.5 and 0.7 differ by less than 10 %, 1 needs 1.5 times as many episodes on Rosenbrock

    [[nodiscard]] Scalar operator()(const EntropyOutlook<Scalar>& now) const {
        const Scalar r_squared = std::max(Scalar(0), now.r_squared.value_or(Scalar(0.5)));
        const Scalar noise = std::max(Scalar(1) - r_squared, std::numeric_limits<Scalar>::epsilon());
        return static_cast<Scalar>(now.size) * rate * std::min(r_squared / noise, most_signal) *
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
