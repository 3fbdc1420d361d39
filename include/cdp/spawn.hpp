// A coroutine that runs on its own, with a name and a handle.
#pragma once

#include <cdp/task.hpp>

#include <memory>
#include <string>
#include <utility>

namespace cdp {

namespace detail {

class SpawnedTask;

/// Starts it on the loop of the awaiting coroutine. It must not throw.
Task<std::shared_ptr<SpawnedTask>> start(std::string name, Task<void> task);
Task<void> wait_for_end(std::shared_ptr<SpawnedTask> task);
void cancel(SpawnedTask& task);
bool has_ended(const SpawnedTask& task);

/// What is thrown to those who wait: an abort that was our own `cancel` becomes Error cancelled.
std::exception_ptr told_error(const SpawnedTask& task, std::exception_ptr error);

}  // namespace detail

/// A coroutine that was started with `spawn`: asyncio's Task. A handle that moves; when it goes
/// away before the coroutine has ended, the coroutine is cancelled. Used on the loop it was made
/// on.
template <class T>
class Spawned {
 public:
  Spawned(std::shared_ptr<detail::SpawnedTask> task, std::shared_ptr<detail::Slot<T>> slot)
      : task_(std::move(task)), slot_(std::move(slot)) {}
  Spawned(Spawned&&) noexcept = default;
  Spawned& operator=(Spawned&& other) noexcept {
    if (this != &other) {
      if (task_) detail::cancel(*task_);
      task_ = std::move(other.task_);
      slot_ = std::move(other.slot_);
    }
    return *this;
  }
  ~Spawned() {
    if (task_) detail::cancel(*task_);
  }

  /// Waits for the end and returns the result, once.
  /// @throws what the coroutine throws; Error cancelled when `cancel` has ended it
  Task<T> join() { return join_task(task_, slot_); }

  /// Asks the coroutine to end, through Asio's cancellation (terminal): what it waits for ends with
  /// an error. Only this one coroutine and what it awaits is affected. Returns at once; does
  /// nothing when it has ended.
  void cancel() { detail::cancel(*task_); }

  bool ended() const { return detail::has_ended(*task_); }

 private:
  static Task<T> join_task(std::shared_ptr<detail::SpawnedTask> task,
                           std::shared_ptr<detail::Slot<T>> slot) {
    co_await detail::wait_for_end(task);
    slot->error = detail::told_error(*task, slot->error);
    co_return slot->take();
  }

  std::shared_ptr<detail::SpawnedTask> task_;
  std::shared_ptr<detail::Slot<T>> slot_;
};

/// Starts a coroutine on the loop of the awaiting one, which continues at once.
/// @param name what `all_tasks` lists it under
template <class T>
Task<Spawned<T>> spawn(std::string name, Task<T> task) {
  auto slot = detail::make_slot<T>();
  Task<void> keeping = detail::keep_in(std::move(task), slot);
  auto started = co_await detail::start(std::move(name), std::move(keeping));
  Spawned<T> spawned(std::move(started), std::move(slot));
  co_return spawned;
}

}  // namespace cdp
