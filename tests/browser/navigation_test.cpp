// What a navigation can lead to.
#include "support/chromium/browser_test.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cdp::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NavigationTest : public BrowserTest {
 protected:
  NavigationTest() : BrowserTest({.tls = true}) {}

  /// Names that are no addresses have none: nobody is asked.
  static LaunchOptions offline() {
    LaunchOptions options = launch_options();
    options.chrome_args = {
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"};
    return options;
  }

  template <class Body>
  void with_page_of(Body body) {
    with_browser(offline(), [&body](Browser& browser) -> Task<void> {
      Page page = co_await browser.new_page();
      co_await body(page);
    });
  }

  /// The page still does its work.
  Task<void> expect_usable(Page& page) {
    const std::string url = server().url("/static?title=next");
    const Document document = co_await page.navigate(url);
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(document.url, url);
    const json title = co_await evaluate(page, "document.title");
    EXPECT_EQ(title, "next");
  }

  /// Goes there both ways, by `navigate` and by `open`, and expects the same fault.
  void expect_fault(std::string url, errc code, std::string net_error) {
    with_browser(offline(), [&](Browser& browser) -> Task<void> {
      Page page = co_await browser.new_page();
      const Error navigated = co_await fault_of_navigation(page, url);
      EXPECT_EQ(navigated.code(), code) << navigated.what();
      EXPECT_EQ(navigated.net_error(), net_error);
      EXPECT_THAT(navigated.what(), HasSubstr(url));
      co_await expect_usable(page);
      Page opened = co_await browser.open(url);
      Task<Document> loading = opened.loaded();
      const Error loaded = co_await fault_of(std::move(loading));
      EXPECT_EQ(loaded.code(), code) << loaded.what();
      EXPECT_EQ(loaded.net_error(), net_error);
      co_await expect_usable(opened);
    });
  }
};

/// A port of this machine that refuses connections for as long as the object lives.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    if (::bind(socket_, address, size) != 0 || ::getsockname(socket_, address, &size) != 0)
      throw std::runtime_error("cannot take a port");
  }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  ~ClosedPort() { ::close(socket_); }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/";
  }

 private:
  int socket_;
  sockaddr_in address_{};
};

TEST_F(NavigationTest, redirects_are_followed_and_listed) {
  with_page_of([this](Page& page) -> Task<void> {
    const std::string url = server().url("/redirect?n=3&code=307");
    const Document document = co_await page.navigate(url);
    EXPECT_EQ(document.url, server().url("/static?title=redirected"));
    EXPECT_EQ(document.status, 200);
    EXPECT_THAT(document.redirects, SizeIs(3));
    if (document.redirects.size() != 3) co_return;
    EXPECT_EQ(document.redirects[0].url, url);
    EXPECT_EQ(document.redirects[1].url, server().url("/redirect?n=2&code=307"));
    EXPECT_EQ(document.redirects[2].url, server().url("/redirect?n=1&code=307"));
    for (const Redirect& redirect : document.redirects)
      EXPECT_EQ(redirect.status, 307);
  });
}

TEST_F(NavigationTest, redirects_of_an_opened_page_are_listed) {
  with_browser([this](Browser& browser) -> Task<void> {
    for (const int code : {301, 302, 303, 308}) {
      const std::string url = server().url("/redirect?code=" + std::to_string(code));
      Page page = co_await browser.open(url);
      const Document document = co_await page.loaded();
      EXPECT_EQ(document.status, 200);
      EXPECT_THAT(document.redirects, SizeIs(1));
      if (document.redirects.empty()) continue;
      EXPECT_EQ(document.redirects[0].url, url);
      EXPECT_EQ(document.redirects[0].status, code);
    }
  });
}

TEST_F(NavigationTest, endless_redirects_are_given_up) {
  expect_fault(server().url("/redirect-loop"), errc::too_many_redirects, "ERR_TOO_MANY_REDIRECTS");
}

