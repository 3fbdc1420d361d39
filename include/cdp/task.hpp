// Coroutines: the task type, running one to its end, and what is unfinished.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cdp {

/// A coroutine of this library: Asio's awaitable. It starts when it is awaited (or handed to `run`
/// or `gather`), runs on one event loop, and may be awaited once.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// An unfinished coroutine, as `all_tasks` lists it.
struct TaskInfo {
  std::string name;
  std::chrono::steady_clock::duration age{};
};

/// What this library has started in this process and has not ended, oldest first: the coroutines
/// handed to `run`, `gather`, `race` and `spawn`, those of the library itself, such as a browser's
/// receive loop, and the calls of `fire_and_forget`, waiting or running. Thread-safe.
std::vector<TaskInfo> all_tasks();

/// How many `all_tasks` would list.
std::size_t task_count();

namespace detail {

/// Where a coroutine of its own leaves its result for whoever waits for it. Shared by both, since
/// either may go first.
template <class T>
struct Slot {
  std::optional<T> value;
  std::exception_ptr error;

  /// The value. @throws what the coroutine threw
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};

template <>
struct Slot<void> {
  std::exception_ptr error;

  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

/// What a coroutine throws that was cancelled before its first line.
std::exception_ptr never_begun();

template <class T>
std::shared_ptr<Slot<T>> make_slot() {
  auto slot = std::make_shared<Slot<T>>();
  slot->error = never_begun();
  return slot;
}

template <class T>
Task<void> keep_in(Task<T> task, std::shared_ptr<Slot<T>> slot) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
    } else {
      slot->value.emplace(co_await std::move(task));
    }
    slot->error = nullptr;
  } catch (...) {
    slot->error = std::current_exception();
  }
}

/// Runs `task` on a new event loop of this thread until it has ended. Its exceptions are the
/// caller's affair.
void run_loop(Task<void> task);

/// The same on the loop that runs on this thread.
void run_nested_loop(Task<void> task);

}  // namespace detail

/// Runs a coroutine on a new event loop of the calling thread and returns its result: the way from
/// `main` into this library, as asyncio.run is in Python. Returns when the coroutine has ended, and
/// what was started with `fire_and_forget` on that loop; whatever else it left unfinished there is
/// ended too.
///
/// May be called while a loop runs on this thread, by a synchronous function between two
/// coroutines: then nothing else on the outer loop runs until this returns. What belongs to the
/// outer loop, a browser for instance, cannot be awaited inside: its messages are not read.
/// @throws what the coroutine throws
template <class T>
T run(Task<T> task) {
  auto slot = detail::make_slot<T>();
  detail::run_loop(detail::keep_in(std::move(task), slot));
  return slot->take();
}

/// Runs a coroutine to its end on the event loop that runs on this thread already, for synchronous
/// functions between two coroutines. The other coroutines of the loop continue meanwhile, and what
/// belongs to the loop, its browsers included, can be used inside.
///
/// Nested calls end last in, first out: when another coroutine makes such a call while this one
/// waits, this one returns after that one. A coroutine that a nested call waits for must therefore
/// not itself wait for something that comes after an earlier nested call. Do not call it in an
/// event handler (`Session::on`), behind which the browser's messages wait.
/// @throws what the coroutine throws; Error wrong_loop when no loop of `cdp::run` runs on this
///         thread, cancelled when the loop is stopped
template <class T>
T run_nested(Task<T> task) {
  auto slot = detail::make_slot<T>();
  detail::run_nested_loop(detail::keep_in(std::move(task), slot));
  return slot->take();
}

}  // namespace cdp
