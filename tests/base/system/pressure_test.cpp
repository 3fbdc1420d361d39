// What the kernel says of its shortages.
#include "base/system/pressure.hpp"

#include <gtest/gtest.h>

#include <sched.h>

namespace cdp {
namespace {

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

}  // namespace
}  // namespace cdp
