// SPDX-License-Identifier: MIT
#include <primore/learn/record.hpp>

#include <cstdint>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>

#include <primore/learn/text_file.hpp>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

namespace pm = primore;

namespace {

const std::string record_header =
    "generation,episodes,failed_episodes,best_return,median_return,best_return_so_far,entropy,condition,seconds,"
    "stage,r_squared,kl_mean,kl_covariance\n";

}  // namespace

TEST_CASE("CsvRecord writes a row per generation", "[formula]") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "progress.csv";
    const pm::CsvRecord record(path);
    record(
        pm::Generation<double>{.generation = 1,
                               .episodes = 8,
                               .max_episodes = 16,
                               .failed_episodes = 2,
                               .best_return = 0.1,
                               .median_return = -1.5,
                               .best_return_so_far = 0.1,
                               .entropy = 3.0,
                               .condition = 2.0,
                               .seconds = 0.25,
                               .update = pm::UpdateReport<double>{.stage = pm::SurrogateStage::full, .r_squared = 0.5, .kl_mean = 0.125}});
    const auto text = [&] { return pm::read_text_file("test", path); };
    CHECK(text() == record_header +
                        "1,8,2,0.10000000000000001,-1.5,0.10000000000000001,3,2,0.25,full,0.5,0.125,\n");  // while the record is still open

    record(pm::Generation<double>{.generation = 2, .episodes = 16, .best_return = std::numeric_limits<double>::quiet_NaN()});
    CHECK_THAT(text(), ContainsSubstring("\n2,16,0,nan,"));
    CHECK_THAT(text(), ContainsSubstring(",0,0,0,,,,\n"));  // no update, no report
    const pm::CsvRecord again(path);
    CHECK(text() == record_header);
}

TEST_CASE("CsvRecord goes on after the last saved generation of a run that continues") {
    const primore_test::ScratchFolder folder;
    const auto path = folder.path() / "progress.csv";
    const auto text = [&] { return pm::read_text_file("test", path); };
    const auto add = [](const pm::CsvRecord& record, std::uint32_t from, std::uint32_t to) {
        for (auto i = from; i <= to; ++i) record(pm::Generation<float>{.generation = i, .episodes = 8 * i});
    };
    add(pm::CsvRecord(path), 1, 12);
    const std::string whole = text();
    for (const std::uint32_t saved : {10u, 2u, 11u}) {  // interrupted, each time later than it was saved
        add(pm::CsvRecord(path, saved), saved + 1, 11);
        std::ofstream(path, std::ios::app) << "12,96,0";  // and while writing
        CHECK(text() == whole.substr(0, whole.find("\n12,") + 1) + "12,96,0");
    }
    add(pm::CsvRecord(path, 12), 12, 12);
    CHECK(text() == whole);
    CHECK(text().starts_with(record_header + "1,8,"));

    const auto other = folder.path() / "other.csv";
    add(pm::CsvRecord(other, 10), 11, 12);
    CHECK(pm::read_text_file("test", other) == record_header + whole.substr(whole.find("11,88,")));
    pm::write_text_file("test", other, "a letter\n1,2,3\n");
    CHECK_THROWS_MATCHES(pm::CsvRecord(other, 10), std::runtime_error,
                         Message("CsvRecord: " + other.string() + " does not begin as a record does"));
    CHECK(pm::read_text_file("test", other) == "a letter\n1,2,3\n");
}

TEST_CASE("CsvRecord says which file it cannot write", "[errors]") {
    CHECK_THROWS_MATCHES(pm::CsvRecord("no/such/directory/progress.csv"), std::runtime_error,
                         Message("CsvRecord: cannot write to no/such/directory/progress.csv"));
}
