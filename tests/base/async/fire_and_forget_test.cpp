// Calls that nobody waits for: that all of them run, and that none is lost.
#include "base/async/notifier.hpp"
#include "support/process/subprocess.hpp"
#include <cdp/error.hpp>
#include <cdp/fire_and_forget.hpp>
#include <cdp/task.hpp>

#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::Output;
using test::ProcessResult;
using test::ProcessSpec;
using test::RunningProcess;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;

/// Long enough never to pass in a test that works.
constexpr auto patience = 60s;

/// A gate that calls wait at until the test opens it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

class FireAndForgetTest : public testing::Test {
 protected:
  FireAndForgetTest() { configure(0); }

  ~FireAndForgetTest() override {
    wait_for_fire_and_forget();
    EXPECT_EQ(fire_and_forget_count(), 0U);
    EXPECT_EQ(task_count(), 0U);
    configure_fire_and_forget({});
  }

  void configure(std::size_t threads) {
    FireAndForgetOptions options;
    options.threads = threads;
    options.log = Log(LogLevel::error, [this](LogLevel, std::string_view line) {
      lines_.emplace_back(line);  // one at a time, as promised
    });
    configure_fire_and_forget(std::move(options));
  }

  static std::vector<std::string> names_of_tasks() {
    std::vector<std::string> names;
    for (const TaskInfo& task : all_tasks())
      names.push_back(task.name);
    return names;
  }

  std::vector<std::string> lines_;
};

TEST_F(FireAndForgetTest, TheCallerGoesOnWhileTheCallWaits) {
  Gate gate;
  std::thread::id thread;
  fire_and_forget("waits", [&] {
    thread = std::this_thread::get_id();
    gate.pass();
  });
  EXPECT_EQ(fire_and_forget_count(), 1U);
  EXPECT_THAT(names_of_tasks(), ElementsAre("waits"));
  gate.open();
  wait_for_fire_and_forget();
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_THAT(names_of_tasks(), IsEmpty());
}

TEST_F(FireAndForgetTest, WaitingHasALimit) {
  Gate gate;
  fire_and_forget([&gate] { gate.pass(); });
  EXPECT_FALSE(wait_for_fire_and_forget(1ms));
  gate.open();
  EXPECT_TRUE(wait_for_fire_and_forget(patience));
}

TEST_F(FireAndForgetTest, ThreadsAreBoundedAndTheRestWaits) {
  configure(3);
  Gate gate;
  for (int i = 0; i < 10; ++i)
    fire_and_forget("call " + std::to_string(i), [&gate] { gate.pass(); });
  gate.wait_for_waiting(3);
  EXPECT_EQ(fire_and_forget_count(), 10U);
  EXPECT_THAT(names_of_tasks(), SizeIs(10)) << "those that wait are listed too";
  EXPECT_THAT(names_of_tasks(), Contains("call 9"));
  gate.open();
  wait_for_fire_and_forget();
}

TEST_F(FireAndForgetTest, NeverMoreAtOnceThanThreads) {
  configure(2);
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  for (int i = 0; i < 500; ++i) {
    fire_and_forget([&] {
      const int here = ++now;
      int seen = most;
      while (seen < here && !most.compare_exchange_weak(seen, here)) {
      }
      --now;
    });
  }
  wait_for_fire_and_forget();
  EXPECT_GE(most, 1);
  EXPECT_LE(most, 2);
}

