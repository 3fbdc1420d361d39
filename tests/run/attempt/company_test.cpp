// Pages that share a process: what one does to itself is nothing to the others.
#include "behaviours/pages/behaviour_pages.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class Company : public CliTest {
 protected:
  Company() { add_behaviour_pages(server_); }

  /// Scrapes pages that are well in one process with others that are not, the first of them first.
  ProcessResult run_among_others(const std::vector<std::string>& bad,
                                 const std::vector<std::string>& options) {
    std::vector<std::string> arguments = static_pages(12);
    std::size_t place = 0;
    for (const std::string& path : bad) {
      arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(place), server_.url(path));
      place = std::min(place + 6, arguments.size());
    }
    arguments.insert(arguments.begin(), options.begin(), options.end());
    arguments.insert(arguments.begin(), {"-c", "4", "--renderers", "1", "--wait", "load"});
    return run(arguments);
  }

  static void expect_good_ones_whole(const ProcessResult& result, std::size_t bad) {
    const std::vector<Json> records = parse_lines(result.out);
    ASSERT_THAT(records, SizeIs(12 + bad)) << result;
    for (const Json& record : records) {
      if (record["url"].get<std::string>().find("/static") == std::string::npos) continue;
      EXPECT_EQ(record["outcome"], "ok") << record;
      EXPECT_EQ(record["partial"], false) << record;
      EXPECT_THAT(record["html"].get<std::string>(), HasSubstr("</html>"));
    }
  }
};

TEST_F(Company, AScriptThatDoesNotLetGoHoldsUpNobody) {
  const ProcessResult result = run_among_others({"/spin", "/spin-after-load"}, {"--timeout", "8"});
  expect_good_ones_whole(result, 2);
  EXPECT_THAT(result.err, HasSubstr("a page blocks others"));
}

TEST_F(Company, OneThatHangsWhileItIsWaitedForEndsByItsScript) {
  const ProcessResult result = run({"--renderers", "1", "--settle-limit", "500", "-f", "jsonl",
                                    server_.url("/spin-after-load")});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(1)) << result;
  EXPECT_EQ(records[0]["wait"]["ended_by"], "script_terminated") << records[0];
  EXPECT_EQ(records[0]["attempts"], 1) << "nobody else was there to be disturbed, or to blame";
}

TEST_F(Company, ACrashTakesNobodyAlong) {
  const ProcessResult result =
      run_among_others({"/b/too-deep", "/b/too-deep?again"}, {"--retries", "0"});
  expect_good_ones_whole(result, 2);
}

/// What they flood is the browser's own process, which all pages share.
TEST_F(Company, FloodsHoldUpNobody) {
  const ProcessResult result =
      run_among_others({"/b/flood-of-urls-for-ever", "/b/frames-in-frames"},
                       {"--timeout", "8", "-c", "14", "--wait", "auto", "--settle-limit", "2000"});
  expect_good_ones_whole(result, 2);
}

TEST_F(Company, IsGivenUpWhereItDoesNoGood) {
  std::vector<std::string> arguments;
  for (int i = 0; i < 6; ++i)
    arguments.push_back(server_.url("/spin?" + std::to_string(i)));
  arguments.insert(arguments.begin(), {"-c", "2", "--wait", "load", "--timeout", "3"});
  const ProcessResult result = run(arguments);
  EXPECT_THAT(parse_lines(result.out), SizeIs(6)) << result;
  EXPECT_THAT(result.err, HasSubstr("from now on each has a process of its own"));
}

}  // namespace
}  // namespace cdp::test
