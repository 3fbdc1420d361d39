// Signals end the program, whatever its event loop does.
#include "cli/process/watchdog.hpp"

#include "base/async/loop.hpp"
#include "base/async/spawn.hpp"
#include "base/system/leftovers.hpp"
#include "cli/process/end_plan.hpp"
#include <cdp/error.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cdp::cli {
namespace {

using namespace std::chrono_literals;
using Step = EndPlan::Step;

const EndPlan::Clock::time_point start{1h};

TEST(EndPlan, TheFirstSignalDrainsAndTheSecondDoesNot) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    EndPlan plan(10s);
    EXPECT_FALSE(plan.next());
    EXPECT_EQ(plan.take(signal, start), Step::drain);
    EXPECT_EQ(plan.take(SIGTERM, start + 1s), Step::give_up);
    EXPECT_EQ(plan.take(SIGTERM, start + 1s), Step::give_up);
    EXPECT_EQ(plan.signal(), signal);
  }
}

TEST(EndPlan, SigquitDoesNotDrain) {
  EndPlan plan(10s);
  EXPECT_EQ(plan.take(SIGQUIT, start), Step::give_up);
  EXPECT_EQ(plan.signal(), SIGQUIT);
}

TEST(EndPlan, EndsTheProgramWithinASecondOfTheSecondSignal) {
  EndPlan plan(10s);
  plan.take(SIGINT, start);
  plan.take(SIGINT, start + 1s);
  EXPECT_EQ(plan.look(start + 1s), Step::none);
  ASSERT_TRUE(plan.next());
  EXPECT_LT(*plan.next(), start + 2s);
  EXPECT_EQ(plan.look(*plan.next()), Step::end);
  plan.take(SIGINT, start + 1500ms);
  EXPECT_LT(*plan.next(), start + 2s) << "further signals do not put it off";
}

TEST(EndPlan, EndsTheProgramWhenTheDrainTimeIsOverToo) {
  EndPlan plan(10s);
  plan.take(SIGTERM, start);
  EXPECT_EQ(plan.look(start + 10s), Step::none) << "that is the loop's own affair, at first";
  EXPECT_EQ(plan.look(start + 12s), Step::end);
}

Log to_standard_error() {
  return {LogLevel::info, [](LogLevel, std::string_view line) {
            std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
          }};
}

/// A coroutine that never lets go.
Task<void> spin(std::vector<int> signals) {
  for (const int signal : signals)
    ::kill(::getpid(), signal);
  // Volatile: a compiler may take a loop for finite that does nothing it can see.
  for (const volatile bool going_on = true; going_on;) {
  }
  co_return;
}

Task<void> starve(std::chrono::milliseconds drain, std::vector<int> signals,
                  std::filesystem::path directory) {
  const auto executor = co_await boost::asio::this_coro::executor;
  Leftovers leftovers;
  leftovers.set_directory(directory);
  const Watchdog watchdog(executor, to_standard_error(), drain, {});
  TaskGroup group(executor);
  group.spawn_soon(spin(std::move(signals)), "the busy one");
  co_await group.join();
}

class StarvedProgram : public testing::Test {
 protected:
  StarvedProgram() {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    std::filesystem::create_directories(directory_ / "inside");
  }
  ~StarvedProgram() override { std::filesystem::remove_all(directory_); }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() /
      (std::string("watchdog-test-") +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(StarvedProgram, EndsWithTheSecondSignalAndLeavesNothing) {
  EXPECT_EXIT(run(starve(1h, {SIGINT, SIGTERM}, directory_)), testing::ExitedWithCode(130),
              "the busy one");
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

TEST_F(StarvedProgram, EndsWhenItsDrainTimeIsOver) {
  EXPECT_EXIT(run(starve(10ms, {SIGHUP}, directory_)), testing::ExitedWithCode(129),
              "the busy one");
}

TEST_F(StarvedProgram, EndsWithSigquit) {
  EXPECT_EXIT(run(starve(1h, {SIGQUIT}, directory_)), testing::ExitedWithCode(131), "");
  EXPECT_FALSE(std::filesystem::exists(directory_));
}

/// Notes the signals that the loop is told of.
Task<void> note_signals(std::vector<std::string>* noted) {
  const auto executor = co_await boost::asio::this_coro::executor;
  Notifier changed(executor);
  const Watchdog watchdog(executor, {}, 1h,
                          {[&](int signal) {
                             noted->push_back("drain " + std::to_string(signal));
                             ::kill(::getpid(), SIGTERM);
                           },
                           [&](int signal) {
                             noted->push_back("give up " + std::to_string(signal));
                             changed.notify_all();
                           }});
  ::kill(::getpid(), SIGINT);
  const auto both = [&] { return noted->size() >= 2; };
  co_await changed.until(both, deadline_in(20s));
}

TEST(Watchdog, TellsTheLoop) {
  std::vector<std::string> noted;
  run(note_signals(&noted));
  EXPECT_EQ(noted, (std::vector<std::string>{"drain " + std::to_string(SIGINT),
                                             "give up " + std::to_string(SIGTERM)}));
}

TEST(Watchdog, LeavesSignalsAsTheyWere) {
  boost::asio::io_context context;
  struct sigaction before {};
  struct sigaction after {};
  ::sigaction(SIGTERM, nullptr, &before);
  { const Watchdog watchdog(context.get_executor(), {}, 1h, {}); }
  ::sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

/// How each thread of this process is scheduled.
std::vector<int> policies_of_threads() {
  std::vector<int> policies;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    policies.push_back(::sched_getscheduler(std::stoi(thread.path().filename())));
  return policies;
}

bool real_time_is_allowed() {
  bool allowed = false;
  std::thread([&allowed] {
    sched_param lowest{};
    lowest.sched_priority = ::sched_get_priority_min(SCHED_RR);
    allowed = ::sched_setscheduler(0, SCHED_RR, &lowest) == 0;
  }).join();
  return allowed;
}

TEST(Watchdog, GoesBeforeEverythingElseWhereThatIsAllowed) {
  if (!real_time_is_allowed()) GTEST_SKIP() << "real-time scheduling is not allowed here";
  boost::asio::io_context context;
  std::promise<std::vector<int>> seen;
  Watchdog::Handlers handlers;
  handlers.drain = [&seen](int) { seen.set_value(policies_of_threads()); };
  const Watchdog watchdog(context.get_executor(), {}, 1h, std::move(handlers));
  const auto work = boost::asio::make_work_guard(context);
  ::kill(::getpid(), SIGINT);
  auto policies = seen.get_future();
  while (policies.wait_for(0s) != std::future_status::ready)
    context.run_one();
  const std::vector<int> threads = policies.get();
  EXPECT_EQ(std::count(threads.begin(), threads.end(), SCHED_RR | SCHED_RESET_ON_FORK), 1)
      << ::testing::PrintToString(threads);
}

}  // namespace
}  // namespace cdp::cli
