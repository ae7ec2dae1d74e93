// SPDX-License-Identifier: MIT
#include <primore/learn/text_file.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using primore::read_text_file;
using primore::write_text_file;

TEST_CASE("a text file is replaced as a whole") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "a.txt";
    const std::string long_text(100000, 'x');
    write_text_file("Test", path, long_text);
    CHECK(read_text_file("Test", path) == long_text);
    write_text_file("Test", path, "b\r\n\0c");
    CHECK(read_text_file("Test", path) == std::string("b\r\n"));
    write_text_file("Test", path, "");
    CHECK(read_text_file("Test", path).empty());
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()) == 1);  // no leftovers
}

TEST_CASE("a file that cannot be read or written is named") {
    const primore_test::ScratchFolder folder;
    CHECK_THROWS_MATCHES(read_text_file("Test", "no/such.txt"), std::runtime_error,
                         Message("Test: cannot read no/such.txt: No such file or directory"));
    CHECK_THROWS_MATCHES(write_text_file("Test", "no/such.txt", "x"), std::runtime_error,
                         Message("Test: cannot write no/such.txt: No such file or directory"));
    CHECK_THROWS_MATCHES(read_text_file("Test", folder.path()), std::runtime_error, MessageMatches(ContainsSubstring("it is a folder")));
    // The name is taken by a folder: nothing is left behind.
    std::filesystem::create_directory(folder.path() / "taken");
    CHECK_THROWS_AS(write_text_file("Test", folder.path() / "taken", "x"), std::runtime_error);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()) == 1);
}