TEST_F(NavigationTest, failed_requests_with_a_page_are_results) {
  with_page_of([this](Page& page) -> Task<void> {
    for (const int status : {404, 410, 500, 503}) {
      const std::string code = std::to_string(status);
      const Document document = co_await page.navigate(server().url("/status/" + code));
      EXPECT_EQ(document.status, status);
      const std::string html = co_await page.content();
      EXPECT_THAT(html, HasSubstr("Status " + code));
    }
  });
}

TEST_F(NavigationTest, failed_requests_without_a_page_are_results) {
  with_page_of([this](Page& page) -> Task<void> {
    for (const int status : {404, 500}) {
      const std::string url = server().url("/status/" + std::to_string(status) + "?empty");
      const Document document = co_await page.navigate(url);
      EXPECT_EQ(document.status, status);
      EXPECT_EQ(document.url, url);
      const std::string html = co_await page.content();
      EXPECT_EQ(html, "<html><head></head><body></body></html>");
    }
  });
}

TEST_F(NavigationTest, an_empty_answer_is_an_empty_page) {
  with_page_of([this](Page& page) -> Task<void> {
    const Document document = co_await page.navigate(server().url("/empty"));
    EXPECT_EQ(document.status, 200);
    const std::string html = co_await page.content();
    EXPECT_EQ(html, "<html><head></head><body></body></html>");
  });
}

TEST_F(NavigationTest, an_unanswered_challenge_is_a_result) {
  with_page_of([this](Page& page) -> Task<void> {
    const Document document = co_await page.navigate(server().url("/auth"));
    EXPECT_EQ(document.status, 401);
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("who are you?"));
  });
}

TEST_F(NavigationTest, no_content_is_a_status_without_a_document) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/no-content");
    Page page = co_await open_at(browser, server().url("/static?title=before"));
    const Document document = co_await page.navigate(url);
    EXPECT_EQ(document.status, 204);
    EXPECT_EQ(document.url, url);
    const json title = co_await evaluate(page, "document.title");
    EXPECT_EQ(title, "before") << "the page stays where it was";
    Page opened = co_await browser.open(url);
    const Document none = co_await opened.loaded();
    EXPECT_EQ(none.status, 204);
    co_await expect_usable(opened);
  });
}

TEST_F(NavigationTest, files_to_save_are_no_pages) {
  expect_fault(server().url("/download"), errc::download, "ERR_ABORTED");
  EXPECT_THAT(leaks().session_directories(), IsEmpty());
}

TEST_F(NavigationTest, a_pdf_is_no_page) {
  expect_fault(server().url("/pdf"), errc::download, "ERR_ABORTED");
}

TEST_F(NavigationTest, a_name_without_address) {
  expect_fault("http://nowhere.example/", errc::dns_error, "ERR_NAME_NOT_RESOLVED");
}

TEST_F(NavigationTest, a_port_that_refuses) {
  const ClosedPort port;
  expect_fault(port.url(), errc::connect_error, "ERR_CONNECTION_REFUSED");
}

TEST_F(NavigationTest, a_port_that_browsers_avoid) {
  expect_fault("http://127.0.0.1:9/", errc::blocked_address, "ERR_UNSAFE_PORT");
}

TEST_F(NavigationTest, a_connection_that_is_reset) {
  expect_fault(server().url("/tcp-reset"), errc::connect_error, "ERR_CONNECTION_RESET");
}

TEST_F(NavigationTest, a_connection_that_is_closed_without_an_answer) {
  expect_fault(server().url("/close"), errc::connect_error, "ERR_EMPTY_RESPONSE");
}

TEST_F(NavigationTest, a_certificate_that_nobody_trusts) {
  expect_fault(server().tls_url("/static"), errc::tls_error, "ERR_CERT_AUTHORITY_INVALID");
}

TEST_F(NavigationTest, a_connection_lost_in_the_middle_of_the_document) {
  expect_fault(server().url("/reset-mid-body"), errc::connect_error, "ERR_CONNECTION_RESET");
}

TEST_F(NavigationTest, a_document_cut_off_before_its_length) {
  expect_fault(server().url("/truncated"), errc::connect_error, "ERR_CONTENT_LENGTH_MISMATCH");
}

