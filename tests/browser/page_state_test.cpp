// Pages and browsers over a scripted transport: every wait, every end.
#include "browser/page_state.hpp"

#include "browser/content.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::beside;
using test::Beside;
using test::Command;
using test::patience;
using test::ScriptedBrowser;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Scope = TargetRegistry::Scope;

/// A driver, and the browser that it thinks it has.
struct Scene {
  std::shared_ptr<ScriptedBrowser> chrome;
  std::shared_ptr<BrowserState> state;

  Browser browser() const { return Browser(state); }

  /// A page on its way to a URL.
  Task<Page> open(const char* url = "http://a/") { return browser().open(url); }

  /// The driver lets go of everything.
  Task<void> close() {
    const auto connection = state->connection();
    co_await state->close();
    EXPECT_EQ(connection->pending(), 0U);
    EXPECT_EQ(connection->sessions(), 0U);
    state.reset();
    co_await settle();
    EXPECT_EQ(task_count(), 1U);
  }

  std::vector<std::string> closed() const {
    std::vector<std::string> targets;
    for (const Command& command : chrome->wire().commands()) {
      if (command.method == "Target.closeTarget") targets.push_back(command.params["targetId"]);
    }
    return targets;
  }
};

Task<Scene> open_scene(Scope scope = Scope::whole_browser) {
  Scene scene;
  scene.chrome = co_await ScriptedBrowser::make();
  scene.state = co_await scene.chrome->start(scope);
  co_return scene;
}

/// One whose pages, once running, do nothing of their own accord: the test tells their story.
Task<Scene> open_quiet_scene() {
  Scene scene = co_await open_scene();
  scene.chrome->on("Page.navigate", [](const Command&) {});
  co_return scene;
}

/// A page that has loaded nothing and does nothing.
Task<Page> open_quiet_page(Scene& scene) {
  return scene.browser().new_page();
}

// ---- browsers ----

SCRIPTED_TEST(BrowserOverScript, GreetsAndKnowsItsVersion) {
  Scene scene = co_await open_scene();
  EXPECT_EQ(scene.browser().version(), "Scripted/1.0");
  EXPECT_TRUE(scene.browser().is_alive());
  EXPECT_EQ(scene.chrome->wire().count("Target.setAutoAttach"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(BrowserOverScript, AForeignBrowserGetsAContextOfOursThatIsDisposedOf) {
  Scene scene = co_await open_scene(Scope::own_contexts);
  const Command made = co_await scene.chrome->wire().asked("Target.createBrowserContext");
  EXPECT_EQ(made.params["disposeOnDetach"], true);
  {
    Page page = co_await scene.open();
    const Command created = co_await scene.chrome->wire().asked("Target.createTarget");
    EXPECT_EQ(created.params["browserContextId"], "C1");
  }
  co_await scene.browser().close();
  const Command disposed = co_await scene.chrome->wire().asked("Target.disposeBrowserContext");
  EXPECT_EQ(disposed.params["browserContextId"], "C1");
  EXPECT_EQ(scene.chrome->wire().count("Browser.close"), 0U) << "it is not ours to end";
  EXPECT_FALSE(scene.browser().is_alive());
  co_await scene.close();
}

SCRIPTED_TEST(BrowserOverScript, ContextsAreMadeAndPagesGoIntoThem) {
  Scene scene = co_await open_scene();
  BrowserContext context = co_await scene.browser().new_context();
  EXPECT_EQ(context.id(), "C1");
  Page page = co_await context.new_page();
  const Command created = co_await scene.chrome->wire().asked("Target.createTarget");
  EXPECT_EQ(created.params["browserContextId"], "C1");
  EXPECT_EQ(created.params["url"], "about:blank");
  co_await page.close();
  co_await context.dispose();
  EXPECT_EQ(scene.chrome->wire().count("Target.disposeBrowserContext"), 1U);
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
    const Command created = co_await scene.chrome->wire().asked("Target.createTarget");
    EXPECT_EQ(created.params["url"], "about:blank");
    const Command navigated = co_await scene.chrome->wire().asked("Page.navigate");
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
      auto starting = co_await beside(start_over(chrome, limit));
      co_await starting.end();
      const errc expected = fault == ScriptedBrowser::Fault::refuse ? errc::protocol_error
                            : fault == ScriptedBrowser::Fault::mute ? errc::protocol_timeout
                                                                    : errc::browser_crashed;
      EXPECT_EQ(to_string(starting.error().code()), to_string(expected)) << n;
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
  EXPECT_FALSE(scene.chrome->wire().closed()) << "the page holds it";
  const Document document = co_await page->loaded();
  EXPECT_EQ(document.url, "http://a/");
  page.reset();
  EXPECT_TRUE(scene.chrome->wire().closed());
  co_await settle();
  EXPECT_EQ(task_count(), 1U);
}

SCRIPTED_TEST(BrowserOverScript, ClosingItEndsEveryWaitWithThatCause) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
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

// ---- opening ----

SCRIPTED_TEST(PageOverScript, IsSetUpInOneGoBeforeItRuns) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await scene.chrome->wire().asked("Runtime.runIfWaitingForDebugger");
  std::vector<std::string> methods;
  for (const Command& command : scene.chrome->wire().commands()) {
    if (command.session == scene.chrome->session_of("T1")) methods.push_back(command.method);
  }
  EXPECT_THAT(methods,
              testing::UnorderedElementsAre(
                  "Page.enable", "Page.setLifecycleEventsEnabled", "Network.enable",
                  "Network.setBypassServiceWorker", "Emulation.setFocusEmulationEnabled",
                  "Page.addScriptToEvaluateOnNewDocument", "Runtime.runIfWaitingForDebugger"));
  EXPECT_EQ(methods.back(), "Runtime.runIfWaitingForDebugger");
  co_await scene.close();
}

/// A page of which nothing but events is waited for.
Task<Page> open_with_reader(Scene& scene) {
  PageOptions options;
  options.watches_timers = false;
  Page page = co_await scene.browser().open("http://a/", options, patience);
  co_await page.loaded();
  co_return page;
}

constexpr const char* add_script = "Page.addScriptToEvaluateOnNewDocument";

/// What it costs to read a page is what it is asked for: each command is work for the browser.
SCRIPTED_TEST(PageOverScript, IsReadWithTenCommands) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await open_with_reader(scene);
    co_await page.capture(patience);
  }
  co_await scene.chrome->wire().asked("Target.closeTarget");
  const std::vector<Command>& all = scene.chrome->wire().commands();
  const auto first = std::find_if(all.begin(), all.end(), [](const Command& command) {
    return command.method == "Target.createTarget";
  });
  EXPECT_EQ(all.end() - first, 10);
  co_await scene.close();
}

