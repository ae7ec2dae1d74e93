// SPDX-License-Identifier: MIT
#include <primore/detail/number_text.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <locale>
#include <string>

#include <primore/detail/finite.hpp>
#include <primore/random/stream.hpp>

#include "support/catch.hpp"

using primore::detail::integer_from_text;
using primore::detail::number_by_stream;
using primore::detail::number_from_stream;
using primore::detail::number_from_text;
using primore::detail::text_of_number;

TEST_CASE("the fewest digits that read back") {
    CHECK(text_of_number(0.1) == "0.1");
    CHECK(text_of_number(0.1f) == "0.1");
    CHECK(text_of_number(1.0 / 3) == "0.3333333333333333");
    CHECK(text_of_number(-2.0) == "-2");
    CHECK(number_by_stream(0.1) == "0.1");
    CHECK(number_by_stream(1.0 / 3) == "0.3333333333333333");
    CHECK(number_by_stream(0.1f) == "0.1");
}

TEMPLATE_TEST_CASE("every number reads back bit for bit", "", float, double) {
    using Scalar = TestType;
    using Bits = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;
    using Limits = std::numeric_limits<Scalar>;
    const auto check = [](Scalar x) {
        const Bits bits = std::bit_cast<Bits>(x);
        const auto direct = number_from_text<Scalar>(text_of_number(x)), by_stream = number_from_stream<Scalar>(number_by_stream(x));
        return direct && by_stream && std::bit_cast<Bits>(*direct) == bits && std::bit_cast<Bits>(*by_stream) == bits;
    };
    CHECK(check(Scalar(0)));
    CHECK(check(-Scalar(0)));
    CHECK(check(Limits::max()));
    CHECK(check(Limits::min()));
    CHECK(check(-Limits::epsilon()));
    CHECK(check(Limits::denorm_min()));
    CHECK(check(-Limits::min() / 3));
    primore::Stream stream(3, primore::Purpose{3}, 0, 0);
    int checked = 0, exact = 0;
    while (checked < 2000) {  // any bits that are a number
        const Scalar x = std::bit_cast<Scalar>(static_cast<Bits>(static_cast<Bits>(stream()) << (sizeof(Bits) * 4) ^ stream()));
        if (!std::isnormal(x)) continue;
        ++checked;
        exact += check(x);
    }
    CHECK(exact == checked);
}

TEST_CASE("text that is a number, and text that is none") {
    for (const char* text : {"1.5", "+1.5", "15e-1", "1.5E0", "01.50"}) {
        CHECK(number_from_text<double>(text) == 1.5);
        CHECK(number_from_stream<double>(text) == 1.5);
    }
    CHECK(number_from_text<double>(".5") == 0.5);
    CHECK(number_from_text<double>("5.") == 5);
    for (const char* text :
         {"", "+", "-", "+-1", "++1", "-+1", " 1", "1 ", "1,5", "1.5.2", "nan", "inf", "-infinity", "0x10", "1e", "1e999", "e5"}) {
        INFO(text);
        CHECK_FALSE(number_from_text<double>(text));
        CHECK_FALSE(number_from_stream<double>(text));
    }
    for (const char* text : {"1e-400", "-1e-60"}) {  // less than any float, and than any double
        CHECK(std::signbit(number_from_text<float>(text).value_or(1)) == (*text == '-'));
        CHECK(number_from_text<float>(text) == 0);
    }
    CHECK(number_from_text<double>("1e-400") == 0);
    CHECK_FALSE(number_from_text<float>("1e60"));
    CHECK(integer_from_text<long>("-12") == -12);
    for (const char* text : {"", "1.0", "1 ", "+1", "99999999999999999999"}) CHECK_FALSE(integer_from_text<long>(text));
}

TEST_CASE("numbers that are not finite are told from others") {
    using primore::detail::special_number_from_text;
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const float x : {infinity, -infinity}) {
        CHECK(special_number_from_text<float>(text_of_number(x)) == x);
        CHECK(special_number_from_text<float>(number_by_stream(x)) == x);
    }
    const auto none = special_number_from_text<double>(text_of_number(std::numeric_limits<double>::quiet_NaN()));
    CHECK((none && std::isnan(*none)));
    for (const char* text : {"", "1", "+inf", "NaN", "infinity"}) CHECK_FALSE(special_number_from_text<double>(text));
}

TEST_CASE("numbers do not depend on the language") {
    struct Comma : std::numpunct<char> {
        char do_decimal_point() const override { return ','; }
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
    };
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    const std::string direct = text_of_number(12345.5), by_stream = number_by_stream(12345.5);
    const auto back = number_from_text<double>("12345.5"), back_by_stream = number_from_stream<double>("12345.5");
    std::locale::global(before);
    CHECK(direct == "12345.5");
    CHECK(by_stream == "12345.5");
    CHECK(back == 12345.5);
    CHECK(back_by_stream == 12345.5);
}

TEST_CASE("foreign text is quoted harmlessly") {
    CHECK(primore::detail::in_quotes("a\x1b[2Jb\n") == "\"a?[2Jb?\"");
    CHECK(primore::detail::in_quotes(std::string(50, 'x')) == "\"" + std::string(40, 'x') + "...\"");
}
