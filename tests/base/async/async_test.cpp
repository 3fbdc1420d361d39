// Running coroutines: run, gather, groups, waking, and the list of what is unfinished.
#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "base/async/task_registry.hpp"
#include <cdp/error.hpp>
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
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
using testing::Not;

/// Long enough never to pass in a test that works.
constexpr auto patience = 30s;

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const TaskInfo& task : all_tasks())
    names.push_back(task.name);
  return names;
}

/// What a test's coroutines share: a value, and waking when it changes.
struct Shared {
  explicit Shared(const boost::asio::any_io_executor& executor) : changed(executor) {}

  void set(int to) {
    value = to;
    changed.notify_all();
  }

  Notifier changed;
  int value = 0;
  std::vector<std::string> seen;
};

Task<std::shared_ptr<Shared>> make_shared_state() {
  const auto executor = co_await boost::asio::this_coro::executor;
  co_return std::make_shared<Shared>(executor);
}

/// Waits until the value has got that far, then notes who it was.
Task<int> wait_for(std::shared_ptr<Shared> shared, int value, std::string name) {
  const auto reached = [&shared, value] { return shared->value >= value; };
  const bool in_time = co_await shared->changed.until(reached, deadline_in(patience));
  shared->seen.push_back(in_time ? name : name + " gave up");
  co_return value;
}

Task<int> set_and_return(std::shared_ptr<Shared> shared, int value, int result) {
  shared->set(value);
  co_return result;
}

Task<int> fail_with(std::string text) {
  if (!text.empty()) throw std::runtime_error(text);
  co_return 0;
}

Task<int> give(int value) {
  co_return value;
}

Task<void> give_nothing() {
  co_return;
}

// ---- run ----

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

Task<void> wait_for_ever(std::shared_ptr<Shared> shared, bool* destroyed) {
  const Farewell farewell(*destroyed);
  const auto never = [&shared] { return shared->value < 0; };
  co_await shared->changed.until(never, Deadline::max());
}

Task<void> leave_one_behind(bool* destroyed) {
  const auto shared = co_await make_shared_state();
  spawn(shared->changed.executor(), wait_for_ever(shared, destroyed), "left behind", {});
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

Task<void> gather_for_ever(std::shared_ptr<Shared> shared, bool* destroyed) {
  std::vector<Task<void>> tasks;
  tasks.push_back(wait_for_ever(shared, destroyed));
  tasks.push_back(give_nothing());
  co_await gather(std::move(tasks));
}

Task<void> leave_a_gather_behind(bool* destroyed) {
  const auto shared = co_await make_shared_state();
  spawn(shared->changed.executor(), gather_for_ever(shared, destroyed), "left behind", {});
  // Once this has been woken, the other has started too: the loop is first come, first served.
  boost::asio::post(shared->changed.executor(), [shared] { shared->set(1); });
  co_await wait_for(shared, 1, "main");
}

TEST(Run, EndsEvenAGatherThatIsUnderWay) {
  bool destroyed = false;
  run(leave_a_gather_behind(&destroyed));
  EXPECT_TRUE(destroyed);
  EXPECT_EQ(task_count(), 0U);
}

// ---- gather ----

Task<void> check_gather_order() {
  const auto shared = co_await make_shared_state();
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_for(shared, 2, "third"));
  tasks.push_back(wait_for(shared, 1, "second"));
  tasks.push_back(set_and_return(shared, 1, 30));
  tasks.push_back(set_and_return(shared, 2, 40));
  const std::vector<int> values = co_await gather(std::move(tasks));
  EXPECT_THAT(values, ElementsAre(2, 1, 30, 40));
  EXPECT_EQ(shared->seen.size(), 2U);
}

TEST(Gather, ResultsComeInTheOrderGivenWhoeverIsFirst) {
  run(check_gather_order());
  EXPECT_EQ(task_count(), 0U);
}

Task<void> check_gather_error() {
  const auto shared = co_await make_shared_state();
  std::vector<Task<int>> tasks;
  tasks.push_back(wait_for(shared, 1, "slow"));
  tasks.push_back(fail_with("first error in order"));
  tasks.push_back(fail_with("second error in order"));
  tasks.push_back(set_and_return(shared, 1, 0));
  std::string text;
  try {
    co_await gather(std::move(tasks));
  } catch (const std::exception& error) {
    text = error.what();
  }
  EXPECT_EQ(text, "first error in order");
  // None is running any more.
  EXPECT_THAT(shared->seen, ElementsAre("slow"));
  EXPECT_EQ(task_count(), 1U) << "main alone";
}

