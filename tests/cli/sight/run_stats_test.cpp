// Numbers of a run.
#include "cli/sight/run_stats.hpp"

#include "cli/sight/run_report.hpp"
#include "cli/sight/run_summary.hpp"
#include "sample_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::record_of;

TEST(DurationHistogram, IsRightToOneInAHundred) {
  cli::DurationHistogram histogram;
  EXPECT_EQ(histogram.percentile(50), 0);
  for (int value = 1; value <= 10'000; ++value)
    histogram.add(value);
  EXPECT_NEAR(histogram.percentile(50), 5'000, 60);
  EXPECT_NEAR(histogram.percentile(95), 9'500, 110);
  EXPECT_NEAR(histogram.percentile(99), 9'900, 110);
  EXPECT_LE(histogram.percentile(100), 10'000);
  EXPECT_EQ(histogram.count(), 10'000U);
}

TEST(DurationHistogram, OfOneValueIsThatValue) {
  cli::DurationHistogram histogram;
  histogram.add(0);
  EXPECT_EQ(histogram.percentile(99), 0);
  histogram.add(1e12);
  EXPECT_NEAR(histogram.percentile(99), 1e12, 1e10);
}

TEST(RunStats, CountOutcomesCodesAndHosts) {
  cli::RunStats stats;
  stats.note(record_of("http://fast/1", 10ms, std::nullopt));
  stats.note(record_of("http://u:p@slow:81/2", 500ms, errc::dns_error));
  stats.note(record_of("http://slow:81/3", 700ms, errc::page_timeout));
  stats.note(record_of("http://fast/4", 20ms, errc::page_timeout));
  Record skipped = record_of("http://fast/5", 0ms, errc::duplicate);
  skipped.outcome = RecordOutcome::skipped;
  skipped.attempts = 0;
  stats.note(skipped);
  EXPECT_EQ(stats.pages(), 5U);
  EXPECT_EQ(stats.ok(), 1U);
  EXPECT_EQ(stats.failed(), 3U);
  EXPECT_EQ(stats.skipped(), 1U);
  EXPECT_EQ(stats.errors().front(), std::make_pair(errc::page_timeout, std::size_t{2}));
  EXPECT_EQ(stats.times().count(), 4U) << "what was not tried took no time";
  ASSERT_EQ(stats.slowest_hosts(1).size(), 1U);
  EXPECT_EQ(stats.slowest_hosts(1)[0].first, "slow:81");
  EXPECT_EQ(stats.slowest_hosts(9)[0].second.mean_ms(), 600);
  EXPECT_EQ(stats.failing_hosts(9).size(), 2U);
  const std::vector<std::string> lines = cli::summary_lines(stats, 2);
  EXPECT_EQ(lines.back(), "5 pages in 2.0 s: 1 ok, 3 failed, 1 skipped");
  EXPECT_THAT(lines, testing::Contains("errors: 2 page_timeout, 1 dns_error"));
  EXPECT_THAT(lines, testing::Contains("most failures: slow:81 (2 of 2), fast (1 of 2)"));
  EXPECT_THAT(lines,
              testing::Contains("slowest hosts: slow:81 (600 ms per page), fast (15 ms per page)"));
}

}  // namespace
}  // namespace cdp
