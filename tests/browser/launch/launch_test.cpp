// Browsers come and go.
#include "support/chromium/browser_test.hpp"

#include <sched.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace cdp::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class LaunchTest : public BrowserTest {};

class TransportTest : public BrowserTest, public ::testing::WithParamInterface<TransportKind> {
 protected:
  static LaunchOptions options() {
    LaunchOptions options = launch_options();
    options.transport = GetParam();
    return options;
  }
};

INSTANTIATE_TEST_SUITE_P(, TransportTest,
                         ::testing::Values(TransportKind::websocket, TransportKind::pipe),
                         transport_name);

TEST_P(TransportTest, launches_and_closes_without_a_trace) {
  const auto body = [this](LaunchOptions chosen) -> Task<void> {
    Browser browser = co_await launch(std::move(chosen));
    EXPECT_TRUE(browser.is_alive());
    EXPECT_TRUE(browser.session().is_open());
    EXPECT_THAT(browser.version(), AnyOf(StartsWith("HeadlessChrome/"), StartsWith("Chrome/")));
    EXPECT_THAT(leaks().session_directories(), SizeIs(1));
    EXPECT_THAT(processes(), Not(IsEmpty()));
    co_await browser.close();
    EXPECT_FALSE(browser.is_alive());
    EXPECT_FALSE(browser.session().is_open());
    // With some patience: a browser of another test that was just killed leaves orphans for a
    // moment.
    leaks().expect_clean(std::chrono::seconds(10));
  };
  run(body(options()));
}

TEST_P(TransportTest, scrapes_a_page) {
  with_browser(options(), [this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const std::string url = server().url("/page/7");
    const Document document = co_await page.navigate(url);
    EXPECT_EQ(document.status, 200);
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("<li>Page 7, item 50</li>"));
    co_await page.close();
  });
}

TEST_P(TransportTest, moves_big_messages_both_ways) {
  with_browser(options(), [](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    const std::string text(20 << 20, 'x');
    const json echoed = co_await evaluate(page, "'" + text + "'");
    EXPECT_TRUE(echoed == text) << "got " << echoed.get_ref<const std::string&>().size();
  });
}

TEST_P(TransportTest, a_killed_browser_is_gone_at_once) {
  const auto body = [this](LaunchOptions chosen) -> Task<void> {
    Browser browser = co_await launch(std::move(chosen));
    Page page = co_await browser.new_page();
    browser.kill();
    EXPECT_FALSE(browser.is_alive());
    EXPECT_THAT(leaks().session_directories(), IsEmpty());
    browser.kill();
    co_await browser.close();
    Task<Page> late = browser.new_page();
    const Error error = co_await fault_of(std::move(late));
    EXPECT_EQ(error.code(), errc::cancelled);
    EXPECT_THAT(error.what(), HasSubstr("the browser was closed"));
  };
  run(body(options()));
}

TEST_P(TransportTest, the_last_handle_takes_the_browser_along) {
  const auto body = [this](LaunchOptions chosen) -> Task<void> {
    Task<Browser> starting = launch(std::move(chosen));
    std::optional<Browser> browser = co_await std::move(starting);
    std::optional<Page> page = co_await browser->new_page();
    browser.reset();
    EXPECT_THAT(processes(), Not(IsEmpty())) << "a page keeps its browser";
    const json sum = co_await evaluate(*page, "40 + 2");
    EXPECT_EQ(sum, 42);
    page.reset();
    EXPECT_THAT(leaks().session_directories(), IsEmpty());
  };
  run(body(options()));
}

TEST_P(TransportTest, an_exception_takes_the_browser_along) {
  const auto body = [](LaunchOptions chosen) -> Task<void> {
    Browser browser = co_await launch(std::move(chosen));
    Page page = co_await browser.new_page();
    throw std::runtime_error("out");
  };
  EXPECT_THROW(run(body(options())), std::runtime_error);
}

TEST_F(LaunchTest, closing_twice_and_from_two_sides_does_nothing_more) {
  with_browser([](Browser& browser) -> Task<void> {
    std::vector<Task<void>> closing;
    closing.push_back(browser.close());
    closing.push_back(browser.close());
    co_await gather(std::move(closing));
    EXPECT_FALSE(browser.is_alive());
    co_await browser.close();
  });
}

TEST_F(LaunchTest, a_browser_is_a_batch_and_we_stay_what_we_are) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    EXPECT_THAT(renderers(), Not(IsEmpty()));
    for (const ProcessView& process : processes())
      EXPECT_EQ(::sched_getscheduler(process.pid), SCHED_BATCH) << process.command;
    EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
  });
}

