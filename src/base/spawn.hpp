// Starting coroutines: the only place that does.
#pragma once

#include "base/notifier.hpp"
#include <cdp/log.hpp>
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace cdp {

/// Starts a coroutine that nobody waits for. It must keep alive what it uses. Listed in `all_tasks`
/// under its name until it ends; an exception that leaves it is a fault of ours and is logged.
void spawn(const boost::asio::any_io_executor& executor, Task<void> task, std::string name,
           const Log& log);

/// Coroutines that are waited for together. `join` must be awaited before the group goes away.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  ~TaskGroup();

  /// Starts a coroutine; it must not throw.
  void spawn(Task<void> task, std::string name);

  /// Returns when all have ended.
  Task<void> join();

  std::size_t running() const { return running_; }

 private:
  std::size_t running_ = 0;
  bool joining_ = false;
  Notifier changed_;
};

}  // namespace cdp