TEST(Gather, ThrowsTheFirstErrorInOrderWhenAllHaveEnded) {
  run(check_gather_error());
}

Task<void> fail_late(std::shared_ptr<Shared> shared, int value, std::string text) {
  co_await wait_for(shared, value, text);
  throw std::runtime_error(text);
}

Task<void> set_value(std::shared_ptr<Shared> shared, int value) {
  shared->set(value);
  co_return;
}

Task<void> check_void_gather_error() {
  const auto shared = co_await make_shared_state();
  std::vector<Task<void>> tasks;
  tasks.push_back(fail_late(shared, 2, "late"));
  tasks.push_back(fail_late(shared, 1, "early"));
  tasks.push_back(set_value(shared, 1));
  tasks.push_back(set_value(shared, 2));
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
Task<int> ignore_cancellation(std::shared_ptr<Shared> shared, int value, std::string name) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_return co_await wait_for(shared, value, name);
}

Task<void> gather_two(std::shared_ptr<Shared> shared) {
  std::vector<Task<int>> tasks;
  tasks.push_back(ignore_cancellation(shared, 1, "stubborn"));
  tasks.push_back(wait_for(shared, 1, "cancelled"));
  co_await gather(std::move(tasks));
  shared->seen.push_back("gathered");
}

TEST(Gather, ThatIsCancelledCancelsWhatItStartedAndWaitsForIt) {
  boost::asio::io_context loop(1);
  const auto shared = std::make_shared<Shared>(loop.get_executor());
  boost::asio::cancellation_signal cancel;
  bool aborted = false;
  boost::asio::co_spawn(
      loop, gather_two(shared),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](const std::exception_ptr& error) { aborted = error != nullptr; }));
  loop.poll();
  EXPECT_EQ(task_count(), 2U);
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.poll();
  EXPECT_EQ(task_count(), 1U) << "one has gone";
  EXPECT_FALSE(aborted) << "the other still uses what it holds";
  EXPECT_TRUE(shared->seen.empty());
  shared->set(1);
  loop.poll();
  EXPECT_THAT(shared->seen, ElementsAre("stubborn"));
  EXPECT_TRUE(aborted);
  EXPECT_EQ(task_count(), 0U);
}

// ---- the list of unfinished coroutines ----

Task<int> count_tasks(std::shared_ptr<Shared> shared, std::size_t* count) {
  co_await wait_for(shared, 1, "counter");
  *count = task_count();
  co_return 0;
}

