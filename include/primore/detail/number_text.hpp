// SPDX-License-Identifier: MIT
#pragma once

// Numbers as text that does not depend on the language of the computer: a point, no grouping, and the fewest digits that read back
// as the same number, bit for bit.

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

namespace primore::detail {

/// Whether every character could belong to a decimal number: no "nan", "inf" or hexadecimal digits.
[[nodiscard]] inline bool looks_decimal(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

/// As `number_from_text`, by a stream: for standard libraries whose std::from_chars reads integers only.
template <std::floating_point Scalar>
[[nodiscard]] std::optional<Scalar> number_from_stream(std::string_view text) {
    if (!looks_decimal(text)) return std::nullopt;
    const auto read = [text]<typename Number>(Number value) -> std::optional<Number> {
        std::istringstream stream{std::string(text)};
        stream.imbue(std::locale::classic());
        if (!(stream >> value) || stream.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
        return value;
    };
    if (const auto value = read(Scalar(0))) return value;
    // Some libraries refuse what is less than the least normal number; the longest type has room for it.
    const auto wide = read(0.0L);
    if (!wide || std::abs(*wide) >= std::numeric_limits<Scalar>::min()) return std::nullopt;
    return static_cast<Scalar>(*wide);
}

/// As `text_of_number`, by streams with one digit more at a time.
template <std::floating_point Scalar>
[[nodiscard]] std::string number_by_stream(Scalar value) {
    for (int digits = std::numeric_limits<Scalar>::digits10;; ++digits) {
        std::ostringstream stream;
        stream.imbue(std::locale::classic());
        stream.precision(digits);
        stream << value;
        if (digits >= std::numeric_limits<Scalar>::max_digits10 || number_from_stream<Scalar>(stream.str()) == value) return stream.str();
    }
}

/// The finite number that all of the text is, if it is not too large. One that is too small for its type is zero.
template <std::floating_point Scalar>
[[nodiscard]] std::optional<Scalar> number_from_text(std::string_view text) {
#ifdef __cpp_lib_to_chars
    if (!looks_decimal(text)) return std::nullopt;
    if (text.front() == '+' && !text.starts_with("+-")) text.remove_prefix(1);
    Scalar value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) return number_from_stream<Scalar>(text);  // too small or too large
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
#else
    return number_from_stream<Scalar>(text);
#endif
}

/// Not a number, or an infinite one, as `text_of_number` writes it.
template <std::floating_point Scalar>
[[nodiscard]] std::optional<Scalar> special_number_from_text(std::string_view text) noexcept {
    if (text == "nan" || text == "-nan") return std::numeric_limits<Scalar>::quiet_NaN();
    if (text == "inf") return std::numeric_limits<Scalar>::infinity();
    if (text == "-inf") return -std::numeric_limits<Scalar>::infinity();
    return std::nullopt;
}

template <std::floating_point Scalar>
[[nodiscard]] std::string text_of_number(Scalar value) {
#ifdef __cpp_lib_to_chars
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return std::string(digits.data(), written.ptr);
#else
    return number_by_stream(value);
#endif
}

/// The integer that all of the text is, if it fits.
template <std::integral Integer>
[[nodiscard]] std::optional<Integer> integer_from_text(std::string_view text) noexcept {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A piece of foreign text for an error message: in quotes, not too long, without characters that would spoil a terminal.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string result = "\"";
    for (const char c : text.substr(0, longest)) result += static_cast<unsigned char>(c) < 32 || c == 127 ? '?' : c;
    return result + (text.size() > longest ? "...\"" : "\"");
}

}  // namespace primore::detail
