// The browser without coroutines, and between coroutines; pages that are cancelled.
#include "support/chromium/browser_test.hpp"

#include <thread>

namespace cdp::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class SyncTest : public BrowserTest {
 protected:
  std::string page_url(int number) {
    return server().url("/static?title=" + std::to_string(number));
  }
};

std::string title_of(sync::Browser browser, const std::string& url) {
  sync::Page page = browser.new_page();
  page.navigate(url);
  const json title = page.evaluate("document.title");
  page.close();
  return title;
}

TEST_F(SyncTest, a_program_without_coroutines) {
  sync::Browser browser = sync::launch(launch_options());
  EXPECT_THAT(browser.version(), HasSubstr("Chrome"));
  sync::Page page = browser.open(page_url(1));
  EXPECT_EQ(page.loaded().status, 200);
  EXPECT_THAT(page.content(), HasSubstr("<title>1</title>"));
  EXPECT_EQ(page.evaluate("6 * 7"), 42);
  EXPECT_THROW(page.evaluate("nonsense("), Error);
  page.close();
  EXPECT_EQ(title_of(browser, page_url(2)), "2");
  browser.run(expect_no_pages(browser.async()));
  browser.close();
  EXPECT_FALSE(browser.is_alive());
}

TEST_F(SyncTest, a_handle_that_goes_away_takes_its_browser_along) {
  const sync::Browser browser = sync::launch(launch_options());
  EXPECT_TRUE(browser.is_alive());
}

TEST_F(SyncTest, another_thread_is_told) {
  sync::Browser browser = sync::launch(launch_options());
  std::optional<Error> error;
  std::thread([&] {
    try {
      browser.new_page();
    } catch (const Error& thrown) {
      error = thrown;
    }
  }).join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), errc::wrong_loop);
  EXPECT_EQ(title_of(browser, page_url(1)), "1") << "nothing has happened to it";
  browser.close();
}

TEST_F(SyncTest, one_call_scrapes_a_list) {
  ScrapeOptions options;
  options.launch = launch_options();
  const std::vector<Record> records =
      sync::scrape({page_url(1), server().url("/tcp-reset"), page_url(3)}, options);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].title, "1");
  EXPECT_EQ(records[1].error->code, errc::connect_error);
  EXPECT_EQ(records[2].title, "3");
}

Task<std::string> call_with_own_loop(LaunchOptions options, std::string url) {
  // The outer loop, and the browser on it, stand still meanwhile.
  sync::Browser inner = sync::launch(std::move(options));
  std::string title = title_of(inner, url);
  inner.close();
  co_return title;
}

TEST_F(SyncTest, inside_a_coroutine_with_a_browser_of_its_own) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::string url = page_url(1);
    const std::string title = co_await call_with_own_loop(launch_options(), url);
    EXPECT_EQ(title, "1");
    EXPECT_TRUE(browser.is_alive());
    EXPECT_EQ(title_of(sync::Browser(browser), url), "1") << "and with the outer one";
  });
}

Task<std::string> call_with_this_loop(Browser browser, std::string url) {
  co_return title_of(sync::Browser(browser), url);
}

TEST_F(SyncTest, many_coroutines_call_it_at_once_on_their_own_loop) {
  with_browser([this](Browser& browser) -> Task<void> {
    const std::size_t before = task_count();
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < 20; ++i)
      tasks.push_back(call_with_this_loop(browser, page_url(i)));
    const std::vector<std::string> titles = co_await gather(std::move(tasks));
    EXPECT_EQ(titles.size(), 20U);
    for (std::size_t i = 0; i < titles.size(); ++i)
      EXPECT_EQ(titles[i], std::to_string(i));
    EXPECT_EQ(task_count(), before);
  });
}

Task<int> load_in_page(Browser browser, std::string url) {
  const auto load = [url](Page& page) -> Task<int> {
    const Document document = co_await page.navigate(url);
    co_return document.status;
  };
  co_return co_await with_page(browser, load);
}

TEST_F(SyncTest, one_page_is_cancelled_and_the_others_go_on) {
  with_browser([this](Browser& browser) -> Task<void> {
    Task<int> loading_stuck = load_in_page(browser, server().url("/gate/never"));
    Task<int> loading_other = load_in_page(browser, server().url("/gate/other"));
    Spawned<int> stuck = co_await spawn("stuck", std::move(loading_stuck));
    Spawned<int> other = co_await spawn("other", std::move(loading_other));
    co_await arrival(server(), "/gate/never");
    co_await arrival(server(), "/gate/other");
    stuck.cancel();
    const Error error = co_await fault_of(stuck.join());
    EXPECT_EQ(error.code(), errc::cancelled) << error.what();
    EXPECT_FALSE(other.ended());
    server().open_gate("other");
    EXPECT_EQ(co_await other.join(), 200);
  });
}

TEST_F(SyncTest, the_first_page_wins_and_the_others_are_closed) {
  with_browser([this](Browser& browser) -> Task<void> {
    std::vector<Task<int>> tasks;
    tasks.push_back(load_in_page(browser, server().url("/gate/never")));
    tasks.push_back(load_in_page(browser, page_url(1)));
    const Winner<int> winner = co_await race(std::move(tasks));
    EXPECT_EQ(winner.index, 1U);
    EXPECT_EQ(winner.value, 200);
    co_await expect_no_pages(browser);
  });
}

TEST_F(SyncTest, a_limit_closes_the_page) {
  with_browser([this](Browser& browser) -> Task<void> {
    auto limited = with_timeout(load_in_page(browser, server().url("/gate/never")), 300ms);
    const Error error = co_await fault_of(std::move(limited));
    EXPECT_EQ(error.code(), errc::timeout) << error.what();
    co_await expect_no_pages(browser);
  });
}

Task<std::size_t> scrape_in_list(LaunchOptions launch_options, std::vector<std::string> urls) {
  ScrapeOptions options;
  options.launch = std::move(launch_options);
  const std::vector<Record> records = co_await scrape(std::move(urls), std::move(options));
  co_return records.size();
}

Task<void> cancel_a_scrape(const TestServer& server, LaunchOptions options) {
  std::vector<std::string> urls = {server.url("/gate/never"), server.url("/static")};
  Task<std::size_t> scraping = scrape_in_list(std::move(options), std::move(urls));
  Spawned<std::size_t> run = co_await spawn("run", std::move(scraping));
  co_await arrival(server, "/gate/never");
  run.cancel();
  const Error error = co_await fault_of(run.join());
  EXPECT_EQ(error.code(), errc::cancelled) << error.what();
}

TEST_F(SyncTest, a_scrape_that_is_cancelled_ends_its_browser) {
  run(cancel_a_scrape(server(), launch_options()));
}

}  // namespace
}  // namespace cdp::test
