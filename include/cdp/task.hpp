// Coroutines: the task type, running one to its end, and what is unfinished.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
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

/// The unfinished coroutines of this process that were started by this library, oldest first: the
/// ones handed to `run` and `gather`, and the library's own, such as a browser's receive loop.
/// Thread-safe.
std::vector<TaskInfo> all_tasks();

/// How many `all_tasks` would list.
std::size_t task_count();

namespace detail {

/// Runs `task` on a new event loop of this thread until it has ended. Its exceptions are the
/// caller's affair.
void run_loop(Task<void> task);

template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& result, std::exception_ptr& error) {
  try {
    result.emplace(co_await std::move(task));
  } catch (...) {
    error = std::current_exception();
  }
}

inline Task<void> keep_result(Task<void> task, std::exception_ptr& error) {
  try {
    co_await std::move(task);
  } catch (...) {
    error = std::current_exception();
  }
}

}  // namespace detail

/// Runs a coroutine on a new event loop of the calling thread and returns its result: the way from
/// `main` into this library, as asyncio.run is in Python. Returns when the coroutine has ended;
/// whatever it left unfinished on that loop is ended too.
/// @throws what the coroutine throws
template <class T>
T run(Task<T> task) {
  std::optional<T> result;
  std::exception_ptr error;
  detail::run_loop(detail::keep_result(std::move(task), result, error));
  if (error) std::rethrow_exception(error);
  return std::move(*result);
}

inline void run(Task<void> task) {
  std::exception_ptr error;
  detail::run_loop(detail::keep_result(std::move(task), error));
  if (error) std::rethrow_exception(error);
}

}  // namespace cdp
