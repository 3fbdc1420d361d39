// Frames at a pace of ours.
#include "support/chromium/browser_test.hpp"

namespace cdp::test {
namespace {

class FramesTest : public BrowserTest {
 protected:
  static LaunchOptions paced() {
    LaunchOptions options = launch_options();
    options.paced_frames = true;
    return options;
  }
};

Task<Page> open_page(Browser browser, std::string url, bool is_paced) {
  PageOptions options;
  options.paced_frames = is_paced;
  co_return co_await browser.open(std::move(url), std::move(options), patience);
}

Task<Page> open_paced(Browser browser, std::string url) {
  Page page = co_await open_page(browser, std::move(url), true);
  co_await page.loaded();
  co_return page;
}

Task<void> expect_ten_frames(Page& page) {
  const json drawn = co_await evaluate(
      page,
      "new Promise(done => { let left = 10; "
      "const frame = () => --left > 0 ? requestAnimationFrame(frame) : done('drawn'); "
      "requestAnimationFrame(frame); })");
  EXPECT_EQ(drawn, "drawn");
}

Task<void> draw_in_a_page(Browser browser, std::string url, bool is_paced) {
  Page page = co_await open_page(browser, std::move(url), is_paced);
  co_await page.loaded();
  co_await expect_ten_frames(page);
  co_await page.close();
}

TEST_F(FramesTest, come_to_a_page_that_is_only_loaded) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static");
    co_await draw_in_a_page(browser, url, true);
  });
}

TEST_F(FramesTest, come_to_pages_that_are_waited_for) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    NavigateOptions options;
    options.wait.until = WaitUntil::automatic;
    for (const char* path : {"/raf", "/lazy"}) {
      const std::string url = server().url(path);
      Page page = co_await open_page(browser, url, true);
      const Document document = co_await page.loaded(options);
      EXPECT_EQ(document.ended_by, "quiet");
      const std::string html = co_await page.content();
      EXPECT_THAT(html, ::testing::ContainsRegex("id=\"(mounted|near)\"")) << path;
    }
  });
}

/// A page that is waited for has its frames as fast as they come.
Task<void> draw_fast_in_a_page(Browser browser, std::string url) {
  Page page = co_await open_page(browser, std::move(url), true);
  NavigateOptions options;
  options.wait.until = WaitUntil::automatic;
  co_await page.loaded(options);
  co_await expect_ten_frames(page);
  co_await page.close();
}

// Chromium's GPU process does not survive frames of two pages at once.
TEST_F(FramesTest, of_many_pages_at_once_are_survived_by_the_browser) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/page/1");
    for (int round = 0; round < 5; ++round) {
      std::vector<Task<void>> pages;
      for (int page = 0; page < 4; ++page)
        pages.push_back(draw_fast_in_a_page(browser, url));
      co_await gather(std::move(pages));
    }
    EXPECT_TRUE(browser.is_alive());
  });
}

TEST_F(FramesTest, a_page_that_hangs_in_its_frame_keeps_no_other_from_being_read) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    const std::string good_url = server().url("/static");
    const std::string bad_url = server().url("/spin-in-frame");
    Page good = co_await open_paced(browser, good_url);
    Page bad = co_await open_page(browser, bad_url, true);
    co_await arrival(server(), "/frame-begun");
    Page next = co_await open_paced(browser, good_url);
    const std::string html = co_await next.content();
    EXPECT_THAT(html, ::testing::HasSubstr("id=\"title\""));
    const bool has_gone = co_await bad.close(patience);
    EXPECT_TRUE(has_gone);
    co_await expect_ten_frames(good);
  });
}

TEST_F(FramesTest, of_pages_that_want_none_of_it_are_a_screens) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static");
    co_await draw_in_a_page(browser, url, false);
  });
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static");
    co_await draw_in_a_page(browser, url, true);
  });
}

TEST_F(FramesTest, are_in_pictures) {
  with_browser(paced(), [this](Browser& browser) -> Task<void> {
    const std::string url = server().url("/static");
    Page page = co_await open_paced(browser, url);
    const std::string picture = co_await page.screenshot();
    EXPECT_THAT(picture, ::testing::StartsWith("\x89PNG"));
  });
}

}  // namespace
}  // namespace cdp::test
