// Calls that nobody waits for.
#pragma once

#include <cdp/log.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cdp {

struct FireAndForgetOptions {
  /// Calls that run at once; further ones wait their turn. 0: four more than there are cores, 32 at
  /// most, for most of them wait themselves.
  std::size_t threads = 0;

  /// How long the end of the process (and of `run`, for coroutines) waits for calls that have not
  /// ended; nothing: as long as they take. Past it, those that have not begun are dropped, each
  /// with a line in the log. Those that run continue until the process has ended: with a limit,
  /// they must not use static objects.
  std::optional<std::chrono::milliseconds> exit_limit;

  /// Gets a line for every call that throws, at level error. None: the line goes to the standard
  /// error, for there is nobody else to tell. Its sink is called on the threads of the calls, one
  /// line at a time, and at the end of the process: what it uses must live as long.
  Log log;
};

/// Sets the options, for calls from now on. Thread-safe.
void configure_fire_and_forget(FireAndForgetOptions options);

/// How many calls of functions have not ended, waiting and running ones. Thread-safe.
std::size_t fire_and_forget_count();

/// Blocks until no call of a function is left, those included that they start themselves. Not for
/// the calls: two that waited would wait for each other.
void wait_for_fire_and_forget();

/// As above. @param limit for the waiting @return whether none is left
bool wait_for_fire_and_forget(std::chrono::milliseconds limit);

namespace detail {

/// A function with its arguments.
class ForgottenCall {
 public:
  virtual ~ForgottenCall() = default;
  virtual void run() = 0;
};

/// Queues a call for the pool.
void forget(std::string name, std::unique_ptr<ForgottenCall> call);

/// Starts a coroutine on the loop of this thread; on a loop of its own in the pool where there is
/// none.
void forget(std::string name, Task<void> task);

template <class F, class... Args>
class ForgottenCallOf final : public ForgottenCall {
 public:
  template <class Function, class... Values>
  explicit ForgottenCallOf(Function&& function, Values&&... arguments)
      : function_(std::forward<Function>(function)),
        arguments_(std::forward<Values>(arguments)...) {}

  void run() override { std::apply(std::move(function_), std::move(arguments_)); }

 private:
  F function_;
  std::tuple<Args...> arguments_;
};

template <class T>
struct IsTask : std::false_type {};
template <class T>
struct IsTask<Task<T>> : std::true_type {};

/// Calls a coroutine function and keeps it alive, with its captures, until its coroutine has ended.
template <class F, class... Args>
Task<void> call_and_keep(F function, std::tuple<Args...> arguments) {
  auto task = std::apply(function, std::move(arguments));
  co_await std::move(task);
}

}  // namespace detail

/// Hands a blocking call to a thread of a bounded pool and returns at once; nobody learns of its
/// result. The process waits for it at its end (the return from `main`, or `exit`). What it throws
/// becomes a line of the log. The function and its arguments are copied or moved, as by
/// std::thread; views and pointers among them must stay valid. Calls wait in a queue without a
/// bound, which `fire_and_forget_count` watches. Thread-safe.
/// @throws std::system_error when there is no thread for it and none can be started
///
/// A coroutine function is called by a coroutine on the loop that runs on this thread, and `run`
/// waits for it before it returns; where no loop runs, on a loop of its own in the pool.
/// @param name what `all_tasks` and the log call it; `fire_and_forget` otherwise
/// @param function called with `arguments`; its result is dropped
template <class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
void fire_and_forget(std::string name, F&& function, Args&&... arguments) {
  using Function = std::decay_t<F>;
  using Result = std::invoke_result_t<Function, std::decay_t<Args>...>;
  if constexpr (detail::IsTask<Result>::value) {
    std::tuple<std::decay_t<Args>...> kept(std::forward<Args>(arguments)...);
    detail::forget(std::move(name),
                   detail::call_and_keep<Function>(std::forward<F>(function), std::move(kept)));
  } else {
    using Call = detail::ForgottenCallOf<Function, std::decay_t<Args>...>;
    detail::forget(std::move(name), std::make_unique<Call>(std::forward<F>(function),
                                                           std::forward<Args>(arguments)...));
  }
}

template <class F, class... Args>
  requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
void fire_and_forget(F&& function, Args&&... arguments) {
  fire_and_forget(std::string("fire_and_forget"), std::forward<F>(function),
                  std::forward<Args>(arguments)...);
}

/// The same for a coroutine that has not begun.
void fire_and_forget(std::string name, Task<void> task);
void fire_and_forget(Task<void> task);

/// A function in its fire-and-forget form: the same parameters, no result. Copies share nothing.
template <class Signature>
class FireAndForget;

template <class Result, class... Parameters>
class FireAndForget<Result(Parameters...)> {
  static_assert(((!std::is_lvalue_reference_v<Parameters> ||
                  std::is_const_v<std::remove_reference_t<Parameters>>)&&...),
                "a call that nobody waits for cannot change its caller's variables");

 public:
  FireAndForget(std::string name, std::function<Result(Parameters...)> function)
      : name_(std::move(name)), function_(std::move(function)) {}

  /// `fire_and_forget` with the function and these arguments.
  void operator()(Parameters... arguments) const {
    fire_and_forget(name_, function_, std::forward<Parameters>(arguments)...);
  }

 private:
  std::string name_;
  std::function<Result(Parameters...)> function_;
};

/// Turns a function into its fire-and-forget form, as a decorator does in Python:
///
///     const auto save_soon = cdp::make_fire_and_forget("save", save);
///     save_soon(path, html);   // the parameters of save
///
/// @param function a function, or an object with one operator() that can be copied
template <class F>
auto make_fire_and_forget(std::string name, F function) {
  std::function held(std::move(function));
  return [&]<class R, class... P>(std::function<R(P...)>& typed) {
    return FireAndForget<R(P...)>(std::move(name), std::move(typed));
  }(held);
}

template <class F>
auto make_fire_and_forget(F function) {
  return make_fire_and_forget(std::string("fire_and_forget"), std::move(function));
}

}  // namespace cdp
