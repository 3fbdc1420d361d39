// --connect: a browser that belongs to somebody else.
#include "browser/launch/chromium_locator.hpp"
#include "support/program/cli_test.hpp"
#include "support/server/http_get.hpp"

#include <gmock/gmock.h>

#include <signal.h>

#include <string>

namespace cdp::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A browser that the test has started, with a page of its own in it.
class ForeignBrowser {
 public:
  ForeignBrowser(const std::string& profile, const std::string& url)
      : process_(spec(profile, url)) {
    constexpr std::string_view marker = "DevTools listening on ";
    EXPECT_TRUE(process_.read_until(marker, patience));
    EXPECT_TRUE(process_.read_until("/devtools/browser/", patience));
    EXPECT_TRUE(process_.read_until("\n", patience));
    const std::string log = process_.output(Output::err);
    const std::size_t start = log.find(marker) + marker.size();
    endpoint_ = log.substr(start, log.find('\n', start) - start);
  }

  const std::string& endpoint() const { return endpoint_; }

  /// The URLs of its pages, as it says itself.
  std::vector<std::string> pages() const {
    std::vector<std::string> urls;
    for (const Json& target : get("/json/list")) {
      if (target["type"] == "page") urls.push_back(target["url"]);
    }
    return urls;
  }

  bool is_alive() const { return process_.running() && get("/json/version").contains("Browser"); }

  void kill() {
    process_.send_group_signal(SIGKILL);
    process_.wait(patience);
  }

 private:
  static ProcessSpec spec(const std::string& profile, const std::string& url) {
    ProcessSpec spec;
    spec.argv = {find_chromium(""),
                 "--headless",
                 "--no-sandbox",
                 "--remote-debugging-port=0",
                 "--user-data-dir=" + profile,
                 url};
    return spec;
  }

  /// Asks its HTTP side.
  Json get(const std::string& path) const {
    const std::size_t host = endpoint_.find("//") + 2;
    const std::size_t colon = endpoint_.find(':', host);
    const std::string port = endpoint_.substr(colon + 1, endpoint_.find('/', colon) - colon - 1);
    const std::string answer = http_get(port, path);
    const Json body = Json::parse(answer, nullptr, false);
    EXPECT_FALSE(body.is_discarded()) << answer;
    return body;
  }

  RunningProcess process_;
  std::string endpoint_;
};

class Connect : public CliTest {
 protected:
  ForeignBrowser browser_{file_path("profile"), server_.url("/static?title=theirs")};
  std::string their_page_ = server_.url("/static?title=theirs");

  void SetUp() override { ASSERT_TRUE(server_.wait_for_request("/static?title=theirs", patience)); }

  void TearDown() override {
    browser_.kill();
    CliTest::TearDown();
  }
};

TEST_F(Connect, TheirPagesAreLeftAlone) {
  const ProcessResult result =
      run({"--connect", browser_.endpoint(), "-c", "2", server_.url("/page/1"),
           server_.url("/page/2"), server_.url("/page/3")});
  ASSERT_TRUE(result.ok()) << result;
  const std::vector<Json> records = parse_lines(result.out);
  EXPECT_THAT(records.at(2)["html"], HasSubstr("Page 3, item 50"));
  EXPECT_TRUE(browser_.is_alive());
  EXPECT_THAT(browser_.pages(), ElementsAre(their_page_));
}

TEST_F(Connect, OurPagesGoWithASignal) {
  RunningProcess scraper(
      program({"--connect", browser_.endpoint(), "--drain", "0.2", server_.url("/hang")}));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  ASSERT_TRUE(scraper.send_signal(SIGTERM));
  EXPECT_EQ(scraper.wait(patience).exit_code, 143);
  EXPECT_TRUE(browser_.is_alive());
  EXPECT_THAT(browser_.pages(), ElementsAre(their_page_));
}

TEST_F(Connect, OurPagesGoWithAKilledDriver) {
  RunningProcess scraper(program({"--connect", browser_.endpoint(), server_.url("/hang")}));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  ASSERT_TRUE(scraper.send_signal(SIGKILL));
  scraper.wait(patience);
  EXPECT_TRUE(browser_.is_alive());
  // The browser notices by itself; asking it is all there is to wait with.
  for (int i = 0; i < 1000 && browser_.pages().size() > 1; ++i) {
  }
  EXPECT_THAT(browser_.pages(), ElementsAre(their_page_));
}

TEST_F(Connect, TheirCookiesAreNotOurs) {
  const ProcessResult first = run({"--connect", browser_.endpoint(), server_.url("/cookie")});
  const ProcessResult second = run({"--connect", browser_.endpoint(), server_.url("/cookie")});
  EXPECT_THAT(first.out, HasSubstr("<p id=\"cookies\"></p>"));
  EXPECT_THAT(second.out, HasSubstr("<p id=\"cookies\"></p>")) << "nor those of the run before";
}

TEST_F(Connect, ABrowserThatGoesAwayEndsTheRun) {
  RunningProcess scraper(program({"--connect", browser_.endpoint(), "-f", "jsonl",
                                  server_.url("/hang"), server_.url("/static?title=never")}));
  ASSERT_TRUE(server_.wait_for_request("/hang", patience));
  browser_.kill();
  const ProcessResult result = scraper.wait(patience);
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_FALSE(result.timed_out);
}

}  // namespace
}  // namespace cdp::test
