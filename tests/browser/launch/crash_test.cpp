// Processes that die, pages that hang: what waits is told why, and the others go on.
#include "support/chromium/browser_test.hpp"

#include <signal.h>

namespace cdp::test {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CrashTest : public BrowserTest {
 protected:
  /// Sites of their own have renderers of their own.
  std::string on_site(const std::string& name, const std::string& path) {
    return server().url_on(name + ".localhost", path);
  }

  static Task<void> expect_alive(Page& page) {
    const json sum = co_await evaluate(page, "40 + 2");
    EXPECT_EQ(sum, 42);
  }

  void kill_renderers() {
    for (const ProcessView& renderer : renderers())
      ::kill(renderer.pid, SIGKILL);
  }
};

Task<Error> fault_of_call(Session session, std::string method, std::chrono::milliseconds timeout) {
  json params = json::object();
  Task<json> call = session.call(std::move(method), std::move(params), timeout);
  co_return co_await fault_of(std::move(call));
}

/// The error of an evaluation that never ends by itself.
Task<Error> fault_of_waiting(Page& page) {
  Task<json> waiting = page.evaluate("new Promise(() => {})");
  co_return co_await fault_of(std::move(waiting));
}

TEST_F(CrashTest, a_crashed_page_is_told_and_others_go_on) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page victim = co_await open_at(browser, on_site("victim", "/static"));
    Page other = co_await open_at(browser, on_site("other", "/static"));
    Page empty = co_await browser.new_page();
    const Error error = co_await fault_of_call(victim.session(), "Page.crash", patience);
    EXPECT_EQ(error.code(), errc::page_crashed) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("crashed"));
    EXPECT_FALSE(victim.session().is_open());
    const Error later = co_await fault_of_navigation(victim, server().url("/static"));
    EXPECT_EQ(later.code(), errc::page_crashed) << later.what();
    co_await expect_alive(other);
    co_await expect_alive(empty);
    co_await victim.close();
    Page next = co_await open_at(browser, on_site("victim", "/static"));
    co_await expect_alive(next);
  });
}

TEST_F(CrashTest, killed_renderers_end_whatever_waits_for_them) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/static"));
    std::vector<Error> errors;
    const auto wait = [&]() -> Task<void> {
      Error error = co_await fault_of_waiting(page);
      errors.push_back(std::move(error));
    };
    const auto kill = [&]() -> Task<void> {
      co_await evaluate(page, "0");
      kill_renderers();
    };
    std::vector<Task<void>> all;
    all.push_back(wait());
    all.push_back(wait());
    all.push_back(kill());
    co_await gather(std::move(all));
    EXPECT_EQ(errors.size(), 2U);
    for (const Error& error : errors)
      EXPECT_EQ(error.code(), errc::page_crashed) << error.what();
    EXPECT_TRUE(browser.is_alive());
    Page next = co_await open_at(browser, server().url("/static"));
    co_await expect_alive(next);
  });
}

TEST_F(CrashTest, a_page_that_crashes_while_it_loads) {
  with_browser([this](Browser& browser) -> Task<void> {
    server().on("/half", [](const Request&) {
      return Response{.body = "<!DOCTYPE html><p>half</p><img src='/gate/never'>"};
    });
    Page page = co_await browser.open(server().url("/half"));
    const auto kill = [&]() -> Task<void> {
      co_await arrival(server(), "/gate/never");
      kill_renderers();
    };
    std::optional<Error> caught;
    const auto wait = [&]() -> Task<void> {
      Task<Document> loading = page.loaded();
      caught = co_await fault_of(std::move(loading));
    };
    std::vector<Task<void>> both;
    both.push_back(wait());
    both.push_back(kill());
    co_await gather(std::move(both));
    EXPECT_EQ(caught->code(), errc::page_crashed) << caught->what();
  });
}

class BrowserDeathTest : public BrowserTest, public ::testing::WithParamInterface<TransportKind> {};

INSTANTIATE_TEST_SUITE_P(, BrowserDeathTest,
                         ::testing::Values(TransportKind::websocket, TransportKind::pipe),
                         transport_name);

