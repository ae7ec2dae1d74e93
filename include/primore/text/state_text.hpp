// SPDX-License-Identifier: MIT
#pragma once

// Values made of many parts as entries of a text, one for each number, matrix or word, under the names of all that it is a part of:
//
//     state.mean 2 0.1 -0.3
//     state.axes.axes 2 2
//         0.8 0.6
//         0.6 -0.8
//     learning_rates none
//     surrogate LocalSurrogate
//     surrogate.options.trusted_r_squared 0.9
//
// The parts are those of TextForm, whose type may have members that only TextForm sees. It may also have
//
//     static T blank();                                          // any value, where there is no default one
//     static void check(const T& value, const TextCheck& check)  // complains about parts that do not fit together

#include <concepts>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/finite.hpp>
#include <primore/text/text_entries.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

/// Complains about parts of a value that was read: "run.txt:12: state.path has size 3, expected 2 (the size of state.mean)".
class TextCheck {
public:
    /// @param prefix  of the keys of the parts: the name of the value and a point, or nothing
    TextCheck(detail::TextEntries& entries, std::string prefix) : entries_(&entries), prefix_(std::move(prefix)) {}

    /// @throws std::runtime_error if the claim about a part does not hold
    void that(bool holds, std::string_view part, std::string_view claim) const {
        if (!holds) fail(part, " is not " + std::string(claim));
    }

    template <typename Derived>
    void finite(std::string_view part, const Eigen::MatrixBase<Derived>& values) const {
        that(detail::all_finite(values), part, "finite");
    }

    void size(std::string_view part, Eigen::Index got, Eigen::Index expected, std::string_view as) const {
        if (got == expected) return;
        fail(part, " has size " + std::to_string(got) + ", expected " + std::to_string(expected) + " (the size of " + prefix_ +
                       std::string(as) + ")");
    }

    /// Finite, [N] with N > 0.
    template <typename Scalar>
    void point(std::string_view part, const Eigen::VectorX<Scalar>& values) const {
        that(values.size() > 0, part, "at least one number");
        finite(part, values);
    }
    /// Finite, as long as another part.
    template <typename Scalar>
    void vector(std::string_view part, const Eigen::VectorX<Scalar>& values, Eigen::Index n, std::string_view as) const {
        size(part, values.size(), n, as);
        finite(part, values);
    }
    /// Finite, of as many rows and columns as another part has numbers.
    template <typename Scalar>
    void square(std::string_view part, const Eigen::MatrixX<Scalar>& values, Eigen::Index n, std::string_view as) const {
        size(part, values.rows(), n, as);
        that(values.cols() == n, part, "square");
        finite(part, values);
    }

private:
    [[noreturn]] void fail(std::string_view part, const std::string& what) const {
        const std::string key = prefix_ + std::string(part);
        const auto* entry = entries_->find(key);
        if (entry == nullptr) entries_->fail(key + what);
        entries_->fail(entry->line, key + what);
    }

    detail::TextEntries* entries_;
    std::string prefix_;
};

