// Who draws the frames of a page.
#include "run/keeper/frame_pace.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;

TEST(FramePaces, AreOursWhereNothingIsWaitedForThatMayComeWithAFrame) {
  ScrapeOptions options;
  EXPECT_FALSE(paces_frames(options)) << "at rest";
  options.wait.until = WaitUntil::networkidle;
  EXPECT_FALSE(paces_frames(options));
  for (const WaitUntil until : {WaitUntil::load, WaitUntil::domcontentloaded}) {
    options.wait = WaitOptions{.until = until};
    EXPECT_TRUE(paces_frames(options));
    for (WaitOptions more : {WaitOptions{.scrolls = 1}, WaitOptions{.selector = "p"},
                             WaitOptions{.function = "true"}, WaitOptions{.delay = 1ms}}) {
      more.until = until;
      EXPECT_FALSE(paces_frames(options, more)) << "a page of its own kind";
    }
  }
}

TEST(FramePaces, AreAScreensForPicturesAndForBrowsersOfOthers) {
  ScrapeOptions options;
  options.wait.until = WaitUntil::load;
  options.pictures.screenshots = true;
  EXPECT_FALSE(paces_frames(options));
  options.frame_pace = FramePace::paced;
  EXPECT_TRUE(paces_frames(options));
  options.connect = "ws://127.0.0.1:9222/";
  EXPECT_FALSE(paces_frames(options));
}

TEST(FramePaces, AreWhatTheUserSays) {
  ScrapeOptions options;
  options.frame_pace = FramePace::paced;
  EXPECT_TRUE(paces_frames(options));
  EXPECT_TRUE(paces_frames(options, WaitOptions{.scrolls = 1}));
  options.frame_pace = FramePace::screen;
  options.wait.until = WaitUntil::load;
  EXPECT_FALSE(paces_frames(options));
}

}  // namespace
}  // namespace cdp
