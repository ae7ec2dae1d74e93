// SPDX-License-Identifier: MIT
#pragma once

// Any text as a single word: in quotes, with %20 for a space, and likewise whatever is not printable.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace primore::detail {

[[nodiscard]] inline std::string word_of_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string word = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 32 && byte != 127 && c != '%') {
            word += c;
        } else {
            word += {'%', digits[byte >> 4], digits[byte & 15u]};
        }
    }
    return word + '"';
}

/// The text of which `word_of_text` has made a word.
[[nodiscard]] inline std::optional<std::string> text_of_word(std::string_view word) {
    if (word.size() < 2 || word.front() != '"' || word.back() != '"') return std::nullopt;
    const auto digit = [](char c) { return std::string_view("0123456789abcdef").find(c); };
    std::string text;
    for (std::size_t i = 1; i + 1 < word.size(); ++i) {
        if (word[i] != '%') {
            text += word[i];
            continue;
        }
        if (i + 3 >= word.size()) return std::nullopt;
        const std::size_t high = digit(word[i + 1]), low = digit(word[i + 2]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        text += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return text;
}

}  // namespace primore::detail
