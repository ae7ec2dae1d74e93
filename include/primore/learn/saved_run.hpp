// SPDX-License-Identifier: MIT
#pragma once

// Runs of maximize() that are saved while they go on, and continue after an interruption as if there had been none.
//
//     using Search = primore::CmaEs<double>;
//     primore::SavedRun<Search> run{Search({.mean = w0, .standard_deviation = 0.5})};
//     if (std::filesystem::exists("throw.run")) run = primore::load_run<Search>("throw.run");
//     auto result = primore::maximize(run.search, throw_ball, {.max_episodes = 4000,
//                                                              .observer = primore::Checkpoint("throw.run", run.search),
//                                                              .earlier = run.so_far});
//
// A CsvRecord("throw.csv", run.so_far.generations) goes on as well; call it before the Checkpoint, so that no saved generation lacks its
// row.

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <Eigen/Core>

#include <primore/detail/require.hpp>
#include <primore/learn/maximize.hpp>
#include <primore/learn/text_file.hpp>
#include <primore/search/search_distribution.hpp>
#include <primore/search/search_text.hpp>
#include <primore/text/state_text.hpp>
#include <primore/text/text_form.hpp>

namespace primore {

/// Writes a search into a file, which is then there completely or not at all.
/// @throws std::runtime_error if the file cannot be written
template <SearchDistribution Search>
void save_search(const std::filesystem::path& path, const Search& search) {
    write_text_file("save_search", path, text_of(search));
}

/// Reads a search from a file: `auto search = load_search<CmaEs<double>>("throw.txt");`
/// @throws std::runtime_error if the file cannot be read; see `saved_search`
template <SearchDistribution Search>
[[nodiscard]] Search load_search(const std::filesystem::path& path) {
    return saved_search<Search>(read_text_file("load_search", path), path.string());
}

/// A search and what has come of it so far.
template <SearchDistribution Search>
struct SavedRun {
    Search search;
    MaximizeResult<typename Search::scalar_type> so_far = {};  ///< for MaximizeOptions::earlier
};

/// Why the run stopped, and its mean, are found anew when it goes on.
template <std::floating_point Scalar>
struct TextForm<MaximizeResult<Scalar>> {
    static auto fields(auto& result) {
        auto& [mean, best_parameters, best_return, stop_reason, search_stop, generations, episodes, failed_episodes, last_failure,
               seconds] = result;
        return std::tuple(text_field("best_parameters", best_parameters), text_field("best_return", best_return),
                          text_field("generations", generations), text_field("episodes", episodes),
                          text_field("failed_episodes", failed_episodes), text_field("last_failure", last_failure),
                          text_field("seconds", seconds));
    }
};

template <typename Search>
struct TextForm<SavedRun<Search>> {
    static constexpr std::string_view name = TextForm<Search>::name;
    static SavedRun<Search> blank() { return {TextForm<Search>::blank()}; }
    static auto fields(auto& run) {
        auto& [search, so_far] = run;
        return std::tuple(text_field("so_far", so_far), text_field("search", search));
    }
    static void check(const SavedRun<Search>& run, const TextCheck& check) {
        const Eigen::Index n = run.so_far.best_parameters.size();
        check.that(n == 0 || n == run.search.mean().size(), "so_far.best_parameters", "as long as the mean of search");
    }
};

/// Writes a run into a file, which is then there completely or not at all: the one of before stays until the new one is on the disk.
/// @throws std::runtime_error if the file cannot be written
template <typename Search>
void save_run(const std::filesystem::path& path, const SavedRun<Search>& run) {
    write_text_file("save_run", path, detail::whole_text<typename Search::scalar_type>("run", run));
}

/// @throws std::runtime_error if the file cannot be read, or is not what `save_run` has written: see `saved_search`
template <SearchDistribution Search>
[[nodiscard]] SavedRun<Search> load_run(const std::filesystem::path& path) {
    using Scalar = typename Search::scalar_type;
    return detail::read_whole_text<Scalar, SavedRun<Search>>("run", read_text_file("load_run", path), path.string());
}

/// An observer that saves the run after every generation, or every so many: see saved_run.hpp.
template <SearchDistribution Search>
class Checkpoint {
public:
    /// @param search    the one that is learning; it is looked at when a generation is over
    /// @param interval  generations from one file to the next; the last generation is saved in any case
    Checkpoint(std::filesystem::path path, const Search& search, std::uint32_t interval = 1)
        : path_(std::move(path)), search_(&search), interval_(interval) {
        detail::require_at_least("Checkpoint", "interval", interval, 1);
    }

    /// @throws std::runtime_error if the file cannot be written
    void operator()(const Generation<typename Search::scalar_type>& now) const {
        if (now.generation % interval_ != 0 && !now.stop_reason) return;
        SavedRun<Search> run{*search_};
        run.so_far.best_parameters = now.best_parameters;
        run.so_far.best_return = now.best_return_so_far;
        run.so_far.generations = now.generation;
        run.so_far.episodes = now.episodes;
        run.so_far.failed_episodes = now.failed_episodes;
        run.so_far.last_failure = now.last_failure;
        run.so_far.seconds = now.seconds;
        save_run(path_, run);
    }

private:
    std::filesystem::path path_;
    const Search* search_;
    std::uint32_t interval_;
};

}  // namespace primore
