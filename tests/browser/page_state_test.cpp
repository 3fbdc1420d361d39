// Pages over a scripted transport: opened, asked, refused.
#include "browser/page_state.hpp"

#include "support/scripted/scene.hpp"
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
using test::Command;
using test::failure_of;
using test::open_quiet_scene;
using test::open_scene;
using test::patience;
using test::Scene;
using test::settle;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SCRIPTED_TEST(PageOverScript, IsSetUpInOneGoBeforeItRuns) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  co_await scene.asked("Runtime.runIfWaitingForDebugger");
  std::vector<std::string> methods;
  for (const Command& command : scene.commands()) {
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

/// What it costs to read a page is what it is asked for: each command is work for the browser.
SCRIPTED_TEST(PageOverScript, IsReadWithTenCommands) {
  Scene scene = co_await open_scene();
  {
    Page page = co_await scene.open_with_reader();
    co_await page.capture(patience);
  }
  co_await scene.asked("Target.closeTarget");
  const std::vector<Command>& all = scene.commands();
  const auto first = std::find_if(all.begin(), all.end(), [](const Command& command) {
    return command.method == "Target.createTarget";
  });
  EXPECT_EQ(all.end() - first, 10);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ASilentProcessEndsWaitsInCompany) {
  Scene scene = co_await open_scene();
  scene.chrome->ignore("Runtime.evaluate");
  scene.chrome->ignore("Runtime.getHeapUsage");
  PageOptions options;
  options.answer_limit = 60ms;
  Page page = co_await scene.open_loaded(options);
  const Error hung = co_await failure_of(page.capture(patience));
  EXPECT_EQ(hung.code(), errc::page_hung);
  EXPECT_EQ(scene.count("Runtime.getHeapUsage"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AProcessThatAnswersMayTakeItsTime) {
  Scene scene = co_await open_scene();
  scene.chrome->ignore("Runtime.evaluate");
  PageOptions options;
  options.answer_limit = 90ms;
  Page page = co_await scene.open_loaded(options);
  co_await scene.asked("Runtime.getHeapUsage", 10);
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
  co_await scene.asked("Target.closeTarget", 20);
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
  scene.chrome->refuse("Runtime.runIfWaitingForDebugger", "no");
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
  const Error opening = co_await failure_of(scene.browser().new_page());
  EXPECT_EQ(opening.code(), errc::page_crashed);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, DialogsAreDismissedAndCountedAndLeavingIsAllowed) {
  Scene scene = co_await open_quiet_scene();
  Page page = co_await scene.open_empty();
  const std::vector<std::string> types = {"alert", "confirm", "prompt", "beforeunload", "novelty"};
  for (const std::string& type : types)
    scene.chrome->event(
        "T1", "Page.javascriptDialogOpening",
        {{"url", ""}, {"message", "?"}, {"type", type}, {"hasBrowserHandler", false}});
  co_await scene.asked("Page.handleJavaScriptDialog", types.size());
  EXPECT_EQ(page.dialogs(), 5);
  std::vector<bool> accepted;
  for (const Command& command : scene.commands()) {
    if (command.method != "Page.handleJavaScriptDialog") continue;
    EXPECT_EQ(command.session, scene.chrome->session_of("T1"));
    accepted.push_back(command.params["accept"]);
  }
  EXPECT_THAT(accepted, ElementsAre(false, false, false, true, false));
  co_await scene.close();
}

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
  Page page = co_await scene.open_loaded();
  for (int i = 0; i <= FrameNesting::most_frames; ++i)
    scene.chrome->event("T1", "Network.requestWillBeSent", request_of_frame("F", i));
  co_await scene.asked("Fetch.enable");
  pause_document(scene, "F");
  const Command refused = co_await scene.asked("Fetch.failRequest");
  EXPECT_EQ(refused.params["requestId"], "held-F");
  pause_document(scene, "T1");
  const Command passed = co_await scene.asked("Fetch.continueRequest");
  EXPECT_EQ(passed.params["requestId"], "held-T1") << "the page itself may go on";
  EXPECT_THAT(page.document().pending, testing::Contains(HasSubstr("frames: 251")));
  const std::string next = scene.chrome->tell_request("T1", "http://a/next");
  scene.chrome->tell_response("T1", next);
  scene.chrome->tell_commit("T1", next, "http://a/next");
  co_await settle();
  pause_document(scene, "G");
  co_await scene.asked("Fetch.continueRequest", 2);
  EXPECT_THAT(page.document().pending, Not(testing::Contains(HasSubstr("frames: "))));
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, EvaluatesToJson) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open();
  json result;
  scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
    EXPECT_EQ(command.params["returnByValue"], false);
    EXPECT_EQ(command.params["awaitPromise"], false) << "then may be the page's";
    EXPECT_FALSE(command.params.contains("contextId")) << "the page's own world";
    scene.reply(command, result);
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
  scene.chrome->give("Runtime.evaluate", test::thrown("Error: boom\n  at x"));
  const Error thrown = co_await failure_of(page.evaluate("x"));
  EXPECT_EQ(thrown.code(), errc::script_error);
  EXPECT_THAT(thrown.what(), HasSubstr("Error: boom"));
  scene.chrome->give("Runtime.evaluate", {{"result", {{"type", "object"}}},
                                          {"exceptionDetails", {{"text", "SyntaxError: no"}}}});
  const Error bare = co_await failure_of(page.evaluate("x"));
  EXPECT_EQ(bare.code(), errc::script_error);
  EXPECT_THAT(bare.what(), HasSubstr("SyntaxError: no"));
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