Task<void> check_names() {
  EXPECT_THAT(task_names(), ElementsAre("main"));
  const auto shared = co_await make_shared_state();
  std::size_t during = 0;
  std::vector<Task<int>> tasks;
  tasks.push_back(count_tasks(shared, &during));
  tasks.push_back(set_and_return(shared, 1, 0));
  co_await gather(std::move(tasks));
  EXPECT_GE(during, 2U);
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(AllTasks, CountsGrowWithGatherAndComeBack) {
  EXPECT_EQ(task_count(), 0U);
  run(check_names());
  EXPECT_EQ(task_count(), 0U);
}

Task<int> look_at_names(std::vector<std::string>* names) {
  *names = task_names();
  co_return 0;
}

Task<void> check_gather_names() {
  std::vector<std::string> names;
  std::vector<Task<int>> tasks;
  tasks.push_back(look_at_names(&names));
  tasks.push_back(give(1));
  co_await gather(std::move(tasks));
  EXPECT_THAT(names, Contains("gather 0"));
  EXPECT_THAT(names, Contains("main"));
}

TEST(AllTasks, NamesThemOldestFirst) {
  {
    const TaskEntry one("one");
    const TaskEntry two("two");
    EXPECT_THAT(task_names(), ElementsAre("one", "two"));
    const std::vector<TaskInfo> tasks = all_tasks();
    EXPECT_GE(tasks[0].age, tasks[1].age);
    EXPECT_GE(tasks[1].age, 0s);
  }
  EXPECT_EQ(task_count(), 0U);
  run(check_gather_names());
}

TEST(AllTasks, ListsTheLoopsOfAllThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        run(check_empty_gather());
        EXPECT_LE(all_tasks().size(), 100U);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(task_count(), 0U);
}

// ---- groups, and coroutines that nobody waits for ----

Task<void> note(std::shared_ptr<Shared> shared, int value, std::string name) {
  co_await wait_for(shared, value, std::move(name));
}

Task<void> check_group() {
  const auto shared = co_await make_shared_state();
  TaskGroup group(shared->changed.executor());
  EXPECT_EQ(group.running(), 0U);
  co_await group.join();  // of nothing
  group.spawn(note(shared, 1, "a"), "task a");
  group.spawn(note(shared, 1, "b"), "task b");
  EXPECT_EQ(group.running(), 2U);
  EXPECT_THAT(task_names(), ElementsAre("main", "task a", "task b"));
  shared->set(1);
  EXPECT_EQ(group.running(), 2U) << "waking runs nothing on the spot";
  co_await group.join();
  EXPECT_EQ(group.running(), 0U);
  EXPECT_THAT(shared->seen, ElementsAre("a", "b"));
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(TaskGroup, JoinReturnsWhenAllHaveEnded) {
  run(check_group());
}

Task<void> throw_something(std::shared_ptr<Shared> shared) {
  shared->set(1);
  throw std::runtime_error("a bug");
  co_return;
}

Task<void> check_spawned_fault(std::string* lines) {
  const auto shared = co_await make_shared_state();
  const Log log(LogLevel::trace, [lines](LogLevel level, std::string_view line) {
    EXPECT_EQ(level, LogLevel::error);
    *lines += line;
  });
  spawn(shared->changed.executor(), throw_something(shared), "faulty", log);
  co_await wait_for(shared, 1, "main");
  const auto logged = [lines] { return !lines->empty(); };
  while (!logged()) {
    boost::asio::post(shared->changed.executor(), [shared] { shared->set(shared->value + 1); });
    co_await wait_for(shared, shared->value + 1, "main");
  }
  EXPECT_THAT(task_names(), Not(Contains("faulty")));
}

TEST(Spawn, AnExceptionIsLoggedUnderTheTasksName) {
  std::string lines;
  run(check_spawned_fault(&lines));
  EXPECT_THAT(lines, HasSubstr("faulty"));
  EXPECT_THAT(lines, HasSubstr("a bug"));
}

// ---- waking ----

Task<void> check_ready() {
  const auto shared = co_await make_shared_state();
  const auto ready = [] { return true; };
  const auto never = [] { return false; };
  const Deadline past = deadline_in(-1s);
  EXPECT_TRUE(co_await shared->changed.until(ready, past)) << "what is ready beats the deadline";
  EXPECT_FALSE(co_await shared->changed.until(never, past));
  EXPECT_TRUE(co_await shared->changed.until(ready, Deadline::max()));
  const Deadline soon = deadline_in(1ms);
  EXPECT_FALSE(co_await shared->changed.until(never, soon));
}

TEST(Notifier, LooksAtTheStateBeforeTheClock) {
  run(check_ready());
}

Task<void> check_spurious() {
  const auto shared = co_await make_shared_state();
  int looked = 0;
  TaskGroup group(shared->changed.executor());
  group.spawn(note(shared, 3, "woken"), "waiter");
  for (int i = 0; i < 3; ++i) {
    boost::asio::post(shared->changed.executor(), [shared] { shared->set(shared->value + 1); });
  }
  const auto counted = [&] {
    ++looked;
    return shared->value >= 3;
  };
  EXPECT_TRUE(co_await shared->changed.until(counted, deadline_in(patience)));
  EXPECT_GE(looked, 2);
  co_await group.join();
  EXPECT_THAT(shared->seen, ElementsAre("woken"));
}

TEST(Notifier, WakesAllAndLetsThemLookAgain) {
  run(check_spurious());
}

Task<void> check_who_is_woken() {
  const auto shared = co_await make_shared_state();
  int looked = 0;
  TaskGroup group(shared->changed.executor());
  group.spawn(note(shared, 1, "first"), "first");
  group.spawn(note(shared, 2, "second"), "second");
  boost::asio::post(shared->changed.executor(), [shared] {
    shared->set(1);
    shared->set(2);  // both hold before either runs: in the order they came
  });
  const auto over = [&] {
    ++looked;
    return shared->seen.size() == 2;
  };
  EXPECT_TRUE(co_await shared->changed.until(over, deadline_in(20ms)))
      << "nobody tells of that change, but it is seen at the deadline";
  EXPECT_EQ(looked, 4) << "before it sleeps, at each of two changes, at its deadline";
  co_await group.join();
  EXPECT_THAT(shared->seen, ElementsAre("first", "second"));
}

TEST(Notifier, LooksForThoseWhoSleep) {
  run(check_who_is_woken());
}

Task<void> check_change_before_wait() {
  const auto shared = co_await make_shared_state();
  shared->set(1);  // before anyone waits: level-triggered, so nothing is lost
  co_await wait_for(shared, 1, "late");
  EXPECT_THAT(shared->seen, ElementsAre("late"));
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