TEST_F(FireAndForgetTest, TenThousandCallsOfWhichSomeThrow) {
  std::atomic<int> ran = 0;
  for (int i = 0; i < 10'000; ++i) {
    fire_and_forget("call " + std::to_string(i), [&ran, i] {
      ++ran;
      if (i % 20 == 0) throw std::runtime_error("fault " + std::to_string(i));
    });
  }
  wait_for_fire_and_forget();
  EXPECT_EQ(ran, 10'000);
  std::set<std::string> expected;
  for (int i = 0; i < 10'000; i += 20)
    expected.insert("call " + std::to_string(i) + ": fault " + std::to_string(i));
  EXPECT_THAT(lines_, SizeIs(500));
  EXPECT_EQ(std::set<std::string>(lines_.begin(), lines_.end()), expected);
}

TEST_F(FireAndForgetTest, CallsMayStartCallsAndAreWaitedForToo) {
  configure(1);
  std::atomic<int> ran = 0;
  fire_and_forget([&ran] {
    fire_and_forget([&ran] {
      fire_and_forget([&ran] { ++ran; });
      ++ran;
    });
    ++ran;
  });
  wait_for_fire_and_forget();
  EXPECT_EQ(ran, 3);
}

TEST_F(FireAndForgetTest, ACallMayWaitForTheOthers) {
  Gate gate;
  std::atomic<bool> waited = false;
  fire_and_forget("other", [&gate] { gate.pass(); });
  fire_and_forget("waits for the others", [&] {
    gate.open();
    wait_for_fire_and_forget();
    waited = true;
  });
  wait_for_fire_and_forget();
  EXPECT_TRUE(waited);
}

TEST_F(FireAndForgetTest, WhatIsNoExceptionIsLoggedToo) {
  fire_and_forget("odd", [] { throw 5; });
  wait_for_fire_and_forget();
  EXPECT_THAT(lines_, ElementsAre("odd: unknown exception"));
}

std::string joined;

int join(const std::string& text, int number, std::unique_ptr<int> owned) {
  joined = text + " " + std::to_string(number) + " " + std::to_string(*owned);
  return number;
}

TEST_F(FireAndForgetTest, ArgumentsAreCopiedOrMoved) {
  {
    std::string text = "text";
    fire_and_forget(join, text, 2, std::make_unique<int>(3));
    text = "changed meanwhile";
  }
  wait_for_fire_and_forget();
  EXPECT_EQ(joined, "text 2 3");
}

TEST_F(FireAndForgetTest, AsAWrapperThatKeepsTheParameters) {
  const auto join_soon = make_fire_and_forget("join", join);
  static_assert(
      std::is_invocable_r_v<void, decltype(join_soon), std::string, int, std::unique_ptr<int>>);
  static_assert(!std::is_invocable_v<decltype(join_soon), std::string>);
  join_soon("wrapped", 4, std::make_unique<int>(5));
  wait_for_fire_and_forget();
  EXPECT_EQ(joined, "wrapped 4 5");

  std::atomic<int> sum = 0;
  const auto add_soon = make_fire_and_forget([&sum](int number) { sum += number; });
  for (int i = 1; i <= 4; ++i)
    add_soon(i);
  wait_for_fire_and_forget();
  EXPECT_EQ(sum, 10);
}

// ---- coroutines ----

Task<void> note_after(Notifier* notifier, const bool* ready, std::string* noted) {
  const auto is_ready = [ready] { return *ready; };
  co_await notifier->until(is_ready, Deadline::max());
  *noted = "done";
}

struct Later {
  explicit Later(const boost::asio::any_io_executor& executor) : changed(executor) {}
  Notifier changed;
  bool ready = false;
};

Task<void> forget_one(std::unique_ptr<Later>* later, std::string* noted) {
  *later = std::make_unique<Later>(co_await boost::asio::this_coro::executor);
  fire_and_forget("forgotten", note_after(&(*later)->changed, &(*later)->ready, noted));
  EXPECT_THAT(*noted, IsEmpty());
  const auto wake = [](Later* with) -> Task<void> {
    with->ready = true;
    with->changed.notify_all();
    co_return;
  };
  fire_and_forget("wakes", wake, later->get());
  EXPECT_EQ(task_count(), 3U);
}

TEST_F(FireAndForgetTest, ALoopWaitsForItsCoroutines) {
  std::unique_ptr<Later> later;
  std::string noted;
  run(forget_one(&later, &noted));
  EXPECT_EQ(noted, "done");
}

Task<void> wait_on(std::unique_ptr<Later>* later) {
  std::string noted;
  *later = std::make_unique<Later>(co_await boost::asio::this_coro::executor);
  co_await note_after(&(*later)->changed, &(*later)->ready, &noted);
}

Task<void> forget_for_ever(std::unique_ptr<Later>* later) {
  fire_and_forget("endless", wait_on(later));
  co_return;
}

TEST_F(FireAndForgetTest, ALoopWaitsNoLongerThanTheLimit) {
  FireAndForgetOptions options;
  options.exit_limit = 1ms;
  options.log =
      Log(LogLevel::error, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); });
  configure_fire_and_forget(std::move(options));
  std::unique_ptr<Later> later;
  run(forget_for_ever(&later));
  EXPECT_THAT(lines_, ElementsAre("endless: dropped, as its event loop ended before it"));
  later.reset();
}