/// Lets pages make way: they take the next page's URL, and their browsers hear of it at the n-th
/// question.
void let_pages_make_way(ScriptedBrowser& chrome, const std::string& url, int heard_at = 1) {
  chrome.on("Runtime.evaluate", [&chrome, url](const Command& command) {
    const auto expression = command.params["expression"].get<std::string>();
    if (expression.find("replaceState") == std::string::npos) return chrome.answer(command);
    chrome.wire().reply(command, {{"result", {{"type", "string"}, {"value", url}}}});
  });
  const auto asked = std::make_shared<int>(0);
  chrome.on("Page.getNavigationHistory", [&chrome, url, heard_at, asked](const Command& command) {
    const std::string known = ++*asked < heard_at ? "http://a/" : url;
    chrome.wire().reply(command, {{"entries", {{{"url", known}}}}});
  });
}

Task<Page> open_recyclable(Scene& scene) {
  PageOptions options;
  options.watches_timers = false;
  options.recyclable = true;
  Page page = co_await scene.browser().open("http://a/", options, patience);
  co_await page.loaded();
  co_return page;
}

Task<std::optional<Page>> recycle(Page page, const char* url = "http://a/next") {
  PageOptions options;
  options.watches_timers = false;
  options.recyclable = true;
  co_return co_await page.recycle(url, options, patience);
}

SCRIPTED_TEST(PageOverScript, AUsedTargetGetsTheWatchThatThePageBeforeDidNotNeed) {
  Scene scene = co_await open_scene();
  let_pages_make_way(*scene.chrome, "http://a/next");
  Page page = co_await open_recyclable(scene);
  const std::size_t before = scene.chrome->wire().count(add_script);
  PageOptions options;
  options.recyclable = true;
  std::optional<Page> next = co_await page.recycle("http://a/next", options, patience);
  EXPECT_TRUE(next);
  if (next) co_await next->loaded();
  EXPECT_EQ(scene.chrome->wire().count(add_script), before + 1);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AUsedTargetTakesFiveCommands) {
  Scene scene = co_await open_scene();
  let_pages_make_way(*scene.chrome, "http://a/next");
  {
    Page page = co_await open_recyclable(scene);
    const std::size_t before = scene.chrome->asked();
    std::optional<Page> next = co_await recycle(std::move(page));
    EXPECT_TRUE(next);
    if (next) {
      const Document document = co_await next->loaded();
      EXPECT_EQ(document.url, "http://a/next");
      co_await next->capture(patience);
      EXPECT_TRUE(next->is_untouched());
      EXPECT_EQ(scene.chrome->asked() - before, 5U);
    }
    EXPECT_THAT(scene.closed(), IsEmpty());
  }
  co_await scene.chrome->wire().asked("Target.closeTarget");
  EXPECT_THAT(scene.closed(), ElementsAre("T1")) << "once";
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ATargetIsUsedAgainOnlyWhenTheBrowserHasForgottenThePage) {
  for (const auto& [heard_at, is_used] : {std::pair(3, true), std::pair(100, false)}) {
    Scene scene = co_await open_scene();
    let_pages_make_way(*scene.chrome, "http://a/next", heard_at);
    Page page = co_await open_recyclable(scene);
    const std::optional<Page> next = co_await recycle(std::move(page));
    EXPECT_EQ(next.has_value(), is_used);
    co_await settle();
    EXPECT_EQ(scene.closed().size(), is_used ? 0U : 1U);
    co_await scene.close();
  }
}

