// What servers see of a run: how often they are asked, and for what.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace cdp::test {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Politeness : public CliTest {
 protected:
  /// The shortest time between two requests to a host for what begins with `prefix`.
  std::chrono::steady_clock::duration shortest_gap(const std::string& host,
                                                   const std::string& prefix) const {
    std::vector<std::chrono::steady_clock::time_point> times;
    for (const Arrival& arrival : server_.arrivals())
      if (arrival.host.starts_with(host) && arrival.target.starts_with(prefix))
        times.push_back(arrival.at);
    std::sort(times.begin(), times.end());
    auto shortest = std::chrono::steady_clock::duration::max();
    for (std::size_t i = 1; i < times.size(); ++i)
      shortest = std::min(shortest, times[i] - times[i - 1]);
    return shortest;
  }

  int robots_requests() const {
    const std::vector<Arrival> all = server_.arrivals();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const Arrival& arrival) {
      return arrival.target == "/robots.txt";
    }));
  }

  void serve_robots(const std::string& text, int status = 200) {
    server_.on("/robots.txt", [text, status](const Request&) {
      return Response{.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = text};
    });
  }

  std::vector<std::string> pages(const std::string& host, int count) const {
    std::vector<std::string> urls;
    for (int number = 0; number < count; ++number)
      urls.push_back(server_.url_on(host, "/static?title=" + host + std::to_string(number)));
    return urls;
  }

  static std::vector<std::string> joined(std::vector<std::string> first,
                                         const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }
};

// ---- --host-delay, --per-host ----

TEST_F(Politeness, TheBrowserAsksAHostNoMoreOftenThanAllowed) {
  const auto urls = joined(pages("127.0.0.1", 6), pages("a.localhost", 6));
  const ProcessResult result = run(joined({"-c", "6", "--host-delay", "200"}, urls));
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(12));
  EXPECT_GE(shortest_gap("127.0.0.1", "/static"), 200ms);
  EXPECT_GE(shortest_gap("a.localhost", "/static"), 200ms);
  EXPECT_LT(shortest_gap("", "/static"), 200ms) << "the two hosts do not wait for each other";
}

TEST_F(Politeness, SoItIsOverHttp) {
  const auto urls = joined(pages("127.0.0.1", 10), pages("localhost", 10));
  const ProcessResult result =
      run(joined({"--fetch", "http", "-c", "6", "--host-delay", "100"}, urls));
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_GE(shortest_gap("127.0.0.1", "/"), 100ms) << "robots.txt included";
  EXPECT_GE(shortest_gap("localhost", "/"), 100ms);
  EXPECT_LT(shortest_gap("", "/static"), 100ms);
}

TEST_F(Politeness, FurtherAttemptsKeepTheDelayToo) {
  for (const std::string fetch : {"http", "browser"}) {
    server_.clear_requests();
    const ProcessResult result =
        run({"--fetch", fetch, "--host-delay", "700", "--retries", "2", server_.url("/tcp-reset")});
    EXPECT_EQ(result.exit_code, 3) << result;
    EXPECT_EQ(server_.count("/tcp-reset"), 3) << fetch;
    EXPECT_GE(shortest_gap("", "/tcp-reset"), 700ms) << fetch;
  }
}

TEST_F(Politeness, RenderingWhatHttpGaveKeepsTheDelayToo) {
  const ProcessResult result =
      run({"--fetch", "auto", "--host-delay", "400", "-f", "jsonl", server_.url("/page/1")});
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_EQ(server_.count("/page/1"), 2);
  EXPECT_GE(shortest_gap("", "/page/1"), 400ms);
}

TEST_F(Politeness, SoManyPagesOfAHostAtOnce) {
  std::vector<std::string> arguments = {"--fetch", "http", "-c", "8", "--per-host", "2"};
  for (int number = 0; number < 10; ++number)
    arguments.push_back(server_.url("/slow?ms=50&title=" + std::to_string(number)));
  ASSERT_TRUE(run(arguments).ok());
  EXPECT_EQ(server_.max_in_flight("/slow"), 2);
}

