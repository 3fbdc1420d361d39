// Guests in a browser that somebody else has started.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class ConnectTest : public BrowserTest {
 protected:
  /// Runs `body(host)` with a browser whose own driver does not care about its pages any more.
  template <class Body>
  void with_host(Body body) {
    with_browser([&body](Browser& host) -> Task<void> {
      json off = json::object();
      off["autoAttach"] = false;
      off["waitForDebuggerOnStart"] = false;
      off["flatten"] = true;
      co_await host.session().call("Target.setAutoAttach", std::move(off));
      co_await body(host);
      if (host.is_alive()) co_await close_all_pages(host);
    });
  }

  /// Runs `body(host, guest)`: a browser, and a connection to it by somebody else.
  template <class Body>
  void with_guest(Body body) {
    with_host([this, &body](Browser& host) -> Task<void> {
      Browser guest = co_await connect(endpoint().websocket_url());
      co_await body(host, guest);
      co_await guest.close();
    });
  }

  /// A page that is the host's own, and has asked the server for its document.
  Task<void> open_on(Browser host, std::string path) {
    json params = json::object();
    params["url"] = server().url(path);
    co_await host.session().call("Target.createTarget", std::move(params));
    co_await arrival(server(), std::move(path));
  }

  /// What the host shows when each of its pages has a document.
  static Task<std::vector<std::string>> settled_urls(Browser host) {
    std::vector<std::string> urls;
    do {
      urls = co_await page_urls(host);
    } while (std::find(urls.begin(), urls.end(), "") != urls.end());
    co_return urls;
  }

  static Task<void> close_all_pages(Browser host) {
    json nothing = json::object();
    const json answer = co_await host.session().call("Target.getTargets", std::move(nothing));
    for (const json& target : answer["targetInfos"]) {
      json params = json::object();
      params["targetId"] = target["targetId"];
      if (target["type"] == "page")
        co_await host.session().call("Target.closeTarget", std::move(params));
    }
  }
};

TEST_F(ConnectTest, pages_are_scraped_as_in_a_browser_of_one_s_own) {
  with_guest([this](Browser& host, Browser& guest) -> Task<void> {
    EXPECT_EQ(guest.version(), host.version());
    Page page = co_await open_at(guest, server().url("/page/5"));
    const Content content = co_await page.capture(patience);
    EXPECT_EQ(content.title, "Page 5");
    co_await page.close();
    co_await expect_no_pages(host);
  });
}

TEST_F(ConnectTest, the_host_s_pages_are_left_alone) {
  with_host([this](Browser& host) -> Task<void> {
    co_await open_on(host, "/static?title=before");
    Browser guest = co_await connect(endpoint().websocket_url());
    Page page = co_await open_at(guest, server().url("/static?title=guest"));
    co_await open_on(host, "/static?title=during");
    co_await open_on(host, "/popup?n=1");
    co_await arrival(server(), "/static?title=popup1");
    co_await guest.close();
    EXPECT_FALSE(guest.is_alive());
    EXPECT_TRUE(host.is_alive());
    const std::vector<std::string> left = co_await settled_urls(host);
    EXPECT_THAT(
        left, UnorderedElementsAre(server().url("/static?title=before"),
                                   server().url("/static?title=during"), server().url("/popup?n=1"),
                                   server().url("/static?title=popup1")));
    Task<std::string> reading = page.content();
    const Error error = co_await fault_of(std::move(reading));
    EXPECT_THAT(error.code(), AnyOf(errc::cancelled, errc::page_crashed)) << error.what();
  });
}

TEST_F(ConnectTest, the_guest_s_popups_are_closed) {
  with_guest([this](Browser& host, Browser& guest) -> Task<void> {
    Page page = co_await open_at(guest, server().url("/popup?n=2"));
    co_await page.close();
    co_await expect_no_pages(host);
  });
}

TEST_F(ConnectTest, cookies_are_not_shared_with_the_host) {
  with_guest([this](Browser& host, Browser& guest) -> Task<void> {
    co_await open_on(host, "/cookie");
    Page page = co_await open_at(guest, server().url("/cookie"));
    const json cookies = co_await evaluate(page, "document.getElementById('cookies').textContent");
    EXPECT_EQ(cookies, "");
  });
}

TEST_F(ConnectTest, two_guests_do_not_touch_each_other) {
  with_guest([this](Browser&, Browser& first) -> Task<void> {
    Browser second = co_await connect(endpoint().websocket_url());
    Page page = co_await open_at(first, server().url("/static?title=first"));
    Page other = co_await open_at(second, server().url("/popup?n=2"));
    co_await second.close();
    const json title = co_await evaluate(page, "document.title");
    EXPECT_EQ(title, "first");
  });
}

TEST_F(ConnectTest, a_guest_that_just_leaves_leaves_nothing_open) {
  with_host([this](Browser& host) -> Task<void> {
    {
      Browser guest = co_await connect(endpoint().websocket_url());
      Page page = co_await open_at(guest, server().url("/static"));
    }
    co_await expect_no_pages(host);
    EXPECT_TRUE(host.is_alive());
  });
}

TEST_F(ConnectTest, the_host_s_end_is_the_guest_s_end) {
  with_host([this](Browser& host) -> Task<void> {
    Browser guest = co_await connect(endpoint().websocket_url());
    Page page = co_await open_at(guest, server().url("/static"));
    host.kill();
    Task<json> waiting = page.evaluate("new Promise(() => {})");
    const Error error = co_await fault_of(std::move(waiting));
    EXPECT_EQ(error.code(), errc::browser_crashed) << error.what();
    EXPECT_FALSE(guest.is_alive());
    co_await guest.close();
  });
}

TEST_F(ConnectTest, addresses_that_are_none_are_refused) {
  for (const char* url : {"", "http://127.0.0.1:1/", "ws://", "127.0.0.1:9222"}) {
    const Error error = run(fault_of(connect(url)));
    EXPECT_EQ(error.code(), errc::invalid_argument) << url << ": " << error.what();
  }
}

TEST_F(ConnectTest, a_server_that_is_no_browser_is_told_apart) {
  const std::string url = "ws://127.0.0.1:" + std::to_string(server().port()) + "/static";
  const Error error = run(fault_of(connect(url)));
  EXPECT_EQ(error.code(), errc::browser_crashed) << error.what();
  EXPECT_THAT(error.what(), HasSubstr(std::to_string(server().port())));
}

TEST_F(ConnectTest, a_server_that_does_not_answer_is_given_up) {
  const std::string url = "ws://127.0.0.1:" + std::to_string(server().port()) + "/hang";
  ConnectOptions options;
  options.timeout = 200ms;
  const Error error = run(fault_of(connect(url, options)));
  EXPECT_EQ(error.code(), errc::browser_crashed) << error.what();
}

}  // namespace
}  // namespace cdp::test
