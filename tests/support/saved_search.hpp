// SPDX-License-Identifier: MIT
#pragma once

// Searches that are saved as text and read again, and texts in which something is wrong.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <Eigen/Core>

#include <primore/search/search_text.hpp>
#include <primore/search/update_report.hpp>
#include <primore/text/text_form.hpp>

#include "support/catch.hpp"

namespace primore_test {

/// Rastrigin's function with noise that belongs to the parameters: many optima and no two returns alike.
struct RoughReturns {
    template <typename Scalar>
    Eigen::VectorX<Scalar> operator()(const Eigen::MatrixX<Scalar>& samples, std::uint32_t) const {
        Eigen::VectorX<Scalar> returns(samples.cols());
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            const Eigen::ArrayX<Scalar> x = samples.col(i).array();
            returns(i) = -(x.square() - Scalar(2) * (Scalar(6) * x).cos()).sum() + Scalar(0.1) * std::sin(Scalar(1e4) * x.sum());
        }
        return returns;
    }
};

/// @param returns_of  of samples [N x M] in a generation: [M]
template <typename Search, typename Returns = RoughReturns>
void run(Search& search, int generations, Returns returns_of = {}) {
    for (int i = 0; i < generations; ++i) {
        const auto samples = search.ask();
        search.tell(samples, returns_of(samples, search.generation()));
    }
}

/// A search that was saved and one that was not go on alike: samples, mean and reports.
/// @return  generations in which they did, before the first in which they did not
template <typename Search, typename Returns = RoughReturns>
int generations_alike(Search& search, Search& loaded, int generations, Returns returns_of = {}) {
    using Scalar = typename Search::scalar_type;
    for (int same = 0; same < generations; ++same) {
        const Eigen::MatrixX<Scalar> samples = search.ask();
        if (samples != loaded.ask()) return same;
        const Eigen::VectorX<Scalar> returns = returns_of(samples, search.generation());
        const primore::UpdateReport<Scalar> report = search.tell(samples, returns), other = loaded.tell(samples, returns);
        if (report.entropy != other.entropy || report.condition != other.condition || report.kl_mean != other.kl_mean ||
            search.mean() != loaded.mean())
            return same;
    }
    return generations;
}

/// Saves a search after some generations and loads it: it goes on like the one that was not, for 50 generations more.
template <typename Search, typename Returns = RoughReturns>
void check_continues(Search search, int before, Returns returns_of = {}) {
    run(search, before, returns_of);
    const std::string text = primore::text_of(search);
    Search loaded = primore::saved_search<Search>(text);
    CHECK(primore::text_of(loaded) == text);
    CHECK(generations_alike(search, loaded, 50, returns_of) == 50);
    CHECK(search.ask() == loaded.ask());
    CHECK(primore::text_of(search) == primore::text_of(loaded));
    CHECK(primore::text_of(search) != text);
}

/// The size of a class that has these members, one after another, and no others.
template <typename... Fields>
constexpr std::size_t size_with(const std::tuple<Fields...>*) {
    std::size_t size = 0, widest = 1;
    const auto add = [&](std::size_t bytes, std::size_t alignment) {
        size = (size + alignment - 1) / alignment * alignment + bytes;
        widest = std::max(widest, alignment);
    };
    (add(sizeof(decltype(Fields::value)), alignof(std::remove_reference_t<decltype(Fields::value)>)), ...);
    return (size + widest - 1) / widest * widest;
}

/// Whether all members of a class are among its parts. The structured binding in fields() names them all; this tells whether it also
/// lists them all, in their order.
template <typename T>
constexpr bool lists_all_members = size_with(static_cast<decltype(primore::TextForm<T>::fields(std::declval<T&>()))*>(nullptr)) ==
                                   sizeof(T);

/// A text without its checksum, so that it can be edited.
inline std::string without_checksum(std::string text) {
    const auto checksum = text.find("checksum");
    return text.erase(checksum, text.find('\n', checksum) + 1 - checksum);
}

/// What is said about a text in which a part, at the beginning of a line, has been exchanged.
template <typename Search>
std::string complaint(std::string text, const std::string& part, const std::string& other) {
    const auto place = text.find("\n" + part);
    REQUIRE(place != std::string::npos);
    try {
        (void)primore::saved_search<Search>(text.replace(place + 1, part.size(), other), "run.txt");
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

/// Whether a text is refused wherever it ends too early: everywhere but before the last line break.
template <typename Search>
bool every_end_is_missed(const std::string& text) {
    for (std::size_t length = 0; length + 1 < text.size(); ++length) {
        try {
            (void)primore::saved_search<Search>(text.substr(0, length));
            return false;
        } catch (const std::runtime_error&) {
        }
    }
    return true;
}

}  // namespace primore_test