SCRIPTED_TEST(PageOverScript, ATargetWithTracesIsNotUsedAgain) {
  const std::vector<std::pair<const char*, json>> traces = {
      {"DOMStorage.domStorageItemAdded", {{"storageId", {{"isLocalStorage", false}}}}},
      {"Page.frameDetached", {{"frameId", "F"}, {"reason", "swap"}}},
      {"Page.windowOpen", {{"url", "http://a/popup"}}},
      {"Page.javascriptDialogOpening", {{"type", "alert"}}},
  };
  for (const auto& [event, params] : traces) {
    Scene scene = co_await open_scene();
    let_pages_make_way(*scene.chrome, "http://a/next");
    Page page = co_await open_recyclable(scene);
    scene.chrome->event("T1", event, params);
    co_await settle();
    const std::optional<Page> next = co_await recycle(std::move(page));
    EXPECT_FALSE(next) << event;
    co_await scene.close();
  }
}

SCRIPTED_TEST(PageOverScript, ATargetIsUsedForItsOriginOnly) {
  for (const char* url : {"http://b/", "https://a/", "http://a:81/", "http://a/next#part"}) {
    Scene scene = co_await open_scene();
    let_pages_make_way(*scene.chrome, url);
    Page page = co_await open_recyclable(scene);
    const std::optional<Page> next = co_await recycle(std::move(page), url);
    EXPECT_FALSE(next) << url;
    co_await scene.close();
  }
}

