// SPDX-License-Identifier: MIT
#include "gnuplot.hpp"

#include "support/catch.hpp"

TEST_CASE("texts and file names become strings of gnuplot that are no commands") {
    CHECK(gnuplot::text("it's `date` \"$HOME\"") == "'it''s `date` \"$HOME\"'");
    CHECK(gnuplot::file_name("/pictures of mine/c.svg") == "'/pictures of mine/c.svg'");
    CHECK(gnuplot::file_name("|date").starts_with("'/"));
}

TEST_CASE("a script that fails is told from one that does not") {
    if (!gnuplot::is_installed()) return;
    CHECK(gnuplot::run("a = 1\n"));
    CHECK_FALSE(gnuplot::run("no command\n"));
}
