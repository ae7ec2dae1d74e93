// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "hole_reacher/options.hpp"
#include "support/catch.hpp"

using hole_reacher::OptionError;
using hole_reacher::Options;
using hole_reacher::PrimitiveKind;
using hole_reacher::Reward;
using hole_reacher::SearchKind;

namespace {

Options parse(const std::vector<std::string>& arguments) { return hole_reacher::parse_options(arguments); }

/// The sentence in which the arguments are refused.
std::string refusal(const std::vector<std::string>& arguments) {
    try {
        (void)parse(arguments);
    } catch (const OptionError& error) {
        return error.what();
    }
    return "nothing was refused";
}

}  // namespace

TEST_CASE("without arguments the defaults hold") {
    const Options options = parse({});
    CHECK(options.search == SearchKind::cas_more);
    CHECK(options.reward == Reward::unbounded);
    CHECK(options.hole_x == 2.0);
    CHECK(options.hole_width == 0.5);
    CHECK(options.episodes == 5000);
    CHECK(options.seed == 1);
    CHECK(options.threads >= 1);
    CHECK(options.out == "hole_reacher_out");
    CHECK_FALSE(options.help);
}

TEST_CASE("values follow their option or an equals sign") {
    const Options options = parse({"--primitive", "prodmp", "--search=cma-es", "--reward", "vel_acc", "--hole-x=-2.5", "--hole-width",
                                   "7e-1", "--episodes=100", "--seed", "18446744073709551615", "--threads=3", "--out", "a=b 'c'"});
    CHECK(options.primitive == PrimitiveKind::prodmp);
    CHECK(options.search == SearchKind::cma_es);
    CHECK(options.reward == Reward::vel_acc);
    CHECK(options.hole_x == -2.5);
    CHECK(options.hole_width == 0.7);
    CHECK(options.episodes == 100);
    CHECK(options.seed == 18446744073709551615u);
    CHECK(options.threads == 3);
    CHECK(options.out == "a=b 'c'");

    CHECK(parse({"--out=--odd=name"}).out == "--odd=name");
    CHECK(parse({"--hole-x", "-2"}).hole_x == -2.0);
    CHECK(parse({"--primitive=promp"}).primitive == PrimitiveKind::promp);
    CHECK(parse({"--search", "cas-more"}).search == SearchKind::cas_more);
    CHECK(parse({"--reward", "simple"}).reward == Reward::simple);
    CHECK(parse({"--seed", "2", "--seed", "3"}).seed == 3);
}

TEST_CASE("--help beats everything else and explains every option with its default") {
    CHECK(parse({"--help"}).help);
    CHECK(parse({"--seed", "nonsense", "--help"}).help);
    const std::string help = hole_reacher::help_text();
    for (const auto& option : hole_reacher::all_options()) {
        CHECK_THAT(help, ContainsSubstring(option.name + ' ' + option.placeholder));
        CHECK_THAT(help, ContainsSubstring(option.allowed + " (default " + option.standard + ")"));
        CHECK_FALSE(option.standard.empty());
    }
}

TEST_CASE("wrong options are refused in one sentence") {
    CHECK(refusal({"--colour", "red"}) == "unknown option '--colour'; --help explains all options");
    CHECK(refusal({"--seeds=3"}) == "unknown option '--seeds'; --help explains all options");
    CHECK(refusal({"--"}) == "unknown option '--'; --help explains all options");
    CHECK(refusal({"promp"}) == "unexpected argument 'promp', expected an option; --help explains all of them");
    CHECK(refusal({"-h"}) == "unexpected argument '-h', expected an option; --help explains all of them");
    CHECK(refusal({""}) == "unexpected argument '', expected an option; --help explains all of them");
    CHECK(refusal({"--seed", "1", "2"}) == "unexpected argument '2', expected an option; --help explains all of them");
    CHECK(refusal({"--seed"}) == "--seed has no value, expected a whole number from 0 to 18446744073709551615");
    CHECK(refusal({"--out", "--seed=1"}) == "--out has no value, expected the name of a directory without control characters");
}

TEST_CASE("wrong values are refused in one sentence that says what is allowed") {
    CHECK(refusal({"--primitive", "dmp"}) == "--primitive is 'dmp', expected promp or prodmp");
    CHECK(refusal({"--primitive="}) == "--primitive is '', expected promp or prodmp");
    CHECK(refusal({"--search", "reps"}) == "--search is 'reps', expected cas-more or cma-es");
    CHECK(refusal({"--reward", "Simple"}) == "--reward is 'Simple', expected simple, vel_acc or unbounded");
    for (const std::string wrong : {"4.01", "-5", "two", "2m", "1e999", "nan", "inf", "0x2", " 2", "2 ", "2,0", "", "-", "1e"}) {
        CHECK(refusal({"--hole-x=" + wrong}) == "--hole-x is '" + wrong + "', expected a number from -4 to 4");
    }
    for (const std::string wrong : {"0", "-0.5", "4.5", "wide"}) {
        CHECK(refusal({"--hole-width", wrong}) == "--hole-width is '" + wrong + "', expected a number from 0.01 to 4");
    }
    for (const std::string wrong : {"0", "-1", "1.5", "many", "5000 ", "+3", "1000000001", "99999999999999999999999"}) {
        CHECK(refusal({"--episodes", wrong}) == "--episodes is '" + wrong + "', expected a whole number from 1 to 1000000000");
    }
    for (const std::string wrong : {"-1", "1e3", "18446744073709551616"}) {
        CHECK(refusal({"--seed", wrong}) == "--seed is '" + wrong + "', expected a whole number from 0 to 18446744073709551615");
    }
    for (const std::string wrong : {"0", "1025", "-2", "all"}) {
        CHECK(refusal({"--threads", wrong}) == "--threads is '" + wrong + "', expected a whole number from 1 to 1024");
    }
    CHECK(refusal({"--out", ""}) == "--out is '', expected the name of a directory without control characters");
    CHECK(refusal({"--out=a\nb"}) == "--out is 'a\nb', expected the name of a directory without control characters");
}

TEST_CASE("a hole under the base is refused") {
    CHECK(refusal({"--hole-x", "0.25"}) ==
          "--hole-x 0.25 with --hole-width 0.5 puts the hole under the base of the arm, expected a hole-x below -0.25 or above 0.25");
    CHECK(refusal({"--hole-x", "-1", "--hole-width", "3"}) ==
          "--hole-x -1 with --hole-width 3 puts the hole under the base of the arm, expected a hole-x below -1.5 or above 1.5");
    CHECK(parse({"--hole-x", "0.26"}).hole_x == 0.26);
}
