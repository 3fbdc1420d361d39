// Waiting for a state.
#include "base/async/notifier.hpp"

#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include <cdp/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::make_board;
using test::note;
using test::wait_for;
using testing::ElementsAre;

/// Long enough never to pass in a test that works.
constexpr auto patience = 30s;

Task<void> check_ready() {
  const auto board = co_await make_board();
  const auto ready = [] { return true; };
  const auto never = [] { return false; };
  const Deadline past = deadline_in(-1s);
  EXPECT_TRUE(co_await board->changed.until(ready, past)) << "what is ready beats the deadline";
  EXPECT_FALSE(co_await board->changed.until(never, past));
  EXPECT_TRUE(co_await board->changed.until(ready, Deadline::max()));
  const Deadline soon = deadline_in(1ms);
  EXPECT_FALSE(co_await board->changed.until(never, soon));
}

TEST(Notifier, LooksAtTheStateBeforeTheClock) {
  run(check_ready());
}

Task<void> check_spurious() {
  const auto board = co_await make_board();
  int looked = 0;
  TaskGroup group(board->changed.executor());
  group.spawn(note(board, 3, "woken"), "waiter");
  for (int i = 0; i < 3; ++i) {
    boost::asio::post(board->changed.executor(), [board] { board->set(board->value + 1); });
  }
  const auto counted = [&] {
    ++looked;
    return board->value >= 3;
  };
  EXPECT_TRUE(co_await board->changed.until(counted, deadline_in(patience)));
  EXPECT_GE(looked, 2);
  co_await group.join();
  EXPECT_THAT(board->events, ElementsAre("woken"));
}

TEST(Notifier, WakesAllAndLetsThemLookAgain) {
  run(check_spurious());
}

Task<void> check_who_is_woken() {
  const auto board = co_await make_board();
  int looked = 0;
  TaskGroup group(board->changed.executor());
  group.spawn(note(board, 1, "first"), "first");
  group.spawn(note(board, 2, "second"), "second");
  boost::asio::post(board->changed.executor(), [board] {
    board->set(1);
    board->set(2);  // both hold before either runs: in the order they came
  });
  const auto over = [&] {
    ++looked;
    return board->events.size() == 2;
  };
  EXPECT_TRUE(co_await board->changed.until(over, deadline_in(20ms)))
      << "nobody tells of that change, but it is seen at the deadline";
  EXPECT_EQ(looked, 4) << "before it sleeps, at each of two changes, at its deadline";
  co_await group.join();
  EXPECT_THAT(board->events, ElementsAre("first", "second"));
}

TEST(Notifier, LooksForThoseWhoSleep) {
  run(check_who_is_woken());
}

Task<void> check_change_before_wait() {
  const auto board = co_await make_board();
  board->set(1);  // before anyone waits: level-triggered, so nothing is lost
  co_await wait_for(board, 1, "late");
  EXPECT_THAT(board->events, ElementsAre("late"));
}

TEST(Notifier, AChangeBeforeTheWaitIsNotMissed) {
  run(check_change_before_wait());
}

Task<void> wait_in_notifier(Notifier* notifier, bool* ready) {
  const auto is_ready = [ready] { return *ready; };
  co_await notifier->until(is_ready, Deadline::max());
}

TEST(Notifier, SleepersMayBeDestroyedWithTheirLoop) {
  // Order matters: the notifier outlives the loop, and must not remember timers that are gone.
  bool ready = false;
  std::unique_ptr<Notifier> notifier;
  {
    boost::asio::io_context loop(1);
    notifier = std::make_unique<Notifier>(loop.get_executor());
    for (int i = 0; i < 3; ++i)
      boost::asio::co_spawn(loop, wait_in_notifier(notifier.get(), &ready),
                            [](const std::exception_ptr&) { FAIL() << "it cannot have ended"; });
    loop.poll();
  }
  ready = true;
  notifier->notify_all();
}

}  // namespace
}  // namespace cdp
