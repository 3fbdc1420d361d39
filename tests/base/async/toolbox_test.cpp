// Loops inside of loops, the first of several, limits, cancellation, handles of coroutines.
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
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
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> names_of_tasks() {
  std::vector<std::string> names;
  for (const TaskInfo& task : all_tasks())
    names.push_back(task.name);
  return names;
}

/// What a test's coroutines share: a number to wait for, and what happened in its order.
struct Board {
  explicit Board(const boost::asio::any_io_executor& executor) : changed(executor) {}

  void set(int to) {
    value = to;
    changed.notify_all();
  }

  Notifier changed;
  int value = 0;
  std::size_t begun = 0;  ///< coroutines that wait for ever
  std::vector<std::string> events;
};

using BoardPtr = std::shared_ptr<Board>;

Task<BoardPtr> make_board() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_return std::make_shared<Board>(executor);
}

Task<int> wait_until(BoardPtr board, int value) {
  const auto reached = [&board, value] { return board->value >= value; };
  co_await board->changed.until(reached, Deadline::max());
  co_return value;
}

Task<void> wait_for_ever(BoardPtr board, std::string name) {
  struct Note {
    Board& board;
    std::string text;
    ~Note() { board.events.push_back(text); }
  };
  ++board->begun;
  const Note note{*board, name + " ended"};
  co_await wait_until(board, 1'000'000);
}

Task<int> give(int value) {
  co_return value;
}

/// Lets everything else that is ready on the loop go first.
Task<void> turn_the_loop() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

Task<int> fail(std::string text) {
  if (!text.empty()) throw std::runtime_error(text);
  co_return 0;
}

/// What a call throws.
template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return {errc::internal, "nothing was thrown"};
}

template <class T>
Task<Error> error_of_task(Task<T> task) {
  Error caught(errc::internal, "nothing was thrown");
  try {
    co_await std::move(task);
  } catch (const Error& error) {
    caught = error;
  }
  co_return caught;
}

template <class T>
T run_on_new_loop(Task<T> task) {
  return run(std::move(task));
}

template <class T>
T run_on_this_loop(Task<T> task) {
  return run_nested(std::move(task));
}

using RunInt = int (*)(Task<int>);

// ---- async, sync, async ----

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

Task<void> set_later(BoardPtr board, int value) {
  co_await turn_the_loop();
  board->set(value);
}

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

Task<int> count_and_return(std::vector<std::string>* names) {
  *names = names_of_tasks();
  co_return 0;
}

