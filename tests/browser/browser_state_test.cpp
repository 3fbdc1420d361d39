// Browsers over a scripted transport: greeting, contexts, ends.
#include "browser/page_state.hpp"
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::beside;
using test::Command;
using test::failure_of;
using test::open_quiet_scene;
using test::open_scene;
using test::patience;
using test::Scene;
using test::ScriptedBrowser;
using test::settle;

using Scope = TargetRegistry::Scope;

SCRIPTED_TEST(BrowserOverScript, GreetsAndKnowsItsVersion) {
  Scene scene = co_await open_scene();
  EXPECT_EQ(scene.browser().version(), "Scripted/1.0");
  EXPECT_TRUE(scene.browser().is_alive());
  EXPECT_EQ(scene.count("Target.setAutoAttach"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(BrowserOverScript, AForeignBrowserGetsAContextOfOursThatIsDisposedOf) {
  Scene scene = co_await open_scene(Scope::own_contexts);
  const Command made = co_await scene.asked("Target.createBrowserContext");
  EXPECT_EQ(made.params["disposeOnDetach"], true);
  {
    Page page = co_await scene.open();
    const Command created = co_await scene.asked("Target.createTarget");
    EXPECT_EQ(created.params["browserContextId"], "C1");
  }
  co_await scene.browser().close();
  const Command disposed = co_await scene.asked("Target.disposeBrowserContext");
  EXPECT_EQ(disposed.params["browserContextId"], "C1");
  EXPECT_EQ(scene.count("Browser.close"), 0U) << "it is not ours to end";
  EXPECT_FALSE(scene.browser().is_alive());
  co_await scene.close();
}

SCRIPTED_TEST(BrowserOverScript, ContextsAreMadeAndPagesGoIntoThem) {
  Scene scene = co_await open_scene();
  BrowserContext context = co_await scene.browser().new_context();
  EXPECT_EQ(context.id(), "C1");
  Page page = co_await context.new_page();
  const Command created = co_await scene.asked("Target.createTarget");
  EXPECT_EQ(created.params["browserContextId"], "C1");
  EXPECT_EQ(created.params["url"], "about:blank");
  co_await page.close();
  co_await context.dispose();
  EXPECT_EQ(scene.count("Target.disposeBrowserContext"), 1U);
  co_await scene.close();
}

// It lets a document go ahead of its page's set-up, and nothing would be known of it.
SCRIPTED_TEST(BrowserOverScript, FullChromiumMakesPagesEmptyAndNavigatesThem) {
  Scene scene;
  scene.chrome = co_await ScriptedBrowser::make();
  scene.chrome->product = "Chrome/156.0.8078.108";
  scene.state = co_await scene.chrome->start();
  {
    Page page = co_await scene.open("http://a/");
    const Command created = co_await scene.asked("Target.createTarget");
    EXPECT_EQ(created.params["url"], "about:blank");
    const Command navigated = co_await scene.asked("Page.navigate");
    EXPECT_EQ(navigated.params["url"], "http://a/");
    const Document document = co_await page.loaded();
    EXPECT_EQ(document.url, "http://a/");
    EXPECT_EQ(document.status, 200);
  }
  co_await scene.close();
}

Task<void> start_over(std::shared_ptr<ScriptedBrowser> chrome, std::chrono::milliseconds limit) {
  co_await BrowserState::over(chrome->wire().transport(), Scope::own_contexts, {},
                              deadline_in(limit));
}

SCRIPTED_TEST(BrowserOverScript, AGreetingThatFailsLeavesNothing) {
  for (const auto fault : {ScriptedBrowser::Fault::refuse, ScriptedBrowser::Fault::mute,
                           ScriptedBrowser::Fault::drop}) {
    for (std::size_t n = 1; n <= 3; ++n) {
      const auto chrome = co_await ScriptedBrowser::make();
      chrome->fail_at(n, fault);
      // Only a mute browser makes anything wait for its deadline.
      const std::chrono::milliseconds limit =
          fault == ScriptedBrowser::Fault::mute ? 20ms : patience;
      const Error starting = co_await failure_of(start_over(chrome, limit));
      const errc expected = fault == ScriptedBrowser::Fault::refuse ? errc::protocol_error
                            : fault == ScriptedBrowser::Fault::mute ? errc::protocol_timeout
                                                                    : errc::browser_crashed;
      EXPECT_EQ(to_string(starting.code()), to_string(expected)) << n;
      EXPECT_TRUE(chrome->wire().closed());
      co_await settle();
      EXPECT_EQ(task_count(), 1U);
    }
  }
}

SCRIPTED_TEST(BrowserOverScript, ItEndsWithItsLastHandle) {
  Scene scene = co_await open_scene();
  std::optional<Page> page = co_await scene.open();
  scene.state.reset();
  EXPECT_FALSE(scene.is_disconnected()) << "the page holds it";
  const Document document = co_await page->loaded();
  EXPECT_EQ(document.url, "http://a/");
  page.reset();
  EXPECT_TRUE(scene.is_disconnected());
  co_await settle();
  EXPECT_EQ(task_count(), 1U);
}

SCRIPTED_TEST(BrowserOverScript, ClosingItEndsEveryWaitWithThatCause) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  scene.chrome->ignore("Runtime.evaluate");
  auto loading = co_await beside(page.navigate("http://a/"));
  auto evaluating = co_await beside(page.evaluate("1"));
  Browser browser = scene.browser();
  browser.kill();
  co_await loading.end();
  co_await evaluating.end();
  EXPECT_EQ(loading.error().code(), errc::cancelled);
  EXPECT_EQ(evaluating.error().code(), errc::cancelled);
  auto later = co_await beside(browser.open("http://b/"));
  EXPECT_EQ(later.error().code(), errc::cancelled);
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
