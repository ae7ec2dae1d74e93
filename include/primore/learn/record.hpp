// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <primore/learn/maximize.hpp>
#include <primore/learn/text_file.hpp>

namespace primore {

/// An observer that writes a row per generation into a file of comma-separated values, readable while the run goes on.
///
///     generation,episodes,failed_episodes,best_return,median_return,best_return_so_far,entropy,condition,seconds,
///     stage,r_squared,kl_mean,kl_covariance                                                       (in one line)
///
/// A generation without a finite return has `nan` for its best and median; what a search does not report is empty. Copies write into the
/// same file.
class CsvRecord {
public:
    /// Starts the file anew or, for a run that continues, after the rows of its `earlier_generations` (SavedRun::so_far.generations): what
    /// came after them, or was half written, is dropped. If there is no such file, it starts here.
    ///
    /// @throws std::runtime_error if it cannot be written, or is to be continued and is no such record
    explicit CsvRecord(const std::filesystem::path& path, std::uint32_t earlier_generations = 0) : path_(path) {
        const bool continues = earlier_generations > 0 && std::filesystem::exists(path);
        if (continues) write_text_file("CsvRecord", path, rows_until(earlier_generations));
        file_ = std::make_shared<std::ofstream>(path, continues ? std::ios::app : std::ios::trunc);
        if (!continues) *file_ << header;
        flush();
    }

    /// @throws std::runtime_error if the row cannot be written
    template <std::floating_point Scalar>
    void operator()(const Generation<Scalar>& now) const {
        file_->precision(std::numeric_limits<Scalar>::max_digits10);
        *file_ << now.generation << ',' << now.episodes << ',' << now.failed_episodes << ',' << now.best_return << ',' << now.median_return
               << ',' << now.best_return_so_far << ',' << now.entropy << ',' << now.condition << ',' << now.seconds << ',';
        if (now.update) *file_ << to_string(now.update->stage);
        const UpdateReport<Scalar> update = now.update.value_or(UpdateReport<Scalar>{});
        for (const auto& value : {update.r_squared, update.kl_mean, update.kl_covariance}) {
            *file_ << ',';
            if (value) *file_ << *value;
        }
        *file_ << '\n';
        flush();
    }

private:
    static constexpr std::string_view header =
        "generation,episodes,failed_episodes,best_return,median_return,best_return_so_far,entropy,condition,seconds,"
        "stage,r_squared,kl_mean,kl_covariance\n";

    /// The text of the file up to the row of a generation.
    [[nodiscard]] std::string rows_until(std::uint32_t last) const {
        std::string text = read_text_file("CsvRecord", path_);
        if (!text.starts_with(header)) throw std::runtime_error("CsvRecord: " + path_.string() + " does not begin as a record does");
        std::size_t end = header.size();
        while (true) {
            const std::size_t next = text.find('\n', end);
            std::uint32_t generation = 0;
            if (next == std::string::npos) break;
            if (std::from_chars(text.data() + end, text.data() + next, generation).ec != std::errc() || generation > last) break;
            end = next + 1;
        }
        text.resize(end);
        return text;
    }

    void flush() const {
        if (!file_->flush()) throw std::runtime_error("CsvRecord: cannot write to " + path_.string());
    }

    std::shared_ptr<std::ofstream> file_;
    std::filesystem::path path_;
};

}  // namespace primore
