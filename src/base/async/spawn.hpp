// Starting coroutines: the only place that does.
#pragma once

#include "base/async/notifier.hpp"
#include <cdp/log.hpp>
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace cdp {

/// Starts a coroutine that nobody waits for. It must keep alive what it uses. Listed in `all_tasks`
/// under its name until it ends; an exception that leaves it is a fault of ours and is logged.
void spawn(const boost::asio::any_io_executor& executor, Task<void> task, std::string name,
           const Log& log);

/// The same coroutine, which lets the loop turn once before it begins: for one that is started but
/// must not run on the spot.
Task<void> begin_later(Task<void> task);

/// Awaits `body`, in which no wait throws because the caller is cancelled (by Asio): it starts
/// others that use what it holds, and has to see their end. @throws what the body throws; then,
/// when the caller was cancelled, operation_aborted
Task<void> hold_cancellation(Task<void> body);

/// Coroutines that are waited for together. `join` must be awaited before the group goes away.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  ~TaskGroup();

  /// Starts a coroutine; it must not throw. It runs up to its first wait on the spot.
  void spawn(Task<void> task, std::string name);

  /// As above, but nothing runs on the spot: those that are spawned together start together, even
  /// when one of them calls `run_nested`.
  void spawn_soon(Task<void> task, std::string name);

  /// Returns when all have ended. A caller that is cancelled (by Asio) meanwhile keeps waiting, and
  /// learns of it at its next wait: the coroutines use what it holds.
  Task<void> join();

  /// As above, and calls `on_cancel`, once, when the caller is cancelled.
  Task<void> join(std::function<void()> on_cancel);

  /// As above; cancels the coroutines.
  Task<void> join_or_cancel();

  /// Waits until one has ended, the deadline has passed, or the caller is cancelled; in a body of
  /// `hold_cancellation`, as `join` has to follow.
  Task<void> wait_for_first(Deadline deadline);

  /// The number of the one that has ended first, by the order of `spawn`.
  std::optional<std::size_t> first() const { return first_; }

  /// Cancels those that run (terminal). They end in their own time.
  void cancel();

  std::size_t running() const { return running_.size(); }

 private:
  using Signal = std::shared_ptr<boost::asio::cancellation_signal>;

  std::list<Signal> running_;  ///< of the coroutines that have not ended
  std::size_t spawned_ = 0;
  std::optional<std::size_t> first_;
  bool joining_ = false;
  Notifier changed_;
};

}  // namespace cdp
