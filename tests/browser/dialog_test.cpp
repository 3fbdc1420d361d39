// Pages that ask questions and open windows.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DialogTest : public BrowserTest {
 protected:
  /// Chromium lets a page ask before it goes only when its user has done something on it.
  static Task<void> click(Page& page) {
    for (const char* type : {"mousePressed", "mouseReleased"}) {
      json params = json::object();
      params["type"] = type;
      params["x"] = 5;
      params["y"] = 5;
      params["button"] = "left";
      params["clickCount"] = 1;
      co_await page.session().call("Input.dispatchMouseEvent", std::move(params));
    }
  }

  /// Waits until the browser has but one page.
  static Task<void> expect_one_page(Browser browser) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::vector<std::string> urls;
    do {
      urls = co_await page_urls(browser);
    } while (urls.size() != 1 && std::chrono::steady_clock::now() < deadline);
    EXPECT_THAT(urls, SizeIs(1));
  }
};

TEST_F(DialogTest, dialogs_are_dismissed_and_counted) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/alert"));
    EXPECT_EQ(page.dialogs(), 3);
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("<p id=\"after\">after</p>"));
    const json answers =
        co_await evaluate(page, "[alert('x') === undefined, confirm('x'), prompt('x', 'y')]");
    EXPECT_EQ(answers, json::parse("[true, false, null]"));
    EXPECT_EQ(page.dialogs(), 6);
  });
}

TEST_F(DialogTest, dialogs_do_not_hold_up_an_opened_page) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.open(server().url("/alert"));
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.status, 200);
    EXPECT_EQ(page.dialogs(), 3);
  });
}

TEST_F(DialogTest, a_loop_of_dialogs_is_a_fault_and_leaves_the_page_readable) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const Error error = co_await fault_of_navigation(page, server().url("/alert-loop"));
    EXPECT_EQ(error.code(), errc::dialog_loop) << error.what();
    EXPECT_GT(page.dialogs(), 1);
    const std::string html = co_await page.content();
    EXPECT_NE(html.find("<body"), std::string::npos) << html;
    co_await page.close();
    EXPECT_FALSE(page.session().is_open());
    Page next = co_await open_at(browser, server().url("/static"));
    const json title = co_await evaluate(next, "document.title");
    EXPECT_EQ(title, "static");
  });
}

TEST_F(DialogTest, a_page_that_wants_to_be_asked_before_it_goes_is_let_go) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/beforeunload"));
    co_await click(page);
    const Document document = co_await page.navigate(server().url("/static?title=next"));
    EXPECT_EQ(document.url, server().url("/static?title=next"));
    EXPECT_EQ(page.dialogs(), 1);
  });
}

TEST_F(DialogTest, a_page_that_wants_to_be_asked_is_not_asked_when_it_is_closed) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/beforeunload"));
    co_await click(page);
    co_await page.close();
    EXPECT_FALSE(page.session().is_open());
    const std::vector<std::string> left = co_await page_urls(browser);
    EXPECT_THAT(left, IsEmpty());
  });
}

TEST_F(DialogTest, popups_are_closed_and_their_opener_goes_on) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/popup?n=3"));
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("opener"));
    co_await expect_one_page(browser);
  });
}

TEST_F(DialogTest, windows_opened_by_a_waiting_page_are_closed) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    for (const char* script : {"!!open('/static?title=popup')", "!!open()", "!!open('about:blank')",
                               "!!open('', 'named', 'popup,width=100')"}) {
      const json opened = co_await evaluate(page, script);
      EXPECT_EQ(opened, true) << script << ": the opener does not notice";
    }
    co_await expect_one_page(browser);
    const json sum = co_await evaluate(page, "1 + 1");
    EXPECT_EQ(sum, 2);
  });
}

TEST_F(DialogTest, popups_without_a_way_back_are_closed_as_well) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    co_await evaluate(page, "open('/static?title=popup', '_blank', 'noopener'); 0");
    co_await evaluate(page,
                      "document.body.innerHTML ="
                      " '<a id=a target=_blank rel=noopener href=/static?title=link>x</a>';"
                      "document.getElementById('a').click(); 0");
    co_await page.close();
  });
  EXPECT_EQ(server().count("/static?title=popup"), 0);
  EXPECT_EQ(server().count("/static?title=link"), 0);
}

/// A popup without an opener may come while a page of ours is being made: it must not be taken for
/// it, and must go all the same.
TEST_F(DialogTest, popups_do_not_pass_for_pages_that_were_asked_for) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    std::vector<std::string> titles;
    const auto open_popups = [&]() -> Task<void> {
      for (int i = 0; i < 10; ++i)
        co_await evaluate(page, "open('/static?title=popup', '_blank', 'noopener'); 0");
    };
    const auto open_pages = [&]() -> Task<void> {
      for (int i = 0; i < 10; ++i) {
        Page mine = co_await browser.open(server().url("/static?title=mine"));
        co_await mine.loaded();
        const Content content = co_await mine.capture(patience);
        titles.push_back(content.title);
      }
    };
    std::vector<Task<void>> both;
    both.push_back(open_popups());
    both.push_back(open_pages());
    co_await gather(std::move(both));
    EXPECT_EQ(titles, std::vector<std::string>(10, "mine"));
  });
  EXPECT_EQ(server().count("/static?title=popup"), 0);
}

}  // namespace
}  // namespace cdp::test