Task<void> throw_in_coroutine(std::string text) {
  throw std::runtime_error(text);
  co_return;
}

Task<void> forget_faulty() {
  fire_and_forget("faulty", throw_in_coroutine("in a coroutine"));
  co_return;
}

TEST_F(FireAndForgetTest, WhatACoroutineThrowsIsLogged) {
  run(forget_faulty());
  EXPECT_THAT(lines_, ElementsAre("faulty: in a coroutine"));
}

TEST_F(FireAndForgetTest, WithoutALoopACoroutineGetsOneOfItsOwn) {
  fire_and_forget("faulty", throw_in_coroutine("in the pool"));
  wait_for_fire_and_forget();
  EXPECT_THAT(lines_, ElementsAre("faulty: in the pool"));

  std::atomic<int> sum = 0;
  const auto add = [&sum](int number) -> Task<void> {
    sum += number;
    co_return;
  };
  const auto add_soon = make_fire_and_forget("add", add);
  add_soon(3);
  add_soon(4);
  wait_for_fire_and_forget();
  EXPECT_EQ(sum, 7);
}

// ---- the end of the process ----

ProcessSpec forgetful(std::string mode) {
  ProcessSpec spec;
  spec.argv = {CDP_SCRAPE_FORGETFUL, std::move(mode)};
  spec.timeout = patience;
  return spec;
}

TEST(FireAndForgetAtExit, TheProcessWaitsAndStaticObjectsAreStillThere) {
  ProcessSpec spec = forgetful("wait");
  spec.keep_input_open = true;
  RunningProcess program(std::move(spec));
  ASSERT_TRUE(program.read_until("main finished", patience, Output::out));
  EXPECT_TRUE(program.running());
  program.close_input();
  const ProcessResult result = program.wait(patience);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_EQ(result.out, "main finished\nwait finished\nstatic object gone\n");
}

TEST(FireAndForgetAtExit, AFailureIsALineAndNotFatal) {
  const ProcessResult result = run_process(forgetful("throw"));
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.err, "faulty: a fault\n");
}

TEST(FireAndForgetAtExit, AllOfThousandsRun) {
  const ProcessResult result = run_process(forgetful("many"));
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.out, "10000 ran, 500 logged\nstatic object gone\n");
}

TEST(FireAndForgetAtExit, TheWaitHasALimitAndTheExitCodeStays) {
  ProcessSpec spec = forgetful("limit");
  spec.keep_input_open = true;
  const ProcessResult result = run_process(std::move(spec));
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_EQ(result.err, "second: dropped, as the process ended before it could begin\n");
}

TEST(FireAndForgetAtExit, ACallOfAStaticObjectsDestructorRunsOnTheSpot) {
  const ProcessResult result = run_process(forgetful("late"));
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_EQ(result.out, "first\nstatic object gone\nlate\n");
}

TEST(FireAndForgetAtExit, ACallMayEndTheProcess) {
  const ProcessResult result = run_process(forgetful("exit"));
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.out, EndsWith("static object gone\n"));
}

}  // namespace
}  // namespace cdp