SCRIPTED_TEST(PageOverScript, WhatTheFormerPageStoresWhileItIsLeftIsNoticed) {
  Scene scene = co_await open_scene();
  let_pages_make_way(*scene.chrome, "http://a/next");
  scene.chrome->on("Page.navigate", [&](const Command& command) {
    scene.chrome->event("T1", "DOMStorage.domStorageItemAdded",
                        {{"storageId", {{"isLocalStorage", false}}}});
    scene.chrome->answer(command);
  });
  Page page = co_await open_recyclable(scene);
  std::optional<Page> next = co_await recycle(std::move(page));
  EXPECT_TRUE(next);
  if (next) {
    co_await next->loaded();
    EXPECT_FALSE(next->is_untouched());
  }
  next.reset();
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ASilentProcessEndsWaitsInCompany) {
  Scene scene = co_await open_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  scene.chrome->on("Runtime.getHeapUsage", [](const Command&) {});
  PageOptions options;
  options.answer_limit = 60ms;
  Page page = co_await scene.browser().open("http://a/", options, patience);
  co_await page.loaded();
  errc code = errc::internal;
  try {
    co_await page.capture(patience);
  } catch (const Error& error) {
    code = error.code();
  }
  EXPECT_EQ(code, errc::page_hung);
  EXPECT_EQ(scene.chrome->wire().count("Runtime.getHeapUsage"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AProcessThatAnswersMayTakeItsTime) {
  Scene scene = co_await open_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  PageOptions options;
  options.answer_limit = 90ms;
  Page page = co_await scene.browser().open("http://a/", options, patience);
  co_await page.loaded();
  co_await scene.chrome->wire().asked("Runtime.getHeapUsage", 10);
  EXPECT_TRUE(page.session().is_open());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, OpensLoadsReadsAndCloses) {
  Scene scene = co_await open_scene();
  scene.chrome->html = "<html>hello</html>";
  Page page = co_await scene.open("http://a/x");
  const Document document = co_await page.loaded();
  EXPECT_EQ(document.url, "http://a/x");
  EXPECT_EQ(document.status, 200);
  const Content content = co_await page.capture(patience);
  EXPECT_EQ(content.html, "<html>hello</html>");
  EXPECT_EQ(content.url, "http://a/x");
  EXPECT_EQ(content.title, "title");
  EXPECT_EQ(content.charset, "UTF-8");
  EXPECT_EQ(content.content_type, "text/html");
  co_await page.close();
  EXPECT_EQ(scene.chrome->targets(), 0U);
  EXPECT_FALSE(page.session().is_open());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ManyAreOpenedAtOnce) {
  Scene scene = co_await open_scene();
  std::vector<Task<Page>> opening;
  for (int i = 0; i < 20; ++i) {
    std::string url = "http://a/" + std::to_string(i);
    opening.push_back(scene.browser().open(std::move(url)));
  }
  std::vector<Outcome<Page>> pages = co_await gather_outcomes(std::move(opening));
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const Document document = co_await pages[i].value().loaded();
    EXPECT_EQ(document.url, "http://a/" + std::to_string(i));
  }
  pages.clear();
  co_await scene.chrome->wire().asked("Target.closeTarget", 20);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AnEmptyPageIsReadyWhenItIsHandedOut) {
  Scene scene = co_await open_scene();
  std::optional<Command> run;
  scene.chrome->on("Runtime.runIfWaitingForDebugger",
                   [&](const Command& command) { run = command; });
  auto opening = co_await beside(scene.browser().new_page());
  EXPECT_TRUE(run);
  EXPECT_FALSE(opening.done());
  scene.chrome->answer(*run);
  co_await opening.end();
  EXPECT_TRUE(opening.value().session().is_open());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, OneThatCannotBeToldToRunIsAnErrorAtOnce) {
  Scene scene = co_await open_scene();
  scene.chrome->on("Runtime.runIfWaitingForDebugger",
                   [&](const Command& command) { scene.chrome->wire().refuse(command, "no"); });
  Page page = co_await scene.open();
  auto loading = co_await beside(page.loaded());
  EXPECT_TRUE(loading.done());
  EXPECT_EQ(loading.error().code(), errc::protocol_error);
  co_await page.close();
  auto opening = co_await beside(scene.browser().new_page());
  EXPECT_TRUE(opening.done());
  EXPECT_EQ(opening.error().code(), errc::protocol_error);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, OneThatDiesWhileItIsSetUpIsAnError) {
  Scene scene = co_await open_scene();
  scene.chrome->on("Runtime.runIfWaitingForDebugger",
                   [&](const Command&) { scene.chrome->detach("T1"); });
  auto opening = co_await beside(scene.browser().new_page());
  co_await opening.end();
  EXPECT_EQ(opening.error().code(), errc::page_crashed);
  co_await scene.close();
}

// ---- navigating ----

SCRIPTED_TEST(PageOverScript, NavigatesWhateverTheOrderOfReplyAndEvents) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  for (std::size_t place = 0; place <= 4; ++place) {
    std::string url = "http://a/" + std::to_string(place);
    auto navigating = co_await beside(page.navigate(url));
    const Command command = co_await scene.chrome->wire().asked("Page.navigate", place + 1);
    EXPECT_EQ(command.params["url"], url);
    std::string loader;
    for (std::size_t step = 0; step <= 4; ++step) {
      if (step == place)
        scene.chrome->wire().reply(
            command, {{"frameId", "T1"}, {"loaderId", "L" + std::to_string(place + 1)}});
      if (step == 0) loader = scene.chrome->tell_request("T1", url);
      if (step == 1) scene.chrome->tell_response("T1", loader);
      if (step == 2) scene.chrome->tell_commit("T1", loader, url);
      if (step == 3) scene.chrome->tell_life("T1", loader, {"init", "DOMContentLoaded", "load"});
    }
    co_await navigating.end();
    EXPECT_EQ(navigating.value().url, url) << place;
    EXPECT_EQ(navigating.value().status, 200) << place;
    co_await scene.chrome->wire().delivered();
  }
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ARefusedUrlIsInvalid) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  auto navigating = co_await beside(page.navigate("http://a b/"));
  const Command command = co_await scene.chrome->wire().asked("Page.navigate");
  scene.chrome->wire().refuse(command, "Cannot navigate to invalid URL");
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::invalid_url);
  EXPECT_THAT(navigating.error().what(), HasSubstr("Cannot navigate to invalid URL"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AReplyThatCannotBeReadIsAnErrorAtOnce) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  auto navigating = co_await beside(page.navigate("http://a/"));
  const Command command = co_await scene.chrome->wire().asked("Page.navigate");
  scene.chrome->wire().reply(command, {{"loaderId", 5}});
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::protocol_error);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, TheReplyOfThePreviousNavigationIsNotOurs) {
  // A failure is told by events first; we may have gone on when its reply comes.
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  auto first = co_await beside(page.navigate("http://nowhere.invalid/"));
  const Command failing = co_await scene.chrome->wire().asked("Page.navigate", 1);
  const std::string lost = scene.chrome->tell_request("T1", "http://nowhere.invalid/");
  scene.chrome->tell_failure("T1", lost, "net::ERR_NAME_NOT_RESOLVED");
  co_await first.end();
  EXPECT_EQ(first.error().code(), errc::dns_error);

  auto second = co_await beside(page.navigate("http://a/"));
  co_await scene.chrome->wire().asked("Page.navigate", 2);
  scene.chrome->wire().reply(
      failing,
      {{"frameId", "T1"}, {"loaderId", lost}, {"errorText", "net::ERR_NAME_NOT_RESOLVED"}});
  co_await scene.chrome->wire().delivered();
  co_await settle();
  EXPECT_FALSE(second.done());
  scene.chrome->tell_document("T1", "http://a/");
  co_await second.end();
  EXPECT_EQ(second.value().url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ATimeOutSaysWhetherThereWasADocument) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  const NavigateOptions short_limit{{}, 20ms};
  auto first = co_await beside(page.navigate("http://a/", short_limit));
  co_await first.end();
  EXPECT_EQ(first.error().code(), errc::nav_timeout);
  EXPECT_THAT(first.error().what(), HasSubstr("20 ms"));

  scene.chrome->on("Page.navigate", [&](const Command&) {
    const std::string loader = scene.chrome->tell_request("T1", "http://a/");
    scene.chrome->tell_response("T1", loader);
    scene.chrome->tell_commit("T1", loader, "http://a/");
    scene.chrome->tell_life("T1", loader, {"init", "DOMContentLoaded"});
  });
  const NavigateOptions parsed{{.until = WaitUntil::domcontentloaded}, patience};
  const Document document = co_await page.navigate("http://a/", parsed);
  EXPECT_EQ(document.url, "http://a/");
  auto second = co_await beside(page.loaded(short_limit));
  co_await second.end();
  EXPECT_EQ(second.error().code(), errc::page_timeout);
  EXPECT_THAT(second.error().what(), HasSubstr("DOMContentLoaded"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, WhatIsOverBeatsADeadlineThatHasPassed) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  const NavigateOptions no_time{{}, 0ms};
  const Document document = co_await page.loaded(no_time);
  EXPECT_EQ(document.url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ADocumentThatArrivedBeforeTheEndIsStillThere) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  scene.chrome->detach("T1");
  co_await scene.chrome->wire().delivered();
  const Document document = co_await page.loaded();
  EXPECT_EQ(document.url, "http://a/");
  auto reading = co_await beside(page.content());
  co_await reading.end();
  EXPECT_EQ(reading.error().code(), errc::page_crashed);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ANetworkErrorIsThrownWithItsName) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  auto loading = co_await beside(page.navigate("https://a/"));
  const std::string loader = scene.chrome->tell_request("T1", "https://a/");
  scene.chrome->tell_failure("T1", loader, "net::ERR_CERT_DATE_INVALID");
  co_await loading.end();
  EXPECT_EQ(loading.error().code(), errc::tls_error);
  EXPECT_EQ(loading.error().net_error(), "ERR_CERT_DATE_INVALID");
  co_await scene.close();
}

