// Several coroutines at once, with all that they return or throw.
#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include <cdp/error.hpp>
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cdp {
namespace {

using test::Board;
using test::BoardPtr;
using test::fail_with;
using test::give;
using test::make_board;
using test::set_and_return;
using test::wait_for;
using testing::ElementsAre;

Task<void> check_gather_order() {
  const auto board = co_await make_board();
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_for(board, 2, "third"));
  tasks.push_back(wait_for(board, 1, "second"));
  tasks.push_back(set_and_return(board, 1, 30));
  tasks.push_back(set_and_return(board, 2, 40));
  const std::vector<int> values = co_await gather(std::move(tasks));
  EXPECT_THAT(values, ElementsAre(2, 1, 30, 40));
  EXPECT_EQ(board->events.size(), 2U);
}

TEST(Gather, ResultsComeInTheOrderGivenWhoeverIsFirst) {
  run(check_gather_order());
  EXPECT_EQ(task_count(), 0U);
}

Task<void> check_gather_error() {
  const auto board = co_await make_board();
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_for(board, 1, "slow"));
  tasks.push_back(fail_with("first error in order"));
  tasks.push_back(fail_with("second error in order"));
  tasks.push_back(set_and_return(board, 1, 0));
  std::string text;
  try {
    co_await gather(std::move(tasks));
  } catch (const std::exception& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "first error in order");
  // None is running any more.
  EXPECT_THAT(board->events, ElementsAre("slow"));
  EXPECT_EQ(task_count(), 1U) << "main alone";
}

TEST(Gather, ThrowsTheFirstErrorInOrderWhenAllHaveEnded) {
  run(check_gather_error());
}

Task<void> fail_late(BoardPtr board, int value, std::string text) {
  co_await wait_for(board, value, text);
  throw std::runtime_error(text);
}

Task<void> set_value(BoardPtr board, int value) {
  board->set(value);
  co_return;
}

Task<void> check_void_gather_error() {
  const auto board = co_await make_board();
  std::vector<Task<void>> tasks;
  tasks.push_back(fail_late(board, 2, "late"));
  tasks.push_back(fail_late(board, 1, "early"));
  tasks.push_back(set_value(board, 1));
  tasks.push_back(set_value(board, 2));
  std::string text;
  try {
    co_await gather(std::move(tasks));
  } catch (const std::exception& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "late") << "the order given decides, not the clock";
}

TEST(Gather, OfCoroutinesWithoutValuesThrowsTheFirstErrorInOrder) {
  run(check_void_gather_error());
}

Task<void> check_outcomes() {
  std::vector<Task<int>> tasks;
  tasks.push_back(give(1));
  tasks.push_back(fail_with("two"));
  tasks.push_back(give(3));
  std::vector<Outcome<int>> outcomes = co_await gather_outcomes(std::move(tasks));
  EXPECT_EQ(outcomes.size(), 3U);
  EXPECT_TRUE(outcomes[0].ok());
  EXPECT_EQ(outcomes[0].value(), 1);
  EXPECT_EQ(outcomes[0].error(), nullptr);
  EXPECT_FALSE(outcomes[1].ok());
  EXPECT_THROW(outcomes[1].value(), std::runtime_error);
  EXPECT_EQ(outcomes[2].value(), 3);
}

TEST(Gather, OutcomesHoldFailuresAsValues) {
  run(check_outcomes());
}

Task<void> check_empty_gather() {
  std::vector<Task<int>> none;
  const std::vector<int> values = co_await gather(std::move(none));
  EXPECT_TRUE(values.empty());
  std::vector<Task<void>> nothing;
  co_await gather(std::move(nothing));
  std::vector<Task<int>> neither;
  const auto outcomes = co_await gather_outcomes(std::move(neither));
  EXPECT_TRUE(outcomes.empty());
}

TEST(Gather, OfNothingIsOverAtOnce) {
  run(check_empty_gather());
}

Task<void> check_many() {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 1000; ++i)
    tasks.push_back(give(i));
  const std::vector<int> values = co_await gather(std::move(tasks));
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(values[static_cast<std::size_t>(i)], i);
}

TEST(Gather, ThousandsAreFine) {
  run(check_many());
}

/// Ends only when it is told to, cancelled or not.
Task<int> ignore_cancellation(BoardPtr board, int value, std::string name) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_return co_await wait_for(board, value, name);
}

Task<void> gather_two(BoardPtr board) {
  std::vector<Task<int>> tasks;
  tasks.push_back(ignore_cancellation(board, 1, "stubborn"));
  tasks.push_back(wait_for(board, 1, "cancelled"));
  co_await gather(std::move(tasks));
  board->events.push_back("gathered");
}

TEST(Gather, ThatIsCancelledCancelsWhatItStartedAndWaitsForIt) {
  boost::asio::io_context loop(1);
  const auto board = std::make_shared<Board>(loop.get_executor());
  boost::asio::cancellation_signal cancel;
  bool aborted = false;
  boost::asio::co_spawn(
      loop, gather_two(board),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](const std::exception_ptr& error) { aborted = error != nullptr; }));
  loop.poll();
  EXPECT_EQ(task_count(), 2U);
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.poll();
  EXPECT_EQ(task_count(), 1U) << "one has gone";
  EXPECT_FALSE(aborted) << "the other still uses what it holds";
  EXPECT_TRUE(board->events.empty());
  board->set(1);
  loop.poll();
  EXPECT_THAT(board->events, ElementsAre("stubborn"));
  EXPECT_TRUE(aborted);
  EXPECT_EQ(task_count(), 0U);
}

}  // namespace
}  // namespace cdp
