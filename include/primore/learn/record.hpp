// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>

#include <primore/learn/maximize.hpp>

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
    /// Starts the file anew.
    /// @throws std::runtime_error if it cannot be written
    explicit CsvRecord(const std::filesystem::path& path) : file_(std::make_shared<std::ofstream>(path)), path_(path) {
        *file_ << "generation,episodes,failed_episodes,best_return,median_return,best_return_so_far,entropy,condition,seconds,"
                  "stage,r_squared,kl_mean,kl_covariance\n";
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
    void flush() const {
        if (!file_->flush()) throw std::runtime_error("CsvRecord: cannot write to " + path_.string());
    }

    std::shared_ptr<std::ofstream> file_;
    std::filesystem::path path_;
};

}  // namespace primore
