// The long versions: 200 pages, 20 kills.
#include "kill_loop.hpp"

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
