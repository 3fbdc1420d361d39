// Groups of coroutines, and the list of what is unfinished.
#include "base/async/task_registry.hpp"

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "support/async/board.hpp"
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/post.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using test::BoardPtr;
using test::give;
using test::make_board;
using test::note;
using test::set_and_return;
using test::task_names;
using test::wait_for;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Task<int> count_tasks(BoardPtr board, std::size_t* count) {
  co_await wait_for(board, 1, "counter");
  *count = task_count();
  co_return 0;
}

Task<void> check_names() {
  EXPECT_THAT(task_names(), ElementsAre("main"));
  const auto board = co_await make_board();
  std::size_t during = 0;
  std::vector<Task<int>> tasks;
  tasks.push_back(count_tasks(board, &during));
  tasks.push_back(set_and_return(board, 1, 0));
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

Task<void> gather_two() {
  std::vector<Task<int>> tasks;
  tasks.push_back(give(1));
  tasks.push_back(give(2));
  co_await gather(std::move(tasks));
}

TEST(AllTasks, ListsTheLoopsOfAllThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        run(gather_two());
        EXPECT_LE(all_tasks().size(), 100U);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(task_count(), 0U);
}

Task<void> check_group() {
  const auto board = co_await make_board();
  TaskGroup group(board->changed.executor());
  EXPECT_EQ(group.running(), 0U);
  co_await group.join();  // of nothing
  group.spawn(note(board, 1, "a"), "task a");
  group.spawn(note(board, 1, "b"), "task b");
  EXPECT_EQ(group.running(), 2U);
  EXPECT_THAT(task_names(), ElementsAre("main", "task a", "task b"));
  board->set(1);
  EXPECT_EQ(group.running(), 2U) << "waking runs nothing on the spot";
  co_await group.join();
  EXPECT_EQ(group.running(), 0U);
  EXPECT_THAT(board->events, ElementsAre("a", "b"));
  EXPECT_THAT(task_names(), ElementsAre("main"));
}

TEST(TaskGroup, JoinReturnsWhenAllHaveEnded) {
  run(check_group());
}

Task<void> throw_something(BoardPtr board) {
  board->set(1);
  throw std::runtime_error("a bug");
  co_return;
}

Task<void> check_spawned_fault(std::string* lines) {
  const auto board = co_await make_board();
  const Log log(LogLevel::trace, [lines](LogLevel level, std::string_view line) {
    EXPECT_EQ(level, LogLevel::error);
    *lines += line;
  });
  spawn(board->changed.executor(), throw_something(board), "faulty", log);
  co_await wait_for(board, 1, "main");
  const auto logged = [lines] { return !lines->empty(); };
  while (!logged()) {
    boost::asio::post(board->changed.executor(), [board] { board->set(board->value + 1); });
    co_await wait_for(board, board->value + 1, "main");
  }
  EXPECT_THAT(task_names(), Not(Contains("faulty")));
}

TEST(Spawn, AnExceptionIsLoggedUnderTheTasksName) {
  std::string lines;
  run(check_spawned_fault(&lines));
  EXPECT_THAT(lines, HasSubstr("faulty"));
  EXPECT_THAT(lines, HasSubstr("a bug"));
}

}  // namespace
}  // namespace cdp
