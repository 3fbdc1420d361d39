// The example programs, and the demo.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <signal.h>

#include <regex>
#include <set>

namespace cdp::test {
namespace {

using testing::ElementsAre;
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

/// The messages of a log, without their timestamps.
std::vector<std::string> read_messages(const std::string& text) {
  const std::regex line_pattern(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (.*))");
  std::vector<std::string> messages;
  for (const std::string& line : split_lines(text)) {
    std::smatch match;
    EXPECT_TRUE(std::regex_match(line, match, line_pattern)) << "not a line of the log: " << line;
    messages.push_back(match.empty() ? line : match[1].str());
  }
  return messages;
}

/// Those that begin with `start`, without it.
std::vector<std::string> with_start(const std::vector<std::string>& messages,
                                    const std::string& start) {
  std::vector<std::string> rest;
  for (const std::string& message : messages) {
    if (message.starts_with(start)) rest.push_back(message.substr(start.size()));
  }
  return rest;
}

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

TEST_F(Article, NestedOnNewLoopsOnePageComesAfterTheOther) {
  const std::vector<std::string> urls = {server_.url("/static?title=1"),
                                         server_.url("/static?title=2")};
  const ProcessResult result = run_example("nested", urls);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<std::string> messages = read_messages(result.out);
  std::vector<std::string> expected = {"main started."};
  for (const std::string& url : urls) {
    expected.push_back("scrape_on_a_new_loop started. url: " + url);
    expected.push_back("scrape_one_page started. url: " + url);
    expected.push_back("");  // the number of tasks
    expected.push_back("scrape_one_page finished. url: " + url);
    expected.push_back("scrape_on_a_new_loop finished. url: " + url);
  }
  expected.emplace_back("new loops finished. htmls count: 2");
  ASSERT_GT(messages.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i].empty()) continue;
    EXPECT_EQ(messages[i], expected[i]);
  }
}

TEST_F(Article, NestedOnThisLoopAllGoOnAndReturnLastInFirstOut) {
  std::vector<std::string> urls;
  for (int number = 1; number <= 4; ++number)
    urls.push_back(server_.url("/static?title=" + std::to_string(number)));
  const ProcessResult result = run_example("nested", urls);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<std::string> messages = read_messages(result.out);
  EXPECT_EQ(messages.back(), "main finished. htmls count: 4");
  const auto started = with_start(messages, "scrape_on_this_loop started. url: ");
  const auto finished = with_start(messages, "scrape_on_this_loop finished. url: ");
  EXPECT_THAT(started, ElementsAreArray(urls));
  EXPECT_THAT(finished, ElementsAreArray(urls.rbegin(), urls.rend()));
  const std::vector<std::string> counts = with_start(messages, "task count: ");
  ASSERT_THAT(counts, SizeIs(8));
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_LE(std::stoi(counts[i]), std::stoi(counts[i - 1])) << "one call at a time";
    EXPECT_EQ(std::stoi(counts[4 + i]), std::stoi(counts[4 + i - 1]) + 1) << "one more each time";
  }
}

TEST_F(Article, NestedByRuleTakesTheBrowserOnlyWhereItMust) {
  const std::vector<std::string> urls = {server_.url("/static?title=app"),
                                         server_.url("/static?title=other")};
  const ProcessResult result = run_example("nested", urls);
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(with_start(read_messages(result.out), "scrape_by_rule finished. fetched by: "),
              ElementsAre("browser url: " + urls[0], "http url: " + urls[1]));
}

TEST_F(Article, FireAndForgetMainFinishesBeforeTheWaiting) {
  ProcessSpec spec = program({server_.url("/gate/one"), server_.url("/close")});
  spec.argv[0] = example_path("fire_and_forget");
  RunningProcess example(std::move(spec));
  ASSERT_TRUE(example.read_until("main finished.", patience, Output::out));
  EXPECT_TRUE(example.running());
  server_.open_gate("one");
  const ProcessResult result = example.wait(patience);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<std::string> messages = read_messages(result.out);
  EXPECT_EQ(messages.front(), "main started.");
  EXPECT_THAT(with_start(messages, "wait started. url: "), SizeIs(2));
  EXPECT_THAT(with_start(messages, "wait finished. url: "), ElementsAre(HasSubstr("/gate/one")));
  EXPECT_THAT(with_start(messages, "wait_for_page: "), ElementsAre(HasSubstr("ERR_EMPTY_RESPONSE")))
      << "what fails is said, and ends nothing";
  const auto at = [&](const std::string& start) {
    return std::find_if(messages.begin(), messages.end(),
                        [&](const std::string& message) { return message.starts_with(start); });
  };
  EXPECT_LT(at("main finished."), at("wait finished."));
}

TEST_F(Article, WithoutCoroutines) {
  const std::vector<std::string> urls = {server_.url("/static?title=one"),
                                         server_.url("/static?title=two")};
  const ProcessResult result = run_example("embed_sync", urls);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<std::string> messages = read_messages(result.out);
  ASSERT_THAT(messages, SizeIs(4));
  EXPECT_THAT(messages[0], HasSubstr("status: 200 title: one bytes: "));
  EXPECT_THAT(messages[1], HasSubstr("status: 200 title: two bytes: "));
  EXPECT_EQ(messages[2], "record " + urls[0] + " title: one");
  EXPECT_EQ(messages[3], "record " + urls[1] + " title: two");
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

TEST_F(Article, TheDemoInterrupted) {
  for (const std::string moment : {"main started", "task count", "finished"}) {
    RunningProcess demo(program({"demo"}));
    ASSERT_TRUE(demo.read_until(moment, patience, Output::out));
    ASSERT_TRUE(demo.send_signal(SIGINT));
    const ProcessResult result = demo.wait(std::chrono::seconds(10));
    EXPECT_EQ(result.exit_code, 130) << result;
    leaks_.expect_clean(std::chrono::seconds(5));
  }
}

TEST_F(Article, TheDemoWithoutABrowser) {
  const ProcessResult result = run({"demo", "--chrome", "/no/such/browser"});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err), SizeIs(1));
}

}  // namespace
}  // namespace cdp::test
