// What goes wrong with a URL ends in its record, and the other URLs do not notice.
#include "support/program/cli_test.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <gmock/gmock.h>

namespace cdp::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A port of loopback where nobody listens, and nobody else will.
class DeafPort {
 public:
  DeafPort() : socket_(loop_, {boost::asio::ip::address_v4::loopback(), 0}) {}

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(socket_.local_endpoint().port()) + "/";
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::socket socket_;
};

class Failure : public CliTest {
 protected:
  /// Scrapes these URLs with a good one before and after; checks that the good ones are fine.
  std::vector<Json> scrape_among_good(const std::vector<std::string>& bad,
                                      std::vector<std::string> options = {}) {
    std::vector<std::string> arguments = std::move(options);
    arguments.push_back(server_.url("/page/1"));
    arguments.insert(arguments.end(), bad.begin(), bad.end());
    arguments.push_back(server_.url("/page/2"));
    const ProcessResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 3) << result;
    std::vector<Json> records = parse_lines(result.out);
    EXPECT_THAT(records, SizeIs(bad.size() + 2));
    if (records.size() < 2) return records;
    EXPECT_THAT(records.front()["html"], HasSubstr("Page 1, item 50"));
    EXPECT_THAT(records.back()["html"], HasSubstr("Page 2, item 50"));
    records.pop_back();
    records.erase(records.begin());
    for (const Json& record : records) {
      EXPECT_EQ(record["outcome"], "failed") << record["url"];
      EXPECT_EQ(record["html"], nullptr) << record["url"];
    }
    return records;
  }

  static std::vector<Json> net_errors(const std::vector<Json>& records) {
    std::vector<Json> names;
    for (const Json& error : column(records, "error"))
      names.push_back(error.value("net_error", Json()));
    return names;
  }
};

TEST_F(Failure, ServersThatCannotBeReached) {
  const DeafPort deaf;
  const std::vector<Json> records =
      scrape_among_good({"http://nowhere.test/", deaf.url()},
                        {"--chrome-arg", "--host-resolver-rules=MAP nowhere.test ~NOTFOUND"});
  EXPECT_THAT(error_codes(records), ElementsAre("dns_error", "connect_error"));
  EXPECT_THAT(net_errors(records), ElementsAre("ERR_NAME_NOT_RESOLVED", "ERR_CONNECTION_REFUSED"));
}

TEST_F(Failure, ServersThatHangUp) {
  const std::vector<Json> records =
      scrape_among_good({server_.url("/tcp-reset"), server_.url("/close"),
                         server_.url("/reset-mid-body"), server_.url("/truncated")},
                        {"--on-timeout", "fail"});
  EXPECT_THAT(error_codes(records),
              ElementsAre("connect_error", "connect_error", "connect_error", "connect_error"));
  EXPECT_THAT(net_errors(records),
              ElementsAre("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET",
                          "ERR_CONTENT_LENGTH_MISMATCH"));
}

TEST_F(Failure, ACertificateThatNobodyVouchesFor) {
  const TestServer secure({.tls = true});
  const std::vector<Json> records = scrape_among_good({secure.tls_url("/static")});
  EXPECT_THAT(error_codes(records), ElementsAre("tls_error"));
  EXPECT_THAT(net_errors(records), ElementsAre("ERR_CERT_AUTHORITY_INVALID"));
}

TEST_F(Failure, UrlsThatAreNone) {
  const std::vector<Json> records =
      scrape_among_good({"example", "http://", "http://127.0.0.1:99999/", "http://a b/", "no url"});
  EXPECT_THAT(error_codes(records), ElementsAre("invalid_url", "invalid_url", "invalid_url",
                                                "invalid_url", "invalid_url"));
}

TEST_F(Failure, OnlyTheWebIsScraped) {
  const std::vector<std::string> urls = {
      "file:///etc/passwd", "chrome://version/",     "javascript:alert(1)", "data:text/html,x",
      "about:blank",        "view-source:http://x/", "FILE:/etc/passwd",    " file:///etc/passwd"};
  const std::vector<Json> records = scrape_among_good(urls);
  for (const Json& record : records)
    EXPECT_EQ(record["error"]["code"], "blocked_scheme") << record["url"];
}