TEST_F(NavigationTest, a_certificate_that_the_user_accepts) {
  LaunchOptions options = launch_options();
  options.chrome_args = {"--ignore-certificate-errors"};
  with_browser(options, [this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const Document document = co_await page.navigate(server().tls_url("/static"));
    EXPECT_EQ(document.status, 200);
  });
}

TEST_F(NavigationTest, within_the_document) {
  with_page_of([this](Page& page) -> Task<void> {
    const std::string url = server().url("/static");
    co_await page.navigate(url);
    const Document document = co_await page.navigate(url + "#part");
    EXPECT_EQ(document.url, url + "#part");
    EXPECT_EQ(document.status, 200) << "it is the same document";
    const json where = co_await evaluate(page, "location.hash");
    EXPECT_EQ(where, "#part");
    const Document again = co_await page.navigate(url + "#part");
    EXPECT_EQ(again.url, url + "#part");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(server().count("/static"), 1);
    co_await expect_usable(page);
  });
}

TEST_F(NavigationTest, an_address_that_a_script_rewrites) {
  with_page_of([this](Page& page) -> Task<void> {
    const Document document = co_await page.navigate(server().url("/push-state"));
    EXPECT_EQ(document.url, server().url("/pushed"));
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(server().count("/pushed"), 0);
    const Content content = co_await page.capture(patience);
    EXPECT_EQ(content.url, server().url("/pushed"));
    EXPECT_EQ(content.title, "pushed");
  });
}

TEST_F(NavigationTest, a_script_that_goes_elsewhere_before_load_is_followed) {
  with_page_of([this](Page& page) -> Task<void> {
    for (int i = 0; i < 10; ++i) {
      const Document document = co_await page.navigate(server().url("/js-redirect"));
      EXPECT_EQ(document.url, server().url("/static?title=redirected"));
      EXPECT_EQ(document.status, 200);
    }
  });
}

TEST_F(NavigationTest, a_page_that_waits_for_its_image_while_a_script_goes_elsewhere) {
  server().on("/going", [](const Request&) {
    return Response{.body =
                        "<!DOCTYPE html><img src='/gate/image'>"
                        "<script>location.href = '/gate/document'</script>"};
  });
  with_page_of([this](Page& page) -> Task<void> {
    const auto opener = [this]() -> Task<void> {
      co_await arrival(server(), "/gate/document");
      server().open_gate("image");
      server().open_gate("document");
    };
    Document document;
    const auto going = [&]() -> Task<void> {
      document = co_await page.navigate(server().url("/going"));
    };
    std::vector<Task<void>> both;
    both.push_back(going());
    both.push_back(opener());
    co_await gather(std::move(both));
    EXPECT_EQ(document.url, server().url("/gate/document"));
  });
}

TEST_F(NavigationTest, pages_that_no_server_sends) {
  with_page_of([](Page& page) -> Task<void> {
    const Document blank = co_await page.navigate("about:blank");
    EXPECT_EQ(blank.url, "about:blank");
    EXPECT_EQ(blank.status, 0);
    const Document data = co_await page.navigate("data:text/html,<title>data</title>%E2%82%AC");
    EXPECT_THAT(data.url, HasSubstr("data:text/html"));
    EXPECT_EQ(data.content_type, "text/html");
    const json title = co_await evaluate(page, "document.title");
    EXPECT_EQ(title, "data");
  });
}

TEST_F(NavigationTest, one_after_the_other) {
  with_page_of([this](Page& page) -> Task<void> {
    for (int i = 0; i < 20; ++i) {
      const std::string title = "round " + std::to_string(i);
      const std::string url = server().url("/static?title=round%20" + std::to_string(i));
      const Document document = co_await page.navigate(url);
      EXPECT_EQ(document.url, url);
      const Content content = co_await page.capture(patience);
      EXPECT_EQ(content.title, title);
    }
  });
}

