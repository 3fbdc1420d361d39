// The first of several coroutines, limits, and cancellation that reaches through both.
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

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::Board;
using test::BoardPtr;
using test::fail_with;
using test::fault_of;
using test::give;
using test::make_board;
using test::note_task_names;
using test::set_later;
using test::task_names;
using test::turn_the_loop;
using test::wait_for_ever;
using test::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;

Task<void> check_gather_names() {
  std::vector<std::string> names;
  std::vector<NamedTask<int>> tasks;
  tasks.push_back({"looks", note_task_names(&names)});
  tasks.push_back({"page 2", give(2)});
  const std::vector<int> values = co_await gather(std::move(tasks));
  EXPECT_THAT(values, ElementsAre(0, 2));
  EXPECT_THAT(names, ElementsAre("main", "looks", "page 2"));
}

TEST(Gather, ListsNamedTasksByTheirNames) {
  run(check_gather_names());
}

Task<void> check_race(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  std::vector<NamedTask<int>> tasks;
  const auto loser = [](BoardPtr on, std::string name) -> Task<int> {
    co_await wait_for_ever(on, name);
    co_return 0;
  };
  tasks.push_back({"one", loser(board, "one")});
  tasks.push_back({"two", wait_until(board, 2)});
  tasks.push_back({"three", loser(board, "three")});
  spawn(board->changed.executor(), set_later(board, 2), "starter", {});
  const Winner<int> winner = co_await race(std::move(tasks));
  EXPECT_EQ(winner.index, 1U);
  EXPECT_EQ(winner.value, 2);
  EXPECT_THAT(board->events, ElementsAre("one ended", "three ended")) << "before race returned";
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(Race, TheFirstWinsAndTheOthersAreEndedBefore) {
  BoardPtr board;
  run(check_race(&board));
  board.reset();
}

Task<void> check_race_failure() {
  const auto board = co_await make_board();
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_until(board, 1));
  tasks.push_back(fail_with("first to end"));
  std::string text;
  try {
    co_await race(std::move(tasks));
  } catch (const std::runtime_error& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "first to end");
  std::vector<Task<void>> none;
  const Error error = co_await fault_of(race(std::move(none)));
  EXPECT_EQ(error.code(), errc::invalid_argument);
  std::vector<Task<void>> one;
  one.push_back(turn_the_loop());
  EXPECT_EQ(co_await race(std::move(one)), 0U);
}

TEST(Race, AFailureThatIsFirstIsThrown) {
  run(check_race_failure());
  EXPECT_EQ(task_count(), 0U);
}

/// Cleans up in its own time when it is cancelled.
Task<int> leave_slowly(BoardPtr board) {
  try {
    co_await wait_until(board, 1'000'000);
  } catch (const boost::system::system_error&) {
    board->events.push_back("asked to leave");
  }
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await turn_the_loop();
  co_await turn_the_loop();
  board->events.push_back("left");
  co_return 0;
}

Task<void> check_slow_loser() {
  const auto board = co_await make_board();
  std::vector<Task<int>> tasks;
  tasks.push_back(leave_slowly(board));
  tasks.push_back(give(7));
  const Winner<int> winner = co_await race(std::move(tasks));
  EXPECT_EQ(winner.value, 7);
  EXPECT_THAT(board->events, ElementsAre("asked to leave", "left"));
}

TEST(Race, WaitsForLosersThatCleanUp) {
  run(check_slow_loser());
}

Task<void> check_timeout(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  const Error error = co_await fault_of(with_timeout(wait_for_ever(board, "slow"), 1ms));
  EXPECT_EQ(error.code(), errc::timeout);
  EXPECT_THAT(error.what(), HasSubstr("1 ms"));
  EXPECT_THAT(board->events, ElementsAre("slow ended"));
  EXPECT_EQ(co_await with_timeout(give(3), 1h), 3);
  co_await with_timeout(turn_the_loop(), 1h);
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(WithTimeout, CancelsWhatIsTooSlow) {
  BoardPtr board;
  run(check_timeout(&board));
  board.reset();
}

Task<void> check_timeout_passes_failures() {
  std::string text;
  try {
    co_await with_timeout(fail_with("its own"), 1h);
  } catch (const std::runtime_error& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "its own");
}

TEST(WithTimeout, ThrowsWhatTheCoroutineThrows) {
  run(check_timeout_passes_failures());
}

Task<int> gather_for_ever(BoardPtr board) {
  std::vector<Task<void>> tasks;
  tasks.push_back(wait_for_ever(board, "a"));
  tasks.push_back(wait_for_ever(board, "b"));
  co_await gather(std::move(tasks));
  co_return 0;
}

Task<int> race_for_ever(BoardPtr board) {
  std::vector<Task<int>> tasks;
  tasks.push_back(gather_for_ever(board));
  tasks.push_back(with_timeout(gather_for_ever(board), 1h));
  const Winner<int> winner = co_await race(std::move(tasks));
  co_return winner.value;
}

Task<void> check_timeout_of_groups(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  const Error error = co_await fault_of(with_timeout(race_for_ever(board), 1ms));
  EXPECT_EQ(error.code(), errc::timeout);
  EXPECT_EQ(board->events.size(), board->begun) << "all that have begun below";
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(WithTimeout, ReachesThroughGatherAndRace) {
  BoardPtr board;
  run(check_timeout_of_groups(&board));
  board.reset();
}

/// A coroutine in a loop that is not ours, and a way to cancel it.
class Foreign : public testing::Test {
 protected:
  ~Foreign() override { EXPECT_EQ(task_count(), 0U); }

  void start(Task<void> task) {
    boost::asio::co_spawn(loop_, std::move(task),
                          boost::asio::bind_cancellation_slot(
                              signal_.slot(), [this](const std::exception_ptr& error) {
                                ended_ = true;
                                error_ = error;
                              }));
    loop_.poll();
  }

  void cancel() {
    signal_.emit(boost::asio::cancellation_type::terminal);
    loop_.poll();
  }

  boost::asio::io_context loop_;
  BoardPtr board_ = std::make_shared<Board>(loop_.get_executor());
  boost::asio::cancellation_signal signal_;
  bool ended_ = false;
  std::exception_ptr error_;
};

Task<void> race_in_foreign_loop(BoardPtr board) {
  co_await race_for_ever(board);
}

TEST_F(Foreign, ASlotReachesThroughRaceAndGather) {
  start(race_in_foreign_loop(board_));
  EXPECT_FALSE(ended_);
  cancel();
  EXPECT_TRUE(ended_);
  EXPECT_NE(error_, nullptr);
  EXPECT_EQ(board_->events.size(), 4U);
}

}  // namespace
}  // namespace cdp
