// When a page has come to rest, and what its requests say of that.
#include "engine/page_rest.hpp"

#include "engine/network_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
namespace network = protocol::network;

Look resting() {
  Look look;
  look.scripted = true;
  look.changed = look.grown = 60;
  look.frames = look.moves = 2;
  look.turns = 3;
  look.idles = 1;
  return look;
}

Look with_timer(PageTimer timer) {
  Look look = resting();
  look.timers = {std::move(timer)};
  return look;
}

TEST(PageRest, IsFramesAndTurnsAndTime) {
  EXPECT_TRUE(judge(resting()).is_quiet);
  Look look = resting();
  look.changed = 20;
  EXPECT_THAT(judge(look).awaited, ElementsAre("changes of the document"));
  EXPECT_EQ(judge(look).next_look, 30ms);
  look = resting();
  look.frames = 1;
  EXPECT_THAT(judge(look).awaited, ElementsAre("a frame"));
  look.changed = 1'100;
  EXPECT_TRUE(judge(look).is_quiet) << "it is never drawn";
  look = resting();
  look.turns = 2;
  EXPECT_FALSE(judge(look).is_quiet);
  look.idles = 0;
  look.scripted = false;
  EXPECT_TRUE(judge(look).is_quiet) << "nothing could happen in one";
}

TEST(PageRest, IsNotWhileAnAnswerIsOwed) {
  Look look = resting();
  look.busy = {"cryptography"};
  EXPECT_THAT(judge(look).awaited, ElementsAre("cryptography"));
}

TEST(PageRest, TakesLongerWithDatabases) {
  Look look = resting();
  look.stores = true;
  EXPECT_FALSE(judge(look).is_quiet);
  look.changed = 250;
  EXPECT_TRUE(judge(look).is_quiet);
}

/// A busy neighbour makes frames come slowly, which is no reason to expect fewer of them.
TEST(PageRest, BoundsAnimationsByTimeAndFrames) {
  Look look = resting();
  look.drawing = true;
  EXPECT_FALSE(judge(look).is_quiet);
  look.grown = 1'500;
  EXPECT_FALSE(judge(look).is_quiet);
  look.moves = 99;
  EXPECT_FALSE(judge(look).is_quiet) << "a chain of frames that leads to something";
  look.moves = 100;
  EXPECT_TRUE(judge(look).is_quiet);
  EXPECT_THAT(judge(look).left_out, ElementsAre("animation frames (not waited for)"));
  look.grown = 3'100;
  look.moves = 29;
  EXPECT_FALSE(judge(look).is_quiet) << "slow frames";
  look.moves = 30;
  EXPECT_TRUE(judge(look).is_quiet);
}

