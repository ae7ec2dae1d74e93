// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <primore/search/cas_more.hpp>
#include <primore/search/more.hpp>

namespace primore_test {

// The searches in their published configurations, as types for tests that run over types.

template <std::floating_point Scalar>
struct PublishedMore : primore::More<Scalar> {
    using typename primore::More<Scalar>::options_type;
    explicit PublishedMore(const options_type& options) : primore::More<Scalar>(options_type::published(options)) {}
};

template <std::floating_point Scalar>
struct PublishedCasMore : primore::CasMore<Scalar> {
    using typename primore::CasMore<Scalar>::options_type;
    explicit PublishedCasMore(const options_type& options) : primore::CasMore<Scalar>(options_type::published(options)) {}
};

}  // namespace primore_test
