// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include <primore/learn/text_file.hpp>
#include <primore/text/primitive_text.hpp>

namespace primore {

/// Writes a primitive, and what belongs to it, into a file, which is then there completely or not at all.
/// @throws std::invalid_argument see `text_of`; std::runtime_error if the file cannot be written
template <typename Primitive>
void save_primitive(const std::filesystem::path& path, const SavedPrimitive<Primitive>& saved) {
    write_text_file("save_primitive", path, text_of(saved));
}

template <typename Primitive>
requires requires { typename TextForm<Primitive>::Scalar; }
void save_primitive(const std::filesystem::path& path, const Primitive& primitive) {
    save_primitive(path, SavedPrimitive<Primitive>{primitive});
}

/// Reads a primitive from a file: `const auto [primitive, parameters, weights] = load_primitive<ProMp<double, 7>>("throw.txt");`
/// @throws std::runtime_error if the file cannot be read; see `saved_primitive`
template <typename Primitive>
[[nodiscard]] SavedPrimitive<Primitive> load_primitive(const std::filesystem::path& path) {
    return saved_primitive<Primitive>(read_text_file("load_primitive", path), path.string());
}

}  // namespace primore
