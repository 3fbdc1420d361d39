#include "base/task_registry.hpp"

#include <cdp/task.hpp>

#include <mutex>
#include <utility>

namespace cdp {
namespace {

/// All loops of the process share the list, so it is the one thing here that is locked.
struct Registry {
  std::mutex mutex;
  std::list<TaskEntry::Record> entries;
};

Registry& registry() {
  static Registry* instance =
      new Registry;  // never destroyed: coroutines may end after static objects
  return *instance;
}

}  // namespace

TaskEntry::TaskEntry(std::string name) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  place_ =
      all.entries.insert(all.entries.end(), {std::move(name), std::chrono::steady_clock::now()});
}

TaskEntry::~TaskEntry() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.entries.erase(place_);
}

std::vector<TaskInfo> all_tasks() {
  Registry& all = registry();
  const auto now = std::chrono::steady_clock::now();
  std::vector<TaskInfo> tasks;
  const std::lock_guard lock(all.mutex);
  tasks.reserve(all.entries.size());
  for (const TaskEntry::Record& entry : all.entries)
    tasks.push_back({entry.name, now - entry.started});
  return tasks;
}

std::size_t task_count() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  return all.entries.size();
}

}  // namespace cdp
