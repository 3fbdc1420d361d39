// Several coroutines at once.
#pragma once

#include <cdp/task.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace cdp {

/// How one of several coroutines ended: with a value, or with an exception.
template <class T>
class Outcome {
 public:
  bool ok() const noexcept { return value_.has_value(); }

  /// The value. @throws what the coroutine threw
  T& value() {
    if (error_) std::rethrow_exception(error_);
    return *value_;
  }

  /// What the coroutine threw; null when it ended well.
  std::exception_ptr error() const noexcept { return error_; }

  /// Where the result is put: for `gather`.
  std::optional<T>& value_slot() noexcept { return value_; }
  std::exception_ptr& error_slot() noexcept { return error_; }

 private:
  std::optional<T> value_;
  std::exception_ptr error_;
};

namespace detail {

/// Starts all on the loop of the awaiting coroutine and returns when the last has ended. None may
/// throw.
Task<void> join_all(std::vector<Task<void>> tasks);

template <class T>
Task<std::vector<Outcome<T>>> gather_outcomes(std::vector<Task<T>> tasks) {
  std::vector<Outcome<T>> outcomes(tasks.size());
  std::vector<Task<void>> kept;
  kept.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    kept.push_back(
        keep_result(std::move(tasks[i]), outcomes[i].value_slot(), outcomes[i].error_slot()));
  }
  co_await join_all(std::move(kept));
  co_return outcomes;
}

}  // namespace detail

/// Starts all coroutines together, waits for all of them and returns how each ended, in the order
/// given. Failures are values: nothing is thrown.
template <class T>
Task<std::vector<Outcome<T>>> gather_outcomes(std::vector<Task<T>> tasks) {
  return detail::gather_outcomes(std::move(tasks));
}

/// Starts all coroutines together, waits for all of them and returns their values in the order
/// given, as asyncio.gather does. Unlike there, none is still running when this returns or throws.
/// @throws the error of the first in that order that failed
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  std::vector<Outcome<T>> outcomes = co_await detail::gather_outcomes(std::move(tasks));
  std::vector<T> values;
  values.reserve(outcomes.size());
  for (Outcome<T>& outcome : outcomes)
    values.push_back(std::move(outcome.value()));
  co_return values;
}

/// As above, for coroutines without a value.
Task<void> gather(std::vector<Task<void>> tasks);

}  // namespace cdp
