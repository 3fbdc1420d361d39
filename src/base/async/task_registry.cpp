#include "base/async/task_registry.hpp"

#include <cdp/task.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace cdp {
namespace {

/// All loops of the process share the list, so it is the one thing here that is locked.
struct Registry {
  std::mutex mutex;
  std::list<TaskEntry::Record> entries;
  /// Records that are to be used again. None is ever destroyed: a thread may hold one for longer
  /// than its task lives.
  std::list<TaskEntry::Record> spare;
};

thread_local TaskEntry::Record* current_task = nullptr;

Registry& registry() {
  static Registry* instance =
      new Registry;  // never destroyed: coroutines may end after static objects
  return *instance;
}

}  // namespace

TaskEntry::TaskEntry(std::string name) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  if (all.spare.empty()) all.spare.emplace_back();
  place_ = all.spare.begin();
  all.entries.splice(all.entries.end(), all.spare, place_);
  place_->name = std::move(name);
  place_->started = std::chrono::steady_clock::now();
  place_->runs = false;
}

TaskEntry::~TaskEntry() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  place_->runs = false;
  all.spare.splice(all.spare.begin(), all.entries, place_);
}

std::vector<TaskInfo> all_tasks() {
  Registry& all = registry();
  const auto now = std::chrono::steady_clock::now();
  std::vector<TaskInfo> tasks;
  const std::lock_guard lock(all.mutex);
  tasks.reserve(all.entries.size());
  for (const TaskEntry::Record& entry : all.entries) {
    if (!entry.name.empty()) tasks.push_back({entry.name, now - entry.started});
  }
  return tasks;
}

TaskEntry::Record* leave_task() noexcept {
  TaskEntry::Record* const task = std::exchange(current_task, nullptr);
  if (task != nullptr) task->runs.store(false, std::memory_order_relaxed);
  return task;
}

void enter_task(TaskEntry::Record* task) noexcept {
  current_task = task;
  if (task != nullptr) task->runs.store(true, std::memory_order_relaxed);
}

std::string running_tasks() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  std::string names;
  for (const TaskEntry::Record& entry : all.entries) {
    if (!entry.runs) continue;
    if (!names.empty()) names += ", ";
    names += entry.name;
  }
  return names.empty() ? "nothing that has a name" : names;
}

std::size_t task_count() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto count = std::ranges::count_if(
      all.entries, [](const TaskEntry::Record& entry) { return !entry.name.empty(); });
  return static_cast<std::size_t>(count);
}

}  // namespace cdp
