// SPDX-License-Identifier: MIT
#include <primore/text/primitive_text.hpp>

#include <stdexcept>
#include <string>

#include <Eigen/Core>

#include <primore/text/linear_primitive_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"

namespace {

using primore::Bernstein;
using primore::LinearPhase;
using primore::ProMp;
using primore::saved_primitive;
using primore::SavedPrimitive;
using primore::text_of;

using SmallProMp = ProMp<double, 1, Bernstein>;

/// The text of a small primitive, without its checksum, so that it can be edited.
std::string small_text() {
    std::string text = text_of(SavedPrimitive<SmallProMp>{SmallProMp({.duration = 0.5, .learn_delay = true}, Bernstein(2)),
                                                          Eigen::Vector3d(0, 1, 2),
                                                          {{Eigen::Vector2d(0.1, 2), Eigen::Matrix2d{{1, 0.5}, {0.5, 3}}}}});
    const auto checksum = text.find("checksum");
    return text.erase(checksum, text.find('\n', checksum) + 1 - checksum);
}

std::string with_edit(std::string text, const std::string& part, const std::string& other) {
    REQUIRE(text.find(part) != std::string::npos);
    return text.replace(text.find(part), part.size(), other);
}

}  // namespace

TEST_CASE("a primitive as text") {
    CHECK(small_text() == R"(primore 1
primitive ProMp double
dofs 1
duration 0.5
delay 0
basis_count 2
bandwidth_factor 3
basis_outside 0
zero_start 0
zero_goal 0
start_padding solved
weights_scale 1 1
learn_duration false
learn_delay true
clock LinearPhase duration 0.5 delay 0 is_clipped true
basis Bernstein count 2
parameters 3 0 1 2
weights.mean 2 0.1 2
weights.covariance 2 2
    1 0.5
    0.5 3
end
)");
    // the checksum is FNV-1a: of the empty text its offset basis, of "a" as published
    CHECK(primore::detail::checksum("") == "cbf29ce484222325");
    CHECK(primore::detail::checksum("a") == "af63dc4c8601ec8c");
}

TEST_CASE("text that was edited without harm is read") {
    const auto check = [](const std::string& text) { CHECK(saved_primitive<SmallProMp>(text).primitive.options().duration == 0.5); };
    const std::string text = small_text();
    check(text);
    check(with_edit(text, "end\n", "end"));
    check(with_edit(text, "delay 0\n", "\n\ndelay \t 0  \r\n"));
    check(with_edit(with_edit(text, "dofs 1\n", ""), "end\n", "dofs 1\nend\n\n"));
    check(with_edit(text, "dofs 1", "dofs 0"));
    check(with_edit(text, "weights.mean 2 0.1 2", "weights.mean\n 2\n 0.1 2"));
    const std::string whole = text_of(SmallProMp({.duration = 0.5}, Bernstein(2)));
    check(whole);
    std::string windows;
    for (const char c : whole) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    check(windows);
}

TEST_CASE("text that is wrong is refused with its line and key") {
    const auto check = [](const std::string& text, const std::string& message) {
        CHECK_THROWS_MATCHES(saved_primitive<SmallProMp>(text, "a.txt"), std::runtime_error, Message("a.txt:" + message));
    };
    const auto edit = [&](const std::string& part, const std::string& other, const std::string& message) {
        check(with_edit(small_text(), part, other), message);
    };
    check("", "1: the text ends without a line \"end\"");
    check("end\n", "1: primore is missing");
    check("time,x\n", "1: the text begins with \"time,x\", expected primore 1");
    check(" primore 1\n", "1: expected the first line primore 1");
    edit("primore 1", "primore 2", "1: primore is \"2\", expected 1");
    edit("primore 1", "primore", "1: primore ends, expected 1");
    edit("ProMp", "Dmp", "2: primitive is \"Dmp\", expected ProMp");
    edit("double", "float", "2: primitive is \"float\", expected double");
    edit("primitive ProMp double\n", "", "21: primitive is missing");
    edit("duration 0.5\n", "", "21: duration is missing");
    edit("duration 0.5\n", "duration 0.5\ndelay 0\n", "6: \"delay\" comes twice, first in line 5");
    edit("delay 0\n", "delay 0\nspeed 3\n", "6: \"speed\" is not a key of this primitive");
    edit("duration 0.5", "duration", "4: duration ends, expected a finite number");
    edit("duration 0.5", "duration 0,5", "4: duration is \"0,5\", expected a finite number");
    edit("duration 0.5", "duration nan", "4: duration is \"nan\", expected a finite number");
    edit("duration 0.5", "duration 0.5 s", "4: duration is \"s\", expected nothing more");
    edit("basis_count 2", "basis_count 2.0", "6: basis_count is \"2.0\", expected an integer");
    edit("basis_count 2", "basis_count 9223372036854775807",
         "6: basis_count is \"9223372036854775807\", expected a count from 0 to 100000");
    edit("dofs 1", "dofs -1", "3: dofs is \"-1\", expected a count from 0 to 100000");
    edit("learn_delay true", "learn_delay 1", "14: learn_delay is \"1\", expected true or false");
    edit("solved", "exact", "11: start_padding is \"exact\", expected solved or zero");
    edit("weights_scale 1 1", "weights_scale 2 1", "12: weights_scale has 1 numbers after its size, expected 2");
    edit("weights_scale 1 1", "weights_scale 999999999999999999 1",
         "12: weights_scale has 1 numbers after its size, expected 999999999999999999");
    edit("weights_scale 1 1", "weights_scale -1 1", "12: weights_scale is \"-1\", expected a number of rows");
    edit("weights_scale 1 1", "weights_scale 1 1 1", "12: weights_scale is \"1\", expected nothing more");
    edit("LinearPhase", "SmoothPhase", "15: clock is \"SmoothPhase\", expected LinearPhase");
    edit("is_clipped true", "", "15: clock ends, expected is_clipped");
    edit("Bernstein count 2", "Bernstein size 2", "16: basis is \"size\", expected count");
    edit("Bernstein count 2", "Bernstein count 0", "16: Bernstein: count is 0, expected at least 1");
    edit("    0.5 3", "    0.5 inf", "21: weights.covariance is \"inf\", expected a finite number");
    edit("    0.5 3\n", "", "19: weights.covariance has 2 numbers after its size, expected 2 x 2");
    edit("weights.mean 2 0.1 2\n", "", "21: weights.mean is missing");
    edit("\nend\n", "\n", "21: the text ends without a line \"end\"");
    edit("end\n", "end\nmore\n", "23: \"more\" after the end");
}