// ---- ends ----

/// A page with something of every kind under way.
struct Waits {
  Beside<Document> loading;
  Beside<json> evaluating;
  Beside<Content> reading;

  Task<void> end() {
    co_await loading.end();
    co_await evaluating.end();
    co_await reading.end();
  }

  std::vector<Error> errors() { return {loading.error(), evaluating.error(), reading.error()}; }
};

Task<Waits> wait_for_everything(Page& page) {
  auto loading = co_await beside(page.navigate("http://a/"));
  auto evaluating = co_await beside(page.evaluate("1"));
  auto reading = co_await beside(page.capture(patience));
  co_return Waits{std::move(loading), std::move(evaluating), std::move(reading)};
}

SCRIPTED_TEST(PageOverScript, ItsEndEndsEveryWaitAtOnceAndOtherPagesGoOn) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  Page page = co_await open_quiet_page(scene);
  Page other = co_await open_quiet_page(scene);
  Waits waits = co_await wait_for_everything(page);
  auto elsewhere = co_await beside(other.navigate("http://b/"));
  scene.chrome->detach("T1");
  co_await waits.end();
  for (const Error& error : waits.errors())
    EXPECT_EQ(error.code(), errc::page_crashed) << error.what();
  EXPECT_FALSE(elsewhere.done());
  scene.chrome->tell_document("T2", "http://b/");
  co_await elsewhere.end();
  EXPECT_EQ(elsewhere.value().url, "http://b/");
  co_await page.close();
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ANavigationThatIsUnansweredWhenThePageEndsIsNoInvalidUrl) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  auto navigating = co_await beside(page.navigate("http://a/"));
  scene.chrome->detach("T1");
  co_await navigating.end();
  EXPECT_EQ(navigating.error().code(), errc::page_crashed);

  Page second = co_await open_quiet_page(scene);
  auto lost = co_await beside(second.navigate("http://a/"));
  scene.chrome->wire().end("gone");
  co_await lost.end();
  EXPECT_EQ(lost.error().code(), errc::browser_crashed);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACrashEndsEveryWaitAndStaysTheCause) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  Page page = co_await open_quiet_page(scene);
  Waits waits = co_await wait_for_everything(page);
  scene.chrome->event("T1", "Inspector.targetCrashed", json::object());
  co_await waits.end();
  for (const Error& error : waits.errors()) {
    EXPECT_EQ(error.code(), errc::page_crashed);
    EXPECT_THAT(error.what(), HasSubstr("crashed"));
  }
  // Events of the dead, and its detachment, change nothing.
  scene.chrome->tell_document("T1", "http://a/");
  scene.chrome->detach("T1");
  co_await scene.chrome->wire().delivered();
  auto later = co_await beside(page.evaluate("1"));
  EXPECT_THAT(later.error().what(), HasSubstr("crashed"));
  auto again = co_await beside(page.loaded());
  EXPECT_THAT(again.error().what(), HasSubstr("crashed"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACrashedPageIsClosedWithoutWaiting) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  scene.chrome->event("T1", "Inspector.targetCrashed", json::object());
  co_await scene.chrome->wire().delivered();
  scene.chrome->on("Target.closeTarget", [](const Command&) {});
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done());
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, TheEndOfTheConnectionEndsEveryWaitOfEveryPage) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  Page page = co_await open_quiet_page(scene);
  Page other = co_await open_quiet_page(scene);
  Waits waits = co_await wait_for_everything(page);
  Waits others = co_await wait_for_everything(other);
  scene.chrome->wire().end("signal 9");
  co_await waits.end();
  co_await others.end();
  for (Waits* all : {&waits, &others}) {
    for (const Error& error : all->errors()) {
      EXPECT_EQ(error.code(), errc::browser_crashed);
      EXPECT_THAT(error.what(), HasSubstr("signal 9"));
    }
  }
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AnEndWhileItIsBeingClosedIsWhatWasWanted) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  scene.chrome->on("Target.closeTarget", [](const Command&) {});
  auto closing = co_await beside(page.close());
  EXPECT_FALSE(closing.done());
  scene.chrome->wire().end("gone");
  co_await closing.end();
  EXPECT_NO_THROW(closing.value());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ACloseThatIsRefusedMeansItHasGoneAlready) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  scene.chrome->on("Target.closeTarget", [&](const Command& command) {
    scene.chrome->wire().refuse(command, "No target with given id found");
  });
  auto closing = co_await beside(page.close());
  EXPECT_TRUE(closing.done()) << "nothing will ever tell of its end";
  co_await closing.end();
  co_await scene.close();
}

// ---- handles ----

