#include "base/notifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cdp {

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

Task<void> Notifier::wait(Condition condition, Deadline deadline) {
  Sleeper sleeper(*this, condition, deadline);
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  co_await sleeper.timer.async_wait(token);
}

}  // namespace cdp
