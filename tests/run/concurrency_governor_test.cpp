// How many pages at once a machine bears.
#include "run/concurrency_governor.hpp"

#include "base/system/pressure.hpp"
#include "run/keeper/browser_wear.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>

#include <random>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Watch = ConcurrencyGovernor::Watch;
using testing::HasSubstr;

const ConcurrencyGovernor::Time start = ConcurrencyGovernor::Time{} + 1000s;

TEST(ConcurrencyGovernor, StaysWhereItIsAsLongAsNothingIsWrong) {
  ConcurrencyGovernor governor(8, Watch::memory_and_processors);
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(governor.take({.memory_used = 0.85, .processor_load = 7}, 8, start + i * 1s));
  EXPECT_EQ(governor.limit(), 8U);
}

TEST(ConcurrencyGovernor, GoesDownQuicklyAndUpSlowly) {
  ConcurrencyGovernor governor(8, Watch::memory);
  const auto lowered = governor.take({.memory_used = 0.95}, 8, start);
  ASSERT_TRUE(lowered);
  EXPECT_THAT(*lowered, HasSubstr("memory is 95 % full"));
  EXPECT_THAT(*lowered, HasSubstr("running 6 pages at a time instead of 8"));
  EXPECT_FALSE(governor.take({.memory_used = 0.95}, 6, start + 4s)) << "time for it to show";
  EXPECT_TRUE(governor.take({.memory_used = 0.95}, 6, start + 5s));
  EXPECT_EQ(governor.limit(), 4U);
  EXPECT_FALSE(governor.take({.memory_used = 0.85}, 4, start + 60s)) << "no room yet";
  EXPECT_FALSE(governor.take({.memory_used = 0.5}, 4, start + 61s));
  EXPECT_FALSE(governor.take({.memory_used = 0.5}, 4, start + 75s));
  EXPECT_TRUE(governor.take({.memory_used = 0.5}, 4, start + 76s));
  EXPECT_EQ(governor.limit(), 5U);
  EXPECT_FALSE(governor.take({.memory_used = 0.85}, 5, start + 80s)) << "the room is gone";
  EXPECT_FALSE(governor.take({.memory_used = 0.5}, 5, start + 92s));
  EXPECT_EQ(governor.limit(), 5U);
}

TEST(ConcurrencyGovernor, NeverBelowOneNorAboveTheMost) {
  std::mt19937 random(3);
  for (std::size_t most = 1; most < 40; most += 3) {
    ConcurrencyGovernor governor(most, Watch::memory_and_processors);
    std::size_t before = most;
    for (int i = 0; i < 2000; ++i) {
      const auto share = [&] { return static_cast<double>(random() % 101) / 100; };
      const Pressure reading{share(), share() / 3, share() * 12};
      const auto change = governor.take(reading, random() % (most + 1), start + i * 1s);
      ASSERT_GE(governor.limit(), 1U);
      ASSERT_LE(governor.limit(), most);
      ASSERT_EQ(change.has_value(), governor.limit() != before) << "every change is told, once";
      before = governor.limit();
    }
    for (int i = 2000; i < 4000; ++i)
      governor.take({}, 1, start + i * 1s);
    ASSERT_EQ(governor.limit(), most) << "in the end there was room";
  }
}

TEST(ConcurrencyGovernor, BusyProcessorsLeaveANumberAloneThatAUserChose) {
  ConcurrencyGovernor chosen(8, Watch::memory);
  EXPECT_FALSE(chosen.take({.processor_load = 20}, 8, start));
  ConcurrencyGovernor derived(8, Watch::memory_and_processors);
  EXPECT_TRUE(derived.take({.processor_load = 20}, 8, start));
  EXPECT_TRUE(derived.take({.processor_load = 20}, 1, start + 5s));
  EXPECT_FALSE(derived.take({.processor_load = 20}, 1, start + 10s));
  EXPECT_EQ(derived.limit(), 4U) << "half of what was wanted";
  EXPECT_TRUE(chosen.take({.memory_stall = 0.5}, 8, start));
}

TEST(ConcurrencyGovernor, CountsFromWhatRuns) {
  ConcurrencyGovernor governor(32, Watch::memory);
  EXPECT_TRUE(governor.take({.memory_used = 0.99}, 4, start));
  EXPECT_EQ(governor.limit(), 3U);
}

}  // namespace
}  // namespace cdp
