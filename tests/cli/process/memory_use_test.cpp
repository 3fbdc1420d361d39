// The memory of a program and its children.
#include "cli/process/memory_use.hpp"

#include <gtest/gtest.h>

namespace cdp {
namespace {

TEST(MemoryUse, IsOfThisProcessAndItsChildren) {
  const cli::MemoryUse use = cli::read_memory_use();
  EXPECT_GT(use.driver_kib, 500);
  EXPECT_GE(use.browser_kib, 0);
}

}  // namespace
}  // namespace cdp
