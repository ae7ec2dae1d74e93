// SPDX-License-Identifier: MIT
#pragma once

// Demonstrations as comma-separated values:
//
//     time,shoulder,elbow
//     0,0.1,0.7
//     0.005,0.1002,0.69
//
// Times in seconds rise from row to row; every cell holds a finite number with a decimal point, whatever the language of the computer.
// Harmless and accepted: spaces around cells, quoted cells, a byte order mark, line ends of Windows, empty lines at the end.

#include <algorithm>
#include <cctype>
#include <concepts>
#include <filesystem>
#include <istream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <primore/detail/number_text.hpp>
#include <primore/detail/require.hpp>
#include <primore/imitation/demonstration.hpp>
#include <primore/learn/text_file.hpp>

namespace primore {

/// A demonstration and what its degrees of freedom are called.
template <std::floating_point Scalar>
struct NamedDemonstration {
    std::vector<std::string> names;  ///< [D]
    Demonstration<Scalar> demonstration;
};

/// Demonstrations of one folder, all with the same names.
template <std::floating_point Scalar>
struct DemonstrationFolder {
    std::vector<std::string> names;                     ///< [D]
    std::vector<std::filesystem::path> files;           ///< sorted by name
    std::vector<Demonstration<Scalar>> demonstrations;  ///< one of each file
};

namespace detail {

[[nodiscard]] inline std::string_view without_blanks(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Reads a table line by line; every complaint names source, line and cell.
template <std::floating_point Scalar>
class CsvReader {
public:
    CsvReader(std::istream& stream, std::string source) : stream_(stream), source_(std::move(source)) {}

    [[nodiscard]] NamedDemonstration<Scalar> read() {
        NamedDemonstration<Scalar> result;
        result.names = read_header();
        std::vector<Scalar> numbers;  // row by row
        const std::size_t width = result.names.size() + 1;
        while (next_line()) {
            const std::vector<std::string> cells = split();
            if (cells.size() != width) {
                fail(std::min(cells.size(), width) + 1,
                     count_of(cells.size(), "cell") + ", expected " + std::to_string(width) + " as in the header");
            }
            for (std::size_t i = 0; i < width; ++i) numbers.push_back(number(cells[i], i, i == 0 ? "time" : result.names[i - 1]));
            const std::size_t row = numbers.size() - width;
            if (row == 0 || numbers[row] > numbers[row - width]) continue;
            fail(1, "time is " + cells[0] + ", expected more than " + text_of_number(numbers[row - width]) + ", the time before");
        }
        const auto rows = static_cast<Eigen::Index>(numbers.size() / width);
        if (rows < 2) fail(1, count_of(static_cast<std::size_t>(rows), "row") + " of numbers, expected at least 2");
        using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const Eigen::Map<const RowMajor> table(numbers.data(), rows, static_cast<Eigen::Index>(width));
        result.demonstration = {table.col(0), table.rightCols(table.cols() - 1)};
        return result;
    }

    [[noreturn]] void fail(std::size_t cell, const std::string& what) const {
        throw std::runtime_error(source_ + ":" + std::to_string(line_number_) + ":" + std::to_string(cell) + ": " + what);
    }

private:
    static std::string count_of(std::size_t count, const char* what) {
        return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    }

    /// The next line that is not empty; empty ones are refused if another follows.
    bool next_line() {
        std::size_t first_empty = 0;
        for (std::size_t number = line_number_ + 1; std::getline(stream_, line_); ++number) {
            if (number == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.erase(0, 3);
            if (without_blanks(line_).empty()) {
                if (first_empty == 0) first_empty = number;
                continue;
            }
            line_number_ = first_empty == 0 ? number : first_empty;
            if (first_empty != 0) fail(1, "an empty line, expected none before the last row");
            if (without_blanks(line_).find('\r') != std::string_view::npos) fail(1, "a carriage return within the line");
            return true;
        }
        if (stream_.bad()) throw std::runtime_error(source_ + ": cannot be read");
        ++line_number_;
        return false;
    }

    std::vector<std::string> read_header() {
        if (!next_line()) fail(1, "nothing, expected the header time,name1,name2,...");
        std::vector<std::string> names = split();
        if (names[0] != "time") fail(1, "the first column is " + in_quotes(names[0]) + ", expected the header time,name1,name2,...");
        if (names.size() < 2) fail(2, "nothing after time, expected the header time,name1,name2,...");
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i].empty()) fail(i + 1, "the name of the column is empty");
            const auto first = static_cast<std::size_t>(std::find(names.begin(), names.end(), names[i]) - names.begin());
            if (first != i) fail(i + 1, in_quotes(names[i]) + " is the name of column " + std::to_string(first + 1) + ", too");
        }
        names.erase(names.begin());
        return names;
    }

    /// The cells of the line; a quoted one may hold commas, and quotes if they are doubled.
    [[nodiscard]] std::vector<std::string> split() const {
        std::vector<std::string> cells;
        std::string_view rest = line_;
        for (bool has_more = true; has_more;) {
            const auto first = rest.find_first_not_of(" \t\r");
            std::string cell;
            if (first != std::string_view::npos && rest[first] == '"') {
                rest.remove_prefix(first + 1);
                for (;; rest.remove_prefix(1)) {
                    if (rest.empty()) fail(cells.size() + 1, "a quote is not closed");
                    if (rest[0] == '"' && !rest.starts_with("\"\"")) break;
                    if (rest[0] == '"') rest.remove_prefix(1);
                    cell += rest[0];
                }
                rest.remove_prefix(1);
                if (!without_blanks(rest.substr(0, rest.find(','))).empty()) fail(cells.size() + 1, "text follows a closed quote");
            } else {
                cell = without_blanks(rest.substr(0, rest.find(',')));
            }
            cells.push_back(std::move(cell));
            has_more = rest.find(',') != std::string_view::npos;
            if (has_more) rest.remove_prefix(rest.find(',') + 1);
        }
        return cells;
    }