// The slow host's first answer holds back the records, but no page of the others.
TEST_F(Politeness, ASlowHostCostsTheOthersNothing) {
  constexpr int hosts = 99;
  constexpr int pages_of_each = 3;
  std::string input;
  for (int number = 0; number < pages_of_each; ++number) {
    input += server_.url_on("slow.localhost", "/gate/slow?" + std::to_string(number)) + "\n";
    for (int host = 0; host < hosts; ++host)
      input += server_.url_on("h" + std::to_string(host) + ".localhost",
                              "/static?title=" + std::to_string(number)) +
               "\n";
  }
  ProcessSpec spec = program({"-i", "-", "-c", "4", "--fetch", "http", "--per-host", "1"});
  spec.input = input;
  RunningProcess scraper(std::move(spec));
  ASSERT_TRUE(server_.wait_for_request("/gate/slow", patience));
  for (int number = 0; number < pages_of_each; ++number)
    ASSERT_TRUE(server_.wait_for_request("/static?title=" + std::to_string(number), patience));
  while (server_.count("/static") < hosts * pages_of_each && scraper.running())
    std::this_thread::yield();
  EXPECT_EQ(server_.count("/gate/slow"), 1) << "one page at once";
  EXPECT_EQ(scraper.output(Output::out), "") << "all wait for the first record";
  server_.open_gate("slow");
  const ProcessResult result = scraper.wait(patience);
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs((hosts + 1) * pages_of_each));
  for (std::size_t i = 0; i < records.size(); ++i)
    ASSERT_EQ(records[i]["seq"], i);
}

TEST_F(Politeness, ADelayedHostCostsTheOthersNothing) {
  // The third page of this host has its turn after the end of the world.
  std::string input;
  for (const std::string& url : pages("127.0.0.1", 3))
    input += url + "\n";
  for (const std::string& url : pages("h1.localhost", 1))
    input += url + "\n";
  for (int host = 2; host < 30; ++host)
    input +=
        server_.url_on("h" + std::to_string(host) + ".localhost", "/static?title=other") + "\n";
  ProcessSpec spec = program({"-i", "-", "-c", "2", "--fetch", "http", "--order", "completion",
                              "--host-delay", "3600000"});
  spec.input = input;
  RunningProcess scraper(std::move(spec));
  while (server_.count("/static") < 30 && scraper.running())
    std::this_thread::yield();
  scraper.send_signal(SIGTERM);
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 143) << result;
  EXPECT_THAT(parse_lines(result.out), SizeIs(30)) << "what was begun has its record";
}

// ---- 429, 503 ----

TEST_F(Politeness, ARefusingHostIsLeftAloneAndAskedAgain) {
  for (const std::string fetch : {"http", "browser"}) {
    server_.clear_requests();
    const auto asked = std::make_shared<std::atomic<int>>(0);
    server_.on("/limited", [asked](const Request&) {
      if ((*asked)++ > 0) return Response{.body = "<title>at last</title>"};
      return Response{.status = 429, .headers = {{"Retry-After", "2"}}, .body = "later"};
    });
    RunningProcess scraper(program({"--fetch", fetch, "-c", "1", server_.url("/limited"),
                                    server_.url("/static?title=same-host"),
                                    server_.url_on("a.localhost", "/static?title=other")}));
    const ProcessResult result = scraper.wait(patience);
    ASSERT_TRUE(result.ok()) << result;
    const std::vector<Json> records = parse_lines(result.out);
    EXPECT_THAT(column(records, "title"), ElementsAre("at last", "same-host", "other"));
    EXPECT_EQ(records.at(0)["attempts"], 2);
    EXPECT_GE(shortest_gap("127.0.0.1", "/limited"), 2s);
    EXPECT_THAT(server_.requests(), ElementsAre("/limited", "/static?title=other", "/limited",
                                                "/static?title=same-host"));
  }
}

TEST_F(Politeness, ARefusalThatStaysIsData) {
  server_.on("/limited", [](const Request&) {
    return Response{.status = 503, .headers = {{"retry-after", "1"}}, .body = "<p>never"};
  });
  const ProcessResult result =
      run({"-f", "jsonl", "--fetch", "http", "--retries", "1", server_.url("/limited")});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0]["status"], 503);
  EXPECT_EQ(records[0]["error"], nullptr);
  EXPECT_EQ(records[0]["attempts"], 2);
  EXPECT_EQ(server_.count("/limited"), 2);
  EXPECT_EQ(run({"-q", server_.url("/status/503"), "--fetch", "http"}).exit_code, 0);
  EXPECT_EQ(server_.count("/status/503"), 1) << "without a Retry-After it is data like any other";
}