SCRIPTED_TEST(PageOverScript, AHandleThatGoesClosesItsPageOnce) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await scene.open();
    Page moved = std::move(page);
    EXPECT_THAT(scene.closed(), IsEmpty());
  }
  co_await scene.chrome->wire().asked("Target.closeTarget");
  co_await scene.chrome->wire().delivered();
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AClosedPageIsNotClosedAgain) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await scene.open();
    co_await page.close();
    co_await page.close();
  }
  co_await settle();
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandleThatIsAssignedToClosesItsFormerPage) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  page = co_await scene.open();
  co_await scene.chrome->wire().asked("Target.closeTarget");
  EXPECT_THAT(scene.closed(), ElementsAre("T1"));
  const Document document = co_await page.loaded();
  EXPECT_EQ(document.url, "http://a/");
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandleMayGoInTheMiddleOfAWait) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  std::optional<Page> page = co_await open_quiet_page(scene);
  Waits waits = co_await wait_for_everything(*page);
  page.reset();
  co_await waits.end();
  for (const Error& error : waits.errors())
    EXPECT_EQ(error.code(), errc::page_crashed);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AllHandlesMayGoInTheMiddleOfAWait) {
  Scene scene = co_await open_quiet_scene();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  std::optional<Page> page = co_await open_quiet_page(scene);
  Waits waits = co_await wait_for_everything(*page);
  scene.state.reset();
  page.reset();
  co_await waits.end();
  co_await settle();
  EXPECT_TRUE(scene.chrome->wire().closed()) << "the last wait held the browser";
  EXPECT_EQ(task_count(), 1U);
}

SCRIPTED_TEST(PageOverScript, AHandlerMayDestroyItsPage) {
  Scene scene = co_await open_quiet_scene();
  std::optional<Page> page = co_await open_quiet_page(scene);
  int seen = 0;
  const Subscription before = page->session().on("Page.frameNavigated", [&](const json&) {
    ++seen;
    page.reset();
  });
  const std::string loader = scene.chrome->tell_request("T1", "http://a/");
  scene.chrome->tell_commit("T1", loader, "http://a/");
  scene.chrome->tell_commit("T1", loader, "http://a/2");
  co_await scene.chrome->wire().asked("Target.closeTarget");
  co_await scene.chrome->wire().delivered();
  EXPECT_FALSE(page);
  EXPECT_EQ(seen, 2);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AHandlerMayDestroyTheBrowser) {
  Scene scene = co_await open_quiet_scene();
  std::optional<Page> page = co_await open_quiet_page(scene);
  const Subscription before = page->session().on("Page.lifecycleEvent", [&](const json&) {
    scene.state.reset();
    page.reset();
  });
  scene.chrome->tell_document("T1", "http://a/");
  co_await scene.chrome->wire().delivered();
  co_await settle();
  EXPECT_TRUE(scene.chrome->wire().closed());
  EXPECT_EQ(task_count(), 1U);
}

Task<int> use_page(Page& page) {
  const Document document = co_await page.navigate("http://a/");
  co_return document.status;
}

Task<void> misuse_page(Page& page) {
  co_await page.navigate("http://a/");
  throw std::runtime_error("a bug in the body");
}

SCRIPTED_TEST(PageOverScript, WithPageClosesItOnEveryPath) {
  Scene scene = co_await open_scene();
  Browser browser = scene.browser();
  const int status = co_await with_page(browser, use_page);
  EXPECT_EQ(status, 200);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  auto failing = co_await beside(with_page(browser, misuse_page));
  co_await failing.end();
  EXPECT_THROW(failing.value(), std::runtime_error);
  EXPECT_EQ(scene.chrome->targets(), 0U);
  co_await scene.close();
}

/// A loop that ends while pages are being waited for, as when `main` throws.
SCRIPTED_TEST(PageOverScript, WaitsMayBeDestroyedWithTheirLoop) {
  struct Story {
    static Task<void> play(std::shared_ptr<ScriptedBrowser>* kept) {
      Scene scene = co_await open_quiet_scene();
      *kept = scene.chrome;
      scene.chrome->on("Runtime.evaluate", [](const Command&) {});
      scene.chrome->on("Target.closeTarget", [](const Command&) {});
      Page page = co_await open_quiet_page(scene);
      Waits waits = co_await wait_for_everything(page);
      Page other = co_await open_quiet_page(scene);
      auto closing = co_await beside(other.close());
      scene.chrome->on("Target.createTarget", [](const Command&) {});
      auto creating = co_await beside(scene.open());
      auto navigating = co_await beside(page.navigate("http://a/"));
      throw std::runtime_error("main throws");
    }
  };
  std::shared_ptr<ScriptedBrowser> chrome;
  EXPECT_THROW(run(Story::play(&chrome)), std::runtime_error);
  EXPECT_TRUE(chrome->wire().closed());
  co_return;
}

// ---- dialogs ----

SCRIPTED_TEST(PageOverScript, DialogsAreDismissedAndCountedAndLeavingIsAllowed) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await open_quiet_page(scene);
  const std::vector<std::string> types = {"alert", "confirm", "prompt", "beforeunload", "novelty"};
  for (const std::string& type : types)
    scene.chrome->event(
        "T1", "Page.javascriptDialogOpening",
        {{"url", ""}, {"message", "?"}, {"type", type}, {"hasBrowserHandler", false}});
  co_await scene.chrome->wire().asked("Page.handleJavaScriptDialog", types.size());
  EXPECT_EQ(page.dialogs(), 5);
  std::vector<bool> accepted;
  for (const Command& command : scene.chrome->wire().commands()) {
    if (command.method != "Page.handleJavaScriptDialog") continue;
    EXPECT_EQ(command.session, scene.chrome->session_of("T1"));
    accepted.push_back(command.params["accept"]);
  }
  EXPECT_THAT(accepted, ElementsAre(false, false, false, true, false));
  co_await scene.close();
}

