// The first of several coroutines, and coroutines with a limit.
#pragma once

#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cdp {

/// Who won a race.
template <class T>
struct Winner {
  std::size_t index = 0;  ///< its place among those given
  T value;
};

namespace detail {

/// Starts all, waits until one has ended or the deadline passes, cancels the others and waits for
/// their ends. None may throw. When the awaiting coroutine is cancelled, all of them are, and it
/// throws when they have ended.
/// @return which ended first; nothing when the deadline came before
Task<std::optional<std::size_t>> join_first(std::vector<NamedTask<void>> tasks,
                                            std::chrono::steady_clock::time_point deadline);

/// @throws Error invalid_argument when there is none
void expect_racers(std::size_t count);

[[noreturn]] void throw_timeout(std::chrono::milliseconds limit);

}  // namespace detail

/// Starts all coroutines together and returns the result of the one that ends first, well or not.
/// The others are cancelled, through Asio's cancellation: what they wait for ends with an error,
/// and they clean up. None is still running when this returns or throws, so a coroutine that
/// ignores its cancellation holds it up.
/// @throws what the first one threw; Error invalid_argument when there are none
template <class T>
Task<Winner<T>> race(std::vector<NamedTask<T>> tasks) {
  detail::expect_racers(tasks.size());
  detail::Slots<T> slots;
  std::vector<NamedTask<void>> kept = detail::kept(std::move(tasks), slots);
  constexpr auto no_limit = std::chrono::steady_clock::time_point::max();
  const std::optional<std::size_t> first = co_await detail::join_first(std::move(kept), no_limit);
  Winner<T> winner{*first, slots[*first]->take()};
  co_return winner;
}

/// As above, for coroutines without a value. @return the place of the one that ended first
Task<std::size_t> race(std::vector<NamedTask<void>> tasks);

/// As above, for coroutines without names: `all_tasks` lists them as `race 0`, `race 1`, …
template <class T>
Task<Winner<T>> race(std::vector<Task<T>> tasks) {
  return race(detail::with_numbers(std::move(tasks), "race"));
}

Task<std::size_t> race(std::vector<Task<void>> tasks);

/// Awaits a coroutine for at most this long; then it is cancelled, through Asio's cancellation, and
/// its end waited for. If it returns a result anyway, that counts.
/// @param limit from the moment this is awaited
/// @throws Error timeout when it had not ended; what the coroutine throws
template <class T>
Task<T> with_timeout(Task<T> task, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  auto slot = detail::make_slot<T>();
  std::vector<NamedTask<void>> tasks;
  tasks.push_back({"with_timeout", detail::keep_in(std::move(task), slot)});
  const std::optional<std::size_t> ended = co_await detail::join_first(std::move(tasks), deadline);
  if (!ended && slot->error) detail::throw_timeout(limit);
  co_return slot->take();
}

}  // namespace cdp
