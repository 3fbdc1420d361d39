// What users write as the values of options.
#include "cli/options/option_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

constexpr cli::DurationLimits seconds_to_an_hour{1s, 1ms, 1h};

TEST(Duration, HasAUnitOrTheUsualOne) {
  const std::array<std::pair<const char*, std::chrono::milliseconds>, 7> cases = {{{"30", 30s},
                                                                                   {"1.5", 1500ms},
                                                                                   {"500ms", 500ms},
                                                                                   {"30s", 30s},
                                                                                   {"2m", 2min},
                                                                                   {"1h", 1h},
                                                                                   {"0.5m", 30s}}};
  for (const auto& [text, expected] : cases) {
    std::chrono::milliseconds value{};
    EXPECT_EQ(cli::read_duration(text, seconds_to_an_hour, value), "") << text;
    EXPECT_EQ(value, expected) << text;
  }
}

TEST(Duration, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "nan", "inf", "-1", "0", "1x", "1 s", "s", "1e9", "2h", "0.0001", "1ms2"}) {
    std::chrono::milliseconds value = 7ms;
    EXPECT_THAT(cli::read_duration(text, seconds_to_an_hour, value), HasSubstr("is not a time"))
        << text;
    EXPECT_EQ(value, 7ms) << text;
  }
}

TEST(Number, WhatIsNoneIsRefused) {
  for (const char* text : {"", "nan", "inf", "-1", "100.1", "5%", " 5"}) {
    double value = 7;
    EXPECT_EQ(cli::read_number(text, 0.0, 100.0, value),
              "'" + std::string(text) + "' is not a number from 0 to 100");
  }
  std::size_t bytes = 0;
  EXPECT_EQ(cli::read_number("0", std::size_t{1}, std::numeric_limits<std::size_t>::max(), bytes),
            "'0' is not a whole number of 1 or more");
}

TEST(Statuses, AreNumbersAndGroups) {
  std::vector<StatusRange> ranges;
  EXPECT_EQ(cli::read_statuses("404, 5xx,410-420", ranges), "");
  ASSERT_THAT(ranges, SizeIs(3));
  EXPECT_EQ(std::pair(ranges[1].first, ranges[1].last), std::pair(500, 599));
  for (const char* text : {"", "4x", "6xx", "xx", "404,", "420-410", "4xx-5xx", "99", "1000"})
    EXPECT_THAT(cli::read_statuses(text, ranges), HasSubstr("is not a list of statuses")) << text;
}

}  // namespace
}  // namespace cdp