// ---- frames ----

json request_of_frame(const std::string& frame, int number) {
  const std::string id = "R" + std::to_string(number);
  return {{"requestId", id},
          {"loaderId", id},
          {"frameId", frame},
          {"type", "Document"},
          {"request", {{"url", "http://a/frame"}, {"method", "GET"}}}};
}

/// The browser asks whether a frame may have a document.
void pause_document(const Scene& scene, const std::string& frame) {
  scene.chrome->event("T1", "Fetch.requestPaused",
                      {{"requestId", "held-" + frame},
                       {"frameId", frame},
                       {"resourceType", "Document"},
                       {"request", {{"url", "http://a/frame"}, {"headers", json::object()}}}});
}

SCRIPTED_TEST(PageOverScript, FramesBeyondTheBoundGetNoDocument) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  for (int i = 0; i <= PageState::most_frames; ++i)
    scene.chrome->event("T1", "Network.requestWillBeSent", request_of_frame("F", i));
  co_await scene.chrome->wire().asked("Fetch.enable");
  pause_document(scene, "F");
  const Command refused = co_await scene.chrome->wire().asked("Fetch.failRequest");
  EXPECT_EQ(refused.params["requestId"], "held-F");
  pause_document(scene, "T1");
  const Command passed = co_await scene.chrome->wire().asked("Fetch.continueRequest");
  EXPECT_EQ(passed.params["requestId"], "held-T1") << "the page itself may go on";
  EXPECT_THAT(page.document().pending, testing::Contains(HasSubstr("frames: 251")));
  const std::string next = scene.chrome->tell_request("T1", "http://a/next");
  scene.chrome->tell_response("T1", next);
  scene.chrome->tell_commit("T1", next, "http://a/next");
  co_await settle();
  pause_document(scene, "G");
  co_await scene.chrome->wire().asked("Fetch.continueRequest", 2);
  EXPECT_THAT(page.document().pending, Not(testing::Contains(HasSubstr("frames: "))));
  co_await scene.close();
}

// ---- evaluating ----

SCRIPTED_TEST(PageOverScript, EvaluatesToJson) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  json result;
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    EXPECT_EQ(command.params["returnByValue"], false);
    EXPECT_EQ(command.params["awaitPromise"], false) << "then may be the page's";
    EXPECT_FALSE(command.params.contains("contextId")) << "the page's own world";
    scene.chrome->wire().reply(command, result);
  });
  result = {{"result", {{"type", "object"}, {"value", {{"a", {1, nullptr}}}}}}};
  const json object = co_await page.evaluate("x");
  EXPECT_EQ(object, json({{"a", {1, nullptr}}}));
  result = {{"result", {{"type", "undefined"}}}};
  const json undefined = co_await page.evaluate("x");
  EXPECT_TRUE(undefined.is_null());
  result = {{"result", {{"type", "object"}, {"subtype", "null"}, {"value", nullptr}}}};
  const json null = co_await page.evaluate("x");
  EXPECT_TRUE(null.is_null());
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AnExceptionOfTheScriptIsAnErrorWithItsText) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  json details = {{"text", "Uncaught"},
                  {"exception", {{"type", "object"}, {"description", "Error: boom\n  at x"}}}};
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    scene.chrome->wire().reply(command,
                               {{"result", {{"type", "object"}}}, {"exceptionDetails", details}});
  });
  auto thrown = co_await beside(page.evaluate("x"));
  co_await thrown.end();
  EXPECT_EQ(thrown.error().code(), errc::script_error);
  EXPECT_THAT(thrown.error().what(), HasSubstr("Error: boom"));
  details = {{"text", "SyntaxError: no"}};
  auto bare = co_await beside(page.evaluate("x"));
  co_await bare.end();
  EXPECT_EQ(bare.error().code(), errc::script_error);
  EXPECT_THAT(bare.error().what(), HasSubstr("SyntaxError: no"));
  co_await scene.close();
}

// ---- reading ----

