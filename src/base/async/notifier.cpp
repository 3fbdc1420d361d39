#include "base/async/notifier.hpp"

#include "base/async/task_registry.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cdp {
namespace {

/// How many waits in a row may find their state at once before the loop turns anyway.
constexpr unsigned most_in_a_row = 64;

thread_local unsigned in_a_row = 0;

}  // namespace

struct Notifier::Sleeper {
  Notifier& notifier;
  Condition condition;
  boost::asio::steady_timer timer;

  Sleeper(Notifier& owner, Condition awaited, Deadline deadline)
      : notifier(owner), condition(awaited), timer(owner.executor_, deadline) {
    notifier.sleepers_.push_back(this);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() { std::erase(notifier.sleepers_, this); }
};

void Notifier::notify_all() {
  for (Sleeper* sleeper : sleepers_) {
    if (sleeper->condition.holds(sleeper->condition.predicate)) sleeper->timer.cancel();
  }
}

bool Notifier::is_turn_due() {
  return ++in_a_row >= most_in_a_row;
}

Task<void> Notifier::turn() {
  in_a_row = 0;
  TaskEntry::Record* const me = leave_task();
  co_await boost::asio::post(executor_, boost::asio::use_awaitable);
  enter_task(me);
}

Task<void> Notifier::wait(Condition condition, Deadline deadline) {
  in_a_row = 0;
  Sleeper sleeper(*this, condition, deadline);
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  TaskEntry::Record* const me = leave_task();
  co_await sleeper.timer.async_wait(token);
  enter_task(me);
}

}  // namespace cdp
