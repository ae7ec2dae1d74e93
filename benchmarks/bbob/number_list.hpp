// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace primore_benchmark {

/// The words between commas.
[[nodiscard]] inline std::vector<std::string> word_list(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream input(text);
    for (std::string word; std::getline(input, word, ',');) words.push_back(word);
    return words;
}

/// "1-3,7" gives 1, 2, 3, 7.
/// @throws std::invalid_argument if the text is no such list
[[nodiscard]] inline std::vector<int> number_list(const std::string& text) {
    const auto require = [&text](bool is_list) {
        if (!is_list) throw std::invalid_argument("'" + text + "' is no list like 1-3,7");
    };
    const auto number = [&require](const std::string& digits) {
        require(!digits.empty() && digits.size() < 10 && digits.find_first_not_of("0123456789") == std::string::npos);
        return std::stoi(digits);
    };
    std::vector<int> numbers;
    for (const std::string& range : word_list(text)) {
        const std::size_t dash = range.find('-');
        const int first = number(range.substr(0, dash)), last = dash == std::string::npos ? first : number(range.substr(dash + 1));
        require(first <= last);
        for (int next = first; next <= last; ++next) numbers.push_back(next);
    }
    require(!numbers.empty());
    return numbers;
}

/// "20", "1e4" or "2.5e3" as a whole number.
/// @throws std::invalid_argument if the text is no whole number from 0 to 1e15; `option` is what the error calls it
[[nodiscard]] inline std::uint64_t whole_number(const std::string& option, const std::string& text) {
    double value = -1;
    std::istringstream input(text);
    if (!(input >> value) || !(input >> std::ws).eof() || !(value >= 0 && value <= 1e15) || value != std::floor(value)) {
        throw std::invalid_argument(option + " is '" + text + "', expected a whole number like 20 or 1e4");
    }
    return static_cast<std::uint64_t>(value);
}

}  // namespace primore_benchmark
