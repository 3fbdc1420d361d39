// Documents that hold themselves.
#include "engine/frame_nesting.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cdp {
namespace {

/// A page at /a whose frames are made one in the other: f1 in the main frame, f2 in f1 and so on.
class FrameNestingTest : public testing::Test {
 protected:
  FrameNestingTest() { frames_.restart("main", "https://x.example/a?page"); }

  std::string add_inside(const std::string& parent, const std::string& url) {
    const std::string frame = "f" + std::to_string(++made_);
    frames_.on(protocol::page::FrameAttached{frame, parent});
    frames_.show(frame, url);
    return frame;
  }

  FrameNesting frames_;
  int made_ = 0;
};

TEST_F(FrameNestingTest, OnePageInsideOfItselfIsNothingYet) {
  const std::string inner = add_inside("main", "https://x.example/a?inner");
  EXPECT_FALSE(frames_.holds_itself(inner));
  EXPECT_FALSE(frames_.holds_itself("main"));
  EXPECT_FALSE(frames_.holds_itself("never seen"));
}

TEST_F(FrameNestingTest, TwiceIsWhateverTheQuery) {
  const std::string inner = add_inside("main", "https://x.example/a?1");
  const std::string innermost = add_inside(inner, "https://x.example/a#2");
  EXPECT_TRUE(frames_.holds_itself(innermost));
}

TEST_F(FrameNestingTest, OtherDocumentsBetweenDoNotHelp) {
  const std::string one = add_inside("main", "https://x.example/b");
  const std::string two = add_inside(one, "https://x.example/a?1");
  const std::string three = add_inside(two, "https://x.example/b?1");
  const std::string four = add_inside(three, "https://x.example/a?2");
  EXPECT_FALSE(frames_.holds_itself(three));
  EXPECT_TRUE(frames_.holds_itself(four));
}

TEST_F(FrameNestingTest, ManyBesideEachOtherAreNoNesting) {
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(
        frames_.holds_itself(add_inside("main", "https://x.example/a?" + std::to_string(i))));
}

TEST_F(FrameNestingTest, AnotherDocumentHasNoneOfTheFrames) {
  const std::string inner = add_inside("main", "https://x.example/a?1");
  const std::string innermost = add_inside(inner, "https://x.example/a?2");
  frames_.restart("main", "https://x.example/a");
  EXPECT_FALSE(frames_.holds_itself(innermost));
}

TEST_F(FrameNestingTest, WhatComesAfterTheBoundIsCounted) {
  frames_.on(protocol::page::FrameAttached{"a", "main"});
  frames_.on(protocol::page::FrameAttached{"b", "a"});
  EXPECT_FALSE(frames_.load("a", "https://x.example/a?1"));
  EXPECT_EQ(frames_.describe(), "");
  EXPECT_TRUE(frames_.load("b", "https://x.example/a?2"));
  EXPECT_EQ(frames_.describe(), "") << "nothing has been left out yet";
  EXPECT_FALSE(frames_.load("c", "https://x.example/a?3")) << "it is said once";
  EXPECT_EQ(frames_.describe(), "frames: 3 (those after the first 2 are not loaded)");
  frames_.restart("main", "https://x.example/a");
  EXPECT_EQ(frames_.describe(), "");
}

TEST_F(FrameNestingTest, AFrameThatHasGoneHoldsNothing) {
  const std::string inner = add_inside("main", "https://x.example/a?1");
  const std::string innermost = add_inside(inner, "https://x.example/a?2");
  frames_.on(protocol::page::FrameDetached{inner, "remove"});
  EXPECT_FALSE(frames_.holds_itself(innermost));
}

TEST_F(FrameNestingTest, FramesWithoutADocumentOfTheirOwnAreNotCounted) {
  std::string parent = "main";
  for (int i = 0; i < 5; ++i) {
    const std::string frame = "empty" + std::to_string(i);
    frames_.on(protocol::page::FrameAttached{frame, parent});
    EXPECT_FALSE(frames_.holds_itself(frame));
    parent = frame;
  }
}

}  // namespace
}  // namespace cdp
