// Whether a page's process still does anything for it.
#include "engine/liveness.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
namespace network = protocol::network;
namespace page = protocol::page;

class LivenessTest : public testing::Test {
 protected:
  void request(const std::string& id, const std::string& frame = "F") {
    network::RequestWillBeSent event;
    event.request_id = event.loader_id = id;
    event.type = "Document";
    event.frame_id = frame;
    liveness_.on(event);
  }

  void respond(const std::string& id) {
    network::ResponseReceived event;
    event.request_id = id;
    liveness_.on(event, now_);
  }

  void fail(const std::string& id) {
    network::LoadingFailed event;
    event.request_id = id;
    liveness_.on(event);
  }

  void commit(const std::string& id, const std::string& frame = "F") {
    page::FrameNavigated event;
    event.frame.id = frame;
    event.frame.loader_id = id;
    liveness_.on(event);
  }

  bool owes() const { return liveness_.owing_for(now_ + 1s) > 0s; }

  Liveness::Clock::time_point now_{100s};
  Liveness liveness_{"F", now_};
};

TEST_F(LivenessTest, APageIsOwedItsStart) {
  EXPECT_EQ(liveness_.owing_for(now_ + 2s), 2s);
  EXPECT_FALSE(liveness_.may_be_asked());
  liveness_.note_answered(now_);
  EXPECT_FALSE(owes());
  EXPECT_TRUE(liveness_.may_be_asked());
}

TEST_F(LivenessTest, NobodyIsToBlameForTheServer) {
  request("L1");
  EXPECT_FALSE(owes());
  EXPECT_FALSE(liveness_.may_be_asked()) << "a page between two documents answers nothing";
}

TEST_F(LivenessTest, ADocumentIsOwedFromItsAnswerToItsCommit) {
  request("L1");
  now_ += 10s;
  respond("L1");
  EXPECT_EQ(liveness_.owing_for(now_ + 3s), 3s);
  commit("L1");
  EXPECT_FALSE(owes());
  EXPECT_TRUE(liveness_.may_be_asked());
}

TEST_F(LivenessTest, AFileOrAFailureIsOwedNothing) {
  request("L1");
  respond("L1");
  fail("L1");
  EXPECT_FALSE(owes());
  EXPECT_TRUE(liveness_.may_be_asked());
}

TEST_F(LivenessTest, APingIsOwedItsAnswer) {
  liveness_.note_answered(now_);
  liveness_.note_asked(now_);
  EXPECT_TRUE(owes());
  EXPECT_FALSE(liveness_.may_be_asked()) << "one is out";
  liveness_.note_answered(now_);
  EXPECT_FALSE(owes());
}

TEST_F(LivenessTest, APageThatGoesOnNeedNotAnswerAPing) {
  liveness_.note_answered(now_);
  liveness_.note_asked(now_);
  request("L2");
  EXPECT_FALSE(owes());
  respond("L2");
  EXPECT_TRUE(owes());
  commit("L1");
  EXPECT_TRUE(owes()) << "that is the document before";
  commit("L2");
  EXPECT_FALSE(owes());
}

TEST_F(LivenessTest, OtherFramesAndRequestsDoNotMatter) {
  liveness_.note_answered(now_);
  request("L1", "frame");
  EXPECT_TRUE(liveness_.may_be_asked());
  respond("L1");
  respond("image");
  EXPECT_FALSE(owes());
  liveness_.note_asked(now_);
  commit("L1", "frame");
  fail("image");
  EXPECT_TRUE(owes());
}

TEST_F(LivenessTest, NoScriptOfAPagesOwnHasRunBeforeItsDocument) {
  request("L1");
  respond("L1");
  EXPECT_FALSE(liveness_.has_document());
  commit("L1");
  EXPECT_TRUE(liveness_.has_document());
}

TEST_F(LivenessTest, AnswersThatAlwaysComeLateAddUp) {
  liveness_.note_answered(now_);
  for (int i = 0; i < 5; ++i) {
    liveness_.note_asked(now_);
    now_ += 900ms;
    EXPECT_EQ(liveness_.note_answered(now_), 900ms);
    now_ += 100ms;
  }
  EXPECT_EQ(liveness_.owed_within(4s, now_), 4 * 900ms);
  EXPECT_EQ(liveness_.owed_within(500ms, now_), 400ms);
  EXPECT_EQ(liveness_.owed_within(4s, now_ + 10s), 0s) << "that was long ago";
  liveness_.note_asked(now_);
  EXPECT_EQ(liveness_.owed_within(1s, now_ + 10s), 1s);
}

}  // namespace
}  // namespace cdp
