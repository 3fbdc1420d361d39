// What is kept for the report of a run.
#include "cli/sight/run_report.hpp"

#include "cli/sight/run_stats.hpp"
#include "sample_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::record_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(ReportCollector, KeepsSoManyMemorySamplesAndNoMore) {
  const auto start = std::chrono::system_clock::now();
  cli::ReportCollector collector("x", start);
  for (int second = 0; second < 100'000; ++second)
    collector.note_memory(start + std::chrono::seconds(second), {second, 0});
  const auto& samples = collector.report().memory;
  EXPECT_LT(samples.size(), 4'000U);
  EXPECT_GT(samples.size(), 1'900U);
  for (std::size_t index = 1; index < samples.size(); ++index)
    EXPECT_EQ(samples[index].at - samples[index - 1].at, samples[1].at - samples[0].at);
}

TEST(ReportCollector, KeepsTheBeginningOfWhatIsLong) {
  cli::ReportCollector collector("x", std::chrono::system_clock::now());
  Record record = record_of("http://h/" + std::string(100'000, 'x'), 1ms, errc::internal);
  record.title = std::string(10'000, 'y');
  record.error->detail = "http://h/?key=abc " + std::string(10'000, 'z');
  collector.note(record);
  const auto& page = collector.report().pages.at(0);
  EXPECT_LT(page.url.size() + page.title.size() + page.detail.size(), 3'000U);
  EXPECT_THAT(page.detail, AllOf(HasSubstr("key=***"), HasSubstr("…")));
}

}  // namespace
}  // namespace cdp
