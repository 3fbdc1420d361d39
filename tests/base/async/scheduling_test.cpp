// The policy that threads are scheduled by.
#include "base/async/scheduling.hpp"

#include <gtest/gtest.h>

#include <sched.h>

#include <thread>

namespace cdp {
namespace {

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

}  // namespace
}  // namespace cdp
