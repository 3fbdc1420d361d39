// Frames that the browser leaves to us, over a scripted transport.
#include "browser/target/frame_clock.hpp"

#include "browser/page_state.hpp"
#include "support/scripted/scripted_browser.hpp"
#include "support/scripted/scripted_test.hpp"
#include <cdp/browser.hpp>
#include <cdp/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using test::Command;
using test::ScriptedBrowser;
using test::settle;

constexpr const char* begin_frame = "HeadlessExperimental.beginFrame";

/// A browser that keeps the frames it is asked for, and a clock for two pages of it.
struct Scene {
  std::shared_ptr<ScriptedBrowser> chrome;
  std::shared_ptr<BrowserState> state;
  std::shared_ptr<FrameClock> clock;
  std::vector<Page> pages;
  std::vector<std::shared_ptr<FrameClock::Place>> places;
  std::vector<Command> frames;  ///< asked for, in order

  void hurry() {
    for (const auto& place : places)
      clock->hurry(*place);
  }

  /// Waits until so many frames have been asked for.
  Task<void> asked(std::size_t times) { co_await chrome->wire().asked(begin_frame, times); }

  Task<void> close() {
    places.clear();
    pages.clear();
    const auto connection = state->connection();
    co_await state->close();
    EXPECT_EQ(connection->pending(), 0U);
  }
};

Task<std::shared_ptr<Scene>> open_scene() {
  auto scene = std::make_shared<Scene>();
  scene->chrome = co_await ScriptedBrowser::make();
  scene->state = co_await scene->chrome->start();
  scene->chrome->on(begin_frame,
                    [kept = scene.get()](const Command& frame) { kept->frames.push_back(frame); });
  scene->clock = std::make_shared<FrameClock>(scene->state->connection());
  const Browser browser(scene->state);
  for (int page = 0; page < 2; ++page) {
    scene->pages.push_back(co_await Browser(browser).open("http://a/"));
    const std::string target = "T" + std::to_string(page + 1);
    auto session = scene->state->connection()->find_session(scene->chrome->session_of(target));
    scene->places.push_back(scene->clock->add(std::move(session)));
  }
  co_return scene;
}

SCRIPTED_TEST(FrameClock, DrawsOneFrameAtATimeInTurn) {
  const auto scene = co_await open_scene();
  scene->hurry();
  std::vector<std::string> sessions;
  for (std::size_t number = 1; number <= 6; ++number) {
    co_await scene->asked(number);
    co_await settle();
    EXPECT_EQ(scene->frames.size(), number) << "the one before was not over";
    sessions.push_back(scene->frames.back().session);
    scene->chrome->wire().reply(scene->frames.back(), {{"hasDamage", true}});
  }
  EXPECT_THAT(sessions, testing::ElementsAre("S1", "S2", "S1", "S2", "S1", "S2"));
  EXPECT_TRUE(scene->clock->works());
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, DrawsBeforeAnybodyIsInAHurry) {
  const auto scene = co_await open_scene();
  co_await scene->asked(1);
  scene->chrome->wire().reply(scene->frames.back(), {{"hasDamage", true}});
  co_await scene->asked(2);
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, AFrameThatNeverEndsEndsWithItsPage) {
  const auto scene = co_await open_scene();
  scene->hurry();
  co_await scene->asked(1);
  scene->pages.erase(scene->pages.begin());
  co_await scene->asked(2);
  EXPECT_EQ(scene->frames.back().session, "S2");
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, APageThatIsHeldByNobodyIsNotDrawn) {
  const auto scene = co_await open_scene();
  scene->places.erase(scene->places.begin());
  scene->hurry();
  for (std::size_t number = 1; number <= 3; ++number) {
    co_await scene->asked(number);
    EXPECT_EQ(scene->frames.back().session, "S2");
    scene->chrome->wire().reply(scene->frames.back(), {{"hasDamage", true}});
  }
  co_await scene->close();
}

// As when its target is used again: the next page has a place of its own.
SCRIPTED_TEST(FrameClock, APageThatIsLetGoDuringItsFrameIsNotDrawnAgain) {
  const auto scene = co_await open_scene();
  scene->hurry();
  co_await scene->asked(1);
  EXPECT_EQ(scene->frames.back().session, "S1");
  scene->places.erase(scene->places.begin());
  for (std::size_t number = 2; number <= 4; ++number) {
    scene->chrome->wire().reply(scene->frames.back(), {{"hasDamage", true}});
    co_await scene->asked(number);
    EXPECT_EQ(scene->frames.back().session, "S2");
  }
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, ABrowserThatRefusesIsAskedOnceForEachPage) {
  const auto scene = co_await open_scene();
  scene->hurry();
  EXPECT_TRUE(scene->clock->works()) << "nobody knows";
  for (std::size_t number = 1; number <= 2; ++number) {
    co_await scene->asked(number);
    scene->chrome->wire().refuse(scene->frames.back(), "wasn't found");
  }
  co_await scene->chrome->wire().delivered();
  co_await settle();
  EXPECT_FALSE(scene->clock->works());
  EXPECT_EQ(scene->frames.size(), 2U);
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, OnePageThatRefusesIsNotTheBrowser) {
  const auto scene = co_await open_scene();
  scene->hurry();
  co_await scene->asked(1);
  scene->chrome->wire().reply(scene->frames.back(), {{"hasDamage", true}});
  co_await scene->asked(2);
  scene->chrome->wire().refuse(scene->frames.back(), "not now");
  co_await scene->asked(3);
  EXPECT_EQ(scene->frames.back().session, "S1");
  EXPECT_TRUE(scene->clock->works());
  co_await scene->close();
}

SCRIPTED_TEST(FrameClock, EndsWithTheConnection) {
  const auto scene = co_await open_scene();
  scene->hurry();
  co_await scene->asked(1);
  scene->chrome->wire().end("gone");
  co_await settle();
  EXPECT_EQ(scene->frames.size(), 1U);
  co_await scene->close();
}

}  // namespace
}  // namespace cdp
