// Loops inside of loops.
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

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cdp {
namespace {

using test::BoardPtr;
using test::error_of;
using test::give;
using test::make_board;
using test::note_task_names;
using test::set_later;
using test::task_names;
using test::turn_the_loop;
using test::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;

using RunInt = int (*)(Task<int>);

template <class T>
T run_on_new_loop(Task<T> task) {
  return run(std::move(task));
}

template <class T>
T run_on_this_loop(Task<T> task) {
  return run_nested(std::move(task));
}

/// A coroutine that calls a synchronous function that runs a coroutine, and so on.
Task<int> descend(int levels, RunInt run_inner) {
  co_await turn_the_loop();
  if (levels == 0) co_return 0;
  co_return 1 + run_inner(descend(levels - 1, run_inner));
}

Task<int> fail_at_the_bottom(int levels, RunInt run_inner) {
  co_await turn_the_loop();
  if (levels == 0) throw std::runtime_error("the bottom");
  co_return run_inner(fail_at_the_bottom(levels - 1, run_inner));
}

class Nested : public testing::TestWithParam<RunInt> {
 protected:
  ~Nested() override { EXPECT_EQ(task_count(), 0U) << "left behind"; }
};

TEST_P(Nested, AHundredLevelsInTurn) {
  EXPECT_EQ(run(descend(100, GetParam())), 100);
}

TEST_P(Nested, AnExceptionComesUpAllLevels) {
  EXPECT_THROW(run(fail_at_the_bottom(100, GetParam())), std::runtime_error);
}

Task<int> call_in_coroutine(int number, RunInt run_inner) {
  co_await turn_the_loop();
  co_return run_inner(descend(2, run_inner)) + number;
}

Task<std::vector<int>> call_in_fifty(RunInt run_inner) {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 50; ++i)
    tasks.push_back(call_in_coroutine(i, run_inner));
  return gather(std::move(tasks));
}

TEST_P(Nested, FiftyCoroutinesAtOnceCallTheSynchronousApi) {
  const std::vector<int> values = run(call_in_fifty(GetParam()));
  ASSERT_EQ(values.size(), 50U);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(values[static_cast<std::size_t>(i)], i + 2);
}

INSTANTIATE_TEST_SUITE_P(Loops, Nested,
                         testing::Values(&run_on_new_loop<int>, &run_on_this_loop<int>),
                         [](const testing::TestParamInfo<RunInt>& test) {
                           return test.index == 0 ? "OfTheirOwn" : "Shared";
                         });

Task<void> check_others_go_on() {
  const auto board = co_await make_board();
  spawn(board->changed.executor(), set_later(board, 1), "other", {});
  // What is needed comes from the outer loop: that one must turn.
  EXPECT_EQ(run_nested(wait_until(board, 1)), 1);
}

TEST(RunNested, TheOtherCoroutinesOfTheLoopGoOn) {
  run(check_others_go_on());
  EXPECT_EQ(task_count(), 0U);
}

Task<void> check_posted_before() {
  const auto board = co_await make_board();
  // Still in the queue of the handler that runs now.
  boost::asio::post(board->changed.executor(), [board] { board->set(1); });
  board->changed.notify_all();
  EXPECT_EQ(run_nested(wait_until(board, 1)), 1);
}

TEST(RunNested, WhatTheCallerPostedBeforeIsNotHeldBack) {
  run(check_posted_before());
}

Task<int> give_in_turn(BoardPtr board, std::string name) {
  board->events.push_back(name + " begins");
  co_await wait_until(board, 1);
  co_return 0;
}

Task<void> call_and_note(BoardPtr board, std::string name) {
  run_nested(give_in_turn(board, name));
  board->events.push_back(name + " returns");
  co_return;
}

Task<void> open_when_all_wait(BoardPtr board, std::size_t all) {
  while (board->events.size() < all)
    co_await turn_the_loop();
  board->set(1);
}

Task<void> check_order(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  std::vector<Task<void>> tasks;
  for (const char* name : {"a", "b", "c"})
    tasks.push_back(call_and_note(board, name));
  tasks.push_back(open_when_all_wait(board, 3));
  co_await gather(std::move(tasks));
  EXPECT_THAT(board->events, ElementsAre("a begins", "b begins", "c begins", "c returns",
                                         "b returns", "a returns"));
  kept->reset();
}

TEST(RunNested, CallsReturnLastInFirstOut) {
  BoardPtr kept;
  run(check_order(&kept));
}

Task<void> check_nested_names() {
  std::vector<std::string> names;
  run_nested(note_task_names(&names));
  EXPECT_THAT(names, ElementsAre("main", "nested"));
  run(note_task_names(&names));
  EXPECT_THAT(names, ElementsAre("main", "main"));
  EXPECT_THAT(task_names(), ElementsAre("main"));
  co_return;
}

TEST(RunNested, IsListed) {
  run(check_nested_names());
}

Task<void> end_in_nested(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  const auto call = [](BoardPtr on) -> Task<void> {
    co_await turn_the_loop();
    run_nested(wait_until(on, 1));
    on->events.push_back("returned");
  };
  spawn(board->changed.executor(), call(board), "left behind", {});
  co_await turn_the_loop();
  co_await turn_the_loop();
  boost::asio::post(board->changed.executor(), [board] { board->set(1); });
}

TEST(RunNested, GoesToItsEndThoughTheMainCoroutineHasEndedMeanwhile) {
  BoardPtr board;
  run(end_in_nested(&board));
  EXPECT_EQ(task_count(), 0U);
  EXPECT_THAT(board->events, ElementsAre("returned"));
  board.reset();
}

TEST(RunNested, WithoutALoopSaysSo) {
  const Error error = error_of([] { run_nested(give(1)); });
  EXPECT_EQ(error.code(), errc::wrong_loop);
  EXPECT_THAT(error.what(), HasSubstr("no event loop runs on this thread"));
  EXPECT_EQ(task_count(), 0U);
}

Task<void> check_foreign_thread() {
  std::optional<Error> error;
  std::thread([&error] { error = error_of([] { run_nested(give(1)); }); }).join();
  EXPECT_EQ(error->code(), errc::wrong_loop);
  co_return;
}

TEST(RunNested, FromAnotherThreadSaysSoThoughALoopRunsElsewhere) {
  run(check_foreign_thread());
}

TEST(RunNested, InALoopThatIsNotOursSaysSo) {
  boost::asio::io_context loop;
  std::optional<Error> error;
  boost::asio::post(loop, [&error] { error = error_of([] { run_nested(give(1)); }); });
  loop.run();
  EXPECT_EQ(error->code(), errc::wrong_loop);
}

Task<int> throw_in_a_handler(BoardPtr board) {
  boost::asio::post(board->changed.executor(), [] { throw std::runtime_error("a handler's"); });
  co_return co_await wait_until(board, 1);
}

Task<void> check_throwing_handler() {
  const auto board = co_await make_board();
  std::string text;
  try {
    run_nested(throw_in_a_handler(board));
  } catch (const std::runtime_error& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "a handler's");
  // The coroutine was left alone, and must not write into what is gone.
  board->set(1);
  co_await turn_the_loop();
  co_await turn_the_loop();
  co_await turn_the_loop();
}

TEST(RunNested, SurvivesAHandlerThatThrows) {
  run(check_throwing_handler());
  EXPECT_EQ(task_count(), 0U);
}

}  // namespace
}  // namespace cdp
