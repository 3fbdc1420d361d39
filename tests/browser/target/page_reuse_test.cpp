// One target for one page after the other, over a scripted transport.
#include "browser/page_state.hpp"
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cdp {
namespace {

using nlohmann::json;
using test::Command;
using test::open_scene;
using test::patience;
using test::recyclable;
using test::Scene;
using test::ScriptedBrowser;
using test::settle;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* add_script = "Page.addScriptToEvaluateOnNewDocument";

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

Task<std::optional<Page>> recycle(Page page, const char* url = "http://a/next") {
  const PageOptions options = recyclable();
  co_return co_await page.recycle(url, options, patience);
}

SCRIPTED_TEST(PageOverScript, AUsedTargetGetsTheWatchThatThePageBeforeDidNotNeed) {
  Scene scene = co_await open_scene();
  let_pages_make_way(*scene.chrome, "http://a/next");
  Page page = co_await scene.open_recyclable();
  const std::size_t before = scene.count(add_script);
  PageOptions options;
  options.recyclable = true;
  std::optional<Page> next = co_await page.recycle("http://a/next", options, patience);
  EXPECT_TRUE(next);
  if (next) co_await next->loaded();
  EXPECT_EQ(scene.count(add_script), before + 1);
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, AUsedTargetTakesFiveCommands) {
  Scene scene = co_await open_scene();
  let_pages_make_way(*scene.chrome, "http://a/next");
  {
    Page page = co_await scene.open_recyclable();
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
  co_await scene.asked("Target.closeTarget");
  EXPECT_THAT(scene.closed(), ElementsAre("T1")) << "once";
  co_await scene.close();
}

SCRIPTED_TEST(PageOverScript, ATargetIsUsedAgainOnlyWhenTheBrowserHasForgottenThePage) {
  for (const auto& [heard_at, is_used] : {std::pair(3, true), std::pair(100, false)}) {
    Scene scene = co_await open_scene();
    let_pages_make_way(*scene.chrome, "http://a/next", heard_at);
    Page page = co_await scene.open_recyclable();
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
    Page page = co_await scene.open_recyclable();
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
    Page page = co_await scene.open_recyclable();
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
  Page page = co_await scene.open_recyclable();
  std::optional<Page> next = co_await recycle(std::move(page));
  EXPECT_TRUE(next);
  if (next) {
    co_await next->loaded();
    EXPECT_FALSE(next->is_untouched());
  }
  next.reset();
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
