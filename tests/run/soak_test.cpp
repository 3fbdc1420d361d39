// The long versions: 200 pages, 20 kills.
#include "support/program/kill_loop.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

namespace cdp::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

using KillSoak = KillTest;

TEST_F(KillSoak, TwentyKillsOverTheWebSocket) {
  kill_drivers(20, "websocket");
}

TEST_F(KillSoak, TwentyKillsOverThePipe) {
  kill_drivers(20, "pipe");
}

class PageSoak : public CliTest {
 protected:
  static constexpr int page_count = 200;

  ProcessResult scrape(int concurrency) const {
    std::vector<std::string> arguments = sample_pages(page_count);
    arguments.insert(arguments.begin(), {"-c", std::to_string(concurrency)});
    ProcessSpec spec = program(std::move(arguments));
    spec.timeout = std::chrono::minutes(10);
    return run_process(std::move(spec));
  }
};

TEST_F(PageSoak, HtmlIsTheSameSequentiallyAndConcurrently) {
  const std::vector<Json> one_by_one = parse_lines(scrape(1).out);
  const std::vector<Json> at_once = parse_lines(scrape(8).out);
  ASSERT_THAT(one_by_one, SizeIs(page_count));
  ASSERT_THAT(at_once, SizeIs(page_count));
  for (std::size_t i = 0; i < page_count; ++i) {
    EXPECT_TRUE(one_by_one[i]["html"] == at_once[i]["html"]) << one_by_one[i]["url"];
    EXPECT_THAT(at_once[i]["html"],
                HasSubstr("<li>Page " + std::to_string(i + 1) + ", item 50</li>"));
  }
}

TEST_F(PageSoak, TheDriverStaysSmall) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer takes memory of its own";
#endif
#endif
  const ProcessResult result = scrape(8);
  EXPECT_TRUE(result.ok()) << result.err;
  const double megabytes = static_cast<double>(result.peak_rss_kib) / 1024;
  std::cout << page_count << " pages in " << result.seconds << " s, peak RSS " << megabytes
            << " MB\n";
  RecordProperty("peak_rss_kib", static_cast<int>(result.peak_rss_kib));
  EXPECT_LT(megabytes, 25);
}

/// What a process has, from /proc.
struct Footprint {
  std::size_t resident_kib = 0;
  std::size_t descriptors = 0;

  static Footprint of(pid_t pid) {
    Footprint footprint;
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;)
      if (word == "VmRSS:") status >> footprint.resident_kib;
    std::error_code gone;
    for (std::filesystem::directory_iterator at("/proc/" + std::to_string(pid) + "/fd", gone), end;
         !gone && at != end; at.increment(gone))
      ++footprint.descriptors;
    return footprint;
  }
};

class LongRunSoak : public CliTest {};

// Ten thousand pages, and browsers that are replaced on the way: what a run holds after a thousand
// is what it needs for all.
TEST_F(LongRunSoak, TheDriverStaysAsItIs) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer takes memory of its own";
#endif
#endif
  constexpr std::size_t pages = 10'000;
  constexpr std::size_t settled = 1'000;
  std::string list;
  for (std::size_t i = 0; i < pages; ++i)
    list += server_.url("/static?n=" + std::to_string(i)) + '\n';
  const std::string output = file_path("records.jsonl");
  ProcessSpec spec = program({"-q", "-i", write_file("urls.txt", list), "-o", output, "-c", "4",
                              "--wait", "load", "--renderers", "2"});
  spec.timeout = std::chrono::hours(1);
  RunningProcess scraper(std::move(spec));
  std::vector<Footprint> seen;
  std::ifstream records;
  std::size_t written = 0;
  while (scraper.running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (!records.is_open()) records.open(output);
    records.clear();
    for (std::string line; std::getline(records, line);)
      ++written;
    const Footprint now = Footprint::of(scraper.pid());
    if (written >= settled && now.resident_kib > 0) seen.push_back(now);
  }
  const ProcessResult result = scraper.wait(std::chrono::minutes(1));
  EXPECT_TRUE(result.ok()) << result.err;
  ASSERT_FALSE(seen.empty());
  const auto most = [&](auto member) {
    std::size_t value = 0;
    for (const Footprint& one : seen)
      value = std::max(value, one.*member);
    return value;
  };
  std::cout << pages << " pages in " << result.seconds << " s; after " << settled << " of them "
            << seen.front().resident_kib << " KiB, at the most " << most(&Footprint::resident_kib)
            << " KiB; descriptors " << seen.front().descriptors << ", at the most "
            << most(&Footprint::descriptors) << '\n';
  EXPECT_LE(most(&Footprint::resident_kib), seen.front().resident_kib + 8 * 1024);
  // Two browsers while one takes over from the other, and what their connections need.
  EXPECT_LE(most(&Footprint::descriptors), seen.front().descriptors + 16);
}

class DryRunSoak : public CliTest {};

// A list of a million URLs: nothing piles up, and records come at once.
TEST_F(DryRunSoak, AMillionLinesTakeLittleMemory) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer takes memory of its own";
#endif
#endif
  constexpr int lines = 1'000'000;
  const std::string input = file_path("urls.txt");
  {
    std::ofstream file(input);
    for (int i = 0; i < lines; ++i)
      file << "https://host" << i % 5000 << ".example/path/of/some/length?id=" << i << '\n';
  }
  const std::string output = file_path("records.jsonl");
  ProcessSpec spec = program({"--dry-run", "-q", "-i", input, "-o", output});
  spec.timeout = std::chrono::minutes(10);
  const auto started = std::chrono::steady_clock::now();
  RunningProcess scraper(std::move(spec));
  std::error_code none;
  while (scraper.running() &&
         (!std::filesystem::exists(output, none) || std::filesystem::file_size(output, none) == 0))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::chrono::duration<double> first = std::chrono::steady_clock::now() - started;
  const ProcessResult result = scraper.wait(std::chrono::minutes(10));
  EXPECT_TRUE(result.ok()) << result.err;
  std::ifstream records(output);
  EXPECT_EQ(std::count(std::istreambuf_iterator<char>(records), {}, '\n'), lines);
  const double megabytes = static_cast<double>(result.peak_rss_kib) / 1024;
  std::cout << lines << " lines in " << result.seconds << " s, the first record after "
            << first.count() << " s, peak RSS " << megabytes << " MB\n";
  EXPECT_LT(megabytes, 200);
  EXPECT_LT(first.count(), 2);
}

}  // namespace
}  // namespace cdp::test
