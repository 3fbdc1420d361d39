// One URL over a scripted browser: where it fails, and that it ends when its time is over.
#include "run/attempt/scrape_page.hpp"

#include "run/keeper/browser_keeper.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::Command;
using test::ScriptedBrowser;

/// What one browser after the other does otherwise than usual.
using Ways = std::vector<std::function<void(ScriptedBrowser&)>>;

struct Stage {
  Ways ways;
  std::vector<std::shared_ptr<ScriptedBrowser>> browsers;
};

Task<Browser> make_browser(std::shared_ptr<Stage> stage) {
  const auto chrome = co_await ScriptedBrowser::make();
  const auto state = co_await chrome->start();
  const std::size_t number = std::min(stage->browsers.size(), stage->ways.size() - 1);
  stage->ways[number](*chrome);
  stage->browsers.push_back(chrome);
  co_return Browser(state);
}

PageJob short_job() {
  PageJob job;
  job.url = "http://a/";
  job.timeout = 60ms;
  job.overtime = {20ms, 10ms, 20ms, 40ms, 20ms};
  job.on_timeout = OnTimeout::fail;
  job.wait.until = WaitUntil::load;
  return job;
}

/// @param renderers above 0: pages share processes
Task<Record> scrape_on(std::shared_ptr<Stage> stage, PageJob job, int renderers = 0) {
  const auto executor = co_await boost::asio::this_coro::executor;
  ScrapeOptions options;
  options.launch.renderers = renderers;
  const BrowserKeeper::Maker make = [stage] { return make_browser(stage); };
  BrowserKeeper keeper(executor, options, make);
  keeper.set_pulse({5ms, 10ms, 2});
  Task<Record> scraping = scrape_page(std::move(job), keeper);
  Record record = co_await std::move(scraping);
  keeper.kill();
  co_await keeper.close();
  co_return record;
}

Task<Record> scrape_with(std::function<void(ScriptedBrowser&)> way, PageJob job) {
  const auto stage = std::make_shared<Stage>();
  stage->ways.push_back(std::move(way));
  co_return co_await scrape_on(stage, std::move(job));
}

Task<Record> scrape_with(std::function<void(ScriptedBrowser&)> way) {
  return scrape_with(std::move(way), short_job());
}

void answer_only_readers(ScriptedBrowser& chrome) {
  chrome.on("Runtime.evaluate", [&chrome](const Command& command) {
    if (command.params.at("expression").get<std::string>().find("serializeToString") !=
        std::string::npos)
      chrome.answer(command);
  });
}

void begin_a_document(ScriptedBrowser& chrome, const Command& command) {
  chrome.tell_parsed_document("T1", "http://a/");
  chrome.wire().reply(command);
}

void expect_fault(const Record& record, errc code, Phase phase) {
  ASSERT_TRUE(record.error);
  EXPECT_EQ(to_string(record.error->code), to_string(code)) << record.error->detail;
  EXPECT_EQ(to_string(record.error->phase), to_string(phase)) << record.error->detail;
}

SCRIPTED_TEST(PhaseOfAFault, IsQueuedForWhatIsNoUrl) {
  PageJob job = short_job();
  job.url = "nonsense";
  const Record record = co_await scrape_with([](ScriptedBrowser&) {}, std::move(job));
  expect_fault(record, errc::invalid_url, Phase::queued);
}

SCRIPTED_TEST(PhaseOfAFault, IsOpenWhileTheBrowserMakesThePage) {
  const auto way = [](ScriptedBrowser& chrome) { chrome.ignore("Target.createTarget"); };
  const Record record = co_await scrape_with(way);
  expect_fault(record, errc::nav_timeout, Phase::open);
}

SCRIPTED_TEST(PhaseOfAFault, IsNavigateBeforeThereIsADocument) {
  const auto way = [](ScriptedBrowser& chrome) {
    chrome.on("Runtime.runIfWaitingForDebugger",
              [&chrome](const Command& command) { chrome.wire().reply(command); });
  };
  const Record record = co_await scrape_with(way);
  expect_fault(record, errc::nav_timeout, Phase::navigate);
}

SCRIPTED_TEST(PhaseOfAFault, IsWaitWhileThePageIsNotDone) {
  const auto way = [](ScriptedBrowser& chrome) {
    chrome.on("Runtime.runIfWaitingForDebugger",
              [&chrome](const Command& command) { begin_a_document(chrome, command); });
  };
  const Record record = co_await scrape_with(way);
  expect_fault(record, errc::page_timeout, Phase::wait);
}

SCRIPTED_TEST(PhaseOfAFault, IsExtractWhenAPageDoesNotAnswerAnyMore) {
  const auto way = [](ScriptedBrowser& chrome) { chrome.ignore("Runtime.evaluate"); };
  const Record record = co_await scrape_with(way);
  expect_fault(record, errc::page_hung, Phase::extract);
}

