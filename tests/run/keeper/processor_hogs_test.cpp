// Pages that keep a processor busy.
#include "run/keeper/processor_hogs.hpp"

#include "run/attempt/attempt_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cdp {
namespace {

using namespace std::chrono_literals;

TEST(ProcessorHogs, AreThoseThatAreBusyTwiceInARow) {
  const ProcessorHogs::Clock::time_point start{1h};
  ProcessorHogs hogs(1.5);
  using testing::ElementsAre;
  using testing::IsEmpty;
  EXPECT_THAT(hogs.take({{1, 5'000ms}, {2, 100ms}}, start), IsEmpty()) << "nothing to compare with";
  EXPECT_THAT(hogs.take({{1, 7'000ms}, {2, 1'100ms}}, start + 1s), IsEmpty()) << "once is nothing";
  EXPECT_THAT(hogs.take({{1, 9'000ms}, {2, 2'100ms}, {3, 9'000ms}}, start + 2s), ElementsAre(1));
  EXPECT_THAT(hogs.take({{1, 11'000ms}, {2, 3'100ms}, {3, 9'000ms}}, start + 3s), IsEmpty())
      << "it stands back already";
  EXPECT_THAT(hogs.take({{2, 4'100ms}, {3, 9'000ms}}, start + 4s), IsEmpty());
}

TEST(ProcessorHogs, AreNotThoseThatAreBusyNowAndThen) {
  const ProcessorHogs::Clock::time_point start{1h};
  ProcessorHogs hogs(0.9);
  hogs.take({{1, 0ms}}, start);
  EXPECT_TRUE(hogs.take({{1, 1'000ms}}, start + 1s).empty());
  EXPECT_TRUE(hogs.take({{1, 1'200ms}}, start + 2s).empty());
  EXPECT_TRUE(hogs.take({{1, 2'200ms}}, start + 3s).empty());
}

}  // namespace
}  // namespace cdp
