// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace primore_test {

/// A new empty folder for temporary files that goes away at the end of a test. No two are the same, in this process or another:
/// tests run in parallel.
class ScratchFolder {
public:
    ScratchFolder() {
        std::random_device number;
        do {
            path_ = std::filesystem::temp_directory_path() / ("primore_test_" + std::to_string(number()));
        } while (!std::filesystem::create_directory(path_));
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name, std::ios::binary) << text; }

private:
    std::filesystem::path path_;
};

}  // namespace primore_test
