// SPDX-License-Identifier: MIT
#include <primore/detail/word_text.hpp>

#include <string>

#include "support/catch.hpp"

using primore::detail::text_of_word;
using primore::detail::word_of_text;

TEST_CASE("any text is a word") {
    CHECK(word_of_text("") == "\"\"");
    CHECK(word_of_text("the arm\nwas 100% \"stopped\"") == "\"the%20arm%0awas%20100%25%20\"stopped\"\"");
    std::string all;
    for (int c = -128; c < 128; ++c) all += static_cast<char>(c);
    const std::string word = word_of_text(all);
    CHECK(word.find_first_of(" \t\r\n") == std::string::npos);
    CHECK(text_of_word(word) == all);
    CHECK(text_of_word("\"\"") == "");
}

TEST_CASE("words that are no text") {
    for (const char* word : {"", "\"", "a", "\"a", "a\"", "\"%\"", "\"%2\"", "\"%2g\"", "\"%g2\""}) CHECK_FALSE(text_of_word(word));
}