TEST_CASE("text that is readable but makes no primitive is refused") {
    const auto edit = [](const std::string& part, const std::string& other, const std::string& message) {
        CHECK_THROWS_MATCHES(saved_primitive<SmallProMp>(with_edit(small_text(), part, other), "a.txt"), std::runtime_error,
                             Message("a.txt: " + message));
    };
    edit("duration 0.5", "duration -1", "ProMp: duration is -1, expected a positive finite number");
    edit("duration 0.5", "duration 1", "ProMp: duration is 1, expected that of the clock, 0.5");
    edit("basis_count 2", "basis_count 3", "ProMp: basis_count is 3, expected that of the basis without padding, 2");
    edit("dofs 1", "dofs 2", "ProMp: dofs is 2, expected the number of the template, 1");
    edit("parameters 3 0 1 2", "parameters 2 0 1", "saved_primitive: parameters has size 2, expected 3 (parameter_count())");
    edit("weights.mean 2 0.1 2", "weights.mean 1 0.1", "saved_primitive: weights.mean has size 1, expected 2 (weight_count() dofs())");
}

TEST_CASE("a text that breaks off anywhere is refused") {
    const std::string text = text_of(SmallProMp({.duration = 0.5}, Bernstein(2)));
    int refused = 0;
    for (std::size_t length = 0; length + 1 < text.size(); ++length) {  // but for the last line end
        try {
            static_cast<void>(saved_primitive<SmallProMp>(text.substr(0, length)));
        } catch (const std::runtime_error&) {
            ++refused;
        }
    }
    CHECK(refused == static_cast<int>(text.size()) - 1);
}

TEST_CASE("a text of which any character has changed is refused") {
    const std::string text = text_of(SmallProMp({.duration = 0.5}, Bernstein(2)));
    for (std::size_t i = 0; i + 5 < text.size(); ++i) {  // up to the line "end"
        if (text[i] == ' ' || text[i] == '\n') continue;
        std::string other = text;
        other[i] = other[i] == '7' ? '8' : '7';
        INFO(other);
        CHECK_THROWS_AS(saved_primitive<SmallProMp>(other), std::runtime_error);
    }
    const auto place = text.find("duration 0.5");
    CHECK_THROWS_MATCHES(saved_primitive<SmallProMp>(std::string(text).replace(place, 12, "duration 0.7"), "a.txt"), std::runtime_error,
                         MessageMatches(ContainsSubstring(": the lines before it have changed")));
}

TEST_CASE("what does not belong to a primitive is not written") {
    const SmallProMp primitive({}, Bernstein(2));
    CHECK_THROWS_MATCHES(text_of(SavedPrimitive<SmallProMp>{primitive, Eigen::Vector3d(1, 2, 3)}), std::invalid_argument,
                         Message("text_of: parameters has size 3, expected 2 (parameter_count())"));
    CHECK_THROWS_MATCHES(text_of(SavedPrimitive<SmallProMp>{primitive, Eigen::Vector2d(1, NAN)}), std::invalid_argument,
                         Message("text_of: parameters[1] is nan, expected a finite number"));
    CHECK_THROWS_MATCHES(text_of(SavedPrimitive<SmallProMp>{primitive, {}, {{Eigen::Vector2d(1, 2), Eigen::Matrix3d::Zero()}}}),
                         std::invalid_argument,
                         Message("text_of: weights.covariance.rows() has size 3, expected 2 (weight_count() dofs())"));
}
