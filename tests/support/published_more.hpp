// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <primore/search/more.hpp>

namespace primore_test {

/// MORE in its published configuration, as a type for tests that run over types.
template <std::floating_point Scalar>
struct PublishedMore : primore::More<Scalar> {
    using typename primore::More<Scalar>::options_type;
    explicit PublishedMore(const options_type& options) : primore::More<Scalar>(options_type::published(options)) {}
};

}  // namespace primore_test