TEST_F(LaunchTest, many_launches_leave_nothing) {
  const auto body = []() -> Task<void> {
    for (int round = 0; round < 12; ++round) {
      LaunchOptions options = launch_options();
      if (round % 2 == 1) options.transport = TransportKind::pipe;
      Browser browser = co_await launch(std::move(options));
      Page page = co_await browser.new_page();
      if (round % 3 == 2) {
        browser.kill();
      } else {
        co_await browser.close();
      }
    }
  };
  run(body());
}

TEST_F(LaunchTest, two_browsers_do_not_know_each_other) {
  const auto body = [this]() -> Task<void> {
    Browser first = co_await launch();
    Browser second = co_await launch();
    EXPECT_THAT(leaks().session_directories(), SizeIs(2));
    const std::string url = server().url("/cookie");
    Page mine = co_await open_at(first, url);
    Page yours = co_await open_at(second, url);
    co_await first.close();
    EXPECT_TRUE(second.is_alive());
    EXPECT_THAT(leaks().session_directories(), SizeIs(1));
    co_await yours.navigate(url);
    const json cookies = co_await evaluate(yours, "document.getElementById('cookies').textContent");
    EXPECT_EQ(cookies, "visit=1");
    co_await second.close();
  };
  run(body());
}

TEST_F(LaunchTest, what_waits_when_we_close_is_told_that_we_did) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    std::optional<Error> caught;
    const std::string url = server().url("/hang");
    const auto waiting = [&]() -> Task<void> { caught = co_await fault_of_navigation(page, url); };
    const auto closing = [&]() -> Task<void> {
      co_await arrival(server(), "/hang");
      co_await browser.close();
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(waiting());
    tasks.push_back(closing());
    co_await gather(std::move(tasks));
    EXPECT_EQ(caught->code(), errc::cancelled) << caught->what();
  });
}

TEST_F(LaunchTest, switches_of_the_driver_are_refused) {
  for (const char* argument :
       {"--user-data-dir=/tmp/mine", "--remote-debugging-port=9222", "--remote-debugging-pipe"}) {
    LaunchOptions options;
    options.chrome_args = {argument};
    const Error error = run(fault_of(launch(options)));
    EXPECT_EQ(error.code(), errc::invalid_argument) << argument;
    EXPECT_THAT(error.what(), HasSubstr(argument)) << "names the argument";
  }
}

TEST_F(LaunchTest, arguments_of_the_user_win) {
  LaunchOptions options = launch_options();
  options.chrome_args = {"--user-agent=Somebody/1", "--window-size=500,400"};
  with_browser(options, [this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/headers"));
    const json agent = co_await evaluate(page, "navigator.userAgent");
    EXPECT_EQ(agent, "Somebody/1");
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("Somebody/1"));
    const json width = co_await evaluate(page, "outerWidth");
    EXPECT_EQ(width, 500);
  });
}

TEST_F(LaunchTest, a_missing_program_is_named) {
  LaunchOptions options;
  options.chrome = "/nonexistent/chromium";
  const Error error = run(fault_of(launch(options)));
  EXPECT_EQ(error.code(), errc::browser_not_found);
  EXPECT_THAT(error.what(), HasSubstr("/nonexistent/chromium"));
}

TEST_F(LaunchTest, a_program_that_is_no_browser_is_told_apart) {
  LaunchOptions options;
  options.chrome = "/bin/false";
  const Error error = run(fault_of(launch(options)));
  EXPECT_EQ(error.code(), errc::launch_failed);
  EXPECT_THAT(error.what(), HasSubstr("exit status 1"));
}

TEST_F(LaunchTest, a_start_that_takes_too_long_is_broken_off) {
  LaunchOptions options;
  options.timeout = 1ms;
  const Error error = run(fault_of(launch(options)));
  EXPECT_EQ(error.code(), errc::launch_timeout) << error.what();
}

TEST_F(LaunchTest, the_browser_does_not_see_our_environment) {
  ::setenv("CDP_TEST_SECRET", "secret", 1);
  LaunchOptions options = launch_options();
  with_browser(options, [this](Browser&) -> Task<void> {
    const std::string path = "/proc/" + std::to_string(browser_process().pid) + "/environ";
    std::ifstream file(path);
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(environment, HasSubstr("CDP_SCRAPE_SESSION="));
    EXPECT_THAT(environment, Not(HasSubstr("CDP_TEST_SECRET")));
    co_return;
  });
  ::unsetenv("CDP_TEST_SECRET");
}

}  // namespace
}  // namespace cdp::test
