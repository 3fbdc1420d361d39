// One table of server behaviours, fetched in both ways: the records say the same, or the table says
// why not.
#include "server_behaviours.hpp"
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace cdp::test {

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << (outcome.code.empty() ? "ok" : outcome.code) << " " << outcome.status << " "
       << outcome.type << (outcome.partial ? " partial" : "") << " at " << outcome.path;
}

namespace {

using testing::HasSubstr;
using testing::SizeIs;

class BothWays : public CliTest {
 protected:
  BothWays() : table_(server_behaviours()) {
    for (const ServerBehaviour& behaviour : table_) {
      server_.on_exchange("/" + behaviour.name,
                          [bytes = behaviour.bytes](Exchange& exchange) { exchange.write(bytes); });
    }
  }

  std::vector<Json> fetch(const std::string& way) const {
    std::string urls;
    for (const ServerBehaviour& behaviour : table_)
      urls += server_.url("/" + behaviour.name) + "\n";
    const ProcessResult result =
        run({"-i", write_file("urls", urls), "--fetch", way, "-f", "jsonl", "-q", "--retries", "0",
             "--robots", "ignore", "--timeout", "60", "--wait", "load"});
    return parse_lines(result.out);
  }

  Outcome outcome_of(const Json& record) const {
    const auto text = [&record](const char* name) {
      return record[name].is_string() ? record[name].get<std::string>() : std::string();
    };
    Outcome outcome;
    outcome.code = record["error"].is_null() ? "" : record["error"]["code"].get<std::string>();
    outcome.status = record["status"].is_null() ? 0 : record["status"].get<int>();
    outcome.type = text("content_type");
    outcome.partial = record["partial"].get<bool>();
    const std::string root = server_.url("/");
    const std::string final_url = text("final_url");
    outcome.path = final_url.starts_with(root) ? final_url.substr(root.size()) : final_url;
    return outcome;
  }

  std::vector<ServerBehaviour> table_;
};

TEST_F(BothWays, OneServerOneRecord) {
  EXPECT_GE(table_.size(), 80U);
  const std::vector<Json> over_http = fetch("http");
  const std::vector<Json> in_browser = fetch("browser");
  ASSERT_THAT(over_http, SizeIs(table_.size()));
  ASSERT_THAT(in_browser, SizeIs(table_.size()));
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const ServerBehaviour& behaviour = table_[i];
    Outcome expected = behaviour.outcome;
    Outcome rendered = behaviour.difference.empty() ? expected : behaviour.in_browser;
    for (Outcome* outcome : {&expected, &rendered})
      if (outcome->path.empty()) outcome->path = behaviour.name;
    EXPECT_EQ(outcome_of(over_http[i]), expected) << behaviour.name << ", over HTTP";
    EXPECT_EQ(outcome_of(in_browser[i]), rendered) << behaviour.name << ", in the browser";
    const bool has_text = over_http[i]["html"].is_string() && in_browser[i]["html"].is_string();
    if (expected.partial && has_text) {
      EXPECT_THAT(over_http[i]["html"].get<std::string>(), HasSubstr("hello"));
    }
  }
}

/// What plain HTTP has seen is not forgotten because a browser, which cannot see it, is asked next.
TEST_F(BothWays, APackedBodyThatEndsEarlyIsPartialByAuto) {
  std::string urls;
  std::vector<std::string> names;
  for (const ServerBehaviour& behaviour : table_) {
    if (!behaviour.outcome.partial || behaviour.in_browser.partial) continue;
    if (!behaviour.in_browser.code.empty()) continue;
    names.push_back(behaviour.name);
    urls += server_.url("/" + behaviour.name) + "\n";
  }
  ASSERT_FALSE(names.empty());
  const ProcessResult result = run({"-i", write_file("cut", urls), "--fetch", "auto", "-f", "jsonl",
                                    "-q", "--retries", "0", "--robots", "ignore"});
  const std::vector<Json> records = parse_lines(result.out);
  ASSERT_THAT(records, SizeIs(names.size())) << result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(records[i]["fetch"], "browser") << names[i];
    EXPECT_EQ(records[i]["partial"], true) << names[i];
    EXPECT_EQ(records[i]["wait"]["ended_by"], "broken") << names[i];
    EXPECT_FALSE(records[i]["wait"]["pending"].empty()) << names[i];
  }
}

/// The answer for one URL is never given to another, however a server calls itself.
TEST_F(BothWays, AServerThatCallsItselfHttp2MixesNothingUp) {
  server_.on_exchange("/two", [](Exchange& exchange) {
    exchange.write("HTTP/2.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\ntwo");
  });
  server_.on_exchange("/endless", [](Exchange& exchange) {
    for (int i = 0; i < 300; ++i)
      exchange.write("HTTP/1.1 103 Early Hints\r\n\r\n");
  });
  std::vector<std::string> arguments = {"-f",     "jsonl",     "-q", "--fetch",
                                        "http",   "--retries", "0",  "--robots",
                                        "ignore", "-c",        "4",  server_.url("/two")};
  for (int i = 0; i < 4; ++i) {
    arguments.push_back(server_.url("/endless?" + std::to_string(i)));
    arguments.push_back(server_.url("/static?title=" + std::to_string(i)));
  }
  for (const Json& record : parse_lines(run(arguments).out)) {
    const bool is_endless = record["url"].get<std::string>().find("endless") != std::string::npos;
    EXPECT_EQ(record["error"].is_null(), !is_endless) << record;
    if (is_endless) {
      EXPECT_EQ(record["error"]["code"], "connect_error") << record;
    }
    EXPECT_EQ(record["final_url"], record["url"]);
  }
}

/// A bomb, and a body without an end: both end, others do not notice, and memory is bounded.
TEST_F(BothWays, LargeBodiesAreEnded) {
  const std::string blank(std::size_t{1} << 20, ' ');
  server_.on_exchange("/endless", [blank](Exchange& exchange) {
    bool alive = exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
    while (alive)
      alive = exchange.write(blank);
  });
  const ProcessResult result =
      run({"-f", "jsonl", "-q", "--fetch", "http", "--robots", "ignore", "--retries", "2",
           "--max-body", "4000000", "--chrome", "/nonexistent", server_.url("/endless"),
           server_.url("/static"), server_.url("/big?mb=3"), server_.url("/big?mb=5")});
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(error_codes(records),
              testing::ElementsAre("too_large", nullptr, nullptr, "too_large"));
  EXPECT_EQ(records[0]["attempts"], 1) << "there will be no less of it";
}

/// A host that refuses its robots.txt is left alone.
TEST_F(BothWays, RobotsTxtThatIsRefusedIsNotAskedForAgain) {
  for (const int status : {429, 503}) {
    server_.on("/robots.txt", [status](const Request&) {
      return Response{.status = status, .headers = {{"RETRY-after", "7"}}};
    });
    const std::size_t before = server_.arrivals().size();
    const ProcessResult result = run({"-f", "jsonl", "--fetch", "http", "--robots", "obey",
                                      "--retries", "2", server_.url("/static")});
    EXPECT_THAT(error_codes(parse_lines(result.out)), testing::ElementsAre("robots_unreachable"));
    EXPECT_EQ(server_.arrivals().size(), before + 1) << status;
  }
}

}  // namespace
}  // namespace cdp::test