namespace detail {

/// Has parts: neither a number nor a word, and no container of them.
template <typename T>
inline constexpr bool has_text_parts = std::is_class_v<T> && !EigenMatrix<T> && !std::same_as<T, std::string> && !is_a<T, std::optional> &&
                                       !is_a<T, std::variant> && !is_a<T, std::vector>;
template <typename T>
inline constexpr bool has_text_parts<std::optional<T>> = has_text_parts<T>;

template <typename T>
concept HasTextName = requires {
    TextForm<T>::name;
};

/// Has parts, and nothing but "given" to write where an optional one is there.
template <typename T>
inline constexpr bool has_nameless_parts = has_text_parts<T> && !HasTextName<T>;

template <typename T>
[[nodiscard]] T blank_value() {
    if constexpr (requires { TextForm<T>::blank(); }) {
        return TextForm<T>::blank();
    } else {
        return T{};
    }
}

template <typename T>
void write_state(std::string& out, const std::string& key, const T& value);

template <typename T>
void write_parts(std::string& out, const std::string& prefix, const T& value) {
    const auto write = [&](const auto& field) { write_state(out, prefix + std::string(field.name), field.value); };
    const auto write_all = [&](const auto& whole) {
        std::apply([&](const auto&... field) { (write(field), ...); }, TextForm<T>::fields(whole));
    };
    if constexpr (HasParts<T>) {
        write_all(TextForm<T>::parts(value));
    } else {
        write_all(value);
    }
}

template <typename T>
void write_state(std::string& out, const std::string& key, const T& value) {
    if constexpr (is_a<T, std::variant>) {
        std::visit([&](const auto& alternative) { write_state(out, key, alternative); }, value);
    } else if constexpr (!has_text_parts<T>) {
        out += key;
        write_text(out, value);
        out += '\n';
    } else if constexpr (is_a<T, std::optional>) {
        if (!value) {
            out += key + " none\n";
        } else {
            if constexpr (has_nameless_parts<typename T::value_type>) out += key + " given\n";
            write_state(out, key, *value);
        }
    } else {
        if constexpr (HasTextName<T>) out += key + ' ' + std::string(TextForm<T>::name) + '\n';
        write_parts(out, key + '.', value);
    }
}

template <typename T>
[[nodiscard]] T read_state(TextEntries& entries, const std::string& key);

template <typename T>
[[nodiscard]] T read_parts(TextEntries& entries, const std::string& prefix) {
    const auto read = [&](const auto& field) {
        field.value = read_state<std::remove_reference_t<decltype(field.value)>>(entries, prefix + std::string(field.name));
    };
    const auto read_all = [&](auto& whole) { std::apply([&](const auto&... field) { (read(field), ...); }, TextForm<T>::fields(whole)); };
    if constexpr (HasParts<T>) {
        typename TextForm<T>::Parts parts{};
        read_all(parts);
        if constexpr (requires { TextForm<T>::check(parts, TextCheck(entries, prefix)); }) {
            TextForm<T>::check(parts, TextCheck(entries, prefix));
        }
        return TextForm<T>::make(parts);
    } else {
        T value = blank_value<T>();
        read_all(value);
        if constexpr (requires { TextForm<T>::check(value, TextCheck(entries, prefix)); }) {
            TextForm<T>::check(value, TextCheck(entries, prefix));
        }
        return value;
    }
}

template <typename Variant, std::size_t index = 0>
[[nodiscard]] Variant read_alternative_state(TextEntries& entries, const std::string& key, std::string names = "") {
    TextWords& words = entries.at(key);
    if constexpr (index == std::variant_size_v<Variant>) {
        words.refuse(words.take(names), names);
    } else {
        using Alternative = std::variant_alternative_t<index, Variant>;
        constexpr std::string_view name = TextForm<Alternative>::name;
        if (words.peek() == name) return read_state<Alternative>(entries, key);
        return read_alternative_state<Variant, index + 1>(entries, key, names + (index == 0 ? "" : " or ") + std::string(name));
    }
}

/// Reads what `write_state` has written.
template <typename T>
[[nodiscard]] T read_state(TextEntries& entries, const std::string& key) {
    if constexpr (is_a<T, std::variant>) {
        return read_alternative_state<T>(entries, key);
    } else if constexpr (!has_text_parts<T>) {
        return entries.read<T>(key);
    } else if constexpr (is_a<T, std::optional>) {
        TextWords& words = entries.at(key);
        if (words.peek() != "none") {
            if constexpr (has_nameless_parts<typename T::value_type>) {
                words.expect("given");
                words.expect_end();
            }
            return read_state<typename T::value_type>(entries, key);
        }
        words.expect("none");
        words.expect_end();
        return std::nullopt;
    } else {
        if constexpr (HasTextName<T>) {
            entries.at(key).expect(TextForm<T>::name);
            entries.at(key).expect_end();
        }
        return read_parts<T>(entries, key + '.');
    }
}

/// A whole text, "primore 1", then "kind name scalar", then the parts of the value.
template <typename Scalar, typename T>
[[nodiscard]] std::string whole_text(std::string_view kind, const T& value) {
    std::string text = "primore " + std::string(text_version) + '\n' + std::string(kind) + ' ' + std::string(TextForm<T>::name) + ' ' +
                       std::string(scalar_name<Scalar>()) + '\n';
    write_parts(text, "", value);
    return text + text_end(text);
}

/// @throws std::runtime_error "source:line: ..." if the text is not what `whole_text` has written
template <typename Scalar, typename T>
[[nodiscard]] T read_whole_text(std::string_view kind, std::string_view text, const std::string& source) {
    TextEntries entries(text, source, TextNumbers::any);
    entries.at("primore").expect_end();
    TextWords& words = entries.at(kind);
    words.expect(TextForm<T>::name);
    words.expect(scalar_name<Scalar>());
    words.expect_end();
    try {
        T value = read_parts<T>(entries, "");
        entries.require_all_read(std::string(kind));
        return value;
    } catch (const std::invalid_argument& error) {  // said by options that contradict each other
        entries.fail(error.what());
    }
}

}  // namespace detail

}  // namespace primore
