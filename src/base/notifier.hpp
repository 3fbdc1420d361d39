// Waiting for state to change: a condition variable for the coroutines of one loop.
#pragma once

#include "base/deadline.hpp"
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>
#include <vector>

namespace cdp {

/// Wakes coroutines when state has changed. Waits are level-triggered: `until` looks at the state
/// before it sleeps and after every wake-up, so a change can never be missed. Waking never runs the
/// woken code inline. Must outlive its waiters: whoever waits holds its owner.
class Notifier {
 public:
  explicit Notifier(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void notify_all();

  /// Waits until `ready()` holds. The predicate must not own anything (g++ 12.2 destroys
  /// temporaries of a co_await expression twice): capture references and name the lambda before the
  /// call.
  /// @return false when the deadline passed first; state that is ready wins over a deadline that
  /// has passed
  template <class Predicate>
  Task<bool> until(Predicate ready, Deadline deadline) {
    while (!ready()) {
      if (has_passed(deadline)) co_return false;
      co_await wait(deadline);
    }
    co_return true;
  }

  boost::asio::any_io_executor executor() const { return executor_; }

 private:
  Task<void> wait(Deadline deadline);

  boost::asio::any_io_executor executor_;
  /// The timers of the coroutines that sleep now; each lives in its coroutine and leaves when it
  /// wakes.
  std::vector<boost::asio::steady_timer*> waiting_;
};

}  // namespace cdp
