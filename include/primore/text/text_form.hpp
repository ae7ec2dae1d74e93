// SPDX-License-Identifier: MIT
#pragma once

// How options, clocks and basis functions are written as text and read back, bit for bit. One list of fields per type serves both ways.

#include <algorithm>
#include <array>
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

#include <primore/detail/number_text.hpp>
#include <primore/detail/word_text.hpp>

namespace primore {

/// Says how a type of one's own is written: specialise it for a basis or a clock that is to be saved within a primitive.
///
/// An aggregate of numbers has a name and a list of its fields. The structured binding lets no new field be forgotten:
///
///     template <> struct primore::TextForm<Chirp> {
///         static constexpr std::string_view name = "Chirp";
///         static auto fields(auto& chirp) {
///             auto& [duration, delay, sweep] = chirp;
///             return std::tuple(text_field("duration", duration), text_field("delay", delay), text_field("sweep", sweep));
///         }
///     };
///
/// Any other type has, besides, an aggregate `Parts` that `fields` takes, `static Parts parts(const T&)` and `static T make(const Parts&)`.
/// An enumeration has `names`, an array of its enumerators in order.
template <typename T>
struct TextForm;

/// A field of an aggregate under its name; the value is const where it is only written.
template <typename T>
struct TextField {
    std::string_view name;
    T& value;
};

template <typename T>
[[nodiscard]] TextField<T> text_field(std::string_view name, T& value) noexcept {
    return {name, value};
}

namespace detail {

/// A part that has to be there, but does not exist before it is read.
template <typename T>
struct TextPart {
    std::optional<T> value;
};

template <typename T, template <typename...> typename Template>
inline constexpr bool is_a = false;
template <typename... Arguments, template <typename...> typename Template>
inline constexpr bool is_a<Template<Arguments...>, Template> = true;

template <typename T>
concept EigenMatrix = std::derived_from<T, Eigen::PlainObjectBase<T>>;

template <typename T>
concept HasParts = requires {
    typename TextForm<T>::Parts;
};

template <typename... Fields>
void write_text_fields(std::string& out, const std::tuple<Fields...>& fields);

/// Appends a value and, before each of its words, a space; the rows of a matrix stand on lines of their own, which begin with a space.
template <typename T>
void write_text(std::string& out, const T& value) {
    if constexpr (std::same_as<T, bool>) {
        out += value ? " true" : " false";
    } else if constexpr (std::integral<T>) {
        out += ' ' + std::to_string(value);
    } else if constexpr (std::floating_point<T>) {
        out += ' ' + text_of_number(value);
    } else if constexpr (std::same_as<T, std::string>) {
        out += ' ' + word_of_text(value);
    } else if constexpr (std::is_enum_v<T>) {
        out += ' ' + std::string(TextForm<T>::names.at(static_cast<std::size_t>(value)));
    } else if constexpr (is_a<T, std::optional>) {
        if (value) write_text(out, *value);
        if (!value) out += " none";
    } else if constexpr (is_a<T, TextPart>) {
        write_text(out, *value.value);
    } else if constexpr (is_a<T, std::variant>) {
        std::visit([&](const auto& alternative) { write_text(out, alternative); }, value);
    } else if constexpr (is_a<T, std::vector>) {
        out += ' ' + std::to_string(value.size());
        for (const typename T::value_type element : value) write_text(out, element);
    } else if constexpr (EigenMatrix<T>) {
        out += ' ' + std::to_string(value.rows());
        if constexpr (T::ColsAtCompileTime != 1) out += ' ' + std::to_string(value.cols());
        for (Eigen::Index row = 0; row < value.rows() && value.cols() > 0; ++row) {
            if constexpr (T::ColsAtCompileTime != 1) out += "\n   ";
            for (Eigen::Index column = 0; column < value.cols(); ++column) write_text(out, value(row, column));
        }
    } else if constexpr (HasParts<T>) {
        out += ' ' + std::string(TextForm<T>::name);
        const auto parts = TextForm<T>::parts(value);
        write_text_fields(out, TextForm<T>::fields(parts));
    } else {
        out += ' ' + std::string(TextForm<T>::name);
        write_text_fields(out, TextForm<T>::fields(value));
    }
}

template <typename... Fields>
void write_text_fields(std::string& out, const std::tuple<Fields...>& fields) {
    const auto write = [&](const auto& field) {
        out += ' ' + std::string(field.name);
        write_text(out, field.value);
    };
    std::apply([&](const auto&... field) { (write(field), ...); }, fields);
}

/// What the numbers of a text may be.
enum class TextNumbers {
    finite,  ///< as in a primitive: not nan, not infinite, and integers are counts of things that fit into memory
    any,
};

/// The words of one entry of a text; every complaint names source, line and what was to be read.
class TextWords {
public:
    struct Word {
        std::string_view text;
        std::size_t line;
    };

