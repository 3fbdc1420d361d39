#include "base/system/leftovers.hpp"

#include "base/system/remove_tree.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <signal.h>

#include <mutex>
#include <thread>

namespace cdp {
namespace {

struct Registry {
  std::mutex mutex;
  std::list<Leftovers::Entry> entries;
};

Registry& registry() {
  static Registry* instance = new Registry;  // never destroyed: threads may outlive static objects
  return *instance;
}

/// @return whether it is gone
bool try_remove(const std::filesystem::path& directory) {
  if (directory.empty()) return true;
  const UniqueFd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) return errno == ENOENT;
  return remove_contents(opened.get(), "") && remove_empty_directory(opened.get(), directory);
}

}  // namespace

Leftovers::Leftovers() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  place_ = all.entries.emplace(all.entries.end());
}

Leftovers::~Leftovers() {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.entries.erase(place_);
}

void Leftovers::set_directory(std::filesystem::path directory) {
  const std::lock_guard lock(registry().mutex);
  place_->directory = std::move(directory);
}

void Leftovers::set_group(pid_t group) {
  const std::lock_guard lock(registry().mutex);
  place_->group = group;
}

void end_leftovers(Deadline deadline) {
  constexpr std::chrono::milliseconds pause{10};
  Registry& all = registry();
  // Held to the end: whoever wants to start another browser waits, and ends with the process.
  const std::lock_guard lock(all.mutex);
  for (const Leftovers::Entry& entry : all.entries) {
    if (entry.group > 0) ::kill(-entry.group, SIGKILL);
  }
  // Processes that are dying may write once more.
  for (Leftovers::Entry& entry : all.entries) {
    while (!try_remove(entry.directory) && !has_passed(deadline))
      std::this_thread::sleep_for(pause);
  }
}

}  // namespace cdp
