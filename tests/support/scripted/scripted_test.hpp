// Tests that are coroutines.
#pragma once

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"
#include "scripted_transport.hpp"
#include <cdp/error.hpp>
#include <cdp/gather.hpp>
#include <cdp/task.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace cdp::test {

/// Runs a test's coroutine. Afterwards nothing may be left of it.
inline void run_scripted(Task<void> body) {
  run(std::move(body));
  EXPECT_EQ(task_count(), 0U);
}

/// `SCRIPTED_TEST(Suite, Name) { co_await …; }`
#define SCRIPTED_TEST(suite, name)        \
  static Task<void> suite##_##name();     \
  TEST(suite, name) {                     \
    test::run_scripted(suite##_##name()); \
  }                                       \
  static Task<void> suite##_##name()

/// Lets everything that is ready run, and what it makes ready.
inline Task<void> settle() {
  const auto executor = co_await boost::asio::this_coro::executor;
  for (int turn = 0; turn < 50; ++turn)
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

/// How a coroutine ended that ran beside the test.
template <class T>
class Beside {
 public:
  bool done() const { return state_->done; }

  /// Waits for its end. @throws std::runtime_error when that takes too long
  Task<void> end() {
    const auto state = state_;
    const auto over = [&state] { return state->done; };
    if (!co_await state->changed.until(over, deadline_in(patience)))
      throw std::runtime_error("the coroutine beside the test does not end");
  }

  /// Its value, once it has ended. @throws what it threw
  T& value() { return state_->outcome.value(); }

  /// The error it ended with; a failure of the test when there was none.
  Error error() {
    if (!state_->done) throw std::logic_error("it has not ended");
    try {
      state_->outcome.value();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "it ended without an error";
    return Error(errc::internal, "none");
  }

  struct State {
    explicit State(const boost::asio::any_io_executor& executor) : changed(executor) {}
    std::shared_ptr<cdp::detail::Slot<T>> slot = cdp::detail::make_slot<T>();
    Outcome<T> outcome{slot};
    bool done = false;
    Notifier changed;
  };

  explicit Beside(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

namespace detail {

template <class T>
Task<void> keep_outcome(Task<T> task, std::shared_ptr<typename Beside<T>::State> state) {
  co_await cdp::detail::keep_in(std::move(task), state->slot);
  state->done = true;
  state->changed.notify_all();
}

inline Task<bool> with_value(Task<void> task) {
  co_await std::move(task);
  co_return true;
}

}  // namespace detail

/// Starts a coroutine beside the test, and lets it run until it waits for something.
template <class T>
Task<Beside<T>> beside(Task<T> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto state = std::make_shared<typename Beside<T>::State>(executor);
  spawn(executor, detail::keep_outcome<T>(std::move(task), state), "beside", {});
  co_await settle();
  co_return Beside<T>(std::move(state));
}

inline Task<Beside<bool>> beside(Task<void> task) {
  return beside<bool>(detail::with_value(std::move(task)));
}

/// The error that a coroutine ends with; the test fails when it ends without one.
template <class T>
Task<Error> failure_of(Task<T> task) {
  auto running = co_await beside(std::move(task));
  co_await running.end();
  co_return running.error();
}

/// Of an error, by its code.
MATCHER_P(HasCode, code, std::string("has the code ") + std::string(to_string(code))) {
  *result_listener << arg.what();
  return arg.code() == code;
}

}  // namespace cdp::test