SCRIPTED_TEST(PageAtItsDeadline, IsReadAsItIs) {
  const auto way = [](ScriptedBrowser& chrome) {
    chrome.html = "<html>half</html>";
    answer_only_readers(chrome);
  };
  PageJob job = short_job();
  job.on_timeout = OnTimeout::partial;
  job.wait.selector = "b";
  const auto stage = std::make_shared<Stage>();
  stage->ways.emplace_back(way);
  const Record record = co_await scrape_on(stage, std::move(job));
  EXPECT_FALSE(record.error);
  EXPECT_TRUE(record.partial);
  EXPECT_EQ(record.html, "<html>half</html>");
  EXPECT_EQ(stage->browsers[0]->wire().count("Page.stopLoading"), 0U) << "it goes nowhere";
  EXPECT_EQ(stage->browsers[0]->wire().count("Runtime.terminateExecution"), 0U) << "it answers";
}

/// Waits for a turn that does not come, and does not heed any deadline.
Task<void> wait_for_ever(std::shared_ptr<Notifier> changed) {
  const auto never = [] { return false; };
  co_await changed->until(never, Deadline::max());
}

Task<void> wait_for_ever_and_ignore_cancellation(std::shared_ptr<Notifier> changed,
                                                 const bool* over) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const auto at_last = [over] { return *over; };
  co_await changed->until(at_last, Deadline::max());
}

void fail_at_once(ScriptedBrowser& chrome) {
  chrome.on("Runtime.runIfWaitingForDebugger", [&chrome](const Command& command) {
    chrome.tell_failure("T1", chrome.tell_request("T1", "http://a/"), "net::ERR_FAILED");
    chrome.wire().reply(command);
  });
}

SCRIPTED_TEST(Supervisor, EndsWorkThatDoesNotHeedItsDeadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto changed = std::make_shared<Notifier>(executor);
  PageJob job = short_job();
  job.timeout = 1s;  // longer than the pause before the second attempt
  job.retries = 1;
  job.await_turn = [changed](Deadline) { return wait_for_ever(changed); };
  const Record record = co_await scrape_with(fail_at_once, std::move(job));
  expect_fault(record, errc::connect_error, Phase::navigate);
}

SCRIPTED_TEST(Supervisor, DoesNotWaitForWorkThatDoesNotEvenEndWhenItIsCancelled) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto changed = std::make_shared<Notifier>(executor);
  bool over = false;
  PageJob job = short_job();
  job.timeout = 1s;
  job.retries = 1;
  job.await_turn = [changed, &over](Deadline) {
    return wait_for_ever_and_ignore_cancellation(changed, &over);
  };
  const auto stage = std::make_shared<Stage>();
  stage->ways.emplace_back(fail_at_once);
  ScrapeOptions options;
  const BrowserKeeper::Maker make = [stage] { return make_browser(stage); };
  BrowserKeeper keeper(executor, options, make);
  Task<Record> scraping = scrape_page(std::move(job), keeper);
  const Record record = co_await std::move(scraping);
  expect_fault(record, errc::connect_error, Phase::navigate);
  over = true;
  changed->notify_all();
  co_await keeper.close();
}

// Stopped, for instance, or so busy that it is of no use.
SCRIPTED_TEST(SilentBrowser, IsReplacedAndItsPagesDoneAgainForFree) {
  const auto stage = std::make_shared<Stage>();
  stage->ways.emplace_back([](ScriptedBrowser& chrome) {
    for (const char* method :
         {"Target.createTarget", "Browser.getVersion", "Target.closeTarget", "Browser.close"})
      chrome.ignore(method);
  });
  stage->ways.emplace_back([](ScriptedBrowser&) {});
  PageJob job = short_job();
  job.timeout = 5s;
  const Record record = co_await scrape_on(stage, std::move(job));
  EXPECT_FALSE(record.error);
  EXPECT_EQ(record.attempts, 2);
  EXPECT_EQ(stage->browsers.size(), 2U);
}

// ---- alone and in company ----

void be_silent_after_load(ScriptedBrowser& chrome) {
  chrome.ignore("Runtime.getHeapUsage");
  answer_only_readers(chrome);
}

SCRIPTED_TEST(APageAlone, IsAskedForOnceHoweverLongItsOwnScriptTakes) {
  const auto stage = std::make_shared<Stage>();
  stage->ways.emplace_back(be_silent_after_load);
  PageJob job = short_job();
  job.timeout = 1200ms;  // a quarter of it is what a page in company waits for its process
  job.wait.until = WaitUntil::automatic;
  job.on_timeout = OnTimeout::partial;
  const Record record = co_await scrape_on(stage, std::move(job), 1);
  EXPECT_EQ(record.attempts, 1);
  EXPECT_EQ(stage->browsers.size(), 1U);
  EXPECT_TRUE(record.partial);
}

}  // namespace
}  // namespace cdp