Task<void> check_nested_names() {
  std::vector<std::string> names;
  run_nested(count_and_return(&names));
  EXPECT_THAT(names, ElementsAre("main", "nested"));
  run(count_and_return(&names));
  EXPECT_THAT(names, ElementsAre("main", "main"));
  EXPECT_THAT(names_of_tasks(), ElementsAre("main"));
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

// ---- gather: names, cancellation ----

Task<void> check_gather_names() {
  std::vector<std::string> names;
  std::vector<NamedTask<int>> tasks;
  tasks.push_back({"looks", count_and_return(&names)});
  tasks.push_back({"page 2", give(2)});
  const std::vector<int> values = co_await gather(std::move(tasks));
  EXPECT_THAT(values, ElementsAre(0, 2));
  EXPECT_THAT(names, ElementsAre("main", "looks", "page 2"));
}

TEST(Gather, ListsNamedTasksByTheirNames) {
  run(check_gather_names());
}

// ---- race ----

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
  EXPECT_THAT(names_of_tasks(), ElementsAre("main"));
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
  tasks.push_back(fail("first to end"));
  std::string text;
  try {
    co_await race(std::move(tasks));
  } catch (const std::runtime_error& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "first to end");
  std::vector<Task<void>> none;
  const Error error = co_await error_of_task(race(std::move(none)));
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

// ---- limits ----

Task<void> check_timeout(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  const Error error = co_await error_of_task(with_timeout(wait_for_ever(board, "slow"), 1ms));
  EXPECT_EQ(error.code(), errc::timeout);
  EXPECT_THAT(error.what(), HasSubstr("1 ms"));
  EXPECT_THAT(board->events, ElementsAre("slow ended"));
  EXPECT_EQ(co_await with_timeout(give(3), 1h), 3);
  co_await with_timeout(turn_the_loop(), 1h);
  EXPECT_THAT(names_of_tasks(), ElementsAre("main"));
}

TEST(WithTimeout, CancelsWhatIsTooSlow) {
  BoardPtr board;
  run(check_timeout(&board));
  board.reset();
}

Task<void> check_timeout_passes_failures() {
  std::string text;
  try {
    co_await with_timeout(fail("its own"), 1h);
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
  const Error error = co_await error_of_task(with_timeout(race_for_ever(board), 1ms));
  EXPECT_EQ(error.code(), errc::timeout);
  EXPECT_EQ(board->events.size(), board->begun) << "all that have begun below";
  EXPECT_THAT(names_of_tasks(), ElementsAre("main"));
}

TEST(WithTimeout, ReachesThroughGatherAndRace) {
  BoardPtr board;
  run(check_timeout_of_groups(&board));
  board.reset();
}

// ---- handles ----

Task<void> check_spawned(BoardPtr* kept) {
  const auto board = *kept = co_await make_board();
  Spawned<void> one = co_await spawn("one", wait_for_ever(board, "one"));
  Spawned<int> two = co_await spawn("two", wait_until(board, 1));
  EXPECT_THAT(names_of_tasks(), ElementsAre("main", "one", "two"));
  co_await turn_the_loop();
  one.cancel();
  EXPECT_FALSE(one.ended()) << "it is asked, no more";
  const Error error = co_await error_of_task(one.join());
  EXPECT_EQ(error.code(), errc::cancelled);
  EXPECT_THAT(error.what(), HasSubstr("one"));
  EXPECT_TRUE(one.ended());
  EXPECT_FALSE(two.ended()) << "the other has noticed nothing";
  board->set(1);
  EXPECT_EQ(co_await two.join(), 1);
  two.cancel();
  EXPECT_THAT(names_of_tasks(), ElementsAre("main"));
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
  const Error error = co_await error_of_task(task.join());
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
    EXPECT_THAT(names_of_tasks(), Contains("dropped"));
  }
  while (board->events.empty())
    co_await turn_the_loop();
  co_await turn_the_loop();
  EXPECT_THAT(names_of_tasks(), Not(Contains("dropped")));
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

// ---- Asio's own cancellation, from outside ----

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

// ---- synchronous handles ----

TEST(Sync, ABrowserOfNoLoopSaysSo) {
  const Error error = error_of([] { const sync::Browser browser{Browser(nullptr)}; });
  EXPECT_EQ(error.code(), errc::wrong_loop);
}

Task<void> make_sync_handle(std::optional<sync::Browser>* kept) {
  *kept = sync::Browser(Browser(nullptr));
  EXPECT_EQ((*kept)->run(give(5)), 5) << "on the loop that runs";
  std::optional<Error> error;
  std::thread([&] { error = error_of([&] { (*kept)->run(give(1)); }); }).join();
  EXPECT_EQ(error->code(), errc::wrong_loop);
  EXPECT_THAT(error->what(), HasSubstr("another thread"));
  co_return;
}

TEST(Sync, AHandleSaysSoOnAnotherThreadAndAfterItsLoop) {
  std::optional<sync::Browser> kept;
  run(make_sync_handle(&kept));
  const Error error = error_of([&] { kept->run(give(1)); });
  EXPECT_EQ(error.code(), errc::wrong_loop);
  EXPECT_THAT(error.what(), HasSubstr("has ended"));
}

}  // namespace
}  // namespace cdp
