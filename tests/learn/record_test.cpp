// SPDX-License-Identifier: MIT
#include <primore/learn/record.hpp>

#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

namespace pm = primore;

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
    const auto text = [&] {
        std::ostringstream all;
        all << std::ifstream(path).rdbuf();
        return all.str();
    };
    const std::string header =
        "generation,episodes,failed_episodes,best_return,median_return,best_return_so_far,entropy,condition,seconds,"
        "stage,r_squared,kl_mean,kl_covariance\n";
    CHECK(text() ==
          header + "1,8,2,0.10000000000000001,-1.5,0.10000000000000001,3,2,0.25,full,0.5,0.125,\n");  // while the record is still open

    record(pm::Generation<double>{.generation = 2, .episodes = 16, .best_return = std::numeric_limits<double>::quiet_NaN()});
    CHECK_THAT(text(), ContainsSubstring("\n2,16,0,nan,"));
    CHECK_THAT(text(), ContainsSubstring(",0,0,0,,,,\n"));  // no update, no report
    const pm::CsvRecord again(path);
    CHECK(text() == header);
}

TEST_CASE("CsvRecord says which file it cannot write", "[errors]") {
    CHECK_THROWS_MATCHES(pm::CsvRecord("no/such/directory/progress.csv"), std::runtime_error,
                         Message("CsvRecord: cannot write to no/such/directory/progress.csv"));
}
