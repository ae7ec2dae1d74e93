// SPDX-License-Identifier: MIT
#pragma once

// Primitives as readable text:
//
//     primore 1
//     primitive ProMp double
//     duration 2
//     ...
//     clock LinearPhase duration 2 delay 0 is_clipped true
//     basis Bernstein count 5
//     parameters 10 0.1 -0.3 ...
//     weights.mean 10 0.1 -0.3 ...
//     weights.covariance 10 10
//         0.01 0.002 ...
//     checksum 3f1d...
//     end
//
// For the rules of such a text see text_entries.hpp.

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/distribution/weight_distribution.hpp>
#include <primore/text/text_entries.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

/// A primitive and, if given, the parameters of one movement and the distribution of many.
template <typename Primitive>
struct SavedPrimitive {
    using Scalar = typename TextForm<Primitive>::Scalar;

    Primitive primitive;
    std::optional<Eigen::VectorX<Scalar>> parameters{};   ///< [parameter_count()]
    std::optional<WeightDistribution<Scalar>> weights{};  ///< of [weight_count() D]
};

/// A primitive as text, with what belongs to it.
/// @throws std::invalid_argument if parameters or weights have another size than the primitive asks for, or a number is not finite
template <typename Primitive>
[[nodiscard]] std::string text_of(const SavedPrimitive<Primitive>& saved) {
    using Scalar = typename TextForm<Primitive>::Scalar;
    constexpr auto where = "text_of";
    std::string text = "primore " + std::string(detail::text_version) + "\nprimitive " + std::string(TextForm<Primitive>::name) + " " +
                       std::string(detail::scalar_name<Scalar>()) + "\n";
    const auto write = [&](std::string_view key, const auto& value) {
        text += key;
        detail::write_text(text, value);
        text += '\n';
    };
    const auto parts = TextForm<Primitive>::parts(saved.primitive);
    std::apply([&](const auto&... field) { (write(field.name, field.value), ...); }, TextForm<Primitive>::fields(parts));
    if constexpr (requires { saved.primitive.parameter_count(); }) {
        if (saved.parameters) {
            detail::require_size(where, "parameters", saved.parameters->size(), saved.primitive.parameter_count(), "parameter_count()");
            detail::require_finite(where, "parameters", *saved.parameters);
            write("parameters", *saved.parameters);
        }
        if (saved.weights) {
            saved.weights->validate(where, saved.primitive.dofs() * saved.primitive.weight_count(), "weight_count() dofs()");
            write("weights.mean", saved.weights->mean);
            write("weights.covariance", saved.weights->covariance);
        }
    } else if (saved.parameters || saved.weights) {
        detail::refuse(where, "parameters or weights", "given", "none: this primitive has no parameter vector");
    }
    return text + detail::text_end(text);
}

template <typename Primitive>
requires requires { typename TextForm<Primitive>::Scalar; }
[[nodiscard]] std::string text_of(const Primitive& primitive) { return text_of(SavedPrimitive<Primitive>{primitive}); }

/// Reads what `text_of` has written: the same primitive, bit for bit, or nothing.
///
/// @param source  what the errors call the text
/// @throws std::runtime_error "source:line: ..." if the text is not complete, is of another version, primitive or scalar type, if a key
///         is missing, unknown or there twice, or a value is not as it should be
template <typename Primitive>
[[nodiscard]] SavedPrimitive<Primitive> saved_primitive(std::string_view text, const std::string& source = "text") {
    using Form = TextForm<Primitive>;
    using Scalar = typename Form::Scalar;
    detail::TextEntries entries(text, source);
    entries.at("primore").expect_end();
    detail::TextWords& kind = entries.at("primitive");
    kind.expect(Form::name);
    kind.expect(detail::scalar_name<Scalar>());
    kind.expect_end();

    typename Form::Parts parts{};
    const auto read = [&](const auto& field) { field.value = entries.read<std::remove_reference_t<decltype(field.value)>>(field.name); };
    std::apply([&](const auto&... field) { (read(field), ...); }, Form::fields(parts));
    std::optional<Eigen::VectorX<Scalar>> parameters;
    std::optional<WeightDistribution<Scalar>> weights;
    if (entries.find("parameters") != nullptr) parameters = entries.read<Eigen::VectorX<Scalar>>("parameters");
    if (entries.find("weights.mean") != nullptr || entries.find("weights.covariance") != nullptr) {
        weights = WeightDistribution<Scalar>{entries.read<Eigen::VectorX<Scalar>>("weights.mean"),
                                             entries.read<Eigen::MatrixX<Scalar>>("weights.covariance")};
    }
    entries.require_all_read("primitive");
    try {
        SavedPrimitive<Primitive> saved{Form::make(parts), std::move(parameters), std::move(weights)};
        if constexpr (requires { saved.primitive.parameter_count(); }) {
            constexpr auto where = "saved_primitive";
            const Eigen::Index dofs = saved.primitive.dofs(), count = saved.primitive.weight_count();
            if (saved.parameters) {
                detail::require_size(where, "parameters", saved.parameters->size(), saved.primitive.parameter_count(), "parameter_count()");
            }
            if (saved.weights) saved.weights->validate(where, dofs * count, "weight_count() dofs()");
        } else if (saved.parameters || saved.weights) {
            entries.fail("parameters or weights are given, expected none: this primitive has no parameter vector");
        }
        return saved;
    } catch (const std::invalid_argument& error) {
        entries.fail(error.what());
    }
}

}  // namespace primore
