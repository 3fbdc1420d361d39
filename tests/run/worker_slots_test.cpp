// Numbers for pages under way.
#include "run/worker_slots.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(WorkerSlots, GiveTheLowestThatIsFree) {
  WorkerSlots slots;
  EXPECT_EQ(slots.take(), 0);
  EXPECT_EQ(slots.take(), 1);
  EXPECT_EQ(slots.take(), 2);
  slots.give_back(1);
  slots.give_back(0);
  EXPECT_EQ(slots.take(), 0);
  EXPECT_EQ(slots.take(), 1);
  EXPECT_EQ(slots.take(), 3);
}

}  // namespace
}  // namespace cdp
