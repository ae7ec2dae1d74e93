// SPDX-License-Identifier: MIT
#pragma once

// Searches as readable text, from which they continue bit for bit:
//
//     primore 1
//     search CmaEs double
//     state.mean 2 0.1 -0.3
//     state.step_size 0.5
//     ...
//     checksum 3f1d...
//     end
//
// For the rules of such a text see text_entries.hpp, for the names of its entries state_text.hpp.

#include <array>
#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include <Eigen/Core>

#include <primore/search/box.hpp>
#include <primore/search/gaussian.hpp>
#include <primore/search/initial_deviation.hpp>
#include <primore/search/normal_population.hpp>
#include <primore/search/principal_axes.hpp>
#include <primore/search/return_history.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

/// A search as text: all that it needs to continue bit for bit.
template <SearchDistribution Search>
[[nodiscard]] std::string text_of(const Search& search) {
    return detail::whole_text<typename Search::scalar_type>("search", search);
}

/// Reads what `text_of` has written: the same search, bit for bit, or nothing.
///
/// It continues like the one that was written, asks for the same samples and learns the same from their returns, in the same program on
/// the same kind of processor: another may round its sums in another order.
///
/// @param source  what the errors call the text
/// @throws std::runtime_error "source:line: ..." if the text is not complete, is of another version, search or scalar type, if a key is
///         missing, unknown or there twice, or values do not fit together
template <SearchDistribution Search>
[[nodiscard]] Search saved_search(std::string_view text, const std::string& source = "text") {
    return detail::read_whole_text<typename Search::scalar_type, Search>("search", text, source);
}

template <>
struct TextForm<SearchStop> {
    static constexpr std::array<std::string_view, 11> names{
        "max_generations", "tol_returns", "tol_return_history", "flat_returns",         "stagnation", "tol_x",
        "tol_x_up",        "condition",   "no_effect_axis",     "no_effect_coordinate", "outdone"};
};

template <>
struct TextForm<Sampling> {
    static constexpr std::array<std::string_view, 2> names{"independent", "orthogonal"};
};

template <std::floating_point Scalar>
struct TextForm<InitialDeviation<Scalar>> {
    struct Parts {
        std::optional<Scalar> all;
        std::optional<Eigen::VectorX<Scalar>> each;
    };
    static Parts parts(const InitialDeviation<Scalar>& deviation) {
        auto& [value] = deviation;
        if (const auto* all = std::get_if<Scalar>(&value)) return {*all, std::nullopt};
        return {std::nullopt, std::get<Eigen::VectorX<Scalar>>(value)};
    }
    static void check(const Parts& parts, const TextCheck& check) {
        check.that(parts.all.has_value() != parts.each.has_value(), "each", "none, or all is not");
    }
    static InitialDeviation<Scalar> make(const Parts& parts) {
        if (parts.all) return *parts.all;
        return *parts.each;
    }
    static auto fields(auto& parts) {
        auto& [all, each] = parts;
        return std::tuple(text_field("all", all), text_field("each", each));
    }
};

template <std::floating_point Scalar>
struct TextForm<PrincipalAxes<Scalar>> {
    static auto fields(auto& whole) {
        auto& [axes, deviations, lifted] = whole;
        return std::tuple(text_field("axes", axes), text_field("deviations", deviations), text_field("lifted", lifted));
    }
};

template <std::floating_point Scalar>
struct TextForm<Gaussian<Scalar>> {
    static auto fields(auto& gaussian) {
        auto& [mean, covariance, axes, root] = gaussian;
        return std::tuple(text_field("mean", mean), text_field("covariance", covariance), text_field("axes", axes),
                          text_field("root", root));
    }
    static void check(const Gaussian<Scalar>& gaussian, const TextCheck& check) {
        const auto& [mean, covariance, axes, root] = gaussian;
        const Eigen::Index n = mean.size();
        check.point("mean", mean);
        check.square("covariance", covariance, n, "mean");
        check.square("axes.axes", axes.axes, n, "mean");
        check.vector("axes.deviations", axes.deviations, n, "mean");
        check.square("root", root, n, "mean");
        check.that(axes.deviations.minCoeff() > 0, "axes.deviations", "positive");
        const Scalar tolerance = std::sqrt(Eigen::NumTraits<Scalar>::epsilon()) * covariance.cwiseAbs().maxCoeff();
        const Eigen::MatrixX<Scalar> square = root * root;
        check.that((square - covariance).cwiseAbs().maxCoeff() <= tolerance, "covariance", "positive definite, or not that of root");
    }
};

template <std::floating_point Scalar>
struct TextForm<Box<Scalar>> {
    static constexpr std::string_view name = "Box";
    static auto fields(auto& box) {
        auto& [lower, upper] = box;
        return std::tuple(text_field("lower", lower), text_field("upper", upper));
    }
    static void check(const Box<Scalar>& box, const TextCheck& check) {
        check.size("upper", box.upper.size(), box.lower.size(), "lower");
        check.that((box.lower.array() < box.upper.array()).all(), "upper", "above lower");
    }
};

template <std::floating_point Scalar>
struct TextForm<ReturnStopOptions<Scalar>> {
    static auto fields(auto& options) {
        auto& [tol_returns, tol_return_history, flat_share, stagnation] = options;
        return std::tuple(text_field("tol_returns", tol_returns), text_field("tol_return_history", tol_return_history),
                          text_field("flat_share", flat_share), text_field("stagnation", stagnation));
    }
};

template <std::floating_point Scalar>
struct TextForm<ReturnHistory<Scalar>> {
    static auto fields(auto& history) {
        auto& [options, recent, shortest, flat_window, generations, best, median, flat, worst_of_newest] = history;
        return std::tuple(text_field("options", options), text_field("recent", recent), text_field("shortest", shortest),
                          text_field("flat_window", flat_window), text_field("generations", generations), text_field("best", best),
                          text_field("median", median), text_field("flat", flat), text_field("worst_of_newest", worst_of_newest));
    }
    static void check(const ReturnHistory<Scalar>& history, const TextCheck& check) {
        const auto& [options, recent, shortest, flat_window, generations, best, median, flat, worst_of_newest] = history;
        check.that(recent > 0, "recent", "positive");
        check.that(shortest > 3, "shortest", "above 3");
        check.that(flat_window > 0, "flat_window", "positive");
        check.that(median.size() == best.size(), "median", "as long as best");
        check.that(flat.size() == best.size(), "flat", "as long as best");
    }
};

}  // namespace primore
