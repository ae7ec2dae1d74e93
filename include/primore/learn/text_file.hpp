// SPDX-License-Identifier: MIT
#pragma once

// Whole text files, read and written such that there is never half of one.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#if __has_include(<unistd.h>)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace primore {

/// All that is in a file.
/// @throws std::runtime_error, in the name of `where`, if it cannot be read
[[nodiscard]] inline std::string read_text_file(std::string_view where, const std::filesystem::path& path) {
    const auto fail = [&](const std::string& why) {
        throw std::runtime_error(std::string(where) + ": cannot read " + path.string() + ": " + why);
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) fail("it is a folder");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) fail(std::strerror(errno));
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) fail("it ended early");
    return text;
}

namespace detail {

#if __has_include(<unistd.h>)

/// Writes a new file and waits until it is on the disk; false, with errno, if that fails.
inline bool write_and_sync(const std::filesystem::path& path, std::string_view text) noexcept {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return false;
    bool is_written = true;
    while (is_written && !text.empty()) {
        const ::ssize_t count = ::write(file, text.data(), text.size());
        if (count >= 0) text.remove_prefix(static_cast<std::size_t>(count));
        is_written = count >= 0 || errno == EINTR;
    }
    is_written = is_written && ::fsync(file) == 0;
    const int error = errno;
    const bool is_closed = ::close(file) == 0;
    if (!is_written) errno = error;
    return is_written && is_closed;
}

inline long process_number() noexcept { return static_cast<long>(::getpid()); }

/// Waits until a renamed file is known under its new name; some file systems cannot, and need not.
inline void sync_folder(const std::filesystem::path& folder) noexcept {
    const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    static_cast<void>(::fsync(file));
    static_cast<void>(::close(file));
}

#else

inline bool write_and_sync(const std::filesystem::path& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    return static_cast<bool>(file.flush());
}
inline long process_number() noexcept { return 0; }
inline void sync_folder(const std::filesystem::path&) noexcept {}

#endif

}  // namespace detail

/// Makes a file, or replaces it: the text goes into a file of a temporary name beside it, is synced to the disk and renamed, so that
/// whatever happens there is the old file or the new one.
///
/// @throws std::runtime_error, in the name of `where`, if it cannot be written; then nothing has changed
inline void write_text_file(std::string_view where, const std::filesystem::path& path, std::string_view text) {
    static std::atomic<unsigned> count{0};
    std::filesystem::path temporary = path;
    temporary += "." + std::to_string(detail::process_number()) + "." + std::to_string(count++) + ".part";
    errno = 0;
    std::error_code error;
    if (!detail::write_and_sync(temporary, text)) error = std::error_code(errno, std::generic_category());
    if (!error) std::filesystem::rename(temporary, path, error);
    if (error) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw std::runtime_error(std::string(where) + ": cannot write " + path.string() + ": " + error.message());
    }
    detail::sync_folder(path.parent_path());
}

}  // namespace primore
