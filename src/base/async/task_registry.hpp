// The names of the coroutines that have not ended.
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <string>

namespace cdp {

/// One unfinished coroutine in the list behind `all_tasks`: listed while this object lives.
class TaskEntry {
 public:
  /// @param name empty: a part of another coroutine, which is not listed itself
  explicit TaskEntry(std::string name);
  ~TaskEntry();
  TaskEntry(const TaskEntry&) = delete;
  TaskEntry& operator=(const TaskEntry&) = delete;

  struct Record {
    std::string name;
    std::chrono::steady_clock::time_point started;
    std::atomic<bool> runs{false};  ///< it has not suspended: its thread is busy with it
  };

  Record& record() { return *place_; }

 private:
  std::list<Record>::iterator place_;
};

/// Which coroutine a thread runs is noted where coroutines begin and where they sleep: whoever
/// suspends one calls `leave_task` before, and `enter_task` with its result after. Null: none of
/// those that are listed. A record that has been kept for too long is another task's, and never
/// gone.
TaskEntry::Record* leave_task() noexcept;
void enter_task(TaskEntry::Record* task) noexcept;

/// While it lives, a coroutine that has just been started runs in the midst of another.
class Beginning {
 public:
  explicit Beginning(TaskEntry::Record& begun) : before_(leave_task()) { enter_task(&begun); }
  ~Beginning() {
    leave_task();
    enter_task(before_);
  }
  Beginning(const Beginning&) = delete;
  Beginning& operator=(const Beginning&) = delete;

 private:
  TaskEntry::Record* before_;
};

/// The names of the coroutines that run at this moment, on any thread, for people to read.
std::string running_tasks();

}  // namespace cdp
