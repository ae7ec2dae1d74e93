// SPDX-License-Identifier: MIT

#include <exception>
#include <iostream>
#include <map>
#include <string>

#include "reference_mp/checks.hpp"
#include "support/catch.hpp"
#include "support/reference.hpp"

namespace primore_test {

namespace {

const Checks& checks() {
    static const Checks all = [] {
        Checks result;
        for (const auto add : {add_phase_checks, add_mp_lib_checks, add_pro_mp_checks, add_pro_dmp_checks, add_gradient_checks,
                               add_dmp_checks, add_dmpbbo_checks, add_pose_checks, add_distribution_checks, add_learning_checks}) {
            add(result);
        }
        return result;
    }();
    return all;
}

/// Checks every case with what `choose(check, case)` does, and prints how many of each kind there were; those that show a quirk of the
/// library they come from are counted apart.
template <typename Choose>
void check_all(const std::string& scalar, Choose&& choose) {
    std::map<std::string, int> checked, with_quirk;
    for (const ReferenceCase& c : reference_cases("mp")) {
        const std::string kind = c.has("kind") ? c.text("kind") : "none";
        INFO("case " << c.name << " of kind " << kind << " in " << scalar);
        const auto check = checks().find(kind);
        if (check == checks().end()) {
            FAIL_CHECK("no test knows the kind " << kind << " of case " << c.name);
            continue;
        }
        try {
            choose(check->second, c);
        } catch (const std::exception& error) {
            FAIL_CHECK("case " << c.name << " threw: " << error.what());
        }
        ++checked[kind];
        if (c.has("quirk")) ++with_quirk[kind];
    }
    int total = 0, quirks = 0;
    for (const auto& [kind, number] : checked) {
        std::cout << "reference mp, " << scalar << ": " << number << " of kind " << kind;
        if (with_quirk[kind] > 0) std::cout << ", " << with_quirk[kind] << " of them with a quirk";
        std::cout << '\n';
        total += number;
        quirks += with_quirk[kind];
    }
    std::cout << "reference mp, " << scalar << ": " << total << " cases checked, " << quirks << " of them with a quirk\n";
    CHECK(total > 0);
}

}  // namespace

TEST_CASE("movement primitives agree with the public reference implementations", "[reference][mp]") {
    check_all("double", [](const Check& check, const ReferenceCase& c) { check.in_double(c, c.number("tolerance_hint")); });
}

TEST_CASE("movement primitives in float agree with the public reference implementations", "[reference][mp]") {
    check_all("float", [](const Check& check, const ReferenceCase& c) { check.in_float(c, check.float_tolerance); });
}

}  // namespace primore_test