TEST_F(Politeness, AStoppedRunGivesWhatTheRefusingHostSaid) {
  server_.on("/limited", [](const Request&) {
    return Response{.status = 429, .headers = {{"Retry-After", "600"}}, .body = "<p>later"};
  });
  RunningProcess scraper(program({"--fetch", "http", "-c", "1", server_.url("/limited"),
                                  server_.url("/static?title=waits"),
                                  server_.url_on("localhost", "/static?title=other")}));
  ASSERT_TRUE(server_.wait_for_request("/static?title=other", patience));
  scraper.send_signal(SIGTERM);
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 143) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "seq"), ElementsAre(0, 2)) << "1 was not begun";
  EXPECT_EQ(records.at(0)["status"], 429);
}

// ---- robots.txt ----

TEST_F(Politeness, RobotsTxtIsFollowedFromTheSixthUrlOn) {
  serve_robots("User-agent: *\nDisallow: /static?title=127.0.0.16\n");
  EXPECT_TRUE(run(joined({"--fetch", "http"}, pages("127.0.0.1", 5))).ok());
  EXPECT_EQ(robots_requests(), 0) << "a handful is not worth asking";
  server_.clear_requests();
  const ProcessResult result = run(joined({"--fetch", "http"}, pages("127.0.0.1", 8)));
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(8));
  EXPECT_EQ(records[6]["outcome"], "skipped");
  EXPECT_EQ(records[6]["error"]["code"], "robots_disallowed");
  EXPECT_EQ(records[6]["html"], nullptr);
  EXPECT_EQ(server_.count("/static"), 7);
  EXPECT_EQ(robots_requests(), 1);
  EXPECT_THAT(result.err, HasSubstr("obeying http"));
  EXPECT_THAT(result.err, HasSubstr("7 ok, 0 failed, 1 skipped"));
}

TEST_F(Politeness, RobotsTxtMayBeObeyedFromTheFirstOnOrIgnored) {
  serve_robots("User-agent: *\nDisallow: /\n\nUser-agent: MyBot\nDisallow: /no\n");
  const ProcessResult obeyed = run({"--robots", "obey", server_.url("/static"), server_.url("/x")});
  EXPECT_TRUE(obeyed.ok()) << obeyed;
  EXPECT_THAT(error_codes(parse_lines(obeyed.out)), Each(Json("robots_disallowed")));
  EXPECT_THAT(server_.requests(), IsEmpty());
  const ProcessResult named = run({"--robots", "obey", "--user-agent", "MyBot/1.0", "--fetch",
                                   "http", server_.url("/static"), server_.url("/no/x")});
  EXPECT_THAT(error_codes(parse_lines(named.out)), ElementsAre(nullptr, "robots_disallowed"));
  server_.clear_requests();
  EXPECT_TRUE(run(joined({"--robots", "ignore", "--fetch", "http"}, pages("127.0.0.1", 8))).ok());
  EXPECT_EQ(robots_requests(), 0);
}

TEST_F(Politeness, AServerThatCannotSayIsNotAsked) {
  serve_robots("", 503);
  const ProcessResult result =
      run({"--robots", "obey", "--retries", "0", server_.url("/static"), server_.url("/x")});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), Each(Json("robots_unreachable")));
  EXPECT_EQ(robots_requests(), 1);
  EXPECT_THAT(server_.requests(), IsEmpty());
  serve_robots("", 403);
  EXPECT_TRUE(run({"--robots", "obey", "--fetch", "http", server_.url("/static")}).ok());
  EXPECT_EQ(server_.count("/static"), 1) << "there is none: everything is allowed";
}

TEST_F(Politeness, RobotsTxtMayBeElsewhere) {
  server_.on("/robots.txt", [](const Request&) {
    return Response{.status = 301, .headers = {{"Location", "/moved/robots"}}};
  });
  server_.on("/moved/robots", [](const Request&) {
    return Response{.headers = {{"Content-Type", "application/octet-stream"}},
                    .body = "User-agent: *\nDisallow: /static\n"};
  });
  const ProcessResult result = run({"--robots", "obey", "-f", "jsonl", server_.url("/static")});
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre("robots_disallowed"));
}

TEST_F(Politeness, ACrawlDelayIsKept) {
  serve_robots("User-agent: *\nCrawl-delay: 0.4\n");
  const ProcessResult result =
      run(joined({"--robots", "obey", "--fetch", "http", "-c", "4"}, pages("127.0.0.1", 4)));
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_GE(shortest_gap("127.0.0.1", "/static"), 400ms);
}

