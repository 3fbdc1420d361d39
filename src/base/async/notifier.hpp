// Waiting for state to change: a condition variable for the coroutines of one loop.
#pragma once

#include "base/async/deadline.hpp"
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>
#include <vector>

namespace cdp {

/// Wakes coroutines when state has changed to what they wait for. Waits are level-triggered:
/// `until` looks at the state before it sleeps and after every wake-up, and `notify_all` looks for
/// those who sleep, so a change can never be missed and most changes wake nobody. Waking never runs
/// the woken code inline. A loop of waits that always find what they wait for cannot keep others
/// from running: every so many waits, the event loop turns. Must outlive its waiters: whoever waits
/// holds its owner.
class Notifier {
 public:
  explicit Notifier(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// To be called after every change that may make a predicate hold.
  void notify_all();

  /// Waits until `ready()` holds. The predicate is asked wherever `notify_all` is called: it may
  /// only look. It must not own anything (g++ 12.2 destroys temporaries of a co_await expression
  /// twice): capture references and name the lambda before the call.
  /// @return false when the deadline passed first; state that is ready wins over a deadline that
  /// has passed
  template <class Predicate>
  Task<bool> until(Predicate ready, Deadline deadline) {
    const Condition condition{
        &ready, [](const void* object) {
          return static_cast<bool>((*static_cast<const Predicate*>(object))());
        }};
    if (is_turn_due()) co_await turn();
    while (!ready()) {
      if (has_passed(deadline)) co_return false;
      co_await wait(condition, deadline);
    }
    co_return true;
  }

  boost::asio::any_io_executor executor() const { return executor_; }

 private:
  /// What a sleeper waits for: a predicate that lives in its coroutine.
  struct Condition {
    const void* predicate;
    bool (*holds)(const void* predicate);
  };

  struct Sleeper;

  Task<void> wait(Condition condition, Deadline deadline);

  /// Whether the waits of this thread have not slept for long.
  static bool is_turn_due();
  /// Lets whatever is ready run.
  Task<void> turn();

  boost::asio::any_io_executor executor_;
  /// The coroutines that sleep now; each entry lives in its coroutine and leaves when that wakes.
  std::vector<Sleeper*> sleepers_;
};

}  // namespace cdp
