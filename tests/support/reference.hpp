// SPDX-License-Identifier: MIT
#pragma once

// Reads the reference numbers: files of cases, one entry per line.
//
//   # comment
//   case NAME
//   text KEY rest of the line
//   real KEY RANK D1 .. D_RANK  v v v ...      row-major; rank 0 is a single number
//   end

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <iterator>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace primore_test {

/// Numbers of any rank, row-major.
struct ReferenceArray {
    std::vector<Eigen::Index> shape;
    std::vector<double> values;
};

/// One case of a reference file: texts and numbers by key. Asking for a key that is absent, or of another shape, throws a sentence
/// that names the case.
struct ReferenceCase {
    std::string name;
    std::string origin;  ///< "file:line" of the case
    std::map<std::string, std::string> texts;
    std::map<std::string, ReferenceArray> reals;

    /// Whether the case gives this key. A text "null" stands for "not given".
    bool has(const std::string& key) const {
        const auto found = texts.find(key);
        return reals.contains(key) || (found != texts.end() && found->second != "null");
    }

    const std::string& text(const std::string& key) const {
        const auto found = texts.find(key);
        if (found == texts.end()) complain("has no text '" + key + "'");
        return found->second;
    }

    double number(const std::string& key) const {
        const ReferenceArray& real = array(key);
        if (real.values.size() != 1) complain("'" + key + "' is an array, expected a single number");
        return real.values.front();
    }

    double number_or(const std::string& key, double fallback) const { return has(key) ? number(key) : fallback; }

    /// Any rank, flattened; a single number gives size 1.
    Eigen::VectorXd vector(const std::string& key) const {
        const std::vector<double>& values = array(key).values;
        return Eigen::VectorXd::Map(values.data(), static_cast<Eigen::Index>(values.size()));
    }

    Eigen::MatrixXd matrix(const std::string& key) const {
        using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const ReferenceArray& real = array(key);
        if (real.shape.size() != 2) complain("'" + key + "' has rank " + std::to_string(real.shape.size()) + ", expected a matrix");
        return RowMajor::Map(real.values.data(), real.shape[0], real.shape[1]);
    }

    std::vector<Eigen::Index> shape(const std::string& key) const { return array(key).shape; }

private:
    const ReferenceArray& array(const std::string& key) const {
        const auto found = reals.find(key);
        if (found == reals.end()) complain("has no numbers '" + key + "'");
        return found->second;
    }

    [[noreturn]] void complain(const std::string& what) const {
        throw std::runtime_error("reference case " + name + " (" + origin + "): " + what);
    }
};

/// Reads one file, line by line; whatever it does not understand throws a sentence with file and line.
class ReferenceParser {
public:
    ReferenceParser(std::istream& input, std::string file) : input_(input), file_(std::move(file)) {}

    std::vector<ReferenceCase> cases() {
        for (std::string line; std::getline(input_, line);) {
            ++line_;
            if (line.ends_with('\r')) line.pop_back();
            if (!line.empty() && line.front() != '#') read(line);
        }
        if (is_open_) complain("the file ends inside case '" + cases_.back().name + "'");
        return std::move(cases_);
    }

private:
    void read(const std::string& line) {
        const auto [word, rest] = split(line);
        if (word != "case" && !is_open_) complain("'" + word + "' outside a case");
        if (word == "case") {
            begin_case(rest);
        } else if (word == "text") {
            const auto [key, value] = split(rest);
            if (!cases_.back().texts.emplace(key, value).second) complain("text '" + key + "' is given twice");
        } else if (word == "real") {
            const auto [key, value] = split(rest);
            if (!cases_.back().reals.emplace(key, array(key, value)).second) complain("real '" + key + "' is given twice");
        } else if (word == "end") {
            is_open_ = false;
        } else {
            complain("unknown word '" + word + "'");
        }
    }

    void begin_case(const std::string& name) {
        if (is_open_) complain("case '" + name + "' begins inside case '" + cases_.back().name + "'");
        is_open_ = true;
        cases_.emplace_back();
        cases_.back().name = name;
        cases_.back().origin = position();
    }

    ReferenceArray array(const std::string& key, const std::string& text) const {
        const std::vector<double> entries = numbers(key, text);
        const auto is_size = [](double entry) { return entry >= 0 && entry <= 1e9 && std::floor(entry) == entry; };
        if (entries.empty() || !is_size(entries[0]) || entries[0] >= static_cast<double>(entries.size())) {
            complain("real '" + key + "': the rank and as many sizes must come first");
        }
        const auto values = entries.begin() + 1 + static_cast<std::ptrdiff_t>(entries[0]);
        if (!std::all_of(entries.begin() + 1, values, is_size)) complain("real '" + key + "': sizes must be whole numbers");
        const double count = std::accumulate(entries.begin() + 1, values, 1.0, std::multiplies<>());
        if (const auto found = entries.end() - values; static_cast<double>(found) != count) {
            complain("real '" + key + "' has " + std::to_string(found) + " values, its shape asks for " +
                     std::to_string(static_cast<long long>(count)));
        }
        return {std::vector<Eigen::Index>(entries.begin() + 1, values), std::vector<double>(values, entries.end())};
    }

    /// Every number of a line, nan, inf and -inf among them.
    std::vector<double> numbers(const std::string& key, const std::string& text) const {
        std::vector<double> result;
        for (const char* next = text.c_str(); *next != '\0';) {
            char* after = nullptr;
            result.push_back(std::strtod(next, &after));
            if (after == next || (*after != '\0' && *after != ' ')) complain("real '" + key + "': '" + next + "' is not a number");
            next = after + std::strspn(after, " ");
        }
        return result;
    }

    static std::pair<std::string, std::string> split(const std::string& line) {
        const auto space = line.find(' ');
        if (space == std::string::npos) return {line, ""};
        return {line.substr(0, space), line.substr(space + 1)};
    }

    std::string position() const { return file_ + ':' + std::to_string(line_); }

    [[noreturn]] void complain(const std::string& what) const { throw std::runtime_error(position() + ": " + what); }

    std::istream& input_;
    std::string file_;
    int line_ = 0;
    bool is_open_ = false;
    std::vector<ReferenceCase> cases_;
};

/// Where the reference numbers are: $PRIMORE_REFERENCE_DIR, or else the project's own.
inline std::filesystem::path reference_directory() {
    const char* chosen = std::getenv("PRIMORE_REFERENCE_DIR");
    return chosen != nullptr && *chosen != '\0' ? chosen : PRIMORE_DEFAULT_REFERENCE_DIR;
}

/// The cases of every .ref file below `<directory>/<topic>`, files in the order of their names.
///
/// @throws std::runtime_error if there is no such directory, a file is broken, or there is not a single case
inline std::vector<ReferenceCase> reference_cases(const std::string& topic,
                                                  const std::filesystem::path& directory = reference_directory()) {
    const std::filesystem::path folder = directory / topic;
    if (!std::filesystem::is_directory(folder)) {
        throw std::runtime_error("reference numbers: " + folder.string() + " is not a directory (PRIMORE_REFERENCE_DIR chooses another)");
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".ref") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<ReferenceCase> cases;
    for (const std::filesystem::path& file : files) {
        std::ifstream input(file);
        if (!input) throw std::runtime_error("reference numbers: " + file.string() + " cannot be read");
        std::vector<ReferenceCase> found = ReferenceParser(input, file.string()).cases();
        std::move(found.begin(), found.end(), std::back_inserter(cases));
    }
    if (cases.empty()) throw std::runtime_error("reference numbers: no case in any .ref file below " + folder.string());
    return cases;
}

}  // namespace primore_test
