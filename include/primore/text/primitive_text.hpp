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
// Every entry is a line with a key and its value; a line that begins with a space goes on with the entry before. Their order does not
// matter. The checksum is that of all lines before it: whoever edits a text by hand takes its line out.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/distribution/weight_distribution.hpp>
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

namespace detail {

inline constexpr std::string_view text_version = "1";

/// FNV-1a of 64 bits, in hexadecimal.
[[nodiscard]] inline std::string checksum(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15u];
    return digits;
}

template <std::floating_point Scalar>
[[nodiscard]] std::string_view scalar_name() noexcept {
    return sizeof(Scalar) == 4 ? "float" : "double";
}

/// The entries of a text, found by their keys.
class TextEntries {
public:
    struct Entry {
        std::string_view key;
        std::size_t line;
        TextWords words;
        bool is_read = false;
    };

    /// @throws std::runtime_error if the text is not a complete one of this version, a key comes twice or the checksum is another
    TextEntries(std::string_view text, std::string source) : source_(std::move(source)) {
        std::string before;  // what the checksum is of
        bool is_complete = false;
        for (std::size_t number = 1; !text.empty(); ++number) {
            const std::size_t length = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, length);
            text.remove_prefix(std::min(length + 1, text.size()));
            while (line.ends_with('\r') || line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
            last_line_ = number;
            if (line.empty()) continue;
            if (is_complete) fail(number, in_quotes(line) + " after the end");
            is_complete = line == "end";
            if (is_complete) continue;
            add(line, number);
            if (entries_.back().key == "checksum") {
                check(entries_.back(), before);
            } else {
                before.append(line) += '\n';
            }
        }
        if (!is_complete) fail(last_line_, "the text ends without a line \"end\"");
    }

    [[noreturn]] void fail(std::size_t line, const std::string& what) const {
        throw std::runtime_error(source_ + ":" + std::to_string(line) + ": " + what);
    }
    [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(source_ + ": " + what); }

    [[nodiscard]] Entry* find(std::string_view key) noexcept {
        for (Entry& entry : entries_) {
            if (entry.key == key) return &entry;
        }
        return nullptr;
    }

    /// The words of an entry that has to be there.
    [[nodiscard]] TextWords& at(std::string_view key) {
        Entry* entry = find(key);
        if (entry == nullptr) fail(last_line_, std::string(key) + " is missing");
        entry->is_read = true;
        return entry->words;
    }

    template <typename T>
    [[nodiscard]] T read(std::string_view key) {
        TextWords& words = at(key);
        T value = read_text<T>(words);
        words.expect_end();
        return value;
    }

    void require_all_read() const {
        for (const Entry& entry : entries_) {
            if (!entry.is_read) fail(entry.line, in_quotes(entry.key) + " is not a key of this primitive");
        }
    }

private:
    void add(std::string_view line, std::size_t number) {
        const bool goes_on = line.front() == ' ' || line.front() == '\t';
        if (goes_on && entries_.empty()) fail(number, "expected the first line primore " + std::string(text_version));
        for (bool is_key = !goes_on; !line.empty(); is_key = false) {
            line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
            const std::string_view word = line.substr(0, line.find_first_of(" \t"));
            line.remove_prefix(word.size());
            if (!is_key) {
                entries_.back().words.add(word, number);
                continue;
            }
            if (entries_.empty() && word != "primore") {
                fail(number, "the text begins with " + in_quotes(word) + ", expected primore " + std::string(text_version));
            }
            if (const Entry* other = find(word))
                fail(number, in_quotes(word) + " comes twice, first in line " + std::to_string(other->line));
            entries_.push_back({word, number, TextWords(source_, word, number)});
        }
        // A text of another version is refused before anything in it looks wrong.
        if (entries_.size() == 1 && !goes_on) entries_.front().words.expect(text_version);
    }

    static void check(Entry& entry, const std::string& before) {
        entry.is_read = true;
        const std::string_view stated = entry.words.take("a checksum");
        const std::string expected = checksum(before);
        if (stated != expected) entry.words.refuse(stated, expected + ": the lines before it have changed");
        entry.words.expect_end();
    }

    std::string source_;
    std::vector<Entry> entries_;
    std::size_t last_line_ = 1;
};

}  // namespace detail

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
    return text + "checksum " + detail::checksum(text) + "\nend\n";
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
    entries.require_all_read();
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
