// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// The standard deviation from which a search starts: one number for all parameters or one for each.
template <std::floating_point Scalar>
class InitialDeviation {
public:
    InitialDeviation(Scalar all) : value_(all) {}                               // NOLINT(google-explicit-constructor)
    InitialDeviation(Eigen::VectorX<Scalar> each) : value_(std::move(each)) {}  // NOLINT(google-explicit-constructor)

    /// [N] positive numbers.
    /// @throws std::invalid_argument if there are not `n` of them or one is not positive
    [[nodiscard]] Eigen::VectorX<Scalar> for_each_of(Eigen::Index n, std::string_view where) const {
        if (const auto* all = std::get_if<Scalar>(&value_)) {
            detail::require_positive(where, "standard_deviation", *all);
            return Eigen::VectorX<Scalar>::Constant(n, *all);
        }
        const auto& each = std::get<Eigen::VectorX<Scalar>>(value_);
        detail::require_size(where, "mean", n, each.size(), "the size of standard_deviation");
        for (Eigen::Index i = 0; i < n; ++i) detail::require_positive(where, "standard_deviation[" + std::to_string(i) + "]", each(i));
        return each;
    }

private:
    friend struct TextForm<InitialDeviation>;

    std::variant<Scalar, Eigen::VectorX<Scalar>> value_;
};

}  // namespace primore
