// Waits end with their deadline, whatever the page says, and the loop turns meanwhile.
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::failure_of;
using test::HasCode;
using test::open_scene;
using test::Scene;
using test::ScriptedBrowser;
using test::settle;

/// Answers whatever a page is asked while it is waited for with the same verdict.
void answer_with(ScriptedBrowser& chrome, const std::string& verdict) {
  chrome.give("Runtime.evaluate", {{"result", {{"type", "string"}, {"value", verdict}}}});
}

/// What a page does once its document has been loaded.
using Story = std::function<void(ScriptedBrowser&, const std::string& target)>;

/// @return how waiting for such a page ended
Task<errc> wait_for_page(WaitOptions wait, std::chrono::milliseconds limit, std::string verdict,
                         Story story) {
  Scene scene = co_await open_scene();
  answer_with(*scene.chrome, verdict);
  errc code = errc::internal;
  {
    Page page = co_await scene.open_loaded();
    story(*scene.chrome, "T1");
    co_await settle();
    NavigateOptions options;
    options.wait = std::move(wait);
    options.timeout = limit;
    const Error late = co_await failure_of(page.loaded(std::move(options)));
    code = late.code();
  }
  co_await scene.close();
  co_return code;
}

void announce(ScriptedBrowser& chrome, const std::string& target) {
  chrome.event(target, "Page.frameRequestedNavigation",
               {{"frameId", target},
                {"disposition", "currentTab"},
                {"url", "http://b/"},
                {"reason", "formSubmissionGet"}});
}

std::vector<WaitOptions> all_waits() {
  std::vector<WaitOptions> waits(6);
  waits[0].until = WaitUntil::networkidle;
  waits[1].until = WaitUntil::automatic;
  waits[2].selector = "b";
  waits[3].function = "false";
  waits[4].scrolls = 3;
  waits[5].until = WaitUntil::domcontentloaded;
  return waits;
}

// A form that the page's own policy forbids is announced, and never sent.
SCRIPTED_TEST(Deadline, EndsWaitsForADocumentThatWasAnnouncedAndDoesNotCome) {
  for (const WaitOptions& wait : all_waits()) {
    const errc code = co_await wait_for_page(wait, 40ms, "quiet", announce);
    EXPECT_EQ(to_string(code), to_string(errc::page_timeout)) << static_cast<int>(wait.until);
  }
}

// It says with each answer that it is not at rest, and takes no time to say so.
SCRIPTED_TEST(Deadline, EndsTheWaitForAPageThatDoesNotRest) {
  WaitOptions wait;
  wait.until = WaitUntil::automatic;
  const Story changes = [](ScriptedBrowser& chrome, const std::string& target) {
    chrome.event(target, "Network.requestWillBeSent",
                 {{"requestId", "1"},
                  {"loaderId", "L1"},
                  {"documentURL", "http://a/"},
                  {"request", {{"url", "http://a/never"}, {"method", "GET"}}},
                  {"type", "Fetch"},
                  {"frameId", target}});
  };
  const errc code = co_await wait_for_page(wait, 40ms, "limit", changes);
  EXPECT_EQ(to_string(code), to_string(errc::page_timeout));
}

// It has not had the time in which a page must answer: that it hangs cannot be said.
SCRIPTED_TEST(Deadline, APageThatHasNotAnsweredYetIsLateAndNotHung) {
  Scene scene = co_await open_scene();
  scene.chrome->ignore("Runtime.evaluate");
  {
    Page page = co_await scene.open();
    NavigateOptions options;
    options.wait.until = WaitUntil::automatic;
    options.timeout = 40ms;
    const Error late = co_await failure_of(page.loaded(std::move(options)));
    EXPECT_THAT(late, HasCode(errc::page_timeout));
    EXPECT_EQ(scene.count("Runtime.terminateExecution"), 0U);
  }
  co_await scene.close();
}

Task<void> look_again_and_again(std::shared_ptr<Notifier> changed, const bool* over) {
  const auto always = [] { return true; };
  while (!*over)
    co_await changed->until(always, Deadline::max());
}

SCRIPTED_TEST(Deadline, WaitsThatNeverSleepLetTheLoopTurn) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto changed = std::make_shared<Notifier>(executor);
  bool over = false;
  TaskGroup group(executor);
  group.spawn_soon(look_again_and_again(changed, &over), "restless");
  co_await settle();
  over = true;
  co_await group.join();
}

}  // namespace
}  // namespace cdp
