// The article's programs, and the demo that shows both.
#include "cli_test.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <set>

namespace cdp::test {
namespace {

using testing::Each;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

/// The log of one of the programs, taken apart.
struct ArticleLog {
  std::vector<std::string> events;    ///< `started URL` and `finished URL`, as they came
  std::vector<std::string> started;   ///< URLs
  std::vector<std::string> finished;  ///< URLs
  std::vector<int> task_counts;
  std::string first;
  std::string last;

  bool all_started_before_any_finished() const {
    return std::is_sorted(events.begin(), events.end(), [](const auto& a, const auto& b) {
      return a.starts_with("started") && b.starts_with("finished");
    });
  }
};

ArticleLog read_log(const std::string& text) {
  const std::string stamp = R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )";
  const std::regex line_pattern(stamp + "(.*)");
  const std::regex event_pattern(R"(scrape_one_page (started|finished)\. url: (\S+))");
  const std::regex count_pattern(R"(task count: (\d+))");
  ArticleLog log;
  for (const std::string& line : split_lines(text)) {
    std::smatch match;
    if (!std::regex_match(line, match, line_pattern)) {
      ADD_FAILURE() << "not a line of the log: " << line;
      continue;
    }
    const std::string message = match[1];
    if (log.first.empty()) log.first = message;
    log.last = message;
    if (std::regex_match(message, match, event_pattern)) {
      log.events.push_back(match[1].str() + " " + match[2].str());
      (match[1] == "started" ? log.started : log.finished).push_back(match[2]);
    } else if (std::regex_match(message, match, count_pattern)) {
      log.task_counts.push_back(std::stoi(match[1]));
    }
  }
  return log;
}

void expect_sequential(const ArticleLog& log) {
  std::vector<std::string> events;
  for (const std::string& url : log.started) {
    events.push_back("started " + url);
    events.push_back("finished " + url);
  }
  EXPECT_EQ(log.events, events);
  EXPECT_THAT(log.task_counts, SizeIs(6));
  EXPECT_THAT(std::set<int>(log.task_counts.begin(), log.task_counts.end()), SizeIs(1))
      << "nothing else goes on while a page is waited for";
}

void expect_concurrent(const ArticleLog& log) {
  EXPECT_THAT(log.started, SizeIs(6));
  EXPECT_THAT(log.finished, SizeIs(6));
  EXPECT_TRUE(log.all_started_before_any_finished());
  EXPECT_THAT(log.task_counts, SizeIs(6));
}

class Article : public CliTest {
 protected:
  ProcessResult run_example(const std::string& name, const std::vector<std::string>& urls) const {
    ProcessSpec spec = program(urls);
    spec.argv[0] = example_path(name);
    return run_process(std::move(spec));
  }

  /// Six URLs, the later ones faster.
  std::vector<std::string> urls() const {
    std::vector<std::string> urls;
    for (int number = 1; number <= 6; ++number)
      urls.push_back(server_.url("/slow?ms=" + std::to_string(1400 - 200 * number)));
    return urls;
  }
};

TEST_F(Article, Sequential) {
  const ProcessResult result = run_example("sequential", urls());
  ASSERT_TRUE(result.ok()) << result;
  const ArticleLog log = read_log(result.out);
  EXPECT_EQ(log.first, "main started.");
  EXPECT_EQ(log.started, urls());
  expect_sequential(log);
  EXPECT_THAT(log.last, HasSubstr("htmls count: 6"));
  EXPECT_EQ(server_.max_in_flight("/slow"), 1);
}

TEST_F(Article, Concurrent) {
  const ProcessResult result = run_example("concurrent", urls());
  ASSERT_TRUE(result.ok()) << result;
  const ArticleLog log = read_log(result.out);
  EXPECT_EQ(log.first, "main started.");
  EXPECT_EQ(log.started, urls()) << "they start in the order of the input";
  expect_concurrent(log);
  const std::vector<std::string> given = urls();
  EXPECT_THAT(log.finished, ElementsAreArray(given.rbegin(), given.rend()))
      << "and end as their servers answer";
  EXPECT_THAT(log.last, HasSubstr("htmls count: 6"));
  EXPECT_EQ(server_.max_in_flight("/slow"), 6);
}

TEST_F(Article, MoreTasksWhenAllGoOnAtOnce) {
  const ArticleLog sequential = read_log(run_example("sequential", urls()).out);
  const ArticleLog concurrent = read_log(run_example("concurrent", urls()).out);
  ASSERT_THAT(sequential.task_counts, SizeIs(6));
  ASSERT_THAT(concurrent.task_counts, SizeIs(6));
  EXPECT_EQ(concurrent.task_counts.back(), sequential.task_counts.back() + 6);
}

TEST_F(Article, AFailureIsSaid) {
  const ProcessResult result = run_example("concurrent", {server_.url("/close")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("ERR_EMPTY_RESPONSE"));
}

TEST_F(Article, TheDemoShowsBoth) {
  const ProcessResult result = run({"demo"});
  ASSERT_TRUE(result.ok()) << result;
  const std::string first = "One page after the other:\n\n";
  const std::string second = "All pages at once:\n\n";
  const std::size_t first_at = result.out.find(first);
  const std::size_t second_at = result.out.find(second);
  const std::size_t end = result.out.find("\n\nOne after the other: ", second_at);
  ASSERT_NE(first_at, std::string::npos);
  ASSERT_NE(second_at, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t first_start = first_at + first.size();
  const std::size_t second_start = second_at + second.size();
  const ArticleLog sequential =
      read_log(result.out.substr(first_start, second_at - 1 - first_start));
  const ArticleLog concurrent = read_log(result.out.substr(second_start, end - second_start));
  expect_sequential(sequential);
  expect_concurrent(concurrent);
  EXPECT_EQ(sequential.started, concurrent.started);
  EXPECT_THAT(split_lines(result.out).back(),
              MatchesRegex("One after the other: .* s\\. All at once: .* s, .* times as fast\\."));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(Article, TheDemoWithoutABrowser) {
  const ProcessResult result = run({"demo", "--chrome", "/no/such/browser"});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err), SizeIs(1));
}

}  // namespace
}  // namespace cdp::test
