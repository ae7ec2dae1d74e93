// SPDX-License-Identifier: MIT
#pragma once

// A text as entries: a line with a key and its value each; a line that begins with a space goes on with the entry before. Their order does
// not matter. It begins with "primore" and its version and closes with the line "end"; before that stands the checksum of all lines before
// it, which whoever edits a text by hand takes out.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <primore/detail/number_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore::detail {

inline constexpr std::string_view text_version = "1";

/// FNV-1a of 64 bits, in hexadecimal.
[[nodiscard]] inline std::string checksum(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15u];
    return digits;
}

/// The end of a text: its checksum and its last line.
[[nodiscard]] inline std::string text_end(std::string_view text) { return "checksum " + checksum(text) + "\nend\n"; }

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
    TextEntries(std::string_view text, std::string source, TextNumbers numbers = TextNumbers::finite)
        : source_(std::move(source)), numbers_(numbers) {
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

    /// @param what  the kind of thing that the text is of
    void require_all_read(const std::string& what) const {
        for (const Entry& entry : entries_) {
            if (!entry.is_read) fail(entry.line, in_quotes(entry.key) + " is not a key of this " + what);
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
            entries_.push_back({word, number, TextWords(source_, word, number, numbers_)});
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
    TextNumbers numbers_;
    std::vector<Entry> entries_;
    std::size_t last_line_ = 1;
};

}  // namespace primore::detail
