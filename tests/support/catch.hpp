// SPDX-License-Identifier: MIT
#pragma once

// The one file that knows which Catch2 is present: CMake passes the major version. Tests are written in the dialect of Catch2 3;
// the few names of it that Catch2 2.13 lacks are added here.

#if PRIMORE_CATCH2_MAJOR >= 3

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>

#else

#include <exception>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

namespace Catch::Matchers {

/// Base of matchers whose `match` takes any type; they also override `describe`.
struct MatcherGenericBase : Impl::MatcherUntypedBase {};

inline auto ContainsSubstring(const std::string& part) { return Contains(part); }

/// Matches an exception whose sentence is matched by a string matcher.
template <typename StringMatcher>
class MessageMatcher : public MatcherGenericBase {
public:
    explicit MessageMatcher(StringMatcher matcher) : matcher_(std::move(matcher)) {}
    bool match(const std::exception& error) const { return matcher_.match(error.what()); }
    std::string describe() const override { return "exception message " + matcher_.toString(); }

private:
    StringMatcher matcher_;
};

template <typename StringMatcher>
MessageMatcher<StringMatcher> MessageMatches(StringMatcher matcher) {
    return MessageMatcher<StringMatcher>(std::move(matcher));
}

}  // namespace Catch::Matchers

#endif

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