TEST_F(Failure, ARedirectOutOfTheWeb) {
  for (const std::string target : {"file:///etc/passwd", "chrome://version/", "data:text/html,x"}) {
    server_.on("/away", [&](const Request&) {
      return Response{.status = 302, .headers = {{"Location", target}}};
    });
    const std::vector<Json> records = scrape_among_good({server_.url("/away")});
    ASSERT_THAT(records, SizeIs(1));
    EXPECT_EQ(records[0]["html"], nullptr);
    EXPECT_EQ(records[0]["error"]["code"], "blocked_scheme") << target;
  }
}

TEST_F(Failure, PagesThatGoRound) {
  const std::vector<Json> records = scrape_among_good({server_.url("/redirect-loop")});
  EXPECT_THAT(error_codes(records), ElementsAre("too_many_redirects"));
}

TEST_F(Failure, FilesToSave) {
  const std::vector<Json> records = scrape_among_good({server_.url("/download")});
  EXPECT_THAT(error_codes(records), ElementsAre("download"));
}

TEST_F(Failure, PagesThatNeverEnd) {
  const std::vector<Json> records = scrape_among_good(
      {server_.url("/hang"), server_.url("/drip?ms=50&bytes=100000"), server_.url("/spin")},
      {"--timeout", "2", "-c", "5", "--on-timeout", "fail"});
  EXPECT_THAT(error_codes(records), ElementsAre("nav_timeout", "page_timeout", "page_timeout"));
  for (const Json& record : records)
    EXPECT_LT(record["timings_ms"]["total"], 7000) << record["url"];
}

TEST_F(Failure, PagesThatAskQuestions) {
  const ProcessResult result = run({server_.url("/alert"), server_.url("/beforeunload")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_EQ(records.at(0)["dialogs"], 3);
  EXPECT_THAT(records.at(0)["html"], HasSubstr("<p id=\"after\">after</p>"));
}

TEST_F(Failure, EachFailureIsOneLineOfTheLog) {
  const ProcessResult result = run({server_.url("/close"), server_.url("/static"), "nonsense"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(
      split_lines(result.err),
      ElementsAre(AllOf(HasSubstr("/close"), HasSubstr("connect_error")),
                  AllOf(HasSubstr("nonsense"), HasSubstr("invalid_url")),
                  HasSubstr("time per page"), HasSubstr("errors: 1 invalid_url, 1 connect_error"),
                  HasSubstr("most failures"), HasSubstr("3 pages")));
}

// ---- the command line ----

struct Mistake {
  std::vector<std::string> arguments;
  std::string named;  ///< what the message must name

  friend std::ostream& operator<<(std::ostream& stream, const Mistake& mistake) {
    for (const std::string& argument : mistake.arguments)
      stream << argument << ' ';
    return stream;
  }
};

class Usage : public CliTest, public testing::WithParamInterface<Mistake> {};

TEST_P(Usage, AMistakeIsNamedAndNothingStarts) {
  std::vector<std::string> arguments = GetParam().arguments;
  arguments.push_back(server_.url("/static"));
  const ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr(GetParam().named));
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, Usage,
    testing::Values(
        Mistake{{"--nonsense"}, "--nonsense"}, Mistake{{"-c", "0"}, "--concurrency"},
        Mistake{{"-c", "many"}, "--concurrency"}, Mistake{{"-c", "100000"}, "--concurrency"},
        Mistake{{"--concurrency", "-1"}, "--concurrency"},
        Mistake{{"--format", "xml"}, "one of html, jsonl"},
        Mistake{{"--order", "random"}, "one of input, completion"},
        Mistake{{"--wait", "forever"}, "one of auto, load, domcontentloaded, networkidle"},
        Mistake{{"--timeout", "0"}, "--timeout"}, Mistake{{"--timeout", "soon"}, "--timeout"},
        Mistake{{"--retries", "-1"}, "--retries"},
        Mistake{{"--transport", "pigeon"}, "one of auto, websocket, pipe"},
        Mistake{{"--log-level", "loud"}, "--log-level"},
        Mistake{{"--log-format", "xml"}, "one of text, json"},
        Mistake{{"--connect", "http://127.0.0.1:1/"}, "http://127.0.0.1:1/"},
        Mistake{{"--chrome-arg", "--user-data-dir=/tmp/x"}, "--user-data-dir"},
        Mistake{{"--config", "/no/such/file"}, "/no/such/file"}),
    [](const auto& mistake) { return "Case" + std::to_string(mistake.index); });

TEST_F(Failure, NoUrlAtAll) {
  const ProcessResult result = run({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, AllOf(HasSubstr("no URL"), HasSubstr("--help")));
}

}  // namespace
}  // namespace cdp::test
