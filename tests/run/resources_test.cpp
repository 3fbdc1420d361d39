// How many pages at once, and when a browser has done enough.
#include "base/async/scheduling.hpp"
#include "base/system/pressure.hpp"
#include "run/concurrency_governor.hpp"
#include "run/keeper/browser_wear.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

#include <random>
#include <thread>

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

TEST(Pressure, IsReadFromTheKernelsFiles) {
  EXPECT_DOUBLE_EQ(parse_stall("some avg10=12.50 avg60=0.00 avg300=0.00 total=1\n"
                               "full avg10=99.00 avg60=0.00 avg300=0.00 total=1\n"),
                   0.125);
  EXPECT_DOUBLE_EQ(parse_stall(""), 0);
  EXPECT_EQ(parse_kilobytes("MemTotal:  100 kB\nMemAvailable:     7 kB\n", "MemAvailable:"), 7168U);
  EXPECT_EQ(parse_kilobytes("MemTotal:  100 kB\n", "MemAvailable:"), std::nullopt);
  const Pressure now = read_pressure();
  EXPECT_GT(now.memory_used, 0);
  EXPECT_LT(now.memory_used, 1);
  EXPECT_GE(now.processor_load, 0);
  EXPECT_DOUBLE_EQ(parse_load("3.25 2.00 1.00 7/300 4711\n"), 3.25);
}

TEST(Pressure, TheMemoryOfAGroupIsThatOfItsProcesses) {
  const std::size_t before = group_memory(::getpgrp());
  EXPECT_GT(before, std::size_t{1} << 20);
  constexpr std::size_t more = std::size_t{64} << 20;
  const std::string filled(more, 'x');
  EXPECT_GE(group_memory(::getpgrp()), before + more / 2) << filled.size();
}

/// In a thread of its own: not every policy can be left again.
int policy_after(int chosen) {
  int policy = -1;
  std::thread thread([&] {
    const sched_param no_priority{};
    ::sched_setscheduler(0, chosen, &no_priority);
    schedule_as_batch();
    policy = ::sched_getscheduler(0);
  });
  thread.join();
  return policy;
}

TEST(Scheduling, MakesABatchOfWhatNobodyChoseAPolicyFor) {
  EXPECT_EQ(policy_after(SCHED_OTHER), SCHED_BATCH);
  EXPECT_EQ(policy_after(SCHED_BATCH), SCHED_BATCH);
  EXPECT_EQ(policy_after(SCHED_IDLE), SCHED_IDLE);
}

TEST(BrowserWear, ComesFromPagesAgeAndMemory) {
  constexpr std::size_t megabyte = std::size_t{1} << 20;
  const BrowserLimits limits{50, 30min, 500 * megabyte};
  BrowserWear wear(limits, start);
  EXPECT_FALSE(wear.find_reason(1000 * megabyte, start + 5h)) << "it has hardly begun";
  for (int i = 0; i < 20; ++i)
    wear.note_page();
  EXPECT_FALSE(wear.find_reason(499 * megabyte, start + 29min));
  EXPECT_THAT(wear.find_reason(0, start + 31min).value(), HasSubstr("31 minutes"));
  EXPECT_THAT(wear.find_reason(600 * megabyte, start).value(), HasSubstr("600 MiB"));
  for (int i = 0; i < 30; ++i)
    wear.note_page();
  EXPECT_THAT(wear.find_reason(0, start).value(), HasSubstr("50 pages"));
  BrowserWear endless({0, 0min, 0}, start);
  for (int i = 0; i < 10'000; ++i)
    endless.note_page();
  EXPECT_FALSE(endless.find_reason(1000 * megabyte, start + 1000h));
}

}  // namespace
}  // namespace cdp