TEST(PageRest, WaitsForPromisesOfTheBrowser) {
  const auto judged = [](const PromisedJob& job, double grown) {
    Look look = resting();
    look.grown = grown;
    look.jobs = {job};
    return judge(look);
  };
  EXPECT_THAT(judged({"SubtleCrypto.generateKey", 4'000, false, 1}, 4'100).awaited,
              ElementsAre("SubtleCrypto.generateKey (4.0 s)"));
  EXPECT_FALSE(judged({"Response.text", 1'900, true, 1}, 1'950).is_quiet);
  const PageRest endless = judged({"Atomics.waitAsync", 2'100, true, 1}, 2'200);
  EXPECT_TRUE(endless.is_quiet);
  EXPECT_THAT(endless.left_out, ElementsAre("Atomics.waitAsync (2.1 s, not waited for)"));
  EXPECT_TRUE(judged({"createImageBitmap", 5, false, 31}, 2'100).is_quiet) << "for each frame";
}

TEST(PageRest, WaitsForScrollingWithinABound) {
  Look look = resting();
  look.scrolling = true;
  EXPECT_THAT(judge(look).awaited, ElementsAre("scrolling"));
  look.grown = 2'100;
  EXPECT_THAT(judge(look).left_out, ElementsAre("scrolling (not waited for)"));
}

TEST(PageRest, WaitsForIdleTimeThatThePageAskedFor) {
  Look look = resting();
  look.idles = 0;
  EXPECT_FALSE(judge(look).is_quiet);
  look.changed = 600;
  EXPECT_TRUE(judge(look).is_quiet);
  look.idle_asked = true;
  EXPECT_FALSE(judge(look).is_quiet);
}

TEST(PageRest, WaitsForTimersThatAreNearAndNew) {
  const auto waits = [](PageTimer timer) { return !judge(with_timer(timer)).is_quiet; };
  EXPECT_TRUE(waits({"timer", 2'000, 1'900, 0}));
  EXPECT_TRUE(waits({"timer", 100, -5, 3})) << "about to happen";
  EXPECT_FALSE(waits({"timer", 2'001, 100, 0}));
  EXPECT_FALSE(waits({"timer", 100, 100, 4})) << "comes again and again";
  EXPECT_TRUE(waits({"interval", 300, 100, 0}));
  EXPECT_FALSE(waits({"interval", 300, 100, 3}));
  EXPECT_FALSE(waits({"interval", 1'500, 100, 2}));
  EXPECT_TRUE(waits({"animation", 0, 500, 0}));
  EXPECT_FALSE(waits({"animation", 0, 5'000, 0}));
}

TEST(PageRest, SleepsUntilATimerIsDue) {
  EXPECT_EQ(judge(with_timer({"timer", 400, 40, 0})).next_look, 40ms);
  EXPECT_EQ(judge(with_timer({"timer", 400, 390, 0})).next_look, 100ms);
}

TEST(PageRest, NamesWhatIsNotWaitedFor) {
  const PageRest rest = judge(with_timer({"timer", 2'500, 2'400, 0}));
  EXPECT_TRUE(rest.is_quiet);
  EXPECT_THAT(rest.left_out, ElementsAre("timer (due in 2.4 s, not waited for)"));
  EXPECT_THAT(judge(with_timer({"interval", 5'000, 1'000, 0})).left_out,
              ElementsAre("interval of 5.0 s (due in 1.0 s, not waited for)"));
  Look look = resting();
  look.timers.assign(50, {"timer", 2'500, 2'400, 0});
  EXPECT_THAT(judge(look).left_out, SizeIs(5));
}

class NetworkTrackerTest : public testing::Test {
 protected:
  void request(const std::string& id, const std::string& type) {
    network::RequestWillBeSent event;
    event.request_id = id;
    event.request.url = "http://a/" + type;
    event.type = type;
    tracker_.on(event, now_);
  }

  void answer(const std::string& id, const std::string& type) {
    network::ResponseReceived event;
    event.request_id = id;
    event.response.mime_type = type;
    tracker_.on(event, now_);
  }

  NetworkTracker tracker_;
  NetworkTracker::Clock::time_point now_{1h};
};

TEST_F(NetworkTrackerTest, DoesNotWaitForEndsThatAreNotReported) {
  request("1.2", "Stylesheet");
  answer("1.2", "text/xsl");
  EXPECT_TRUE(tracker_.is_quiet(now_));
  request("1.3", "Stylesheet");
  answer("1.3", "text/css");
  EXPECT_FALSE(tracker_.is_quiet(now_));
}

TEST_F(NetworkTrackerTest, LeavesWorkersToWhoKnowsThem) {
  request("1.4", "Script");
  EXPECT_FALSE(tracker_.starts_worker());
  request("D46B586FE108902A77EA6E3F3760AAA6", "Script");
  EXPECT_TRUE(tracker_.starts_worker());
  tracker_.know_worker("D46B586FE108902A77EA6E3F3760AAA6", now_);
  EXPECT_FALSE(tracker_.starts_worker());
}

TEST_F(NetworkTrackerTest, KnowsHowLongNothingWasHeard) {
  request("1.5", "Image");
  now_ += 2s;
  EXPECT_EQ(tracker_.idle_for(now_), 2s);
  answer("1.5", "image/png");
  EXPECT_EQ(tracker_.idle_for(now_), 0s);
}

TEST_F(NetworkTrackerTest, NamesAnnouncedRefreshes) {
  protocol::page::FrameScheduledNavigation event;
  event.frame_id = "F";
  event.delay = 4;
  event.url = "http://a/next";
  tracker_.on(event, now_);
  now_ += 1s;
  EXPECT_THAT(tracker_.describe(now_),
              ElementsAre("refresh to http://a/next (due in 3.0 s, not waited for)"));
  tracker_.on(protocol::page::FrameClearedScheduledNavigation{"F"});
  EXPECT_THAT(tracker_.describe(now_), IsEmpty());
}

}  // namespace
}  // namespace cdp
