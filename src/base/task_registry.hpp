// The names of the coroutines that have not ended.
#pragma once

#include <chrono>
#include <list>
#include <string>

namespace cdp {

/// One unfinished coroutine in the list behind `all_tasks`: listed while this object lives.
class TaskEntry {
 public:
  explicit TaskEntry(std::string name);
  ~TaskEntry();
  TaskEntry(const TaskEntry&) = delete;
  TaskEntry& operator=(const TaskEntry&) = delete;

  struct Record {
    std::string name;
    std::chrono::steady_clock::time_point started;
  };

 private:
  std::list<Record>::iterator place_;
};

}  // namespace cdp
