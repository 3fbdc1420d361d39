// The long versions: 200 pages, 20 kills.
#include "kill_loop.hpp"

#include <gmock/gmock.h>

#include <iostream>

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
  const ProcessResult result = scrape(8);
  EXPECT_TRUE(result.ok()) << result.err;
  const double megabytes = static_cast<double>(result.peak_rss_kib) / 1024;
  std::cout << page_count << " pages in " << result.seconds << " s, peak RSS " << megabytes
            << " MB\n";
  RecordProperty("peak_rss_kib", static_cast<int>(result.peak_rss_kib));
#if !defined(__SANITIZE_ADDRESS__) && !CDP_TEST_SANITIZED
  EXPECT_LT(megabytes, 25);
#endif
}

}  // namespace
}  // namespace cdp::test