    TextWords(std::string_view source, std::string_view key, std::size_t line, TextNumbers numbers = TextNumbers::finite)
        : source_(source), key_(key), line_(line), numbers_(numbers) {}

    void add(std::string_view text, std::size_t line) { words_.push_back({text, line}); }

    /// @throws std::runtime_error "source:line: ..." at the word that was read last
    [[noreturn]] void fail(const std::string& what) const {
        const std::size_t line = next_ == 0 || words_.empty() ? line_ : words_[std::min(next_, words_.size()) - 1].line;
        throw std::runtime_error(source_ + ":" + std::to_string(line) + ": " + what);
    }
    [[noreturn]] void refuse(std::string_view word, const std::string& expected) const {
        fail(key_ + " is " + in_quotes(word) + ", expected " + expected);
    }

    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] std::string_view peek() const noexcept { return left() == 0 ? std::string_view() : words_[next_].text; }
    [[nodiscard]] std::size_t left() const noexcept { return words_.size() - next_; }
    [[nodiscard]] std::string_view take(const std::string& expected) {
        if (left() == 0) fail(key_ + " ends, expected " + expected);
        return words_[next_++].text;
    }
    void expect(std::string_view word) {
        const std::string_view taken = take(std::string(word));
        if (taken != word) refuse(taken, std::string(word));
    }
    void expect_end() {
        if (left() > 0) refuse(take(""), "nothing more");
    }
    template <std::floating_point Scalar>
    [[nodiscard]] Scalar take_number() {
        const std::string expected = numbers_ == TextNumbers::finite ? "a finite number" : "a number";
        const std::string_view word = take(expected);
        auto number = number_from_text<Scalar>(word);
        if (!number && numbers_ == TextNumbers::any) number = special_number_from_text<Scalar>(word);
        if (!number) refuse(word, expected);
        return *number;
    }
    template <std::integral Integer>
    [[nodiscard]] Integer take_integer() {
        const std::string_view word = take("an integer");
        const auto value = integer_from_text<Integer>(word);
        if (!value) refuse(word, "an integer");
        constexpr int most = 100'000;
        if (numbers_ == TextNumbers::finite && (std::cmp_less(*value, 0) || std::cmp_greater(*value, most))) {
            refuse(word, "a count from 0 to " + std::to_string(most));
        }
        return *value;
    }
    [[nodiscard]] Eigen::Index take_size(const std::string& expected) {
        const std::string_view word = take(expected);
        const auto size = integer_from_text<Eigen::Index>(word);
        if (!size || *size < 0) refuse(word, expected);
        return *size;
    }
    /// Before memory is asked for rows x columns numbers.
    void require_left(Eigen::Index rows, std::optional<Eigen::Index> columns = {}) const {
        const auto numbers = static_cast<Eigen::Index>(left()), width = columns.value_or(1);
        if (width == 0 || rows <= numbers / width) return;
        const std::string size = std::to_string(rows) + (columns ? " x " + std::to_string(width) : "");
        fail(key_ + " has " + std::to_string(numbers) + " numbers after its size, expected " + size);
    }

private:
    std::string source_, key_;
    std::size_t line_, next_ = 0;
    TextNumbers numbers_;
    std::vector<Word> words_;
};

template <typename T>
[[nodiscard]] T read_text(TextWords& words);

template <typename... Fields>
void read_text_fields(TextWords& words, const std::tuple<Fields...>& fields) {
    const auto read = [&](const auto& field) {
        words.expect(field.name);
        field.value = read_text<std::remove_reference_t<decltype(field.value)>>(words);
    };
    std::apply([&](const auto&... field) { (read(field), ...); }, fields);
}

/// The alternative of a variant that has the name of the next word.
template <typename Variant, std::size_t index = 0>
[[nodiscard]] Variant read_alternative(TextWords& words, std::string names = "") {
    if constexpr (index == std::variant_size_v<Variant>) {
        words.refuse(words.take(names), names);
    } else {
        using Alternative = std::variant_alternative_t<index, Variant>;
        if (words.peek() == TextForm<Alternative>::name) return read_text<Alternative>(words);
        return read_alternative<Variant, index + 1>(words, names + (index == 0 ? "" : " or ") + std::string(TextForm<Alternative>::name));
    }
}

template <EigenMatrix T>
[[nodiscard]] T read_matrix(TextWords& words) {
    const Eigen::Index rows = words.take_size("a number of rows");
    std::optional<Eigen::Index> columns;
    if constexpr (T::ColsAtCompileTime != 1) columns = words.take_size("a number of columns");
    words.require_left(rows, columns);
    T value(rows, columns.value_or(1));
    for (Eigen::Index row = 0; row < rows && value.cols() > 0; ++row) {
        for (Eigen::Index column = 0; column < value.cols(); ++column) value(row, column) = read_text<typename T::Scalar>(words);
    }
    return value;
}

/// Reads what `write_text` has written.
template <typename T>
[[nodiscard]] T read_text(TextWords& words) {
    if constexpr (std::same_as<T, bool>) {
        const std::string_view word = words.take("true or false");
        if (word != "true" && word != "false") words.refuse(word, "true or false");
        return word == "true";
    } else if constexpr (std::integral<T>) {
        return words.template take_integer<T>();
    } else if constexpr (std::floating_point<T>) {
        return words.template take_number<T>();
    } else if constexpr (std::same_as<T, std::string>) {
        const std::string_view word = words.take("a text in quotes");
        const auto value = text_of_word(word);
        if (!value) words.refuse(word, "a text in quotes");
        return *value;
    } else if constexpr (std::is_enum_v<T>) {
        std::string names;
        for (const std::string_view name : TextForm<T>::names) names += (names.empty() ? "" : " or ") + std::string(name);
        const std::string_view word = words.take(names);
        const auto found = std::find(TextForm<T>::names.begin(), TextForm<T>::names.end(), word);
        if (found == TextForm<T>::names.end()) words.refuse(word, names);
        return static_cast<T>(found - TextForm<T>::names.begin());
    } else if constexpr (is_a<T, std::optional>) {
        if (words.peek() != "none") return read_text<typename T::value_type>(words);
        words.expect("none");
        return std::nullopt;
    } else if constexpr (is_a<T, TextPart>) {
        return {read_text<typename decltype(T::value)::value_type>(words)};
    } else if constexpr (is_a<T, std::variant>) {
        return read_alternative<T>(words);
    } else if constexpr (is_a<T, std::vector>) {
        const Eigen::Index size = words.take_size("a count");
        words.require_left(size);
        T value(static_cast<std::size_t>(size));
        for (std::size_t i = 0; i < value.size(); ++i) value[i] = read_text<typename T::value_type>(words);
        return value;
    } else if constexpr (EigenMatrix<T>) {
        return read_matrix<T>(words);
    } else if constexpr (HasParts<T>) {
        words.expect(TextForm<T>::name);
        typename TextForm<T>::Parts parts{};
        read_text_fields(words, TextForm<T>::fields(parts));
        try {
            return TextForm<T>::make(parts);
        } catch (const std::invalid_argument& error) {
            words.fail(error.what());
        }
    } else {
        words.expect(TextForm<T>::name);
        T value{};
        read_text_fields(words, TextForm<T>::fields(value));
        return value;
    }
}

}  // namespace detail

}  // namespace primore
