// A loop that runs a coroutine to its end.
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cdp {
namespace {

using test::BoardPtr;
using test::fail_with;
using test::give;
using test::make_board;
using test::task_names;
using test::wait_for;
using testing::Contains;

Task<void> give_nothing() {
  co_return;
}

TEST(Run, ReturnsTheValue) {
  EXPECT_EQ(run(give(5)), 5);
  run(give_nothing());
}

Task<std::unique_ptr<int>> give_owner(int value) {
  co_return std::make_unique<int>(value);
}

TEST(Run, ValuesNeedNoDefaultAndNoCopy) {
  EXPECT_EQ(*run(give_owner(7)), 7);
}

TEST(Run, ThrowsWhatTheCoroutineThrows) {
  EXPECT_THROW(run(fail_with("x")), std::runtime_error);
  EXPECT_EQ(task_count(), 0U);
}

Task<int> run_inside(int value) {
  // A synchronous function that needs the loop may start one inside a running coroutine.
  const int doubled = run(give(2 * value));
  co_return doubled + 1;
}

TEST(Run, MayBeNested) {
  EXPECT_EQ(run(run_inside(10)), 21);
}

/// Says when a coroutine that was left behind is destroyed.
struct Farewell {
  bool& said;
  explicit Farewell(bool& to) : said(to) {}
  ~Farewell() { said = true; }
};

Task<void> wait_for_ever(BoardPtr board, bool* destroyed) {
  const Farewell farewell(*destroyed);
  const auto never = [&board] { return board->value < 0; };
  co_await board->changed.until(never, Deadline::max());
}

Task<void> leave_one_behind(bool* destroyed) {
  const auto board = co_await make_board();
  spawn(board->changed.executor(), wait_for_ever(board, destroyed), "left behind", {});
  // Until it sleeps.
  const auto one = give(1);
  EXPECT_THAT(task_names(), Contains("left behind"));
}

TEST(Run, EndsWhatItsCoroutineLeftUnfinished) {
  bool destroyed = false;
  run(leave_one_behind(&destroyed));
  EXPECT_TRUE(destroyed);
  EXPECT_EQ(task_count(), 0U);
}

Task<void> gather_for_ever(BoardPtr board, bool* destroyed) {
  std::vector<Task<void>> tasks;
  tasks.push_back(wait_for_ever(board, destroyed));
  tasks.push_back(give_nothing());
  co_await gather(std::move(tasks));
}

Task<void> leave_a_gather_behind(bool* destroyed) {
  const auto board = co_await make_board();
  spawn(board->changed.executor(), gather_for_ever(board, destroyed), "left behind", {});
  // Once this has been woken, the other has started too: the loop is first come, first served.
  boost::asio::post(board->changed.executor(), [board] { board->set(1); });
  co_await wait_for(board, 1, "main");
}

TEST(Run, EndsEvenAGatherThatIsUnderWay) {
  bool destroyed = false;
  run(leave_a_gather_behind(&destroyed));
  EXPECT_TRUE(destroyed);
  EXPECT_EQ(task_count(), 0U);
}

}  // namespace
}  // namespace cdp