TEST_P(BrowserDeathTest, ends_every_call_with_the_signal_as_its_cause) {
  LaunchOptions options = launch_options();
  options.transport = GetParam();
  with_browser(options, [this](Browser& browser) -> Task<void> {
    std::vector<Page> pages;
    for (int i = 0; i < 4; ++i)
      pages.push_back(co_await open_at(browser, server().url("/static")));
    Page loading = co_await browser.open(server().url("/hang"));
    std::vector<Error> errors;
    const auto wait_for_script = [&errors](Page& page) -> Task<void> {
      Error error = co_await fault_of_waiting(page);
      errors.push_back(std::move(error));
    };
    const auto wait_for_document = [&]() -> Task<void> {
      Task<Document> document = loading.loaded();
      Error error = co_await fault_of(std::move(document));
      errors.push_back(std::move(error));
    };
    const auto wait_for_page = [&]() -> Task<void> {
      Task<Page> page = browser.new_page();
      Error error = co_await fault_of(std::move(page));
      errors.push_back(std::move(error));
    };
    const auto kill = [&]() -> Task<void> {
      co_await arrival(server(), "/hang");
      ::kill(browser_process().pid, SIGKILL);
    };
    std::vector<Task<void>> all;
    for (Page& page : pages)
      all.push_back(wait_for_script(page));
    all.push_back(wait_for_document());
    all.push_back(kill());
    co_await gather(std::move(all));
    EXPECT_FALSE(browser.is_alive());
    co_await wait_for_page();
    EXPECT_EQ(errors.size(), 6U);
    for (const Error& error : errors) {
      EXPECT_EQ(error.code(), errc::browser_crashed) << error.what();
      EXPECT_THAT(error.what(), HasSubstr("signal 9"));
    }
  });
}

TEST_P(BrowserDeathTest, leaves_room_for_the_next_one) {
  const auto body = [this]() -> Task<void> {
    for (int round = 0; round < 3; ++round) {
      LaunchOptions options = launch_options();
      options.transport = GetParam();
      Browser browser = co_await launch(std::move(options));
      Page page = co_await open_at(browser, server().url("/static"));
      ::kill(browser_process().pid, SIGKILL);
      const Error error = co_await fault_of_waiting(page);
      EXPECT_EQ(error.code(), errc::browser_crashed) << error.what();
      co_await browser.close();
      // With some patience: a browser of another test that was just killed leaves orphans for a
      // moment.
      leaks().expect_clean(std::chrono::seconds(10));
    }
  };
  run(body());
}

TEST_F(CrashTest, a_page_that_spins_holds_up_nobody_else) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page spinning = co_await open_at(browser, on_site("spin", "/spin-after-load"));
    const Error read = co_await fault_of(spinning.capture(500ms));
    EXPECT_EQ(read.code(), errc::protocol_timeout) << read.what();
    const Error error = co_await fault_of_call(spinning.session(), "Runtime.enable", 200ms);
    EXPECT_EQ(error.code(), errc::protocol_timeout) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("Runtime.enable"));
    Page other = co_await open_at(browser, on_site("calm", "/page/1"));
    co_await expect_alive(other);
    co_await spinning.close();
    EXPECT_FALSE(spinning.session().is_open());
  });
}

TEST_F(CrashTest, a_page_that_spins_while_it_is_parsed_runs_into_its_deadline) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await browser.new_page();
    NavigateOptions options{.timeout = 1500ms};
    const Error error = co_await fault_of_navigation(page, on_site("spin", "/spin"), options);
    EXPECT_EQ(error.code(), errc::page_timeout) << error.what();
    json nothing = json::object();
    co_await page.session().call("Runtime.terminateExecution", std::move(nothing));
    const std::string html = co_await page.content();
    EXPECT_THAT(html, HasSubstr("<p id=\"before\">before</p>"));
  });
}

TEST_F(CrashTest, spinning_pages_do_not_keep_their_browser) {
  with_browser([this](Browser& browser) -> Task<void> {
    Page page = co_await open_at(browser, server().url("/spin-after-load"));
    co_await browser.close();
    leaks().expect_clean(std::chrono::seconds(10));
  });
}

}  // namespace
}  // namespace cdp::test