    [[nodiscard]] Scalar number(const std::string& cell, std::size_t index, const std::string& name) const {
        if (cell.empty()) fail(index + 1, name + " is missing");
        const std::optional<Scalar> value = number_from_text<Scalar>(cell);
        if (!value) fail(index + 1, name + " is " + in_quotes(cell) + ", expected a finite number");
        return *value;
    }

    std::istream& stream_;
    std::string source_, line_;
    std::size_t line_number_ = 0;
};

}  // namespace detail

/// Reads a demonstration, all of it or none.
///
/// @param source  what the errors call the stream
/// @throws std::runtime_error "source:line:cell: ..." for the first cell that is not as it should be
template <std::floating_point Scalar>
[[nodiscard]] NamedDemonstration<Scalar> read_demonstration_csv(std::istream& stream, const std::string& source) {
    return detail::CsvReader<Scalar>(stream, source).read();
}

/// Reads a demonstration from a file.
/// @throws std::runtime_error if the file cannot be read; see above
template <std::floating_point Scalar>
[[nodiscard]] NamedDemonstration<Scalar> read_demonstration_csv(const std::filesystem::path& path) {
    std::istringstream stream(read_text_file("read_demonstration_csv", path));
    return read_demonstration_csv<Scalar>(stream, path.string());
}

/// Reads every file of a folder whose name ends in .csv, sorted by name: all of them or none.
///
/// @throws std::runtime_error if the folder cannot be read or holds no such file, if a file is not as it should be, or has other columns
///         than the first
template <std::floating_point Scalar>
[[nodiscard]] DemonstrationFolder<Scalar> read_demonstration_folder(const std::filesystem::path& folder) {
    const std::string where = "read_demonstration_folder: " + folder.string();
    DemonstrationFolder<Scalar> result;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        std::string ending = entries->path().extension().string();
        std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (ending == ".csv" && !entries->is_directory()) result.files.push_back(entries->path());
    }
    if (error) throw std::runtime_error(where + ": " + error.message());
    if (result.files.empty()) throw std::runtime_error(where + " holds no .csv file");
    std::sort(result.files.begin(), result.files.end());
    for (const std::filesystem::path& file : result.files) {
        NamedDemonstration<Scalar> read = read_demonstration_csv<Scalar>(file);
        if (result.demonstrations.empty()) result.names = read.names;
        const std::size_t common = std::min(read.names.size(), result.names.size());
        for (std::size_t i = 0; i < std::max(read.names.size(), result.names.size()); ++i) {
            if (i < common && read.names[i] == result.names[i]) continue;
            const auto called = [i](const std::vector<std::string>& names) {
                return i < names.size() ? detail::in_quotes(names[i]) : "missing";
            };
            throw std::runtime_error(file.string() + ":1:" + std::to_string(i + 2) + ": the column is " + called(read.names) +
                                     ", expected " + called(result.names) + " as in " + result.files.front().filename().string());
        }
        result.demonstrations.push_back(std::move(read.demonstration));
    }
    return result;
}

/// A demonstration as text that reads back as the same numbers, bit for bit, in the fewest digits.
///
/// @throws std::invalid_argument if it is not one that could be read: see Demonstration::validate; names have to be different from each
///         other and from `time`, not empty, without line breaks, and one for every degree of freedom
template <std::floating_point Scalar>
[[nodiscard]] std::string demonstration_csv(const std::vector<std::string>& names, const Demonstration<Scalar>& demonstration) {
    constexpr auto where = "demonstration_csv";
    demonstration.validate(where, "demonstration", static_cast<Eigen::Index>(names.size()));
    detail::require_at_least(where, "the size of names", static_cast<Eigen::Index>(names.size()), 1);
    std::string text = "time";
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
        const bool is_new = names[i] != "time" && std::find(names.begin(), end, names[i]) == end;
        if (names[i].empty() || names[i].find_first_of("\r\n") != std::string::npos || !is_new) {
            detail::refuse(where, "names[" + std::to_string(i) + "]", detail::in_quotes(names[i]),
                           "a name in one line, different from the others");
        }
        const bool is_plain = names[i].find_first_of(",\"") == std::string::npos && detail::without_blanks(names[i]) == names[i];
        text += is_plain ? ',' + names[i] : ",\"";
        if (is_plain) continue;
        for (const char c : names[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
    }
    for (Eigen::Index row = 0; row < demonstration.times.size(); ++row) {
        text += '\n' + detail::text_of_number(demonstration.times(row));
        for (Eigen::Index dof = 0; dof < demonstration.positions.cols(); ++dof) {
            text += ',' + detail::text_of_number(demonstration.positions(row, dof));
        }
    }
    return text + '\n';
}

/// Writes a demonstration into a file, which is then there completely or not at all.
/// @throws std::invalid_argument see `demonstration_csv`; std::runtime_error if the file cannot be written
template <std::floating_point Scalar>
void write_demonstration_csv(const std::filesystem::path& path, const std::vector<std::string>& names,
                             const Demonstration<Scalar>& demonstration) {
    write_text_file("write_demonstration_csv", path, demonstration_csv(names, demonstration));
}

}  // namespace primore
