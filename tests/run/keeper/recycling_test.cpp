// Browsers that have done enough make place for others.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

class Recycling : public CliTest {};

TEST_F(Recycling, AnotherBrowserTakesOverAfterSoManyPages) {
  std::vector<std::string> arguments = static_pages(60);
  arguments.insert(arguments.begin(), {"-c", "4", "--browser-pages", "20"});
  const ProcessResult result = run(arguments);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(60));
  for (const Json& record : records)
    EXPECT_EQ(record["attempts"], 1) << "the first tries of all have succeeded";
  // How many depends on how long a browser takes to start.
  EXPECT_THAT(count_of("replacing the browser: it has had", result.err), AllOf(Ge(1U), Le(3U)));
}

// A page of the first browser is still open when the second one has taken over.
TEST_F(Recycling, TheFirstBrowserGoesWhenItsPagesAreDone) {
  std::vector<std::string> arguments = static_pages(80);
  arguments.insert(arguments.begin(), {"-c", "3", "--order", "completion", "--browser-pages", "20",
                                       server_.url("/gate/first")});
  RunningProcess scraper(program(arguments));
  ASSERT_TRUE(scraper.read_until("\"title\":\"80\"", patience, Output::out));
  server_.open_gate("first");
  const ProcessResult result = scraper.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(81));
  EXPECT_THAT(result.err, HasSubstr("replacing the browser"));
}

TEST_F(Recycling, ALimitThatEveryBrowserExceedsIsNoEndlessLoop) {
  std::vector<std::string> arguments = static_pages(50);
  arguments.insert(arguments.begin(), {"-c", "2", "--browser-memory", "1"});
  const ProcessResult result = run(arguments);
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(50));
  EXPECT_THAT(count_of("MiB of memory", result.err), Le(2U));
}

}  // namespace
}  // namespace cdp::test
