// What is seen of a run: counts, percentiles, places, and no secrets.
#include "base/web/redact.hpp"
#include "cli/process/memory_use.hpp"
#include "cli/sight/run_report.hpp"
#include "cli/sight/run_stats.hpp"
#include "cli/sight/run_summary.hpp"
#include "run/worker_slots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- secrets of URLs ----

TEST(Redacted, UserAndPassword) {
  EXPECT_EQ(redacted("https://me:pw@example.com/a"), "https://***@example.com/a");
  EXPECT_EQ(redacted("https://me@example.com"), "https://***@example.com");
  EXPECT_EQ(redacted("https://a@b@example.com/c@d"), "https://***@example.com/c@d");
  EXPECT_EQ(redacted("https://example.com/@name?x=a@b"), "https://example.com/@name?x=a@b");
  EXPECT_EQ(redacted("socks5://me:pw@proxy:1080"), "socks5://***@proxy:1080");
}

TEST(Redacted, ParametersWhoseNameSoundsLikeASecret) {
  for (const char* name : {"token",
                           "access_token",
                           "accessToken",
                           "key",
                           "api_key",
                           "apikey",
                           "apiKey",
                           "API-KEY",
                           "sig",
                           "signature",
                           "X-Amz-Signature",
                           "X-Amz-Credential",
                           "client_secret",
                           "pass",
                           "password",
                           "passwd",
                           "auth",
                           "oauth_verifier",
                           "session",
                           "sessionid",
                           "PHPSESSID",
                           "code",
                           "jwt",
                           "to%6ben",
                           "sid",
                           "user[key]"}) {
    EXPECT_EQ(redacted(std::string("http://h/p?a=1&") + name + "=s3cr3t&b=2"),
              std::string("http://h/p?a=1&") + name + "=***&b=2");
  }
}

TEST(Redacted, OthersStay) {
  for (const char* url : {"http://h/p?q=1&page=2", "http://h/?keyword=cat", "http://h/?author=me",
                          "http://h/?postcode=1", "http://h/?monkey=1", "http://h/token=1",
                          "http://h/?token", "http://h/?token=", "http://h/?", "http://h",
                          "http://", "no url at all?token=1", "://x?token=1", ""})
    EXPECT_EQ(redacted(url), url);
}

TEST(Redacted, FragmentsAndSeveralUrlsInAText) {
  EXPECT_EQ(redacted("http://h/#access_token=1&state=2"), "http://h/#access_token=***&state=2");
  EXPECT_EQ(redacted("http://h/?a=1;key=2#x"), "http://h/?a=1;key=***#x");
  EXPECT_EQ(redacted("http://h/?next=/x?token=1"), "http://h/?next=/x?token=***");
  EXPECT_EQ(redacted("http://u:p@h/?key=1: dns_error: \"https://h/?sig=2\", http://h/."),
            "http://***@h/?key=***: dns_error: \"https://h/?sig=***\", http://h/.");
}

// ---- places ----

TEST(WorkerSlots, GiveTheLowestThatIsFree) {
  WorkerSlots slots;
  EXPECT_EQ(slots.take(), 0);
  EXPECT_EQ(slots.take(), 1);
  EXPECT_EQ(slots.take(), 2);
  slots.give_back(1);
  slots.give_back(0);
  EXPECT_EQ(slots.take(), 0);
  EXPECT_EQ(slots.take(), 1);
  EXPECT_EQ(slots.take(), 3);
}

// ---- percentiles ----

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

// ---- statistics ----

Record record_of(std::string url, std::chrono::milliseconds total, std::optional<errc> code) {
  Record record;
  record.url = std::move(url);
  record.attempts = 1;
  record.timings.total = total;
  record.outcome = code ? RecordOutcome::failed : RecordOutcome::ok;
  if (code) record.error = RecordError{*code, Phase::navigate, "why", {}};
  return record;
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

// ---- what a report keeps ----

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

TEST(MemoryUse, IsOfThisProcessAndItsChildren) {
  const cli::MemoryUse use = cli::read_memory_use();
  EXPECT_GT(use.driver_kib, 500);
  EXPECT_GE(use.browser_kib, 0);
}

}  // namespace
}  // namespace cdp
