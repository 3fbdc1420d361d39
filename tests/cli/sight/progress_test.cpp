// How far a run has come.
#include "cli/sight/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

TEST(Progress, OfAFileIsEstimated) {
  ScrapeRun::Progress progress;
  progress.ok = 20;
  progress.total = 200;
  progress.is_estimate = true;
  EXPECT_THAT(cli::describe_progress(progress, 10s),
              AllOf(HasSubstr("20/~200 done"), HasSubstr("10 %, 1m30s left")));
  progress.in_flight = 500;
  EXPECT_THAT(cli::describe_progress(progress, 10s), HasSubstr("20/~520 done"))
      << "not fewer than begun";
}

}  // namespace
}  // namespace cdp
