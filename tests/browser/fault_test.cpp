// Every command of a page's life meets every fault: each ends in an error or in a result, and
// nothing is left.
#include "browser/content.hpp"
#include "browser/page_state.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::beside;
using test::patience;
using test::ScriptedBrowser;
using test::settle;
using Fault = ScriptedBrowser::Fault;
using Scope = TargetRegistry::Scope;

constexpr ContentOptions whole;

/// Opens, navigates, reads and closes, the way the public handles do, but with the deadline given.
Task<void> whole_life(std::shared_ptr<ScriptedBrowser> chrome, Scope scope,
                      std::shared_ptr<BrowserState>* browser, std::chrono::milliseconds limit) {
  *browser = co_await BrowserState::over(chrome->wire().transport(), scope, {}, deadline_in(limit));
  std::string url = "http://a/";
  std::string context;
  PageOptions options;
  const auto opened = co_await (*browser)->open_page(std::move(url), std::move(context),
                                                     std::move(options), deadline_in(limit));
  co_await opened->ready(deadline_in(limit));
  co_await opened->wait_for_document(WaitUntil::load, deadline_in(limit), limit);
  opened->begin_navigation("http://b/");
  co_await opened->wait_for_document(WaitUntil::load, deadline_in(limit), limit);
  co_await read_content(opened, whole, LongText::always_in_memory, deadline_in(limit));
  co_await opened->close(deadline_in(limit));
}

/// @return how many commands it took
Task<std::size_t> live_with(Scope scope, std::size_t n, Fault fault) {
  const auto chrome = co_await ScriptedBrowser::make();
  chrome->slice = 20;
  chrome->fail_at(n, fault);
  // Only a mute browser makes anything wait for its deadline.
  const std::chrono::milliseconds limit = fault == Fault::mute ? 10ms : patience;
  std::shared_ptr<BrowserState> browser;
  auto life = co_await beside(whole_life(chrome, scope, &browser, limit));
  co_await life.end();
  if (browser) {
    const auto connection = browser->connection();
    co_await settle();
    if (fault == Fault::refuse) {
      EXPECT_EQ(connection->pending(), 0U) << "all was answered";
    }
    if (fault != Fault::mute) {
      EXPECT_EQ(connection->sessions(), 0U) << "the page was closed";
    }
    browser->kill();
    EXPECT_EQ(connection->pending(), 0U);
    EXPECT_EQ(connection->sessions(), 0U);
    browser.reset();
  }
  co_await settle();
  EXPECT_TRUE(chrome->wire().closed());
  EXPECT_EQ(task_count(), 1U) << "main alone";
  if (fault == Fault::drop && n <= chrome->asked()) {
    // The close at the end is content with a browser that is gone.
    bool closing = n == chrome->asked();
    try {
      life.value();
    } catch (const Error& error) {
      closing = false;
      EXPECT_EQ(to_string(error.code()), "browser_crashed") << error.what();
    }
    if (closing) {
      EXPECT_EQ(chrome->wire().commands().back().method, "Target.closeTarget");
    }
  }
  co_return chrome->asked();
}

Task<void> live_with_all(Scope scope, Fault fault) {
  const std::size_t commands = co_await live_with(scope, 0, Fault::none);
  EXPECT_GT(commands, 10U);
  for (std::size_t n = 1; n <= commands; ++n) {
    SCOPED_TRACE(fmt::format("command {} of {}", n, commands));
    co_await live_with(scope, n, fault);
  }
}

SCRIPTED_TEST(Faults, ARefusalOfAnyCommandLeavesNothing) {
  co_await live_with_all(Scope::whole_browser, Fault::refuse);
  co_await live_with_all(Scope::own_contexts, Fault::refuse);
}

SCRIPTED_TEST(Faults, ACommandThatIsNeverAnsweredLeavesNothing) {
  co_await live_with_all(Scope::whole_browser, Fault::mute);
  co_await live_with_all(Scope::own_contexts, Fault::mute);
}

SCRIPTED_TEST(Faults, TheLossOfTheConnectionAtAnyCommandLeavesNothing) {
  co_await live_with_all(Scope::whole_browser, Fault::drop);
  co_await live_with_all(Scope::own_contexts, Fault::drop);
}

/// Two pages at once: the fault of one must not end the other's life, unless the connection goes.
Task<std::size_t> open_and_read(std::shared_ptr<BrowserState> browser, std::string url,
                                std::chrono::milliseconds limit) {
  std::string context;
  PageOptions options;
  const auto page = co_await browser->open_page(std::move(url), std::move(context),
                                                std::move(options), deadline_in(limit));
  co_await page->wait_for_document(WaitUntil::load, deadline_in(limit), limit);
  const DocumentText text =
      co_await read_content(page, whole, LongText::always_in_memory, deadline_in(limit));
  co_await page->close(deadline_in(limit));
  co_return text.html.size();
}

SCRIPTED_TEST(Faults, TheFaultOfOnePageIsNoneOfAnothers) {
  std::size_t commands = 0;
  for (std::size_t n = 0; n <= commands; ++n) {
    const auto chrome = co_await ScriptedBrowser::make();
    auto browser = co_await chrome->start();
    const std::size_t before = chrome->asked();
    chrome->fail_at(before + n, Fault::refuse);
    std::vector<Task<std::size_t>> pages;
    for (const char* url : {"http://a/", "http://b/", "http://c/"})
      pages.push_back(open_and_read(browser, url, patience));
    const auto outcomes = co_await gather_outcomes(std::move(pages));
    const auto failed = std::count_if(outcomes.begin(), outcomes.end(),
                                      [](const auto& outcome) { return !outcome.ok(); });
    EXPECT_LE(failed, n == 0 ? 0 : 1) << "command " << n;
    if (n == 0) commands = chrome->asked() - before;
    browser->kill();
    browser.reset();
    co_await settle();
    EXPECT_EQ(task_count(), 1U);
  }
  EXPECT_GT(commands, 20U);
}

}  // namespace
}  // namespace cdp
