// What a page holds, read over a scripted transport.
#include "support/scripted/scene.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::Command;
using test::failure_of;
using test::open_scene;
using test::patience;
using test::Scene;
using testing::HasSubstr;

SCRIPTED_TEST(ContentOverScript, LongDocumentsComeInSlicesAndInOrder) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_with_reader();
  scene.chrome->html.clear();
  for (int i = 0; i < 1000; ++i)
    scene.chrome->html += std::to_string(i) + ",";
  for (const std::size_t slice :
       {std::size_t{1} << 20, scene.chrome->html.size(), scene.chrome->html.size() - 1,
        std::size_t{1000}, std::size_t{7}}) {
    scene.chrome->slice = slice;
    const std::size_t before = scene.count("Runtime.evaluate");
    const std::string html = co_await page.content();
    EXPECT_EQ(html, scene.chrome->html) << slice;
    const std::size_t replies = scene.count("Runtime.evaluate") - before;
    const std::size_t slices = (html.size() + slice - 1) / slice;
    EXPECT_EQ(replies, slices == 1 ? 1 : 1 + slices) << slice << ": the reader was asked first";
  }
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, AShortOneIsReadByItsReader) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_with_reader();
  const Content content = co_await page.capture(patience);
  EXPECT_EQ(content.html, scene.chrome->html);
  EXPECT_EQ(content.title, "title");
  EXPECT_EQ(scene.count("Page.createIsolatedWorld"), 0U);
  EXPECT_EQ(scene.count("Runtime.evaluate"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, IsReadInTheWorldThatWasMadeForIt) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  for (int reading = 0; reading < 2; ++reading) {
    const Content content = co_await page.capture(patience);
    EXPECT_EQ(content.html, scene.chrome->html);
  }
  EXPECT_EQ(scene.count("Page.createIsolatedWorld"), 1U);
  EXPECT_EQ(scene.count("Runtime.evaluate"), 2U) << "and no reader was asked";
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, ALongOneIsReadInAWorldOfItsOwnOfTheMainFrame) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_with_reader();
  scene.chrome->slice = 10;
  co_await page.content();
  const Command world = co_await scene.asked("Page.createIsolatedWorld");
  EXPECT_EQ(world.params["frameId"], "T1");
  for (const Command& command : scene.commands()) {
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
      Page page = co_await scene.open_with_reader();
      scene.chrome->html = "0123456789";
      scene.chrome->slice = 4;
      std::size_t asked = 0;
      scene.chrome->on("Runtime.evaluate", [&](const Command& command) {
        if (++asked == lost_at) return scene.refuse(command, text);
        scene.chrome->answer(command);
      });
      const std::string html = co_await page.content();
      EXPECT_EQ(html, "0123456789") << text << lost_at;
      EXPECT_EQ(scene.count("Page.createIsolatedWorld"), lost_at == 1 ? 1U : 2U);
      co_await scene.close();
    }
  }
}

SCRIPTED_TEST(ContentOverScript, AWorldThatIsLostAgainAndAgainIsAnError) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  scene.chrome->refuse("Runtime.evaluate", "Cannot find context with specified id");
  const Error fault = co_await failure_of(page.content());
  EXPECT_EQ(fault.code(), errc::protocol_error);
  EXPECT_EQ(scene.count("Runtime.evaluate"), 3U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, OtherRefusalsAreNotTriedAgain) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  scene.chrome->refuse("Runtime.evaluate", "Internal error");
  const Error fault = co_await failure_of(page.content());
  EXPECT_EQ(fault.code(), errc::protocol_error);
  EXPECT_EQ(scene.count("Runtime.evaluate"), 1U);
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, WhatIsTooLongForAStringIsTooLarge) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  scene.chrome->give("Runtime.evaluate", test::thrown("RangeError: Invalid string length"));
  const Error fault = co_await failure_of(page.content());
  EXPECT_EQ(fault.code(), errc::too_large);
  scene.chrome->give("Runtime.evaluate", test::thrown("TypeError: x is not a function"));
  const Error faulty = co_await failure_of(page.content());
  EXPECT_EQ(faulty.code(), errc::internal) << "our own script";
  EXPECT_THAT(faulty.what(), HasSubstr("x is not a function"));
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, AnswersThatMakeNoSenseAreProtocolErrors) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
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
    scene.chrome->give("Runtime.evaluate", test::evaluated(value));
    const Error fault = co_await failure_of(page.content());
    EXPECT_EQ(to_string(fault.code()), "protocol_error") << value;
  }
  co_await scene.close();
}

SCRIPTED_TEST(ContentOverScript, APageThatDoesNotAnswerIsGivenUpAtTheDeadline) {
  Scene scene = co_await open_scene();
  Page page = co_await scene.open_loaded();
  scene.chrome->ignore("Runtime.evaluate");
  const Error fault = co_await failure_of(page.capture(20ms));
  EXPECT_EQ(fault.code(), errc::protocol_timeout);
  co_await scene.close();
}

}  // namespace
}  // namespace cdp
