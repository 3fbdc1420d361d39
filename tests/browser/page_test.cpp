// The life of a page, and of its handle.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PageTest : public BrowserTest {};

/// Waits until the browser lists exactly these pages.
Task<void> expect_pages(Browser browser, std::vector<std::string> expected) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::string> urls;
  do {
    urls = co_await page_urls(browser);
  } while (urls != expected && std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(urls, expected);
}

TEST_F(PageTest, a_new_page_is_empty) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const json where = co_await evaluate(page, "location.href");
    EXPECT_EQ(where, "about:blank");
    const std::string html = co_await page.content();
    EXPECT_EQ(html, "<html><head></head><body></body></html>");
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.url, "about:blank");
    EXPECT_EQ(document.status, 0);
    EXPECT_EQ(page.dialogs(), 0);
  });
}

TEST_F(PageTest, an_empty_page_can_be_opened_like_any_other) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.open("about:blank");
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.url, "about:blank");
    EXPECT_EQ(document.status, 0);
  });
}

TEST_F(PageTest, shows_what_the_server_sent_and_the_scripts_built) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const std::string url = server().url("/slow?ms=20&title=built");
    const auto before = std::chrono::steady_clock::now();
    const Document document = co_await page.navigate(url);
    EXPECT_EQ(document.url, url);
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(document.content_type, "text/html");
    EXPECT_THAT(document.redirects, IsEmpty());
    EXPECT_GE(document.arrived_at, before);
    EXPECT_LE(document.arrived_at, std::chrono::steady_clock::now());
    const Content content = co_await page.capture(patience);
    EXPECT_THAT(content.html, HasSubstr("<p id=\"built\">built by script</p>"));
    EXPECT_EQ(content.title, "built");
    EXPECT_EQ(content.url, url);
    EXPECT_EQ(content.charset, "UTF-8");
    EXPECT_EQ(content.content_type, "text/html");
  });
}

TEST_F(PageTest, close_returns_when_the_browser_has_let_go) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    co_await page.close();
    EXPECT_FALSE(page.session().is_open());
    co_await page.close();
    const Error error = co_await fault_of_navigation(page, server().url("/static"));
    EXPECT_EQ(error.code(), errc::page_crashed) << error.what();
    Task<std::string> reading = page.content();
    const Error unread = co_await fault_of(std::move(reading));
    EXPECT_EQ(unread.code(), errc::page_crashed) << unread.what();
  });
}

TEST_F(PageTest, the_handle_closes_its_page) {
  with_browser([this](Browser& browser) -> Task<void> {
    {
      Page page = co_await open_at(browser, server().url("/static"));
      std::vector<std::string> one(1, server().url("/static"));
      co_await expect_pages(browser, std::move(one));
    }
    std::vector<std::string> none;
    co_await expect_pages(browser, std::move(none));
  });
}

TEST_F(PageTest, a_handle_that_is_given_another_page_closes_the_first) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string first = server().url("/static?title=first");
    const std::string second = server().url("/static?title=second");
    Page page = co_await open_at(browser, first);
    Page other = co_await open_at(browser, second);
    page = std::move(other);
    std::vector<std::string> one(1, second);
    co_await expect_pages(browser, std::move(one));
    const json title = co_await evaluate(page, "document.title");
    EXPECT_EQ(title, "second");
  });
}

TEST_F(PageTest, open_is_on_its_way_at_once) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/gate/open");
    Page page = co_await browser.open(url);
    co_await arrival(server(), "/gate/open");
    server().open_gate("open");
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.url, url);
    EXPECT_EQ(document.status, 200);
    const Document again = co_await page.loaded();
    EXPECT_EQ(again.url, url) << "what is over stays over";
    EXPECT_EQ(server().count("/gate/open"), 1);
  });
}

TEST_F(PageTest, opened_pages_are_awaited_in_any_order) {
  with_browser([this](Browser& browser) -> Task<void> {
    std::vector<Page> pages;
    for (int i = 0; i < 5; ++i) {
      const std::string url = server().url("/static?title=" + std::to_string(i));
      pages.push_back(co_await browser.open(url));
    }
    for (int i = 4; i >= 0; --i) {
      Page& page = pages[static_cast<std::size_t>(i)];
      const Document document = co_await page.loaded();
      const json title = co_await evaluate(page, "document.title");
      EXPECT_EQ(title, std::to_string(i));
    }
  });
}

