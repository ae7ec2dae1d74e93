// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <Eigen/Core>

#include <primore/basis/derivatives.hpp>
#include <primore/detail/real.hpp>

namespace primore {

/// A line under every function of another basis: Phi_1, p Phi_1, Phi_2, p Phi_2, ... for the functions Phi_k of `Basis`.
///
/// Over a NormalizedRbf the model of locally weighted regression: a mixture of lines, of offset w_{2k} and slope w_{2k+1}.
template <typename Basis>
class LocalLines {
public:
    explicit LocalLines(Basis basis) : basis_(std::move(basis)) {}

    [[nodiscard]] Eigen::Index count() const noexcept { return 2 * basis_.count(); }
    [[nodiscard]] const Basis& basis() const noexcept { return basis_; }

    /// Calls `visit(k, b_k)` with every activation, and returns what divides them (see BasisFunctions). No allocation.
    template <Real Number, typename Visit>
    Derivatives<Number> fold(const Number& phase, Visit&& visit) const noexcept {
        return basis_.fold(phase, [&](Eigen::Index k, const Derivatives<Number>& b) {
            visit(2 * k, b);
            visit(2 * k + 1, Derivatives<Number>{phase * b.value, phase * b.first + b.value, phase * b.second + 2 * b.first,
                                                 phase * b.third + 3 * b.second});
        });
    }

private:
    Basis basis_;
};

}  // namespace primore