// ---- duplicates ----

TEST_F(Politeness, DuplicatesAreSkipped) {
  const std::string url = server_.url("/static?title=one");
  const ProcessResult result = run({"--fetch", "http", url, server_.url("/static?title=two"),
                                    url + "#part", server_.url("/x/../static?title=%6Fne")});
  EXPECT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "outcome"), ElementsAre("ok", "ok", "skipped", "skipped"));
  EXPECT_THAT(error_codes(records), ElementsAre(nullptr, nullptr, "duplicate", "duplicate"));
  EXPECT_THAT(records.at(3)["error"]["detail"], HasSubstr("seq 0"));
  EXPECT_THAT(server_.requests(), SizeIs(2));
}

TEST_F(Politeness, DuplicatesAreKeptWhenAsked) {
  const std::string url = server_.url("/static?title=one");
  const ProcessResult result = run({"--fetch", "http", "--duplicates", "keep", url, url, url});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(column(parse_lines(result.out), "title"), ElementsAre("one", "one", "one"));
  EXPECT_THAT(server_.requests(), SizeIs(3));
}

// ---- a dry run ----

TEST_F(Politeness, ADryRunAsksNobody) {
  const std::string url = server_.url("/static");
  const std::string file =
      write_file("urls.txt", url + "\nftp://x/\n" + url + "\nno url\n{\"url\": \"" + url +
                                 "2\", \"data\": 7}\n");
  const ProcessResult result = run({"--dry-run", "--chrome", "/no/such/browser", "-i", file});
  EXPECT_EQ(result.exit_code, 3) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(column(records, "outcome"),
              ElementsAre("skipped", "failed", "skipped", "failed", "skipped"));
  EXPECT_THAT(error_codes(records),
              ElementsAre(nullptr, "blocked_scheme", "duplicate", "invalid_url", nullptr));
  EXPECT_EQ(records.at(4)["data"], 7);
  EXPECT_THAT(server_.arrivals(), IsEmpty());
  EXPECT_EQ(run({"--dry-run", "--chrome", "/no/such/browser", url}).exit_code, 0);
}

// ---- a line's own options ----

TEST_F(Politeness, ALineHasHeadersAndDataOfItsOwn) {
  for (const std::string fetch : {"http", "browser"}) {
    const std::string line = R"({"url": ")" + server_.url("/headers?" + fetch) +
                             R"(", "headers": {"X-Own": "yes", "X-Both": "line"},
                                "data": {"z": [1, "\u00e4"], "a": null}})";
    const std::string file = write_file("urls.txt", [&] {
      std::string one_line = line;
      std::erase(one_line, '\n');
      return one_line + "\n" + server_.url("/headers?bare") + "\n";
    }());
    const ProcessResult result = run({"--fetch", fetch, "-H", "X-Both: run", "-i", file});
    ASSERT_TRUE(result.ok()) << result;
    const std::vector<Json> records = parse_lines(result.out);
    ASSERT_THAT(records, SizeIs(2));
    const auto own = records[0]["html"].get<std::string>();
    EXPECT_THAT(own, HasSubstr("yes")) << fetch;
    EXPECT_THAT(own, HasSubstr("line")) << fetch;
    EXPECT_THAT(own, testing::Not(HasSubstr("run\""))) << fetch;
    EXPECT_THAT(records[1]["html"].get<std::string>(), HasSubstr("run")) << fetch;
    EXPECT_EQ(records[0]["data"], Json::parse(R"({"z": [1, "ä"], "a": null})"));
    EXPECT_THAT(result.out, HasSubstr(R"("data":{"z":[1,"ä"],"a":null})")) << "in its order";
    EXPECT_EQ(records[1]["data"], nullptr);
  }
}

TEST_F(Politeness, ALineHasConditionsOfItsOwn) {
  const std::string file = write_file(
      "urls.txt", R"({"url": ")" + server_.url("/late-xhr?ms=50") +
                      R"(", "wait": "load", "wait_selector": "#late"})" + "\n" + R"({"url": ")" +
                      server_.url("/static") + R"(", "delay": 50})" + "\n");
  const ProcessResult result = run({"-i", file});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_EQ(records.at(0)["wait"]["ended_by"], "selector");
  EXPECT_EQ(records.at(1)["wait"]["ended_by"], "delay");
}

}  // namespace
}  // namespace cdp::test
