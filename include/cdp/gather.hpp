// Several coroutines at once.
#pragma once

#include <cdp/task.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace cdp {

/// A coroutine with the name that `all_tasks` lists it under.
template <class T>
struct NamedTask {
  std::string name;
  Task<T> task;
};

/// How one of several coroutines ended: with a value, or with an exception.
template <class T>
class Outcome {
 public:
  explicit Outcome(std::shared_ptr<detail::Slot<T>> slot) : slot_(std::move(slot)) {}

  bool ok() const noexcept { return !slot_->error; }

  /// The value. @throws what the coroutine threw
  std::add_lvalue_reference_t<T> value() {
    if (slot_->error) std::rethrow_exception(slot_->error);
    if constexpr (!std::is_void_v<T>) return *slot_->value;
  }

  /// What the coroutine threw; null when it ended well.
  std::exception_ptr error() const noexcept { return slot_->error; }

 private:
  std::shared_ptr<detail::Slot<T>> slot_;
};

namespace detail {

/// Starts all on the loop of the awaiting coroutine and returns when the last has ended. None may
/// throw. When the awaiting coroutine is cancelled, all of them are, and it throws when they have
/// ended.
Task<void> join_all(std::vector<NamedTask<void>> tasks);

/// `gather 0`, `gather 1`, …
std::string numbered(const char* name, std::size_t number);

template <class T>
std::vector<NamedTask<T>> with_numbers(std::vector<Task<T>> tasks, const char* name) {
  std::vector<NamedTask<T>> named;
  named.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i)
    named.push_back({numbered(name, i), std::move(tasks[i])});
  return named;
}

template <class T>
using Slots = std::vector<std::shared_ptr<Slot<T>>>;

/// The same coroutines, which leave their results in slots.
template <class T>
std::vector<NamedTask<void>> kept(std::vector<NamedTask<T>> tasks, Slots<T>& slots) {
  std::vector<NamedTask<void>> result;
  result.reserve(tasks.size());
  for (NamedTask<T>& task : tasks) {
    slots.push_back(make_slot<T>());
    result.push_back({std::move(task.name), keep_in(std::move(task.task), slots.back())});
  }
  return result;
}

}  // namespace detail

/// Starts all coroutines together, waits for all of them and returns how each ended, in the order
/// given. Failures are values: nothing is thrown, but when the awaiting coroutine is cancelled.
template <class T>
Task<std::vector<Outcome<T>>> gather_outcomes(std::vector<NamedTask<T>> tasks) {
  detail::Slots<T> slots;
  std::vector<NamedTask<void>> kept = detail::kept(std::move(tasks), slots);
  co_await detail::join_all(std::move(kept));
  std::vector<Outcome<T>> outcomes;
  outcomes.reserve(slots.size());
  for (std::shared_ptr<detail::Slot<T>>& slot : slots)
    outcomes.emplace_back(std::move(slot));
  co_return outcomes;
}

/// Starts all coroutines together, waits for all of them and returns their values in the order
/// given, as asyncio.gather does. Unlike there, none is still running when this returns or throws.
/// When the awaiting coroutine is cancelled, so are they.
/// @throws the error of the first in that order that failed
template <class T>
Task<std::vector<T>> gather(std::vector<NamedTask<T>> tasks) {
  detail::Slots<T> slots;
  std::vector<NamedTask<void>> kept = detail::kept(std::move(tasks), slots);
  co_await detail::join_all(std::move(kept));
  std::vector<T> values;
  values.reserve(slots.size());
  for (const std::shared_ptr<detail::Slot<T>>& slot : slots)
    values.push_back(slot->take());
  co_return values;
}

/// As above, for coroutines without a value.
Task<void> gather(std::vector<NamedTask<void>> tasks);

/// As above, for coroutines without names: `all_tasks` lists them as `gather 0`, `gather 1`, …
template <class T>
Task<std::vector<Outcome<T>>> gather_outcomes(std::vector<Task<T>> tasks) {
  return gather_outcomes(detail::with_numbers(std::move(tasks), "gather"));
}

template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  return gather(detail::with_numbers(std::move(tasks), "gather"));
}

Task<void> gather(std::vector<Task<void>> tasks);

}  // namespace cdp
