// When a browser has done enough.
#include "run/keeper/browser_wear.hpp"

#include "run/concurrency_governor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const ConcurrencyGovernor::Time start = ConcurrencyGovernor::Time{} + 1000s;

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
