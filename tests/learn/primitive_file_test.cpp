// SPDX-License-Identifier: MIT
#include <primore/learn/primitive_file.hpp>

#include <stdexcept>

#include <Eigen/Core>

#include <primore/text/linear_primitive_text.hpp>

#include "support/catch.hpp"
#include "support/numbers.hpp"
#include "support/scratch_folder.hpp"

TEST_CASE("a primitive is saved in a file and loaded from it") {
    using Primitive = primore::ProDmp<double, 2>;
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "throw.txt";
    const Primitive primitive({.duration = 1.5, .basis_count = 3});
    const Eigen::VectorXd parameters = primore_test::numbers<double>(8);
    primore::save_primitive(path, primitive);
    CHECK_FALSE(primore::load_primitive<Primitive>(path).parameters);
    primore::save_primitive(path, primore::SavedPrimitive<Primitive>{primitive, parameters});
    const auto [loaded, numbers, weights] = primore::load_primitive<Primitive>(path);
    CHECK(loaded.options().duration == 1.5);
    CHECK(numbers == parameters);
    CHECK_FALSE(weights);
}

TEST_CASE("errors of saving and loading name the file") {
    using Primitive = primore::ProDmp<double, 2>;
    const primore_test::ScratchFolder folder;
    folder.write("a.txt", "primore 1\nprimitive ProMp double\nend\n");
    CHECK_THROWS_MATCHES(primore::load_primitive<Primitive>(folder.path() / "a.txt"), std::runtime_error,
                         Message((folder.path() / "a.txt").string() + ":2: primitive is \"ProMp\", expected ProDmp"));
    CHECK_THROWS_MATCHES(primore::load_primitive<Primitive>("no/such.txt"), std::runtime_error,
                         Message("load_primitive: cannot read no/such.txt: No such file or directory"));
    CHECK_THROWS_MATCHES(primore::save_primitive("no/such.txt", Primitive({})), std::runtime_error,
                         Message("save_primitive: cannot write no/such.txt: No such file or directory"));
}