TEST_F(PageTest, urls_that_are_none_are_refused) {
  with_browser([](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    for (const char* url : {"", "no scheme", "http://", "http://a:99999/"}) {
      const Error error = co_await fault_of_navigation(page, url);
      EXPECT_EQ(error.code(), errc::invalid_url) << url << ": " << error.what();
    }
    const Document document = co_await page.navigate("about:blank");
    EXPECT_EQ(document.url, "about:blank");
  });
}

TEST_F(PageTest, with_page_closes_on_every_way_out) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static?title=with");
    const auto read_title = [&url](Page& page) -> Task<std::string> {
      co_await page.navigate(url);
      const Content content = co_await page.capture(patience);
      co_return content.title;
    };
    const std::string title = co_await with_page(browser, read_title);
    EXPECT_EQ(title, "with");
    std::vector<std::string> left = co_await page_urls(browser);
    EXPECT_THAT(left, IsEmpty());

    const auto fail = [&url](Page& page) -> Task<std::string> {
      co_await page.navigate(url);
      throw Error(errc::internal, "on purpose");
    };
    Task<std::string> failing = with_page(browser, fail);
    const Error error = co_await fault_of(std::move(failing));
    EXPECT_STREQ(error.what(), "on purpose");
    left = co_await page_urls(browser);
    EXPECT_THAT(left, IsEmpty());

    const auto no_value = [&url](Page& page) -> Task<void> { co_await page.navigate(url); };
    co_await with_page(browser, no_value);
    left = co_await page_urls(browser);
    EXPECT_THAT(left, IsEmpty());
  });
}

TEST_F(PageTest, pages_of_one_context_share_cookies_and_others_do_not) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/cookie");
    const char* cookies = "document.getElementById('cookies').textContent";
    Page first = co_await open_at(browser, url);
    Page second = co_await open_at(browser, url);
    const json shared = co_await evaluate(second, cookies);
    EXPECT_EQ(shared, "visit=1");

    BrowserContext context = co_await browser.new_context();
    Page other = co_await context.new_page();
    co_await other.navigate(url);
    const json fresh = co_await evaluate(other, cookies);
    EXPECT_EQ(fresh, "");
    co_await context.dispose();
  });
}

TEST_F(PageTest, disposing_of_a_context_closes_its_pages_alone) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static?title=stays");
    Page outside = co_await open_at(browser, url);
    BrowserContext context = co_await browser.new_context();
    EXPECT_FALSE(context.id().empty());
    Page inside = co_await context.open(server().url("/static?title=goes"));
    co_await inside.loaded();
    co_await context.dispose();
    std::vector<std::string> one(1, url);
    co_await expect_pages(browser, std::move(one));
    Task<std::string> reading = inside.content();
    const Error error = co_await fault_of(std::move(reading));
    EXPECT_EQ(error.code(), errc::page_crashed) << error.what();
    co_await context.dispose();
    const json sum = co_await evaluate(outside, "1 + 1");
    EXPECT_EQ(sum, 2);
    Task<Page> late = context.new_page();
    const Error gone = co_await fault_of(std::move(late));
    EXPECT_EQ(gone.code(), errc::protocol_error) << gone.what();
  });
}

TEST_F(PageTest, a_page_cannot_close_itself) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    co_await evaluate(page, "window.close()");
    const json closed =
        co_await evaluate(page, "new Promise(done => setTimeout(() => done(window.closed), 50))");
    EXPECT_EQ(closed, false);
  });
}

TEST_F(PageTest, a_page_that_somebody_closes_is_gone) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.open(server().url("/static"));
    co_await page.loaded();
    Session session = page.session();
    json parameters = json::object();
    std::vector<Task<json>> calls;
    calls.push_back(page.evaluate("new Promise(() => {})"));
    calls.push_back(session.call("Page.close", std::move(parameters)));
    const auto outcomes = co_await gather_outcomes(std::move(calls));
    EXPECT_FALSE(outcomes.front().ok());
    const Error later = co_await fault_of_navigation(page, server().url("/static"));
    EXPECT_EQ(later.code(), errc::page_crashed) << later.what();
    co_await page.close();
  });
}

TEST_F(PageTest, a_handle_may_outlive_its_browser) {
  std::optional<Page> kept;
  const auto body = [&]() -> Task<void> {
    Browser browser = co_await launch(launch_options());
    kept = co_await open_at(browser, server().url("/static"));
    co_await browser.close();
    EXPECT_FALSE(kept->session().is_open());
    Task<std::string> reading = kept->content();
    const Error error = co_await fault_of(std::move(reading));
    EXPECT_EQ(error.code(), errc::cancelled) << error.what();
    co_await kept->close();
    kept.reset();
  };
  run(body());
}

}  // namespace
}  // namespace cdp::test
