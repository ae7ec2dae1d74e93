// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/search/box.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_stop.hpp>
#include <primore/text/text_form_declaration.hpp>

namespace primore {

/// Options of Bounded: those of the search within, as if there were no bounds, and the box.
template <typename SearchOptions, std::floating_point Scalar>
struct BoundedOptions {
    SearchOptions search;
    Box<Scalar> box;  ///< contains search.mean
};

/// Any search within hard bounds: no sample ever violates them, and no return is changed.
///
/// The search within sees the whole space, which BoxTransform maps onto the box; as margin it uses a tenth of the standard deviation at
/// the start. Since the transformed function is smooth and defined everywhere, the distribution needs no repair near a bound. An optimum
/// that lies nearer to a bound than one standard deviation is seen twice, with its mirror image.
template <typename Search>
class Bounded {
public:
    using scalar_type = typename Search::scalar_type;
    using Scalar = scalar_type;
    using options_type = BoundedOptions<typename Search::options_type, Scalar>;

    /// @throws std::invalid_argument if the mean is not in the box, sizes disagree, or the search or BoxTransform refuses its options
    explicit Bounded(const options_type& options)
        : transform_(options.box, options.search.standard_deviation.for_each_of(options.search.mean.size(), "Bounded") / Scalar(10)),
          search_(placed(options, transform_)) {}

    [[nodiscard]] Eigen::MatrixX<Scalar> ask() const { return inside(search_.ask()); }

    /// Samples that ask() proposed are known by their very numbers; others are learned from as if they lay at BoxTransform::outside().
    ///
    /// @throws std::invalid_argument if a sample is not in the box, sizes disagree or a number is not finite
    UpdateReport<Scalar> tell(const Eigen::MatrixX<Scalar>& samples, const Eigen::VectorX<Scalar>& returns) {
        constexpr auto where = "Bounded::tell";
        detail::require_size(where, "the number of parameters of samples", samples.rows(), search_.mean().size(), "the size of mean");
        const Eigen::MatrixX<Scalar> free = search_.ask(), proposed = inside(free);
        Eigen::MatrixX<Scalar> told(samples.rows(), samples.cols());
        Eigen::Index next = 0;  // samples usually come in their order
        for (Eigen::Index i = 0; i < samples.cols(); ++i) {
            Eigen::Index tried = 0;
            while (tried < proposed.cols() && proposed.col((next + tried) % proposed.cols()) != samples.col(i)) ++tried;
            if (tried < proposed.cols()) {
                next = (next + tried) % proposed.cols();
                told.col(i) = free.col(next++);
                continue;
            }
            if (!transform_.box().contains(samples.col(i))) {
                detail::refuse(where, "sample " + std::to_string(i), samples.col(i).transpose(), "a point in the box");
            }
            told.col(i) = transform_.outside(samples.col(i));
        }
        return search_.tell(told, returns);
    }

    [[nodiscard]] std::optional<SearchStop> stop() const requires requires(const Search& search) { search.stop(); }
    { return search_.stop(); }

    [[nodiscard]] Eigen::VectorX<Scalar> mean() const { return transform_.inside(search_.mean()); }

    /// Of the samples, as far as the map onto the box is linear: none across a bound on which the mean lies.
    [[nodiscard]] Eigen::MatrixX<Scalar> covariance() const {
        const Eigen::VectorX<Scalar> slope = transform_.slope(search_.mean());
        return search_.covariance().cwiseProduct(slope * slope.transpose());
    }

    [[nodiscard]] const Search& search() const noexcept { return search_; }  ///< the one within, to which the next two belong
    [[nodiscard]] Scalar entropy() const { return search_.entropy(); }
    [[nodiscard]] Scalar condition() const { return search_.condition(); }
    [[nodiscard]] std::uint32_t generation() const { return search_.generation(); }
    [[nodiscard]] std::uint64_t seed() const { return search_.seed(); }

private:
    friend struct TextForm<Bounded>;

    static auto placed(const options_type& options, const BoxTransform<Scalar>& transform) {
        detail::require_size("Bounded", "search.mean", options.search.mean.size(), options.box.lower.size(), "the size of box.lower");
        if (!options.box.contains(options.search.mean)) {
            detail::refuse("Bounded", "search.mean", options.search.mean.transpose(), "a point in the box");
        }
        auto within = options.search;
        within.mean = transform.outside(options.search.mean);
        return within;
    }

    [[nodiscard]] Eigen::MatrixX<Scalar> inside(Eigen::MatrixX<Scalar> samples) const {
        for (Eigen::Index i = 0; i < samples.cols(); ++i) samples.col(i) = transform_.inside(samples.col(i));
        return samples;
    }

    BoxTransform<Scalar> transform_;
    Search search_;
};

}  // namespace primore