SCRIPTED_TEST(ContentOverScript, LongDocumentsComeInSlicesAndInOrder) {
  Scene scene = co_await open_scene();
  Page page = co_await open_with_reader(scene);
  scene.chrome->html.clear();
  for (int i = 0; i < 1000; ++i)
    scene.chrome->html += std::to_string(i) + ",";
  for (const std::size_t slice :
       {std::size_t{1} << 20, scene.chrome->html.size(), scene.chrome->html.size() - 1,
        std::size_t{1000}, std::size_t{7}}) {
    scene.chrome->slice = slice;
    const std::size_t before = scene.chrome->wire().count("Runtime.evaluate");
    const std::string html = co_await page.content();
    EXPECT_EQ(html, scene.chrome->html) << slice;
    const std::size_t replies = scene.chrome->wire().count("Runtime.evaluate") - before;
    const std::size_t slices = (html.size() + slice - 1) / slice;
    EXPECT_EQ(replies, slices == 1 ? 1 : 1 + slices) << slice << ": the reader was asked first";
  }
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, AShortOneIsReadByItsReader) {
  Scene scene = co_await open_scene();
  Page page = co_await open_with_reader(scene);
  const Content content = co_await page.capture(patience);
  EXPECT_EQ(content.html, scene.chrome->html);
  EXPECT_EQ(content.title, "title");
  EXPECT_EQ(scene.chrome->wire().count("Page.createIsolatedWorld"), 0U);
  EXPECT_EQ(scene.chrome->wire().count("Runtime.evaluate"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, IsReadInTheWorldThatWasMadeForIt) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  for (int reading = 0; reading < 2; ++reading) {
    const Content content = co_await page.capture(patience);
    EXPECT_EQ(content.html, scene.chrome->html);
  }
  EXPECT_EQ(scene.chrome->wire().count("Page.createIsolatedWorld"), 1U);
  EXPECT_EQ(scene.chrome->wire().count("Runtime.evaluate"), 2U) << "and no reader was asked";
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, ALongOneIsReadInAWorldOfItsOwnOfTheMainFrame) {
  Scene scene = co_await open_scene();
  Page page = co_await open_with_reader(scene);
  scene.chrome->slice = 10;
  co_await page.content();
  const Command world = co_await scene.chrome->wire().asked("Page.createIsolatedWorld");
  EXPECT_EQ(world.params["frameId"], "T1");
  for (const Command& command : scene.chrome->wire().commands()) {
    if (command.method != "Runtime.evaluate") continue;
    const bool asks_reader =
        command.params["expression"].get<std::string>().find("reader") != std::string::npos;
    EXPECT_EQ(command.params.contains("contextId"), !asks_reader);
    EXPECT_EQ(command.params.value("contextId", 1), 1);
  }
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, IsReadAgainWhenItsWorldWasLost) {
  for (const char* text :
       {"Cannot find context with specified id", "Execution context was destroyed.",
        "Inspected target navigated or closed"}) {
    for (const std::size_t lost_at : {1U, 2U, 3U, 4U}) {
      Scene scene = co_await open_scene();
      Page page = co_await open_with_reader(scene);
      scene.chrome->html = "0123456789";
      scene.chrome->slice = 4;
      std::size_t asked = 0;
      scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
        if (++asked == lost_at) return scene.chrome->wire().refuse(command, text);
        scene.chrome->answer(command);
      });
      const std::string html = co_await page.content();
      EXPECT_EQ(html, "0123456789") << text << lost_at;
      EXPECT_EQ(scene.chrome->wire().count("Page.createIsolatedWorld"), lost_at == 1 ? 1U : 2U);
      co_await scene.close();
    }
  }
}

SCRIPTED_TEST(ContentOverScript, AWorldThatIsLostAgainAndAgainIsAnError) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    scene.chrome->wire().refuse(command, "Cannot find context with specified id");
  });
  auto reading = co_await beside(page.content());
  co_await reading.end();
  EXPECT_EQ(reading.error().code(), errc::protocol_error);
  EXPECT_EQ(scene.chrome->wire().count("Runtime.evaluate"), 3U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, OtherRefusalsAreNotTriedAgain) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    scene.chrome->wire().refuse(command, "Internal error");
  });
  auto reading = co_await beside(page.content());
  co_await reading.end();
  EXPECT_EQ(reading.error().code(), errc::protocol_error);
  EXPECT_EQ(scene.chrome->wire().count("Runtime.evaluate"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, WhatIsTooLongForAStringIsTooLarge) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  std::string text = "RangeError: Invalid string length";
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    scene.chrome->wire().reply(
        command,
        {{"result", {{"type", "object"}}},
         {"exceptionDetails",
          {{"text", "Uncaught"}, {"exception", {{"type", "object"}, {"description", text}}}}}});
  });
  auto reading = co_await beside(page.content());
  co_await reading.end();
  EXPECT_EQ(reading.error().code(), errc::too_large);
  text = "TypeError: x is not a function";
  auto faulty = co_await beside(page.content());
  co_await faulty.end();
  EXPECT_EQ(faulty.error().code(), errc::internal) << "our own script";
  EXPECT_THAT(faulty.error().what(), HasSubstr("x is not a function"));
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, AnswersThatMakeNoSenseAreProtocolErrors) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  const std::vector<json> values = {
      nullptr,
      5,
      "text",
      json::array(),
      json::object(),
      {{"part", "abc"}, {"end", 3}, {"length", "long"}},
      {{"part", "abc"}, {"end", "x"}, {"length", 3}},
      {{"part", 5}, {"end", 3}, {"length", 3}},
      {{"part", "abc"}, {"end", 0}, {"length", 6}},  // it never gets on
      {{"part", "abc"}, {"length", 6}},
  };
  for (const json& value : values) {
    scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
      scene.chrome->wire().reply(command, {{"result", {{"type", "object"}, {"value", value}}}});
    });
    auto reading = co_await beside(page.content());
    co_await reading.end();
    EXPECT_EQ(to_string(reading.error().code()), "protocol_error") << value;
  }
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, APageThatDoesNotAnswerIsGivenUpAtTheDeadline) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await page.loaded();
  scene.chrome->on("Runtime.evaluate", [](const Command&) {});
  auto reading = co_await beside(page.capture(20ms));
  co_await reading.end();
  EXPECT_EQ(reading.error().code(), errc::protocol_timeout);
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
