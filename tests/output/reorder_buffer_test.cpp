// Records in the order of the input.
#include "output/reorder_buffer.hpp"

#include "sample_record.hpp"
#include <cdp/record.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cdp {
namespace {

using test::record_of;

TEST(ReorderBuffer, InInputOrderRecordsWaitForTheirTurn) {
  ReorderBuffer buffer(Order::input, 10, 1000);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(buffer.start(), i);
  buffer.put(2, record_of(2));
  EXPECT_FALSE(buffer.has_next());
  EXPECT_FALSE(buffer.take());
  buffer.put(0, record_of(0));
  EXPECT_EQ(buffer.take()->seq, 0U);
  EXPECT_FALSE(buffer.take());
  buffer.put(1, record_of(1));
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_FALSE(buffer.is_drained());
  EXPECT_EQ(buffer.take()->seq, 2U);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, InOrderOfCompletionNobodyWaits) {
  ReorderBuffer buffer(Order::completion, 10, 1000);
  for (int i = 0; i < 3; ++i)
    buffer.start();
  buffer.put(2, record_of(2));
  EXPECT_EQ(buffer.take()->seq, 2U);
  buffer.put(0, record_of(0));
  buffer.put(1, record_of(1));
  EXPECT_EQ(buffer.take()->seq, 0U);
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, ASlowRecordBoundsHowManyAreStarted) {
  ReorderBuffer buffer(Order::input, 4, 1'000'000);
  std::size_t started = 0;
  while (buffer.may_start()) {
    const std::size_t seq = buffer.start();
    ++started;
    if (seq != 0) buffer.put(seq, record_of(seq));
    ASSERT_LE(started, 4U);
  }
  EXPECT_EQ(started, 4U);
  buffer.put(0, record_of(0));
  while (buffer.take()) {
  }
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, HeldBytesBoundItTooAndComeBackWithTheRecords) {
  ReorderBuffer buffer(Order::input, 100, 1000);
  for (int i = 0; i < 4; ++i)
    buffer.start();
  buffer.put(1, record_of(1, 600));
  EXPECT_TRUE(buffer.may_start());
  buffer.put(2, record_of(2, 600));
  EXPECT_FALSE(buffer.may_start());
  buffer.put(0, record_of(0, 5000));
  EXPECT_FALSE(buffer.may_start());
  while (buffer.take()) {
  }
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, WhateverTheOrderEachRecordIsTakenOnceAndTheBoundHolds) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    constexpr std::size_t total = 100;
    constexpr std::size_t window = 7;
    ReorderBuffer buffer(Order::input, window, 50);
    std::vector<std::size_t> under_way;
    std::vector<std::size_t> taken;
    while (taken.size() < total) {
      while (buffer.started() < total && buffer.may_start())
        under_way.push_back(buffer.start());
      ASSERT_FALSE(under_way.empty()) << "locked up";
      ASSERT_LE(buffer.started() - taken.size(), window);
      std::swap(under_way[random() % under_way.size()], under_way.back());
      buffer.put(under_way.back(), record_of(under_way.back(), random() % 40));
      under_way.pop_back();
      while (auto record = buffer.take())
        taken.push_back(record->seq);
    }
    ASSERT_TRUE(std::is_sorted(taken.begin(), taken.end()));
    ASSERT_TRUE(buffer.is_drained());
  }
}

TEST(ReorderBuffer, ARecordThatWillNotComeHoldsNothingBack) {
  ReorderBuffer buffer(Order::input, 10, 1000);
  for (int i = 0; i < 6; ++i)
    buffer.start();
  buffer.put(1, record_of(1));
  buffer.put(4, record_of(4));
  buffer.skip(2);
  buffer.skip(0);
  EXPECT_EQ(buffer.take()->seq, 1U);
  EXPECT_FALSE(buffer.take());
  buffer.skip(3);
  EXPECT_EQ(buffer.take()->seq, 4U);
  buffer.skip(5);
  EXPECT_TRUE(buffer.is_drained());
}

TEST(ReorderBuffer, WhileNobodyTakesTheNextRecordFewAreStarted) {
  ReorderBuffer buffer(Order::input, 100, 1000, 3);
  for (int i = 0; i < 5; ++i)
    buffer.start();
  buffer.put(1, record_of(1));
  EXPECT_TRUE(buffer.may_start()) << "the first is slow, not the output";
  buffer.put(0, record_of(0));
  EXPECT_FALSE(buffer.may_start());
  buffer.take();
  EXPECT_FALSE(buffer.may_start());
  buffer.take();
  EXPECT_FALSE(buffer.may_start()) << "it is not written yet";
  buffer.note_written();
  EXPECT_TRUE(buffer.may_start());
}

TEST(ReorderBuffer, WhatIsWaitedForMayAlwaysBegin) {
  ReorderBuffer buffer(Order::input, 100, 1000);
  for (int i = 0; i < 5; ++i)
    buffer.start();
  EXPECT_GE(buffer.last_to_begin().value(), 4U);
  buffer.put(1, record_of(1, 2000));
  EXPECT_FALSE(buffer.may_start());
  EXPECT_EQ(buffer.last_to_begin(), 0U);
  buffer.put(0, record_of(0));
  EXPECT_EQ(buffer.last_to_begin(), std::nullopt) << "the output is slow";
}

}  // namespace
}  // namespace cdp