TEST_F(NavigationTest, to_the_same_place_again) {
  with_page_of([this](Page& page) -> Task<void> {
    const std::string url = server().url("/slow?ms=0");
    for (int i = 1; i <= 3; ++i) {
      const Document document = co_await page.navigate(url);
      EXPECT_EQ(document.status, 200);
      EXPECT_EQ(server().count(url.substr(url.find("/slow"))), i);
    }
  });
}

TEST_F(NavigationTest, another_one_takes_the_place_of_one_that_hangs) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.open(server().url("/gate/never"));
    co_await arrival(server(), "/gate/never");
    co_await expect_usable(page);
  });
}

TEST_F(NavigationTest, another_one_takes_the_place_of_one_that_was_just_asked_for) {
  with_browser([this](Browser& browser) -> Task<void> {
    for (int i = 0; i < 10; ++i) {
      Page page = co_await browser.open(server().url("/page/" + std::to_string(i)));
      co_await expect_usable(page);
    }
  });
}

TEST_F(NavigationTest, another_one_takes_the_place_of_a_document_still_coming) {
  with_browser([this](Browser& browser) -> Task<void> {
    server().on("/endless", [](const Request&) {
      return Response{.body = "<!DOCTYPE html><p>here</p><img src='/gate/never'>"};
    });
    Page page = co_await browser.new_page();
    NavigateOptions parsed{.wait = {.until = WaitUntil::domcontentloaded}};
    const Document document = co_await page.navigate(server().url("/endless"), parsed);
    EXPECT_EQ(document.status, 200);
    co_await expect_usable(page);
  });
}

TEST_F(NavigationTest, no_document_in_time) {
  with_page_of([this](Page& page) -> Task<void> {
    NavigateOptions options{.timeout = 300ms};
    const Error error = co_await fault_of_navigation(page, server().url("/hang"), options);
    EXPECT_EQ(error.code(), errc::nav_timeout) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("300 ms"));
    EXPECT_THAT(error.what(), HasSubstr(server().url("/hang")));
    co_await expect_usable(page);
  });
}

TEST_F(NavigationTest, a_document_that_is_not_done_in_time_can_be_read) {
  server().on("/endless", [](const Request&) {
    return Response{.body = "<!DOCTYPE html><p>here</p><img src='/gate/never'>"};
  });
  with_page_of([this](Page& page) -> Task<void> {
    NavigateOptions options{.timeout = 1500ms};
    const Error error = co_await fault_of_navigation(page, server().url("/endless"), options);
    EXPECT_EQ(error.code(), errc::page_timeout) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("DOMContentLoaded")) << "says how far it got";
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("<p>here</p>"));
    co_await expect_usable(page);
  });
}

TEST_F(NavigationTest, load_waits_for_what_domcontentloaded_does_not) {
  server().on("/pictured", [](const Request&) {
    return Response{.body = "<!DOCTYPE html><p>text</p><img src='/gate/picture'>"};
  });
  with_page_of([this](Page& page) -> Task<void> {
    NavigateOptions parsed{.wait = {.until = WaitUntil::domcontentloaded}};
    co_await page.navigate(server().url("/pictured"), parsed);
    const json state = co_await evaluate(page, "document.readyState");
    EXPECT_EQ(state, "interactive");
    co_await arrival(server(), "/gate/picture");
    server().open_gate("picture");
    co_await page.loaded();
    const json done = co_await evaluate(page, "document.readyState");
    EXPECT_EQ(done, "complete");
  });
}

TEST_F(NavigationTest, frames_are_part_of_the_load) {
  with_page_of([this](Page& page) -> Task<void> {
    for (const char* path : {"/iframe?depth=2", "/iframe?depth=2&cross", "/frameset"}) {
      const Document document = co_await page.navigate(server().url(path));
      EXPECT_EQ(document.url, server().url(path));
      EXPECT_EQ(document.status, 200);
    }
    EXPECT_EQ(server().count("/iframe?depth=0"), 1);
    EXPECT_EQ(server().count("/iframe?depth=0&cross"), 1);
    EXPECT_EQ(server().count("/static?title=right"), 1);
  });
}

}  // namespace
}  // namespace cdp::test
