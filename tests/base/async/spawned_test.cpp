// Handles of coroutines.
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include "support/errors.hpp"
#include <cdp/error.hpp>
#include <cdp/gather.hpp>
#include <cdp/race.hpp>
#include <cdp/spawn.hpp>
#include <cdp/sync.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::BoardPtr;
using test::fault_of;
using test::make_board;
using test::task_names;
using test::turn_the_loop;
using test::wait_for_ever;
using test::wait_until;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Task<void> check_spawned(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  Spawned<void> one = co_await spawn("one", wait_for_ever(board, "one"));
  Spawned<int> two = co_await spawn("two", wait_until(board, 1));
  EXPECT_THAT(task_names(), ElementsAre("main", "one", "two"));
  co_await turn_the_loop();
  one.cancel();
  EXPECT_FALSE(one.ended()) << "it is asked, no more";
  const Error error = co_await fault_of(one.join());
  EXPECT_EQ(error.code(), errc::cancelled);
  EXPECT_THAT(error.what(), HasSubstr("one"));
  EXPECT_TRUE(one.ended());
  EXPECT_FALSE(two.ended()) << "the other has noticed nothing";
  board->set(1);
  EXPECT_EQ(co_await two.join(), 1);
  two.cancel();
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(Spawned, OneIsCancelledAndTheOtherGoesOn) {
  BoardPtr board;
  run(check_spawned(&board));
  board.reset();
}

Task<void> check_cancel_before_begin() {
  const auto board = co_await make_board();
  Spawned<void> task = co_await spawn("never", wait_for_ever(board, "never"));
  task.cancel();
  const Error error = co_await fault_of(task.join());
  EXPECT_EQ(error.code(), errc::cancelled);
  EXPECT_THAT(board->events, IsEmpty()) << "not a line of it has run";
}

TEST(Spawned, CancelledBeforeItBeginsItNeverDoes) {
  run(check_cancel_before_begin());
}

Task<void> check_dropped_handle(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  {
    const Spawned<void> task = co_await spawn("dropped", wait_for_ever(board, "dropped"));
    co_await turn_the_loop();
    EXPECT_THAT(task_names(), Contains("dropped"));
  }
  while (board->events.empty())
    co_await turn_the_loop();
  co_await turn_the_loop();
  EXPECT_THAT(task_names(), Not(Contains("dropped")));
}

TEST(Spawned, ADroppedHandleEndsItsCoroutine) {
  BoardPtr board;
  run(check_dropped_handle(&board));
  board.reset();
}

Task<void> leave_handles_behind(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  std::vector<Task<void>> tasks;
  tasks.push_back(wait_for_ever(board, "one"));
  tasks.push_back(with_timeout(wait_for_ever(board, "two"), 1h));
  spawn(board->changed.executor(), gather(std::move(tasks)), "left behind", {});
  co_await turn_the_loop();
  co_await turn_the_loop();
  co_await turn_the_loop();
}

TEST(Spawned, AllOfItMayBeDestroyedWithItsLoop) {
  BoardPtr board;
  run(leave_handles_behind(&board));
  EXPECT_EQ(task_count(), 0U);
  EXPECT_EQ(board->events.size(), 2U);
  board.reset();
}

}  // namespace
}  // namespace cdp
